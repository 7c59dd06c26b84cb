"""`sekisho act`: the statutory acts of the rooms, in the form of the deployment's seat."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from inspect import getdoc
from pathlib import Path
from typing import Annotated

import typer
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from service import clock
from service.acts.asking import Asked, keep_refusal
from service.acts.come import require_come
from service.acts.table import ACTS, Known
from service.acts.words import typed, words_of
from service.cli.site import Site, account, open_site, require_alone
from service.database import transaction
from service.ledger import begin_act, read_head
from service.statute.periods import legal_day
from service.statute.refusals import Refusal


@dataclass(frozen=True, slots=True)
class Act:
    """One act as asked for: its verb and its words; `place` says where it was written."""

    verb: str
    words: Mapping[str, object]
    place: str = ""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("act")(act)


def act(
    verb: Annotated[str | None, typer.Argument(help="The act; without one, all are listed.")] = None,
    words: Annotated[list[str] | None, typer.Argument(metavar="KEY=VALUE...")] = None,
    file: Annotated[Path | None, typer.Option(help="Acts from a YAML file: a list, each with the key `act`.")] = None,
) -> None:
    """Perform or record an act; print the index of its ledger entry, or why it is refused."""
    if file is None and verb is None:
        _list_acts()
        return
    if file is not None and verb is not None:
        message = "give either an act or --file, not both"
        raise ValueError(message)
    asked = list(_from_file(file)) if file is not None else [_from_words(verb or "", words or ())]
    prepared = [_prepared(one) for one in asked]
    with open_site() as site:
        for one, known, values in prepared:
            _perform(site, one, known, values)


def _list_acts() -> None:
    """Show the acts of this deployment's seat; those of the other are in no list."""
    with open_site() as site:
        seat = site.log.seat
    for verb, known in ACTS.items():
        if known.seat in (None, seat):
            operation = known.operation()
            purpose = (getdoc(operation) or "").partition("\n")[0]
            keys = " ".join(f"{key}=…" if word.needed else f"[{key}=…]" for key, word in words_of(operation).items())
            typer.echo(f"{verb}\n    {purpose}\n    {keys}")


def _from_words(verb: str, words: Sequence[str]) -> Act:
    pairs: dict[str, object] = {}
    for word in words:
        key, equals, value = word.partition("=")
        if not equals or not key:
            message = f"{word}: not of the form key=value"
            raise ValueError(message)
        if key in pairs:
            message = f"{key}: given twice"
            raise ValueError(message)
        pairs[key] = value
    return Act(verb=verb, words=pairs)


def _from_file(file: Path) -> Iterator[Act]:
    """Yield the acts of a YAML 1.2 file. Raises ValueError with the file and the place."""
    try:
        text = file.read_text(encoding="utf-8-sig")
        content = YAML(typ="safe", pure=True).load(text)
    except (UnicodeDecodeError, YAMLError) as error:
        message = f"{file}: not a YAML file in UTF-8: {str(error).splitlines()[0]}"
        raise ValueError(message) from None
    for number, one in enumerate(content if isinstance(content, list) else [content], start=1):
        place = f"{file}: act {number}: "
        if not isinstance(one, dict) or not isinstance(one.get("act"), str):
            message = f"{place}not a mapping with the key `act`"
            raise ValueError(message)  # noqa: TRY004 - a slip in the file, not in the code
        words = {str(key): value for key, value in one.items() if key != "act"}
        yield Act(verb=one["act"], words=words, place=place)


def _prepared(asked: Act) -> tuple[Act, Known, dict[str, object]]:
    """Find the operation and convert its words, before anything is touched."""
    known = ACTS.get(asked.verb.replace("-", "_"))
    if known is None:
        message = f"{asked.place}{asked.verb}: no such act; run `sekisho act` for the list"
        raise ValueError(message)
    try:
        return asked, known, typed(known.operation(), asked.words)
    except ValueError as error:
        message = f"{asked.place}{asked.verb}: {error}"
        raise ValueError(message) from None


def _named(made: object) -> str:
    """Return what an act made on one line."""
    if isinstance(made, dict):
        return "; ".join(f"{name} {_named(value)}" for name, value in made.items() if value)
    return ", ".join(map(str, made)) if isinstance(made, (tuple, list)) else str(made)


def _perform(site: Site, asked: Act, known: Known, values: dict[str, object]) -> None:
    """Perform one act in its own transaction; a refusal is evidence and is kept as an entry."""
    at = clock.now()
    try:
        require_come(known, values, today=legal_day(at))
    except ValueError as early:
        message = f"{asked.place}{asked.verb}: {early}"
        raise ValueError(message) from None
    try:
        with transaction(site.engine) as session:
            begin_act(session)
            if known.widens_as_recorded(session, values, at=at):
                require_alone(session, site.log, asked.verb)
            made = known.operation()(session, log=site.log, actor=account(), at=at, **values)
            index = read_head(session).size - 1
    except Refusal as refusal:
        kept = [Asked(known.verb, values)]
        index = keep_refusal(site.engine, log=site.log, actor=account(), at=at, known=known, acts=kept, refusal=refusal)
        typer.echo(f"{asked.place}{asked.verb}: refused, entry {index}", err=True)
        raise
    typer.echo(f"{asked.verb} {_named(made)}: entry {index}")
