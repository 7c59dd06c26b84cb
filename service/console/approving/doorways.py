"""The pages of proposals."""

from service.console.approving.again import change, propose_same
from service.console.approving.files import save
from service.console.approving.inbox import listing
from service.console.approving.proposals import show, step
from service.console.doorway import Doorway

DOORWAYS: tuple[Doorway, ...] = (
    Doorway("/proposals", listing, ("起案と決裁", "Proposals"), menu="deciding"),
    Doorway("/proposals/{proposal_id}", show, ("起案", "A proposal")),
    Doorway("/proposals/{proposal_id}/rows", save, ("起案の全件", "All acts of a proposal")),
    Doorway("/proposals/{proposal_id}/again", change, ("もう一度起案する", "Propose again")),
    Doorway("/proposals/{proposal_id}/again", propose_same, ("もう一度起案する", "Propose again"), methods=("POST",)),
    Doorway("/proposals/{proposal_id}/{step}", step, ("決裁の手続", "A step of deciding"), methods=("POST",)),
)
