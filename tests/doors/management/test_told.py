"""What a refusal says to whoever reads it: a sentence in their language, its code for programs, and what its address explains."""

import httpx2
import pytest

from service.acts.hindrances import PROBLEMS, REASONS
from tests.doors.management.conftest import Desk

LETTER = {"document_number": "経保第1号", "letter_on": "2026-11-01", "arrived_on": "2026-11-02"}


def refused(desk: Desk, accepts: str | None) -> httpx2.Response:
    organ = desk.town.both("manager", "deputy", "register_organization", kind="organ", name="架空経済省")
    words = {"organ_id": organ, "on": "2026-11-01", "until": "2031-11-01"}
    headers = {} if accepts is None else {"accept-language": accepts}
    return desk.sign_in("manager").post("/api/v1/acts/record_designation", json=words | LETTER, headers=headers)


@pytest.mark.parametrize(
    ("accepts", "language"),
    [
        (None, 1),
        ("ja", 0),
        ("ja-JP,ja;q=0.9,en;q=0.8", 0),
        ("en-GB,en;q=0.9,ja;q=0.5", 1),
        ("fr, ja;q=0.2", 0),
        ("ja;q=much", 1),
        ("*", 1),
    ],
)
def test_a_refusal_is_told_in_the_language_of_its_reader_with_its_code_and_citation(desk: Desk, accepts: str | None, language: int) -> None:
    answer = refused(desk, accepts)
    assert answer.status_code == 403
    said = answer.json()
    assert said["detail"] == REASONS["validity_over_five_years"][language]
    assert (said["reason"], said["citation"]) == ("validity_over_five_years", ["Act 4(1)"])


def test_the_address_of_a_problem_explains_it_in_both_languages_to_anybody(desk: Desk) -> None:
    kind = refused(desk, None).json()["type"]
    with httpx2.Client(base_url=desk.address) as anybody:
        page = anybody.get(kind)
        assert page.status_code == 200
        assert page.headers["content-type"] == "text/html; charset=utf-8"
        assert all(words in page.text for words in PROBLEMS["designation-refused"])
        assert {anybody.get(f"/problems/{slug}").status_code for slug in PROBLEMS} == {200}
        assert anybody.get("/problems/nothing-of-ours").status_code == 404


def test_a_page_tells_what_was_refused_in_words(desk: Desk) -> None:
    organ = desk.town.both("manager", "deputy", "register_organization", kind="organ", name="架空経済省")
    browser = desk.sign_in("manager")
    form = browser.get("/acts/record_designation?lang=ja")
    token = form.text.split('name="form_token" value="')[1].split('"')[0]
    words = {"form_token": token, "organ_id": organ, "on": "2026-11-01", "until": "2031-11-01", **LETTER}
    told = browser.post("/acts/record_designation?lang=ja", data=words, headers={"origin": desk.address})
    assert told.status_code == 403, told.text
    assert REASONS["validity_over_five_years"][0] in told.text
    assert "法第4条第1項" in told.text
    assert "validity_over_five_years" not in told.text
