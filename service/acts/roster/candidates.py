"""Many people put forward as candidates at once: chosen by number or name, each with what they answered on paper."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine

from service.acts.asking import Asked
from service.acts.balance.bringing import Who
from service.acts.roster.several import Several, several
from service.personnel.roster.headers import FIELDS, folded
from service.personnel.roster.reading import RosterFile, RosterFileError
from service.personnel.roster.rows import BLANKS, Rejection

ANSWERS = frozenset(folded(one) for one in ("同意", "回答", "登載への同意", "agreed", "answer"))
VERSIONS = frozenset(folded(one) for one in ("説明文書", "説明文書の版", "explanation", "version"))
YES = frozenset(("はい", "同意", "同意する", "○", "〇", "有", "yes", "true", "1"))
NO = frozenset(("いいえ", "不同意", "同意しない", "×", "無", "no", "false", "0"))
DECLINED = ("同意していないため、登載しません", "they do not agree, and stand on no list")


@dataclass(frozen=True, slots=True)
class Named:
    """Somebody as a line of a file or a form names them, with what they answered on paper (None: nothing said) and to which version."""

    line: int
    name: str
    agreed: bool | None = None
    explanation: str = ""


def named_in(file: RosterFile) -> list[Named]:
    """Return whom a file names: by number, or by name where it has no numbers. Raises RosterFileError for one with neither."""
    headers = [folded(one) for one in file.headers]

    def place(known: Sequence[str] | frozenset[str]) -> int | None:
        wanted = {folded(one) for one in known}
        return next((at for at, header in enumerate(headers) if header in wanted), None)

    who = place(FIELDS["number"])
    by_name = place(FIELDS["name"])
    answer, version = place(ANSWERS), place(VERSIONS)
    if who is None and by_name is None:
        message = "the header 社員番号 is missing; found are " + ", ".join(file.headers)
        raise RosterFileError(message)
    found = []
    for line, cells in file.rows():
        texts = [str(one).strip(BLANKS) for one in cells] + [""] * len(headers)
        name = (texts[who] if who is not None else "") or (texts[by_name] if by_name is not None else "")
        said = texts[answer].casefold() if answer is not None else ""
        agreed = True if said in YES else False if said in NO else None
        found.append(Named(line, name, agreed, texts[version] if version is not None else ""))
    return found


def put_forward(engine: Engine, *, who: Who, named: Sequence[Named], organization: str, shared: Mapping[str, Any]) -> Several:
    """Return who of some people can be put forward now; each is tried for whoever asks, and nothing is kept.

    `shared` are the words that all of them share; a line's own answer and version come before them. Raises UnfitError for too many.
    """
    answered = {one.line: one for one in named}

    def act(line: int, person: str) -> Asked:
        one = answered[line]
        words = {**shared, "person_id": person, "organization_id": organization}
        words |= {"consent": True} if one.agreed else {}
        return Asked("list_candidate", words | ({"explanation": one.explanation} if one.explanation else {}))

    willing = [(one.line, one.name) for one in named if one.agreed is not False]
    found = several(engine, who=who, named=willing, organization=organization, act=act)
    found.rejected += [Rejection(one.line, one.name, *DECLINED) for one in named if one.agreed is False]
    return found
