"""What the console has for doors: each page with its path, its name, who may open it, and where it stands in the menu."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from starlette.responses import Response

from service.console.words import Language
from service.identity.members import Member
from service.ledger import Seat

Section = Literal["today", "people", "information", "deciding", "auditing", "oneself", "keeping", "help"]
SECTIONS: dict[Section, tuple[str, str]] = {
    "today": ("今日", "Today"),
    "people": ("人と取扱資格", "People and clearances"),
    "information": ("情報と資料", "Information"),
    "deciding": ("決裁", "Approving"),
    "auditing": ("監査", "Auditing"),
    "oneself": ("自分", "Oneself"),
    "keeping": ("運用", "Administration"),
    "help": ("手引き", "Help"),
}
"""The parts of the menu, in their order."""


@dataclass(frozen=True, slots=True)
class Doorway:
    """One page or one form of the console.

    `roles` None: open to everybody who signs in. `seat` None: at both seats. `menu`: the part of the menu in which the page
    stands; None: it is reached from another page. `uploads`: how many megabytes of files its form may bring. `basis`: the
    citations that the page rests on, linked to what is said of them in the guide.
    """

    path: str
    page: Callable[[Any], Response]
    says: tuple[str, str]
    methods: tuple[str, ...] = ("GET",)
    roles: frozenset[str] | None = None
    seat: Seat | None = None
    menu: Section | None = None
    uploads: int = 0
    basis: tuple[str, ...] = ()

    def title(self, language: Language) -> str:
        """Return the page's name."""
        return self.says[0 if language == "ja" else 1]

    def is_for(self, member: Member, *, seat: Seat) -> bool:
        """Say whether somebody finds this page at a seat."""
        return (self.seat is None or self.seat == seat) and (self.roles is None or bool(self.roles & member.role_names))


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the menu as somebody sees it: its name and its pages, each with its path and its name."""

    name: str
    pages: tuple[tuple[str, str], ...]


def menu_for(doorways: tuple[Doorway, ...], member: Member, *, seat: Seat, language: Language) -> tuple[Part, ...]:
    """Return the menu of somebody: the parts in which they have a page."""
    found = []
    for section, says in SECTIONS.items():
        pages = tuple((one.path, one.title(language)) for one in doorways if one.menu == section and one.is_for(member, seat=seat))
        if pages:
            found.append(Part(says[0 if language == "ja" else 1], pages))
    return tuple(found)
