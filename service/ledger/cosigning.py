"""From the signed head to a published checkpoint: what is sent to a witness, what comes back, and what readers are given."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import text
from sqlalchemy.orm import Session

from service.ledger.signing import latest_checkpoint
from service.ledger.tiles import hashes_of
from service.ledger.witnesses import Witnessing, history, witnessing
from service.tlog.cosignatures import Cosigned, Cosigner, cosignatures_in
from service.tlog.notes import NoteError, split_note
from service.tlog.proofs import AddCheckpoint, consistency_path

GRACE = timedelta(seconds=60)
"""How long the newest witnessed checkpoint is given out while witnesses are asked for a newer one."""
AHEAD = timedelta(hours=1)
"""How far a witness's clock may be ahead before its cosignature is not kept."""
_KEPT = text("select size, key, name, line, at from ledger.cosignatures where size = :size order by name")
_SIZES = text("select distinct size from ledger.cosignatures where size > :above and size < :below order by size desc limit :many")
_NEWEST = text("select max(size) from ledger.checkpoints where size > :above and size < :below")
_NOTE = text("select note from ledger.checkpoints where size = :size")
_BEHIND = text("select last_at, clock_timestamp() from ledger.batches where first_index >= :size order by first_index limit 1")
_KEEP = text(
    "insert into ledger.cosignatures (size, key, name, line, at) values (:size, :key, :name, :line, :at) on conflict do nothing",
)
CHUNK = 100


@dataclass(frozen=True, slots=True)
class Published:
    """What readers are given: a checkpoint with the cosignatures on it, and how it stands with witnesses.

    `is_expected` says whether the site wants witnesses now, `is_witnessed` whether the quorum cosigned this checkpoint, `by`
    who did; `signed` is how many entries were signed, `since` the time of the first of them that no quorum has witnessed,
    None where there is none, or nobody is to witness it.
    """

    size: int
    note: str
    is_expected: bool = False
    is_witnessed: bool = False
    by: tuple[str, ...] = ()
    signed: int = 0
    since: datetime | None = None


def published_checkpoint(session: Session) -> Published | None:
    """Return the checkpoint that is given to readers, with its cosignatures; None where none may be given yet.

    It never goes back to a smaller size because other witnesses were set: each is judged by who was to witness its size.
    """
    newest = latest_checkpoint(session)
    if newest is None:
        return None
    signed, how = newest[0], witnessing(session)
    fit = _newest_fit(session, upto=signed)
    since, is_late = _unwitnessed_since(session, size=fit[0] if fit else 0, signed=signed) if how.is_expected else (None, False)
    if fit is None and how.publication == "waits":
        return None
    waits = how.is_expected and (how.publication == "waits" or not is_late)
    size, judged = fit if fit is not None and waits else (signed, how)
    lines, by = _cosigned(session, size, judged)
    note = str(session.execute(_NOTE, {"size": size}).scalar_one())
    is_witnessed = judged.is_expected and judged.trust.is_met(by)
    return Published(size, note + lines, how.is_expected, is_witnessed, by, signed, since)


def _newest_fit(session: Session, *, upto: int) -> tuple[int, Witnessing] | None:
    """Return the newest size whose checkpoint has what the policy of its time asks for, and that policy; None for none."""
    below = upto + 1
    for since, how in history(session):
        found = _fit_between(session, above=since, below=below, how=how)
        if found is not None:
            return found, how
        below = since + 1
    return None


def _fit_between(session: Session, *, above: int, below: int, how: Witnessing) -> int | None:
    if not how.is_expected:
        size = session.execute(_NEWEST, {"above": above, "below": below}).scalar()
        return None if size is None else int(size)
    while sizes := [int(one) for one in session.scalars(_SIZES, {"above": above, "below": below, "many": CHUNK})]:
        for size in sizes:
            if how.trust.is_met(_cosigned(session, size, how)[1]):
                return size
        below = sizes[-1]
    return None


def submission(session: Session, *, old: int) -> AddCheckpoint | None:
    """Return what a witness that knows `old` entries is sent: the newest checkpoint and its proof; None where it is not longer."""
    newest = latest_checkpoint(session)
    if newest is None or not 0 <= old <= newest[0]:
        return None
    path = consistency_path(hashes_of(session, size=newest[0]), old=old, size=newest[0])
    return AddCheckpoint(old, tuple(path), newest[1])


def known_size(session: Session, cosigner: Cosigner) -> int:
    """Return the newest size that a witness is known to have cosigned of this log; 0 for none."""
    # A successor of a log that was closed begins anew for its witnesses.
    query = text(
        "select coalesce(max(size), 0) from ledger.cosignatures where key = :key and size > (select max(opened_index) from ledger.log)"
    )
    return int(session.execute(query, {"key": cosigner.vkey}).scalar_one())


def keep_cosignatures(session: Session, *, size: int, answer: str, cosigners: list[Cosigner], at: datetime) -> list[Cosigned]:
    """Keep those lines of a witness's answer that are of known witnesses and fit the checkpoint of a size; return them.

    Raises NoteError where none is, where one does not fit, or where its witness's clock is far ahead.
    """
    note = session.execute(_NOTE, {"size": size}).scalar()
    if note is None:
        message = f"no checkpoint of {size} entries was signed here"
        raise NoteError(message)
    made = cosignatures_in(answer, text=split_note(str(note))[0], cosigners=cosigners)
    if not made:
        message = "no line is of a witness of this log"
        raise NoteError(message)
    for one in made:
        if one.at > (at + AHEAD).timestamp():
            message = f"the clock of {one.name} is ahead: it says {datetime.fromtimestamp(min(one.at, 253402300799), UTC).isoformat()}"
            raise NoteError(message)
    keys = {(cosigner.name, cosigner.key): cosigner.vkey for cosigner in cosigners}
    session.execute(
        _KEEP,
        [
            {"size": size, "key": keys[one.name, one.key], "name": one.name, "line": one.line, "at": datetime.fromtimestamp(one.at, UTC)}
            for one in made
        ],
    )
    return made


def _cosigned(session: Session, size: int, how: Witnessing) -> tuple[str, tuple[str, ...]]:
    """Return the lines on a checkpoint of witnesses that count now, and their names in the policy."""
    names = {witness.vkey: witness.name for witness in how.trust.witnesses}
    rows = [row for row in session.execute(_KEPT, {"size": size}) if row.key in names]
    return "".join(row.line for row in rows), tuple(names[row.key] for row in rows)


def _unwitnessed_since(session: Session, *, size: int, signed: int) -> tuple[datetime | None, bool]:
    """Return the time of the first signed entry behind a size, None for none, and whether that is long ago."""
    found = session.execute(_BEHIND, {"size": size}).first() if size < signed else None
    return (None, False) if found is None else (found[0], found[1] - found[0] > GRACE)
