"""What a package calls erased is what the entry of the erasure states of the key: never more, and where as many, just those."""

import base64
from hashlib import sha256
from pathlib import Path
from random import Random

import pytest

from service.evidence.package.faults import Fault
from service.evidence.package.verifying import Asked, verify_package
from tests.builders.evidence_packages import KEY, Log, make, vkey_of

GONE = "p_0003#1"


def faults(folder: Path, *, stated: slice, called: slice) -> set[Fault]:
    """Verify a package of a log in which some disclosures are stated to have been destroyed and some are called erased."""
    log = Log(Random(7))
    for _ in range(3):
        log.act()
    for _ in range(12):
        log.decide()
    digests = sorted((index, base64.urlsafe_b64decode(f"{digest}="), digest) for digest, (index, _text) in log.texts.items() if index > 2)
    row = {
        "id": GONE,
        "disclosures": len(digests[stated]),
        "digest": sha256(b"".join(raw for _index, raw, _digest in digests[stated])).hexdigest(),
    }
    facts = log.disclose("facts", [{"op": "insert", "row": row, "table": "ledger.destroyed_keys"}])
    erased = log.append(kind="ledger:key:destroyed", out="accepted", object=GONE, actor="m_1", _sd=[facts])
    log.erased |= {digest: (erased, GONE) for _index, _raw, digest in digests[called]}
    return set(verify_package(make(folder, log).root, Asked([vkey_of(KEY)])).faults.counts)


@pytest.mark.parametrize(
    ("stated", "called", "found"),
    [
        (slice(0, 3), slice(0, 3), set()),
        (slice(0, 4), slice(0, 3), set()),
        (slice(0, 2), slice(0, 3), {Fault.ERASURE_DIFFERS}),
        (slice(1, 4), slice(0, 3), {Fault.ERASURE_DIFFERS}),
    ],
    ids=["just those", "some of them", "one more", "as many, and another"],
)
def test_what_is_called_erased_is_held_against_what_is_stated(tmp_path: Path, stated: slice, called: slice, found: set[Fault]) -> None:
    assert faults(tmp_path / "package", stated=stated, called=called) == found
