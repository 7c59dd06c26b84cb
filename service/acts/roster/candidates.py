"""Many people put forward as candidates at once: chosen by number or name, each with what they answered on paper."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Engine

from service.acts import asking
from service.acts.asking import Asked, Done, UnfitError
from service.acts.balance.bringing import MOST_ACTS, Who
from service.acts.balance.rows import Names, Wrong
from service.acts.roster.lines import rejected_lines
from service.database import read
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


@dataclass(slots=True)
class PutForward:
    """Who can be put forward, each with the act, and who cannot, and why."""

    people: dict[str, Asked] = field(default_factory=dict)
    rejected: list[Rejection] = field(default_factory=list)


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


def put_forward(engine: Engine, *, who: Who, named: Sequence[Named], organization: str, shared: Mapping[str, Any]) -> PutForward:
    """Return who of some people can be put forward now; each is tried for whoever asks, and nothing is kept.

    `shared` are the words that all of them share; a line's own answer and version come before them. Raises UnfitError for too many.
    """
    if len(named) > MOST_ACTS:
        message = f"people: at most {MOST_ACTS} at once"
        raise UnfitError(message)
    found = PutForward()
    lines: list[tuple[int, tuple[Asked]]] = []
    people: dict[int, str] = {}
    with read(engine) as session:
        names = Names(session, organization, 0)
        for one in named:
            try:
                person = names.of("somebody", one.name, None)
            except Wrong as wrong:
                found.rejected.append(Rejection(one.line, one.name, wrong.ja, wrong.en))
                continue
            if one.agreed is False:
                found.rejected.append(Rejection(one.line, one.name, *DECLINED))
            elif person not in people.values():
                words = {**shared, "person_id": person, "organization_id": organization}
                words |= {"consent": True} if one.agreed else {}
                words |= {"explanation": one.explanation} if one.explanation else {}
                people[one.line] = person
                lines.append((one.line, (Asked("list_candidate", words),)))
    wrong_lines = {one.line: one for one in rejected_lines(engine, who=who, lines=lines)}
    called = {one.line: one.name for one in named}
    found.rejected += [Rejection(line, called[line], one.ja, one.en) for line, one in wrong_lines.items()]
    found.people = {people[line]: acts[0] for line, acts in lines if line not in wrong_lines}
    return found


def do_put_forward(engine: Engine, *, who: Who, found: PutForward) -> Done:
    """Put everybody forward who can be, all at once. Raises as the acts do."""
    assert who.member is not None  # a door knows who asks
    outcome = asking.ask(engine, log=who.log, member=who.member, at=who.at, acts=list(found.people.values()))
    assert isinstance(outcome, Done)  # to be asked takes nobody else
    return outcome
