"""`sekisho database`: the roles of PostgreSQL, and what each may do."""

from typing import Annotated

import typer

from service.cli.site import open_site
from service.database import roles


def register(app: typer.Typer) -> None:
    """Add the commands."""
    family = typer.Typer(help="The database: its roles.", no_args_is_help=True)
    # With a callback even one command is a command of a group, and keeps its name.
    family.callback()(lambda: None)
    family.command("roles")(show_roles)
    app.add_typer(family, name="database")


def show_roles(
    *,
    apply: Annotated[bool, typer.Option("--apply", help="Make it so, through SEKISHO_DATABASE_URL as a superuser.")] = False,
) -> None:
    """Print the SQL that makes the roles and grants, or apply it; before the first migrate and after each.

    役割と権限を作る SQL を表示し、--apply で実行します（初回の migrate の前と、毎回の migrate の後）。
    パスワードは含みません。ログインする役割ごとに psql で設定してください。
    No password is in it: set one with psql for each role that signs in.
    """
    if not apply:
        typer.echo(roles.statements())
        return
    with open_site(log=False) as site:
        roles.apply(site.engine)
    for role in roles.ROLES:
        typer.echo(f"{role.name}: {role.purpose}")
    typer.echo("パスワードは psql の \\password で / set passwords with psql's \\password")
