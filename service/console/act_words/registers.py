"""Acts of the room registers, as people read them."""

VERBS: dict[str, tuple[str, str]] = {}
FIELDS: dict[str, tuple[str, str]] = {}
CODES: dict[str, tuple[str, str]] = {}
"""Values that a word of these acts may have."""
