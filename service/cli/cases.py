"""sekisho cases: legal questions with their answers, asked of the policies as they stand."""

from pathlib import Path
from typing import Annotated

import typer

from service.jobs.case_format import CaseFormatError
from service.jobs.cases import case_files, run_case, scratch_server
from service.settings import Settings
from service.statute.policies import read_policies


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command()
    def cases(
        paths: Annotated[list[Path], typer.Argument(help="Case files, or folders of them.", metavar="FILE_OR_FOLDER...")],
        policies: Annotated[Path | None, typer.Option(help="Another folder of policies than the shipped one.")] = None,
    ) -> None:
        """Run legal cases: one line for each act and check; exit 0 only if every line is ok, 2 for a file out of form."""
        texts = read_policies(policies) if policies else read_policies()
        failed = total = 0
        malformed = False
        files = case_files(paths)
        with scratch_server(Settings().database_url) as scratch:
            for path in files:
                try:
                    with scratch.database() as url:
                        lines = run_case(path, url=url, texts=texts)
                except CaseFormatError as wrong:
                    typer.echo(str(wrong), err=True)
                    malformed = True
                    continue
                for line in lines:
                    typer.echo(str(line))
                total += len(lines)
                failed += sum(not line.ok for line in lines)
        typer.echo(f"{total - failed} of {total} ok, {len(files)} files")
        raise typer.Exit(2 if malformed else 1 if failed else 0)
