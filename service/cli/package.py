"""`sekisho export --package`: an evidence package, which an auditor checks on a machine of their own."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import typer

from service import clock
from service.cli.site import Site, account
from service.cli.verify import bars
from service.database import read
from service.evidence.columns import Language
from service.evidence.export import Span
from service.evidence.package import writing
from service.evidence.package.asking import EVERYTHING, VIEWS, Asker, Wanted, ask, completed
from service.evidence.package.enclosed import require_wheel
from service.evidence.package.finishing import finish
from service.evidence.package.order import Order, ViewAsked
from service.evidence.package.writing import ORDER, Packed, Writer
from service.evidence.predicate import PredicateError, read_predicate
from service.identity.saved_queries import saved_predicate

SHORT = re.compile(r"[a-z0-9]+")
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
    target = asked.package
    if target.exists():
        message = f"{target} is there already"
        raise FileExistsError(message)
    work = target.parent / f".{target.name}.part"
    actor = account()
    asker = Asker(actor) if withhold else Asker(actor, frozenset({"auditor"}), "audit")
    if withhold:
        typer.echo(WITHHELD, err=True)
    order = _unfinished(work, wanted)
    if order is None:
        order = ask(site.engine, url=site.url, log=site.log, at=clock.now(), asker=asker, wanted=wanted)
        writing.begin(work, order)
    else:
        _say(asked.language, f"作成を再開します: {order.id}", f"going on with {order.id}")
    try:
        with bars(asked.language) as progress:
            packed = writing.write(work, Writer(site.engine, site.url, site.log, progress=progress))
    except Exception:
        completed(site.engine, log=site.log, at=clock.now(), actor=actor, requested=order.requested, packed=None)
        raise
    finish(work, target)
    completed(site.engine, log=site.log, at=clock.now(), actor=actor, requested=order.requested, packed=packed)
    return packed


def wanted_of(site: Site, asked: Asked) -> Wanted:
    """Return what the options ask for. Raises ValueError, OSError."""
    if asked.organ is not None and (asked.query or asked.saved):
        message = "--for-organ takes no other filter: the organ is the filter"
        raise ValueError(message)
    predicate, saved = EVERYTHING, None
    if asked.query is not None:
        predicate = read_predicate(asked.query.read_bytes())
    wheel = None if asked.wheel is None else str(require_wheel(asked.wheel))
    since = None if asked.since is None else asked.since.read_text(encoding="utf-8")
    return Wanted(
        predicate=predicate, span=asked.span, organ=asked.organ, saved=saved, since=since, views=views_of(asked.view, asked.language), wheel=wheel
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
