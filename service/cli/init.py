"""`sekisho init`: the first start, at which two people confirm each other."""

import getpass
import io
import sys
from datetime import datetime
from typing import Annotated

import segno
import typer

from service import clock
from service.cli.site import SiteNotReadyError, open_site
from service.database import read, transaction
from service.identity.ceremony import Founder, hold
from service.identity.enrolling import Chosen
from service.identity.factors import passwords, totp
from service.identity.members import is_deserted, is_initialised
from service.identity.roles import PROFILES, Profile, name_of
from service.ledger import Log
from service.personnel.queries import organizations

TRIES = 3


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("init")(init)


def init(
    profile: Annotated[str, typer.Option(help="standard, or small for a site that three people run.")] = "standard",
) -> None:
    """Let two people confirm each other: an administrator and an approver, each with two factors."""
    chosen = next((one for one in PROFILES if one == profile), None)
    if chosen is None:
        message = f"--profile: {profile} is neither standard nor small"
        raise ValueError(message)
    with open_site() as site:
        with read(site.engine) as session:
            held = is_initialised(session) and not is_deserted(session, at=clock.now())
            there = [row.name for row in organizations(session)]
        if held:
            message = "people can sign in here already; further ones are proposed by the administrator"
            raise SiteNotReadyError(message)
        typer.echo(f"初期設定 / First start: {site.log.origin}")
        typer.echo("二人が互いを確認します。 / Two people confirm each other.\n")
        organization = there[0] if there else _asked("組織名 / Name of the organization")
        founders = _founders(site.log, chosen)
        with transaction(site.engine) as session:
            told = hold(session, log=site.log, at=clock.now(), organization_name=organization, founders=founders, profile=chosen)
        for (account, codes), founder in zip(told, founders, strict=True):
            typer.echo(f"\n{founder.legal_name} ({account}): 予備コード(印刷して金庫へ) / recovery codes (print them, keep them in a safe)")
            for code in codes:
                typer.echo(f"  {code}")
        typer.echo("\n初期設定が終わりました。台帳に記録しました。 / Done; it is in the ledger.")


def _founders(log: Log, profile: Profile) -> tuple[Founder, Founder]:
    beside: tuple[str, ...] = ("auditor",) if profile == "small" else ()
    first = _founder(log, 1, ("administrator", *beside))
    second = _founder(log, 2, ("approver",))
    for own, other in ((first, second), (second, first)):
        question = (
            f"{own.legal_name}: {other.legal_name} さんが目の前の本人であることを、自分のパスワードで確認 / "
            f"confirm with your own password that {other.legal_name} stands before you"
        )
        for _ in range(TRIES):
            if passwords.verify_password(own.password_hash, _secret(question)):
                break
            typer.echo("違います / That is not right.", err=True)
        else:
            message = "not confirmed; nothing was changed"
            raise ValueError(message)
    return first, second


def _founder(log: Log, number: int, roles: tuple[str, ...]) -> Founder:
    said = "、".join(name_of(role, "ja") for role in roles)
    spoken = ", ".join(name_of(role, "en") for role in roles)
    typer.echo(f"\n{number}人目 / Person {number}: {said} / {spoken}")
    legal_name = _asked("氏名 / Legal name")
    sign_in_name = _asked("サインイン名 / Sign-in name")
    password = _password(sign_in_name)
    secret = totp.new_secret()
    address = totp.uri(secret, account=sign_in_name, issuer=f"Sekisho {log.origin}")
    typer.echo(f"認証アプリに登録してください / Add this to an authenticator app: {totp.written(secret)}")
    if sys.stdout.isatty():
        picture = io.StringIO()
        segno.make(address, error="m", micro=False).terminal(picture, compact=True)
        typer.echo(picture.getvalue())
    code, step = _code(secret)
    chosen = Chosen(password, secret, code)
    return Founder(legal_name, sign_in_name, roles, chosen, passwords.hash_password(password), step)


def _password(name: str) -> str:
    for _ in range(TRIES):
        first = _secret("パスワード(12文字以上) / Password (12 characters or more)")
        try:
            passwords.require_good_password(first, name=name)
        except passwords.WeakPasswordError as weak:
            typer.echo(str(weak), err=True)
            continue
        if _secret("もう一度 / Once more") == first:
            return first
        typer.echo("一致しません / They differ.", err=True)
    message = "no password was chosen; nothing was changed"
    raise ValueError(message)


def _code(secret: bytes) -> tuple[str, int]:
    for _ in range(TRIES):
        given = _asked("アプリに表示された6桁 / The six digits that it shows")
        step = totp.verify(secret, given, at=_now(), last_step=None)
        if step is not None:
            return given, step
        typer.echo("違います / That is not right.", err=True)
    message = "the device was not confirmed; nothing was changed"
    raise ValueError(message)


def _now() -> datetime:
    return clock.now()


def _asked(question: str) -> str:
    """Return one line from whoever sits here, or from a pipe. Raises SiteNotReadyError where nothing more comes."""
    typer.echo(f"{question}: ", nl=False)
    sys.stdout.flush()
    line = sys.stdin.readline()
    if not line:
        message = "the ceremony was broken off; nothing was changed"
        raise SiteNotReadyError(message)
    return line.strip()


def _secret(question: str) -> str:
    return getpass.getpass(f"{question}: ") if sys.stdin.isatty() else _asked(question)
