"""Where and how the service listens: HTTPS, or plain HTTP where nobody else can hear it."""

import ipaddress
import ssl
from dataclasses import dataclass
from pathlib import Path

from service.jobs.certificates import SERVER_CERTIFICATE, SERVER_KEY
from service.settings import Settings

AEAD_ONLY = "ECDHE+AESGCM:ECDHE+CHACHA20"
"""For TLS 1.2; the suites of TLS 1.3 are all of this kind."""
OTHERS_BUT_A_GROUP, OTHERS = 0o007, 0o077


class ListeningError(ValueError):
    """The service cannot listen as asked, or should not; the message is in both languages."""


@dataclass(frozen=True, slots=True)
class Listening:
    """An address, with TLS or without, and whether a reverse proxy stands before it."""

    host: str
    port: int
    tls: ssl.SSLContext | None = None
    behind_proxy: bool = False

    @property
    def url(self) -> str:
        """The address as a browser writes it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{'http' if self.tls is None else 'https'}://{host}:{self.port}"


def listening(
    settings: Settings,
    *,
    host: str | None = None,
    port: int | None = None,
    tls_cert: Path | None = None,
    tls_key: Path | None = None,
    behind_proxy: bool = False,
) -> Listening:
    """Return how the service listens: by TLS where a certificate is given or stands in the data directory.

    Raises ListeningError for plain HTTP on an address that others can reach, unless a proxy
    stands before it, and for a certificate or key that cannot be used.
    """
    where, at = host or settings.host, port or settings.port
    if (tls_cert is None) != (tls_key is None):
        message = "--tls-cert と --tls-key は両方を指定してください / give --tls-cert and --tls-key together"
        raise ListeningError(message)
    if tls_cert is not None and tls_key is not None:
        # A group of the machine may read such a key, as Debian's ssl-cert does.
        return Listening(where, at, _context(tls_cert, tls_key, closed_to=OTHERS_BUT_A_GROUP), behind_proxy)
    own = settings.tls_dir / SERVER_CERTIFICATE
    if own.exists():
        return Listening(where, at, _context(own, settings.tls_dir / SERVER_KEY, closed_to=OTHERS), behind_proxy)
    if not (behind_proxy or is_loopback(where)):
        message = (
            f"{where} は他の機械から届くアドレスです。sekisho certificates init で証明書を作るか、--tls-cert と --tls-key を指定するか、"
            f"TLSを終端するリバースプロキシの後ろなら --behind-proxy を付けてください"
            f" / others can reach {where}: make certificates by `sekisho certificates init`, give --tls-cert and --tls-key,"
            f" or say --behind-proxy where a reverse proxy ends TLS before it"
        )
        raise ListeningError(message)
    return Listening(where, at, None, behind_proxy)


def is_loopback(host: str) -> bool:
    """Return whether only this machine can reach an address; a name other than localhost may be anything."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _context(certificate: Path, key: Path, *, closed_to: int) -> ssl.SSLContext:
    mode = key.stat().st_mode & 0o777
    if mode & closed_to:
        message = (
            f"鍵 {key} を他人が読めます(mode {mode:o})。600 にしてください / others can read the key {key} (mode {mode:o}); set it to 600"
        )
        raise ListeningError(message)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers(AEAD_ONLY)
    context.set_alpn_protocols(["http/1.1"])
    try:
        # An encrypted key is refused: nobody is there to type its passphrase when the machine starts.
        context.load_cert_chain(certificate, key, password=lambda: "")
    except ssl.SSLError as error:
        message = (
            f"{certificate} と {key} は使えません(組でない、または暗号化された鍵): {error.reason}"
            f" / {certificate} and {key} cannot be used (not a pair, or an encrypted key): {error.reason}"
        )
        raise ListeningError(message) from error
    return context
