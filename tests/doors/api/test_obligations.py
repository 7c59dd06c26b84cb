"""What a permit obliges to: codes on the policies that permit, told with the permit, never the reason of an answer."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from service.decision.judge import POLICY_ERROR, combine
from service.decision.obligations import obligations_of
from service.decision.policies_in_force import activate
from service.decision.policyset import PolicyError, PolicySet
from service.statute.policies import PolicyTexts, read_policies
from tests.builders.used import USED, Used, used_site
from tests.builders.worlds import World, Worlds

WORLDS = {"used": USED}
PERMIT, FORBID = '@id("act-11-1")\n', '@id("act-11-1-none")\n'


@pytest.fixture
def used(engine: Engine, database_url: str, tmp_path: Path, worlds: Worlds, world_laid: World | None) -> Iterator[Used]:
    """The operator, served."""
    assert world_laid is not None
    with used_site(engine, database_url, tmp_path, worlds.of(world_laid).told) as site:
        yield site


def texts(where: str, codes: str) -> PolicyTexts:
    """The shipped set, one of whose policies obliges to something."""
    shipped = read_policies()
    files = {path: text.replace(where, f'{where}@obligation("{codes}")\n') for path, text in shipped.files.items()}
    assert files != dict(shipped.files)
    return PolicyTexts(shipped.schema, files)


def test_a_permit_tells_what_it_obliges_to_and_a_denial_nothing(used: Used) -> None:
    assert "obligations" not in used.ask()
    used.act(activate, texts=texts(PERMIT, "watermark; no_second_screen"))
    assert used.ask()["obligations"] == ["no_second_screen", "watermark"]
    assert used.ask()["obligations"] == ["no_second_screen", "watermark"]  # the answer that is remembered says the same
    denied = used.ask("aki")
    assert (denied["decision"], "obligations" in denied) == (False, False)
    used.act(activate, texts=read_policies())
    assert "obligations" not in used.ask()


def test_a_document_obliges_to_what_each_of_its_informations_does() -> None:
    """Also where the permit that is told of comes from a policy that obliges to nothing."""
    policies = PolicySet.load(texts(PERMIT, "watermark"))
    by = {name: POLICY_ERROR._replace(decision="permit", api=True, policies=(name,)) for name in ("act-11-1", "act-11-2")}
    for order in (("act-11-1", "act-11-2"), ("act-11-2", "act-11-1")):
        told = combine([by[name] for name in order])
        assert obligations_of(policies, told.policies) == ("watermark",)
    ended = POLICY_ERROR._replace(decision="not_controlled", api=True, policies=("act-4-ended",))
    assert combine([ended, ended]).policies == ("act-4-ended",)


def test_an_obligation_changes_no_answer(used: Used) -> None:
    before = [used.ask(person)["decision"] for person in ("haru", "natsu", "aki", "nobody")]
    used.act(activate, texts=texts(PERMIT, "watermark"))
    assert [used.ask(person)["decision"] for person in ("haru", "natsu", "aki", "nobody")] == before == [True, True, False, False]


@pytest.mark.parametrize(
    ("where", "codes", "message"),
    [(FORBID, "watermark", "stands on a permit alone"), (PERMIT, "Watermark it", "is no code"), (PERMIT, "a;;b", "is no code")],
)
def test_an_obligation_that_could_not_bind_or_is_no_code_never_comes_into_force(used: Used, where: str, codes: str, message: str) -> None:
    size = used.size()
    with pytest.raises(PolicyError, match=message):
        used.act(activate, texts=texts(where, codes))
    assert used.size() == size


def test_the_shipped_set_obliges_to_nothing() -> None:
    policies = PolicySet.load()
    assert not policies.obliges
    assert obligations_of(policies, [one.id for one in policies.policies.values()]) == ()
