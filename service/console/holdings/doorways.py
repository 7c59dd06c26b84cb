"""The pages of these: informations, scopes and lists, contracts, certifications, and what an end requires."""

from service.console.doorway import Doorway
from service.console.holdings import certifications, closing, contracts, designating, handlers, informations, lists, marks

KEEPERS = frozenset({"information_manager", "custodian", "approver"})
"""Who sees titles: of informations, documents, provisions and contracts."""
LISTERS = frozenset({"information_manager", "approver"})
"""Who sees scopes and lists."""
MANAGERS = frozenset({"information_manager"})

DOORWAYS: tuple[Doorway, ...] = (
    Doorway(
        "/informations",
        informations.listing,
        ("情報の一覧", "Informations"),
        roles=KEEPERS,
        menu="information",
        basis=("Act 3(1)", "Act 3(2)", "Act 4(1)"),
    ),
    Doorway(
        "/designating",
        designating.page,
        ("指定の入力", "A designation"),
        roles=MANAGERS,
        basis=("Act 3(1)", "Act 3(2)", "Act 4(1)", "Order 3", "Order 4"),
    ),
    Doorway(
        "/informations/{information_id}",
        informations.card,
        ("情報", "Information"),
        roles=KEEPERS,
        basis=("Act 3(1)", "Act 4(1)", "Act 5(1)"),
    ),
    Doorway(
        "/informations/{information_id}/handlers/new",
        handlers.several,
        ("取扱者を登載する", "List handlers"),
        methods=("GET", "POST"),
        roles=MANAGERS,
        basis=("Act 5(1)", "Act 10(4)", "Act 11(1)"),
    ),
    Doorway(
        "/informations/{information_id}/handlers/removal",
        handlers.removal,
        ("取扱者を外す", "Remove handlers"),
        methods=("POST",),
        roles=MANAGERS,
        basis=("Act 5(1)", "Act 10(4)"),
    ),
    Doorway(
        "/informations/{information_id}/closing",
        closing.page,
        ("終了の措置", "What the end requires"),
        roles=KEEPERS,
        basis=("Act 4(7)", "Order 7", "Order 10", "Order 12", "Order 14", "Order 17"),
    ),
    Doorway("/informations/{information_id}/label", marks.of_information, ("表示", "Mark"), roles=KEEPERS, basis=("Act 3(2)", "Order 4")),
    Doorway("/documents/{document_id}/label", marks.of_document, ("表示", "Mark"), roles=KEEPERS, basis=("Act 3(2)", "Order 4")),
    Doorway(
        "/lists",
        lists.work,
        ("取扱者の範囲・名簿", "Scopes and lists"),
        roles=LISTERS,
        menu="information",
        basis=("Act 5(1)", "Act 10(3)(i)", "Act 10(4)", "Order 11(1)"),
    ),
    Doorway(
        "/lists/requests", lists.decide, ("登載の申出", "Requests to be listed"), methods=("POST",), roles=MANAGERS, basis=("Act 5(1)",)
    ),
    Doorway(
        "/lists/confirmation",
        lists.confirm_portion,
        ("名簿の点検", "Confirming lists"),
        methods=("POST",),
        roles=MANAGERS,
        basis=("Order 11(1)",),
    ),
    Doorway(
        "/contracts",
        contracts.listing,
        ("契約", "Contracts"),
        roles=KEEPERS,
        menu="information",
        basis=("Act 10(1)", "Act 10(3)", "Order 17"),
    ),
    Doorway("/contracts/{contract_id}", contracts.card, ("契約", "Contract"), roles=KEEPERS, basis=("Act 10(3)", "Order 17")),
    Doorway(
        "/certifications",
        certifications.listing,
        ("適合事業者の認定", "Certifications"),
        roles=KEEPERS,
        menu="information",
        basis=("Act 10(1)", "Order 16(1)"),
    ),
    Doorway(
        "/operators/{organization_id}",
        certifications.card,
        ("適合事業者", "Operator"),
        roles=KEEPERS,
        basis=("Act 10(1)", "Order 16(1)"),
    ),
)
