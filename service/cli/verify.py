"""`sekisho verify`: the whole log or an evidence package checked, from hashes to re-run decisions, in plain words."""

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from service.cli.site import open_site
from service.evidence.columns import Language
from service.evidence.disclosures import keyring_opener
from service.evidence.package.command import main as verify_package
from service.evidence.report import as_json, as_text
from service.evidence.rows import opened_keys, snapshot

STEPS = {
    "chain": ("ハッシュ・順序・署名", "hashes, order, signatures"),
    "decisions": ("開示と判定の再計算", "disclosures and decisions"),
    "tables": ("現在の表との照合", "tables"),
    "publish": ("公開用ファイル", "files"),
    "export": ("書き出し", "export"),
    "leaves": ("記録の書き出し", "leaves"),
    "views": ("表の作成", "views"),
    "simulate": ("判定のやり直し", "judging again"),
}


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("verify")(verify)


def verify(
    package: Annotated[Path | None, typer.Argument(help="An evidence package, a folder or ZIP; without it this site's own log.")] = None,
    *,
    language: Annotated[str | None, typer.Option(help="ja or en; default: that of the terminal.")] = None,
    as_json_: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
    key: Annotated[
        list[str] | None,
        typer.Option(
            help=(
                "The public key (vkey) to trust, or a file that holds it; may be repeated; by default this site's own, or what was"
                " trusted before."
            )
        ),
    ] = None,
    state: Annotated[Path | None, typer.Option(help="Of a package: where the last state of each log is remembered.")] = None,
    no_state: Annotated[bool, typer.Option("--no-state", help="Of a package: compare with nothing seen before, remember nothing.")] = False,
    evidence: Annotated[Path | None, typer.Option(help="Of a package: folder for the two signed notes of a fork.")] = None,
    jobs: Annotated[int | None, typer.Option(help="Of a package: processes at once; default: one for each core.")] = None,
) -> None:
    """Check the whole log, or a package: nothing changed, deleted, swapped or inserted, and every decision follows.

    Exit code 0 if nothing is wrong, 1 otherwise, 2 if the package cannot be read.
    """
    if package is not None:
        arguments = [str(package), "--language", language_of(language or terminal_language())]
        given = [*(("--key", one) for one in key or ()), ("--state", state), ("--evidence", evidence), ("--jobs", jobs)]
        arguments += [word for name, value in given if value for word in (name, str(value))]
        arguments += [name for name, told in (("--json", as_json_), ("--no-state", no_state)) if told]
        raise typer.Exit(verify_package(arguments))
    from service.evidence.verification import verify as verify_log  # noqa: PLC0415 - loads the policy engine

    chosen = language_of(language or terminal_language())
    with open_site(below_floor=True) as site, snapshot(site.url) as connection, bars(chosen) as progress:
        report = verify_log(
            connection=connection,
            vkey=[_trusted(one) for one in key] if key else opened_keys(connection),
            opener=lambda opened: keyring_opener(opened, site.log.keyring.scratch()),
            progress=progress,
        )
    if as_json_:
        typer.echo(json.dumps(as_json(report), ensure_ascii=False, indent=2))
    else:
        typer.echo(as_text(report, chosen))
    if not report.intact:
        raise typer.Exit(1)


def language_of(word: str) -> Language:
    """Return the language of a word. Raises ValueError for any but ja and en."""
    if word == "ja":
        return "ja"
    if word == "en":
        return "en"
    message = f"--language: {word} is neither ja nor en"
    raise ValueError(message)


def terminal_language() -> Language:
    """Return ja where the terminal's locale is Japanese, en otherwise."""
    names = (os.environ.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    return "ja" if next((name for name in names if name), "").startswith("ja") else "en"


@contextmanager
def bars(language: Language) -> Iterator[Callable[[str, int, int], None]]:
    """Yield what shows progress: bars on a terminal's standard error, otherwise nothing."""
    if not sys.stderr.isatty():
        yield lambda _step, _done, _whole: None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        tasks: dict[str, TaskID] = {}

        def show(step: str, done: int, whole: int) -> None:
            if step not in tasks:
                tasks[step] = progress.add_task(STEPS[step][0 if language == "ja" else 1], total=whole)
            progress.update(tasks[step], completed=done)

        yield show


def _trusted(key: str) -> str:
    """Return the vkey that is given by itself or as the first line of a file."""
    if "+" in key:
        return key
    return Path(key).read_text(encoding="utf-8").strip().partition("\n")[0]
