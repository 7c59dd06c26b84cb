"""What a record changes about what is recorded: pure; the rows come in and go out as values."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from service.personnel.roster.rows import Record

CONCURRENT = "兼務"
"""The title by which a post held beside the main one is told apart."""
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Held:
    """A post as it is recorded, of this organization, with its row's id."""

    id: str
    unit: str | None
    post: str | None
    title: str | None
    employment: str | None
    employer: str | None
    from_on: date | None
    until_on: date | None


@dataclass(frozen=True, slots=True)
class Known:
    """A person as recorded."""

    id: str
    name: str
    kana: str | None
    birth: date | None
    posts: tuple[Held, ...]
    numbered: bool


@dataclass(frozen=True, slots=True)
class NewPost:
    """A post to begin."""

    unit: str | None
    post: str | None
    title: str | None
    employment: str | None
    employer: str | None
    from_on: date | None
    until_on: date | None


@dataclass(slots=True)
class Change:
    """What becomes of one person: new details, posts that end (exclusive day), posts that begin."""

    record: Record
    person: Known | None
    on: date
    details: dict[str, str | date | None] = field(default_factory=dict)
    ends: list[tuple[str, date]] = field(default_factory=list)
    begins: list[NewPost] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Say whether nothing changes."""
        return self.person is not None and self.person.numbered and not (self.details or self.ends or self.begins)


def change_of(record: Record, known: Known | None, *, on: date, employer: str | None, blank_clears: bool) -> Change:
    """Return what a record changes as of a day; blank cells change nothing unless `blank_clears`."""
    effective = record.effective or on
    change = Change(record, known, effective)
    until = record.left + ONE_DAY if record.left else None
    if known is None:
        change.details = {"name": record.name, "kana": record.kana, "birth": record.birth}
        start = record.joined or record.effective or on
        main_until = effective if record.moved_to else until
        if record.unit or record.post or not record.moved_to:
            change.begins.append(NewPost(record.unit, record.post, None, record.employment, employer, start, main_until))
        if record.moved_to:
            change.begins.append(NewPost(record.moved_to, record.post, None, record.employment, employer, effective, until))
        change.begins += [
            NewPost(unit, post, CONCURRENT, record.employment, employer, start, until) for unit, post in record.concurrent or ()
        ]
        return change
    for name, value, before in (("name", record.name, known.name), ("kana", record.kana, known.kana), ("birth", record.birth, known.birth)):
        if value is not None and value != before:
            change.details[name] = value
        elif value is None and blank_clears and name != "name" and before is not None:
            change.details[name] = None
    _posts(change, record, known, effective, until, employer, blank_clears=blank_clears)
    return change


def _posts(
    change: Change, record: Record, known: Known, effective: date, until: date | None, employer: str | None, *, blank_clears: bool
) -> None:
    running = [held for held in known.posts if held.until_on is None or held.until_on > effective]
    if until is not None and until <= effective and known.posts and not running:
        # Somebody who has left is not taken on again by the line that says so.
        return
    main = [held for held in running if held.title != CONCURRENT]
    beside = [held for held in running if held.title == CONCURRENT]
    unit = record.moved_to or record.unit
    ended: set[str] = set()
    if unit is not None or (record.post is not None and not main):
        same = [held for held in main if held.unit == unit and (record.post is None or held.post == record.post)]
        kept = [held for held in same if _employed_alike(held, record, employer)]
        if not kept:
            post = record.post if record.post is not None or blank_clears or not main else main[0].post
            ended |= {held.id for held in main}
            start = effective if main or not record.joined else record.joined
            change.begins.append(NewPost(unit, post, None, record.employment, employer, start, until))
    if record.concurrent is not None or blank_clears:
        wanted = list(record.concurrent or ())
        gone = [held for held in beside if (held.unit, held.post) not in wanted]
        ended |= {held.id for held in gone}
        there = [(held.unit, held.post) for held in beside]
        change.begins += [
            NewPost(one, post, CONCURRENT, record.employment, employer, effective, until)
            for one, post in wanted
            if (one, post) not in there
        ]
    change.ends = [(held.id, max(effective, held.from_on or effective)) for held in running if held.id in ended]
    if until is not None:
        change.ends += [(held.id, until) for held in running if held.id not in ended and held.until_on != until]


def _employed_alike(held: Held, record: Record, employer: str | None) -> bool:
    same_kind = record.employment is None or held.employment == record.employment
    return same_kind and (record.agency is None or held.employer == employer)


def missing_numbers(recorded: Sequence[str], seen: set[str]) -> list[str]:
    """Return the employee numbers on record that a file declared complete does not hold; their end is only proposed."""
    return sorted(number for number in recorded if number not in seen)
