"""What a package is to be: fixed when it was asked for, kept beside it while it is written, the same when that goes on later."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from service.evidence.package.manifest import PackageKind


@dataclass(frozen=True, slots=True)
class ViewAsked:
    """A view that is wanted: its format by the name that the package gives it (`csv/1`), and the language of its headings."""

    format: str
    language: str


@dataclass(frozen=True, slots=True)
class Order:
    """A package as it was asked for; `start` and `end` are indexes, `note` and `size` the checkpoint it is pinned to.

    `roles` and `purpose` are of whoever asked, without which nothing is opened; `query` is the filter's canonical text.
    """

    id: str
    kind: PackageKind
    origin: str
    start: int
    end: int
    size: int
    root: str
    note: str
    policy: str
    query: str
    requested: int
    made: str
    by: str
    version: str
    roles: tuple[str, ...] = ()
    purpose: str | None = None
    organ: str | None = None
    saved: str | None = None
    since: str | None = None
    small_site: bool = False
    unwitnessed: bool = False
    views: tuple[ViewAsked, ...] = ()
    wheel: str | None = None

    def text(self) -> str:
        """Return the order as it is kept."""
        return json.dumps(asdict(self), sort_keys=True, indent=1)

    @classmethod
    def read(cls, path: Path) -> "Order":
        """Return an order that was kept. Raises OSError, ValueError."""
        kept: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        views = tuple(ViewAsked(**one) for one in kept.pop("views"))
        return cls(**(kept | {"roles": tuple(kept["roles"]), "views": views}))
