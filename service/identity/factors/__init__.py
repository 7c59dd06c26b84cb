"""What a person proves who they are with. Pure: no database, no HTTP, no clock.

passwords   what a person knows; kept as an argon2id hash
totp        what a person's telephone or token shows: six digits for a step of thirty seconds
recovery    what lies printed in a safe: codes that count once each, kept as hashes
passkeys    what a person's device signs after it has verified the person (WebAuthn)
lockout     how long a row of failures makes the next try wait; it always ends

The words that they share:

factor      one of these proofs; a sign-in takes a password and one of the others, or a passkey,
            which is two at once (the device, and the finger or number that unlocks it)
secret      what is kept so that a factor can be verified; it leaves this package to be stored
            (a TOTP secret encrypted under the keys of the deployment) and to nowhere else
step        the number of a TOTP code's thirty seconds since 1970; a used step is never used again
challenge   random bytes that a passkey signs; made for one ceremony, used once, then forgotten
at          the instant of the act; every function is told it

Failures are told in one way to everybody: whether the name is unknown, the password wrong or
the code spent is for the ledger, never for the screen. A person without an account costs the
same work as one with it (`passwords.verify_password(None, ...)`).
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Told:
    """A sentence for a person, in both languages."""

    ja: str
    en: str

    def __str__(self) -> str:
        return f"{self.ja} / {self.en}"
