"""`sekisho register`: a register of one organization, as CSV, a workbook or lines for programs; that it was written is an entry."""

from pathlib import Path
from typing import Annotated

import typer

from service import clock
from service.cli.export import destination, must_withhold, unencodable_words
from service.cli.site import account, open_site
from service.cli.verify import language_of
from service.database import transaction
from service.evidence import registers
from service.evidence.rendering.cp932 import Unencodable
from service.evidence.tables import form_of


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("register")(write)


def write(
    kind: Annotated[str | None, typer.Argument(help="The register; without one, all are listed.")] = None,
    *,
    organization: Annotated[str | None, typer.Option(help="The organization that keeps it.")] = None,
    out: Annotated[Path | None, typer.Option("-o", "--out", help="File to write; default: standard output.")] = None,
    format_: Annotated[
        str | None, typer.Option("--format", help="csv, cp932 (CSV in Shift JIS), jsonl or xlsx; default: by the file's name, else csv.")
    ] = None,
    language: Annotated[str, typer.Option(help="Headings and words: ja or en.")] = "ja",
) -> None:
    """Write a register in the column order of its form."""
    chosen = language_of(language)
    if kind is None:
        for name, both in registers.titles().items():
            typer.echo(f"{name:12} {both[0 if chosen == 'ja' else 1]}")
        return
    if kind not in registers.kinds():
        message = f"{kind}: there is no such register; there are {', '.join(registers.kinds())}"
        raise ValueError(message)
    if organization is None:
        message = "--organization: say whose register"
        raise ValueError(message)
    form, unencodable = form_of(format_, out), Unencodable()
    with open_site() as site:
        withheld = must_withhold(site)
        if withheld and "clearance_state" in registers.classes_of(kind):
            message = f"{kind}: it tells of people's clearances, and is for those entitled, over the API"
            raise ValueError(message)
        if withheld:
            typer.echo("名称は含めません(閲覧権限のある人が画面かAPIで見ます) / without names: they are for those entitled", err=True)
        wanted = registers.Wanted(organization, clock.now(), chosen, named=not withheld)
        with destination(out) as target, transaction(site.engine) as session:
            made = registers.sheet(session, kind=kind, wanted=wanted)
            content = registers.as_file(made, form, at=wanted.at, unencodable=unencodable)
            reading = registers.Reading(account(), (), None, form)
            registers.record_reading(session, log=site.log, wanted=wanted, one=made, reading=reading, content=content)
            target.write(content)
    typer.echo(f"{made.title}: {len(made.rows)} lines", err=True)
    for words in unencodable_words(unencodable, chosen):
        typer.echo(words, err=True)
