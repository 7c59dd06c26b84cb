"""All doors of people who sign in, in the order of the menu."""

from service.console import passkey_pages, signing
from service.console.acting.doorways import DOORWAYS as ACTING
from service.console.approving.doorways import DOORWAYS as APPROVING
from service.console.auditing.doorways import DOORWAYS as AUDITING
from service.console.days.doorways import DOORWAYS as DAYS
from service.console.doorway import Doorway
from service.console.guide.doorways import DOORWAYS as GUIDE
from service.console.holdings.doorways import DOORWAYS as HOLDINGS
from service.console.home.doorways import DOORWAYS as HOME
from service.console.keeping.doorways import DOORWAYS as KEEPING
from service.console.letters.doorways import DOORWAYS as LETTERS
from service.console.oneself.doorways import DOORWAYS as ONESELF
from service.console.records.doorways import DOORWAYS as RECORDS
from service.console.staff.doorways import DOORWAYS as STAFF

SIGNING = (
    Doorway("/confirm", signing.confirm, ("本人の確認", "Confirm that it is you"), methods=("GET", "POST")),
    Doorway("/sign-out", signing.sign_out, ("サインアウト", "Sign out"), methods=("POST",)),
    Doorway("/passkeys", passkey_pages.page, ("パスキー", "Passkeys"), methods=("GET", "POST"), menu="oneself"),
    Doorway("/passkeys/new", passkey_pages.new_options, ("新しいパスキー", "A new passkey")),
    Doorway("/passkeys/{credential_id}/end", passkey_pages.remove, ("パスキーを終える", "End a passkey"), methods=("POST",)),
)
DOORWAYS: tuple[Doorway, ...] = (
    *HOME,
    *DAYS,
    *STAFF,
    *HOLDINGS,
    *RECORDS,
    *LETTERS,
    *APPROVING,
    *AUDITING,
    *ONESELF,
    *KEEPING,
    *GUIDE,
    *ACTING,
    *SIGNING,
)
