"""`sekisho correct-effects`: which permits would not have been given, had a late fact been known from its day on."""

from typing import Annotated

import typer

from service.cli.logs import visible
from service.cli.site import open_site
from service.cli.verify import language_of, terminal_language
from service.database import transaction
from service.evidence.effects import effects_of


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("correct-effects")(correct_effects)


def correct_effects(
    index: Annotated[int, typer.Argument(help="The entry that recorded the correction, or any fact that became known late.")],
    *,
    language: Annotated[str | None, typer.Option(help="ja or en; default: that of the terminal.")] = None,
) -> None:
    """List the permits between the day of a fact and its entry that would not have been given.

    Exit code 0 where there are none, 1 where there are.
    """
    place = 0 if language_of(language or terminal_language()) == "ja" else 1
    with open_site() as site, transaction(site.engine) as session:
        found = effects_of(session, log=site.log, index=index)
    heads = (
        "番号 {0} ({1})、{2} から {3} まで: 許可 {4} 件を見直し、うち {5} 件は許可されなかったはずです",
        "entry {0} ({1}), from {2} to {3}: {4} permits looked at again, {5} of them would not have been given",
    )
    since = found.since or ("最初", "the beginning")[place]
    typer.echo(heads[place].format(found.index, found.kind, since, found.until, found.looked_at, len(found.permits)))
    for one in found.permits:
        basis = ", ".join(one.basis)
        words = (str(one.index), one.at, one.person, one.object, one.organization or "-", one.action, one.reason, f"[{basis}]")
        typer.echo(visible("  ".join(words)))
    if found.more:
        typer.echo(("ほかにもあります", "and more")[place])
    raise typer.Exit(1 if found.permits else 0)
