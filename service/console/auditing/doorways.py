"""The pages of this part of the console."""

from service.console.auditing import entry, explorer, exporting, verification
from service.console.doorway import Doorway

AUDITOR = frozenset({"auditor"})
DOORWAYS: tuple[Doorway, ...] = (
    Doorway("/ledger", explorer.explorer, ("台帳", "Ledger"), roles=AUDITOR, menu="auditing"),
    Doorway("/ledger/export", exporting.export, ("台帳の書き出し", "Export of the ledger"), methods=("POST",), roles=AUDITOR),
    Doorway("/ledger/saved", exporting.save, ("条件の保存", "Save a filter"), methods=("POST",), roles=AUDITOR),
    Doorway(
        "/ledger/saved/{query_id}/end", exporting.end_saved, ("保存した条件を消す", "Remove a filter"), methods=("POST",), roles=AUDITOR
    ),
    Doorway(
        "/ledger/verification",
        verification.verification,
        ("台帳の検証", "Verification"),
        methods=("GET", "POST"),
        roles=AUDITOR,
        menu="auditing",
    ),
    Doorway("/ledger/{index}", entry.entry, ("記録", "Entry"), methods=("GET", "POST"), roles=AUDITOR),
    Doorway("/ledger/{index}/rerun", entry.rerun, ("判定の再計算", "Re-run a decision"), methods=("POST",), roles=AUDITOR),
)
