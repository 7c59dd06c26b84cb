"""Explanations over the API: a decision, a question, a day in both forms, who could; for those entitled, and nothing to anybody else."""

import json
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import httpx2
import pytest
from sqlalchemy import text

from service.database import transaction
from service.designation.operations import register_document
from service.evidence import explained
from service.identity.accounts import open_account
from service.registers.operations import designate_area, enter_document, store_document
from service.statute.periods import legal_day
from tests.builders import alike
from tests.builders.alike import ALIKE, CLEARED, INFORMATION, NEGATIVE, NEVER, neutral
from tests.builders.members import Town, town_world
from tests.builders.site import ACTOR
from tests.builders.worlds import World
from tests.doors.management.conftest import Desk

PATH = "/api/v1/explanations"
WORDS_OF_RESULTS = ("negative", "assessment_negative", "no_assessment", "assessment_refused", "act-11-1-none", "act-11-1-negative")


def settle(town: Town) -> None:
    alike.peopled(town, town.engine, seat="operator")
    for name, person in (("concerned", NEGATIVE), ("never", NEVER)):
        with transaction(town.engine) as session:
            account = open_account(session, log=town.log, actor=ACTOR, at=town.now(), person_id=person, sign_in_name=name)
        town.accounts[name], town.people[name] = account, person
        town.equip(name)
    town.admit("far", "information_manager", organization_id=alike.HEAD)
    town.equip("far")


TOWN = town_world(settle)


@pytest.fixture
def world_laid() -> World:
    return TOWN


def check(desk: Desk, person: str, **context: str) -> int:
    """Let the application ask; return the index of the decision."""
    key = alike.key_for(desk.town)
    body = {
        "subject": {"type": "person", "id": person},
        "resource": {"type": "information", "id": INFORMATION},
        "action": {"name": "read"},
        "context": context,
    }
    answer = httpx2.post(f"{desk.address}/access/v1/evaluation", json=body, headers={"Authorization": f"Bearer {key}"})
    assert answer.status_code == 200
    return size(desk) - 1


def size(desk: Desk) -> int:
    with desk.town.engine.connect() as connection:
        return int(connection.execute(text("select count(*) from ledger.entries")).scalar_one())


def entry(desk: Desk, index: int) -> dict[str, Any]:
    with desk.town.engine.connect() as connection:
        body = connection.execute(text("select body from ledger.entries where index = :index"), {"index": index}).scalar_one()
    found: dict[str, Any] = json.loads(bytes(body))
    return found


def question(desk: Desk, person: str, **words: Any) -> dict[str, Any]:
    asked = {"person_id": person, "information_id": INFORMATION, "organization_id": desk.town.organization, "purpose": "inquiry"}
    return asked | words


def today(desk: Desk) -> date:
    return legal_day(desk.town.now())


def steps(answer: dict[str, Any]) -> dict[str, str]:
    (information,) = answer["informations"]
    (channel,) = information["channels"]
    return {step["step"]: step["state"] for step in channel["steps"]}


def test_a_decision_is_explained_to_an_auditor_and_the_look_stands_on_the_person_s_record(desk: Desk) -> None:
    index = check(desk, CLEARED)
    told = desk.sign_in("eye").post(f"{PATH}/decision", json={"index": index, "purpose": "audit"})
    assert told.status_code == 200
    said = told.json()
    (answer,) = said["answers"]
    assert (answer["form"], answer["agrees"], answer["policy"]) == ("decided", True, entry(desk, index)["policy"])
    assert answer["answer"]["permit"]
    assert answer["answer"]["basis"] == [{"en": "Act 11(1)", "ja": "法第11条第1項"}]
    assert steps(answer)["listing"] == "holds"
    look = entry(desk, said["recorded_as"])
    assert (look["kind"], look["person"], look["object"]) == ("evidence:disclosure:read", CLEARED, str(index))
    assert size(desk) == said["recorded_as"] + 1


def test_a_denial_is_explained_by_the_reference_that_it_showed_to_whoever_it_is_about(desk: Desk) -> None:
    reference = entry(desk, check(desk, NEGATIVE))["ref"]
    told = desk.sign_in("concerned").post(f"{PATH}/decision", json={"reference": reference.lower()})
    assert told.status_code == 200, told.text
    (answer,) = told.json()["answers"]
    assert answer["answer"]["reason"] == "assessment_negative"
    (channel,) = answer["informations"][0]["channels"]
    assert [one["step"] for one in channel["changes"]] == ["clearance"]
    assert {step["step"]: step["policies"] for step in channel["steps"]}["clearance"] == ["act-11-1-negative"]


def test_an_area_is_explained_with_what_is_kept_there_within_reach_and_alike_outside_the_circle(desk: Desk) -> None:
    town = desk.town
    here: dict[str, Any] = {"organization_id": town.organization}
    acts = [
        (designate_area, {**here, "area": "room", "name": "金庫室", "on": today(desk), "area_id": "vault"}),
        (register_document, {"carries": [INFORMATION], "document_id": "kept"}),
        (enter_document, {**here, "document_id": "kept", "on": today(desk)}),
        (store_document, {**here, "document_id": "kept", "area_id": "vault", "on": today(desk)}),
    ]
    for act, words in acts:
        with transaction(town.engine) as session:
            act(session, log=town.log, actor=ACTOR, at=town.now(), **words)
    asked = {"area_id": "vault", "information_id": None}
    manager = desk.sign_in("manager")
    told = manager.post(f"{PATH}/question", json=question(desk, CLEARED, **asked))
    assert told.status_code == 200, told.text
    (answer,) = told.json()["answers"]
    assert answer["answer"]["permit"]
    own, kept = answer["informations"]
    assert (own["area_id"], own["information_id"], kept["area_id"], kept["information_id"]) == ("vault", None, None, INFORMATION)
    assert [one["channels"][0]["answered"] for one in (own, kept)] == [False, True]
    assert {step["step"]: step["state"] for step in own["channels"][0]["steps"]} == {"area": "holds", "entry": "missing"}
    (change,) = own["channels"][0]["changes"]
    assert change["basis"][0] == {"en": "Order 11(1)(v)", "ja": "施行令第11条第1項第五号"}
    assert ("立入り" in change["ja"], "permitted to enter" in change["en"]) == (True, True)
    day = manager.post(f"{PATH}/question", json=question(desk, CLEARED, on=today(desk).isoformat(), **asked)).json()
    assert [one["form"] for one in day["answers"]] == ["known_today", "known_then"]
    heard = {without_entries(neutral(manager.post(f"{PATH}/question", json=question(desk, one, **asked)).text, one)) for one in ALIKE}
    assert len(heard) == 1, "the four are told alike"
    for wrong in ({"action": "make"}, {"information_id": INFORMATION}):
        assert manager.post(f"{PATH}/question", json=question(desk, CLEARED, **{**asked, **wrong})).status_code == 422
    outside = desk.sign_in("far")
    for area in ("vault", "cellar"):
        assert outside.post(f"{PATH}/question", json=question(desk, CLEARED, **{**asked, "area_id": area})).status_code == 404
    # What is kept there is another's: whoever does not reach it is not told of it by way of the area.
    with town.engine.begin() as connection:
        connection.execute(text("update designation.documents set organization_id = :head where id = 'kept'"), {"head": alike.HEAD})
    assert manager.post(f"{PATH}/question", json=question(desk, CLEARED, **asked)).status_code == 404


def test_outside_the_circle_nobody_learns_from_an_explanation_how_an_assessment_ended(desk: Desk) -> None:
    """The four are alike but for their assessment: what is told of them is the same, whoever of these asks and in whatever form."""
    indexes = {person: check(desk, person) for person in ALIKE}
    yesterday = (today(desk) - timedelta(days=1)).isoformat()
    for name in ("manager", "eye"):
        client = desk.sign_in(name)
        bodies: dict[str, Callable[[str], tuple[str, dict[str, Any]]]] = {
            "decision": lambda person: ("decision", {"index": indexes[person], "purpose": "audit"}),
            "now": lambda person: ("question", question(desk, person)),
            "today": lambda person: ("question", question(desk, person, on=today(desk).isoformat())),
            "yesterday": lambda person: ("question", question(desk, person, on=yesterday)),
        }
        for what, body in bodies.items():
            heard = set()
            for person in ALIKE:
                path, words = body(person)
                answer = client.post(f"{PATH}/{path}", json=words)
                assert answer.status_code == 200, answer.text
                assert not any(word in answer.text for word in WORDS_OF_RESULTS), (name, what)
                assert "not_cleared" in answer.text
                heard.add(without_entries(neutral(answer.text, person)))
            assert len(heard) == 1, (name, what)


def without_entries(said: str) -> str:
    """What is told without the entries of one's own lines, which differ from person to person."""
    told = json.loads(said.replace("<index>", "0"))

    def plain(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: plain(inner) for name, inner in value.items() if name not in {"entry", "known_before"}}
        return [plain(one) for one in value] if isinstance(value, list) else value

    return json.dumps(plain(told), sort_keys=True)


def test_without_that_defence_the_four_would_be_told_apart(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(explained, "is_told", lambda _roles: True)
    client = desk.sign_in("manager")
    heard = {without_entries(neutral(client.post(f"{PATH}/question", json=question(desk, one)).text, one)) for one in ALIKE}
    assert len(heard) > 1


def test_what_is_outside_a_reach_and_what_does_not_exist_are_the_same_bytes(desk: Desk) -> None:
    index = check(desk, NEGATIVE)
    reference = entry(desk, index)["ref"]
    before = size(desk)
    for name in ("never", "far", "elsewhere", "custodian", "registrar", "second", "colleague"):
        client = desk.sign_in(name)
        since = size(desk)
        for there, nowhere in (
            ({"index": index}, {"index": 10_000_000}),
            ({"reference": reference}, {"reference": "ZZZZZZZZ"}),
            ({"index": index}, {"index": 0}),
        ):
            answers = [client.post(f"{PATH}/decision", json={**words, "purpose": "audit"}) for words in (there, nowhere)]
            assert {one.status_code for one in answers} == {404}, (name, there)
            assert answers[0].content == answers[1].content
        asked = [
            question(desk, NEGATIVE),
            question(desk, NEGATIVE, information_id="nothing"),
            question(desk, "nobody at all"),
            question(desk, "nobody at all", information_id="nothing"),
        ]
        answers = [client.post(f"{PATH}/question", json=words) for words in asked]
        assert {one.status_code for one in answers} == {404}, name
        assert len({one.content for one in answers}) == 1, name
        # Each attempt at a decision is an entry, whether or not there is such a decision.
        tried = [entry(desk, one) for one in range(since, size(desk))]
        assert [(one["kind"], one["out"]) for one in tried] == [("evidence:disclosure:read", "refused")] * 6, name
        assert all("person" not in one for one in tried)
    assert size(desk) > before


def test_a_person_asks_of_themselves_what_lists_they_stand_on_and_of_nothing_else(desk: Desk) -> None:
    client = desk.sign_in("concerned")
    told = client.post(f"{PATH}/question", json=question(desk, NEGATIVE, purpose=None))
    assert told.status_code == 200, told.text
    assert told.json()["answers"][0]["answer"]["reason"] == "assessment_negative"
    for words in ({"information_id": "nothing"}, {"person_id": NEVER}, {"organization_id": alike.HEAD}):
        assert client.post(f"{PATH}/question", json=question(desk, NEGATIVE) | words).status_code == 404


def test_a_purpose_is_needed_where_the_table_says_so(desk: Desk) -> None:
    client, index = desk.sign_in("manager"), check(desk, CLEARED)
    before = size(desk)
    for path, words in (
        ("decision", {"index": index}),
        ("question", question(desk, CLEARED, purpose=None)),
        ("handlers", {"information_id": INFORMATION, "organization_id": desk.town.organization, "on": today(desk).isoformat()}),
    ):
        for purpose in (None, "idle"):
            answer = client.post(f"{PATH}/{path}", json=words | {"purpose": purpose})
            assert (answer.status_code, "purpose" in answer.text) == (422, True), (path, purpose)
    assert [entry(desk, one)["out"] for one in range(before, size(desk))] == ["refused"] * 2, "the attempts at the decision alone"


def test_a_question_is_no_check(desk: Desk) -> None:
    told = desk.sign_in("manager").post(f"{PATH}/question", json=question(desk, CLEARED)).json()
    assert told["answers"][0]["form"] == "now"
    assert [entry(desk, index)["kind"] for index in (told["recorded_as"], size(desk) - 1)] == ["evidence:disclosure:read"] * 2
    look = entry(desk, told["recorded_as"])
    assert (look["person"], look["object"], look["for"]) == (CLEARED, f"explanation:{INFORMATION}", desk.town.organization)


def test_a_day_is_told_as_known_today_and_as_known_then_and_what_made_the_difference(desk: Desk) -> None:
    """The log was opened today: of yesterday nothing was known then."""
    yesterday = (today(desk) - timedelta(days=1)).isoformat()
    told = desk.sign_in("concerned").post(f"{PATH}/question", json=question(desk, NEGATIVE, on=yesterday)).json()
    forms = {one["form"]: (one["answer"]["reason"], one["known_before"]) for one in told["answers"]}
    assert forms == {"known_today": ("assessment_negative", None), "known_then": ("unknown_information", 0)}
    reasons = [one["answer"]["reason"] for one in told["differences"]]
    assert (reasons[0], reasons[-1]) == ("not_provided", "assessment_negative")
    last = told["differences"][-1]
    result = entry(desk, last["index"])
    assert (last["at"], last["kind"]) == (result["at"], result["kind"])
    assert result["kind"].startswith("clearance:")


def test_the_entry_of_a_result_is_not_named_to_whoever_is_not_told_results(desk: Desk) -> None:
    yesterday = (today(desk) - timedelta(days=1)).isoformat()
    told = desk.sign_in("eye").post(f"{PATH}/question", json=question(desk, CLEARED, on=yesterday)).json()
    assert [one["answer"]["permit"] for one in told["answers"]] == [True, False]
    *before, last = told["differences"]
    assert all(one["index"] is not None and not one["kind"].startswith("clearance:") for one in before)
    assert (last["index"], last["at"], last["kind"], last["answer"]["permit"]) == (None, None, None, True)


def handlers(desk: Desk, **words: Any) -> dict[str, Any]:
    asked = {"information_id": INFORMATION, "organization_id": desk.town.organization, "on": today(desk).isoformat(), "purpose": "audit"}
    return asked | words


def test_who_could_handle_something_on_a_day_is_one_look_however_many_pages(desk: Desk) -> None:
    client = desk.sign_in("eye")
    before = size(desk)
    pages = [client.post(f"{PATH}/handlers", json=handlers(desk, limit=2)).json()]
    while pages[-1]["next"] is not None:
        pages.append(client.post(f"{PATH}/handlers", json=handlers(desk, limit=2, cursor=pages[-1]["next"])).json())
    assert len(pages) == 3
    assert size(desk) == before + 1
    assert {page["recorded_as"] for page in pages} == {before}
    (one,) = [item for page in pages for item in page["items"]]
    assert (one["person_id"], one["legal_name"]) == (CLEARED, alike.name_of(CLEARED))
    assert one["known_today"]["permit"]
    assert set(one["known_today"]["grounds"]) == {"holding", "certification", "contract", "listing"}
    look = entry(desk, before)
    assert (look["object"], look["for"]) == (f"handlers:{INFORMATION}:{today(desk).isoformat()}:handle", desk.town.organization)


def test_a_cursor_is_good_for_its_own_look_alone(desk: Desk) -> None:
    client, other = desk.sign_in("eye"), desk.sign_in("manager")
    cursor = client.post(f"{PATH}/handlers", json=handlers(desk, limit=1)).json()["next"]
    assert client.post(f"{PATH}/handlers", json=handlers(desk, cursor=cursor)).status_code == 200
    assert other.post(f"{PATH}/handlers", json=handlers(desk, cursor=cursor)).status_code == 422
    assert client.post(f"{PATH}/handlers", json=handlers(desk, cursor=cursor, action="make")).status_code == 422
    assert client.post(f"{PATH}/handlers", json=handlers(desk, cursor="MDo")).status_code == 422


def test_who_could_is_told_in_both_forms_and_a_reason_only_to_whoever_may_know_it(desk: Desk) -> None:
    yesterday = (today(desk) - timedelta(days=1)).isoformat()
    (one,) = desk.sign_in("manager").post(f"{PATH}/handlers", json=handlers(desk, on=yesterday)).json()["items"]
    assert (one["person_id"], one["known_today"]["permit"], one["known_then"]["permit"]) == (CLEARED, True, False)
    assert (one["known_then"]["reason"], one["known_then"]["grounds"]) == ("unknown_information", {})
    # An approver may see lists and who is cleared, and not why somebody was denied.
    (same,) = desk.sign_in("second").post(f"{PATH}/handlers", json=handlers(desk, on=yesterday)).json()["items"]
    assert (same["known_then"]["permit"], same["known_then"]["reason"], same["known_then"]["basis"]) == (False, None, [])


def test_who_could_is_for_those_who_see_lists_and_clearances_and_within_their_reach(desk: Desk) -> None:
    for name in ("clerk", "custodian", "registrar", "colleague", "elsewhere"):
        assert desk.sign_in(name).post(f"{PATH}/handlers", json=handlers(desk)).status_code == 403, name
    manager = desk.sign_in("manager")
    answers = [
        manager.post(f"{PATH}/handlers", json=handlers(desk, information_id="nothing")),
        desk.sign_in("far").post(f"{PATH}/handlers", json=handlers(desk)),
    ]
    assert {one.status_code for one in answers} == {404}
    assert answers[0].content == answers[1].content


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("decision", {}),
        ("decision", {"index": 1, "reference": "ABCDEFGH"}),
        ("decision", {"reference": "AB CDEFG"}),
        ("decision", {"index": -1}),
        ("question", {"person_id": "x"}),
        ("question", {"person_id": "x", "information_id": "a", "document_id": "b"}),
        ("question", {"person_id": "x", "information_id": "a", "action": "eat"}),
        ("question", {"person_id": "x", "information_id": "a", "known_on": "2026-01-01"}),
        ("question", {"person_id": "x", "information_id": "a", "on": "2999-01-01"}),
        ("handlers", {"information_id": "a", "organization_id": "b", "on": "2999-01-01"}),
    ],
)
def test_what_cannot_be_asked_is_told(desk: Desk, path: str, words: dict[str, Any]) -> None:
    before = size(desk)
    answer = desk.sign_in("eye").post(f"{PATH}/{path}", json=words | {"purpose": "audit"})
    assert answer.status_code == 422, answer.text
    assert size(desk) == before + 1, "the sign-in alone"
