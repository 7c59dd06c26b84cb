"""sekisho import clearances|handlers|designations|contracts|documents|registers: opening balances from spreadsheets."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from service import clock
from service.acts.asking import Done
from service.acts.balance.bringing import Balance, Who, bring_in, read_balance
from service.acts.balance.registers import NEEDED, STAY, columns_of_register
from service.acts.balance.sheets import SHEETS, headings, template
from service.cli.logs import visible
from service.cli.site import account, open_site, require_alone
from service.cli.verify import language_of, terminal_language
from service.database import read
from service.evidence.columns import Language, csv_line
from service.evidence.registers import titles
from service.personnel.roster.eras import parse_day
from service.personnel.roster.reading import MEGABYTE, open_roster
from service.settings import Settings
from service.statute.periods import legal_day

PURPOSES = {
    "clearances": "results of assessments as they were notified",
    "handlers": "scopes and named lists",
    "designations": "designations, with an extension each",
    "contracts": "contracts, with certification and provision",
    "documents": "registered documents, parts and copies",
}


def register(family: typer.Typer) -> None:
    """Add the commands to `sekisho import`."""
    for sheet in SHEETS:
        family.command(sheet, help=f"From a spreadsheet: {PURPOSES[sheet]}. Without --bring-in it is only tried.")(_command(sheet))
    family.command("registers")(_registers)


def _registers(
    file: Annotated[Path | None, typer.Argument(help="CSV (UTF-8 or CP932) or .xlsx.")] = None,
    *,
    kind: Annotated[str | None, typer.Option(help="Which register, as `sekisho register` names it; without one, all are listed.")] = None,
    bring_in_: Annotated[bool, typer.Option("--bring-in", help="Bring the file in, whole, if no row of it is wrong.")] = False,
    empty: Annotated[bool, typer.Option("--template", help="Print the headers of an empty file.")] = False,
    organization: Annotated[str | None, typer.Option(help="Whose register it is, where there are several.")] = None,
    as_of: Annotated[str | None, typer.Option(help="The day whose state the file shows; default: today.")] = None,
    language: Annotated[str | None, typer.Option(help="ja or en; default: that of the terminal.")] = None,
) -> None:
    """Bring a register forward from a spreadsheet in the columns of its form; without --bring-in only say what would happen."""
    spoken = language_of(language or terminal_language())
    if kind is None:
        for line in _kinds(spoken):
            typer.echo(line)
        return
    if empty:
        with open_site() as site:
            columns = columns_of_register(kind, organization_kind=site.log.seat)
        typer.echo(csv_line(headings(columns, spoken)), nl=False)
        return
    if file is None:
        message = "name a file, or ask for --template"
        raise ValueError(message)
    _bring("registers", file, organization=organization, as_of=as_of, really=bring_in_, spoken=spoken, register=kind)


def _kinds(spoken: Language) -> list[str]:
    """Return which registers are brought in and which stay where they are, with what to do instead."""
    place, named = (0 if spoken == "ja" else 1), titles()
    stays = {"ja": "取り込みません", "en": "not brought in"}[spoken]
    return [
        *(f"{kind:12} {named[kind][place]}" for kind in NEEDED),
        *(f"{kind:12} {named[kind][place]}  ({stays}: {told[place]})" for kind, told in STAY.items()),
    ]


def _command(sheet: str) -> Callable[..., None]:
    def command(
        file: Annotated[Path | None, typer.Argument(help="CSV (UTF-8 or CP932) or .xlsx.")] = None,
        *,
        bring_in_: Annotated[bool, typer.Option("--bring-in", help="Bring the file in, whole, if no row of it is wrong.")] = False,
        empty: Annotated[bool, typer.Option("--template", help="Print the headers of an empty file.")] = False,
        organization: Annotated[str | None, typer.Option(help="Whose file it is, where a row names none.")] = None,
        as_of: Annotated[str | None, typer.Option(help="The day whose state the file shows; default: today.")] = None,
        language: Annotated[str | None, typer.Option(help="ja or en; default: that of the terminal.")] = None,
    ) -> None:
        spoken = language_of(language or terminal_language())
        if empty:
            typer.echo(csv_line(template(sheet, spoken)), nl=False)
            return
        if file is None:
            message = "name a file, or ask for --template"
            raise ValueError(message)
        _bring(sheet, file, organization=organization, as_of=as_of, really=bring_in_, spoken=spoken)

    return command


def _bring(
    sheet: str, file: Path, *, organization: str | None, as_of: str | None, really: bool, spoken: Language, register: str | None = None
) -> None:
    """Try a file, and bring it in where that is asked for. Exit code 1 where a row of it is wrong."""
    at = clock.now()
    on = legal_day(at) if as_of is None else parse_day(as_of)
    roster = open_roster(file, largest=Settings().import_limit_mb * MEGABYTE)
    with open_site() as site:
        if really:
            with read(site.engine) as session:
                require_alone(session, site.log, f"import {sheet} --bring-in")
        who = Who(site.log, account(), at)
        balance = read_balance(site.engine, who=who, sheet=sheet, file=roster, organization=organization, register=register)
        for line in told(balance, spoken):
            typer.echo(visible(line))
        if balance.rejected:
            raise typer.Exit(1)
        if really and balance.acts and balance.before is None:
            done = bring_in(site.engine, who=who, balance=balance, on=on)
            assert isinstance(done, Done)  # nobody signs in here
            first, last = done.first_index, done.first_index + len(done.made) - 1
            typer.echo({"ja": f"番号 {first}〜{last} に記録しました", "en": f"recorded as entries {first} to {last}"}[spoken])
        elif balance.acts and balance.before is None:
            typer.echo(
                {
                    "ja": "（試行。何も記録していません。記録するには --bring-in）",
                    "en": "(dry run: nothing was recorded; --bring-in records it)",
                }[spoken]
            )


def told(balance: Balance, language: str) -> list[str]:
    """Return what a file comes to in words, a line each."""
    ja = language == "ja"
    name, digest = balance.file.name, balance.file.digest[:12]
    if balance.before is not None:
        form = "{0} ({1}): このファイルは記録番号 {2} で取込み済みです" if ja else "{0} ({1}): this very file was brought in by entry {2}"
        return [form.format(name, digest, balance.before)]
    counts: tuple[Any, ...] = (name, digest, len(balance.acts), balance.unchanged, len(balance.rejected))
    form = (
        "{0} ({1}): 記録する行為 {2} 件、記録済み {3} 行、不備 {4} 行"
        if ja
        else "{0} ({1}): {2} acts to record, {3} rows on record already, {4} rejected"
    )
    stay = (
        "終了・抹消済みの {0} 行は以前の簿冊に残します ({1}行目)"
        if ja
        else "{0} rows that ended or were struck stay in the old register (lines {1})"
    )
    rejected = sorted(balance.rejected, key=lambda one: one.line)
    return [
        form.format(*counts),
        *([stay.format(len(balance.ended), ", ".join(map(str, balance.ended)))] if balance.ended else []),
        *(f"{one.line}行目 {one.column}: {one.ja}" if ja else f"line {one.line}, {one.column}: {one.en}" for one in rejected),
    ]
