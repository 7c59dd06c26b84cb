"""`sekisho master`: the master keys that wrap the keys of people: rotate them, look at them."""

from collections.abc import Callable
from typing import Annotated

import typer

from service import clock
from service.cli.site import account, open_site
from service.cli.verify import language_of, terminal_language
from service.database import read
from service.evidence.columns import Language
from service.ledger import master_status, rotate_master, unfinished

Spoken = Annotated[str | None, typer.Option(help="ja or en; default: that of the terminal.")]
WORDS: dict[str, tuple[str, str]] = {
    "rotated": (
        "マスター鍵 {master} が有効です。{count:,} 件の鍵を包み直しました。",
        "Master key {master} is in use; {count:,} keys were wrapped anew.",
    ),
    "resumed": (
        "中断していた更新を終えました。新しいマスター鍵は作っていません。",
        "A rotation that had not ended was finished; no further master key was made.",
    ),
    "keep": (
        "古いマスター鍵は、古いバックアップを読むために必要です。バックアップと同じ期間、別の場所に保管してください。",
        "The older master keys open older backups: keep them elsewhere for as long as those are kept.",
    ),
    "current": ("有効なマスター鍵: {master}", "Master key in use: {master}"),
    "wraps": ("マスター鍵 {master}: {count:,} 件", "master key {master} wraps {count:,} keys"),
    "unfinished": (
        "更新が終わっていません。`sekisho master rotate` で続けてください。",
        "A rotation has not ended; go on with `sekisho master rotate`.",
    ),
    "standing": (
        "廃棄が記録されたのに秘密値が残っている鍵: {ids}。サービスを起動すると消去されます。",
        "Destroyed on record, but the secret still stands: {ids}. The next start of the service overwrites it.",
    ),
}


def register(app: typer.Typer) -> None:
    """Add the commands."""
    family = typer.Typer(help="Master keys, which wrap the keys of people: rotate, status.", no_args_is_help=True)
    family.command("rotate")(rotate)
    family.command("status")(status)
    app.add_typer(family, name="master")


def rotate(*, language: Spoken = None) -> None:
    """Make a new master key and wrap every key under it while services run; after a break, go on where it stopped."""
    say = _speaker(language_of(language or terminal_language()))
    with open_site() as site:
        done = rotate_master(site.engine, log=site.log, actor=account(), clock=clock.now)
    say("rotated", master=done.master, count=done.rewrapped)
    if done.resumed:
        say("resumed")
    say("keep")


def status(*, language: Spoken = None) -> None:
    """Print which master key is in use and how many keys each one wraps. Exit code 1 if anything is unfinished."""
    say = _speaker(language_of(language or terminal_language()))
    with open_site() as site, read(site.engine) as session:
        now = master_status(session, log=site.log)
        standing = unfinished(session, log=site.log)
    say("current", master=now.current)
    for master, count in sorted(now.keys.items(), key=lambda pair: int(pair[0])):
        say("wraps", master=master, count=count)
    if now.unfinished:
        say("unfinished")
    if standing:
        say("standing", ids=", ".join(key_id for _place, key_id in standing))
    if now.unfinished or standing:
        raise typer.Exit(1)


def _speaker(language: Language) -> Callable[..., None]:
    """Return what says the words of this file in one language."""
    place = 0 if language == "ja" else 1
    return lambda word, **values: typer.echo(WORDS[word][place].format(**values))
