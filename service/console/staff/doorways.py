"""The pages of this part of the console."""

from service.acts.reading.people import FINDERS
from service.acts.table import HR
from service.console.doorway import Doorway
from service.console.staff.candidates import PUTS_FORWARD, candidates
from service.console.staff.card import card
from service.console.staff.finding import finding
from service.console.staff.importing import importing
from service.console.staff.letters import letters
from service.console.staff.trainings import TRAINERS, attendance, trainings
from service.console.staff.undoing import undoing
from service.console.staff.what_if import foreseen

DOORWAYS: tuple[Doorway, ...] = (
    Doorway("/people", finding, ("人をさがす", "Find people"), roles=FINDERS, menu="people", basis=("Act 11(1)",)),
    Doorway(
        "/people/import",
        importing,
        ("従業者名簿の取込み", "Import a roster"),
        methods=("GET", "POST"),
        roles=frozenset({HR}),
        menu="people",
        uploads=10,
        basis=("Act 11(1)", "Order 11(1)"),
    ),
    Doorway(
        "/people/import/{proposal_id}/undo",
        undoing,
        ("取込みの取消し", "Undo an import"),
        methods=("GET", "POST"),
        roles=frozenset({HR}),
        basis=("Act 11(1)",),
    ),
    Doorway(
        "/people/candidates",
        candidates,
        ("候補者の登載", "Put candidates forward"),
        methods=("GET", "POST"),
        roles=PUTS_FORWARD,
        menu="people",
        uploads=10,
        basis=("Act 12(1)", "Act 12(3)"),
    ),
    # Where officers assess, results come by their steps.
    Doorway(
        "/people/results",
        letters,
        ("評価結果の記録", "Record results"),
        methods=("GET", "POST"),
        roles=frozenset({HR}),
        seat="operator",
        menu="people",
        uploads=10,
        basis=("Act 13(2)", "Act 11(1)"),
    ),
    Doorway(
        "/people/what-if",
        foreseen,
        ("異動の影響の確認", "What a transfer would do"),
        methods=("GET", "POST"),
        roles=FINDERS,
        menu="people",
        uploads=10,
        basis=("Act 11(1)", "Act 5(1)"),
    ),
    Doorway(
        "/people/trainings", trainings, ("教育と受講", "Trainings"), roles=TRAINERS, menu="people", basis=("Order 11(1)", "Order 16(1)")
    ),
    Doorway(
        "/people/trainings/{training_id}",
        attendance,
        ("受講者の記録", "Who attended"),
        methods=("GET", "POST"),
        roles=TRAINERS,
        basis=("Order 11(1)", "Order 16(1)"),
    ),
    Doorway("/people/{person_id}", card, ("人", "A person"), roles=FINDERS, basis=("Act 11(1)", "Act 12(1)", "Act 16(1)")),
)
