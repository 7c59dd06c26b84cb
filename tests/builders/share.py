"""How much of the long forms is done: a part by itself, all of it for whoever has the time (SEKISHO_TEST_SHARE=1)."""

import os
from collections.abc import Sequence
from typing import Any

SHARE = float(os.environ.get("SEKISHO_TEST_SHARE", "0.5"))
if not 0 < SHARE <= 1:
    message = f"SEKISHO_TEST_SHARE: a part of the long forms, above 0 and up to 1, and not {SHARE}"
    raise ValueError(message)


def share_of(searches: Sequence[Any]) -> Sequence[Any]:
    """Return the first of these searches, as many as are to be made; one at least."""
    return searches[: max(1, round(SHARE * len(searches)))]
