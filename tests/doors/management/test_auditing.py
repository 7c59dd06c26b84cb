"""Queries, notes, findings and the budget over the API: for auditors, each step an entry, and for nobody else."""

import json
from hashlib import sha256
from typing import Any

import httpx2
import pytest
from sqlalchemy import text

from service.database import read, transaction
from service.evidence import budget, lookups, queries
from service.evidence.predicate import read_predicate
from service.identity.accounts import open_account, set_profile
from service.ledger import instant
from service.statute.periods import legal_day
from tests.builders import alike
from tests.builders.alike import ALIKE, CLEARED, NEGATIVE
from tests.builders.members import Town, town_world
from tests.builders.site import ACTOR
from tests.builders.worlds import World
from tests.doors.management.conftest import Desk
from tests.doors.management.test_explanations import check, entry, size

PATH = "/api/v1/queries"
DENIED = {"kinds": ["decision:access:decided"], "outcomes": ["deny"]}


def settle(town: Town) -> None:
    alike.peopled(town, town.engine, seat="operator")
    for name, role in (("other-eye", "auditor"), ("hr-desk", "hr_officer")):
        town.admit(name, role)
        town.equip(name)
    # Another account of the first auditor: two accounts of one person are one person.
    with transaction(town.engine) as session:
        town.accounts["eye-again"] = open_account(
            session, log=town.log, actor=ACTOR, at=town.now(), person_id=town.people["eye"], sign_in_name="eye-again"
        )
    town.equip("eye-again")


TOWN = town_world(settle)


@pytest.fixture
def world_laid() -> World:
    return TOWN


def newest(desk: Desk, back: int = 1) -> dict[str, Any]:
    return entry(desk, size(desk) - back)


def note_of(desk: Desk, index: int) -> dict[str, Any]:
    with read(desk.town.engine) as session:
        opened = lookups.opened(session, log=desk.town.log, clear=entry(desk, index))
    return next(one.value for one in opened if one.name == "note")


def saved(client: httpx2.Client, name: str = "拒否", **query: Any) -> dict[str, Any]:
    body = {"name": name, "reason": "令和8年度定期監査", "case_number": "監-8-3", "query": query or DENIED}
    answer = client.post(PATH, json=body)
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


def ran(client: httpx2.Client, query: dict[str, Any], **words: Any) -> dict[str, Any]:
    answer = client.post(f"{PATH}/{query['id']}/run", json=words)
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


def set_budget(desk: Desk, rows: int) -> None:
    with transaction(desk.town.engine) as session:
        on = legal_day(desk.town.now())
        budget.set_disclosure_budget(session, log=desk.town.log, actor=ACTOR, at=desk.town.now(), rows=rows, from_on=on)


def test_a_saved_query_has_owner_reason_case_and_a_digest_that_anybody_computes(desk: Desk) -> None:
    eye = desk.sign_in("eye")
    told = saved(eye, since="令和8年4月1日", until="R8.12.31", **DENIED)
    assert told["predicate"]["from_at"] == "2026-03-31T15:00:00.000000Z"
    assert told["predicate"]["to_at"] == "2026-12-31T15:00:00.000000Z"
    canonical = json.dumps(told["predicate"], sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    assert told["digest"] == sha256(canonical).hexdigest() == read_predicate(told["predicate"]).digest
    assert (told["owner"], told["case_number"]) == (desk.town.accounts["eye"], "監-8-3")
    assert (newest(desk)["kind"], newest(desk)["object"]) == ("evidence:query:saved", told["id"])
    assert [one["id"] for one in desk.sign_in("other-eye").get(PATH).json()] == [told["id"]]
    assert eye.post(PATH, json={"name": "拒否", "reason": "x", "query": DENIED}).status_code == 409


def test_running_a_query_is_an_entry_and_opens_nothing_without_a_purpose(desk: Desk) -> None:
    indexes = [check(desk, NEGATIVE), check(desk, CLEARED)]
    eye = desk.sign_in("eye")
    query = saved(eye)
    run = ran(eye, query)
    assert [one["index"] for one in run["found"]] == [indexes[0]]
    assert (run["opened"], run["before"], run["looked_from"]) == (0, None, 0)
    assert all("opened" not in one for one in run["found"])
    assert entry(desk, run["recorded_as"])["kind"] == "evidence:query:run"
    assert note_of(desk, run["recorded_as"])["digest"] == query["digest"]
    with read(desk.town.engine) as session:
        assert budget.spent_on(session, person_id=desk.town.people["eye"], on=legal_day(desk.town.now())) == 0
    assert [one["index"] for one in eye.get(f"{PATH}/{query['id']}").json()["runs"]] == [run["recorded_as"]]


def test_a_query_finds_by_reason_citation_and_purpose_only_what_an_auditor_may_see(desk: Desk) -> None:
    """Act 16: by no reason that can be asked for does an auditor learn how an assessment ended, or that there was one."""
    checks = {person: check(desk, person) for person in ALIKE}
    eye = desk.sign_in("eye")
    outside = saved(eye, "外", reasons=["not_cleared"])
    assert eye.post(f"{PATH}/{outside['id']}/run", json={}).status_code == 422
    run = ran(eye, outside, purpose="audit")
    found = {one["index"] for one in run["found"]}
    heard = {checks[person] in found for person in ALIKE}
    assert len(heard) == 1, "the four are found alike, or not at all"
    for reason in ("assessment_negative", "assessment_refused", "no_assessment", "clearance_expired"):
        assert ran(eye, saved(eye, reason, reasons=[reason]), purpose="audit")["found"] == []
    cited = ran(eye, saved(eye, "条", kinds=["decision:access:decided"], citations=["Act 11"]), purpose="audit")
    assert {one["index"] for one in cited["found"]} >= set(checks.values()) - {None}
    looked = ran(eye, saved(eye, "目的", purposes=["audit"], kinds=["evidence:query:run"]), purpose="audit")
    assert looked["found"]
    assert all(one["opened"]["note"]["purpose"] == "audit" for one in looked["found"])


def test_a_query_finds_decisions_by_what_an_application_asked_for(desk: Desk) -> None:
    checks = [check(desk, CLEARED, purpose="assigned_work"), check(desk, CLEARED), check(desk, NEGATIVE, purpose="shift")]
    eye = desk.sign_in("eye")
    query = saved(eye, "目的", purposes=["assigned_work", "shift"])
    assert eye.post(f"{PATH}/{query['id']}/run", json={}).status_code == 422
    run = ran(eye, query, purpose="audit")
    assert {one["index"]: one["opened"]["asked"] for one in run["found"]} == {
        checks[0]: {"purpose": "assigned_work"},
        checks[2]: {"purpose": "shift"},
    }
    assert ran(eye, saved(eye, "別の目的", purposes=["inspection"]), purpose="audit")["found"] == []


def test_what_was_opened_stands_on_the_record_of_everybody_whom_it_is_about(desk: Desk) -> None:
    check(desk, NEGATIVE)
    eye = desk.sign_in("eye")
    ran(eye, saved(eye), purpose="audit")
    with read(desk.town.engine) as session:
        looks = lookups.looks_at(session, log=desk.town.log, person_id=NEGATIVE)
    assert [(one.roles, one.purpose) for one in looks] == [(("auditor",), "audit")]


def test_whoever_is_no_auditor_is_refused_and_the_attempt_is_an_entry(desk: Desk) -> None:
    query = saved(desk.sign_in("eye"))
    for name in ("hr-desk", "manager", "admin"):
        _refused(desk, query, name)


def _refused(desk: Desk, query: dict[str, Any], name: str) -> None:
    client = desk.sign_in(name)
    before = size(desk)
    for path in (f"{PATH}/{query['id']}/run", f"{PATH}/{query['id']}/sample", f"{PATH}/{query['id']}/export"):
        assert client.post(path, json={}).status_code == 403
    assert client.get("/api/v1/gaps").status_code == 403
    refused = [entry(desk, index) for index in range(before, size(desk))]
    assert [(one["kind"], one["out"], one["actor"]) for one in refused] == [
        ("evidence:disclosure:read", "refused", desk.town.accounts[name])
    ] * 4
    assert note_of(desk, before)["why"] == "not_allowed"


def test_a_refused_look_at_an_entry_is_an_entry_whether_or_not_there_is_such_an_entry(desk: Desk) -> None:
    """The answer tells nothing of what is there, and neither does what is written."""
    index = check(desk, NEGATIVE)
    far = desk.sign_in("colleague")
    before = size(desk)
    answers = [far.post(f"/api/v1/entries/{one}/look", json={"purpose": "audit"}) for one in (index, 10**9)]
    assert [one.status_code for one in answers] == [404, 404]
    tried = [entry(desk, one) for one in range(before, size(desk))]
    assert [(one["out"], one["object"]) for one in tried] == [("refused", f"entry:{index}"), ("refused", f"entry:{10**9}")]
    assert all("person" not in one for one in tried)
    with read(desk.town.engine) as session:
        assert lookups.looks_at(session, log=desk.town.log, person_id=NEGATIVE) == []


def test_a_flood_of_attempts_is_counted_and_not_written_without_end(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("service.acts.attempts.WRITTEN_A_DAY", 3)
    nobody = desk.sign_in("colleague")
    before = size(desk)
    for _again in range(6):
        assert nobody.post("/api/v1/entries/1/look", json={"purpose": "audit"}).status_code == 404
    assert size(desk) == before + 3
    assert "counted" in note_of(desk, size(desk) - 1)["more"]


def test_many_small_requests_and_accounts_open_no_more_than_the_budget(desk: Desk) -> None:
    for _again in range(4):
        check(desk, NEGATIVE)
    set_budget(desk, 5)
    eye, again = desk.sign_in("eye"), desk.sign_in("eye-again")
    query = saved(eye)
    assert ran(eye, query, purpose="audit", limit=3)["opened"] == 3
    refused = again.post(f"{PATH}/{query['id']}/run", json={"purpose": "audit", "limit": 3})
    assert (refused.status_code, refused.json()["reason"]) == (403, "disclosure_budget_spent")
    assert refused.json()["facts"]["opened"] == "3"
    assert ran(again, query, purpose="audit", limit=2)["opened"] == 2
    for client in (eye, again):
        assert client.post(f"{PATH}/{query['id']}/run", json={"purpose": "audit", "limit": 1}).status_code == 403
        assert ran(client, query, limit=50)["opened"] == 0, "without disclosures it is free"
    assert newest(desk, 2)["kind"] in {"evidence:disclosure:read", "evidence:query:run"}


def test_a_reason_is_paid_for_wherever_it_is_looked_for_and_not_only_where_it_is_found(desk: Desk) -> None:
    """Who filters by reason learns of every entry that was looked through; otherwise the budget would open the whole log."""
    for _again in range(3):
        check(desk, NEGATIVE)
    set_budget(desk, 2)
    eye = desk.sign_in("eye")
    query = saved(eye, "無", kinds=["decision:access:decided"], reasons=["record_mismatch"])
    assert eye.post(f"{PATH}/{query['id']}/run", json={"purpose": "audit"}).status_code == 403


def more(client: httpx2.Client, query: dict[str, Any], rows: int) -> str:
    answer = client.post(f"{PATH}/{query['id']}/disclosure-requests", json={"rows": rows, "reason": "漏えいの調査"})
    assert answer.status_code == 200, answer.text
    told: str = answer.json()["id"]
    return told


def confirm(client: httpx2.Client, request: str) -> httpx2.Response:
    return client.post(f"/api/v1/disclosure-requests/{request}/confirm")


def test_a_second_auditor_confirms_more_for_one_query_and_no_other(desk: Desk) -> None:
    for _again in range(3):
        check(desk, NEGATIVE)
    set_budget(desk, 0)
    eye = desk.sign_in("eye")
    query, other = saved(eye, "一"), saved(eye, "二")
    request = more(eye, query, 3)
    assert eye.post(f"{PATH}/{query['id']}/run", json={"purpose": "audit"}).status_code == 403, "not before it is confirmed"
    second = desk.sign_in("other-eye")
    done = confirm(second, request)
    assert done.status_code == 200, done.text
    assert entry(desk, done.json()["recorded_as"])["kind"] == "evidence:disclosures:confirmed"
    assert ran(eye, query, purpose="audit")["opened"] == 3
    assert eye.post(f"{PATH}/{query['id']}/run", json={"purpose": "audit"}).status_code == 403, "it is spent"
    assert eye.post(f"{PATH}/{other['id']}/run", json={"purpose": "audit"}).status_code == 403
    assert confirm(second, request).status_code == 409


def test_nobody_confirms_their_own_request_by_whatever_account(desk: Desk) -> None:
    eye = desk.sign_in("eye")
    request = more(eye, saved(eye), 3)
    for client in (eye, desk.sign_in("eye-again")):
        refused = confirm(client, request)
        assert (refused.status_code, refused.json()["reason"]) == (403, "confirms_oneself")
    assert confirm(desk.sign_in("manager"), request).status_code == 403


@pytest.mark.parametrize("how", ["named", "acted", "found"])
def test_the_audited_never_confirm(desk: Desk, how: str) -> None:
    """Whoever the query names, and whoever acted in what it finds: the approver who approved what is audited."""
    eye, town = desk.sign_in("eye"), desk.town
    asked = {
        "named": {"people": [town.people["boss"]], "kinds": ["decision:access:decided"]},
        "acted": {"accounts": ["boss"], "kinds": ["proposals:proposal:decided"]},
        "found": {"kinds": ["identity:account:opened"], "since": "2020-01-01"},
    }[how]
    if how == "found":
        # An account that the approver approved.
        town.both("admin", "boss", "open_account", person_id=town.people["colleague"], sign_in_name="fresh")
    refused = confirm(desk.sign_in("boss"), more(eye, saved(eye, how, **asked), 3))
    assert (refused.status_code, refused.json()["reason"]) == (403, "confirmed_by_audited")


def test_what_auditors_leave_by_auditing_makes_them_the_audited_only_of_a_query_for_just_that(desk: Desk) -> None:
    since = instant(desk.town.now())
    second, eye = desk.sign_in("other-eye"), desk.sign_in("eye")
    ran(second, saved(second, "自"))
    assert confirm(second, more(eye, saved(eye, "皆", since=since), 3)).status_code == 200
    looks = saved(eye, "閲覧", kinds=["evidence:query:run"])
    assert confirm(second, more(eye, looks, 3)).json()["reason"] == "confirmed_by_audited"


def test_a_finding_is_stated_answered_and_closed_each_by_whom_it_is_for(desk: Desk) -> None:
    index = check(desk, NEGATIVE)
    eye, manager, second = desk.sign_in("eye"), desk.sign_in("manager"), desk.sign_in("other-eye")
    place = desk.town.organization
    body = {"words": "必要を確認されたい", "organization_id": place, "role": "information_manager"}
    stated = eye.post(f"/api/v1/entries/{index}/findings", json=body)
    assert stated.status_code == 200, stated.text
    finding = stated.json()["id"]
    clear = newest(desk)
    assert (clear["kind"], clear["object"], clear["for"]) == ("evidence:finding:stated", finding, place)
    assert "person" not in clear, "whom a finding is about is not read off the log"
    early = second.post(f"/api/v1/findings/{finding}/close", json={"words": "終"})
    assert early.json()["reason"] == "not_answered"
    hr = desk.sign_in("hr-desk")
    for client, status in ((hr, 404), (eye, 403), (desk.sign_in("custodian"), 403)):
        assert client.post(f"/api/v1/findings/{finding}/answer", json={"words": "x"}).status_code == status
    assert [one["id"] for one in manager.get("/api/v1/findings").json()] == [finding]
    assert hr.get("/api/v1/findings").json() == []
    assert manager.post(f"/api/v1/findings/{finding}/answer", json={"words": "確認済み"}).status_code == 200
    assert manager.post(f"/api/v1/findings/{finding}/answer", json={"words": "再"}).status_code == 409
    assert manager.post(f"/api/v1/findings/{finding}/close", json={"words": "終"}).status_code == 403
    assert second.post(f"/api/v1/findings/{finding}/close", json={"words": "了"}).status_code == 200
    (told,) = eye.get("/api/v1/findings").json()
    assert [(step["step"], step["words"]) for step in told["steps"]] == [
        ("stated", "必要を確認されたい"),
        ("answered", "確認済み"),
        ("closed", "了"),
    ]
    assert told["state"] == "closed"
    assert [entry(desk, step["index"])["kind"].rpartition(":")[2] for step in told["steps"]] == ["stated", "answered", "closed"]


def test_the_words_of_a_note_lie_under_the_key_of_whom_the_entry_is_about_and_in_no_row(desk: Desk) -> None:
    index = check(desk, NEGATIVE)
    eye = desk.sign_in("eye")
    assert eye.post(f"/api/v1/entries/{index}/notes", json={"words": "カナリア語"}).status_code == 200
    with desk.town.engine.connect() as connection:
        keys = connection.execute(text("select key_id from ledger.disclosures where index = :index"), {"index": size(desk) - 1})
        assert any(NEGATIVE in str(key) for (key,) in keys)
        rows = connection.execute(text("select to_jsonb(r)::text from evidence.remarks r")).scalars().all()
    assert len(rows) == 1
    assert "カナリア" not in rows[0]
    assert [one["steps"][0]["words"] for one in eye.get("/api/v1/findings", params={"index": index}).json()] == ["カナリア語"]
    assert eye.post("/api/v1/entries/999999999/notes", json={"words": "x"}).status_code == 404
    assert eye.post(f"/api/v1/entries/{index}/notes", json={"words": "  "}).status_code == 422


def test_a_sample_is_drawn_again_offline_from_seed_and_range(desk: Desk) -> None:
    for _again in range(6):
        check(desk, NEGATIVE)
    eye = desk.sign_in("eye")
    query = saved(eye)
    drawn = eye.post(f"{PATH}/{query['id']}/sample", json={"size": 3, "seed": "kansa-1"}).json()
    among = [index for index in range(drawn["upto"]) if read_predicate(query["predicate"]).matches(entry(desk, index))]
    assert len(among) == drawn["population"]
    by_hand = sorted(sorted(among, key=lambda index: sha256(f"kansa-1:{index}".encode()).digest())[:3])
    assert [one["index"] for one in drawn["sample"]] == by_hand
    check(desk, NEGATIVE)
    again = {"size": 3, "seed": "kansa-1", "upto": drawn["upto"]}
    assert eye.post(f"{PATH}/{query['id']}/sample", json=again).json()["sample"] == drawn["sample"]
    assert eye.post(f"{PATH}/{query['id']}/sample", json={}).json()["seed"]


UNFIT: list[tuple[dict[str, Any], str]] = [
    ({"since": "令和8年2月30日"}, "since"),
    ({"since": "昭和70年1月1日"}, "since"),
    ({"since": "令和元年4月30日"}, "since"),
    ({"since": "2026-13-01"}, "since"),
    ({"until": "9999-12-31"}, "until"),
    ({"since": "2026-11-24 25:00"}, "since"),
    ({"since": "2026-11-30", "until": "2026-11-01"}, "until"),
    ({"kinds": ["decision:access:invented"]}, "kinds"),
    ({"kinds": ["' or true --"]}, "kinds"),
    ({"outcomes": ["permitted"]}, "outcomes"),
    ({"people": ["a b"]}, "people"),
    ({"reasons": ["x" * 128 + "y"]}, "reasons"),
]


def test_a_query_of_what_there_is_not_is_told_by_its_word(desk: Desk) -> None:
    eye = desk.sign_in("eye")
    before = size(desk)
    for query, word in UNFIT:
        answer = eye.post(PATH, json={"name": "x", "reason": "y", "query": query})
        assert answer.status_code == 422, query
        assert word in answer.text, query
    assert size(desk) == before, "nothing was recorded"


def test_a_value_finds_what_is_of_that_name_and_is_never_read_as_anything_else(desk: Desk) -> None:
    check(desk, NEGATIVE)
    eye = desk.sign_in("eye")
    for value in ("%", "_", "';drop--", '","out":"deny', "\\", '},{"_sd":[', "p_1%27"):
        query = saved(eye, f"値{value}", people=[value], objects=[value], requests=[value])
        assert ran(eye, query)["found"] == [], value


def test_a_finished_package_is_remembered_for_its_successor(desk: Desk) -> None:
    eye = desk.sign_in("eye")
    query = saved(eye)
    with transaction(desk.town.engine) as session:
        assert queries.last_exported(session, query["id"]) is None
        queries.record_exported(session, query["id"], export_id="exp_1", size=10, index=10)
        queries.record_exported(session, query["id"], export_id="exp_2", size=12, index=13)
    last = eye.get(f"{PATH}/{query['id']}").json()["last_exported"]
    assert last == {"export_id": "exp_2", "size": 12, "index": 13}


def test_a_query_is_ended_by_its_owner_alone(desk: Desk) -> None:
    eye, second = desk.sign_in("eye"), desk.sign_in("other-eye")
    query = saved(eye)
    assert second.post(f"{PATH}/{query['id']}/end").status_code == 404
    assert eye.post(f"{PATH}/{query['id']}/end").status_code == 200
    assert newest(desk)["kind"] == "evidence:query:ended"
    assert eye.get(PATH).json() == []
    assert saved(eye)["id"] != query["id"], "the name is free again"


def test_gaps_are_told_for_a_time_by_western_or_japanese_year(desk: Desk) -> None:
    eye = desk.sign_in("eye")
    told = eye.get("/api/v1/gaps", params={"since": "令和8年1月1日", "minutes": 60}).json()
    assert told["whole"]
    assert told["unsigned"][-1]["covered_by"] is None, "what was never signed waits for it"
    assert eye.get("/api/v1/gaps", params={"since": "令和8年2月30日"}).status_code == 422


@pytest.mark.parametrize(("form", "ending"), [("csv", "csv"), ("cp932", "cp932.csv"), ("jsonl", "jsonl"), ("ocsf", "ocsf.jsonl")])
def test_everything_that_a_query_finds_is_written_out_as_a_file_whose_digest_is_an_entry(desk: Desk, form: str, ending: str) -> None:
    index = check(desk, NEGATIVE)
    eye = desk.sign_in("eye")
    query = saved(eye)
    file = eye.post(f"{PATH}/{query['id']}/export", json={"format": form, "language": "en"})
    assert file.status_code == 200, file.text
    assert file.headers["content-disposition"] == f'attachment; filename="query.{ending}"'
    lines = file.content.splitlines()[1:] if ending.endswith("csv") else file.content.splitlines()
    assert len(lines) == len(ran(eye, query)["found"])
    assert str(index).encode() in file.content
    done = next(one for back in range(1, 6) if (one := size(desk) - back) and entry(desk, one)["kind"] == "ledger:export:completed")
    assert note_of(desk, done)["sha256"] == sha256(file.content).hexdigest()
    assert "profile" not in note_of(desk, done - 1)


def test_a_file_with_reasons_counts_against_the_budget_and_one_without_is_free(desk: Desk) -> None:
    for _again in range(3):
        check(desk, NEGATIVE)
    set_budget(desk, 2)
    eye = desk.sign_in("eye")
    query = saved(eye)
    refused = eye.post(f"{PATH}/{query['id']}/export", json={"format": "jsonl", "purpose": "audit"})
    assert (refused.status_code, refused.json()["reason"]) == (403, "disclosure_budget_spent")
    assert "record_mismatch" not in refused.text
    plain = eye.post(f"{PATH}/{query['id']}/export", json={"format": "jsonl"})
    assert plain.status_code == 200
    assert "assessment_negative" not in plain.text
    set_budget(desk, 100)
    opened = eye.post(f"{PATH}/{query['id']}/export", json={"format": "jsonl", "purpose": "audit"})
    assert opened.status_code == 200
    assert len(opened.text) > len(plain.text)


def test_a_file_in_a_format_that_nobody_knows_is_bad_input(desk: Desk) -> None:
    eye = desk.sign_in("eye")
    query = saved(eye)
    assert eye.post(f"{PATH}/{query['id']}/export", json={"format": "pdf"}).status_code == 422
    assert eye.post(f"{PATH}/nothing/export", json={}).status_code == 404


def test_a_site_of_the_small_profile_says_so_in_the_name_of_each_file_and_in_its_entry(desk: Desk) -> None:
    eye = desk.sign_in("eye")
    query = saved(eye)
    town = desk.town
    with transaction(town.engine) as session:
        set_profile(session, log=town.log, actor=ACTOR, at=town.now(), profile="small")
    file = eye.post(f"{PATH}/{query['id']}/export", json={"format": "csv"})
    assert file.headers["content-disposition"] == 'attachment; filename="query-small-site.csv"'
    asked = next(one for back in range(1, 6) if (one := size(desk) - back) and entry(desk, one)["kind"] == "ledger:export:requested")
    assert note_of(desk, asked)["profile"] == "small"
