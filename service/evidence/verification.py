"""Verifies a whole log and what rests on it, in constant memory.

The steps, as the code tags them:

1. batches are contiguous from 0, and have as many leaves as entries;
2. each entry has the leaf hash that its batch recorded for it;
3. the leaves lead from frontier to frontier, and to each stored root that tiles and proofs are made from;
4. each stored checkpoint is signed by the keys that entries named by then, from one that is trusted on, and its root is the log's;
5. each entry is of its schema and canonical; times never run backwards; between a
   decision's `seen` and the decision there is no change;
6. each disclosure is named by its entry, opens under its key and matches its digest; or its key was destroyed, or it was
   sealed away, by an entry, and then it does not open;
7. each decision follows from its facts under its policy, by the Rust engine;
8. the facts of each decision follow from the entries before it;
9. the tables hold what the entries say, and nothing else.

Steps 1 to 5 need no key but the log's public one; steps 6 to 9 need the keys of disclosures.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from time import perf_counter, sleep

import psycopg

from service.decision.world import FACT_TABLES
from service.evidence import rows
from service.evidence.decisions import DecisionCheck
from service.evidence.disclosures import DisclosureCheck, Disclosures, Opener, Places
from service.evidence.findings import Findings, Wrong
from service.evidence.form import digests_of, readable_entry
from service.evidence.gone import Spill, leftovers, spills
from service.evidence.keys import Trusted, vkeys_of
from service.evidence.rebuild import Rebuild
from service.evidence.report import Counts, Report
from service.evidence.rerun import Rerun
from service.evidence.sequence import Progress, follow
from service.ledger import DisclosureError, Verifier
from service.retention.rules import INSTEAD


def verify(
    *,
    connection: psycopg.Connection,
    vkey: Trusted,
    opener: Callable[[psycopg.Connection], Opener],
    progress: Progress = lambda _step, _done, _whole: None,
) -> Report:
    """Return the report on the log that the connection's snapshot shows.

    `vkey` is the public key that is trusted, or several; those that entries name from there on follow from it. `opener` gives
    what opens disclosures.
    """
    findings, counts = Findings(), Counts()
    _require_key(connection, vkey, findings)
    counts.entries = rows.log_size(connection)
    root = follow(connection, vkey, findings, counts, progress)
    _open_and_judge(connection, opener, findings, counts, progress)
    return Report(origin=Verifier.parse(vkeys_of(vkey)[-1]).name, root=root, counts=counts, findings=findings)


BREATH = 0.001
"""Seconds that a verification beside the service leaves to others behind each window of entries."""


class OutOfTimeError(Exception):
    """The time that a verification was given is over."""


@dataclass(frozen=True, slots=True)
class Within:
    """What a verification found within a time; `done` says how far it came: `chain` and `decisions` in entries, `tables` in tables."""

    report: Report
    whole: bool
    done: dict[str, int] = field(default_factory=dict)


def verify_within(
    *, connection: psycopg.Connection, vkey: Trusted, opener: Callable[[psycopg.Connection], Opener], seconds: float
) -> Within:
    """Return the report on the log as far as a time reaches, from entry 0 on; nothing is said of what was not looked at."""
    findings, counts = Findings(), Counts()
    done = {"chain": 0, "decisions": 0, "tables": 0}
    until, root, whole = perf_counter() + seconds, "", False

    def progress(step: str, reached: int, _whole: int) -> None:
        done[step] = reached
        sleep(BREATH)
        if perf_counter() > until:
            raise OutOfTimeError

    _require_key(connection, vkey, findings)
    counts.entries = rows.log_size(connection)
    try:
        root = follow(connection, vkey, findings, counts, progress)
        _open_and_judge(connection, opener, findings, counts, progress)
        whole = True
    except OutOfTimeError:
        pass
    return Within(Report(origin=Verifier.parse(vkeys_of(vkey)[-1]).name, root=root, counts=counts, findings=findings), whole, done)


def _open_and_judge(
    connection: psycopg.Connection, opener: Callable[[psycopg.Connection], Opener], findings: Findings, counts: Counts, progress: Progress
) -> None:
    """Do the steps 6 to 9 with what opens disclosures."""
    with Places() as places:
        disclosures = Disclosures(
            places=places,
            opener=opener(connection),
            fetch=lambda index, digest: rows.sealed_row(connection, index=index, digest=digest),
            destroyed=rows.destroyed_keys(connection),
            spills=spills(connection),
        )
        _judge(connection, disclosures, findings, counts, progress)


def _require_key(connection: psycopg.Connection, vkey: Trusted, findings: Findings) -> None:
    """Compare the public keys that the database names with those that are trusted."""
    stored = rows.log_keys(connection)
    if not set(vkeys_of(vkey)) & set(stored):
        findings.add(Wrong.LOG_KEY_DIFFERS, detail=", ".join(stored) or "none")


def _judge(
    connection: psycopg.Connection,
    disclosures: Disclosures,
    findings: Findings,
    counts: Counts,
    progress: Progress,
) -> None:
    """Do the steps 6 to 9."""
    began = perf_counter()
    keys = {table: rows.primary_key(connection, table) for table in FACT_TABLES}
    rebuild = Rebuild(findings=findings, keys=keys, tables=rows.room_tables(connection))
    rerun = Rerun(findings=findings, text_of=lambda digest: rows.policy_text(connection, digest))
    opening = DisclosureCheck(findings=findings, disclosures=disclosures)
    check = DecisionCheck(
        findings=findings,
        disclosures=disclosures,
        rebuild=rebuild,
        rerun=rerun,
        instead=lambda index: told_instead(connection, disclosures, disclosures.spills[index]),
    )
    for found in rows.windows(connection, start=0, end=counts.entries):
        if not found:
            continue
        readable = [(index, entry) for index, body in found if (entry := readable_entry(body))]
        start, end = found[0][0], found[-1][0] + 1
        named = {index: digests_of(entry) for index, entry in readable}
        opening.window(rows.sealed_rows(connection, start=start, end=end), named)  # (6)
        for index, entry in readable:
            check.entry(index, entry)  # (7) (8)
        progress("decisions", end, counts.entries)
    for row in rows.sealed_rows_outside(connection, end=counts.entries):
        findings.add(Wrong.DISCLOSURE_UNCLAIMED, index=row.index, place=row.name)
    counts.rerun, counts.answered, counts.not_rerun = rerun.runs, check.answered, check.not_rerun
    counts.disclosures, counts.disclosures_absent = opening.opened, check.absent
    counts.keys_absent, counts.traced = opening.keys_absent, rebuild.traced
    opening.compare(check.told)
    counts.keys_destroyed, counts.disclosures_destroyed = len(disclosures.destroyed), opening.destroyed
    counts.untraced_from, counts.sealed_away = rebuild.broken_at, opening.sealed_away
    counts.erased = sorted(check.erased.values())
    for table in leftovers(connection, list(check.erased)):
        findings.add(Wrong.ERASED_LEFT, place=table)
    counts.decisions_seconds = perf_counter() - began
    if rebuild.broken_at is None:
        counts.rows = _compare(connection, rebuild, progress)  # (9)
        counts.rows_destroyed = rebuild.rows_destroyed


def told_instead(connection: psycopg.Connection, disclosures: Disclosures, spill: Spill) -> object:
    """Return the changes that an entry tells in place of the one whose disclosures it says are sealed away; [] for none.

    None where they cannot be read: they lie under the key of the same person.
    """
    told: object = []
    for row in rows.sealed_rows(connection, start=spill.sealed_by, end=spill.sealed_by + 1):
        try:
            opened = disclosures.open(row)
        except DisclosureError:
            opened = None
        if opened is None:
            return None
        if opened.name == "note" and isinstance(opened.value, dict):
            told = opened.value.get(INSTEAD, [])
    return told


def _compare(
    connection: psycopg.Connection,
    rebuild: Rebuild,
    progress: Progress,
) -> int:
    """Compare every table with the rebuilt rows; return how many rows were compared."""
    count = 0
    tables = FACT_TABLES
    for done, table in enumerate(tables, 1):
        count += rebuild.compare(table=table, rows=rows.room_rows(connection, table))
        progress("tables", done, len(tables))
    return count
