"""A policy set ready to judge: parsed and validated by the engine, checked against the house's own rules, annotated."""

import dataclasses
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import cedarpy
from cedarpy import pst

from service.statute.citations import cite
from service.statute.policies import PolicyTexts, from_bundle, read_policies

UTC_DAYS = re.compile(r"\.\s*to(?:Date|Time)\s*\(|datetime\s*\(\s*\"\d{4}-\d{2}-\d{2}\"\s*\)")
COMPARISONS = ("less", "less_eq", "greater", "greater_eq")
GROUPS: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(("read", "list", "make", "communicate", "transmit", "carry_out"), ("handling",)),
    **dict.fromkeys(("return", "dispose"), ("handling", "ending")),
    "ending": ("handling",),
    "handling": (),
    "after_closing": (),
}
"""The groups of each action, as the schema has them; the engine reads them from entities."""


class PolicyError(ValueError):
    """A policy set that cannot come into force; the message names the policy and what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Policy:
    """What the annotations of a policy say."""

    id: str
    effect: str
    reason: str
    rank: int
    citations: tuple[str, ...]
    decision: str
    concerns: str | None
    ja: str
    en: str


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

    @classmethod
    def load(cls, texts: PolicyTexts | None = None) -> "PolicySet":
        """Return the set of these texts (default: the shipped ones). Raises PolicyError."""
        texts = texts or read_policies()
        _require_sound(texts)
        text = texts.text()
        try:
            handle = cedarpy.PolicySet.from_str(text)
            tree = handle.to_pst()
        except ValueError as broken:
            message = f"the policies cannot be read: {broken}"
            raise PolicyError(message) from broken
        checked = cedarpy.validate_policies(text, texts.schema)
        if not checked.validation_passed:
            message = "; ".join(sorted({f"{error.policy_id}: {error.error}" for error in checked.errors})[:3])
            raise PolicyError(message)
        policies = {name: _annotated(name, policy) for name, policy in tree.static_policies.items()}
        ids = [policy.id for policy in policies.values()]
        if len(set(ids)) != len(ids):
            message = f"two policies have the id {next(one for one in ids if ids.count(one) > 1)!r}"
            raise PolicyError(message)
        actions = [
            {
                "uid": {"type": "Sekisho::Action", "id": name},
                "attrs": {},
                "parents": [{"type": "Sekisho::Action", "id": group} for group in groups],
            }
            for name, groups in GROUPS.items()
        ]
        only_compared = all(_compares_now_alone(policy) for policy in tree.static_policies.values())
        return cls(texts, texts.digest, handle, policies, cedarpy.Entities.from_json_str(_json(actions)), only_compared, tree)

    @classmethod
    def from_bundle(cls, bundle: str) -> "PolicySet":
        """Return the set of a text that was kept. Raises PolicyError or ValueError."""
        return cls.load(from_bundle(bundle))


def _json(value: Any) -> str:
    import json  # noqa: PLC0415 - used once, at loading

    return json.dumps(value)


def _require_sound(texts: PolicyTexts) -> None:
    for path, text in texts.files.items():
        # House policies may tighten the law and never loosen it.
        if path.startswith("house/") and re.search(r"^\s*permit\b", text, re.MULTILINE):
            message = f"{path}: a house policy may only forbid"
            raise PolicyError(message)
        if UTC_DAYS.search(text):
            message = f"{path}: days are counted in Japan, so neither a date-only datetime nor toDate or toTime may be used"
            raise PolicyError(message)


def _annotated(name: str, policy: Any) -> Policy:
    notes = dict(policy.annotations)
    try:
        citations = tuple(part.strip() for part in notes["citation"].split(";"))
        for citation in citations:
            cite(citation)
        decision = notes.get("decision", "permit" if policy.effect == "permit" else "deny")
        return Policy(
            notes["id"],
            policy.effect,
            notes["reason"],
            int(notes["rank"]),
            citations,
            decision,
            notes.get("concerns"),
            notes["ja"],
            notes["en"],
        )
    except (KeyError, ValueError) as missing:
        message = f"{notes.get('id', name)}: the annotation {missing} is missing or not of its form"
        raise PolicyError(message) from missing


def _is_now(node: Any) -> bool:
    return isinstance(node, pst.GetAttr) and isinstance(node.base, pst.Var) and node.base.name == "context" and node.attr == "now"


def _is_instant_of_facts(node: Any) -> bool:
    while isinstance(node, pst.GetAttr) and not _is_now(node):
        node = node.base
    return isinstance(node, pst.Var) and node.name == "context"


def _children(node: Any) -> Iterator[Any]:
    if isinstance(node, tuple | list):
        yield from node
    elif dataclasses.is_dataclass(node):
        yield from (getattr(node, field.name) for field in dataclasses.fields(node))


def _compares_now_alone(node: Any) -> bool:
    if _is_now(node):
        return False
    if isinstance(node, pst.BinaryOp) and node.op in COMPARISONS and (_is_now(node.left) != _is_now(node.right)):
        return _is_instant_of_facts(node.right if _is_now(node.left) else node.left)
    return all(_compares_now_alone(child) for child in _children(node))
