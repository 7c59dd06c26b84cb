"""Where each place of the Act and its Order is carried, from the citations in the code, the policies and the cases.

.venv/bin/python tools/statute_map.py > docs/statute.md
"""

import re
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping
from inspect import getsource
from pathlib import Path

from service.acts.table import ACTS
from service.statute.citations import ROMAN, Citation, cite
from service.statute.places import paragraphs_of
from tools.statute_beyond import BEYOND

ROOT = Path(__file__).resolve().parent.parent
PART = rf"[1-9]\d*(?:\([1-9]\d*\))?(?:\((?:{'|'.join(ROMAN)})\))?"
MENTION = re.compile(rf"\b(Act|Order) ({PART}(?:(?:,| and| or|;) {PART}(?![\w-]))*)(?! to )(?!-\d)")
OUTSIDE_THE_LAW = ("statute/places.py", "statute/citations.py")
"""Files that speak of citations themselves."""


def mentions(text: str) -> Iterator[Citation]:
    """Yield every place of the Act or the Order that a text names. Raises ValueError for one that the law does not have."""
    # The other Act and other rules have articles of the same numbers.
    for found in MENTION.finditer(re.sub(r"(SDS|Promotion|Diet|Records) Act [\d()ivx]+", "", text)):
        for part in re.split(r"(?:,| and| or|;) ", found[2]):
            yield cite(f"{found[1]} {part}")


def carried() -> Mapping[tuple[str, int, int | None], Mapping[str, set[str]]]:
    """Return by law, article and paragraph what carries it: acts, policies, code and cases."""
    found: dict[tuple[str, int, int | None], dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))

    def keep(text: str, how: str, name: str) -> None:
        for place in mentions(text):
            found[place.law, place.article, place.paragraph][how].add(name)

    for known in ACTS.values():
        # By its own words alone: what its module says holds for the acts beside it too.
        keep(getsource(known.operation()), "acts", known.verb)
    for path in sorted((ROOT / "policies").rglob("*.cedar")):
        for text in re.findall(r'@citation\("([^"]*)"\)', path.read_text(encoding="utf-8")):
            keep(text, "policies", path.stem)
    for path in sorted((ROOT / "service").rglob("*.py")):
        name = path.relative_to(ROOT / "service").as_posix()
        if name not in OUTSIDE_THE_LAW:
            keep(path.read_text(encoding="utf-8"), "code", name)
    for path in sorted((ROOT / "tests" / "statute" / "cases").rglob("*.yaml")):
        keep(path.read_text(encoding="utf-8"), "cases", path.stem)
    return found


def lines() -> Iterator[tuple[str, int, int | None, str, str]]:
    """Yield every place with what is done about it and where, or why nothing is. Raises LookupError for one on no list."""
    found = carried()
    for law in ("Act", "Order"):
        for article, paragraph in paragraphs_of(law):
            where = _where(found, law, article, paragraph)
            beyond = BEYOND.get((law, article, paragraph)) or BEYOND.get((law, article, None))
            if beyond is not None:
                yield law, article, paragraph, beyond.status, f"{beyond.ja}<br>{beyond.en}"
            elif where.get("acts") or where.get("policies") or where.get("code"):
                yield law, article, paragraph, "carried", _told(where)
            else:
                message = f"{Citation(law, article, paragraph)} is carried nowhere and on no list; see tools/statute_beyond.py"
                raise LookupError(message)


def _where(
    found: Mapping[tuple[str, int, int | None], Mapping[str, set[str]]], law: str, article: int, paragraph: int | None
) -> dict[str, set[str]]:
    """Return what carries a place: what names it, and in the Order what names its whole article; never what names the paragraph beside it.

    An article without numbered paragraphs is its own first paragraph.
    """
    keys = [(law, article, paragraph)]
    if paragraph is None:
        keys.append((law, article, 1))
    elif law == "Order":
        keys.append((law, article, None))
    merged: dict[str, set[str]] = defaultdict(set)
    for key in keys:
        for how, names in found.get(key, {}).items():
            merged[how] |= names
    return merged


MOST = 6


def _told(where: Mapping[str, set[str]]) -> str:
    titles = {"acts": "acts", "policies": "policies", "code": "code", "cases": "cases"}
    parts = []
    for how, title in titles.items():
        names = sorted(where.get(how, ()))
        if names:
            more = f" +{len(names) - MOST}" if len(names) > MOST else ""
            parts.append(f"{title}: {', '.join(f'`{name}`' for name in names[:MOST])}{more}")
    return "; ".join(parts)


HEADER = """# Where the law is carried / 法令と本ソフトウェアの対応

This page is made from the code by `tools/statute_map.py`; a test fails when it is stale, when a place of the Act or the
Order is on no list, or when a citation names no place. この表はコードから作られ、古くなるとテストが失敗します。

*carried* 実装: judged or performed here. *recorded* 記録のみ: kept as a fact, judged by people.
*beyond* 対象外: nothing that a system can carry."""
STATUS = {"carried": "carried 実装", "recorded": "recorded 記録のみ", "beyond": "beyond 対象外"}


def page() -> str:
    """Return the whole page."""
    parts = [HEADER]
    shown = ""
    for law, article, paragraph, status, where in lines():
        if law != shown:
            shown = law
            title = "The Act / 法" if law == "Act" else "The Order / 施行令"
            parts.append(f"## {title}\n\n| place | 条項 | | where, or why not |\n|---|---|---|---|")
        citation = Citation(law, article, paragraph)
        parts.append(f"| {citation} | {citation.ja()} | {STATUS[status]} | {where} |")
    parts.append(
        "\nSupplementary provisions of the Act 附則: 2 (staff named without an assessment, at the latest until 2026-05-15) is over; "
        "who was named so is a handler today only by an assessment. 1, 3 to 5, 9 and 10: beyond 対象外."
    )
    return "\n".join(_spaced(parts)) + "\n"


def _spaced(parts: list[str]) -> Iterator[str]:
    for part in parts:
        yield f"\n{part}" if part.startswith("##") else part


if __name__ == "__main__":
    sys.stdout.write(page())
