"""The auditor's ledger over HTTP: who finds it, what a filter narrows, what a look records, and what an export is."""

import re
from hashlib import sha256
from typing import Any

import httpx2
import pytest

from service.console.auditing.doorways import DOORWAYS
from service.console.auditing.kind_words import KINDS, ROOMS
from service.database import read
from service.evidence import lookups, searches
from service.identity.entitlements import PURPOSES
from service.ledger import Kind, entries, log_size, read_entry
from tests.doors.console.test_people_pages import browser, token
from tests.doors.management.conftest import WORLDS, Desk, desk

__all__ = ["WORLDS", "desk"]

ROW = re.compile(r'<td><a href="/ledger/(\d+)">')
FACET = re.compile(r'<a href="/ledger\?([^"]*)"(?: aria-current="true")?><span>([^<]*)</span> <b>([\d,]+)</b>')


def of_ledger(desk: Desk) -> list[dict[str, Any]]:
    with read(desk.town.engine) as session:
        return [read_entry(body) for _index, body in entries(session, start=0, end=log_size(session))]


def rows(page: httpx2.Response) -> list[int]:
    return [int(one) for one in ROW.findall(page.text)]


def walked(client: httpx2.Client, **words: str) -> list[int]:
    """Every index that a filter finds, page by page."""
    found: list[int] = []
    page = client.get("/ledger", params=words)
    while True:
        assert page.status_code == 200, page.text
        found += rows(page)
        onward = re.search(r'class="button" href="/ledger\?([^"]*before=\d+[^"]*)"', page.text)
        if onward is None:
            return found
        page = client.get("/ledger?" + onward[1].replace("&amp;", "&"))


@pytest.mark.parametrize("name", ["manager", "clerk", "admin", "boss", "nobody"])
def test_nobody_but_an_auditor_opens_any_page_of_the_ledger(desk: Desk, name: str) -> None:
    if name == "nobody":
        desk.town.equip("nobody") if "nobody" not in desk.town.accounts else None
    client = browser(desk, name)
    home = token(client.get("/home"))
    before = len(of_ledger(desk))
    for doorway in DOORWAYS:
        if doorway.roles is not None and doorway.roles & desk.town.member(name).role_names:
            continue
        path = re.sub(r"\{\w+\}", "1", doorway.path)
        for method in doorway.methods:
            answer = client.request(method, path, data={"form_token": home, "purpose": "audit"} if method == "POST" else None)
            assert answer.status_code == 403, (method, path)
    tried = {(one["kind"], one["out"], one["actor"]) for one in of_ledger(desk)[before:]}
    assert tried == {(Kind.DISCLOSURE_READ.value, "refused", desk.town.accounts[name])}, "each attempt is an entry, and nothing else is"
    assert 'href="/ledger"' not in client.get("/home").text


def test_the_list_holds_every_entry_once_the_newest_first(desk: Desk) -> None:
    eye = browser(desk, "eye")
    whole = len(of_ledger(desk))
    assert walked(eye) == list(range(whole - 1, -1, -1))


@pytest.mark.parametrize("language", ["ja", "en"])
def test_an_entry_is_a_sentence_in_either_language(desk: Desk, language: str) -> None:
    eye = browser(desk, "eye")
    page = eye.get("/ledger", params={"kind": Kind.POST_TAKEN.value, "lang": language})
    assert KINDS[Kind.POST_TAKEN.value][0 if language == "ja" else 1] in page.text
    assert "花子" not in page.text.replace("eye 花子", "")
    assert ("ある人(" if language == "ja" else "a person (") in page.text


def test_every_kind_has_its_words() -> None:
    assert set(KINDS) == {kind.value for kind in Kind}
    assert {kind.partition(":")[0] for kind in KINDS} == set(ROOMS)
    assert all(ja.endswith(("ました", "でした")) and en == en.strip() for ja, en in KINDS.values())


def test_what_is_counted_is_what_the_list_holds(desk: Desk) -> None:
    eye = browser(desk, "eye")
    first = eye.get("/ledger", params={"kind": "identity:"})
    facets = FACET.findall(first.text)
    assert len(facets) > 4
    for address, says, number in facets:
        words = dict(part.split("=", 1) for part in address.replace("&amp;", "&").split("&"))
        words = {name: httpx2.QueryParams(f"x={value}")["x"] for name, value in words.items()}
        if words == {"kind": ""}:
            continue
        assert len(walked(eye, **words)) == int(number.replace(",", "")), (address, says)


def test_each_word_of_a_filter_narrows_to_what_it_says(desk: Desk) -> None:
    eye, told = browser(desk, "eye"), of_ledger(desk)
    person, account = desk.town.people["clerk"], desk.town.accounts["admin"]
    cases = [
        ({"who": person}, lambda one: one.get("person") == person),
        ({"who": account}, lambda one: account in (one.get("actor"), one.get("second"))),
        ({"who": "admin"}, lambda one: account in (one.get("actor"), one.get("second"))),
        ({"item": desk.town.organization}, lambda one: desk.town.organization in (one.get("for"), one.get("object"))),
        ({"kind": "personnel:"}, lambda one: one["kind"].startswith("personnel:")),
        (
            {"kind": "personnel:post:taken", "who": person},
            lambda one: one["kind"] == "personnel:post:taken" and one.get("person") == person,
        ),
    ]
    for words, fits in cases:
        expected = [index for index, one in enumerate(told) if fits(one)][::-1]
        assert expected, words
        # Signing in and asking write entries too, which none of these concern.
        assert [index for index in walked(eye, **words) if index < len(told)] == expected, words


def test_days_may_be_written_by_era_and_bound_the_list(desk: Desk) -> None:
    eye = browser(desk, "eye")
    today = desk.town.now().astimezone().date()
    whole = set(walked(eye))
    for word in ("1990-01-01", "H2.1.1", "平成2年1月1日", "1990/1/1 10:30"):
        assert whole <= set(walked(eye, since=word))
        assert walked(eye, until=word) == []
    assert walked(eye, since=f"{today.year + 1}-01-01") == []


@pytest.mark.parametrize(
    "words",
    [
        {"since": "yesterday"},
        {"since": "2026-13-41"},
        {"since": "9999-12-31"},
        {"until": "0001-01-01"},
        {"since": "2026-11-28 25:99"},
        {"since": "2026-11-28", "until": "2026-11-01"},
        {"kind": "' or 1=1 --"},
        {"kind": "personnel"[:3] + ":"},
        {"outcome": "perhaps"},
        {"who": "a b"},
        {"who": "x" * 129},
        {"item": "<script>alert(1)</script> x"},
        {"request": "a\u2028b"},
        {"before": "-1"},
        {"before": "1e9"},
        {"before": "9" * 40},
    ],
)
def test_a_filter_that_makes_no_sense_is_told_once_and_beside_its_field(desk: Desk, words: dict[str, str]) -> None:
    eye = browser(desk, "eye")
    page = eye.get("/ledger", params=words)
    assert page.status_code == 422
    assert page.text.count('role="alert"') == 1
    assert page.text.count('class="problem"') == (0 if "before" in words else 1)
    assert rows(page) == []
    assert "<script>alert" not in page.text


@pytest.mark.parametrize("word", ["'", '"', '","kind":"x', "%", "\\", "\\u0022kind", "zzz", "{}", "a\x00b"])
def test_what_is_typed_is_looked_for_as_text_and_nothing_else(desk: Desk, word: str) -> None:
    eye = browser(desk, "eye")
    for name in ("who", "item", "request"):
        assert walked(eye, **{name: word}) == []


def test_reading_the_clear_part_records_nothing_and_shows_no_name(desk: Desk) -> None:
    eye = browser(desk, "eye")
    before = len(of_ledger(desk))
    index = next(index for index, one in enumerate(of_ledger(desk)) if one["kind"] == Kind.PERSON_REGISTERED)
    page = eye.get(f"/ledger/{index}")
    assert "改ざんされていない" in page.text
    assert page.text.count('class="state good">確認') == 3
    assert "花子" not in page.text.replace("eye 花子", "")
    assert len(of_ledger(desk)) == before


def test_a_look_takes_a_purpose_and_is_recorded_before_it_is_shown(desk: Desk) -> None:
    eye = browser(desk, "eye")
    index = next(index for index, one in enumerate(of_ledger(desk)) if one.get("person") == desk.town.people["clerk"])
    before = of_ledger(desk)
    form = token(eye.get(f"/ledger/{index}"))
    for purpose in ("", "curiosity"):
        refused = eye.post(f"/ledger/{index}", data={"form_token": form, "purpose": purpose})
        assert refused.status_code == 422
        assert "clerk 花子" not in refused.text
    tried = of_ledger(desk)[len(before) :]
    assert [(one["out"], one["object"], "person" in one) for one in tried] == [("refused", f"entry:{index}", False)] * 2
    before += tried
    shown = eye.post(f"/ledger/{index}", data={"form_token": form, "purpose": "audit"})
    assert "clerk 花子" in shown.text
    after = of_ledger(desk)[len(before) :]
    assert [(one["kind"], one.get("person")) for one in after] == [(Kind.DISCLOSURE_READ.value, desk.town.people["clerk"])]
    assert f"番号 {len(before)} に記録しました" in shown.text


def test_a_look_that_cannot_be_recorded_shows_nothing(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_some: Any, **_words: Any) -> int:
        raise lookups.BudgetSpentError(reason="look_budget_spent")

    eye = browser(desk, "eye")
    index = next(index for index, one in enumerate(of_ledger(desk)) if one.get("person") == desk.town.people["clerk"])
    form = token(eye.get(f"/ledger/{index}"))
    monkeypatch.setattr(lookups, "record_look", refuse)
    shown = eye.post(f"/ledger/{index}", data={"form_token": form, "purpose": "audit"})
    assert shown.status_code == 403
    assert "clerk 花子" not in shown.text


def test_an_entry_that_is_not_there_is_not_found(desk: Desk) -> None:
    eye = browser(desk, "eye")
    for path in ("/ledger/999999", "/ledger/-1", "/ledger/x", f"/ledger/{2**60}", "/ledger/" + "9" * 30):
        assert eye.get(path).status_code == 404


def test_an_altered_entry_is_told_on_its_page(desk: Desk) -> None:
    eye = browser(desk, "eye")
    index = next(index for index, one in enumerate(of_ledger(desk)) if one["kind"] == Kind.POST_TAKEN)
    with desk.town.engine.begin() as connection:
        connection.exec_driver_sql("alter table ledger.entries disable trigger all")
        connection.exec_driver_sql(
            "update ledger.entries set body = convert_to(replace(convert_from(body, 'UTF8'), '\"out\":\"accepted\"', '\"out\":\"refused\"'), 'UTF8')"
            f" where index = {index}"
        )
    page = eye.get(f"/ledger/{index}")
    assert 'class="state bad">不一致' in page.text


def test_purposes_of_a_look_are_those_of_the_table(desk: Desk) -> None:
    page = browser(desk, "eye").get("/ledger/3")
    assert re.findall(r'<option value="(\w+)"', page.text.split('id="look-purpose"')[1].split("</select>")[0]) == list(PURPOSES)


def test_a_sample_is_drawn_by_chance_and_again_by_its_seed(desk: Desk) -> None:
    eye = browser(desk, "eye")
    first = eye.get("/ledger/sample", params={"kind": "personnel:", "size": "3"})
    assert first.status_code == 200
    drawn, population = rows(first), walked(eye, kind="personnel:")
    assert len(drawn) == 3
    assert set(drawn) <= set(population)
    seed = first.url.params["seed"]
    eye.get("/ledger")
    again = eye.get(str(first.url))
    assert rows(again) == drawn
    hashed = sorted(population, key=lambda index: sha256(f"{seed}:{index}".encode()).hexdigest())[:3]
    assert drawn == sorted(hashed)
    others = {tuple(rows(eye.get("/ledger/sample", params={"kind": "personnel:", "size": "3", "seed": str(one)}))) for one in range(6)}
    assert len(others) > 1


@pytest.mark.parametrize("words", [{"size": "0"}, {"size": "201"}, {"size": "x"}, {"seed": "a b"}, {"upto": "x"}, {"since": "x"}])
def test_a_sample_that_makes_no_sense_is_told_so(desk: Desk, words: dict[str, str]) -> None:
    assert browser(desk, "eye").get("/ledger/sample", params=words).status_code == 422


def test_a_search_that_looks_at_few_entries_at_a_time_still_finds_all(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    eye = browser(desk, "eye")
    words = {"kind": Kind.LOG_OPENED.value}
    monkeypatch.setattr(searches, "SCANNED", 7)
    first = eye.get("/ledger", params=words)
    assert rows(first) == []
    assert "までの間にはありませんでした" in first.text
    assert walked(eye, **words) == [0]
    assert walked(eye) == list(range(len(of_ledger(desk)) - 1, -1, -1))


def test_what_is_counted_in_part_is_told_so(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    eye = browser(desk, "eye")
    assert "について数えています" not in eye.get("/ledger").text
    monkeypatch.setattr(searches, "COUNTED", 5)
    page = eye.get("/ledger")
    assert "この条件に 5 件" in page.text
    assert f"番号 {len(of_ledger(desk)) - 5} 以降" in page.text
