"""The pages of this part of the console."""

from service.acts.reading.people import FINDERS
from service.console.doorway import Doorway
from service.console.staff.card import card
from service.console.staff.finding import finding

DOORWAYS: tuple[Doorway, ...] = (
    Doorway("/people", finding, ("人をさがす", "Find people"), roles=FINDERS, menu="people", basis=("Act 11(1)",)),
    Doorway("/people/{person_id}", card, ("人", "A person"), roles=FINDERS, basis=("Act 11(1)", "Act 12(1)", "Act 16(1)")),
)
