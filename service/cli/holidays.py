"""`sekisho import holidays FILE`: public holidays, plain facts, from a CSV file."""

from hashlib import sha256
from pathlib import Path
from typing import Annotated

import typer

from service import clock
from service.cli.site import account, open_site
from service.database import transaction
from service.deadlines.operations import import_holidays
from service.statute.holidays import read_holidays

LARGEST = 1_000_000


def holidays(file: Annotated[Path, typer.Argument(help="CSV (UTF-8) with the columns date,name,source.")]) -> None:
    """Import public holidays. They move reminders and dates of the house to earlier days; no access ever lasts longer for one."""
    body = file.read_bytes()
    if len(body) > LARGEST:
        message = f"{file}: larger than {LARGEST} bytes"
        raise ValueError(message)
    try:
        found = read_holidays(body.decode("utf-8-sig"))
    except ValueError as wrong:
        message = f"{file}: {'no UTF-8' if isinstance(wrong, UnicodeDecodeError) else wrong}"
        raise ValueError(message) from wrong
    with open_site() as site, transaction(site.engine) as session:
        digest = sha256(body).hexdigest()
        taken = import_holidays(session, log=site.log, actor=account(), at=clock.now(), found=found, digest=digest)
    typer.echo(f"{file.name}: 新規・変更 {taken} 日 / {taken} days new or changed, {len(found) - taken} unchanged")
