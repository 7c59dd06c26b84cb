"""A row as a line of JSON: the bytes of the log, the leaf hash, and what is disclosed.

The bytes of `entry` are those of the log, so the hash can be recomputed from the line; where an entry holds several decisions they
stand in the first of its lines, and each line has `check`, which it is, and that `decision` by itself. Each text in `disclosures`
gives one of the digests in `_sd` (RFC 9901); there is none where the value was reduced for its reader. `destroyed` says that a key
was destroyed under which some of it lay, `erased` that it went with the person, `sealed` that it was sealed away.
"""

import base64
import json

from service.evidence.rendering.clear import DECIDED
from service.evidence.rendering.rows import Row, compact, noted, purpose_of


def jsonl_line(row: Row) -> bytes:
    """Return the line of a row, its line feed included."""
    if row.entry is None:
        return b'{"index":%d,"leaf_hash":"%s","entry":null,"body":"%s"}\n' % (
            row.index,
            row.leaf.hex().encode(),
            base64.b64encode(row.body),
        )
    line = b'{"index":%d,"leaf_hash":"%s"' % (row.index, row.leaf.hex().encode())
    if row.first:
        line += b',"entry":%s' % row.body
    if row.check is not None:
        line += b',"check":%d,"decision":%s' % (row.check, compact(row.part, sort=True).encode())
    return line + _answer(row) + _beside(row) + b"}\n"


def _answer(row: Row) -> bytes:
    answer = row.answer
    if answer is None:
        return b"" if row.gone is None else b",%s:true" % json.dumps(row.gone).encode()
    text = b"" if answer.text is None else b',"disclosures":[%s]' % compact(answer.text).encode()
    return b',"answer":%s%s' % (compact(answer.value).encode(), text)


def _beside(row: Row) -> bytes:
    """Return what is said besides of an act, of what was erased or withheld, and how its ids are called."""
    said: dict[str, object] = {}
    note = noted(row)
    if note is not None:
        said["note"] = note
    if row.erased_by:
        said["erased_by"] = row.erased_by
    if row.withheld:
        said["withheld"] = row.withheld
    ids = [row.part.get(name) for name in ("actor", "second", "person", "for", "object")]
    names = {id_: name for id_ in ids if id_ and (name := row.names.name(id_))}
    if names:
        said["names"] = names
    if row.part["kind"] == DECIDED and (purpose := purpose_of(row)):
        # Of anything else it stands in the note.
        said["purpose"] = purpose
    return "".join(f",{json.dumps(name)}:{compact(value)}" for name, value in said.items()).encode()
