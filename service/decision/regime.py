"""Another regime than the Act: any Cedar policies over any Cedar entities, always answered by the Rust engine.

Nothing here knows the Act, the ledger or a database. What a caller says of a subject or resource counts as its attributes,
for in such a regime the caller is trusted (AuthZEN 1.0, Security Considerations); the Act's own types never pass here.
"""

import json
import logging
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import cedarpy
from cedarpy import pst

TYPE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(?:::[A-Za-z_][A-Za-z0-9_]*)*")
ACTION = "Action"
SMALLEST, LARGEST = -(2**63), 2**63 - 1
logger = logging.getLogger(__name__)


class RegimeError(ValueError):
    """Policies or facts that cannot be served; the message names the file and what is wrong."""


class UnreadableError(ValueError):
    """A property or a member of the context that Cedar has no value for; the message says where."""


class Uid(NamedTuple):
    """An entity's type and id."""

    type: str
    id: str


class Named(NamedTuple):
    """A subject or resource as a question names it, or an action by its name as `id`, with what the caller says of it."""

    type: str
    id: str
    properties: Mapping[str, Any] = {}


class Regime:
    """Policies and facts, as they were read at the start."""

    def __init__(self, policies: cedarpy.PolicySet, facts: Sequence[Mapping[str, Any]]) -> None:
        """Take policies and entities of the explicit form. Raises RegimeError."""
        tree = policies.to_pst()
        if tree.templates:
            message = f"{next(iter(tree.templates))} is a template; templates are not served"
            raise RegimeError(message)
        self._policies = policies
        self._all = cedarpy.Entities.from_json_str(json.dumps(facts))
        self._entities = {uid_of(one["uid"]): one for one in facts}
        self._literals = {_uid(one) for policy in tree.static_policies.values() for one in pst.entity_uids(policy)}
        self._actions, self._action_type = _actions(self._entities, self._literals)
        self._ids: dict[str, list[str]] = {}
        for kind, name in sorted(self._entities):
            self._ids.setdefault(kind, []).append(name)

    @property
    def actions(self) -> Sequence[str]:
        """The names of all actions that the policies or facts name and that group no others, in order."""
        return sorted(self._actions)

    def ids(self, kind: str) -> Sequence[str]:
        """Return the ids of all entities of a type, in order; none for an unknown type."""
        return self._ids.get(kind, [])

    def knows(self, one: Named) -> bool:
        """Say whether the facts hold an entity."""
        return Uid(one.type, one.id) in self._entities

    def agrees(self, one: Named) -> bool:
        """Say whether the facts hold, of an entity, all that its properties say."""
        held = self._entities.get(Uid(one.type, one.id), {}).get("attrs", {})
        return all(name in held and held[name] == value for name, value in one.properties.items())

    def decide(self, subject: Named, action: Named, resource: Named, context: Mapping[str, Any]) -> bool:
        """Return what the engine answers; any error of a policy denies, and so does a type or action that cannot be one.

        Properties of subject and resource stand in place of their attributes of the same names for this question; those of the
        action are `context.action`. Raises UnreadableError.
        """
        for where, one in (("subject", subject), ("resource", resource), ("action", action)):
            _require_readable(one.properties, f"{where}.properties")
        _require_readable(context, "context")
        kind = self._actions.get(action.id, self._action_type)
        if kind is None or not (is_type(subject.type) and is_type(resource.type)):
            return False
        given = {**context, "action": dict(action.properties)}
        request = {
            "principal": {"type": subject.type, "id": subject.id},
            "action": {"type": kind, "id": action.id},
            "resource": {"type": resource.type, "id": resource.id},
            "context": given,
        }
        told = {Uid(one.type, one.id): one.properties for one in (subject, resource) if one.properties}
        try:
            entities = self._with(told, (Uid(subject.type, subject.id), Uid(resource.type, resource.id), Uid(kind, action.id)), given)
        except ValueError as broken:
            raise UnreadableError(CANNOT_BE_READ) from broken
        return self._answer(request, entities)

    def _answer(self, request: dict[str, Any], entities: cedarpy.Entities) -> bool:
        result = cedarpy.is_authorized(request, self._policies, entities)
        if result.decision is cedarpy.Decision.NoDecision:
            raise UnreadableError(CANNOT_BE_READ)
        if result.diagnostics.errors:
            # The answer is deny if the engine reports any error, else the engine's decision.
            logger.warning("a policy could not be evaluated: %s", "; ".join(map(str, result.diagnostics.errors)))
            return False
        return result.decision is cedarpy.Decision.Allow

    def _with(self, told: Mapping[Uid, Mapping[str, Any]], roots: Iterable[Uid], context: Any) -> cedarpy.Entities:
        """Return the entities with these attributes; of the others only those that an evaluation can reach."""
        if not told:
            return self._all
        waiting, seen, found = [*roots, *self._literals, *_named(context)], set(), []
        while waiting:
            uid = waiting.pop()
            if uid in seen:
                continue
            seen.add(uid)
            entity = self._entities.get(uid)
            if uid in told:
                blank: Mapping[str, Any] = {"uid": {"type": uid.type, "id": uid.id}, "attrs": {}, "parents": []}
                entity = {**(entity or blank), "attrs": {**(entity or blank)["attrs"], **told[uid]}}
            if entity is not None:
                found.append(entity)
                waiting += [*_named(entity["attrs"]), *_named(entity.get("tags", {})), *map(uid_of, entity["parents"])]
        return cedarpy.Entities.from_json_str(json.dumps(found))


CANNOT_BE_READ = "a property or a member of the context is not a value that Cedar can read"


@lru_cache(maxsize=1024)
def is_type(name: str) -> bool:
    """Say whether a name can be an entity's type; no entity has one that cannot."""
    if not TYPE.fullmatch(name):
        return False
    try:
        cedarpy.PolicySet.from_str(f"permit(principal is {name}, action, resource);")
    except ValueError:  # a reserved word
        return False
    return True


def uid_of(value: Any) -> Uid:
    """Return the entity that a reference names, in either of Cedar's explicit forms. Raises RegimeError."""
    inner = value.get("__entity", value) if isinstance(value, Mapping) else None
    if not isinstance(inner, Mapping) or not isinstance(inner.get("type"), str) or not isinstance(inner.get("id"), str):
        message = f"{json.dumps(value, ensure_ascii=False)[:80]} names no entity: type and id are needed"
        raise RegimeError(message)
    return Uid(inner["type"], inner["id"])


def _is_reference(value: Mapping[str, Any]) -> bool:
    inner = value["__entity"]
    named = len(value) == 1 and isinstance(inner, Mapping) and inner.keys() == {"type", "id"}
    return named and isinstance(inner["id"], str) and isinstance(inner["type"], str) and is_type(inner["type"])


def _uid(one: Any) -> Uid:
    return Uid("::".join((*one.type.namespace, one.type.basename)), one.id)


def _actions(entities: Mapping[Uid, Mapping[str, Any]], literals: Iterable[Uid]) -> tuple[dict[str, str], str | None]:
    """Return the type of each action by its name, and the type of an unknown one: None where there are several types."""
    uids = {uid for uid in (*entities, *literals) if uid.type.rpartition("::")[2] == ACTION}
    groups = {uid_of(parent) for uid in uids for parent in entities.get(uid, {}).get("parents", ())}
    found: dict[str, str] = {}
    for uid in sorted(uids - groups):
        if uid.id in found:
            message = f"two types have an action {uid.id!r}: {found[uid.id]} and {uid.type}"
            raise RegimeError(message)
        found[uid.id] = uid.type
    types = {uid.type for uid in uids}
    return found, next(iter(types)) if len(types) == 1 else None if types else ACTION


def _named(value: Any) -> Iterator[Uid]:
    """Yield every entity that a value refers to."""
    if isinstance(value, Mapping):
        if "__entity" in value:
            yield uid_of(value)
        else:
            for inner in value.values():
                yield from _named(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _named(inner)


def _require_readable(value: Any, where: str) -> None:
    if value is None or isinstance(value, float):
        message = f"{where} is {'null' if value is None else 'a fraction'}, which Cedar does not know"
        raise UnreadableError(message)
    if isinstance(value, int) and not isinstance(value, bool) and not SMALLEST <= value <= LARGEST:
        message = f"{where} is a number beyond 64 bits"
        raise UnreadableError(message)
    if isinstance(value, Mapping):
        # The engine would take a reference that is none for a record.
        if "__entity" in value and not _is_reference(value):
            message = f"{where} names no entity"
            raise UnreadableError(message)
        for name, inner in value.items():
            _require_readable(inner, f"{where}.{name}")
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            _require_readable(inner, f"{where}[{place}]")


def read_regime(policies: Path, facts: Path) -> Regime:
    """Return the regime of a folder of Cedar policies and a file of Cedar entities. Raises RegimeError, OSError."""
    texts = {path: path.read_text(encoding="utf-8") for path in sorted(policies.rglob("*.cedar"))}
    if not texts:
        message = f"{policies} holds no policy (*.cedar)"
        raise RegimeError(message)
    for path, text in texts.items():
        try:
            cedarpy.PolicySet.from_str(text)
        except ValueError as broken:
            message = f"{path}: {broken}"
            raise RegimeError(message) from broken
    whole = "\n".join(texts.values())
    handle, entities = cedarpy.PolicySet.from_str(whole), _read_facts(facts)
    schemas = sorted(policies.rglob("*.cedarschema"))
    if schemas:
        _require_fitting(whole, "\n".join(path.read_text(encoding="utf-8") for path in schemas), entities, facts)
    try:
        return Regime(handle, entities)
    except RegimeError as wrong:
        message = f"{policies}, {facts}: {wrong}"
        raise RegimeError(message) from wrong


def _read_facts(path: Path) -> list[dict[str, Any]]:
    try:
        facts = json.loads(path.read_text(encoding="utf-8"), object_pairs_hook=_once)
        cedarpy.Entities.from_json_str(json.dumps(facts))
        for one in facts:
            uid_of(one["uid"])
    except (ValueError, KeyError, TypeError) as broken:
        message = f"{path}: not a list of Cedar entities: {broken}"
        raise RegimeError(message) from broken
    return [dict(one) for one in facts]


def _once(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        message = f"a key stands twice in the object of {', '.join(found)}"
        raise ValueError(message)
    return found


def _require_fitting(text: str, schema: str, facts: Sequence[Mapping[str, Any]], path: Path) -> None:
    """Raise RegimeError where policies or facts do not fit the schema, or where the facts mean something else without it."""
    checked = cedarpy.validate_policies(text, schema)
    if not checked.validation_passed:
        message = "; ".join(sorted({f"{error.policy_id}: {error.error}" for error in checked.errors})[:3])
        raise RegimeError(message)
    try:
        typed = cedarpy.Entities.from_json_str(json.dumps(facts), schema=schema)
    except ValueError as broken:
        message = f"{path}: {broken}"
        raise RegimeError(message) from broken
    for one in facts:
        where = _implicit(one["attrs"], "attrs")
        if where is not None:
            message = f'{path}: {"::".join(uid_of(one["uid"]))}: {where}: an entity is written as {{"__entity": {{"type": …, "id": …}}}}'
            raise RegimeError(message)
    if len(typed) != len(facts):
        # Without its groups an action would escape what is forbidden to a group. The engine has compared those that are there.
        message = f"{path}: the facts must hold every action of the schema, with its groups as parents"
        raise RegimeError(message)


def _implicit(value: Any, where: str) -> str | None:
    """Return where a reference stands that only a schema makes one, or None."""
    if isinstance(value, Mapping):
        if value.keys() == {"type", "id"}:
            return where
        return next((found for name, inner in value.items() if name != "__entity" and (found := _implicit(inner, f"{where}.{name}"))), None)
    if isinstance(value, list):
        return next((found for inner in value if (found := _implicit(inner, where))), None)
    return None
