"""`sekisho report`: the counts of a year (Act 18, 19), from the ledger, as a table and as CSV."""

import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from service import clock
from service.cli.export import destination, must_withhold
from service.cli.site import account, open_site
from service.cli.verify import language_of, terminal_language
from service.database import read, transaction
from service.evidence.yearly import PEOPLE, cells, csv_of, yearly
from service.ledger import Draft, Kind, begin_act, record
from service.statute.periods import legal_day

FIRST_YEAR, LAST_YEAR = 2025, 2200
WIDE = 200
WORDS = {
    "destroyed": ("鍵が廃棄され数えられない記録: {count} 件", "{count} entries cannot be counted: their keys were destroyed"),
    "withheld": (
        "適性評価の件数は含めません(閲覧権限のある人が画面かAPIで見ます)",
        "without assessments: they are for those entitled, over the API",
    ),
}


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("report")(report)


def report(
    year: Annotated[int, typer.Argument(min=FIRST_YEAR, max=LAST_YEAR, help="The calendar year.")],
    *,
    organization: Annotated[str | None, typer.Option(help="One organ alone.")] = None,
    csv: Annotated[Path | None, typer.Option("--csv", help="A file to write beside the table: UTF-8 with BOM, as Excel opens it.")] = None,
    suppress_below: Annotated[
        int | None, typer.Option("--suppress-below", min=2, help="For publishing: numbers of people in bands of this width.")
    ] = None,
    language: Annotated[str | None, typer.Option(help="ja or en; default: that of the terminal.")] = None,
) -> None:
    """Count the designations, assessments and certifications of a year. That it was asked for becomes an entry."""
    spoken = language_of(language or terminal_language())
    place = 0 if spoken == "ja" else 1
    with open_site() as site:
        withheld = PEOPLE if must_withhold(site) else frozenset()
        note = {"report": year, "organization": organization, "suppress_below": suppress_below}
        at = clock.now()
        with transaction(site.engine) as session:
            begin_act(session)
            record(session, log=site.log, draft=Draft(kind=Kind.EXPORT_REQUESTED, actor=account(), at=at, note=note), rows=[])
        with read(site.engine) as session:
            counted = yearly(session, log=site.log, year=year, on=legal_day(at), organization_id=organization)
    rows = cells(counted, spoken, below=suppress_below, without=withheld)
    table = Table(*rows[0])
    for row in rows[1:]:
        table.add_row(*row)
    # What goes into a file or a pipe is not folded to the width of a screen.
    screen = Console() if sys.stdout.isatty() else Console(width=WIDE)
    screen.print(table)
    if csv is not None:
        with destination(csv) as file:
            file.write(csv_of(rows))
    if counted.destroyed:
        typer.echo(WORDS["destroyed"][place].format(count=counted.destroyed), err=True)
    if withheld:
        typer.echo(WORDS["withheld"][place], err=True)
