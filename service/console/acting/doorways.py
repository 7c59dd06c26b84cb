"""The pages of acts."""

from service.console.acting.act import act, again, choices
from service.console.acting.drafts import draft, drop
from service.console.acting.index import index
from service.console.doorway import Doorway

DOORWAYS: tuple[Doorway, ...] = (
    Doorway("/acts", index, ("すべての手続", "All acts"), menu="today"),
    Doorway("/acts/{verb}", act, ("手続", "An act"), methods=("GET", "POST")),
    Doorway("/acts/{verb}/again", again, ("手続を直す", "An act, to be changed"), methods=("POST",)),
    Doorway("/acts/{verb}/draft", draft, ("書きかけ", "A draft"), methods=("POST",)),
    Doorway("/acts/{verb}/draft/drop", drop, ("書きかけを捨てる", "Drop a draft"), methods=("POST",)),
    Doorway("/acts/{verb}/people", choices, ("手続の相手", "Whom an act can be about")),
)
