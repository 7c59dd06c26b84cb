"""One entry: what it says, its proof, what belongs to it, what it withholds for whoever says what for; a decision judged again."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from starlette.responses import Response

from service.acts.concerning import OutsideError
from service.acts.reading.entries import look_at
from service.acts.reading.rerunning import RanAgain, run_again
from service.console.auditing.explorer import in_utc, told
from service.console.auditing.remarks import remarks_on
from service.console.auditing.sentences import sentence
from service.console.auditing.withheld import Opened, opened
from service.console.labels import labels
from service.console.pages import proof_lines
from service.console.proof import prove
from service.console.visit import LONGEST_INDEX, Visit
from service.database import read, transaction
from service.evidence import searches
from service.identity.entitlements import PURPOSES
from service.ledger import CHECKS, EntryError, Kind, decisions_in, digests_in, entries, log_size, read_entry

PROVEN_AT_ONCE = 100_000
"""Up to how many entries a log has its proof worked out with the page; beyond, when it is asked for."""
CLEAR = (
    "v",
    "at",
    "kind",
    "out",
    "actor",
    "second",
    "footing",
    "proposal",
    "person",
    "for",
    "object",
    "action",
    "on",
    "req",
    "ref",
    "seen",
    "policy",
)


@dataclass(frozen=True, slots=True)
class Looked:
    """What was seen after saying what for."""

    recorded_as: int
    shown: list[dict[str, Any]]
    again: RanAgain | None = None


def entry(visit: Visit) -> Response:
    """GET and POST of /ledger/{index}: the clear part; with a purpose what it withholds, recorded before it is shown."""
    index = _index(visit)
    if visit.request.method != "POST":
        return _page(visit, index)
    made, shown = look_at(visit.seated, index=index, purpose=visit.one("purpose") or None)
    return _page(visit, index, looked=Looked(made, shown))


def rerun(visit: Visit) -> Response:
    """POST of /ledger/{index}/rerun: the decision judged again by the engine; that somebody looked is recorded before."""
    index = _index(visit)
    again = run_again(visit.seated, index=index, purpose=visit.one("purpose") or None)
    return _page(visit, index, looked=Looked(again.recorded_as, again.shown, again))


def _index(visit: Visit) -> int:
    word = str(visit.request.path_params["index"])
    if not (word.isascii() and word.isdigit() and len(word) <= LONGEST_INDEX):
        name = "index"
        raise OutsideError(name)
    return int(word)


def _page(visit: Visit, index: int, *, looked: Looked | None = None) -> Response:
    purpose = visit.one("purpose") if looked is not None else None
    with read(visit.desk.engine) as session:
        size = log_size(session)
        body = dict(entries(session, start=index, end=index + 1)).get(index)
        if body is None:
            name = "index"
            raise OutsideError(name)
        clear = _clear(body)
        near = [] if clear is None else searches.alike(session, index=index, clear=clear)
        values = [clear, *(_clear(one) for _index, one in near), [] if looked is None else looked.shown]
        called = labels(session, values, roles=visit.member.role_names, purpose=purpose)
    proven = size <= PROVEN_AT_ONCE or visit.asked("proof") == "yes"
    shown: list[Opened] = []
    if looked is not None and clear is not None:
        shown = opened(looked.shown, visit, at=clear["at"], called=called)
    return visit.page(
        "auditing/entry.html",
        here=f"/ledger/{index}",
        index=index,
        size=size,
        clear=clear,
        body=body.decode("utf-8", "replace"),
        says="" if clear is None else sentence(clear, visit.language, called),
        pairs=[] if clear is None else [(name, clear[name]) for name in CLEAR if name in clear],
        several=[] if clear is None else _several(clear, visit, called),
        withheld=0 if clear is None else len(digests_in(clear)),
        near=[one for one in told(near, visit, called) if one.index != index],
        proof=_proof(visit, index) if proven else None,
        looked=looked,
        shown=shown,
        called=called,
        purposes=PURPOSES,
        purpose=purpose,
        is_decision=clear is not None and clear["kind"] == Kind.ACCESS_DECIDED,
        in_utc=in_utc,
        **remarks_on(visit, index),
    )


def _several(clear: Mapping[str, Any], visit: Visit, called: Mapping[str, str]) -> list[tuple[str, Mapping[str, Any]]]:
    """Return each of several decisions of an entry as a sentence and as it would stand alone; none where there is one, or an act."""
    return [(sentence(one, visit.language, called), one) for one in decisions_in(clear)] if CHECKS in clear else []


def _clear(body: bytes) -> Mapping[str, Any] | None:
    try:
        return read_entry(body)
    except EntryError:
        return None


def _proof(visit: Visit, index: int) -> Any:
    with transaction(visit.desk.engine) as session:
        return proof_lines(prove(session, log=visit.desk.log, index=index), visit.language, origin=visit.desk.log.origin)
