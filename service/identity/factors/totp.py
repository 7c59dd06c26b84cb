"""Codes of six digits from a telephone or a token (RFC 6238: SHA-1, thirty seconds), without any network.

These parameters are the ones that every authenticator program knows. A code counts in its own
step and in the steps before and after, for clocks that differ; and it counts once.
"""

import base64
import hmac
import io
import secrets
import unicodedata
from datetime import UTC, datetime, timedelta
from urllib.parse import quote, urlencode

import segno

SECRET_BYTES = 20
DIGITS = 6
STEP = timedelta(seconds=30)
WINDOW = 1
"""Steps before and after the present one whose codes count too."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TITLE = "認証アプリに読み取らせるQRコード / QR code for an authenticator app"


def new_secret() -> bytes:
    """Return a fresh secret of 160 bits, as long as the hash (RFC 4226 section 4)."""
    return secrets.token_bytes(SECRET_BYTES)


def uri(secret: bytes, *, account: str, issuer: str) -> str:
    """Return the `otpauth:` address that an authenticator program reads; a colon in a name becomes a hyphen."""
    issuer, account = (words.replace(":", "-").strip() for words in (issuer, account))
    label = f"{quote(issuer, safe='')}:{quote(account, safe='')}"
    told = {"secret": written(secret), "issuer": issuer, "algorithm": "SHA1", "digits": DIGITS, "period": int(STEP.total_seconds())}
    return f"otpauth://totp/{label}?{urlencode(told, quote_via=quote)}"


def written(secret: bytes) -> str:
    """Return a secret as a person types it where nothing can read a QR code (base 32)."""
    return base64.b32encode(secret).decode("ascii").rstrip("=")


def qr_svg(uri: str) -> str:
    """Return the QR code of an address as an SVG element without styles or scripts; its size is the page's to give."""
    out = io.BytesIO()
    segno.make(uri, error="m", micro=False).save(
        out,
        kind="svg",
        xmldecl=False,
        svgns=True,
        nl=False,
        omitsize=True,
        border=4,
        light="#fff",
        svgclass="qr",
        lineclass=None,
        title=_TITLE,
    )
    return out.getvalue().decode("utf-8")


def code_at(secret: bytes, step: int) -> str:
    """Return the code of a time step (RFC 4226 section 5.3)."""
    mac = hmac.digest(secret, step.to_bytes(8, "big"), "sha1")
    offset = mac[-1] & 0x0F
    number = int.from_bytes(mac[offset : offset + 4], "big") & 0x7FFF_FFFF
    return f"{number % 10**DIGITS:0{DIGITS}d}"


def step_at(at: datetime) -> int:
    """Return the number of the time step that an instant lies in."""
    return (at - _EPOCH) // STEP


def verify(secret: bytes, code: str, *, at: datetime, last_step: int | None) -> int | None:
    """Return the time step whose code this is, or None; store it and give it back as `last_step` the next time.

    A step up to `last_step` counts no more, so no code counts twice. Of two steps with the
    same code the later is used up. Digits in full width and spaces between them are read too.
    """
    given = _digits_of(code)
    if given is None:
        return None
    now = step_at(at)
    found = None
    for step in range(max(now - WINDOW, 0), now + WINDOW + 1):
        fits = hmac.compare_digest(code_at(secret, step), given)
        if fits and (last_step is None or step > last_step):
            found = step
    return found


def _digits_of(code: str) -> str | None:
    if len(code) > DIGITS * 4:
        return None
    plain = "".join(unicodedata.normalize("NFKC", code).split())
    return plain if len(plain) == DIGITS and plain.isascii() and plain.isdecimal() else None
