"""A policy set ready to judge: parsed and validated by the engine, checked against the house's own rules, annotated."""

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import cedarpy
from cedarpy import pst

from service.decision.annotations import Policy, PolicyError, annotated
from service.decision.soundness import require_sound
from service.statute.policies import PolicyTexts, from_bundle, read_policies

__all__ = ["Policy", "PolicyError", "PolicySet"]

KEPT = 4
COMPARISONS = ("less", "less_eq", "greater", "greater_eq")
GROUPS: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(("read", "list"), ("handling",)),
    **dict.fromkeys(("make", "communicate", "transmit", "carry_out"), ("handling", "approved")),
    **dict.fromkeys(("return", "dispose"), ("handling", "ending", "approved")),
    "approved": (),
    "ending": ("handling",),
    "enter": (),
    "handling": (),
    "after_closing": (),
}
"""The groups of each action, as the schema has them; the engine reads them from entities."""


@dataclass(frozen=True, slots=True)
class PolicySet:
    """A set in force: its texts, the engine's handle, and the policies by the names that the engine gives them."""

    texts: PolicyTexts
    digest: str
    handle: cedarpy.PolicySet
    policies: Mapping[str, Policy]
    entities: cedarpy.Entities
    now_is_only_compared: bool
    """Whether an answer stands until the nearest instant of its facts: `now` is compared with them and nothing else."""
    tree: pst.PolicySet
    """The policies as the engine reads them."""
    obliges: bool
    """Whether a permit by any of them obliges to something."""

    @classmethod
    def load(cls, texts: PolicyTexts | None = None) -> "PolicySet":
        """Return the set of these texts (default: the shipped ones). Raises PolicyError.

        What was loaded is kept: acts, the judge and the watch over the compiled form each ask for the same few sets.
        """
        return cls._loaded((texts or read_policies()).bundle())

    @classmethod
    @lru_cache(maxsize=KEPT)
    def _loaded(cls, bundle: str) -> "PolicySet":
        texts = from_bundle(bundle)
        require_sound(texts)
        text = texts.text()
        try:
            handle = cedarpy.PolicySet.from_str(text)
            tree = handle.to_pst()
        except ValueError as broken:
            message = f"the policies cannot be read: {broken}"
            raise PolicyError(message) from broken
        policies = {name: annotated(name, policy.effect, dict(policy.annotations)) for name, policy in tree.static_policies.items()}
        actions = [
            {
                "uid": {"type": "Sekisho::Action", "id": name},
                "attrs": {},
                "parents": [{"type": "Sekisho::Action", "id": group} for group in groups],
            }
            for name, groups in GROUPS.items()
        ]
        only_compared = all(_compares_now_alone(policy) for policy in tree.static_policies.values())
        entities, obliges = cedarpy.Entities.from_json_str(_json(actions)), any(one.obligations for one in policies.values())
        return cls(texts, texts.digest, handle, policies, entities, only_compared, tree, obliges)

    @classmethod
    def from_bundle(cls, bundle: str) -> "PolicySet":
        """Return the set of a text that was kept. Raises PolicyError or ValueError."""
        return cls.load(from_bundle(bundle))


def _json(value: Any) -> str:
    import json  # noqa: PLC0415 - used once, at loading

    return json.dumps(value)


def _is_now(node: Any) -> bool:
    return isinstance(node, pst.GetAttr) and isinstance(node.base, pst.Var) and node.base.name == "context" and node.attr == "now"


def _is_instant_of_facts(node: Any) -> bool:
    while isinstance(node, pst.GetAttr) and not _is_now(node):
        node = node.base
    return isinstance(node, pst.Var) and node.name == "context"


def _children(node: Any) -> Iterator[Any]:
    if isinstance(node, Mapping):
        yield from node.values()
    elif isinstance(node, tuple | list):
        yield from node
    elif dataclasses.is_dataclass(node):
        yield from (getattr(node, field.name) for field in dataclasses.fields(node))


def _compares_now_alone(node: Any) -> bool:
    if _is_now(node):
        return False
    if isinstance(node, pst.BinaryOp) and node.op in COMPARISONS and (_is_now(node.left) != _is_now(node.right)):
        return _is_instant_of_facts(node.right if _is_now(node.left) else node.left)
    return all(_compares_now_alone(child) for child in _children(node))
