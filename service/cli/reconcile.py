"""`sekisho reconcile`: an application's own log held against the ledger; that it was done, and the counts, are an entry."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from service import clock
from service.cli.export import destination, unencodable_words
from service.cli.logs import visible
from service.cli.site import Site, account, open_site
from service.cli.verify import language_of, terminal_language
from service.database import read, transaction
from service.evidence.columns import JAPAN, Language
from service.evidence.own_log import field_of, own_log
from service.evidence.reconciling import SORTS, Compared, Noted, Reconciled, reconcile
from service.evidence.rendering.cp932 import Unencodable
from service.evidence.sheets import Sheet
from service.evidence.tables import as_file, form_of
from service.identity.model import Application
from service.identity.operations import UnknownApplicationError
from service.ledger import Draft, Kind, begin_act, instant, record
from service.personnel.roster.headers import read_mapping
from service.personnel.roster.reading import MEGABYTE, bytes_of
from service.settings import Settings

MOST_SHOWN = 50
SORT_WORDS = {
    "denied_but_opened": ("許可されなかったのに使用された", "used although it was denied"),
    "use_after_change": ("許可の後に事情が変わり、使用の時点では許可されない", "used after what the permit rested on had changed"),
    "use_without_permit": ("許可がないのに使用された", "used without a permit"),
    "permit_without_use": ("許可があるが使用の記録がない", "permitted, and nothing says that it was used"),
    "reported_not_logged": ("使用の報告があるが業務システムの記録にない", "reported as used, and the log says nothing of it"),
}
WHY = {
    "no_permit": ("対応する許可がない", "no permit is found for it"),
    "unknown_permit": ("その番号に、この連携アプリへの判定がない", "no decision for this application under that index"),
    "denied": ("判定は不許可", "the decision was a denial"),
    "other_action": ("許可されたのは別の操作", "the permit was for another action"),
    "other_subject": ("許可されたのは別の人又は別の対象", "the permit was for somebody or something else"),
    "before_permit": ("使用が許可より前", "it came before the permit"),
    "after_permit": ("許可の有効な時間を過ぎていた", "the permit had run out"),
}
COLUMNS = (
    ("sort", "区分"),
    ("line", "行"),
    ("time", "日時（日本時間）"),
    ("person", "利用者"),
    ("resource", "対象"),
    ("ledger_index", "判定の番号"),
    ("changed_index", "変更の番号"),
    ("reason", "説明"),
    ("time_utc", "日時（UTC）"),
    ("reason_code", "説明コード"),
)
TITLE = ("突合の結果", "Reconciliation")
SUMMARY = (
    (
        "{application} の記録 {lines} 行（{since} から {until} まで、うち使用 {done} 件）を、台帳の許可 {permits} 件と突き合わせました。",
        "{lines} lines of the log of {application} ({done} uses, {since} to {until}) were held against {permits} permits of the ledger.",
    ),
    ("食い違いはありません。", "Everything agrees."),
    ("確認が必要なもの: {count} 件", "To be looked at: {count}"),
    ("ほかに {count} 件あります。--out で全件を書き出せます。", "{count} more; --out writes them all."),
    (
        "当時の事情が廃棄されたため確かめられない使用: {count} 件",
        "Uses of which it cannot be told any more, because what was known then was destroyed: {count}",
    ),
)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("reconcile")(reconcile_log)


def reconcile_log(
    file: Annotated[Path, typer.Argument(help="The application's own log: CSV (UTF-8 or CP932), a workbook (.xlsx) or JSON lines.")],
    *,
    application: Annotated[str, typer.Option(help="Whose log it is: the application's id, from `sekisho application list`.")],
    mapping: Annotated[Path | None, typer.Option(help="A YAML or JSON file: each header of the log to a known one.")] = None,
    people: Annotated[str | None, typer.Option(help="The namespace of people's names that have none, such as employee.")] = None,
    things: Annotated[str | None, typer.Option(help="The namespace of documents' names that have none, such as dms.")] = None,
    out: Annotated[Path | None, typer.Option(help="A file for the whole list.")] = None,
    format_: Annotated[
        str | None, typer.Option("--format", help="Of that file: csv, cp932, jsonl or xlsx; default: by its name, else csv.")
    ] = None,
    language: Annotated[str | None, typer.Option(help="ja or en; default: that of the terminal.")] = None,
) -> None:
    """Hold an application's own log against the ledger, and list what does not agree.

    Times without an offset are Japan's. Exit code 0 where everything agrees, 1 where something is to be looked at, 2 for a
    file that is not understood; then nothing is recorded.
    """
    spoken = language_of(language or terminal_language())
    form, unencodable = form_of(format_, out), Unencodable()
    raw = bytes_of(file, Settings().import_limit_mb * MEGABYTE)
    mapped = {} if mapping is None else read_mapping(mapping, field=field_of, example="ユーザー名: person")
    own = own_log(file, raw, mapping=mapped, language=spoken)
    with open_site() as site:
        organization = _organization(site, application)
        compared = Compared(application, timedelta(seconds=site.settings.recheck_seconds), people, things)
        with read(site.engine) as session:
            found = reconcile(session, log=site.log, own=own, compared=compared)
        if out is None:
            index = _recorded(site, found, organization)
        else:
            # The list appears under its name only when the entry is there.
            with destination(out) as target:
                sheet = sheet_of(found, spoken)
                target.write(as_file(sheet, form, at=clock.now(), unencodable=unencodable))
                index = _recorded(site, found, organization)
    for words in told(found, spoken):
        typer.echo(visible(words))
    for words in unencodable_words(unencodable, spoken):
        typer.echo(words, err=True)
    typer.echo((f"この突合の記録: 番号 {index}", f"This comparison is entry {index}.")[spoken == "en"], err=True)
    raise typer.Exit(1 if found.found else 0)


def _organization(site: Site, application: str) -> str | None:
    """Return the organization of an application, one that has ended too. Raises UnknownApplicationError."""
    with read(site.engine) as session:
        row = session.get(Application, application)
    if row is None:
        message = f"there is no application {application!r}; `sekisho application list` names them"
        raise UnknownApplicationError(message)
    return row.organization_id


def _recorded(site: Site, found: Reconciled, organization: str | None) -> int:
    """Record that a log was compared, by its digest and the counts alone; return the index of that."""
    note = {
        "sha256": found.digest,
        "from": found.since.isoformat(),
        "to": found.until.isoformat(),
        "lines": found.lines,
        "uses": found.done,
        "permits": found.permits,
        "untold": found.untold,
        "found": found.counts,
    }
    draft = Draft(
        kind=Kind.USES_RECONCILED, actor=account(), at=clock.now(), object=found.application, organization=organization, note=note
    )
    with transaction(site.engine) as session:
        begin_act(session)
        return record(session, log=site.log, draft=draft, rows=[])


def told(found: Reconciled, language: Language) -> list[str]:
    """Return what a reader is told: what was compared, how much of each sort is to be looked at, and the first of it."""
    place = 0 if language == "ja" else 1
    compared, agrees, wrong, more, untold = (words[place] for words in SUMMARY)
    facts = {"application": found.application, "lines": found.lines, "done": found.done, "permits": found.permits}
    lines = [compared.format(**facts, since=_shown(found.since), until=_shown(found.until))]
    if found.untold:
        lines.append(untold.format(count=found.untold))
    if not found.found:
        return [*lines, agrees]
    lines.append(wrong.format(count=len(found.found)))
    lines += [f"  {found.counts[sort]:>6}  {SORT_WORDS[sort][place]}" for sort in SORTS if found.counts[sort]]
    lines += ["", *(_sentence(one, language) for one in found.found[:MOST_SHOWN])]
    rest = len(found.found) - MOST_SHOWN
    return lines if rest <= 0 else [*lines, more.format(count=rest)]


def _sentence(one: Noted, language: Language) -> str:
    place = 0 if language == "ja" else 1
    parts = [
        "" if one.line is None else (f"{one.line}行目", f"line {one.line}")[place],
        _shown(one.at),
        one.person or "",
        one.object or "",
        SORT_WORDS[one.sort][place],
        "" if one.why is None or one.why == "denied" else f"({WHY[one.why][place]})",
        "" if one.index is None else (f"判定 番号 {one.index}", f"decision {one.index}")[place],
        "" if one.changed is None or one.changed < 0 else (f"変更 番号 {one.changed}", f"changed by entry {one.changed}")[place],
    ]
    return "  ".join(part for part in parts if part)


def sheet_of(found: Reconciled, language: Language) -> Sheet:
    """Return the whole list as a table: in Japanese with Japanese headings and words, else with the machine names of both."""
    place = 0 if language == "ja" else 1
    rows = []
    for one in found.found:
        why = WHY[one.why][place] if one.why is not None else ""
        numbers = ["" if number is None or number < 0 else str(number) for number in (one.index, one.changed)]
        row = [SORT_WORDS[one.sort][place] if language == "ja" else one.sort, "" if one.line is None else str(one.line), _shown(one.at)]
        rows.append((*row, one.person or "", one.object or "", *numbers, why, instant(one.at), one.why or ""))
    headings = tuple(ja if language == "ja" else name for name, ja in COLUMNS)
    return Sheet("reconciliation", TITLE[place], None, None, headings, tuple(rows))


def _shown(at: datetime) -> str:
    return at.astimezone(JAPAN).strftime("%Y-%m-%d %H:%M:%S")
