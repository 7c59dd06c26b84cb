"""The pages of this part of the console."""

from service.acts.auditing import allowing, remarking
from service.console.auditing import (
    charts,
    differences,
    entry,
    explorer,
    exporting,
    packaging,
    queries,
    remarks,
    sampling,
    users,
    verification,
)
from service.console.doorway import Doorway
from service.evidence.model import ANSWERERS

AUDITOR = frozenset({"auditor"})
QUERY = "/auditing/queries/{query_id}"
DOORWAYS: tuple[Doorway, ...] = (
    Doorway("/ledger", explorer.explorer, ("台帳", "Ledger"), roles=AUDITOR, menu="auditing"),
    Doorway("/ledger/sample", sampling.sample, ("標本の抽出", "A sample of the ledger"), roles=AUDITOR),
    Doorway("/ledger/export", exporting.export, ("台帳の書き出し", "Export of the ledger"), methods=("POST",), roles=AUDITOR),
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
    Doorway("/auditing/queries", queries.queries, ("監査の検索", "Queries"), methods=("GET", "POST"), roles=AUDITOR, menu="auditing"),
    Doorway(QUERY, queries.query, ("監査の検索の内容", "A query"), roles=AUDITOR),
    Doorway(f"{QUERY}/run", queries.run, ("検索を行う", "Run a query"), methods=("POST",), roles=AUDITOR),
    Doorway(f"{QUERY}/sample", queries.sample, ("検索から標本を引く", "A sample of a query"), methods=("POST",), roles=AUDITOR),
    Doorway(f"{QUERY}/export", queries.export, ("検索の書き出し", "Export of a query"), methods=("POST",), roles=AUDITOR),
    Doorway(f"{QUERY}/more", queries.ask_for_more, ("行数を超える開示を求める", "Ask to open more"), methods=("POST",), roles=AUDITOR),
    Doorway(f"{QUERY}/end", queries.end, ("検索を終える", "End a query"), methods=("POST",), roles=AUDITOR),
    Doorway("/auditing/findings", remarks.findings, ("監査のメモと指摘", "Notes and findings"), roles=remarking.READERS, menu="auditing"),
    Doorway(
        "/auditing/findings/{finding_id}/answer",
        remarks.answer,
        ("指摘に回答する", "Answer a finding"),
        methods=("POST",),
        roles=frozenset(ANSWERERS),
    ),
    Doorway(
        "/auditing/findings/{finding_id}/close", remarks.close, ("指摘を終結する", "Close a finding"), methods=("POST",), roles=AUDITOR
    ),
    Doorway("/auditing/requests", remarks.requests, ("開示の求め", "Requests to open more"), roles=allowing.CONFIRMERS, menu="auditing"),
    Doorway(
        "/auditing/requests/{request_id}/confirm",
        remarks.confirm,
        ("開示を確認する", "Confirm to open more"),
        methods=("POST",),
        roles=allowing.CONFIRMERS,
    ),
    Doorway("/auditing/gaps", remarks.gaps, ("台帳の空白", "Gaps"), roles=AUDITOR, menu="auditing"),
    Doorway("/ledger/{index}/remarks", remarks.remark, ("メモと指摘を付ける", "Note or state a finding"), methods=("POST",), roles=AUDITOR),
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
