"""What a record changes about what is recorded: pure; the rows come in and go out as values."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
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


def change_of(record: Record, known: Known | None, *, on: date, employer: str | None, clears: frozenset[str]) -> Change:
    """Return what a record changes as of a day. A blank cell changes nothing but in the fields of `clears`.

    A blank 退職日 never takes anybody on again, whatever `clears` says.
    """
    change = Change(record, known, record.effective or on)
    if known is None:
        change.details = {"name": record.name, "kana": record.kana, "birth": record.birth}
        _first_posts(change, employer)
        return change
    for name, value, before in (("name", record.name, known.name), ("kana", record.kana, known.kana), ("birth", record.birth, known.birth)):
        if value is not None and value != before:
            change.details[name] = value
        elif value is None and name in clears and name != "name" and before is not None:
            change.details[name] = None
    _posts(change, known, employer, clears)
    return change


def _until(record: Record) -> date | None:
    return record.left + ONE_DAY if record.left else None


def _first_posts(change: Change, employer: str | None) -> None:
    """Begin the posts of somebody who has none on record."""
    record, until = change.record, _until(change.record)

    def begin(unit: str | None, post: str | None, title: str | None, start: date, end: date | None) -> None:
        # What ended before the day on which it takes effect began on a day that nobody told.
        first = None if end is not None and end <= start and not record.joined else start
        change.begins.append(NewPost(unit, post, title, record.employment, employer, first, end))

    start = record.joined or change.on
    if record.moved_to:
        if record.unit:
            begin(record.unit, record.post, None, start, change.on)
        begin(record.moved_to, record.post, None, change.on, until)
    else:
        begin(record.unit, record.post, None, start, until)
    for unit, post in record.concurrent or ():
        begin(unit, post, CONCURRENT, start, until)


def _posts(change: Change, known: Known, employer: str | None, clears: frozenset[str]) -> None:
    """Compare the posts on record with the line's, as of its day or the day of joining if that is later."""
    record, until = change.record, _until(change.record)
    day = max(change.on, record.joined or change.on)
    running = [held for held in known.posts if (held.until_on is None or held.until_on > day) and not _is_void(held)]
    if until is not None and until <= day:
        # Who has left is not taken on again by the line that says so; somebody without any post has had one.
        if not known.posts:
            _first_posts(change, employer)
        change.ends = _ended(running, until)
        return
    gone = _main_post(change, [held for held in running if held.title != CONCURRENT], known, day, employer, clears)
    if record.concurrent is not None or "concurrent" in clears:
        gone += _posts_beside(change, [held for held in running if held.title == CONCURRENT], day, employer)
    change.ends = _ended(gone, day)
    if until is not None:
        kept = [held for held in running if held not in gone]
        change.ends += _ended(kept, until)
        # A last day that was put off: what was to end on the earlier one goes on until the later.
        held_by_then = [held for held in kept if held.from_on is None or held.from_on < until]
        ends = [one.until_on or until for one in held_by_then] + [one.until_on or until for one in change.begins]
        last = max(ends, default=until)
        if last < until:
            change.ends += [(held.id, until) for held in held_by_then if held.until_on == last]


def _main_post(change: Change, main: Sequence[Held], known: Known, day: date, employer: str | None, clears: frozenset[str]) -> list[Held]:
    """Begin the main post that the line asks for where it is not held, and return the posts that it takes the place of.

    What the line leaves blank goes on as it is. A post that begins later stays: the new one lasts until then.
    """
    record, until = change.record, _until(change.record)
    now = [held for held in main if held.from_on is None or held.from_on <= day]
    later = [held.from_on for held in main if held.from_on is not None and held.from_on > day]
    unit = record.moved_to or record.unit
    if not now:
        if unit is None and record.post is None:
            return []
        start = day if known.posts or not record.joined else record.joined
        wanted = Held("", unit, record.post, None, record.employment, employer, start, None)
        replaced: list[Held] = []
    else:
        if any(_as_asked(held, record, employer, clears) == held for held in now):
            return []
        wanted = replace(_as_asked(now[0], record, employer, clears), from_on=day)
        replaced = now if unit is not None else now[:1]
    end = min((one for one in (until, *later) if one is not None), default=None)
    change.begins.append(NewPost(wanted.unit, wanted.post, wanted.title, wanted.employment, wanted.employer, wanted.from_on, end))
    return replaced


def _posts_beside(change: Change, beside: Sequence[Held], day: date, employer: str | None) -> list[Held]:
    """Begin the posts beside the main one that the line names and are not held, and return those that it no longer names."""
    record, until = change.record, _until(change.record)
    wanted = record.concurrent or ()
    now = [held for held in beside if held.from_on is None or held.from_on <= day]
    there = [(held.unit, held.post) for held in now]
    for unit, post in wanted:
        if (unit, post) not in there:
            later = [held.from_on for held in beside if held.from_on and held.from_on > day and (held.unit, held.post) == (unit, post)]
            end = min((one for one in (until, *later) if one is not None), default=None)
            change.begins.append(NewPost(unit, post, CONCURRENT, record.employment, employer, day, end))
    return [held for held in now if (held.unit, held.post) not in wanted]


def _as_asked(held: Held, record: Record, employer: str | None, clears: frozenset[str]) -> Held:
    """Return a post as the line wants it: what is blank stays as it is, unless blanks clear it."""
    asked = {"unit": record.moved_to or record.unit, "post": record.post, "employment": record.employment, "agency": employer}
    given = {name: value for name, value in asked.items() if value is not None or name in clears}
    return replace(
        held,
        unit=given.get("unit", held.unit),
        post=given.get("post", held.post),
        employment=given.get("employment", held.employment),
        employer=given.get("agency", held.employer),
    )


def _is_void(held: Held) -> bool:
    """Say whether a post was called off before it began."""
    return held.from_on is not None and held.until_on is not None and held.until_on <= held.from_on


def _ended(posts: Sequence[Held], day: date) -> list[tuple[str, date]]:
    """Return each post with the day on which it ends, none before it began; those that have ended by then are left out."""
    ends = [(held, max(day, held.from_on or day)) for held in posts]
    return [(held.id, end) for held, end in ends if held.until_on is None or held.until_on > end]


def missing_numbers(recorded: Sequence[str], seen: set[str]) -> list[str]:
    """Return the employee numbers on record that a file declared complete does not hold; their end is only proposed."""
    return sorted(number for number in recorded if number not in seen)
