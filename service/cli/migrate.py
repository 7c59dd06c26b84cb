"""`sekisho migrate`: the schema brought up to date, keys made, the log opened at first use."""

import sys
from typing import Annotated

import typer
from sqlalchemy import Engine, select

from service import clock
from service.cli.site import Site, SiteNotReadyError, account, kms_of, open_site, read_log, require_alone
from service.database import read, transaction
from service.database.migrate import upgrade
from service.decision.model import PolicySetRow
from service.decision.policies_in_force import activate
from service.jobs.area_facts import bring_area_facts
from service.jobs.carried_filters import BEFORE, carry_filters, filters_wait
from service.jobs.sealing import seal_unsealed
from service.ledger import Log, LogError, Seat, open_log
from service.statute.policies import read_policies

SEATS: tuple[Seat, ...] = ("organ", "operator")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("migrate")(migrate)


def migrate(
    seat: Annotated[str | None, typer.Option(help="organ or operator; asked at first use.")] = None,
    origin: Annotated[str | None, typer.Option(help="The log's name, for example sekisho.example.jp/main.")] = None,
    *,
    activate_policies: Annotated[bool, typer.Option("--activate-policies", help="Bring the policies of this version into force.")] = False,
) -> None:
    """Bring the schema up to date; at first use make the keys, open the log and activate the policies."""
    with open_site(log=False) as site:
        bring_up(site)
        log = open_once(site, seat=seat, origin=origin)
        seal_older(site.engine, log)
        bring_area_facts(site.engine, log=log, at=clock.now())
        digest = activate_shipped(site.engine, log, renew=activate_policies)
        typer.echo(f"Policies in force: {digest}")
        typer.echo(f"Schema up to date. Log {log.origin}, seat {log.seat}.")
        typer.echo(f"Verifier key: {log.vkey}")


def bring_up(site: Site) -> None:
    """Bring the schema up to date, and on the way over what an older version kept in a table that goes."""
    if filters_wait(site.engine):
        upgrade(site.url, BEFORE)
        carried, left = carry_filters(site.engine, log=read_log(site.engine, site.settings), actor=account(), at=clock.now())
        words = "保存した条件を監査の検索に引き継ぎました / saved filters that are queries of auditors now"
        typer.echo(f"{words}: {carried}", err=True)
        for one in left:
            said = "検索として保存できないため、次のアドレスで開いてください / no query says the same; open it by its address"
            typer.echo(f"{said}: {one.account_id} {one.name}: {one.address} ({one.why})", err=True)
    upgrade(site.url)


def seal_older(engine: Engine, log: Log) -> None:
    """Seal rows that an older version wrote, and name those that are not what the ledger says of them."""
    sealed, refused = seal_unsealed(engine, log=log)
    if sealed:
        typer.echo(f"Sealed {sealed} rows.", err=True)
    for name in refused:
        typer.echo(f"台帳の記録と異なるため封印しません / not sealed, for the ledger says otherwise: {name}", err=True)


def open_once(site: Site, *, seat: str | None, origin: str | None) -> Log:
    """Return the deployment's log; open it where there is none.

    Raises ValueError for an unknown seat or one that is not the log's own,
    SiteNotReadyError where nobody is there to ask.
    """
    try:
        log = read_log(site.engine, site.settings)
    except LogError:
        if site_has_log(site):
            raise
    else:
        _require_same(log, seat=seat, origin=origin)
        return log
    seat = _seat(seat or _asked("Seat (organ or operator)", option="--seat organ|operator"))
    origin = origin or _asked("Name of the log", option="--origin NAME")
    with transaction(site.engine) as session:
        return open_log(session, origin=origin, seat=seat, at=clock.now(), keys=site.settings.keys_dir, kms=kms_of(site.settings))


def activate_shipped(engine: Engine, log: Log, *, renew: bool) -> str:
    """Return the digest of the policies in force; activate this version's where there are none.

    `renew` activates them too where others are in force: a newer version of Sekisho changes
    no answer by itself.
    """
    texts = read_policies()
    with read(engine) as session:
        newest = select(PolicySetRow.digest).order_by(PolicySetRow.changed_index.desc())
        in_force = session.scalars(newest).first()
    if in_force == texts.digest or (in_force is not None and not renew):
        return in_force
    with transaction(engine) as session:
        if in_force is not None:
            require_alone(session, log, "--activate-policies")
        return activate(session, log=log, actor=account(), at=clock.now(), texts=texts)


def site_has_log(site: Site) -> bool:
    """Tell whether a log was opened, whether or not its keys are at hand."""
    with site.engine.connect() as connection:
        return connection.exec_driver_sql("select 1 from ledger.log").first() is not None


def _require_same(log: Log, *, seat: str | None, origin: str | None) -> None:
    if seat not in (None, log.seat) or origin not in (None, log.origin):
        message = f"this deployment's log is {log.origin} with the seat {log.seat}; neither can be changed"
        raise ValueError(message)


def _seat(word: str) -> Seat:
    for seat in SEATS:
        if word == seat:
            return seat
    message = f"--seat: {word} is neither organ nor operator"
    raise ValueError(message)


def _asked(question: str, *, option: str) -> str:
    if not sys.stdin.isatty():
        message = f"the log is not open yet; run: sekisho migrate with {option}"
        raise SiteNotReadyError(message)
    return str(typer.prompt(question))
