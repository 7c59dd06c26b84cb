"""What entries say of the rows that they changed, from the disclosures beside them."""

from collections.abc import Iterable, Iterator
from typing import Any

from service.ledger.keyring import Keyring
from service.tlog.salted import DisclosureError, encode, open_disclosure

DISCLOSED = (
    "select d.index, d.digest, d.key_id, d.sealed, k.wrapped from ledger.disclosures d join ledger.keys k on k.id = d.key_id"
    " where d.index = any(%(indexes)s)"
)


def rows_recorded(keyring: Keyring, found: Iterable[tuple[int, bytes, str, bytes, bytes]]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield table and row of what these disclosures tell of changes; one that does not open, or was moved, tells nothing."""
    ring = keyring.scratch()
    for index, digest, key_id, sealed, wrapped in found:
        try:
            ring.unwrap(key_id, bytes(wrapped))
            text = ring.open(key_id, digest=bytes(digest), sealed=bytes(sealed))
            name, value = open_disclosure(text, digest=encode(bytes(digest)))
        except DisclosureError:
            continue
        if name == "facts" and isinstance(value, list):
            yield from ((change["table"], change["row"]) for change in value if change["row"].get("changed_index") == index)
