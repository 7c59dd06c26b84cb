"""The guide as a small site: `python -m tools.guide` writes docs/guide from the first days of the console itself.

With `--pictures` it serves the demo and draws the page of each step too; without, the pictures that are there stay.
"""

import argparse
from pathlib import Path

from service.console.guide.days import DAYS, FirstDay, Step
from service.console.words import Language
from tools.screens import Walk, browser_of, served, with_language

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "docs/guide"
LANGUAGES: tuple[Language, ...] = ("ja", "en")
SUFFIX = {"ja": ".ja.md", "en": ".md"}
MEMBERS = {"hr": "demo-hr", "information": "demo-manager", "audit": "demo-auditor"}
"""Who of the demo shows a first day."""
WIDTH, HEIGHT = 1_280, 800
SAID = {
    "ja": {
        "title": "手引き",
        "lead": "関所の画面の使い方です。同じ内容は、関所の「手引き」の画面でも読めます。絵は架空のデモ環境のものです。",
        "made": "このページは `python -m tools.guide` が画面の言葉から作ります。絵は `--pictures` で描き直します。",
        "other": "English",
        "days": "はじめの一日",
        "back": "手引きの目次",
        "open": "画面",
    },
    "en": {
        "title": "Guide",
        "lead": "How to use Sekisho's pages. The same stands in Sekisho itself, under Guide. The pictures show its invented demo.",
        "made": "Made by `python -m tools.guide` from what the pages themselves say; `--pictures` draws the pictures anew.",
        "other": "日本語",
        "days": "First days",
        "back": "Contents",
        "open": "Page",
    },
}


def pages() -> dict[str, str]:
    """Return every page of the site by its file name."""
    found = {}
    for language in LANGUAGES:
        found[f"README{SUFFIX[language]}"] = contents(language)
        found |= {f"{day.who}{SUFFIX[language]}": page_of(day, language) for day in DAYS}
    return found


def contents(language: Language) -> str:
    """Return the first page in a language."""
    said, other = SAID[language], "en" if language == "ja" else "ja"
    lines = [f"# {said['title']}", "", f"[{said['other']}](README{SUFFIX[other]})", "", said["lead"], "", f"## {said['days']}", ""]
    lines += [f"- [{day.title(language)}]({day.who}{SUFFIX[language]}): {day.lead(language)}" for day in DAYS]
    return "\n".join([*lines, "", said["made"], ""])


def page_of(day: FirstDay, language: Language) -> str:
    """Return a first day in a language."""
    said, other = SAID[language], "en" if language == "ja" else "ja"
    head = f"[{said['back']}](README{SUFFIX[language]}) · [{said['other']}]({day.who}{SUFFIX[other]})"
    lines = [f"# {day.title(language)}", "", head, "", day.lead(language), ""]
    for number, step in enumerate(day.steps, start=1):
        lines += [f"## {number}. {step.title(language)}", "", step.text(language), "", f"{said['open']}: `{step.path}`", ""]
        lines += [f"![{step.title(language)}](pictures/{picture(day, step, language)})", ""]
    return "\n".join(lines)


def picture(day: FirstDay, step: Step, language: Language) -> str:
    """Return the file name of a step's picture."""
    return f"{day.who}-{day.steps.index(step) + 1}-{language}.png"


def draw(folder: Path, work: Path) -> None:
    """Draw the picture of each step in both languages from a demo that is served for it."""
    home = work / "operator"
    home.mkdir(parents=True, exist_ok=True)
    with served("operator", home, port=8_810) as side, browser_of(work) as browser:
        walk = Walk(browser, side)
        for day in DAYS:
            for language in LANGUAGES:
                page = walk.page_of(MEMBERS[day.who], language)
                page.set_viewport_size({"width": WIDTH, "height": HEIGHT})
                for step in day.steps:
                    page.goto(f"{side.address}{with_language(step.path, language)}")
                    page.screenshot(path=folder / picture(day, step, language))


def main() -> None:
    """Write the site."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pictures", type=Path, help="draw the pictures too, working in this folder")
    asked = parser.parse_args()
    (FOLDER / "pictures").mkdir(parents=True, exist_ok=True)
    for name, text in pages().items():
        (FOLDER / name).write_text(text, encoding="utf-8")
    if asked.pictures is not None:
        draw(FOLDER / "pictures", asked.pictures)


if __name__ == "__main__":
    main()
