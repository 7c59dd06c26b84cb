"""Passkeys (WebAuthn level 2): a device that has verified its owner signs a challenge for exactly this site.

A ceremony has two halves. `..._options` makes the JSON that the page hands to the browser, around
a challenge that the caller keeps with the browser's own ceremony and forgets after one use;
`finish_...` judges the JSON that the browser answers. Whatever is not exactly right is one error,
PasskeyError; its cause is for the log and not for the screen.

The library verifies the challenge, the type of ceremony, the origin letter by letter, the hash of
the site's name, that the person was present and verified, and the signature. This module adds:

- attestation is neither asked for nor read; formats with certificates in them are refused
- a page inside another site's frame (`crossOrigin`) is refused
- RSA keys below 2048 bits are refused
- the answer is by the passkey and for the person that the caller expects
- a sign count that does not grow, where one is kept, is ClonedPasskeyError, told only after the
  signature was found good: somebody may hold a copy of this passkey
"""

import ipaddress
import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import webauthn
from webauthn.helpers import (
    decode_credential_public_key,
    options_to_json,
    parse_attestation_object,
    parse_authentication_credential_json,
    parse_registration_credential_json,
)
from webauthn.helpers.cose import COSEAlgorithmIdentifier
from webauthn.helpers.decode_credential_public_key import DecodedRSAPublicKey
from webauthn.helpers.structs import (
    AttestationConveyancePreference,
    AttestationFormat,
    AuthenticationCredential,
    AuthenticatorSelectionCriteria,
    AuthenticatorTransport,
    CredentialDeviceType,
    PublicKeyCredentialDescriptor,
    RegistrationCredential,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

CHALLENGE_BYTES = 32
USER_ID_BYTES = 32
TIMEOUT_MILLISECONDS = 120_000
MOST_CHARACTERS = 64 * 1024
"""The longest answer of a browser that is read at all."""
LEAST_RSA_BITS = 2048
ALGORITHMS = [
    COSEAlgorithmIdentifier.EDDSA,
    COSEAlgorithmIdentifier.ECDSA_SHA_256,
    COSEAlgorithmIdentifier.RSASSA_PKCS1_v1_5_SHA_256,
]
"""Ed25519 and P-256, and RSA for what Windows keeps in older TPMs."""
_READ_FORMATS = (AttestationFormat.NONE, AttestationFormat.PACKED)


class PasskeyError(ValueError):
    """An answer that does not prove what it should; the message is for the log."""


class ClonedPasskeyError(PasskeyError):
    """A good signature whose count did not grow: a copy of this passkey may be in other hands."""


class NoPasskeysHereError(ValueError):
    """A public address at which browsers offer no passkeys; the message is in both languages."""


@dataclass(frozen=True, slots=True)
class Site:
    """The site that passkeys are bound to: its name as browsers compare it (`rp id`), its exact origin, its title."""

    rp_id: str
    origin: str
    title: str


@dataclass(frozen=True, slots=True)
class Passkey:
    """What is kept of a passkey; none of it is secret. `synced`: its maker may copy it to the owner's other devices."""

    id: bytes
    public_key: bytes
    sign_count: int
    aaguid: str
    synced: bool
    transports: tuple[str, ...] = ()


def site_at(public_url: str, *, title: str) -> Site:
    """Return the site of a public address. Raises NoPasskeysHereError where browsers know none.

    Browsers bind passkeys to names, never to IP addresses, and to https alone except at localhost.
    """
    parts = urlsplit(public_url)
    host = parts.hostname or ""
    secure = parts.scheme == "https" or (parts.scheme == "http" and host == "localhost")
    if not host or not secure or _is_address(host):
        message = (
            f"{public_url}: パスキーにはhttpsのホスト名が要ります(IPアドレスでは使えません)。"
            " / Passkeys need https and a host name; they do not work at an IP address."
        )
        raise NoPasskeysHereError(message)
    default = {"https": 443, "http": 80}[parts.scheme]
    port = f":{parts.port}" if parts.port not in (None, default) else ""
    return Site(rp_id=host, origin=f"{parts.scheme}://{host}{port}", title=title)


def new_challenge() -> bytes:
    """Return fresh random bytes for one ceremony."""
    return secrets.token_bytes(CHALLENGE_BYTES)


def registration_options(
    *, site: Site, challenge: bytes, user_id: bytes, user_name: str, display_name: str, existing: Sequence[Passkey] = ()
) -> str:
    """Return the JSON for `navigator.credentials.create`; a device that holds one of `existing` makes no second."""
    return options_to_json(
        webauthn.generate_registration_options(
            rp_id=site.rp_id,
            rp_name=site.title,
            user_id=user_id,
            user_name=user_name,
            user_display_name=display_name,
            challenge=challenge,
            timeout=TIMEOUT_MILLISECONDS,
            attestation=AttestationConveyancePreference.NONE,
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.PREFERRED, user_verification=UserVerificationRequirement.REQUIRED
            ),
            exclude_credentials=_named(existing),
            supported_pub_key_algs=ALGORITHMS,
        )
    )


def finish_registration(answer: str, *, site: Site, challenge: bytes) -> Passkey:
    """Return the new passkey that a browser's answer holds. Raises PasskeyError.

    The caller refuses one whose `id` is already kept for anybody.
    """
    try:
        return _registered(parse_registration_credential_json(_read(answer)), site=site, challenge=challenge)
    except PasskeyError:
        raise
    except Exception as error:
        # The answer is anybody's bytes; whatever the libraries make of it, only a verified one is good.
        raise PasskeyError(_cause(error)) from error


def sign_in_options(*, site: Site, challenge: bytes, allowed: Sequence[Passkey] = ()) -> str:
    """Return the JSON for `navigator.credentials.get`.

    `allowed` names the person's passkeys, so give them only after the person has shown a
    password, or they tell who has an account; without them the browser offers what it holds.
    """
    return options_to_json(
        webauthn.generate_authentication_options(
            rp_id=site.rp_id,
            challenge=challenge,
            timeout=TIMEOUT_MILLISECONDS,
            allow_credentials=_named(allowed),
            user_verification=UserVerificationRequirement.REQUIRED,
        )
    )


def passkey_named_in(answer: str) -> bytes:
    """Return the id of the passkey that an answer says it is by; nothing is verified yet. Raises PasskeyError."""
    try:
        return parse_authentication_credential_json(_read(answer)).raw_id
    except PasskeyError:
        raise
    except Exception as error:
        raise PasskeyError(_cause(error)) from error


def finish_sign_in(answer: str, *, site: Site, challenge: bytes, passkey: Passkey, user_id: bytes) -> int:
    """Return the passkey's new sign count, to be stored; a sign-in is only good if this returns.

    Raises PasskeyError, and ClonedPasskeyError where the signature is good and the count did not grow.
    """
    try:
        return _signed_in(
            parse_authentication_credential_json(_read(answer)), site=site, challenge=challenge, passkey=passkey, user_id=user_id
        )
    except PasskeyError:
        raise
    except Exception as error:
        # As above: the answer is anybody's bytes.
        raise PasskeyError(_cause(error)) from error


def _registered(credential: RegistrationCredential, *, site: Site, challenge: bytes) -> Passkey:
    _require_own_page(credential.response.client_data_json)
    attested = parse_attestation_object(credential.response.attestation_object)
    if attested.fmt not in _READ_FORMATS or attested.att_stmt.x5c:
        message = f"an attestation of format {attested.fmt!r} with certificates was not asked for"
        raise PasskeyError(message)
    verified = webauthn.verify_registration_response(
        credential=credential,
        expected_challenge=challenge,
        expected_rp_id=site.rp_id,
        expected_origin=site.origin,
        require_user_presence=True,
        require_user_verification=True,
        supported_pub_key_algs=ALGORITHMS,
    )
    if verified.credential_id != credential.raw_id:
        message = "the answer and the attested data name two passkeys"
        raise PasskeyError(message)
    _require_strong(verified.credential_public_key)
    return Passkey(
        id=verified.credential_id,
        public_key=verified.credential_public_key,
        sign_count=verified.sign_count,
        aaguid=verified.aaguid,
        synced=verified.credential_device_type is CredentialDeviceType.MULTI_DEVICE,
        transports=tuple(one.value for one in credential.response.transports or ()),
    )


def _signed_in(credential: AuthenticationCredential, *, site: Site, challenge: bytes, passkey: Passkey, user_id: bytes) -> int:
    if credential.raw_id != passkey.id:
        message = "the answer is by another passkey"
        raise PasskeyError(message)
    if credential.response.user_handle not in (None, b"", user_id):
        message = "the answer is for another person"
        raise PasskeyError(message)
    _require_own_page(credential.response.client_data_json)
    verified = webauthn.verify_authentication_response(
        credential=credential,
        expected_challenge=challenge,
        expected_rp_id=site.rp_id,
        expected_origin=site.origin,
        credential_public_key=passkey.public_key,
        # The count is judged below: before the signature it would be anybody's number.
        credential_current_sign_count=0,
        require_user_verification=True,
    )
    count = verified.new_sign_count
    if (count or passkey.sign_count) and count <= passkey.sign_count:
        message = f"the sign count is {count} after {passkey.sign_count}; there may be a copy of this passkey"
        raise ClonedPasskeyError(message)
    return count


def _read(answer: str) -> dict[str, Any]:
    if len(answer) > MOST_CHARACTERS:
        message = f"an answer of more than {MOST_CHARACTERS} characters"
        raise PasskeyError(message)
    read = json.loads(answer)
    if not isinstance(read, dict):
        message = "an answer that is no JSON object"
        raise PasskeyError(message)
    return read


def _require_own_page(client_data: bytes) -> None:
    told = json.loads(client_data)
    if told.get("crossOrigin", False) is not False or "topOrigin" in told:
        message = "the page stood inside another site's"
        raise PasskeyError(message)


def _require_strong(public_key: bytes) -> None:
    key = decode_credential_public_key(public_key)
    if isinstance(key, DecodedRSAPublicKey) and int.from_bytes(key.n, "big").bit_length() < LEAST_RSA_BITS:
        message = f"an RSA key of fewer than {LEAST_RSA_BITS} bits"
        raise PasskeyError(message)


def _named(passkeys: Sequence[Passkey]) -> list[PublicKeyCredentialDescriptor]:
    return [
        PublicKeyCredentialDescriptor(id=one.id, transports=[AuthenticatorTransport(name) for name in one.transports] or None)
        for one in passkeys
    ]


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _cause(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"
