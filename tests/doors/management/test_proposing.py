"""Acts and proposals over HTTP."""

import pytest

from tests.doors.management.conftest import Desk


def test_two_people_bring_one_act_about_over_http(desk: Desk) -> None:
    clerk, manager = desk.sign_in("clerk"), desk.sign_in("manager")
    made = clerk.post("/api/v1/acts/register_person", json={"legal_name": "架空 働く人"})
    assert made.status_code == 200
    person = made.json()["made"][0]
    waiting = clerk.post("/api/v1/acts/take_post", json={"person_id": person, "organization_id": desk.town.organization})
    assert waiting.status_code == 202
    proposal = waiting.json()["proposal"]
    assert waiting.json()["foreseen"][0]["entry"]["kind"] == "personnel:post:taken"
    seen = manager.get(f"/api/v1/proposals/{proposal}").json()
    assert (seen["state"], seen["may_decide"], seen["hindrance"]) == ("open", True, None)
    assert not clerk.get(f"/api/v1/proposals/{proposal}").json()["may_decide"]
    own = clerk.post(f"/api/v1/proposals/{proposal}/approve", json={"digest": seen["digest"]})
    assert (own.status_code, own.json()["type"]) == (403, "/problems/proposal-refused")
    done = manager.post(f"/api/v1/proposals/{proposal}/approve", json={"digest": seen["digest"], "words": "確認しました"})
    assert done.status_code == 200
    again = manager.post(f"/api/v1/proposals/{proposal}/approve", json={"digest": seen["digest"]})
    assert again.status_code == 409
    thread = clerk.get(f"/api/v1/proposals/{proposal}").json()["thread"]
    assert [one["step"] for one in thread] == ["made", "approved"]


def test_many_are_approved_as_one_file(desk: Desk) -> None:
    admin, boss = desk.sign_in("admin"), desk.sign_in("boss")
    waiting = [admin.post("/api/v1/acts/grant_application", json={"name": f"dms{number}"}).json()["proposal"] for number in range(3)]
    shown = [{"id": one, "digest": boss.get(f"/api/v1/proposals/{one}").json()["digest"]} for one in waiting]
    shown[1]["digest"] = "0" * 64
    outcomes = boss.post("/api/v1/proposals/approve", json={"proposals": shown}).json()
    assert [one["first_index"] is not None for one in outcomes] == [True, False, True]
    assert "changed" in outcomes[1]["problem"]


def test_what_is_not_theirs_to_see_is_as_if_it_were_not(desk: Desk) -> None:
    waiting = desk.sign_in("admin").post("/api/v1/acts/grant_application", json={"name": "dms"}).json()["proposal"]
    clerk = desk.sign_in("clerk")
    hidden = clerk.get(f"/api/v1/proposals/{waiting}")
    absent = clerk.get(f"/api/v1/proposals/prop_{'0' * 32}")
    assert (hidden.status_code, hidden.content) == (404, absent.content)
    assert waiting not in clerk.get("/api/v1/proposals").text


@pytest.mark.parametrize(
    ("words", "status", "pointer"),
    [
        ({}, 422, "/body/legal_name"),
        ({"legal_name": 7}, 422, "/body/legal_name"),
        ({"legal_name": "架空", "nonsense": 1}, 422, "/body/nonsense"),
        ({"legal_name": "架空", "birth_on": "yesterday"}, 422, "/body/birth_on"),
        ({"legal_name": "架空\x00"}, 422, "/legal_name"),
    ],
)
def test_bad_words_are_named(desk: Desk, words: dict[str, object], status: int, pointer: str) -> None:
    answer = desk.sign_in("clerk").post("/api/v1/acts/register_person", json=words)
    assert answer.status_code == status
    assert answer.json()["errors"][0]["pointer"] == pointer


def test_a_refusal_of_law_names_its_citation(desk: Desk) -> None:
    manager = desk.sign_in("manager")
    town = desk.town
    organ = town.both("manager", "deputy", "register_organization", kind="organ", name="架空経済省")
    words = {"organ_id": organ, "on": "2026-11-01", "until": "2031-11-01"}
    letter = {"document_number": "経保第1号", "letter_on": "2026-11-01", "arrived_on": "2026-11-02"}
    answer = manager.post("/api/v1/acts/record_designation", json=words | letter)
    assert answer.status_code == 403
    assert answer.json()["citation"] == ["Act 4(1)"]


def test_acts_of_the_other_seat_exist_nowhere(desk: Desk) -> None:
    manager = desk.sign_in("manager")
    answer = manager.post("/api/v1/acts/designate", json={"organ_id": "x", "on": "2026-11-01", "years": 1})
    assert answer.status_code in {404, 405}
    many = manager.post("/api/v1/acts", json={"acts": [{"verb": "designate", "words": {}}]})
    assert many.status_code == 422
    assert "designate" not in {act["verb"] for act in manager.get("/api/v1/acts").json()}


def test_a_look_at_what_an_entry_withholds_is_an_entry_and_shows_what_the_table_allows(desk: Desk) -> None:
    clerk, eye = desk.sign_in("clerk"), desk.sign_in("eye")
    index = clerk.post("/api/v1/acts/register_person", json={"legal_name": "架空 秘密の名"}).json()["first_index"]
    assert eye.post(f"/api/v1/entries/{index}/look", json={}).status_code == 422
    assert eye.post(f"/api/v1/entries/{index}/look", json={"purpose": "curiosity"}).status_code == 422
    seen = eye.post(f"/api/v1/entries/{index}/look", json={"purpose": "audit"}).json()
    assert seen["disclosures"][0]["value"][0]["row"]["legal_name"] == "架空 秘密の名"
    entries = eye.get("/api/v1/entries", params={"after": seen["recorded_as"] - 1}).json()["entries"]
    assert entries[0]["entry"]["kind"] == "evidence:disclosure:read"
    assert "秘密の名" not in str(entries)
    nobody = desk.sign_in("nobody")
    assert nobody.post(f"/api/v1/entries/{index}/look", json={"purpose": "audit"}).status_code == 404
    assert desk.sign_in("boss").post(f"/api/v1/entries/{index}/look", json={}).json()["disclosures"][0]["value"] is not None


def test_the_person_is_told_who_looked_by_role_and_purpose(desk: Desk) -> None:
    eye, nobody = desk.sign_in("eye"), desk.sign_in("nobody")
    with desk.town.engine.connect() as connection:
        from sqlalchemy import text

        index = connection.execute(
            text("select changed_index from personnel.people where id = :id"), {"id": desk.town.people["nobody"]}
        ).scalar_one()
    assert eye.post(f"/api/v1/entries/{index}/look", json={"purpose": "audit"}).status_code == 200
    told = nobody.get("/api/v1/me/looks").json()
    assert told["sealed"] is False
    assert told["looks"][0]["roles"] == ["auditor"]
    assert told["looks"][0]["purpose"] == "audit"
    assert "eye" not in str(told)


def test_looks_have_a_daily_budget(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("service.evidence.lookups.LOOKS_A_DAY", 3)
    eye = desk.sign_in("eye")
    answers = [eye.post("/api/v1/entries/3/look", json={"purpose": "audit"}).status_code for _ in range(5)]
    assert answers == [200, 200, 200, 403, 403]
