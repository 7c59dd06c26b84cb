"""What applications report: the law first (a line of each handling), then what somebody might try."""

import asyncio
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import httpx2
import pytest
from sqlalchemy import Engine
from starlette.applications import Starlette

from service import clock
from service.acts.uses import Asking, House, Told, take_in
from service.api.admission import admission_of
from service.api.uses import MOST_OF_ONE, Uses
from service.database import transaction
from service.evidence.registers import sheet
from service.evidence.sheets import Wanted
from service.identity.callers import Named, hash_of
from service.identity.model import ApiKey
from service.identity.operations import end_application, revoke_key
from service.ledger import RowSeals, begin_act
from service.registers.operations import enter_document, strike_line
from service.registers.reported import Decided, standing_of
from tests.builders.used import ACTOR, USED, Used, used_site
from tests.builders.worlds import World, Worlds

WORLDS = {"used": USED}
BY_HAND = {"subject": {"type": "person", "id": "employee:00001"}, "resource": {"type": "document", "id": "dms:2026-1"}}


@pytest.fixture
def used(engine: Engine, database_url: str, tmp_path: Path, worlds: Worlds, world_laid: World | None) -> Iterator[Used]:
    """The operator, served."""
    assert world_laid is not None
    with used_site(engine, database_url, tmp_path, worlds.of(world_laid).told) as site:
        yield site


def ago(**span: float) -> str:
    return (clock.now() - timedelta(**span)).isoformat()


def use(name: str, index: int | None = None, *, what: str = "opened", at: str | None = None, **more: Any) -> dict[str, Any]:
    """A use on a permit, now."""
    return {"id": name, "use": what, "at": at or ago(), **({} if index is None else {"ledger_index": index}), **more}


def handling(site: Used) -> list[tuple[str, ...]]:
    """The handling register as an information manager reads it."""
    with transaction(site.engine) as session:
        return list(sheet(session, kind="handling", wanted=Wanted("denryoku", clock.now(), "en")).rows)


# The law: a line of each handling (NPSC Rule 36), and the record behind it.


def test_a_use_on_a_permit_is_an_entry_and_a_line_of_the_handling_register(used: Used) -> None:
    permit = used.ask()
    assert permit["decision"]
    answer = used.report(use("u-1", permit["ledger_index"]))
    assert answer.status_code == 200
    assert answer.json() == {"uses": [{"id": "u-1", "ledger_index": used.size() - 1, "standing": "permitted", "late": False}]}
    entry = used.entry(used.size() - 1)
    named = {name: entry[name] for name in ("kind", "actor", "person", "object", "for")}
    assert named == {"kind": "registers:document:handled", "actor": "dms", "person": "haru", "object": "doc-1", "for": "denryoku"}
    (row,) = handling(used)
    assert row[:5] == (
        "1",
        "架空の変電所の図面",
        "1",
        used.rows("personnel.people")[0]["legal_name"],
        str(used.rows("registers.lines")[-1]["begun_on"]),
    )
    assert row[5].startswith("Opened, ")


def test_prints_tell_their_number_and_writings_their_medium(used: Used) -> None:
    permit = used.ask(action="make")["ledger_index"]
    told = (use("p", permit, what="printed", copies=3), use("w", permit, what="written", medium="removable_media"))
    assert [one["standing"] for one in used.report(*told).json()["uses"]] == ["permitted", "permitted"]
    first, second = (row[5] for row in handling(used))
    assert "Printed" in first
    assert "3 copies" in first
    assert "Written to a medium, Written to removable media" in second


def test_a_permit_to_read_permits_no_print(used: Used) -> None:
    permit = used.ask()["ledger_index"]
    (told,) = used.report(use("p", permit, what="printed", copies=1)).json()["uses"]
    assert told["standing"] == "other_action"
    assert set(told["message"]) == {"ja", "en"}
    assert "no permit" in handling(used)[0][5]


def test_what_was_opened_although_it_was_denied_is_on_record_as_that(used: Used) -> None:
    assert used.ask("aki")["decision"] is False
    (told,) = used.report(use("u", used.size() - 1)).json()["uses"]
    assert told["standing"] == "denied"
    (row,) = used.rows("registers.uses")
    assert (row["person_id"], row["document_id"], row["standing"]) == ("aki", "doc-1", "denied")
    assert "no permit" in handling(used)[0][5]


def test_a_use_without_any_permit_is_evidence_and_is_answered_plainly(used: Used) -> None:
    answer = used.report(use("u", **BY_HAND))
    (told,) = answer.json()["uses"]
    assert (answer.status_code, told["standing"]) == (200, "no_permit")
    (row,) = used.rows("registers.uses")
    assert (row["person_id"], row["document_id"], row["organization_id"]) == ("haru", "doc-1", "denryoku")
    assert "no permit" in handling(used)[0][5]


def test_who_entered_and_left_a_place_stands_in_its_register(used: Used) -> None:
    place = {"subject": BY_HAND["subject"], "resource": {"type": "area", "id": "room-1"}}
    used.report(use("in", what="entered", **place), use("out", what="left", **place))
    with transaction(used.engine) as session:
        rows = sheet(session, kind="passage", wanted=Wanted("denryoku", clock.now(), "ja")).rows
    assert [(row[1], row[4].split("、")[0]) for row in rows] == [("架空の閲覧室", "立入り"), ("架空の閲覧室", "退出")]
    assert handling(used) == []


def test_a_late_report_is_marked_and_taken(used: Used) -> None:
    told = used.report(use("on-time", at=ago(minutes=9), **BY_HAND), use("late", at=ago(minutes=11), **BY_HAND)).json()["uses"]
    assert [one["late"] for one in told] == [False, True]
    assert ["reported late" in row[5] for row in handling(used)] == [False, True]


def test_lines_of_uses_go_on_behind_one_another_and_may_be_struck(used: Used) -> None:
    used.report(use("a", **BY_HAND), use("b", **BY_HAND))
    used.report(use("c", **BY_HAND))
    assert [row[0] for row in handling(used)] == ["1", "2", "3"]
    line = used.rows("registers.uses")[0]["line_id"]
    used.act(strike_line, line_id=line, slip="entered_twice", on=clock.now().date())
    assert [bool(row[-1]) for row in handling(used)] == [True, False, False]


def test_a_use_of_an_information_itself_is_on_record_without_a_line(used: Used) -> None:
    permit = used.ask(resource="d1", kind="information")["ledger_index"]
    (told,) = used.report(use("u", permit)).json()["uses"]
    assert told["standing"] == "permitted"
    assert used.entry(told["ledger_index"])["kind"] == "registers:use:reported"
    assert handling(used) == []


def test_uses_do_not_hinder_what_is_done_with_the_document_itself(used: Used) -> None:
    """A great many uses are no steps of a document's life; but a number under which something was handled is not struck."""
    used.report(*(use(f"u-{number}", **BY_HAND) for number in range(5)))
    number = next(row["id"] for row in used.rows("registers.lines") if row["kind"] == "document")
    with pytest.raises(Exception, match="later_lines_rest_on_it"):
        used.act(strike_line, line_id=number, slip="entered_twice", on=clock.now().date())
    with pytest.raises(Exception, match="number already"):
        used.act(enter_document, document_id="doc-1", organization_id="denryoku", on=clock.now().date())


def test_a_hold_stands_in_the_permit_and_in_every_entry_of_its_application(used: Used) -> None:
    permit, denial = used.ask(key="own"), used.ask("aki", key="own")
    assert (permit["decision"], permit["hold_seconds"], denial["decision"], "hold_seconds" in denial) == (True, 30, False, False)
    assert [used.entry(index).get("hold") for index in (used.size() - 2, used.size() - 1)] == [30, 30]
    without = used.ask()
    assert "hold_seconds" not in without
    assert "hold" not in used.entry(without["ledger_index"])
    noon = datetime(2026, 11, 20, 3, tzinfo=UTC)
    decided = Decided(0, 0, "own", noon - timedelta(seconds=80), permit=True, action="read", hold_seconds=30)
    words = {"use": "opened", "at": noon, "named": True, "application": "own", "reach": timedelta(seconds=60)}
    assert standing_of(decided=decided, **words) == "permitted"
    assert standing_of(decided=replace(decided, hold_seconds=0), **words) == "after_permit"


# What comes again.


def test_the_same_report_is_answered_as_before_and_recorded_once(used: Used) -> None:
    told = use("u-1", used.ask()["ledger_index"])
    first = used.report(told)
    size = used.size()
    again = used.report(told)
    assert (again.json(), used.size()) == (first.json(), size)
    both = used.report(told, use("u-2", **BY_HAND)).json()["uses"]
    assert (both[0], used.size()) == (first.json()["uses"][0], size + 1)


def test_the_same_id_with_other_content_is_refused_and_nothing_of_the_request_is_recorded(used: Used) -> None:
    told = use("u-1", **BY_HAND)
    used.report(told)
    size = used.size()
    for other in ({**told, "use": "closed"}, {**told, "at": ago(minutes=3)}, use("u-1", 3)):
        refused = used.report(use("new", **BY_HAND), other)
        assert refused.status_code == 409
        assert "uses[1].id" in refused.json()["message"]
    assert used.size() == size


def test_another_application_has_ids_of_its_own(used: Used) -> None:
    used.report(use("u-1", **BY_HAND))
    told = used.report(use("u-1", what="closed", subject={"type": "person", "id": "haru"}, resource=BY_HAND["resource"]), key="other")
    assert told.status_code == 200
    assert used.report(use("u", **BY_HAND), use("u", **BY_HAND)).status_code == 400


def test_the_same_use_sent_by_many_at_once_is_recorded_once(used: Used) -> None:
    told = use("u-1", **BY_HAND)
    size = used.size()
    with ThreadPoolExecutor(8) as many:
        answers = list(many.map(lambda _number: used.report(told).json(), range(16)))
    assert all(answer == answers[0] for answer in answers)
    assert used.size() == size + 1


# Attacks.


def test_another_application_s_permit_is_no_permit_and_tells_nothing(used: Used) -> None:
    """Not even of the same organization: what is answered is what is answered of an index that does not exist."""
    permit = used.ask()["ledger_index"]
    (stolen,) = used.report(use("a", permit), key="other").json()["uses"]
    (invented,) = used.report(use("b", 10**12), key="other").json()["uses"]
    (of_an_act,) = used.report(use("c", 2), key="other").json()["uses"]
    bare = [{**one, "id": "", "ledger_index": 0} for one in (stolen, invented, of_an_act)]
    assert bare[0] == bare[1] == bare[2]
    assert stolen["standing"] == "unknown_permit"
    assert {(row["person_id"], row["document_id"], row["organization_id"]) for row in used.rows("registers.uses")} == {(None, None, None)}
    assert handling(used) == []
    for one in (stolen, invented, of_an_act):
        assert not {"person", "object", "for"} & set(used.entry(one["ledger_index"]))


def test_a_check_that_the_entry_does_not_have_is_no_permit(used: Used) -> None:
    permit = used.ask()["ledger_index"]
    told = used.report(use("a", permit, check=0), use("b", permit, check=1)).json()["uses"]
    assert [one["standing"] for one in told] == ["permitted", "unknown_permit"]


def test_a_use_before_its_permit_rests_on_none(used: Used) -> None:
    permit = used.ask()["ledger_index"]
    (told,) = used.report(use("u", permit, at=ago(minutes=2))).json()["uses"]
    assert told["standing"] == "before_permit"


def test_a_permit_that_has_run_out_bears_no_new_use_but_an_end(used: Used) -> None:
    """The application did not ask again at `recheck_at`, a minute after the permit."""
    permit = used.ask()["ledger_index"]
    begun = datetime.fromisoformat(used.entry(permit)["at"])
    house, named = House(recheck=timedelta(seconds=60), late=timedelta(hours=1)), Named(hash_of(used.keys["dms"].encode()))
    uses = [(what, seconds) for what in ("opened", "closed") for seconds in (30, 90)]
    told = tuple(Told(f"{what}-{seconds}", what, begun + timedelta(seconds=seconds), permit) for what, seconds in uses)
    seals = RowSeals(used.log.keyring)
    with transaction(used.engine) as session:
        (receipts,) = take_in(session, log=used.log, seals=seals, at=clock.now(), house=house, asking=[Asking(named, told)])
    assert isinstance(receipts, list)
    found = {one.use_id: one.standing for one in receipts}
    assert found == {"opened-30": "permitted", "opened-90": "after_permit", "closed-30": "permitted", "closed-90": "permitted"}


@pytest.mark.parametrize("at", ["in 10 s", "in 2 h", "9999-12-31T23:59:59Z"])
def test_nothing_is_done_tomorrow(used: Used, at: str) -> None:
    ahead = {"in 10 s": ago(seconds=-10), "in 2 h": ago(hours=-2)}.get(at, at)
    size = used.size()
    refused = used.report(use("fine", **BY_HAND), use("u", at=ahead, **BY_HAND))
    assert (refused.status_code, used.size()) == (400, size)
    assert refused.json()["message"] == "uses[1].at lies ahead of the clock here"


def test_a_clock_that_runs_a_little_ahead_is_borne(used: Used) -> None:
    assert used.report(use("u", at=ago(seconds=-3), **BY_HAND)).status_code == 200


def test_nobody_reports_with_a_key_that_is_nobody_s(used: Used) -> None:
    size = used.size()
    for key in ("sk_wrong", "a.b.c"):
        refused = used.report(use("u", **BY_HAND), key=key)
        assert refused.status_code == 401
        assert refused.headers["www-authenticate"] == 'Bearer realm="sekisho", error="invalid_token"'
    assert used.report(use("u", **BY_HAND), Authorization="Basic abc").status_code == 401
    assert used.size() == size


def test_whoever_lost_their_key_or_their_grant_reports_nothing_more(used: Used) -> None:
    permit = used.ask()["ledger_index"]
    with transaction(used.engine) as session:
        key = session.query(ApiKey).filter_by(application_id="dms").one().id
    used.act(revoke_key, key_id=key)
    assert used.report(use("u", permit)).status_code == 401
    used.act(end_application, application="other")
    assert used.report(use("u", **BY_HAND), key="other").status_code == 401
    assert used.rows("registers.uses") == []


def test_a_key_that_is_revoked_while_its_report_waits_reports_nothing(used: Used) -> None:
    """The report waits behind an act that takes its key away."""
    with transaction(used.engine) as session:
        key = session.query(ApiKey).filter_by(application_id="dms").one().id
    answers: list[int] = []
    with transaction(used.engine) as session:
        begin_act(session)
        sending = threading.Thread(target=lambda: answers.append(used.report(use("u", **BY_HAND)).status_code))
        sending.start()
        sending.join(1.5)
        assert sending.is_alive()
        revoke_key(session, log=used.log, actor=ACTOR, at=clock.now(), key_id=key)
    sending.join(20)
    assert answers == [401]
    assert used.rows("registers.uses") == []


def test_an_edited_application_reports_nothing_and_hinders_nobody_else(used: Used) -> None:
    with used.engine.connect() as connection:
        connection.exec_driver_sql("update identity.applications set namespaces = '{employee,dms,hr}' where id = 'dms'")
        connection.commit()
    with ThreadPoolExecutor(8) as many:
        sent = [(key, many.submit(used.report, use(f"u-{place}", **BY_HAND), key=key)) for place, key in enumerate(("dms", "other") * 4)]
        codes = {key: {future.result().status_code for name, future in sent if name == key} for key in ("dms", "other")}
    assert codes == {"dms": {503}, "other": {200}}


def test_an_alias_of_another_s_namespace_names_nobody(used: Used) -> None:
    """And nothing in the answer says so: what is known here is not for the asking."""
    told = []
    for word in ("employee:00001", "employee:99999"):
        answer = used.report(use(f"u-{word}", subject={"type": "person", "id": word}, resource=BY_HAND["resource"]), key="other")
        told.append({**answer.json()["uses"][0], "id": "", "ledger_index": 0})
    assert {row["person_id"] for row in used.rows("registers.uses")} == {None}
    assert told[0] == told[1]


def test_no_word_of_anybody_s_own_is_kept(used: Used) -> None:
    """A subject that nobody knows is kept as nobody; free text has no member to stand in."""
    secret = "送電線の弱点は第三鉄塔"
    assert used.report(use("u", subject={"type": "person", "id": secret}, resource=BY_HAND["resource"])).status_code == 200
    for more in ({"note": secret}, {"reason": secret}, {"medium": secret, "what": "written"}, {"on_behalf_of": 3}):
        assert used.report(use("v", **{**BY_HAND, **more})).status_code == 400
    assert used.report(use(secret, **BY_HAND)).status_code == 400
    with used.engine.connect() as connection:
        for table in ("registers.uses", "registers.lines"):
            assert secret not in str(connection.exec_driver_sql(f"select * from {table}").fetchall())
        bodies = connection.exec_driver_sql("select body from ledger.entries").scalars()
        assert not any(secret.encode() in bytes(body) for body in bodies)


WRONG: list[tuple[Any, str]] = [
    ([], "the body must be a JSON object"),
    ({}, "uses must be an array"),
    ({"uses": []}, "uses must have 1 to 100 members"),
    ({"uses": [{"id": f"u{n}", "use": "opened", "at": "2026-01-01T00:00:00Z", "ledger_index": 1} for n in range(101)]}, "1 to 100"),
    ({"uses": [3]}, "uses[0] must be an object"),
    ({"uses": [{}]}, "uses[0].id is missing"),
    ({"uses": [{"id": "a b", "use": "opened"}]}, "uses[0].id must be 1 to 64 letters"),
    ({"uses": [{"id": "a", "use": "read"}]}, "uses[0].use must be one of opened"),
    ({"uses": [{"id": "a", "use": "opened", "at": "2026-01-01T00:00:00Z"}]}, "ledger_index, or subject and resource"),
    ({"uses": [use("a", 3, **BY_HAND)]}, "uses[0].subject is that of the decision"),
    ({"uses": [use("a", check=0, **BY_HAND)]}, "uses[0].check stands beside ledger_index"),
    ({"uses": [use("a", -1)]}, "uses[0].ledger_index must be a whole number"),
    ({"uses": [{**use("a", 1), "ledger_index": True}]}, "uses[0].ledger_index must be a whole number"),
    ({"uses": [{**use("a", 1), "ledger_index": "1"}]}, "uses[0].ledger_index must be a whole number"),
    ({"uses": [use("a", 2**53)]}, "uses[0].ledger_index must be a whole number"),
    ({"uses": [use("a", 1, at="2026-01-01")]}, "uses[0].at must be an instant"),
    ({"uses": [use("a", 1, at="2026-01-01T00:00:00")]}, "uses[0].at must be an instant"),
    ({"uses": [use("a", 1, at="2026-02-30T00:00:00Z")]}, "uses[0].at must be an instant"),
    ({"uses": [use("a", 1, at="0001-01-01T00:00:00+23:59")]}, "uses[0].at must be an instant"),
    ({"uses": [use("a", 1, at="1999-01-01T00:00:00Z")]}, "before the Act"),
    ({"uses": [use("a", 1, copies=1)]}, "uses[0].copies stands with printed alone"),
    ({"uses": [use("a", 1, what="printed")]}, "uses[0].copies must be a whole number from 1"),
    ({"uses": [use("a", 1, what="printed", copies=0)]}, "uses[0].copies must be a whole number from 1"),
    ({"uses": [use("a", 1, what="written")]}, "uses[0].medium is missing"),
    ({"uses": [use("a", 1, what="written", medium="floppy")]}, "uses[0].medium must be one of"),
    ({"uses": [use("a", resource={"type": "desk", "id": "1"}, subject=BY_HAND["subject"])]}, "uses[0].resource.type must be one of"),
    ({"uses": [use("a", resource={**BY_HAND["resource"], "properties": {}}, subject=BY_HAND["subject"])]}, "not known here: 'properties'"),
    ({"uses": [], "dry": True}, "the body has a member that is not known here: 'dry'"),
]  # fmt: skip


def test_what_is_not_of_the_form_is_refused_by_what_and_where(used: Used) -> None:
    size = used.size()
    for body, message in WRONG:
        refused = used.report(body=body)
        assert (refused.status_code, message in refused.json()["message"]) == (400, True), (body, refused.json())
    assert used.report(use("a", 1), **{"Content-Type": "text/plain"}).status_code == 400
    assert used.size() == size


@asynccontextmanager
async def at_the_door(site: Used) -> AsyncIterator[Callable[..., Awaitable[httpx2.Response]]]:
    """The door alone, in this loop, so that a great many requests cost little: yields what sends a report to it."""
    house = House(recheck=timedelta(seconds=60), late=timedelta(hours=1))
    admission = admission_of(site.settings, engine=site.engine, clock=clock.now)
    app = Starlette(routes=[Uses(engine=site.engine, log=site.log, admission=admission, clock=clock.now, house=house).route()])

    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url="http://test") as client:

        async def send(name: str, key: str = "dms") -> httpx2.Response:
            headers = {"Authorization": f"Bearer {site.keys[key]}"}
            return await client.post("/access/v1/uses", json={"uses": [use(name, **BY_HAND)]}, headers=headers)

        yield send


def test_many_reports_at_once_share_their_turns(used: Used) -> None:
    """What arrives while a chunk is written forms the next one: acts wait for chunks and not for each report."""

    def batches() -> int:
        with used.engine.connect() as connection:
            return int(connection.exec_driver_sql("select count(*) from ledger.batches").scalar_one())

    async def sent() -> list[int]:
        async with at_the_door(used) as send:
            return [one.status_code for one in await asyncio.gather(*(send(f"u-{number}") for number in range(MOST_OF_ONE)))]

    before = batches()
    assert set(asyncio.run(sent())) == {200}
    assert len(used.rows("registers.uses")) == MOST_OF_ONE
    assert batches() - before <= 4


def test_a_flood_of_one_is_told_to_come_back_and_keeps_nobody_out(used: Used) -> None:
    """While an act is under way one sender fills its share; another's report waits for the act alone."""

    async def flooded() -> tuple[list[httpx2.Response], httpx2.Response]:
        async with at_the_door(used) as send:
            with transaction(used.engine) as session:
                begin_act(session)
                first = asyncio.create_task(send("first"))
                await asyncio.sleep(0.3)
                flood = [asyncio.create_task(send(f"u-{number}")) for number in range(MOST_OF_ONE + 20)]
                await asyncio.wait(flood, return_when=asyncio.FIRST_COMPLETED)
                other = asyncio.create_task(send("o", "other"))
                await asyncio.sleep(0.1)
            return list(await asyncio.gather(first, *flood)), await other

    flood, other = asyncio.run(flooded())
    refused = [one for one in flood if one.status_code != 200]
    assert (len(refused), other.status_code) == (20, 200)
    assert {(one.status_code, one.headers["retry-after"]) for one in refused} == {(503, "1")}
    assert len(used.rows("registers.uses")) == MOST_OF_ONE + 2


def test_an_instant_is_the_same_in_any_offset(used: Used) -> None:
    at = clock.now() - timedelta(minutes=1)
    told = use("u", at=at.isoformat(), **BY_HAND)
    first = used.report(told)
    japan = {**told, "at": at.astimezone(timezone(timedelta(hours=9))).isoformat()}
    assert used.report(japan).json() == first.json()
