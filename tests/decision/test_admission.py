"""Admission: a compiler that is wrong in any one way is refused, and the engine answers."""

import dataclasses
from collections.abc import Callable
from typing import Any

import pytest

from service.decision.compiled import compiler, values
from service.decision.compiled.admission import Admission, Compiled, MismatchError, compiled_of
from service.decision.compiled.expressions import BOOL, Code, Translator
from service.decision.compiled.values import instant_of
from service.decision.policyset import PolicySet
from tests.decision.sets import texts, when

NOW = instant_of("2026-09-21T16:53:20Z")
SHIPPED = PolicySet.load()
COUNTING = PolicySet.load(
    texts(
        when("context.yes && context.long + context.long < 10"),
        when('context.set.containsAny(["one", "read"]) || context.long * 2 > 4'),
        when("context has maybe && context.maybe + 1 > context.long && context.standing", "forbid"),
        when('context.text like "on*e" && context.begun_at <= context.now', "forbid"),
        'permit (principal, action in Sekisho::Action::"ending", resource) when { context.yes } unless { context has word && context.word == context.text }',
    )
)
"""With arithmetic, for the shipped policies never fail."""


def from_text(change: Callable[[str], str]) -> Callable[[pytest.MonkeyPatch], None]:
    """Return what makes the compiler write otherwise."""

    def broken(patch: pytest.MonkeyPatch) -> None:
        run = compiler._run

        def rewritten(source: str, constants: dict[str, Any]) -> dict[str, Any]:
            changed = change(source)
            assert changed != source
            return run(changed, constants)

        patch.setattr(compiler, "_run", rewritten)

    return broken


def swapped(source: str) -> str:
    return source.replace(" f |= ", " x |= ").replace(" p |= ", " f |= ").replace(" x |= ", " p |= ")


def eager(patch: pytest.MonkeyPatch) -> None:
    """And and or evaluate both sides."""
    joined = Translator._joined

    def both(self: Translator, node: Any, known: Any) -> Code:
        code = joined(self, node, frozenset() if node.op == "and" else known)
        left, right = self.condition(node.left, known), self.condition(node.right, known)
        return Code(f"({left.text} {'&' if node.op == 'and' else '|'} {right.text})", BOOL, code.present)

    patch.setattr(Translator, "_joined", both)


def unguarded(patch: pytest.MonkeyPatch) -> None:
    """Whatever may be absent is taken to be there."""
    patch.setattr(Translator, "_hasattr", lambda *_given: Code("True", BOOL))


def unbounded(patch: pytest.MonkeyPatch) -> None:
    """Numbers grow without end."""
    patch.setattr(compiler, "within", int)


def loose_pattern(patch: pytest.MonkeyPatch) -> None:
    """A pattern is met by whatever begins like it."""
    patch.setattr("service.decision.compiled.expressions.pattern", lambda parts: lambda text: text.startswith(parts[0]))


def ungrouped(patch: pytest.MonkeyPatch) -> None:
    """An action is in no group."""
    patch.setattr(Translator, "is_in", lambda _self, action, group: action == group)


BROKEN: dict[str, Callable[[pytest.MonkeyPatch], None]] = {
    "and and or evaluate both sides": eager,
    "forbid and permit are swapped": from_text(swapped),
    "a forbid is left out of account": from_text(lambda source: source.replace(" f |= 8", " f |= 0")),
    "errors are ignored": from_text(lambda source: source.replace(" e |= ", " e & ")),
    "an error counts as a policy that applies": from_text(lambda source: source.replace("Exception:\n        e |= ", "Exception:\n        f |= ")),
    "one determining policy is not named": from_text(lambda source: source.replace(" p |= 2\n", " p |= 0\n")),
    "the first forbid alone is named": from_text(lambda source: source.replace(" f |= ", " f = f or ")),
    "the first permit alone is named": from_text(lambda source: source.replace(" p |= ", " p = p or ")),
    "unless is read as when": from_text(lambda source: source.replace(" not (", " (")),
    "at the instant itself is not yet": from_text(lambda source: source.replace("<=", "<")),
    "a product is a sum": from_text(lambda source: source.replace(" * ", " + ")),
    "a set has all where it has any": from_text(lambda source: source.replace("not v3.isdisjoint(k0)", "v3 >= k0") if "v3.isdisjoint(k0)" in source else source.replace(".isdisjoint(", ".issubset(")),
    "numbers grow without end": unbounded,
    "what is absent is taken to be there": unguarded,
    "a pattern is met by its beginning": loose_pattern,
    "an action is in no group": ungrouped,
}  # fmt: skip


def test_a_policy_under_the_name_of_another_is_noticed_though_every_answer_is_the_same() -> None:
    compiled = compiled_of(SHIPPED)
    first, second, *rest = compiled.names
    assert isinstance(decided(SHIPPED, compiled=dataclasses.replace(compiled, names=(second, first, *rest))).refused, MismatchError)


def decided(policies: PolicySet, *, compiled: Compiled | None = None, questions: int = 10_000) -> Admission:
    admission = Admission(policies, now_ms=NOW, questions=questions, compiled=compiled)
    while not admission.step():
        pass
    return admission


@pytest.mark.parametrize("broken", BROKEN.values(), ids=BROKEN.keys())
def test_a_compiler_that_is_wrong_in_one_way_is_refused(
    broken: Callable[[pytest.MonkeyPatch], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    broken(monkeypatch)
    found = decided(COUNTING)
    assert isinstance(found.refused, MismatchError)
    assert found.admitted is None
    assert "the engine says" in str(found.refused)


def test_the_compiler_as_it_is_passes_where_each_of_these_fails() -> None:
    found = decided(COUNTING, questions=1_000)
    assert found.refused is None
    assert found.compared.failed > 50, "errors are among what is compared"
    assert values.within(1) == 1


def forgetting(name: str) -> Compiled:
    """Return the shipped policies compiled, but for one that never applies."""
    compiled = compiled_of(SHIPPED)
    left = ~(1 << compiled.names.index(name))

    def without(decide: Callable[..., tuple[int, int, int]]) -> Callable[..., tuple[int, int, int]]:
        def decided(*given: Any) -> tuple[int, int, int]:
            forbids, permits, failed = decide(*given)
            return forbids & left, permits & left, failed

        return decided

    return dataclasses.replace(compiled, decide={action: without(decide) for action, decide in compiled.decide.items()})


SOME = ("act-3-not-yet", "act-5-released-to", "act-11-2", "order-7-closed")


@pytest.mark.parametrize("name", [name for name, policy in SHIPPED.policies.items() if policy.id in SOME])
def test_a_single_policy_that_is_forgotten_is_noticed(name: str) -> None:
    assert isinstance(decided(SHIPPED, compiled=forgetting(name)).refused, MismatchError)


@pytest.mark.long
@pytest.mark.parametrize("name", SHIPPED.policies)
def test_any_policy_that_is_forgotten_is_noticed(name: str) -> None:
    assert isinstance(decided(SHIPPED, compiled=forgetting(name)).refused, MismatchError)
