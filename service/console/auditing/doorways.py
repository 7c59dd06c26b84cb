"""The pages of this part of the console."""

from service.console.auditing import charts, differences, entry, explorer, exporting, packaging, sampling, users, verification
from service.console.doorway import Doorway

AUDITOR = frozenset({"auditor"})
DOORWAYS: tuple[Doorway, ...] = (
    Doorway("/ledger", explorer.explorer, ("台帳", "Ledger"), roles=AUDITOR, menu="auditing"),
    Doorway("/ledger/sample", sampling.sample, ("標本の抽出", "A sample of the ledger"), roles=AUDITOR),
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
    Doorway(
        "/ledger/packages",
        packaging.packages,
        ("証拠パッケージ", "Evidence packages"),
        methods=("GET", "POST"),
        roles=AUDITOR,
        menu="auditing",
    ),
    Doorway(
        "/ledger/packages/{package_id}/file", packaging.package_file, ("証拠パッケージの持ち帰り", "A package taken away"), roles=AUDITOR
    ),
    Doorway("/ledger/{index}", entry.entry, ("記録", "Entry"), methods=("GET", "POST"), roles=AUDITOR),
    Doorway("/ledger/{index}/rerun", entry.rerun, ("判定の再計算", "Re-run a decision"), methods=("POST",), roles=AUDITOR),
    Doorway(
        "/auditing/users",
        users.users,
        ("利用者と役割の点検", "Users and roles"),
        methods=("GET", "POST"),
        roles=users.READERS,
        menu="auditing",
    ),
    Doorway(
        "/auditing/differences",
        differences.differences,
        ("二つの日の比較", "Two days compared"),
        methods=("GET", "POST"),
        roles=AUDITOR,
        menu="auditing",
    ),
    Doorway("/auditing/charts", charts.charts, ("件数の推移", "Charts"), methods=("GET", "POST"), roles=AUDITOR, menu="auditing"),
)
