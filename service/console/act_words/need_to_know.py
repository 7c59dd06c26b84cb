"""Acts on scopes and lists (Act 5, 10(3)(i), 10(4)), as people read them."""

VERBS = {
    "list_handler": ("取扱者の範囲・名簿に載せる", "List a handler"),
    "remove_handler": ("取扱者の範囲・名簿から外す", "Remove a handler"),
    "correct_listing": ("取扱者の登載を訂正する", "Put a listing right"),
}
FIELDS = {
    "actions": ("認める取扱い", "Actions"),
    "listing_id": ("登載の番号", "Id of the listing"),
}
CODES: dict[str, tuple[str, str]] = {
    "actions": ("認める取扱い", "Actions"),
}
"""Values that a word of these acts may have."""
