"""The pages of whoever keeps the site."""

from service.acts.reading.accounts import KEEPERS
from service.console.doorway import Doorway
from service.console.keeping import aliases, applications, house, system
from service.console.keeping.accounts import accounts, give_half, roles

DOORWAYS: tuple[Doorway, ...] = (
    Doorway("/accounts", accounts, ("利用者と役割", "People and roles"), roles=KEEPERS, menu="keeping"),
    Doorway("/accounts/{account_id}/half", give_half, ("コードの半分", "Half of a code"), methods=("POST",)),
    Doorway("/roles", roles, ("役割", "Roles"), roles=KEEPERS),
    Doorway("/applications", applications.applications, ("アプリケーション", "Applications"), roles=KEEPERS, menu="keeping"),
    Doorway("/applications/{application_id}", applications.application, ("アプリケーション", "An application"), roles=KEEPERS),
    Doorway("/aliases", aliases.aliases, ("別名", "Aliases"), roles=aliases.READERS, menu="keeping"),
    Doorway("/decision-rules", house.decision_rules, ("決裁規程", "Decision rules"), roles=KEEPERS),
    Doorway("/settings", house.settings, ("設定と決裁規程", "Settings and rules"), roles=house.READERS, menu="keeping"),
    Doorway("/system", system.system, ("システムの状態", "System"), roles=system.READERS, menu="keeping"),
)
