"""Every page of the console as a picture: `./dev screens [FOLDER]` serves both sides of the demo and walks through them.

Each doorway that answers GET is opened as somebody for whom it is, in Japanese and in English, on a desktop's and on a
telephone's width. What an address names is looked up in the demo's own database, so that pages show something.
"""

import argparse
import html
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import urlopen

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from service.console.doors import DOORWAYS
from service.console.doorway import Doorway
from service.ledger import Seat
from tools.screen_addresses import addresses_of

ROOT = Path(__file__).resolve().parents[1]
FONTS = ROOT / "service/evidence/letters/fonts"
CHROMIUM = os.environ.get("SEKISHO_TEST_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
WIDTHS = {"wide": 1280, "narrow": 360}
LANGUAGES = ("ja", "en")
MEMBERS = {
    "administrator": "demo-admin",
    "approver": "demo-approver",
    "hr_officer": "demo-hr",
    "information_manager": "demo-manager",
    "custodian": "demo-custodian",
    "complaint_officer": "demo-complaints",
    "assessment_officer": "demo-assessor",
    "auditor": "demo-auditor",
}
"""Who of the demo holds which role."""
EMPLOYEE = "demo-permit"
WAIT_SECONDS = 180
FONT_SETTINGS = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>{fonts}</dir><dir>/usr/share/fonts</dir><cachedir>{cache}</cachedir></fontconfig>"""


@dataclass(frozen=True)
class Side:
    """One side of the demo, served."""

    seat: Seat
    address: str
    folder: Path


@dataclass(frozen=True)
class Screen:
    """One page to be looked at: who looks, and where."""

    doorway: Doorway
    seat: Seat
    member: str
    path: str
    name: str


@dataclass
class Walk:
    """A walk through a side: a context for each member."""

    browser: Browser
    side: Side
    contexts: dict[tuple[str, str], BrowserContext] = field(default_factory=dict)

    def page_of(self, member: str, language: str) -> Page:
        """Return a page in which somebody is signed in, in a language."""
        context = self.contexts.get((member, language))
        if context is None:
            context = self.browser.new_context(locale=language, bypass_csp=True, reduced_motion="reduce")
            self.contexts[member, language] = context
            page = context.new_page()
            page.goto(f"{self.side.address}/sign-in?lang={language}")
            page.locator(f'input[name="account"][value="acc-{member}"] ~ button').click()
            page.wait_for_url(re.compile(r"/home"))
            return page
        return context.pages[0]


@contextmanager
def served(seat: Seat, folder: Path, *, port: int) -> Iterator[Side]:
    """Serve one side of the demo from a folder of its own, until the block ends."""
    environment = os.environ | {"SEKISHO_DATA_DIR": str(folder)}
    command = [sys.executable, "-m", "service", "demo", "--seat", seat, "--serve", "--port", str(port)]
    with (folder.parent / f"{folder.name}.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
        try:
            address = f"http://127.0.0.1:{port}"
            _wait_for(address, process)
            yield Side(seat, address, folder / "organ" if seat == "organ" else folder)
        finally:
            process.terminate()
            process.wait(timeout=60)


def _wait_for(address: str, process: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < until:
        if process.poll() is not None:
            message = "the demo did not start"
            raise RuntimeError(message)
        try:
            with urlopen(f"{address}/health", timeout=5):
                return
        except OSError:
            time.sleep(0.5)
    message = "the demo did not answer"
    raise RuntimeError(message)


def screens(seat: Seat, found: Mapping[str, str]) -> list[Screen]:
    """Return every page of a seat with somebody for whom it is; `found` tells what the demo's database has for a name."""
    made = []
    for doorway in DOORWAYS:
        if "GET" not in doorway.methods or doorway.seat not in (None, seat):
            continue
        for number, (path, member) in enumerate(addresses_of(doorway, found=found)):
            name = re.sub(r"[^a-z0-9]+", "-", doorway.path.lower()).strip("-") or "first"
            made.append(Screen(doorway, seat, member or _member_for(doorway, seat), path, f"{name}{f'-{number + 1}' if number else ''}"))
    return made


def _member_for(doorway: Doorway, seat: Seat) -> str:
    if doorway.roles is None:
        return EMPLOYEE if doorway.menu == "oneself" else MEMBERS["information_manager"]
    role = next((one for one in MEMBERS if one in doorway.roles and (one != "assessment_officer" or seat == "organ")), None)
    return MEMBERS[role] if role is not None else EMPLOYEE


def with_language(path: str, language: str) -> str:
    """Return an address in a language."""
    return f"{path}{'&' if '?' in path else '?'}{urlencode({'lang': language})}"


@contextmanager
def browser_of(folder: Path) -> Iterator[Browser]:
    """Start the system's Chromium with the fonts that come with the service, so that Japanese is drawn on any machine."""
    if CHROMIUM is None:
        message = "Chromium is needed: apt-get install chromium, or name it in SEKISHO_TEST_CHROMIUM"
        raise RuntimeError(message)
    settings = folder / "fonts.conf"
    settings.write_text(FONT_SETTINGS.format(fonts=FONTS, cache=folder / "font-cache"), encoding="utf-8")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--disable-background-networking"],
            env=dict(os.environ) | {"FONTCONFIG_FILE": str(settings)},
        )
        yield browser
        browser.close()


def take(walk: Walk, screen: Screen, folder: Path) -> list[dict[str, object]]:
    """Write the pictures of one page and return what an index says of each."""
    told: list[dict[str, object]] = []
    for language in LANGUAGES:
        page = walk.page_of(screen.member, language)
        for width, pixels in WIDTHS.items():
            page.set_viewport_size({"width": pixels, "height": 900})
            answer = page.goto(f"{walk.side.address}{with_language(screen.path, language)}")
            file = f"{screen.seat}-{screen.name}-{language}-{width}.png"
            page.screenshot(path=folder / file, full_page=True)
            wide = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
            told.append(
                {"file": file, "path": screen.path, "member": screen.member, "status": answer.status if answer else 0, "wide": wide}
            )
    return told


def index_of(told: list[dict[str, object]]) -> str:
    """Return the page by which a person leafs through the pictures."""
    lines = "".join(
        f'<figure><a href="{html.escape(str(one["file"]))}"><img loading="lazy" src="{html.escape(str(one["file"]))}"></a>'
        f"<figcaption>{html.escape(str(one['path']))}<br>{html.escape(str(one['member']))} {one['status']}</figcaption></figure>"
        for one in told
    )
    style = (
        "body{font:14px sans-serif;display:flex;flex-wrap:wrap;gap:1rem}figure{margin:0;width:18rem}img{width:100%;border:1px solid #999}"
    )
    return f"<!doctype html><meta charset=utf-8><title>Sekisho</title><style>{style}</style>{lines}"


def main() -> None:
    """Write the pictures of both seats into a folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", default="screens", type=Path)
    parser.add_argument("--seat", choices=("operator", "organ"), action="append")
    parser.add_argument("--only", default="", help="only pages whose path contains this")
    asked = parser.parse_args()
    folder = asked.folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    told: list[dict[str, object]] = []
    for number, seat in enumerate(asked.seat or ("operator", "organ")):
        home = folder / f".{seat}"
        home.mkdir(exist_ok=True)
        with served(seat, home, port=8_800 + number) as side, browser_of(folder) as browser:
            walk = Walk(browser, side)
            found = names_in(side)
            for screen in screens(seat, found):
                if asked.only in screen.path:
                    told += take(walk, screen, folder)
                    print(screen.seat, screen.path)
    (folder / "index.html").write_text(index_of(told), encoding="utf-8")
    odd = [one for one in told if one["status"] != 200 or one["wide"]]  # noqa: PLR2004 - HTTP's own number
    for one in odd:
        print("look at", one["file"], one["status"], "is wider than its window" if one["wide"] else "")
    print(f"{len(told)} pictures in {folder}")


def names_in(side: Side) -> dict[str, str]:
    """Return for each name in an address something that the demo's database has."""
    from sqlalchemy import text  # noqa: PLC0415 - the database belongs to the demo that was just started

    from service.cli.site import open_site  # noqa: PLC0415
    from service.database import read  # noqa: PLC0415
    from service.settings import Settings  # noqa: PLC0415
    from tools.screen_addresses import FOUND  # noqa: PLC0415

    settings = Settings().model_copy(update={"data_dir": side.folder})
    found: dict[str, str] = {}
    with open_site(log=False, settings=settings) as site, read(site.engine) as session:
        for name, wanted in FOUND.items():
            value = session.execute(text(wanted)).scalar()
            if value is not None:
                found[name] = str(value)
    return found


if __name__ == "__main__":
    main()
