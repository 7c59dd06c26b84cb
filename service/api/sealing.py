"""What a batch discloses anew, sealed under the keys of those whom it concerns."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence

from service.decision.entries import Disclosing
from service.decision.world import World
from service.ledger import Keyring, Log, key_id_of
from service.ledger.batches import Sealed


async def seal(
    disclosing: Disclosing, log: Log, world: World, wrapped_keys: Callable[[list[str]], Awaitable[dict[str, bytes]]]
) -> tuple[list[Sealed], dict[str, bytes]]:
    """Return what is disclosed anew, sealed, and keys that nobody had yet: they count only if the batch goes in.

    Which of a subject's keys is in use is known as of the head behind which the batch is appended.
    """
    keys = {
        subject: key_id_of(subject, 1 + sum(1 for _row in world.of("destroyed keys by subject", subject)))
        for subject in {subject for _place, subject, _one in disclosing.made}
    }
    absent = sorted({key_id for key_id in keys.values() if not log.keyring.knows(key_id)})
    found = await wrapped_keys(absent) if absent else {}
    # New keys wait for the disk, a new master key for a file or a KMS; whoever asks something else need not.
    fresh = await asyncio.to_thread(_learn, log.keyring, found, absent) if absent else {}
    ring = log.keyring.scratch()
    for key_id, wrapped in fresh.items():
        ring.unwrap(key_id, wrapped)
    sealed = []
    for place, subject, disclosure in disclosing.made:
        key_id = keys[subject]
        sealed.append(Sealed(place, key_id, disclosure, (ring if key_id in fresh else log.keyring).seal(key_id, disclosure)))
    return sealed, fresh


def _learn(keyring: Keyring, found: Mapping[str, bytes], absent: Sequence[str]) -> dict[str, bytes]:
    """Learn the keys that have rows, and return fresh ones for those that have none."""
    for key_id, wrapped in found.items():
        keyring.unwrap(key_id, wrapped)
    return keyring.make_all([key_id for key_id in absent if key_id not in found])
