"""`sekisho ledger`: the head of the log, its signed checkpoint, and single entries."""

from typing import Annotated

import typer

from service.cli.site import open_site
from service.database import read, transaction
from service.ledger import checkpoint_head, entries, inclusion_proof, leaf_hash, leaves, read_head, verify_inclusion


def register(app: typer.Typer) -> None:
    """Add the commands."""
    family = typer.Typer(help="Look at the ledger: head, checkpoint, entries.", no_args_is_help=True)
    family.command("head")(head)
    family.command("checkpoint")(checkpoint)
    family.command("show")(show)
    app.add_typer(family, name="ledger")


def head() -> None:
    """Print where the log ends: size, root, last change, time of the last entry."""
    with open_site() as site, read(site.engine) as session:
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
    with open_site() as site, read(site.engine) as session:
        now = read_head(session)
        found = dict(entries(session, start=index, end=index + 1))
        if index not in found:
            message = f"there is no entry {index}; the log has entries 0 to {now.size - 1}"
            raise ValueError(message)
        path = inclusion_proof(leaves(session, size=now.size), index)
        holds = verify_inclusion(leaf=leaf_hash(found[index]), index=index, size=now.size, path=path, root=now.frontier.root())
    typer.echo(found[index].decode("ascii"))
    typer.echo(f"in the tree of {now.size}: {'yes' if holds else 'NO'}", err=True)
    if not holds:
        raise typer.Exit(1)
