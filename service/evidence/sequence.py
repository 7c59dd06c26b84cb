"""Follows the log in sequence, a window at a time (steps 1 to 5 of `verification`)."""

from collections.abc import Callable, Iterator
from time import perf_counter

import psycopg

from service.evidence import rows
from service.evidence.chain import Batch, ChainCheck
from service.evidence.findings import Findings, Wrong
from service.evidence.form import FormCheck
from service.evidence.keys import Trusted
from service.evidence.report import Counts

Progress = Callable[[str, int, int], None]
"""Told of each step's name, what is done and the whole."""


def follow(
    connection: psycopg.Connection,
    vkey: Trusted,
    findings: Findings,
    counts: Counts,
    progress: Progress,
) -> str:
    """Do the steps 1 to 5; return the root."""
    stored = rows.checkpoints(connection)
    chain = ChainCheck(findings=findings, checkpoints=stored, vkey=vkey, subtrees=rows.subtrees(connection))
    form = FormCheck(findings)
    try:
        for window in _windows(chain, rows.batches(connection), counts):
            start, end = window[0].first_index, window[-1].end
            found = rows.entries(connection, start=start, end=end)
            began = perf_counter()
            claimed = b"".join(batch.leaves for batch in window)
            faulty = chain.entries(start=start, end=end, claimed=claimed, rows=found)  # (2)
            chain.hear(found)
            chain.window(window, claimed)  # (3) (4)
            counts.chain_seconds += perf_counter() - began
            began = perf_counter()
            form.follow(found, window, faulty=faulty)  # (5)
            counts.form_seconds += perf_counter() - began
            progress("chain", end, counts.entries)
        chain.finish()
        for index in rows.entries_outside(connection, end=chain.size):
            findings.add(Wrong.ENTRY_UNCLAIMED, index=index)
    finally:
        # Also where somebody's time was out: what was looked at by then was looked at.
        counts.intact = chain.intact
        counts.checkpoints, counts.before_trust = chain.checkpoints, chain.before_trust
        counts.signed_size = chain.signed_size
        counts.decisions = form.decisions
    return chain.root()


def _windows(chain: ChainCheck, batches: Iterator[Batch], counts: Counts) -> Iterator[list[Batch]]:
    """Yield runs of adjoining batches (step 1), each of about a window of entries."""
    window: list[Batch] = []
    held = 0
    for batch in batches:
        counts.batches += 1
        admitted = chain.admit(batch)
        if window and (held >= rows.WINDOW or not admitted or batch.first_index != window[-1].end):
            yield window
            window, held = [], 0
        if admitted:
            window.append(batch)
            held += batch.size
    if window:
        yield window
