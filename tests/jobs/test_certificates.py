"""The local authority: desktops that trust it trust this server, and nothing else that it could be made to sign."""

import ssl
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from hypothesis import given
from hypothesis import strategies as st

from service.jobs import certificates
from service.jobs.certificates import (
    CertificatesError,
    Names,
    certificate_deadlines,
    make_authority,
    names_of,
    read_certificate,
    renew_server,
)

NOW = datetime.now(UTC).replace(microsecond=0)
HOST, IP = "sekisho.example", "192.0.2.5"
BOTH = names_of([HOST], [IP])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "tls"
    made.mkdir(mode=0o755)
    make_authority(made, names=BOTH, at=NOW)
    return made


def trusted(folder: Path, name: str, *, ca: Path | None = None) -> bool:
    """Whether a client that trusts the authority takes the server's certificate for this name."""
    server, client = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), ssl.create_default_context(cafile=ca or folder / "ca.crt")
    client.verify_flags |= ssl.VERIFY_X509_STRICT
    server.load_cert_chain(folder / "server.crt", folder / "server.key")
    to_client, to_server = ssl.MemoryBIO(), ssl.MemoryBIO()
    asking = client.wrap_bio(to_client, to_server, server_hostname=name)
    answering = server.wrap_bio(to_server, to_client, server_side=True)
    done: set[str] = set()
    for _ in range(10):
        for side, one in (("client", asking), ("server", answering)):
            try:
                one.do_handshake()
                done.add(side)
            except ssl.SSLWantReadError:
                continue
            except ssl.SSLCertVerificationError:
                return False
    return done == {"client", "server"}


def test_a_desktop_that_trusts_the_authority_trusts_the_server_by_each_of_its_names(folder: Path) -> None:
    assert trusted(folder, HOST)
    assert trusted(folder, IP)
    assert not trusted(folder, "www.example")
    assert not trusted(folder, "192.0.2.6")


def test_a_desktop_that_trusts_another_authority_does_not(folder: Path, tmp_path: Path) -> None:
    make_authority(tmp_path / "other", names=BOTH, at=NOW)
    assert not trusted(folder, HOST, ca=tmp_path / "other" / "ca.crt")


def forge(folder: Path, names: Names) -> None:
    """What somebody signs who has stolen the authority's key."""
    certificates._issue(folder, read_certificate(folder / "ca.crt"), certificates._read_key(folder / "ca.key"), names=names, at=NOW)


THEFTS = [
    ([HOST], [IP], ["bank.example"], [], "bank.example"),
    ([HOST], [IP], [], ["192.0.2.6"], "192.0.2.6"),
    ([HOST], [], [], [IP], IP),
    ([HOST], [], [], ["2001:db8::5"], "2001:db8::5"),
    ([], [IP], [HOST], [], HOST),
    ([], [IP], [], ["2001:db8::5"], "2001:db8::5"),
]


@pytest.mark.parametrize(("hosts", "ips", "forged_hosts", "forged_ips", "name"), THEFTS)
def test_a_stolen_authority_cannot_vouch_for_another_name(
    tmp_path: Path, hosts: list[str], ips: list[str], forged_hosts: list[str], forged_ips: list[str], name: str
) -> None:
    make_authority(tmp_path, names=names_of(hosts, ips), at=NOW)
    assert trusted(tmp_path, (hosts + ips)[0])
    forge(tmp_path, names_of(forged_hosts, forged_ips))
    assert not trusted(tmp_path, name)


def test_without_the_constraints_it_could(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The counterpart: the forgeries above fail by the constraints and by nothing else."""
    for number, (hosts, ips, forged_hosts, forged_ips, name) in enumerate(THEFTS):
        own, forged = names_of(hosts, ips), names_of(forged_hosts, forged_ips)
        everything = Names((*own.hosts, *forged.hosts), (*own.addresses, *forged.addresses))
        wide = certificates._constraints(everything)
        with monkeypatch.context() as patch:
            patch.setattr(certificates, "_constraints", lambda _names, wide=wide: wide)
            make_authority(tmp_path / str(number), names=own, at=NOW)
        forge(tmp_path / str(number), forged)
        assert trusted(tmp_path / str(number), name)


def test_the_certificates_last_as_long_as_they_should_and_serve_for_servers_alone(folder: Path) -> None:
    authority, server = read_certificate(folder / "ca.crt"), read_certificate(folder / "server.crt")
    assert server.not_valid_after_utc - server.not_valid_before_utc == timedelta(days=397)
    assert authority.not_valid_after_utc.replace(year=NOW.year) - NOW < timedelta(days=1)
    assert authority.not_valid_after_utc.year == NOW.year + 10
    for certificate in (authority, server):
        usage = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
        assert list(usage) == [x509.ExtendedKeyUsageOID.SERVER_AUTH]
    basic = authority.extensions.get_extension_for_class(x509.BasicConstraints)
    assert basic.critical
    assert basic.value == x509.BasicConstraints(ca=True, path_length=0)
    assert authority.extensions.get_extension_for_class(x509.NameConstraints).critical


def test_keys_are_their_owner_s_alone_and_the_file_for_windows_has_the_fingerprint(folder: Path) -> None:
    import hashlib

    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}
    assert modes == {"ca.key": 0o600, "server.key": 0o600, "ca.crt": 0o644, "ca.cer": 0o644, "server.crt": 0o644}
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert hashlib.sha256((folder / "ca.cer").read_bytes()).hexdigest() == certificates.fingerprint(read_certificate(folder / "ca.crt"))


def test_a_renewal_changes_certificate_and_key_and_no_desktop_notices(folder: Path) -> None:
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    later = NOW + timedelta(days=1)
    renew_server(folder, at=later)
    after = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert {name for name in before if before[name] != after[name]} == {"server.crt", "server.key"}
    assert read_certificate(folder / "server.crt").not_valid_after_utc > NOW + timedelta(days=397)
    renew_server(folder, at=NOW)
    assert trusted(folder, HOST)
    assert trusted(folder, IP)


def test_a_renewal_takes_the_authority_s_key_from_where_it_is_kept(folder: Path, tmp_path: Path) -> None:
    kept = (folder / "ca.key").rename(tmp_path / "kept.key")
    with pytest.raises(FileNotFoundError):
        renew_server(folder, at=NOW)
    renew_server(folder, at=NOW, ca_key=kept)
    assert trusted(folder, HOST)
    with pytest.raises(CertificatesError, match="not the authority's"):
        make_authority(tmp_path / "other", names=BOTH, at=NOW)
        renew_server(folder, at=NOW, ca_key=tmp_path / "other" / "ca.key")


def test_no_certificate_outlasts_its_authority_and_a_dead_one_signs_nothing(folder: Path) -> None:
    renew_server(folder, at=NOW + timedelta(days=3600))
    server, authority = read_certificate(folder / "server.crt"), read_certificate(folder / "ca.crt")
    assert server.not_valid_after_utc == authority.not_valid_after_utc
    with pytest.raises(CertificatesError, match="has ended"):
        renew_server(folder, at=NOW + timedelta(days=3700))


def test_a_second_authority_is_made_only_when_asked_for(folder: Path) -> None:
    before = (folder / "ca.crt").read_bytes()
    with pytest.raises(CertificatesError, match="--replace"):
        make_authority(folder, names=BOTH, at=NOW)
    assert (folder / "ca.crt").read_bytes() == before
    make_authority(folder, names=BOTH, at=NOW, replace=True)
    assert (folder / "ca.crt").read_bytes() != before


def test_deadlines_say_what_ends_first_and_when_to_tell(folder: Path) -> None:
    server, authority = certificate_deadlines(folder, NOW)
    assert (server.part, authority.part) == ("server", "authority")
    assert server.names == authority.names == f"{HOST}, {IP}"
    assert server.days_left == 396
    assert server.ends_at - server.remind_at == timedelta(days=30)
    assert authority.ends_at - authority.remind_at == timedelta(days=180)
    assert certificate_deadlines(folder, server.ends_at)[0].days_left == 0
    assert certificate_deadlines(folder, server.ends_at + timedelta(seconds=1))[0].days_left == -1


def test_without_certificates_there_are_no_deadlines(tmp_path: Path) -> None:
    assert certificate_deadlines(tmp_path, NOW) == []
    (tmp_path / "server.crt").write_text("nothing")
    with pytest.raises(CertificatesError, match="no certificate"):
        certificate_deadlines(tmp_path, NOW)


@pytest.mark.parametrize(
    "host", ["", ".", "*.example", "関所.example", "a b", "-a.example", "a_b", "x" * 64, "10.0.0.1", "::1", "a..b", "x." * 130 + "y"]
)
def test_what_is_no_host_name_is_refused(host: str) -> None:
    with pytest.raises(CertificatesError):
        names_of([host], [])


@pytest.mark.parametrize("address", ["", "sekisho", "0.0.0.0", "::", "224.0.0.1", "10.0.0.0/8", "10.0.0.256"])
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(CertificatesError):
        names_of([], [address])


def test_names_have_one_form_and_at_least_one_is_needed() -> None:
    assert names_of(["Sekisho.Example.", "sekisho.example"], ["192.0.2.5", " 192.0.2.5"]) == BOTH
    assert names_of(["xn--fiq06l2rdsvs"], []).hosts == ("xn--fiq06l2rdsvs",)
    with pytest.raises(CertificatesError, match="--host"):
        names_of([], [])


@given(host=st.text(max_size=80), address=st.text(max_size=40))
def test_whatever_is_typed_is_a_name_or_refused(host: str, address: str) -> None:
    for hosts, addresses in (([host], []), ([], [address])):
        try:
            names_of(hosts, addresses)
        except CertificatesError as refused:
            assert " / " in str(refused)  # noqa: PT017 - most of what is typed is refused
