"""The shipped policies, asked about the whole space once."""

import pytest

from service.decision.policyset import PolicySet
from tests.proofs.conditions import CONDITIONS
from tests.proofs.judged import Judged
from tests.proofs.space import Space


@pytest.fixture(scope="session")
def space() -> Space:
    """All facts of one channel, in its parts."""
    return Space(PolicySet.load(), [one.members for one in CONDITIONS.values()])


@pytest.fixture(scope="session")
def shipped(space: Space) -> Judged:
    """The shipped set's answers."""
    return Judged(PolicySet.load(), space)
