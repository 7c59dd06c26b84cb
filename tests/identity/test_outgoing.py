"""Requests that the service sends: to listed places, to the addresses looked at, and nowhere else."""

import asyncio
import datetime as dt
import ipaddress
import ssl
import threading
import time
from collections.abc import Iterator, Sequence
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from service.identity.outgoing import Outgoing, OutgoingError, Place, may_be_asked
from tests.builders.tokens import KeyServer, key_server


class Names:
    """A name service that gives one answer after another."""

    def __init__(self, *answers: Sequence[str]) -> None:
        self.answers = list(answers)
        self.asked = 0

    async def __call__(self, host: str, port: int) -> Sequence[str]:
        del host, port
        self.asked += 1
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


@pytest.fixture
def server() -> Iterator[KeyServer]:
    with key_server() as state:
        yield state


def to(server: KeyServer, **words: Any) -> Outgoing:
    return Outgoing([Place.of(server.address, private=True)], loopback_http=True, **words)


def test_a_listed_place_answers(server: KeyServer) -> None:
    answer = to(server).ask_now(server.address + "/keys?x=1", headers={"x-own": "1"})
    assert (answer.status, answer.body) == (200, b'{"keys": []}')
    path, headers = server.asked[0]
    assert (path, headers["host"], headers["x-own"]) == ("/keys?x=1", f"127.0.0.1:{server.port}", "1")


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(server: KeyServer, status: int) -> None:
    with key_server() as inner:
        server.status, server.headers = status, {"Location": inner.address + "/secret"}
        assert to(server).ask_now(server.address + "/keys").status == status
        assert (len(server.asked), inner.asked) == (1, [])


def test_a_place_that_is_not_listed_is_not_asked_though_only_its_port_differs(server: KeyServer) -> None:
    with key_server() as other:
        for url in (other.address, f"http://localhost:{server.port}", "https://127.0.0.1/"):
            with pytest.raises(OutgoingError, match="list"):
                to(server).ask_now(url)
        assert other.asked == server.asked == []


def test_a_private_address_is_asked_only_where_the_place_is_listed_as_private(server: KeyServer) -> None:
    with pytest.raises(OutgoingError, match="may not be asked"):
        Outgoing([Place.of(server.address)], loopback_http=True).ask_now(server.address)
    assert server.asked == []


def test_plain_http_is_spoken_to_this_machine_alone_and_only_when_a_setting_says_so(server: KeyServer) -> None:
    with pytest.raises(OutgoingError, match="https"):
        Outgoing([Place.of(server.address, private=True)]).ask_now(server.address)
    for url in (f"http://issuer.example:{server.port}", "http://10.0.0.1/"):
        with pytest.raises(OutgoingError, match="https"):
            Outgoing([Place.of(url, private=True)], loopback_http=True, resolve=Names(["127.0.0.1"])).ask_now(url)
    url = f"http://localhost:{server.port}"
    with pytest.raises(OutgoingError, match="may not be asked"):
        Outgoing([Place.of(url, private=True)], loopback_http=True, resolve=Names(["10.0.0.1"])).ask_now(url)
    assert server.asked == []


@pytest.mark.parametrize(
    "url",
    [
        "https://2130706433/",
        "https://0x7f000001/",
        "https://0177.0.0.1/",
        "https://127.1/",
        "https://0/",
        "https://[::ffff:127.0.0.1%25lo]/",
        "https://user@issuer.example/",
        "https://issuer.example@127.0.0.1/",
        "https://issuer.example\\@127.0.0.1/",
        "https://issuer.example#@127.0.0.1/",
        "https://issuer.example /",
        "https://issuer.example\t/",
        "https://issuer.example\n/",
        "https://１２７.0.0.1/",
        "https://issuer.example./",
        "https://issuer..example/",
        "https://issuer.example:0/",
        "https://issuer.example:99999/",
        "https:///keys",
        "file:///etc/passwd",
        "gopher://issuer.example/",
        "ftp://issuer.example/",
        "//issuer.example/",
        "",
    ],
)
def test_an_address_that_two_readers_could_read_differently_is_none(url: str) -> None:
    names = Names(["127.0.0.1"])
    with pytest.raises(OutgoingError, match="address"):
        Outgoing([Place("issuer.example")], resolve=names).ask_now(url)
    with pytest.raises(OutgoingError):
        Place.of(url)
    assert names.asked == 0


PRIVATE = ["127.0.0.1", "127.8.8.8", "10.0.0.1", "172.16.0.1", "192.168.1.1", "::1", "fd00::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1"]
NEVER = [
    "169.254.169.254",
    "::ffff:169.254.169.254",
    "fe80::1",
    "fe80::1%eth0",
    "fd00::1%eth0",
    "0.0.0.0",
    "::",
    "::ffff:0.0.0.0",
    "224.0.0.1",
    "ff02::1",
    "255.255.255.255",
    "100.64.0.1",
    "::127.0.0.1",
    "64:ff9b::7f00:1",
    "2002:7f00:1::",
    "2001:0:7f00:1::",
    "fec0::1",
]


@pytest.mark.parametrize("address", PRIVATE + NEVER)
def test_an_address_that_is_not_public_is_refused(address: str) -> None:
    assert not may_be_asked(ipaddress.ip_address(address), private=False)


@pytest.mark.parametrize("address", NEVER)
def test_what_is_link_local_carried_or_no_single_machine_is_refused_even_where_private_places_are_listed(address: str) -> None:
    assert not may_be_asked(ipaddress.ip_address(address), private=True)


@pytest.mark.parametrize("address", PRIVATE)
def test_a_private_address_is_allowed_where_it_is_listed(address: str) -> None:
    assert may_be_asked(ipaddress.ip_address(address), private=True)


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8"])
def test_a_public_address_is_allowed_but_is_not_this_machine(address: str) -> None:
    assert may_be_asked(ipaddress.ip_address(address), private=False)
    assert not may_be_asked(ipaddress.ip_address(address), private=True, loopback=True)


@pytest.mark.parametrize("answer", [[], ["127.0.0.1"], ["8.8.8.8", "10.0.0.1"], ["::ffff:127.0.0.1"], ["not an address"]])
def test_a_public_name_that_leads_inside_is_refused_though_one_of_its_addresses_is_public(answer: list[str]) -> None:
    with pytest.raises(OutgoingError, match="leads to"):
        Outgoing([Place("issuer.example")], resolve=Names(answer)).ask_now("https://issuer.example/keys")


def test_an_answer_that_is_too_large_packed_or_late_is_refused(server: KeyServer) -> None:
    server.body = b"x" * 2_000
    with pytest.raises(OutgoingError, match="large"):
        to(server, largest=1_999).ask_now(server.address)
    assert to(server, largest=2_000).ask_now(server.address).body == server.body
    server.headers = {"Content-Encoding": "gzip"}
    with pytest.raises(OutgoingError, match="packed"):
        to(server).ask_now(server.address)


def test_an_answer_that_drips_is_given_up_in_time() -> None:
    class Dripping(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            for _ in range(100):
                try:
                    self.wfile.write(b"x")
                    self.wfile.flush()
                except OSError:
                    return
                time.sleep(0.05)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name of the library
            del format, args

    server = HTTPServer(("127.0.0.1", 0), Dripping)
    thread = threading.Thread(target=server.handle_request, daemon=True)
    thread.start()
    url = f"http://127.0.0.1:{server.server_port}"
    began = time.monotonic()
    with pytest.raises(OutgoingError, match="in time"):
        Outgoing([Place.of(url, private=True)], loopback_http=True, within=0.3).ask_now(url)
    assert time.monotonic() - began < 1
    thread.join(6)
    server.server_close()


def test_a_proxy_of_the_environment_is_not_heeded(server: KeyServer, monkeypatch: pytest.MonkeyPatch) -> None:
    with key_server() as proxy:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.address)
        monkeypatch.delenv("NO_PROXY", raising=False)
        monkeypatch.delenv("no_proxy", raising=False)
        assert to(server).ask_now(server.address).status == 200
        assert proxy.asked == []


@pytest.fixture
def tls(tmp_path: Path) -> Iterator[tuple[int, ssl.SSLContext, list[str]]]:
    """An HTTPS server whose certificate is made out to issuer.example, a client context that trusts it, and the names asked for."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "issuer.example")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("issuer.example")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    certificate, private = tmp_path / "certificate.pem", tmp_path / "key.pem"
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
    hosts: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            hosts.append(self.headers["host"])
            self.send_response(200)
            self.send_header("content-length", "2")
            self.end_headers()
            self.wfile.write(b"ok")

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name of the library
            del format, args

    class Quiet(HTTPServer):
        def handle_error(self, request: Any, client_address: Any) -> None:
            del request, client_address

    server = Quiet(("127.0.0.1", 0), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, private)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield server.server_port, ssl.create_default_context(cafile=certificate), hosts
    server.shutdown()
    server.server_close()
    thread.join()


def test_the_connection_goes_to_the_address_that_was_looked_at_and_the_certificate_is_the_name_s(
    tls: tuple[int, ssl.SSLContext, list[str]],
) -> None:
    port, context, hosts = tls
    # A second answer would lead elsewhere; nobody asks for it.
    names = Names(["127.0.0.1"], ["169.254.169.254"])
    url = f"https://issuer.example:{port}/keys"
    answer = Outgoing([Place.of(url, private=True)], resolve=names, tls=context).ask_now(url)
    assert (answer.body, hosts, names.asked) == (b"ok", [f"issuer.example:{port}"], 1)


def test_a_certificate_of_another_name_or_of_nobody_is_refused(tls: tuple[int, ssl.SSLContext, list[str]]) -> None:
    port, context, hosts = tls
    for host, trusting in (("other.example", context), ("issuer.example", None)):
        url = f"https://{host}:{port}/keys"
        with pytest.raises(OutgoingError, match="no answer came"):
            Outgoing([Place.of(url, private=True)], resolve=Names(["127.0.0.1"]), tls=trusting).ask_now(url)
    assert hosts == []


def test_the_next_address_of_a_name_is_tried_where_nobody_listens_at_the_first(tls: tuple[int, ssl.SSLContext, list[str]]) -> None:
    port, context, _hosts = tls
    url = f"https://issuer.example:{port}/keys"
    outgoing = Outgoing([Place.of(url, private=True)], resolve=Names(["127.0.0.2", "127.0.0.1"]), tls=context)
    assert asyncio.run(outgoing.ask(url)).status == 200
