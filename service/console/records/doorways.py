"""The pages of registers, of the desk, of labels and receipts, and of inspections."""

from service.acts.reading.registers import KEEPERS as READERS
from service.console.doorway import Doorway
from service.console.records import comparing, desk, inspections, labels, receipts, registers
from service.console.records.steps import KEEPERS

RULE = "NPSC Rule 8/2025"
MANAGERS = frozenset({"information_manager"})
REGISTERS = ("Act 5(1)", "Order 11(1)", f"{RULE} 24(2)", f"{RULE} 35(2)", f"{RULE} 36(1)")
AT_DESK = ("Order 11(1)", f"{RULE} 27(2)", f"{RULE} 36(1)")
INSPECTIONS = ("Order 11(1)", f"{RULE} 39(1)", f"{RULE} 39(4)")
LABELS = (f"{RULE} 24(2)",)
RECEIPTS = (f"{RULE} 27(2)", f"{RULE} 29(1)")

DOORWAYS: tuple[Doorway, ...] = (
    Doorway("/desk", desk.desk, ("資料の窓口", "The desk"), roles=KEEPERS, menu="information", basis=AT_DESK),
    Doorway("/registers", registers.listing, ("簿冊", "Registers"), roles=READERS, menu="information", basis=REGISTERS),
    Doorway("/registers/labels", labels.sheet, ("ラベルの印刷", "Labels"), roles=KEEPERS, basis=LABELS),
    Doorway("/registers/{kind}", registers.register, ("簿冊の記載", "A register"), roles=READERS),
    Doorway("/registers/{kind}/file", registers.file, ("簿冊のファイル", "A register as a file"), roles=READERS),
    Doorway("/documents/{document_id}/qr", labels.one_label, ("資料のラベル", "Label of a document"), roles=KEEPERS, basis=LABELS),
    Doorway("/receipts/{line_id}", receipts.receipt, ("受領書", "Receipt"), roles=KEEPERS, basis=RECEIPTS),
    Doorway("/inspections", inspections.listing, ("検査", "Inspections"), roles=KEEPERS, menu="information", basis=INSPECTIONS),
    Doorway("/inspections/{inspection_id}", inspections.inspection, ("検査の状況", "An inspection"), roles=KEEPERS, basis=INSPECTIONS),
    Doorway("/inspections/{inspection_id}/sheet", inspections.sheet, ("検査照合表", "Inspection sheet"), roles=KEEPERS, basis=INSPECTIONS),
    Doorway(
        "/inspections/{inspection_id}/enter",
        comparing.enter,
        ("照合の結果の入力", "Enter what was found"),
        methods=("GET", "POST"),
        roles=MANAGERS,
        basis=INSPECTIONS,
    ),
)
