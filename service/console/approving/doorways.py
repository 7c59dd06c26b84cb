"""The pages of proposals."""

from service.console.approving.proposals import listing, show, step
from service.console.doorway import Doorway

DOORWAYS: tuple[Doorway, ...] = (
    Doorway("/proposals", listing, ("起案と決裁", "Proposals"), menu="deciding"),
    Doorway("/proposals/{proposal_id}", show, ("起案", "A proposal")),
    Doorway("/proposals/{proposal_id}/{step}", step, ("決裁の手続", "A step of deciding"), methods=("POST",)),
)
