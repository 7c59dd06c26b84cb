"""Home, the search above every page, the list of all acts and the guide, as each role finds them."""

import re

import pytest

from service.acts.table import ACTS
from service.console.acting.index import ROOMS
from service.console.doors import DOORWAYS
from tests.doors.console.test_people_pages import WORLDS, browser, desk, token
from tests.doors.management.conftest import Desk

__all__ = ["WORLDS", "desk"]

COUNT = re.compile(r'<a class="\w*" href="([^"]+)"><span>[^<]*</span><b>(\d+)</b></a>')


def test_a_count_at_home_opens_the_list_that_it_counts(desk: Desk) -> None:
    for name in ("manager", "deputy"):
        desk.town.ask("clerk", "take_post", person_id=desk.town.people[name], organization_id=desk.town.organization)
    boss = browser(desk, "boss")
    counts = {path.replace("&amp;", "&"): int(number) for path, number in COUNT.findall(boss.get("/home").text)}
    assert counts["/proposals?pile=decide"] == 2
    listed = set(re.findall(r'href="(/proposals/prop_\w+)"', boss.get("/proposals?pile=decide").text))
    assert len(listed) == 2
    assert "/proposals?pile=decide&stalled=yes" not in counts
    assert set(re.findall(r'href="(/proposals/prop_\w+)"', boss.get("/proposals?pile=decide&stalled=yes").text)) == set()


def test_home_tells_how_long_the_ledger_is_and_how_far_it_is_signed(desk: Desk) -> None:
    page = browser(desk, "eye").get("/home")
    assert re.search(r"\d+ 件の記録があり、\d+ 件目まで署名されています", page.text)
    assert "/ledger/verification" in page.text
    assert "/ledger/verification" not in browser(desk, "clerk").get("/home").text


def test_the_search_finds_people_within_reach_and_titles_for_whoever_may_see_them(desk: Desk) -> None:
    found = browser(desk, "clerk").get("/search", params={"q": "花子"}).text
    assert f"/people/{desk.town.people['manager']}" in found
    nothing = browser(desk, "nobody").get("/search", params={"q": "花子"}).text
    assert desk.town.people["manager"] not in nothing
    assert "見つかりませんでした" in nothing


def test_every_act_of_a_seat_stands_in_the_list_of_whoever_may_do_it_and_nobody_else_s(desk: Desk) -> None:
    for name, role in (("clerk", "hr_officer"), ("manager", "information_manager"), ("eye", "auditor"), ("nobody", None)):
        page = browser(desk, name).get("/acts").text
        shown = set(re.findall(r'href="/acts/(\w+)"', page))
        assert shown == {verb for verb, known in ACTS.items() if known.seat in (None, "operator") and {role, "person"} & set(known.roles)}
    assert {known.room.partition(".")[0] for known in ACTS.values()} <= set(ROOMS)


@pytest.mark.parametrize("who", ["hr", "information", "audit"])
def test_a_first_day_leads_only_to_pages_that_its_reader_finds(desk: Desk, who: str) -> None:
    for name in ("clerk", "manager", "eye", "nobody"):
        client = browser(desk, name)
        page = client.get(f"/guide/first-day/{who}")
        assert page.status_code == 200
        for path in re.findall(r'<p><a href="(/[^"]+)">この画面を開く', page.text):
            assert client.get(path).status_code == 200


def test_there_is_no_first_day_of_anybody_else(desk: Desk) -> None:
    assert browser(desk, "nobody").get("/guide/first-day/king").status_code == 404


def test_every_citation_at_the_foot_of_a_page_has_its_place_in_the_guide(desk: Desk) -> None:
    client = browser(desk, "manager")
    anchors = set(re.findall(r'id="([a-z0-9-]+)"', client.get("/guide/law").text))
    for doorway in DOORWAYS:
        if doorway.menu is not None and doorway.basis and doorway.roles and "information_manager" in doorway.roles:
            cited = re.findall(r'href="/guide/law#([a-z0-9-]+)"', client.get(doorway.path).text)
            assert cited
            assert set(cited) <= anchors


def test_the_menu_shows_nobody_a_page_that_they_may_not_open(desk: Desk) -> None:
    for name in ("clerk", "manager", "eye", "boss", "admin", "nobody"):
        client = browser(desk, name)
        menu = client.get("/guide").text.split('<nav class="rail"')[1].split("</nav>")[0]
        for path in re.findall(r'href="(/[^"]*)"', menu):
            assert client.get(path).status_code == 200, (name, path)


def test_the_language_is_kept_and_the_address_keeps_its_words(desk: Desk) -> None:
    clerk = browser(desk, "clerk")
    page = clerk.get("/acts?q=post&lang=en")
    assert 'href="/acts?q=post&amp;lang=ja"' in page.text
    assert '<html lang="en">' in clerk.get("/home").text
    assert token(page)
