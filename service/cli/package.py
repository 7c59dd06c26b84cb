"""`sekisho export --package`: an evidence package, which an auditor checks on a machine of their own."""

from dataclasses import dataclass
from pathlib import Path

import typer

from service import clock
from service.cli.site import Site, account
from service.cli.verify import bars
from service.database import read
from service.evidence.columns import Language
from service.evidence.export import Span
from service.evidence.package import writing
from service.evidence.package.asking import EVERYTHING, VIEWS, Asker, Wanted, ask, completed, of_query, unfinished
from service.evidence.package.enclosed import require_wheel
from service.evidence.package.finishing import appear, whole_of
from service.evidence.package.order import ViewAsked
from service.evidence.package.writing import GIVEN_UP, Packed, Writer
from service.evidence.predicate import read_predicate

PATIENCE = 30
"""Seconds that the witnesses of the log are waited for."""
WITHHELD = "開示情報は含めません(閲覧権限のある人が画面かAPIで求めます) / without disclosures: they are for those entitled"


@dataclass(frozen=True, slots=True)
class Asked:
    """What the options say."""

    package: Path
    span: Span
    language: Language
    query: Path | None = None
    saved: str | None = None
    since: Path | None = None
    organ: str | None = None
    view: str = "csv"
    wheel: Path | None = None


def export_package(site: Site, asked: Asked, *, withhold: bool) -> Packed:
    """Write a package, or go on with the one that was interrupted; it appears under its name when it is whole.

    Raises ValueError for options that say nothing, FileExistsError for a name that is taken.
    """
    wanted = wanted_of(site, asked)
    target, work = asked.package, asked.package.parent / f".{asked.package.name}.part"
    if target.exists():
        message = f"{target} is there already"
        raise FileExistsError(message)
    actor = account()
    if withhold:
        typer.echo(WITHHELD, err=True)
    order = unfinished(work, wanted)
    if order is None:
        asker = Asker(actor, patience=PATIENCE) if withhold else Asker(actor, frozenset({"auditor"}), "audit", PATIENCE)
        order = ask(site.engine, url=site.url, log=site.log, clock=clock.now, asker=asker, wanted=wanted)
        writing.begin(work, order)
    else:
        typer.echo(f"{order.id} の作成を再開します / going on with {order.id}", err=True)
    try:
        with bars(asked.language) as progress:
            packed = writing.write(work, Writer(site.engine, site.url, site.log, progress=progress))
    except GIVEN_UP:
        completed(site.engine, log=site.log, at=clock.now(), actor=actor, order=order, packed=None)
        raise
    whole = whole_of(work, zipped=target.suffix.lower() == ".zip")
    completed(site.engine, log=site.log, at=clock.now(), actor=actor, order=order, packed=packed)
    appear(whole, target, work=work)
    return packed


def wanted_of(site: Site, asked: Asked) -> Wanted:
    """Return what the options ask for. Raises ValueError, OSError, UnknownIdError."""
    if sum(one is not None for one in (asked.organ, asked.query, asked.saved)) > 1:
        message = "--query, --saved and --for-organ: one of them is the filter"
        raise ValueError(message)
    predicate, since = EVERYTHING if asked.query is None else read_predicate(asked.query.read_bytes()), None
    if asked.saved is not None:
        with read(site.engine) as session:
            predicate, since = of_query(session, asked.saved)
    return Wanted(
        predicate=predicate,
        span=asked.span,
        organ=asked.organ,
        saved=asked.saved,
        since=since if asked.since is None else asked.since.read_text(encoding="utf-8"),
        views=views_of(asked.view, asked.language),
        wheel=None if asked.wheel is None else str(require_wheel(asked.wheel)),
    )


def views_of(words: str, language: Language) -> tuple[ViewAsked, ...]:
    """Return the views that a list of words names (`csv,ocsf`), the newest version of each; none for `none`. Raises ValueError."""
    newest = {one.partition("/")[0]: one for one in VIEWS}
    asked = [] if words == "none" else list(dict.fromkeys(word.strip() for word in words.split(",")))
    for word in asked:
        if word not in newest:
            message = f"--view: {word!r} is none of {', '.join(newest)}, none"
            raise ValueError(message)
    return tuple(ViewAsked(newest[word], language) for word in asked)
