"""`sekisho application` and `sekisho key`: who may ask, and with which keys."""

from datetime import timedelta
from typing import Annotated

import typer
from sqlalchemy import select

from service import clock
from service.cli.site import account, open_site, require_alone
from service.database import read, transaction
from service.identity import operations
from service.identity.callers import Client
from service.identity.model import ApiKey, Application
from service.jobs.demo import require_demo

Applied = Annotated[str, typer.Argument(help="The application's id.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    applications = typer.Typer(help="Programs that may ask: grant, list, end.", no_args_is_help=True)
    applications.command("grant")(grant)
    applications.command("list")(list_applications)
    applications.command("end")(end)
    app.add_typer(applications, name="application")
    keys = typer.Typer(help="Keys of applications: issue, list, revoke.", no_args_is_help=True)
    keys.command("issue")(issue)
    keys.command("list")(list_keys)
    keys.command("revoke")(revoke)
    app.add_typer(keys, name="key")


def grant(
    name: Annotated[str, typer.Argument(help="What the application is called.")],
    *,
    identifier: Annotated[str | None, typer.Option("--id", help="Its id; otherwise a random one.")] = None,
    organization: Annotated[str | None, typer.Option(help="The organization that it asks for.")] = None,
    namespace: Annotated[list[str] | None, typer.Option(help="A namespace of aliases it may use; may be repeated.")] = None,
    resource_type: Annotated[list[str] | None, typer.Option(help="information or document; both by default.")] = None,
    issuer: Annotated[str | None, typer.Option(help="Who issues the tokens it comes with, exactly as they name it.")] = None,
    client_id: Annotated[str | None, typer.Option("--client-id", help="Its name there; given together with --issuer.")] = None,
    acts_for: Annotated[list[str] | None, typer.Option(help="A further organization it may ask for; may be repeated.")] = None,
    search: Annotated[bool, typer.Option("--search", help="Let it search, too.")] = False,
    ledger: Annotated[
        bool, typer.Option("--ledger", help="Let it read the ledger under /ledger/v1/, as a mirror or a monitor does.")
    ] = False,
    batch_limit: Annotated[int, typer.Option(help="How many checks it may put in one request.")] = operations.BATCH_LIMIT,
    hold_seconds: Annotated[int, typer.Option(help="How long it may hold a permit without asking again.")] = 0,
    trial: Annotated[bool, typer.Option("--trial", help="Answer with full reasons; in a demo world alone.")] = False,
) -> None:
    """Let an application ask, and print its id."""
    if (issuer is None) != (client_id is None):
        message = "--issuer and --client-id are given together"
        raise typer.BadParameter(message)
    with open_site() as site:
        if trial:
            require_demo(site.log)
        with transaction(site.engine) as session:
            require_alone(session, site.log, "application grant")
            made = operations.grant_application(
                session,
                log=site.log,
                actor=account(),
                at=clock.now(),
                name=name,
                application_id=identifier,
                organization=organization,
                namespaces=namespace or (),
                resource_types=resource_type or operations.RESOURCE_TYPES,
                trial=trial,
                client=Client(issuer, client_id) if issuer is not None and client_id is not None else None,
                organizations=acts_for or (),
                may_search=search,
                may_read_ledger=ledger,
                batch_limit=batch_limit,
                hold_seconds=hold_seconds,
            )
        typer.echo(made)


def list_applications() -> None:
    """List the applications, those that have ended too."""
    with open_site() as site, read(site.engine) as session:
        for row in session.scalars(select(Application).order_by(Application.id)):
            state = "live" if row.ended_at is None else f"ended {row.ended_at.isoformat()}"
            scope = ",".join(row.namespaces) or "no aliases"
            client = f"{row.client_id} of {row.issuer}" if row.issuer else "keys alone"
            typer.echo(f"{row.id}\t{row.name}\t{row.organization_id or '-'}\t{scope}\t{client}\t{state}")


def end(application: Applied) -> None:
    """End an application with all its keys at once."""
    with open_site() as site, transaction(site.engine) as session:
        operations.end_application(session, log=site.log, actor=account(), at=clock.now(), application=application)
    typer.echo(f"ended {application}")


def issue(
    application: Applied,
    *,
    days: Annotated[int | None, typer.Option(min=1, max=3660, help="Days until the key expires; without: never.")] = None,
) -> None:
    """Make a key and print it; it is shown this once and kept nowhere."""
    at = clock.now()
    with open_site() as site, transaction(site.engine) as session:
        require_alone(session, site.log, "key issue")
        key = operations.issue_key(
            session,
            log=site.log,
            actor=account(),
            at=at,
            application=application,
            expires_at=None if days is None else at + timedelta(days=days),
        )
    typer.echo(key)
    typer.echo("Keep it now: it is not shown again.", err=True)


def list_keys(application: Applied) -> None:
    """List an application's keys by their ids; the keys themselves are kept nowhere."""
    with open_site() as site, read(site.engine) as session:
        for row in session.scalars(select(ApiKey).where(ApiKey.application_id == application).order_by(ApiKey.changed_index)):
            state = "live" if row.ended_at is None else f"revoked {row.ended_at.isoformat()}"
            expires = "never expires" if row.expires_at is None else f"expires {row.expires_at.isoformat()}"
            typer.echo(f"{row.id}\t{state}\t{expires}")


def revoke(key_id: Annotated[str, typer.Argument(help="The key's id, from `sekisho key list`.")]) -> None:
    """Revoke a key at once."""
    with open_site() as site, transaction(site.engine) as session:
        operations.revoke_key(session, log=site.log, actor=account(), at=clock.now(), key_id=key_id)
    typer.echo(f"revoked {key_id}")
