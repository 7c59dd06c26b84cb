"""`sekisho tick`: what lapses is ended, the dates that have come are told to the ledger, and what is near is counted."""

from typing import Annotated

import typer

from service import clock
from service.cli.site import Site, open_site, takes_two
from service.cli.verify import language_of, terminal_language
from service.database import read
from service.deadlines.sources import SOURCES
from service.evidence.columns import Language
from service.jobs.certificates import RENEW_WITHIN, certificate_deadlines
from service.jobs.mailing import send_mails
from service.jobs.tick import Ticked, tick

SORTS = {sort.code: sort for source in SOURCES for sort in source.sorts}
STAGE_WORDS = {
    "passed": ("過ぎた", "passed"),
    "last": ("間近", "close"),
    "third": ("近い", "near"),
    "second": ("先", "ahead"),
    "first": ("かなり先", "far ahead"),
}
WORDS = {
    "done": (
        "{on}: 台帳に {told} 件を記録、名簿の {lapsed} 行が失効、休日 {holidays} 日を取り込み",
        "{on}: {told} dates recorded, {lapsed} lines of lists lapsed, {holidays} holidays taken in",
    ),
    "house": ("（内規。公表された規定によらない初期値を含む）", " (house rule; a default where no published rule exists)"),
    "withheld": (
        "取扱資格に関する件数は、閲覧権限のある人が画面かAPIで見ます。",
        "Counts that concern clearances are for those entitled, in the console or over the API.",
    ),
    "mailed": ("お知らせのメール: {sent} 通", "Mails sent: {sent}"),
    "no_mail": ("メールサーバーに届かず、メールは送っていません。", "The mail server was not reached; no mail was sent."),
    "certificate": (
        "サーバー証明書の期限まで {days} 日（法令の期日ではない）",
        "The server's certificate ends in {days} days (no date of law)",
    ),
}


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("tick")(run)


def run(*, language: Annotated[str | None, typer.Option(help="ja or en; default: that of the terminal.")] = None) -> None:
    """End what lapses, tell the ledger what became due and people that something waits; at any time, twice, on several machines at once."""
    spoken = language_of(language or terminal_language())
    with open_site() as site:
        done = tick(site.engine, log=site.log, clock=clock.now)
        for line in told(done, spoken, withhold=_withholds(site)):
            typer.echo(line)
        if site.settings.sends_mail:
            mailed = send_mails(site.engine, log=site.log, settings=site.settings, clock=clock.now)
            typer.echo(_say("mailed" if mailed.reached else "no_mail", spoken).format(sent=mailed.sent))
        for one in certificate_deadlines(site.settings.tls_dir, clock.now()):
            if one.days_left < RENEW_WITHIN.days:
                typer.echo(_say("certificate", spoken).format(days=one.days_left))


def _withholds(site: Site) -> bool:
    with read(site.engine) as session:
        return takes_two(session, site.log)


def told(done: Ticked, language: Language, *, withhold: bool) -> list[str]:
    """Return a run in words, a line each; `withhold` leaves out what concerns clearances."""
    place = 0 if language == "ja" else 1
    lines = [_say("done", language).format(on=done.on, told=done.told, lapsed=done.lapsed, holidays=done.holidays)]
    for code in sorted(done.counts):
        sort = SORTS[code]
        if withhold and sort.shows == "clearance_state":
            continue
        counts = [f"{words[place]} {count}" for stage, words in STAGE_WORDS.items() if (count := done.counts[code].get(stage, 0))]  # type: ignore[call-overload]  # a stage
        if counts:
            house = _say("house", language) if sort.set_by == "house" else ""
            lines.append(f"{sort.says[place]}{house}: {', '.join(counts)}")
    return [*lines, _say("withheld", language)] if withhold else lines


def _say(word: str, language: Language) -> str:
    return WORDS[word][0 if language == "ja" else 1]
