"""`sekisho export`: the log of a time as CSV for Excel, as a workbook, or as lines for programs; the export is an entry itself."""

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, BinaryIO

import typer

from service import clock
from service.cli.package import Asked, export_package
from service.cli.site import Site, account, open_site, takes_two
from service.cli.verify import bars, language_of
from service.database import read, transaction
from service.evidence import rows
from service.evidence.columns import Language
from service.evidence.disclosures import Disclosures, Places, keyring_opener
from service.evidence.export import Span, index_range, span
from service.evidence.export import export as export_log
from service.evidence.gone import spills, word_of
from service.evidence.naming import names_on_record
from service.evidence.rendering.cp932 import Unencodable
from service.evidence.rendering.known import NAMELESS
from service.evidence.view_files import FORMATS, Format, Written, told_of
from service.identity.members import said_of_profile
from service.ledger import Draft, Kind, begin_act, record


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("export")(export)


def export(
    *,
    format_: Annotated[str, typer.Option("--format", help="csv, cp932 (CSV in Shift JIS), jsonl, ocsf or xlsx.")] = "csv",
    from_: Annotated[
        str | None,
        typer.Option("--from", help="First day (Japan), or first instant with its offset; default: the beginning."),
    ] = None,
    to: Annotated[
        str | None,
        typer.Option("--to", help="Last day (Japan, whole), or the instant before which it ends; default: now."),
    ] = None,
    out: Annotated[Path | None, typer.Option(help="File to write, whole or not at all; default: standard output.")] = None,
    names: Annotated[bool, typer.Option("--names", help="With the names of people and things, as they are on record now.")] = False,
    language: Annotated[str, typer.Option(help="Headings: en for the stable machine names, or ja.")] = "en",
    package: Annotated[
        Path | None,
        typer.Option(help="An evidence package instead, a folder or a .zip; what was interrupted goes on under the same name."),
    ] = None,
    query: Annotated[Path | None, typer.Option(help="Of a package: a file with its filter, as JSON.")] = None,
    saved: Annotated[str | None, typer.Option(help="Of a package: a saved query; the package continues its last one.")] = None,
    since: Annotated[Path | None, typer.Option(help="Of a package: the checkpoint kept from the last one, which it is led from.")] = None,
    for_organ: Annotated[
        str | None, typer.Option(help="Of a package, at an operator: the organ whose information alone it tells of, for its inspector.")
    ] = None,
    view: Annotated[str, typer.Option(help="Of a package: csv, cp932, jsonl, ocsf, xlsx, several with commas, or none.")] = "csv",
    wheel: Annotated[Path | None, typer.Option(help="Of a package: the policy engine's wheel, to travel along.")] = None,
) -> None:
    """Export the log of a time. The request and the digest of what was written become entries."""
    chosen, asked, wanted = language_of(language), span(from_=from_, to=to), _format(format_)
    if package is not None:
        with open_site() as site:
            done = export_package(
                site, Asked(package, asked, chosen, query, saved, since, for_organ, view, wheel), withhold=must_withhold(site)
            )
        typer.echo(f"{done.leaves} leaves, {done.rows} rows, {done.size} bytes, manifest sha256 {done.manifest}", err=True)
        return
    if query or saved or since or for_organ or wheel:
        message = "--query, --saved, --since, --for-organ and --wheel go with --package"
        raise ValueError(message)
    with open_site() as site:
        if names and must_withhold(site):
            message = "--names: names are for those entitled, in the console or in a package"
            raise ValueError(message)
        requested: int | None = None
        try:
            # The place is tried before anything is recorded; the name appears before `completed`.
            with destination(out) as target:
                requested = _requested(site, asked, wanted)
                written = _write(site, asked=asked, wanted=wanted, language=chosen, named=names, out=target)
        except BaseException:
            if requested is not None:
                _completed(site, requested, None)
            raise
        _completed(site, requested, written)
    typer.echo(f"{written.rows} entries, {written.size} bytes, sha256 {written.digest}", err=True)
    for words in unencodable_words(written.unencodable, chosen):
        typer.echo(words, err=True)


def _format(word: str) -> Format:
    """Return the format of a word. Raises ValueError for any other."""
    found = next((one for one in FORMATS if one == word), None)
    if found is None:
        message = f"--format: {word} is none of {', '.join(FORMATS)}"
        raise ValueError(message)
    return found


SMALL_SITE = "小規模体制の組織です（少人数が複数の役割を兼ねています） / a site of the small profile: few people hold several roles"
LISTED = 20
"""Characters that CP932 could not hold of which so many are named on the screen."""


def unencodable_words(found: Unencodable | None, language: Language) -> list[str]:
    """Return what is said of the characters that CP932 could not hold: how many, and which; nothing where it held all."""
    if found is None or not found.total:
        return []
    place = 0 if language == "ja" else 1
    listed = [f"U+{ord(one):04X} ({count})" for one, count in sorted(found.counts.items())]
    more = len(listed) - LISTED
    lead = (
        f"CP932で表せない文字 {found.total} 字を \\u{{…}} と書きました",
        f"{found.total} characters that CP932 cannot hold are written as \\u{{…}}",
    )
    rest = "" if more <= 0 else (f" ほか{more}種", f" and {more} more")[place]
    return [f"{lead[place]}: {', '.join(listed[:LISTED])}{rest}"]


@contextmanager
def destination(out: Path | None) -> Iterator[BinaryIO]:
    """Yield where to write: standard output, or a file that appears under its name when it is whole.

    Raises OSError for a place where no file can be written; nothing is left there then.
    """
    if out is None:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    if out.is_dir():
        raise IsADirectoryError(21, os.strerror(21), str(out))
    try:
        handle, name = tempfile.mkstemp(prefix=f".{out.name}.", suffix=".part", dir=out.parent)
    except OSError as error:
        raise type(error)(error.errno, error.strerror, str(out)) from error
    partial = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        partial.replace(out)
    finally:
        partial.unlink(missing_ok=True)


def _write(site: Site, *, asked: Span, wanted: Format, language: Language, named: bool, out: BinaryIO) -> Written:
    """Write the export from one snapshot, taken after the request became an entry."""
    withheld, names = must_withhold(site), NAMELESS
    if withheld:
        typer.echo("開示情報は含めません(閲覧権限のある人が画面かAPIで見ます) / without disclosures: they are for those entitled", err=True)
    elif named:
        with read(site.engine) as session:
            names = names_on_record(session)
    with rows.snapshot(site.url) as connection, Places() as places, bars(language) as progress:
        size = rows.log_size(connection)
        start, end = index_range(connection, asked=asked, size=size)
        disclosures = Disclosures(
            places=places,
            opener=(lambda _row: None) if withheld else keyring_opener(connection, site.log.keyring.scratch()),
            fetch=lambda index, digest: rows.sealed_row(connection, index=index, digest=digest),
            destroyed=rows.destroyed_keys(connection),
            spills=spills(connection),
            words=word_of(connection),
        )
        return export_log(
            connection=connection,
            start=start,
            end=end,
            disclosures=disclosures,
            format_=wanted,
            language=language,
            out=out,
            names=names,
            progress=lambda done, whole: progress("export", done, whole),
        )


def must_withhold(site: Site) -> bool:
    """Say whether an export leaves out what entries withhold.

    Once people sign in, whoever is at the server's command line has no entitlement of their own.
    """
    with read(site.engine) as session:
        return takes_two(session, site.log)


def _requested(site: Site, asked: Span, wanted: Format) -> int:
    """Record the request before the first byte; return its index."""
    note = {
        "from": None if asked.start is None else asked.start.isoformat(),
        "to": None if asked.end is None else asked.end.isoformat(),
        "format": wanted,
    }
    with transaction(site.engine) as session:
        begin_act(session)
        said = said_of_profile(session)
        if said:
            typer.echo(SMALL_SITE, err=True)
        draft = Draft(kind=Kind.EXPORT_REQUESTED, actor=account(), at=clock.now(), note=note | said)
        return record(session, log=site.log, draft=draft, rows=[])


def _completed(site: Site, requested: int, written: Written | None) -> None:
    """Record what was written, or that the export broke off."""
    note: dict[str, object] = {"requested": requested}
    if written is not None:
        note |= told_of(written)
    draft = Draft(
        kind=Kind.EXPORT_COMPLETED,
        actor=account(),
        at=clock.now(),
        out="refused" if written is None else "accepted",
        note=note,
    )
    with transaction(site.engine) as session:
        begin_act(session)
        record(session, log=site.log, draft=draft, rows=[])
