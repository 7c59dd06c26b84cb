"""A certificate authority of one's own, for networks without a public one: made, renewed, and its days counted.

The authority may speak for the names it was made for and for nothing else (critical name
constraints, server authentication alone, no authority below it), so whoever stole its key could
not pass for another site on the desktops that trust it. It lasts ten years; a server's
certificate lasts 397 days and is renewed under the same authority, so that no desktop notices.
"""

import ipaddress
import os
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

CA_CERTIFICATE, CA_FOR_WINDOWS, CA_KEY = "ca.crt", "ca.cer", "ca.key"
SERVER_CERTIFICATE, SERVER_KEY = "server.crt", "server.key"
PRIVATE, PUBLIC, FOLDER = 0o600, 0o644, 0o700

CA_YEARS = 10
CA_LASTS = timedelta(days=365 * CA_YEARS + 2)
SERVER_LASTS = timedelta(days=397)
"""What browsers accept at most is 398 days."""
CLOCKS_DIFFER = timedelta(hours=1)
"""Certificates count from an hour before they are made, for desktops whose clocks are behind."""
RENEW_WITHIN = timedelta(days=30)
REPLACE_WITHIN = timedelta(days=180)
"""A new authority has to reach every desktop first, so its end is told half a year before."""
LONGEST_NAME, LONGEST_HOST = 64, 253
PLAIN_LABEL = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)")

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Part = Literal["server", "authority"]


class CertificatesError(ValueError):
    """Certificates cannot be made or read as asked; the message is in both languages."""


@dataclass(frozen=True, slots=True)
class Names:
    """The names and addresses by which browsers reach the server."""

    hosts: tuple[str, ...]
    addresses: tuple[Address, ...]

    def __str__(self) -> str:
        return ", ".join((*self.hosts, *map(str, self.addresses)))


@dataclass(frozen=True, slots=True)
class CertificateDeadline:
    """A certificate and the instant at which it ends; from `remind_at` on somebody should be told."""

    part: Part
    subject: str
    names: str
    fingerprint: str
    ends_at: datetime
    remind_at: datetime
    days_left: int


def names_of(hosts: Iterable[str], addresses: Iterable[str]) -> Names:
    """Return names as they were typed, in their one form. Raises CertificatesError for what is none."""
    found = Names(tuple(dict.fromkeys(map(_host, hosts))), tuple(dict.fromkeys(map(_address, addresses))))
    if not (found.hosts or found.addresses):
        message = "--host か --ip を少なくとも一つ指定してください / name at least one --host or --ip"
        raise CertificatesError(message)
    return found


def make_authority(folder: Path, *, names: Names, at: datetime, replace: bool = False) -> None:
    """Make an authority for these names and the server's first certificate.

    Raises CertificatesError where the folder holds one already, unless it is to be replaced.
    """
    held = [name for name in (CA_CERTIFICATE, CA_KEY, SERVER_CERTIFICATE, SERVER_KEY) if (folder / name).exists()]
    if held and not replace:
        message = (
            f"{folder} にはすでに {held[0]} があります。更新は renew、作り直し(全端末への再配布が必要)は --replace"
            f" / {folder} already holds {held[0]}; renew it, or make another with --replace and install that on every desktop"
        )
        raise CertificatesError(message)
    key = ec.generate_private_key(ec.SECP384R1())
    certificate = _authority(key, names, at)
    folder.mkdir(mode=FOLDER, parents=True, exist_ok=True)
    folder.chmod(FOLDER)
    _write_key(folder / CA_KEY, key)
    _write(folder / CA_FOR_WINDOWS, certificate.public_bytes(serialization.Encoding.DER), PUBLIC)
    _write(folder / CA_CERTIFICATE, certificate.public_bytes(serialization.Encoding.PEM), PUBLIC)
    _issue(folder, certificate, key, names=names, at=at)


def renew_server(folder: Path, *, at: datetime, ca_key: Path | None = None) -> None:
    """Issue a new certificate with a new key for the server's present names, under the present authority.

    `ca_key` is the authority's key where it is kept on another medium. Raises CertificatesError.
    """
    authority = read_certificate(folder / CA_CERTIFICATE)
    key = _read_key(ca_key or folder / CA_KEY)
    if key.public_key() != authority.public_key():
        message = f"鍵 {ca_key or folder / CA_KEY} は ca.crt のものではありません / this key is not the authority's"
        raise CertificatesError(message)
    if authority.not_valid_after_utc <= at:
        message = (
            "認証局の期限が切れています。init --replace で作り直してください / the authority has ended; make another by init --replace"
        )
        raise CertificatesError(message)
    _issue(folder, authority, key, names=_names_in(read_certificate(folder / SERVER_CERTIFICATE)), at=at)


def certificate_deadlines(folder: Path, at: datetime) -> list[CertificateDeadline]:
    """Return the certificates that a folder holds, the one that ends first in front; none where it holds none."""
    parts: Sequence[tuple[Part, str, timedelta]] = (
        ("server", SERVER_CERTIFICATE, RENEW_WITHIN),
        ("authority", CA_CERTIFICATE, REPLACE_WITHIN),
    )
    found = [_deadline(part, read_certificate(folder / file), within, at) for part, file, within in parts if (folder / file).exists()]
    return sorted(found, key=lambda one: one.ends_at)


def read_certificate(path: Path) -> x509.Certificate:
    """Return the first certificate of a PEM file. Raises CertificatesError, OSError."""
    try:
        return x509.load_pem_x509_certificates(path.read_bytes())[0]
    except ValueError as error:
        message = f"{path} は証明書ではありません / {path} holds no certificate in PEM form"
        raise CertificatesError(message) from error


def fingerprint(certificate: x509.Certificate) -> str:
    """Return the SHA-256 of a certificate as Windows' certutil writes it."""
    return certificate.fingerprint(hashes.SHA256()).hex()


def _deadline(part: Part, certificate: x509.Certificate, within: timedelta, at: datetime) -> CertificateDeadline:
    ends_at = certificate.not_valid_after_utc
    return CertificateDeadline(
        part=part,
        subject=certificate.subject.rfc4514_string(),
        names=str(_names_in(certificate)),
        fingerprint=fingerprint(certificate),
        ends_at=ends_at,
        remind_at=ends_at - within,
        days_left=(ends_at - at) // timedelta(days=1),
    )


def _host(typed: str) -> str:
    host = typed.strip().rstrip(".").lower()
    if _is_address(host):
        message = f"{typed}: アドレスは --ip で指定してください / name an address by --ip"
        raise CertificatesError(message)
    if not host or len(host) > LONGEST_HOST or not all(PLAIN_LABEL.fullmatch(label) for label in host.split(".")):
        message = (
            f"{typed}: ホスト名は英小文字・数字・ハイフン・点で書いてください(日本語名は xn-- の形で、ワイルドカード不可)"
            f" / {typed}: a host name has letters, digits, hyphens and points (a Japanese one in its xn-- form; no wildcards)"
        )
        raise CertificatesError(message)
    return host


def _address(typed: str) -> Address:
    try:
        address = ipaddress.ip_address(typed.strip())
    except ValueError as error:
        message = f"{typed}: IPアドレスではありません / this is no IP address"
        raise CertificatesError(message) from error
    if address.is_unspecified or address.is_multicast:
        message = f"{typed}: サーバーのアドレスになりません / no server has this address"
        raise CertificatesError(message)
    return address


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _general_names(names: Names) -> list[x509.GeneralName]:
    return [*map(x509.DNSName, names.hosts), *map(x509.IPAddress, names.addresses)]


def _constraints(names: Names) -> x509.NameConstraints:
    """Permit these names alone; of a kind of which there is none, exclude all."""
    permitted: list[x509.GeneralName] = [x509.DNSName(host) for host in names.hosts]
    permitted += [x509.IPAddress(ipaddress.ip_network(address)) for address in names.addresses]
    excluded: list[x509.GeneralName] = [] if names.hosts else [x509.DNSName("")]
    if not names.addresses:
        excluded += [x509.IPAddress(ipaddress.ip_network(network)) for network in ("0.0.0.0/0", "::/0")]
    return x509.NameConstraints(permitted_subtrees=permitted, excluded_subtrees=excluded or None)


def _names_in(certificate: x509.Certificate) -> Names:
    """Return the names that a server's certificate is for, or those that an authority may vouch for."""
    kinds: list[x509.GeneralName] = []
    for extension in certificate.extensions:
        if isinstance(extension.value, x509.SubjectAlternativeName):
            kinds += extension.value
        elif isinstance(extension.value, x509.NameConstraints):
            kinds += extension.value.permitted_subtrees or ()
    hosts = [name.value for name in kinds if isinstance(name, x509.DNSName)]
    values = [name.value for name in kinds if isinstance(name, x509.IPAddress)]
    return Names(tuple(hosts), tuple(_one_address(value) for value in values))


def _one_address(value: Address | ipaddress.IPv4Network | ipaddress.IPv6Network) -> Address:
    return value if isinstance(value, ipaddress.IPv4Address | ipaddress.IPv6Address) else value.network_address


def _subject(words: str) -> x509.Name:
    # Words with spaces between them: a reader that takes a common name for a host finds none here.
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, words[:LONGEST_NAME])])


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )


def _authority(key: ec.EllipticCurvePrivateKey, names: Names, at: datetime) -> x509.Certificate:
    subject = _subject(f"Sekisho local CA {at:%Y-%m-%d} for {(*names.hosts, *map(str, names.addresses))[0]}")
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(subject).public_key(key.public_key())
    builder = builder.serial_number(x509.random_serial_number())
    builder = builder.not_valid_before(at - CLOCKS_DIFFER).not_valid_after(at - CLOCKS_DIFFER + CA_LASTS)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    builder = builder.add_extension(_usage(signs_certificates=True), critical=True)
    builder = builder.add_extension(_constraints(names), critical=True)
    builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
    builder = builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    return builder.sign(key, hashes.SHA384())


def _issue(folder: Path, authority: x509.Certificate, ca_key: ec.EllipticCurvePrivateKey, *, names: Names, at: datetime) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    begins = at - CLOCKS_DIFFER
    ends = min(begins + SERVER_LASTS, authority.not_valid_after_utc)
    issuer_key = authority.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    builder = x509.CertificateBuilder().subject_name(_subject("Sekisho server")).issuer_name(authority.subject)
    builder = builder.public_key(key.public_key()).serial_number(x509.random_serial_number())
    builder = builder.not_valid_before(max(begins, authority.not_valid_before_utc)).not_valid_after(ends)
    builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    builder = builder.add_extension(_usage(signs_certificates=False), critical=True)
    builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
    builder = builder.add_extension(x509.SubjectAlternativeName(_general_names(names)), critical=False)
    builder = builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    builder = builder.add_extension(x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(issuer_key), critical=False)
    certificate = builder.sign(ca_key, hashes.SHA384())
    # The certificate last: a server that starts between the two finds a pair that does not fit, and says so.
    _write_key(folder / SERVER_KEY, key)
    _write(folder / SERVER_CERTIFICATE, certificate.public_bytes(serialization.Encoding.PEM), PUBLIC)


def _read_key(path: Path) -> ec.EllipticCurvePrivateKey:
    try:
        key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    except (ValueError, TypeError) as error:
        message = f"{path} は秘密鍵ではありません / {path} holds no private key in PEM form"
        raise CertificatesError(message) from error
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        message = f"{path} は認証局の鍵ではありません / {path} is not the key of an authority made here"
        raise CertificatesError(message)
    return key


def _write_key(path: Path, key: ec.EllipticCurvePrivateKey) -> None:
    form = serialization.PrivateFormat.PKCS8
    _write(path, key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption()), PRIVATE)


def _write(path: Path, content: bytes, mode: int) -> None:
    """Write a file whole or not at all; what it held before stays until then, and a key is never readable by others."""
    new = path.with_name(f".{path.name}.new")
    new.unlink(missing_ok=True)
    handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, mode)
    with os.fdopen(handle, "wb") as file:
        os.fchmod(handle, mode)
        file.write(content)
        file.flush()
        os.fsync(handle)
    new.replace(path)
