"""`sekisho policy`: sets of policies, validated, compared, shown, brought into force, and tried on the past."""

import os
from pathlib import Path
from typing import Annotated

import typer

from service import clock
from service.cli.policy_words import told_changes, told_show
from service.cli.simulate import simulate
from service.cli.site import account, open_site, require_alone
from service.cli.verify import language_of, terminal_language
from service.database import read, transaction
from service.decision.changes import changes_between
from service.decision.policies_in_force import activate_policies, activations, changes_of, texts_in_force, texts_of
from service.decision.soundness import problems_of, require_fit, unfit
from service.evidence.columns import Language
from service.jobs.case_format import CaseFormatError
from service.jobs.cases import case_files, run_all
from service.statute.policies import SCHEMA, PolicyTexts, read_policies

Folder = Annotated[Path, typer.Argument(help="A folder with schema.cedarschema, act/, order/ and house/.", metavar="DIR")]
Spoken = Annotated[str | None, typer.Option(help="ja or en; default: that of the terminal.")]
CASES = Path(__file__).resolve().parents[2] / "tests" / "statute" / "cases"
"""The legal cases, where Sekisho runs from its source."""
DIFFERENT = 1
NO_CASES = (
    "法的事例がないため、事例による検証はしていません。--cases フォルダー で指定してください",
    "the legal cases are not at hand, so none was run; name them with --cases FOLDER",
)


def register(app: typer.Typer) -> None:
    """Add the commands."""
    policy = typer.Typer(help="Policies: validate, compare, show, bring into force, try on the past.", no_args_is_help=True)
    policy.command("validate")(validate)
    policy.command("diff")(diff)
    policy.command("show")(show)
    policy.command("bundle")(bundle)
    policy.command("activate")(activate)
    policy.command("simulate")(simulate)
    app.add_typer(policy, name="policy")


def spoken(language: str | None) -> Language:
    """Return the language to answer in. Raises ValueError for any but ja and en."""
    return language_of(language or terminal_language())


def validate(
    folder: Folder,
    *,
    cases: Annotated[list[Path] | None, typer.Option(help="Legal cases, files or folders; default: those of the source tree.")] = None,
    language: Spoken = None,
) -> None:
    """Tell all that keeps a set from coming into force, a line for each: the file, and what is wrong in it.

    Its legal cases are run, too. Exit code 0 for a set that may come into force, 1 for one that may not, 2 for a folder that is none.
    """
    place = 0 if spoken(language) == "ja" else 1
    texts = read_policies(folder)
    for path in _left_out(folder):
        typer.echo(f"{path}: {('読みません(.cedarではありません)', 'not read: it is no .cedar file')[place]}", err=True)
    problems = [*problems_of(texts), *unfit(texts)]
    for one in problems:
        typer.echo(f"{one.file}: {(one.ja, one.en)[place]}")
    failed, total = (0, 0) if problems else _cases(texts, cases, place)
    if problems or failed:
        count = len(problems) + failed
        typer.echo((f"{count}件の誤り", f"{count} problems")[place])
        raise typer.Exit(1)
    typer.echo(
        (
            f"誤りはありません: {texts.digest}(法的事例の行為と判定{total}件)",
            f"nothing is wrong: {texts.digest} ({total} acts and checks of legal cases)",
        )[place]
    )


def _left_out(folder: Path) -> list[str]:
    """Return the files below a folder that look like part of a set and are none of it."""
    found = (path.relative_to(folder) for path in sorted(folder.rglob("*")) if path.is_file())
    return [str(path) for path in found if path.suffix != ".cedar" and str(path) != SCHEMA and path.suffix.lower() not in {".md", ".txt"}]


def _cases(texts: PolicyTexts, paths: list[Path] | None, place: int) -> tuple[int, int]:
    """Run the legal cases and return how many failed and how many there were; a case that is out of form is a failure."""
    if paths is None and not CASES.is_dir():
        typer.echo(NO_CASES[place], err=True)
        return 0, 0
    failed = total = 0
    for line in run_all(case_files(paths or [CASES]), texts):
        total += 1
        if isinstance(line, CaseFormatError) or not line.ok:
            failed += 1
            typer.echo(str(line))
    return failed, total


def diff(
    folder: Folder,
    *,
    against: Annotated[str | None, typer.Option(help="A digest, or a folder; default: the set in force.")] = None,
    language: Spoken = None,
) -> None:
    """Tell what a set changes of another: policies added, removed and changed, with what they say and the law that they cite.

    Exit code 0 where nothing changes, 1 where something does.
    """
    chosen = spoken(language)
    texts = read_policies(folder)
    if against is not None and Path(against).is_dir():
        changes = changes_between(read_policies(Path(against)), texts)
    else:
        with open_site() as site, read(site.engine) as session:
            changes = changes_of(session, texts) if against is None else changes_between(texts_of(session, against), texts)
    for line in told_changes(changes, chosen):
        typer.echo(line)
    raise typer.Exit(0 if changes.against == changes.digest else DIFFERENT)


def show(
    digest: Annotated[str | None, typer.Argument(help="A digest, or its beginning; default: the set in force.")] = None,
    *,
    out: Annotated[Path | None, typer.Option(help="A new folder to write the set to, as a draft to begin from.", metavar="DIR")] = None,
    language: Spoken = None,
) -> None:
    """Show a set that is or was in force: who brought it into force when, who approved it, and what its policies say."""
    chosen = spoken(language)
    with open_site() as site, read(site.engine) as session:
        texts = texts_in_force(session) if digest is None else texts_of(session, digest)
        told = activations(session)
    if texts is None:
        message = "no policy set is in force; run: sekisho migrate"
        raise ValueError(message)
    for line in told_show(texts, told, chosen):
        typer.echo(line)
    if out is not None:
        _write(texts, out)


def _write(texts: PolicyTexts, folder: Path) -> None:
    """Write a set to a new folder. Raises OSError for one that is there already, ValueError for a path that leads out of it."""
    for path in texts.files:
        if path.startswith("/") or ".." in Path(path).parts:
            message = f"{path}: leads out of the folder"
            raise ValueError(message)
    folder.mkdir(parents=True)
    for path, text in {**texts.files, SCHEMA: texts.schema}.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8", newline="")


def bundle(folder: Folder) -> None:
    """Print a set as the one line that is proposed in the console or over the API, once nothing is wrong with it."""
    texts = read_policies(folder)
    require_fit(texts)
    typer.echo(texts.bundle())
    typer.echo(f"sha256 {texts.digest}", err=True)


def activate(folder: Folder, *, language: Spoken = None) -> None:
    """Bring a set into force, where nobody signs in yet; afterwards it takes two people, in the console or over the API."""
    chosen = spoken(language)
    texts = read_policies(folder)
    with open_site() as site, transaction(site.engine) as session:
        require_alone(session, site.log, f"policy activate (the text to propose: sekisho policy bundle {_quoted(folder)})")
        changes = changes_of(session, texts)
        digest = activate_policies(session, log=site.log, actor=account(), at=clock.now(), bundle=texts.bundle())
    for line in told_changes(changes, chosen):
        typer.echo(line)
    typer.echo(f"{('施行しました', 'in force')[0 if chosen == 'ja' else 1]}: {digest}")


def _quoted(folder: Path) -> str:
    return os.fspath(folder)
