"""Every page of both seats in both languages, as a browser shows it: whole, without a complaint of axe, at any width."""

import random
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Page

from service.ledger import Seat
from tests.builders.served import free_port
from tests.builders.share import SHARE, share_of
from tests.real_provider.server import npm_install
from tools.screens import LANGUAGES, Screen, Walk, browser_of, names_in, screens, served, with_language

pytestmark = pytest.mark.long

HERE = Path(__file__).resolve().parent
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
NARROW, ZOOMED, WIDE = 360, 640, 1280
"""A telephone; 1,280 pixels at 200 % zoom; a desk."""
LOOKED_AT = 20
AXE_AT = {"ja": (WIDE,), "en": (NARROW,)} if SHARE < 1 else dict.fromkeys(LANGUAGES, (WIDE, NARROW))
"""At which width axe looks at the pages of a language; whoever has the time has it look at both."""


@dataclass
class Tour:
    """A served side of the demo, every page of it, and what the browser complained of."""

    walk: Walk
    screens: list[Screen]
    axe: str
    complaints: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def axe(tmp_path_factory: pytest.TempPathFactory) -> str:
    if shutil.which("npm") is None:
        pytest.skip("axe comes from npm, which is not on the PATH")
    folder = npm_install(HERE / "axe", tmp_path_factory.mktemp("axe"), ("package.json", "package-lock.json"))
    return (folder / "node_modules/axe-core/axe.min.js").read_text(encoding="utf-8")


@pytest.fixture(scope="module", params=["operator", "organ"])
def tour(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, axe: str) -> Iterator[Tour]:
    seat: Seat = request.param
    folder = tmp_path_factory.mktemp(seat)
    home = folder / "site"
    home.mkdir()
    with served(seat, home, port=free_port()) as side, browser_of(folder) as browser:
        yield Tour(Walk(browser, side), screens(seat, names_in(side)), axe)


def test_every_page_is_whole_in_both_languages_and_axe_finds_nothing(tour: Tour) -> None:
    found: list[str] = []
    # Axe takes its time: unless all was asked for, it looks at some of the pages, at others with each seed of the run.
    closely = {one.name for one in random.sample(tour.screens, max(LOOKED_AT, len(share_of(tour.screens))))}
    for screen in tour.screens:
        for language in LANGUAGES:
            complaints = troubles(tour, screen, language, closely=screen.name in closely)
            found += [f"{screen.path} ({language}, {screen.member}): {one}" for one in complaints]
    assert not found, "\n".join(found)
    assert len(tour.screens) > 20


def troubles(tour: Tour, screen: Screen, language: str, *, closely: bool) -> list[str]:
    """What is wrong with one page: its status, its headings, its width; looked at closely, what axe says."""
    page = tour.walk.page_of(screen.member, language)
    complaints: list[str] = []
    page.once("pageerror", lambda error: complaints.append(f"error: {error}"))
    answer = page.goto(f"{tour.walk.side.address}{with_language(screen.path, language)}")
    assert answer is not None
    if answer.status != 200:
        return [f"answered {answer.status}"]
    found = []
    if page.locator("h1").count() != 1:
        found.append("not one h1")
    if page.locator("html").get_attribute("lang") != language:
        found.append("another language")
    if closely:
        page.evaluate(tour.axe)
    for width in (WIDE, ZOOMED, NARROW):
        page.set_viewport_size({"width": width, "height": 900})
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            found.append(f"wider than {width} pixels")
        if closely and width in AXE_AT[language]:
            found += [f"axe at {width}: {one}" for one in axe_findings(page)]
    return found + complaints


def axe_findings(page: Page) -> list[str]:
    """What axe, which the page has, says of it."""
    told = page.evaluate(
        "async rules => (await axe.run(document, {runOnly: {type: 'tag', values: rules}})).violations"
        ".map(one => one.id + ' ' + one.nodes.slice(0, 3).map(node => node.target.join(' ')).join(', '))",
        RULES,
    )
    return [str(one) for one in told]


def test_every_page_works_without_a_script(tour: Tour) -> None:
    """What a page offers is there without one: each form can be sent, each list has its next page as a link."""
    for screen in tour.screens:
        page = tour.walk.page_of(screen.member, "ja")
        page.goto(f"{tour.walk.side.address}{with_language(screen.path, 'ja')}")
        lost = page.evaluate(
            "[...document.querySelectorAll('main form')].filter(one => !one.querySelector('button, input[type=submit]')).length"
        )
        assert lost == 0, screen.path
