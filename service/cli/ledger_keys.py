"""`sekisho ledger`: the keys that sign checkpoints, the log's end, and its successor."""

from typing import Annotated

import typer

from service import clock
from service.cli.site import Site, account, open_site, takes_two
from service.cli.verify import language_of, terminal_language
from service.database import read, transaction
from service.ledger import (
    add_signing_key,
    checkpoint_head,
    close_log,
    log_keys,
    open_successor,
    prepare_signing_key,
    retire_signing_key,
)

Spoken = Annotated[str | None, typer.Option(help="ja or en; default: that of the terminal.")]
WORDS: dict[str, tuple[str, str]] = {
    "prepared": ("鍵を用意しました: {vkey}", "The key is ready: {vkey}"),
    "two": (
        "二人の承認が要ります。コンソール又は API で行為 {verb} を {word}={vkey} として起案してください。",
        "This takes two people: propose the act {verb} with {word}={vkey} in the console or over the API.",
    ),
    "added": (
        "記録 {index} から、二つの鍵で署名します。監査人に新しい鍵を伝えた後、古い鍵を引退させてください: sekisho ledger retire-key {old}",
        "From entry {index} on both keys sign. Give auditors the new key, then retire the old one: sekisho ledger retire-key {old}",
    ),
    "retired": ("記録 {index} から、この鍵は署名しません: {vkey}", "From entry {index} on this key signs no more: {vkey}"),
    "closed": (
        "記録 {index} でログを閉じました。後継を始めてください: sekisho ledger succeed",
        "The log ends with entry {index}. Begin its successor: sekisho ledger succeed",
    ),
    "opened": (
        "後継のログが記録 {index} から始まりました。動いているサービスを再起動してください。",
        "The successor begins with entry {index}. Start anew what serves.",
    ),
    "live": ("{vkey}  {since:,} 件を超えるチェックポイントに署名", "{vkey}  signs checkpoints of more than {since:,} entries"),
    "ended": ("{vkey}  {since:,} 件を超え {until:,} 件まで", "{vkey}  of more than {since:,} and up to {until:,} entries"),
}


def register(family: typer.Typer) -> None:
    """Add the commands to the family `ledger`."""
    family.command("keys")(keys)
    family.command("prepare-key")(prepare_key)
    family.command("rotate-key")(rotate_key)
    family.command("retire-key")(retire_key)
    family.command("close")(close)
    family.command("succeed")(succeed)


def keys(*, language: Spoken = None) -> None:
    """List the keys that sign checkpoints, those that did, and for which sizes."""
    with open_site() as site, read(site.engine) as session:
        found = log_keys(session)
    for one in found:
        _say("live" if one.until is None else "ended", language, vkey=one.vkey, since=one.since, until=one.until)


def prepare_key(
    *, origin: Annotated[str | None, typer.Option(help="The name of a successor; without, the key is for this log.")] = None
) -> None:
    """Make a signing key beside the others and print its vkey; it signs nothing before two people have added it."""
    with open_site() as site:
        typer.echo(_prepared(site, origin))


def rotate_key(*, language: Spoken = None) -> None:
    """Make a new signing key and let it sign beside the old one, or say what two people propose for it."""
    with open_site() as site:
        vkey = _prepared(site, None)
        _say("prepared", language, vkey=vkey)
        if _is_for_two(site, "add_signing_key", "vkey", vkey, language):
            return
        with transaction(site.engine) as session:
            index = add_signing_key(session, log=site.log, actor=account(), at=clock.now(), vkey=vkey)
        with transaction(site.engine) as session:
            checkpoint_head(session, log=site.log)
        with read(site.engine) as session:
            old = next(one.vkey for one in log_keys(session) if one.until is None)
        _say("added", language, index=index, old=old)


def retire_key(
    vkey: Annotated[str, typer.Argument(help="The key, as `sekisho ledger keys` names it.")], *, language: Spoken = None
) -> None:
    """Let a key sign no more, once another does and a checkpoint bears both."""
    with open_site() as site:
        if _is_for_two(site, "retire_signing_key", "vkey", vkey, language):
            return
        with transaction(site.engine) as session:
            index = retire_signing_key(session, log=site.log, actor=account(), at=clock.now(), vkey=vkey)
        _say("retired", language, index=index, vkey=vkey)


def close(successor: Annotated[str, typer.Argument(help="The name of the log that follows.")], *, language: Spoken = None) -> None:
    """End the log in favour of a successor of another name: from then on nothing is recorded until that has begun."""
    with open_site() as site:
        vkey = _prepared(site, successor)
        if _is_for_two(site, "close_log", "successor", vkey, language):
            return
        with transaction(site.engine) as session:
            index = close_log(session, log=site.log, actor=account(), at=clock.now(), successor=vkey)
        _say("closed", language, index=index)


def succeed(*, language: Spoken = None) -> None:
    """Sign the last checkpoint of a closed log and begin the successor that its last entry, approved by two people, names."""
    with open_site() as site:
        with transaction(site.engine) as session:
            checkpoint_head(session, log=site.log)
        with transaction(site.engine) as session:
            index = open_successor(session, log=site.log, actor=account(), at=clock.now())
        _say("opened", language, index=index)


def _prepared(site: Site, origin: str | None) -> str:
    with read(site.engine) as session:
        return prepare_signing_key(session, log=site.log, origin=origin)


def _is_for_two(site: Site, verb: str, word: str, vkey: str, language: str | None) -> bool:
    """Say, and tell, where two people do this and not whoever is at the command line."""
    with read(site.engine) as session:
        two = takes_two(session, site.log)
    if two:
        _say("two", language, verb=verb, word=word, vkey=vkey)
    return two


def _say(told: str, language: str | None, **values: object) -> None:
    place = 0 if language_of(language or terminal_language()) == "ja" else 1
    typer.echo(WORDS[told][place].format(**values))
