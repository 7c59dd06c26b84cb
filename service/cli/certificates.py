"""`sekisho certificates`: HTTPS for a network that has no certificate authority of its own."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from service import clock
from service.jobs.certificates import (
    CA_CERTIFICATE,
    CA_FOR_WINDOWS,
    RENEW_WITHIN,
    CertificateDeadline,
    certificate_deadlines,
    fingerprint,
    make_authority,
    names_of,
    read_certificate,
    renew_server,
)
from service.settings import Settings

NOT_WELL = 1
PARTS = {"server": "サーバー証明書 / server certificate", "authority": "認証局 / certificate authority"}

INSTALLING = """
Windows 端末に認証局を入れる

1. {file} だけを端末に運ぶ(鍵 ca.key は運ばない)。
2. 端末で指紋を確かめる。次の行の結果が下と同じであること。
     certutil -hashfile ca.cer SHA256
     {fingerprint}
3. 一台ずつ入れるとき(管理者のコマンドプロンプト):
     certutil -addstore -f Root ca.cer
4. ドメインの全端末に入れるとき(グループポリシー):
     コンピューターの構成 > ポリシー > Windows の設定 > セキュリティの設定 > 公開キーのポリシー
     > 信頼されたルート証明機関 を右クリック > インポート で ca.cer を選ぶ。
     端末では gpupdate /force の後、Edge と Chrome はそのまま使える。
5. Firefox は Windows の認証局を読む設定(security.enterprise_roots.enabled = true)にする。
6. やめるとき: certutil -delstore Root {serial}
この認証局は次の名前以外を証明できない: {names}
ca.key は別の媒体に移して保管し、更新のときだけ使うとよい(renew --ca-key)。

Installing the authority on Windows desktops

1. Carry {file} alone to the desktop (never the key ca.key).
2. Compare the fingerprint there; this line must give what stands below it.
     certutil -hashfile ca.cer SHA256
     {fingerprint}
3. For one desktop (in an administrator's command prompt):
     certutil -addstore -f Root ca.cer
4. For every desktop of a domain (group policy):
     Computer Configuration > Policies > Windows Settings > Security Settings > Public Key Policies
     > right-click Trusted Root Certification Authorities > Import, and choose ca.cer.
     After gpupdate /force on the desktop, Edge and Chrome need nothing more.
5. Let Firefox read the authorities of Windows (security.enterprise_roots.enabled = true).
6. To take it away again: certutil -delstore Root {serial}
This authority can vouch for these names alone: {names}
Keep ca.key on another medium and use it for renewals only (renew --ca-key).
"""


def register(app: typer.Typer) -> None:
    """Add the commands."""
    commands = typer.Typer(help="HTTPS without a public authority: init, renew, show.", no_args_is_help=True)
    commands.command("init")(init)
    commands.command("renew")(renew)
    commands.command("show")(show)
    app.add_typer(commands, name="certificates")


def init(
    host: Annotated[list[str] | None, typer.Option(help="A name of the server; may be repeated.")] = None,
    *,
    ip: Annotated[list[str] | None, typer.Option("--ip", help="An address of the server; may be repeated.")] = None,
    replace: Annotated[bool, typer.Option("--replace", help="Make another where there is one; every desktop needs it then.")] = False,
) -> None:
    """Make a certificate authority for this server's names, and the server's certificate."""
    folder = Settings().tls_dir
    at = clock.now()
    make_authority(folder, names=names_of(host or (), ip or ()), at=at, replace=replace)
    tell(folder, at)
    tell_installing(folder)


def renew(
    ca_key: Annotated[Path | None, typer.Option(help="The authority's key, where it is kept on another medium.")] = None,
) -> None:
    """Issue the server a new certificate for the same names; desktops need nothing."""
    folder = Settings().tls_dir
    at = clock.now()
    renew_server(folder, at=at, ca_key=ca_key)
    tell(folder, at)
    typer.echo("サービスを再起動すると新しい証明書になります / restart the service to use the new certificate", err=True)


def show(
    *,
    installing: Annotated[bool, typer.Option("--installing", help="Say how desktops come to trust the authority.")] = False,
) -> None:
    """Show the certificates and how long they last; exit 1 when one has fewer than 30 days left, or when there is none."""
    folder = Settings().tls_dir
    found = tell(folder, clock.now())
    if installing and (folder / CA_CERTIFICATE).exists():
        tell_installing(folder)
    if not found or any(one.days_left < RENEW_WITHIN.days for one in found):
        raise typer.Exit(NOT_WELL)


def tell(folder: Path, at: datetime) -> list[CertificateDeadline]:
    """Print the certificates of a folder and return them."""
    found = certificate_deadlines(folder, at)
    if not found:
        typer.echo(f"証明書はありません / there are no certificates: {folder}", err=True)
    for one in found:
        typer.echo(PARTS[one.part])
        typer.echo(f"  subject  {one.subject}")
        if one.names:
            typer.echo(f"  names    {one.names}")
        typer.echo(f"  SHA-256  {one.fingerprint}")
        typer.echo(f"  ends     {one.ends_at.isoformat()}")
        typer.echo(f"  days     {one.days_left}")
    return found


def tell_installing(folder: Path) -> None:
    """Print, in both languages, how Windows desktops come to trust the authority."""
    authority = read_certificate(folder / CA_CERTIFICATE)
    names = next((one.names for one in certificate_deadlines(folder, authority.not_valid_before_utc) if one.part == "authority"), "")
    typer.echo(
        INSTALLING.format(
            file=folder / CA_FOR_WINDOWS, fingerprint=fingerprint(authority), serial=f"{authority.serial_number:x}", names=names
        )
    )
