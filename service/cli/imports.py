"""sekisho import: rosters from the HR system."""

from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

from service import clock
from service.cli import balance
from service.cli.holidays import holidays
from service.cli.logs import visible
from service.cli.site import account, open_site
from service.cli.verify import language_of, terminal_language
from service.evidence.columns import csv_line
from service.personnel.roster.eras import parse_day
from service.personnel.roster.headers import read_mapping
from service.personnel.roster.importing import import_people, rejected_rows
from service.personnel.roster.options import Options, Report
from service.personnel.roster.reading import MEGABYTE, REASONS, RosterFile, open_roster
from service.personnel.roster.rows import Rejection
from service.settings import Settings

REASON = dict(zip(("ja", "en"), REASONS, strict=True))
SHOWN = 20


def register(app: typer.Typer) -> None:
    """Add the commands."""
    family = typer.Typer(help="Bring in people, holidays and what was kept elsewhere before.", no_args_is_help=True)
    family.command("people")(people)
    family.command("holidays")(holidays)
    # A group needs a second line of thought to stay a group: the callback keeps `import people` two words.
    family.callback()(lambda: None)
    balance.register(family)
    app.add_typer(family, name="import")


def people(
    file: Annotated[Path, typer.Argument(help="A roster: CSV (UTF-8 or CP932) or .xlsx.")],
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only report what would become of each row.")] = False,
    mapping: Annotated[Path | None, typer.Option(help="YAML or JSON: the file's header to a known one; remembered.")] = None,
    organization: Annotated[str | None, typer.Option(help="Whose roster it is.")] = None,
    effective_on: Annotated[str | None, typer.Option(help="The day on which it takes effect; default: today.")] = None,
    complete: Annotated[bool, typer.Option("--complete", help="The file holds everybody: list who is missing.")] = False,
    blank_clears: Annotated[bool, typer.Option("--blank-clears", help="Blank cells clear what is recorded.")] = False,
    rejected: Annotated[Path | None, typer.Option(help="Where wrong rows go; default: beside the file.")] = None,
    language: Annotated[str | None, typer.Option(help="ja or en; default: that of the terminal.")] = None,
) -> None:
    """Import a roster; a wrong row stops nothing else and is written out to be corrected and imported again.

    Exit code 0 if every row was taken, 1 if some were rejected, 2 for a file that cannot be understood.
    """
    spoken = language_of(language or terminal_language())
    options = Options(organization, read_mapping(mapping) if mapping else {}, _day(effective_on), complete, blank_clears, dry_run)
    roster = open_roster(file, largest=Settings().import_limit_mb * MEGABYTE)
    screen = Console(stderr=True)
    shown = (BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with (
        open_site() as site,
        Progress("{task.description}", *shown, console=screen, transient=True, disable=not screen.is_terminal) as bar,
    ):
        task = bar.add_task(file.name, total=sum(1 for _row in roster.rows()))
        report = import_people(
            site.engine,
            log=site.log,
            actor=account(),
            clock=clock.now,
            roster=roster,
            options=options,
            progress=lambda done: bar.update(task, completed=done),
        )
    for line in told(report, spoken):
        typer.echo(visible(line))
    if report.rejected:
        path = rejected or file.with_name(f"{file.stem}.rejected.csv")
        write_rejected(path, roster, report.rejected, spoken)
        typer.echo({"ja": f"取り込めなかった行: {path}", "en": f"rejected rows: {path}"}[spoken])
    raise typer.Exit(1 if report.rejected else 0)


def _day(text: str | None) -> date | None:
    try:
        return None if text is None else parse_day(text)
    except ValueError as wrong:
        message = f"--effective-on: {wrong}"
        raise ValueError(message) from wrong


def told(report: Report, language: str) -> list[str]:
    """Return a report in words, a line each."""
    ja = language == "ja"
    would = ("（試行。何も記録していません）" if ja else " (dry run: nothing was recorded)") if report.dry_run else ""
    counts = (report.created, report.changed, report.unchanged, len(report.rejected))
    form = "新規 {} 名、変更 {} 名、変更なし {} 名、不備 {} 行" if ja else "{} created, {} changed, {} unchanged, {} rejected"
    lines = [f"{report.file} ({report.encoding}): {form.format(*counts)}{would}"]
    if report.new_units:
        lines.append(("新しい部署: " if ja else "new units: ") + ", ".join(report.new_units))
    if report.new_agencies:
        lines.append(("新しい派遣元: " if ja else "new dispatch agencies: ") + ", ".join(report.new_agencies))
    rejected = sorted(report.rejected, key=lambda rejection: rejection.line)
    lines += [f"{one.line}行目 {one.column}: {one.ja}" if ja else f"line {one.line}, {one.column}: {one.en}" for one in rejected]
    if report.missing:
        head = (
            "ファイルにない在籍者（終了は提案のみ、処理しません）"
            if ja
            else "on record and not in the file (their end is proposed, not made)"
        )
        more = "" if len(report.missing) <= SHOWN else " ..."
        lines.append(f"{head}: {len(report.missing)}: {', '.join(report.missing[:SHOWN])}{more}")
    return lines


def write_rejected(path: Path, roster: RosterFile, rejections: list[Rejection], language: str) -> None:
    """Write the rejected rows as they stood, with the reason in a last column: UTF-8 with BOM, as Excel opens it."""
    why = {rejection.line: f"{rejection.column}: {rejection.ja if language == 'ja' else rejection.en}" for rejection in rejections}
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        headers = [header for header in roster.headers if header not in REASONS]
        file.write(csv_line([*headers, REASON[language]]))
        for line, cells in rejected_rows(roster, rejections):
            texts = [cell.isoformat() if isinstance(cell, date | datetime) else cell for cell in cells[: len(headers)]]
            file.write(csv_line([*texts, *[""] * (len(headers) - len(texts)), why[line]]))
