"""`sekisho backup` and `sekisho restore`: a copy of the database, its return, and the declaration of what is missing then."""

import getpass
import sys
from pathlib import Path
from typing import Annotated

import typer

from service import clock
from service.actor import Actor, Second
from service.cli.site import Site, account, kms_of, open_site, takes_two
from service.cli.verify import language_of, terminal_language
from service.database import read, transaction
from service.database.dumping import bring_back, dump
from service.evidence.columns import Language
from service.identity.members import Member, member_of
from service.identity.roles import name_of
from service.identity.signing_in import Tried, prove
from service.jobs.after_loss import end_all
from service.ledger import LossError, declare_loss, judge_loss, load_log, prepare_signing_key, read_head, unsettled_loss
from service.ledger.floor import read_floor
from service.settings import Settings

TRIES = 3
BY_DECLARATION = "declare-loss"
ROLES = ("administrator", "approver")
Spoken = Annotated[str | None, typer.Option(help="ja or en; default: that of the terminal.")]
WORDS = {
    "made": (
        "{file} に書き出しました(少なくとも {size} 件まで)。",
        "Written to {file}, up to entry {size} at least.",
    ),
    "keys": (
        "鍵は入っていません。{folder} の次のファイルを、別の場所に、別の人の手で保管してください:",
        "The keys are not in it. Keep these files of {folder} somewhere else, in other hands:",
    ),
    "erased": (
        "subject-secrets は最新の写しだけを残し、古い写しは廃棄してください(docs/keys.ja.md)。",
        "Of subject-secrets keep the newest copy alone and destroy older ones (docs/keys.md).",
    ),
    "back": ("{file} を戻しました。台帳は {size} 件です。", "{file} is back; the log has {size} entries."),
    "below": (
        (
            "このサーバーが確認した {floor} 件より {missing} 件少なく、このままでは提供できません。より新しい写しがなければ、"
            "証人の保有者に `witness attest-loss` を求め、`sekisho restore --declare-loss` を実行してください。"
        ),
        (
            "That is {missing} fewer than the {floor} that this server acknowledged, and is not served. If there is no newer copy, ask the"
            " witness's holder for `witness attest-loss`, and run `sekisho restore --declare-loss`."
        ),
    ),
    "lost": (
        "失われた記録: {lost}。証人の最後のチェックポイントは {size} 件です。台帳 {old} を閉じ、{new} を開きます。",
        "Missing entries: {lost}. The witness's newest checkpoint is of {size}. The log {old} is closed, and {new} opened.",
    ),
    "who": ("{number}人目({role})", "Person {number} ({role})"),
    "wrong": ("違います。", "That is not right."),
    "opened": (
        "台帳 {origin} が始まりました。開いた記録は {index}。鍵: {vkey}",
        "The log {origin} has begun, with entry {index}. Its key: {vkey}",
    ),
    "ended": (
        (
            "終えたもの: 名簿の行 {listings}、区域等の許可 {permits}、緊急時の代行 {acting_managers}、アプリケーション {applications}、"
            "役割 {roles}、待っていた提案 {proposals}"
        ),
        (
            "Ended: {listings} lines of lists, {permits} permits for areas, {acting_managers} namings for emergencies, {applications}"
            " applications, {roles} roles, {proposals} proposals that waited"
        ),
    ),
    "then": (
        (
            "失われた期間に取り消したもの(疑いの告知、解除、契約の終了など)を紙の記録から先に入力し、その後で役割・名簿・アプリケーションを"
            "二人で入れ直してください。施行中の規程も確かめてください。証人には新しい鍵を渡してください。"
        ),
        (
            "First enter from paper what was taken away in the missing time (doubt notices, liftings, ends of contracts); then enter roles,"
            " lists and applications again, by two. Check the policies in force. Give the witness the new key."
        ),
    ),
}


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("backup")(backup)
    app.command("restore")(restore)


def backup(file: Annotated[Path, typer.Argument(help="Where to write it; must not be there yet.")], *, language: Spoken = None) -> None:
    """Write a backup of the database, of one moment, while services run. The keys are not in it."""
    spoken = _spoken(language)
    with open_site() as site:
        with read(site.engine) as session:
            size = read_head(session).size
        dump(site.url, file)
        _say("made", spoken, file=file, size=size)
        _say("keys", spoken, folder=site.settings.keys_dir)
        for key in sorted(path.name for path in site.settings.keys_dir.iterdir()):
            typer.echo(f"  {key}")
        _say("erased", spoken)


def restore(
    file: Annotated[Path | None, typer.Argument(help="A backup, for an empty database.")] = None,
    *,
    declare: Annotated[bool, typer.Option("--declare-loss", help="Say that entries are missing for good; go on as another log.")] = False,
    origin: Annotated[str | None, typer.Option(help="The name of the log that goes on; with --declare-loss.")] = None,
    statement: Annotated[list[Path] | None, typer.Option(help="What `witness attest-loss` wrote; again for each witness.")] = None,
    witness: Annotated[list[str] | None, typer.Option(help="The key of a witness that was set in what is missing.")] = None,
    language: Spoken = None,
) -> None:
    """Bring a backup back, or declare with two people and the witness's holder that entries are missing for good."""
    spoken = _spoken(language)
    if declare == (file is not None):
        message = "give a backup, or --declare-loss"
        raise typer.BadParameter(message)
    if file is not None:
        _bring_back(file, spoken)
        return
    with open_site(below_floor=True) as site:
        _declare(site, origin, [path.read_text(encoding="utf-8") for path in statement or []], witness or [], spoken)


def _bring_back(file: Path, spoken: Language) -> None:
    settings = Settings()
    with open_site(log=False, settings=settings) as site:
        bring_back(site.url, file)
        with read(site.engine) as session:
            size = read_head(session).size
        _say("back", spoken, file=file, size=size)
        floor = read_floor(settings.data_dir)
        if floor is not None and floor.size > size:
            _say("below", spoken, floor=floor.size, missing=floor.size - size)
            raise typer.Exit(1)


def _declare(site: Site, origin: str | None, statements: list[str], strangers: list[str], spoken: Language) -> None:
    with read(site.engine) as session:
        begun, two = unsettled_loss(session), takes_two(session, site.log)
        loss = (
            None
            if begun
            else judge_loss(session, log=site.log, statements=statements, floor=read_floor(site.settings.data_dir), strangers=strangers)
        )
    if loss is not None and origin is None:
        message = "name the log that goes on: --origin NAME"
        raise typer.BadParameter(message)
    if loss is not None:
        size = max(one.checkpoint.size for one in loss.attested)
        _say("lost", spoken, lost=loss.lost, size=size, old=site.log.origin, new=origin)
    actor, kept = _two(site, spoken) if two else (account(), [])
    log = site.log
    if loss is not None:
        with read(site.engine) as session:
            vkey = prepare_signing_key(session, log=log, origin=origin)
        with transaction(site.engine) as session:
            index = declare_loss(session, log=log, actor=actor, at=clock.now(), successor=vkey, loss=loss)
        _say("opened", spoken, origin=origin, index=index, vkey=vkey)
    with read(site.engine) as session:
        log = load_log(session, keys=site.settings.keys_dir, kms=kms_of(site.settings))
    ended = end_all(site.engine, log=log, actor=actor, clock=clock.now, kept=kept, statements=statements)
    _say("ended", spoken, **ended)
    _say("then", spoken)


def _two(site: Site, spoken: Language) -> tuple[Actor, list[str]]:
    """Return the two people who declare, as the actor of the entries, and the grants by which they act. Raises LossError."""
    first = _person(site, 1, ROLES[0], spoken)
    second = _person(site, 2, ROLES[1], spoken)
    if first.person_id == second.person_id:
        message = "these are two accounts of one person; a loss is declared by two people"
        raise LossError(message)
    kept = [held.id for member in (first, second) for held in member.roles if held.role in ROLES]
    return Actor(
        first.account_id, "person", first.name, second=Second(second.account_id, "own", BY_DECLARATION), person_id=first.person_id
    ), kept


def _person(site: Site, number: int, role: str, spoken: Language) -> Member:
    _say("who", spoken, number=number, role=name_of(role, spoken))
    for _ in range(TRIES):
        tried = Tried(_asked("サインイン名 / Sign-in name"), _secret("パスワード / Password"), _asked("コード / Code"), "command line")
        at = clock.now()
        with read(site.engine) as session:
            proof = prove(session, log=site.log, at=at, tried=tried)
            member = None if proof.account_id is None else member_of(session, account_id=proof.account_id, at=at)
        if member is not None and role in member.role_names:
            return member
        _say("wrong", spoken)
    message = f"nobody proved to be an {role}; nothing was changed"
    raise LossError(message)


def _asked(question: str) -> str:
    typer.echo(f"{question}: ", nl=False)
    sys.stdout.flush()
    line = sys.stdin.readline()
    if not line:
        message = "broken off; nothing was changed"
        raise LossError(message)
    return line.strip()


def _secret(question: str) -> str:
    return getpass.getpass(f"{question}: ") if sys.stdin.isatty() else _asked(question)


def _spoken(language: str | None) -> Language:
    return language_of(language or terminal_language())


def _say(word: str, spoken: Language, **facts: object) -> None:
    typer.echo(WORDS[word][0 if spoken == "ja" else 1].format(**facts))
