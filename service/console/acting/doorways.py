"""The pages of acts."""

from service.console.acting.act import act, again, choices
from service.console.doorway import Doorway

DOORWAYS: tuple[Doorway, ...] = (
    Doorway("/acts/{verb}", act, ("手続", "An act"), methods=("GET", "POST")),
    Doorway("/acts/{verb}/again", again, ("手続を直す", "An act, to be changed"), methods=("POST",)),
    Doorway("/acts/{verb}/people", choices, ("手続の相手", "Whom an act can be about")),
)
