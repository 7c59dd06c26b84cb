"""The pages of whoever keeps the site."""

from service.console.doorway import Doorway
from service.console.keeping.accounts import KEEPERS, accounts, give_half

DOORWAYS: tuple[Doorway, ...] = (
    Doorway("/accounts", accounts, ("利用者と役割", "People and roles"), roles=KEEPERS, menu="keeping"),
    Doorway("/accounts/{account_id}/half", give_half, ("コードの半分", "Half of a code"), methods=("POST",)),
)
