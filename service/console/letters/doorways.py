"""The pages of this part of the console."""

from service.acts.reading.registers import KEEPERS
from service.console.doorway import Doorway
from service.console.letters.desk import letters, of_kind
from service.console.letters.letter import letter
from service.console.letters.registers import register, registers

MAKERS = frozenset({"information_manager", "approver", "custodian", "hr_officer", "assessment_officer", "auditor"})
"""Whoever makes some letter or list."""
DOORWAYS: tuple[Doorway, ...] = (
    Doorway("/letters", letters, ("公文書と名簿", "Letters and lists"), roles=MAKERS, menu="information", basis=("Order 13", "Act 13(1)")),
    Doorway("/letters/registers", registers, ("簿冊の出力", "Registers on paper"), roles=KEEPERS),
    Doorway("/letters/registers/{register}/{organization_id}", register, ("簿冊の出力", "A register on paper"), ("GET", "POST"), KEEPERS),
    Doorway("/letters/{kind}", of_kind, ("公文書の種類", "Letters of a kind"), roles=MAKERS),
    Doorway("/letters/{kind}/{subject_id}", letter, ("公文書", "A letter"), methods=("GET", "POST"), roles=MAKERS),
)
