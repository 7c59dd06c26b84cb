"""`sekisho ledger`: the head of the log, its signed checkpoint, single entries, and all of it as static files."""

from pathlib import Path
from typing import Annotated

import typer

from service.cli import ledger_keys, ledger_witnesses
from service.cli.site import open_site
from service.cli.verify import bars, language_of, terminal_language
from service.database import read, transaction
from service.ledger import (
    PublishError,
    checkpoint_head,
    entries,
    hashes_of,
    leaf_hash,
    publish,
    read_head,
    verify_inclusion,
)
from service.tlog.proofs import inclusion_path

PUBLISHED = (
    "{files:,} ファイルを書き、{before:,} 件から {size:,} 件になりました。",
    "{files:,} files written; from {before:,} to {size:,} entries.",
)


def register(app: typer.Typer) -> None:
    """Add the commands."""
    family = typer.Typer(help="The ledger: head, checkpoint, entries, publication, keys.", no_args_is_help=True)
    family.command("head")(head)
    family.command("checkpoint")(checkpoint)
    family.command("show")(show)
    family.command("publish")(publish_to)
    ledger_keys.register(family)
    ledger_witnesses.register(family)
    app.add_typer(family, name="ledger")


def head() -> None:
    """Print where the log ends: size, root, last change, time of the last entry."""
    with open_site(below_floor=True) as site, read(site.engine) as session:
        now = read_head(session)
        typer.echo(f"origin       {site.log.origin}")
        typer.echo(f"seat         {site.log.seat}")
        typer.echo(f"entries      {now.size}")
        typer.echo(f"root         {now.frontier.root().hex()}")
        typer.echo(f"last change  entry {now.changed_index}, {now.changed_at.isoformat()}")
        typer.echo(f"last entry   {now.last_at.isoformat()}")


def checkpoint() -> None:
    """Print the signed checkpoint of the head, and sign it if there is none for its size yet."""
    with open_site() as site, transaction(site.engine) as session:
        typer.echo(checkpoint_head(session, log=site.log), nl=False)


def show(index: Annotated[int, typer.Argument(min=0, help="The index of the entry.")]) -> None:
    """Print one entry as it stands in the log, and whether it is in the tree."""
    with open_site(below_floor=True) as site, read(site.engine) as session:
        now = read_head(session)
        found = dict(entries(session, start=index, end=index + 1))
        if index not in found:
            message = f"there is no entry {index}; the log has entries 0 to {now.size - 1}"
            raise ValueError(message)
        path = inclusion_path(hashes_of(session, size=now.size), index=index, size=now.size)
        holds = verify_inclusion(leaf=leaf_hash(found[index]), index=index, size=now.size, path=path, root=now.frontier.root())
    typer.echo(found[index].decode("ascii"))
    typer.echo(f"in the tree of {now.size}: {'yes' if holds else 'NO'}", err=True)
    if not holds:
        raise typer.Exit(1)


def publish_to(
    folder: Annotated[Path, typer.Argument(help="An empty folder, or one that this log was published to before.", metavar="DIR")],
    *,
    language: Annotated[str | None, typer.Option(help="ja or en; default: that of the terminal.")] = None,
) -> None:
    """Bring a folder up to the published checkpoint, as static files in the layout of C2SP tlog-tiles; run again after a break.

    A folder that holds another log, a longer one or another past is refused and left as it is (exit code 1).
    """
    chosen = language_of(language or terminal_language())
    with open_site() as site, bars(chosen) as progress:
        try:
            done = publish(site.engine, folder, told=lambda written, whole: progress("publish", written, whole))
        except PublishError as refused:
            typer.echo(str(refused), err=True)
            raise typer.Exit(1) from refused
    typer.echo(PUBLISHED[0 if chosen == "ja" else 1].format(files=done.files, before=done.before, size=done.size))
