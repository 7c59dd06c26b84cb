"""Verifies an evidence package, by itself: no service, no database, no network, no clock; constant memory.

The steps, as the code tags them and docs/package.md lists them:

1. the manifest is signed by the log's key, names every file, and every file is what it says;
2. the checkpoint is signed; cosignatures fulfil the quorum, or it is said that they do not;
3. the leaves lead to the root of the checkpoint;
4. this tree continues the last one that this verifier saw of this log; the verifier remembers this one;
5. entries are of their form, times never run backwards, and no change lies between what a decision had seen and the decision;
6. the filter, run over every leaf, finds exactly what is disclosed and shown;
7. each disclosure opens its digest; each that is absent is covered by an erasure or withheld for a reason;
8. each view, rendered again, is the same;
9. each decision whose facts are present follows from them under its policy text, by the policy engine; the others are counted.

Whatever a step finds wrong, the next ones go on: a fault is named where it is, not where it is noticed first.
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from hashlib import sha256
from multiprocessing import get_context
from pathlib import Path
from time import perf_counter
from typing import Literal

from service.evidence.package.chained import Chained, check_leaves, check_request, chunks_of
from service.evidence.package.chunks import CHUNK, ChunkAsked, ChunkDone, Times, verify_chunk
from service.evidence.package.disclosed import Disclosed, read_lines
from service.evidence.package.faults import Fault, Faults
from service.evidence.package.forms import parse
from service.evidence.package.judged import Judged, Judging
from service.evidence.package.opening import Package, PackageError, open_package
from service.evidence.package.organs import ByOrgan
from service.evidence.package.remembered import Remembered, check_continued
from service.evidence.package.selected import Selection, entries_of_organ
from service.evidence.package.signed import QUERY, Signed, check_files, read_signed
from service.evidence.package.viewed import Views
from service.evidence.predicate import Predicate, PredicateError, parts_of, read_canonical
from service.evidence.rendering.known import names_of, opened_of
from service.evidence.rendering.rows import rows_of
from service.tlog.tiles import ENTRIES, WIDTH, Tile

MOST_QUERY = 1 << 20
Progress = Callable[[str, int, int], None]
"""Told of each step's name, what is done and the whole."""
Continued = Literal["first", "continues", "seen", "apart", "no"]
"""Whether this tree is the first of its log, continues the last one, was seen before, was not compared, or does not."""


@dataclass(slots=True)
class Counts:
    """What a verification went through; every number is of things looked at."""

    leaves: int = 0
    entries: int = 0
    """Whose bytes are in the package."""
    intact: int = 0
    in_range: int = 0
    answers: int = 0
    looked: int = 0
    found: int = 0
    rows: int = 0
    views: int = 0
    disclosures: dict[str, int] = field(default_factory=dict)
    judged: Judged = field(default_factory=Judged)
    covered: tuple[int, int] | None = None
    uncounted: int = 0
    seconds: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Report:
    """The outcome of the verification of one package."""

    signed: Signed
    counts: Counts
    faults: Faults
    continued: Continued
    engine: bool

    @property
    def intact(self) -> bool:
        """Return whether nothing is wrong."""
        return self.faults.total == 0


@dataclass(frozen=True, slots=True)
class Asked:
    """How to verify: keys that are trusted from elsewhere, what was seen before, where evidence of a fork is kept, how many processes.

    `remembered` None compares with nothing that was seen before, and remembers nothing.
    """

    trusted: Sequence[str] = ()
    remembered: Remembered | None = None
    evidence: Path | None = None
    jobs: int = 1
    progress: Progress = lambda _step, _done, _whole: None
    chunk: int = CHUNK


def verify_package(path: Path, asked: Asked) -> Report:
    """Return the report on a package. Raises PackageError where it cannot be read, OSError where nothing can be remembered."""
    package = open_package(path)
    try:
        return _verify(package, asked)
    finally:
        if package.archive is not None:
            package.archive.close()


def _verify(package: Package, asked: Asked) -> Report:
    faults, counts = Faults(), Counts()
    origin = read_signed(package, Faults(), trusted=asked.trusted).manifest.origin
    before = asked.remembered or Remembered(None)
    trusted = [*asked.trusted, *before.following(origin, asked.trusted)] or before.keys(origin)
    signed = read_signed(package, faults, trusted=trusted, sure=bool(asked.trusted) or before.confirmed(origin))  # (1) (2)
    manifest = signed.manifest
    counts.leaves, counts.in_range = manifest.last - manifest.first, manifest.end - manifest.start
    with _timed(counts, "files"):
        check_files(package, manifest, faults)  # (1)
    with _timed(counts, "leaves"):
        done = list(_chunks(package, signed, asked))
        _order(done, counts, faults)  # (5)
        chained = check_leaves(package, signed, done, faults)  # (3)
        check_request(package, signed, faults)  # (3)
    continued = _continued(package, signed, chained, faults, asked)  # (4)
    with _timed(counts, "beside"):
        engine = _beside(package, signed, counts, faults, asked)
    if not faults.total and asked.remembered is not None:
        asked.remembered.accept(signed)  # (4)
    return Report(signed, counts, faults, continued, engine)


def _continued(package: Package, signed: Signed, chained: Chained | None, faults: Faults, asked: Asked) -> Continued:
    """Compare with what was seen before of this log."""
    if asked.remembered is None:
        return "apart"
    found = Faults()
    check_continued(
        package,
        signed,
        asked.remembered,
        found,
        root_at=lambda size: None if chained is None else chained.root_at(size, package),
        evidence=asked.evidence,
    )
    faults.take(found)
    if found.total:
        return "no"
    if asked.remembered.last(signed.checkpoint.origin) is None:
        return "first"
    return "seen" if asked.remembered.knows(signed.checkpoint) else "continues"


def _chunks(package: Package, signed: Signed, asked: Asked) -> Iterator[ChunkDone]:
    """Yield the chunks in their order, each verified by itself."""
    manifest = signed.manifest
    digests = {one.path: one.digest for one in manifest.files if one.path.startswith("tile/")}
    ordered = [
        ChunkAsked(package.path, first, last, manifest.kind == "full", _digests_of(digests, first, last))
        for first, last in chunks_of(manifest, asked.chunk)
    ]
    whole = manifest.last - manifest.first
    if asked.jobs > 1 and len(ordered) > 1:
        # Started anew, not forked: nothing open here is open there, and it is the same on every system.
        with ProcessPoolExecutor(min(asked.jobs, len(ordered)), mp_context=get_context("spawn")) as pool:
            for done in pool.map(verify_chunk, ordered):
                asked.progress("leaves", done.last - manifest.first, whole)
                yield done
        return
    for one in ordered:
        yield verify_chunk(one)
        asked.progress("leaves", one.last - manifest.first, whole)


def _digests_of(digests: dict[str, str], first: int, last: int) -> dict[str, str]:
    paths = [Tile(level, start // WIDTH, min(WIDTH, last - start)).path() for start in range(first, last, WIDTH) for level in (0, ENTRIES)]
    return {path: digests[path] for path in paths if path in digests}


def _order(done: Sequence[ChunkDone], counts: Counts, faults: Faults) -> None:
    """Join what the chunks found, and the order of their entries across them."""
    times = Times(done[0].first)
    for one in done:
        faults.take(one.faults)
        counts.intact += one.intact
        counts.answers += one.answers
        counts.entries += one.entries
        times = times.continued(one.times, one.first, faults)


def _beside(package: Package, signed: Signed, counts: Counts, faults: Faults, asked: Asked) -> bool:
    """Do the steps 6 to 9; say whether there is an engine."""
    manifest = signed.manifest
    with Disclosed() as disclosed:
        names = names_of(read_lines(package, disclosed, faults))  # (7)
        counts.disclosures = disclosed.counts()
        judging = Judging(package, disclosed, faults, counts.judged)
        by = _filter(package, signed, disclosed, faults)
        if by is None:
            return judging.engine
        views = Views.of(package, manifest, faults)
        selection = Selection(
            package, signed, disclosed, faults, by, lambda at: asked.progress("beside", at - manifest.first, manifest.last - manifest.first)
        )
        for index, body, clear, places in selection.entries():  # (6)
            if isinstance(by, ByOrgan):
                by.count(index, body, clear)
            shown = [place for place in places if _is_shown(by, clear, place, disclosed)]
            if shown and views.any:
                views.take(rows_of(index, body, disclosed.known, names=names, places=shown))  # (8)
            counts.rows += len(shown)
            judging.entry(index, clear, places)  # (9)
        selection.finish()  # (7)
        views.finish()  # (8)
        if isinstance(by, ByOrgan):
            counts.covered, counts.uncounted = by.finish(faults), by.uncounted  # (6)
            counts.entries = counts.intact = selection.looked
        counts.found, counts.looked, counts.views = selection.found, selection.looked, len(manifest.views)
    return judging.engine


def _is_shown(by: Predicate | ByOrgan, clear: object, place: int, disclosed: Disclosed) -> bool:
    """Say whether what is opened of a part is what the filter asks for; what is not opened is not found by that."""
    if not isinstance(by, Predicate) or not by.asks_disclosed or not isinstance(clear, dict):
        return True
    part = dict(enumerate(parts_of(clear), 1))[place]
    return by.matches_opened(opened_of(part, disclosed.known))


def _filter(package: Package, signed: Signed, disclosed: Disclosed, faults: Faults) -> Predicate | ByOrgan | None:
    """Return what the package says it was asked for, None where that cannot be read."""
    manifest = signed.manifest
    try:
        raw = package.read(QUERY, most=MOST_QUERY) if QUERY in package.sizes else b""
        if sha256(raw).hexdigest() != manifest.query:
            faults.add(Fault.QUERY_FORM, file=QUERY, detail="it is not the one that the manifest names")
        if manifest.kind != "inspector":
            return read_canonical(raw)
        if parse(raw) != {"organ": manifest.organ, "v": 1} or manifest.organ is None:
            faults.add(Fault.QUERY_FORM, file=QUERY, detail="it does not ask for the organ")
            return None
    except (PackageError, PredicateError) as wrong:
        faults.add(Fault.QUERY_FORM, file=QUERY, detail=str(wrong))
        return None
    entries = entries_of_organ(package, Faults())
    return ByOrgan.read(manifest.organ, start=manifest.start, end=manifest.end, entries=entries, disclosed=disclosed, faults=faults)


class _timed:  # noqa: N801 - read as a word
    """Adds the seconds of a step to its counts."""

    def __init__(self, counts: Counts, step: str) -> None:
        self._counts, self._step, self._began = counts, step, 0.0

    def __enter__(self) -> None:
        self._began = perf_counter()

    def __exit__(self, *_: object) -> None:
        self._counts.seconds[self._step] = perf_counter() - self._began
