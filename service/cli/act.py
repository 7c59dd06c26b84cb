"""`sekisho act`: the statutory acts of the rooms, in the form of the deployment's seat."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from inspect import getdoc, getmembers, isfunction, signature
from pathlib import Path
from typing import Annotated

import typer
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from service import clock
from service.cli.site import Site, account, open_site
from service.cli.words import GIVEN_BY_THE_DOOR, typed, words_of
from service.database import read, transaction
from service.ledger import read_head

ROOMS = ("personnel", "designation", "provision", "clearance", "need_to_know")
RECORDED = "record_"
"""How the form of an operator begins: it records what an organ notified."""


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
    file: Annotated[
        Path | None, typer.Option(help="Acts from a YAML file: a list, each with the key `act`.")
    ] = None,
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
        for one, operation, values in prepared:
            _perform(site, one, operation, values)


def operations() -> dict[str, Callable[..., str]]:
    """Return the acts of all rooms by their verb."""
    found: dict[str, Callable[..., str]] = {}
    for room in ROOMS:
        module = import_module(f"service.{room}.operations")
        for name, member in getmembers(module, isfunction):
            public = not name.startswith("_") and member.__module__.startswith(f"service.{room}.")
            if public and GIVEN_BY_THE_DOOR <= signature(member).parameters.keys():
                found[name] = member
    return found


def verbs_of(seat: str) -> list[str]:
    """Return the verbs of a seat; those of the other seat are in no list."""
    other = set()
    names = operations()
    for name, operation in names.items():
        seats = getattr(operation, "seat", None)
        if seats is not None and seats != seat:
            other.add(name)
    return sorted(names.keys() - other)


def _list_acts() -> None:
    with open_site() as site:
        for verb in verbs_of(site.log.seat):
            operation = operations()[verb]
            purpose = (getdoc(operation) or "").partition("\n")[0]
            needed = " ".join(
                f"{key}=…" if word.needed else f"[{key}=…]"
                for key, word in words_of(operation).items()
            )
            typer.echo(f"{verb}\n    {purpose}\n    {needed}")


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
            raise ValueError(message)
        words = {str(key): value for key, value in one.items() if key != "act"}
        yield Act(verb=one["act"], words=words, place=place)


def _prepared(asked: Act) -> tuple[Act, Callable[..., str], dict[str, object]]:
    """Find the operation and convert its words, before anything is touched."""
    verb = asked.verb.replace("-", "_")
    operation = operations().get(verb)
    if operation is None:
        message = f"{asked.place}{asked.verb}: no such act; run `sekisho act` for the list"
        raise ValueError(message)
    try:
        return asked, operation, typed(operation, asked.words)
    except ValueError as error:
        message = f"{asked.place}{asked.verb}: {error}"
        raise ValueError(message) from None


def _perform(site: Site, asked: Act, operation: Callable[..., str], values: dict[str, object]) -> None:
    with transaction(site.engine) as session:
        made = operation(session, log=site.log, actor=account(), at=clock.now(), **values)
        index = read_head(session).size - 1
    typer.echo(f"{asked.verb} {made}: entry {index}")
