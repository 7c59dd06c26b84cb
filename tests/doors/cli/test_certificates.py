"""`sekisho certificates` and `sekisho serve`, over real connections."""

import contextlib
import os
import socket
import ssl
import subprocess
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest

from service import clock
from service.cli.listening import ListeningError, is_loopback, listening
from service.jobs.certificates import make_authority, names_of
from service.settings import Settings

Command = Callable[..., Any]

SERVE = """
import sys
from service import cli
from service.cli import site
site.require_durable = lambda _connection: None
raise SystemExit(cli.run(["serve", *sys.argv[1:]]))
"""
"""`sekisho serve`, without its refusal of a database that is not durable: test servers leave the disk alone."""
SECOND = "127.0.0.2"


@pytest.fixture
def here(short_dir: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data directory without certificates; none of these commands asks a database."""
    monkeypatch.setenv("SEKISHO_DATA_DIR", str(short_dir))
    monkeypatch.setenv("SEKISHO_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none")
    return short_dir


@contextlib.contextmanager
def serving(*arguments: str) -> Iterator[int]:
    """Yield the port of a service process that takes connections."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = int(found.getsockname()[1])
    process = subprocess.Popen(
        [sys.executable, "-c", SERVE, "--port", str(port), *arguments], env=os.environ, stderr=subprocess.PIPE, text=True
    )
    try:
        for _ in range(600):
            assert process.poll() is None, process.stderr and process.stderr.read()
            with contextlib.suppress(OSError), socket.create_connection((SECOND, port), timeout=1):
                break
            time.sleep(0.1)
        yield port
    finally:
        process.terminate()
        process.wait(timeout=20)
        assert process.stderr is not None
        process.stderr.close()


def test_a_site_s_own_certificate_serves_a_second_address_over_https(sekisho: Command, short_dir: Path) -> None:
    made = sekisho("certificates", "init", "--host", "localhost", "--ip", SECOND)
    assert made.code == 0, made.err
    trusting = ssl.create_default_context(cafile=short_dir / "tls" / "ca.crt")
    with serving("--host", "0.0.0.0") as port:
        # From a second address to a second address, as a desktop would.
        transport = httpx2.HTTPTransport(verify=trusting, local_address=SECOND)
        with httpx2.Client(transport=transport, trust_env=False) as desktop:
            assert desktop.get(f"https://{SECOND}:{port}/health").status_code == 200
            assert desktop.get(f"https://localhost:{port}/health").status_code == 200
            with pytest.raises(httpx2.ConnectError, match="certificate verify failed"):
                desktop.get(f"https://127.0.0.3:{port}/")
        with httpx2.Client(trust_env=False) as stranger:
            with pytest.raises(httpx2.ConnectError, match="certificate verify failed"):
                stranger.get(f"https://{SECOND}:{port}/")
            with pytest.raises(httpx2.TransportError):
                stranger.get(f"http://{SECOND}:{port}/")
        assert tls_with(port, trusting) == "TLSv1.3"
        older = ssl.create_default_context(cafile=short_dir / "tls" / "ca.crt")
        older.maximum_version = ssl.TLSVersion.TLSv1_2
        assert tls_with(port, older) == "TLSv1.2"
        older.set_ciphers("ECDHE-ECDSA-AES128-SHA256:ECDHE-ECDSA-AES128-SHA")
        assert tls_with(port, older) is None
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            older.set_ciphers("ALL:@SECLEVEL=0")
            older.minimum_version = older.maximum_version = ssl.TLSVersion.TLSv1_1
        assert tls_with(port, older) is None


def tls_with(port: int, context: ssl.SSLContext) -> str | None:
    try:
        with socket.create_connection((SECOND, port), timeout=10) as plain, context.wrap_socket(plain, server_hostname=SECOND) as safe:
            return safe.version()
    except (ssl.SSLError, ConnectionError):
        return None


def test_a_certificate_of_somebody_else_s_serves_too_and_a_proxy_may_end_tls(sekisho: Command, short_dir: Path, tmp_path: Path) -> None:
    assert sekisho("ledger", "head").code == 0
    make_authority(tmp_path, names=names_of([], [SECOND]), at=clock.now())
    with serving("--host", SECOND, "--tls-cert", str(tmp_path / "server.crt"), "--tls-key", str(tmp_path / "server.key")) as port:
        context = ssl.create_default_context(cafile=tmp_path / "ca.crt")
        assert httpx2.get(f"https://{SECOND}:{port}/", verify=context, trust_env=False).status_code < 500
    assert not (short_dir / "tls").exists()
    with serving("--host", "0.0.0.0", "--behind-proxy") as port:
        assert httpx2.get(f"http://{SECOND}:{port}/", trust_env=False).status_code < 500


def test_plain_http_is_not_spoken_where_others_can_hear_it(here: Path) -> None:
    settings = Settings()
    assert settings.tls_dir == here / "tls"
    for host in ("0.0.0.0", "::", "192.0.2.5", "sekisho.example", "", " ", "127.0.0.1.example", "2001:db8::1", "0"):
        if host:
            with pytest.raises(ListeningError, match=r"他の機械.*--behind-proxy"):
                listening(settings, host=host)
            assert listening(settings, host=host, behind_proxy=True).tls is None
        assert not is_loopback(host)
    for host in ("127.0.0.1", "127.0.0.2", "::1", "localhost"):
        found = listening(settings, host=host, port=1)
        assert found.tls is None
        assert found.url == ("http://[::1]:1" if host == "::1" else f"http://{host}:1")
        assert not found.behind_proxy


def test_serve_refuses_before_it_opens_anything(here: Path, unreached: Command) -> None:
    told = unreached("serve", "--host", "0.0.0.0")
    assert told.code == 2
    assert "--behind-proxy" in told.err
    assert told.err.count("\n") == 1
    assert list(here.iterdir()) == []


@pytest.fixture
def unreached(here: Path, capsys: pytest.CaptureFixture[str]) -> Command:
    """The command line where no database can be reached."""
    from tests.doors.cli.conftest import _command

    assert here.exists()
    return _command(capsys)


def test_https_is_spoken_as_soon_as_there_is_a_certificate(here: Path, unreached: Command) -> None:
    assert unreached("certificates", "init", "--ip", "192.0.2.5").code == 0
    found = listening(Settings(), host="192.0.2.5", port=8743)
    assert found.tls is not None
    assert found.tls.minimum_version == ssl.TLSVersion.TLSv1_2
    assert found.url == "https://192.0.2.5:8743"
    # Not even on loopback, and not even behind a proxy, is it left out.
    assert listening(Settings(), host="127.0.0.1").tls is not None
    assert listening(Settings(), host="127.0.0.1", behind_proxy=True).tls is not None
    assert here.exists()


def test_keys_that_cannot_be_used_are_refused_at_once(here: Path, tmp_path: Path) -> None:
    settings, own = Settings(), here / "tls"
    make_authority(own, names=names_of(["localhost"], []), at=clock.now())
    make_authority(tmp_path, names=names_of(["localhost"], []), at=clock.now())
    cert, key = tmp_path / "server.crt", tmp_path / "server.key"
    with pytest.raises(ListeningError, match="together"):
        listening(settings, tls_cert=cert)
    with pytest.raises(ListeningError, match="not a pair"):
        listening(settings, tls_cert=cert, tls_key=own / "server.key")
    key.chmod(0o640)
    assert listening(settings, tls_cert=cert, tls_key=key).tls is not None
    key.chmod(0o644)
    with pytest.raises(ListeningError, match="600"):
        listening(settings, tls_cert=cert, tls_key=key)
    (own / "server.key").chmod(0o640)
    with pytest.raises(ListeningError, match="600"):
        listening(settings)
    (own / "server.key").unlink()
    with pytest.raises(FileNotFoundError):
        listening(settings)


def test_an_encrypted_key_is_refused_and_asks_nobody(here: Path) -> None:
    from cryptography.hazmat.primitives import serialization

    make_authority(here / "tls", names=names_of(["localhost"], []), at=clock.now())
    path = here / "tls" / "server.key"
    key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.BestAvailableEncryption(b"x"))
    )
    with pytest.raises(ListeningError, match="encrypted"):
        listening(Settings())


def test_init_prints_how_desktops_come_to_trust_it_in_both_languages(here: Path, unreached: Command) -> None:
    told = unreached("certificates", "init", "--host", "sekisho.example", "--ip", "192.0.2.5")
    assert told.code == 0, told.err
    for words in (
        "信頼されたルート証明機関",
        "Trusted Root Certification Authorities",
        "certutil -addstore -f Root",
        "グループポリシー",
        "group policy",
    ):
        assert words in told.out
    assert told.out.count("sekisho.example, 192.0.2.5") == 4
    again = unreached("certificates", "init", "--host", "sekisho.example")
    assert again.code == 2
    assert "--replace" in again.err
    assert unreached("certificates", "show", "--installing").out == told.out
    assert unreached("certificates", "init", "--host", "other.example", "--replace").code == 0
    assert (here / "tls" / "server.crt").exists()


def test_show_says_how_long_and_exits_by_it(here: Path, unreached: Command) -> None:
    assert unreached("certificates", "show").code == 1
    now = clock.now()
    for days, code in ((0, 0), (366, 0), (368, 1), (398, 1)):
        make_authority(here / "tls", names=names_of(["sekisho.example"], []), at=now - timedelta(days=days), replace=True)
        told = unreached("certificates", "show")
        assert (days, told.code) == (days, code)
        assert f"days     {396 - days}" in told.out
    renewed = unreached("certificates", "renew")
    assert renewed.code == 0
    assert "restart" in renewed.err
    assert unreached("certificates", "show").code == 0
    assert "days     396" in unreached("certificates", "show").out


def test_a_renewal_without_an_authority_says_what_is_missing(here: Path, unreached: Command) -> None:
    told = unreached("certificates", "renew")
    assert told.code == 2
    assert str(here / "tls" / "ca.crt") in told.err


@pytest.mark.parametrize("behind", [False, True])
def test_only_a_proxy_may_say_on_whose_behalf_a_request_comes(sekisho: Command, monkeypatch: pytest.MonkeyPatch, *, behind: bool) -> None:
    told: dict[str, Any] = {}
    monkeypatch.setattr("uvicorn.run", lambda _app, **options: told.update(options))
    assert sekisho("serve", *(["--behind-proxy"] if behind else [])).code == 0
    assert told["proxy_headers"] is behind
    assert told["ssl_context_factory"] is None


def test_serve_says_when_its_certificate_ends_soon(sekisho: Command, short_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("uvicorn.run", lambda _app, **_options: None)
    for days, said in ((0, False), (380, True)):
        made_at = clock.now() - timedelta(days=days)
        make_authority(short_dir / "tls", names=names_of(["localhost"], []), at=made_at, replace=True)
        assert ("残り日数" in sekisho("serve").err) is said
