"""The format of a legal case file, checked strictly: an unknown key, code or action is an error with its line."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, SequenceNode

from service.clearance.rules import INVESTIGATORS, LAWS, OFFICES, OUTCOMES
from service.decision.judge import ACTIONS
from service.designation.rules import EXTENSION_EXCEPTIONS, INFORMATION_CLASSES
from service.jobs.case_forms import ACT_FORMS, ACT_NEEDS, CITED, COMMON, DAY, FLAG, INSTANT, NUMBER, TEXT, TEXTS
from service.personnel.rules import ORGANIZATION_KINDS
from service.provision.rules import ARTICLES
from service.registers.rules import APPROVABLE
from service.statute.citations import cite

DECISIONS = ("permit", "deny", "not_controlled")
REASONS = [
    "clearance_valid",
    "sds_clearance_valid",
    "exempt_office",
    "return_after_contract",
    "designation_ended",
    "not_yet_designated",
    "unknown_information",
    "unknown_person",
    "ambiguous_organization",
    "not_provided",
    "not_certified",
    "no_contract",
    "entry_permitted",
    "unknown_area",
    "no_entry_permit",
    "no_assessment",
    "assessment_negative",
    "assessment_refused",
    "clearance_expired",
    "sds_clearance_expired",
    "doubt_notice",
    "not_a_handler",
    "action_not_granted",
    "not_approved",
    "foreign_restriction",
]
INTERVAL = {"from": DAY, "to": DAY}
WORK = {"at": TEXT, **INTERVAL}
POST = {**WORK, "unit": TEXT, "post": TEXT}
EXTENSION = {"on": DAY, "until": DAY, "cabinet_approved_on": DAY, "exception": tuple(EXTENSION_EXCEPTIONS)}
CLOSING = {"at": TEXT, "on": DAY}

LISTS: Mapping[str, Mapping[str, Any]] = {
    "organizations": {"id": TEXT, "kind": tuple(ORGANIZATION_KINDS)},
    "people": {"id": TEXT, "works_at": (TEXT, [WORK]), "employed_by": TEXT, "posts": [POST], **INTERVAL},
    "offices": {"person": TEXT, "office": tuple(OFFICES), **INTERVAL},
    "assessments": {
        "id": TEXT,
        "person": TEXT,
        "by": TEXT,
        "outcome": tuple(OUTCOMES),
        "notified_on": DAY,
        "law": tuple(LAWS),
        "investigated_by": tuple(INVESTIGATORS),
        "reuses": TEXT,
        "officers": TEXTS,
    },
    "doubt_notices": {"id": TEXT, "person": TEXT, "by": TEXT, "notified_on": DAY, "law": tuple(LAWS)},
    "designations": {
        "id": TEXT,
        "by": TEXT,
        "on": DAY,
        "years": NUMBER,
        "until": DAY,
        "extensions": [EXTENSION],
        "lifted_on": DAY,
        "closed_on": DAY,
        "closings": [CLOSING],
        "class": tuple(INFORMATION_CLASSES),
        "originator": TEXT,
        "released_to": TEXTS,
    },
    "care": {"id": TEXT, "by": TEXT, **INTERVAL},
    "certifications": {"operator": TEXT, "by": TEXT, "on": DAY, "ended_on": DAY},
    "contracts": {"id": TEXT, "operator": TEXT, "organ": TEXT, "information": TEXTS, **INTERVAL, "units": TEXTS, "return_by": DAY},
    "provisions": {
        "id": TEXT,
        "information": TEXT,
        "from": TEXT,
        "to": TEXT,
        "under": tuple(ARTICLES),
        "on": DAY,
        "consented_by": TEXTS,
        "consulted_on": DAY,
        "equivalence": FLAG,
        "safeguards": FLAG,
        "returned_on": DAY,
    },
    "handlers": {
        "id": TEXT,
        "information": TEXT,
        "person": TEXT,
        "unit": TEXT,
        "post": TEXT,
        "at": TEXT,
        **INTERVAL,
        "actions": [tuple(ACTIONS)],
    },
    "documents": {"id": TEXT, "carries": TEXTS},
    "areas": {"id": TEXT, "at": TEXT, "inside": TEXT, **INTERVAL},
    "storages": {"id": TEXT, "document": TEXT, "in": TEXT, "at": TEXT, **INTERVAL},
    "entry_permits": {"id": TEXT, "area": TEXT, "at": TEXT, "person": TEXT, **INTERVAL},
    "approval_rules": {"at": TEXT, "from": DAY, "kept": FLAG},
    "approvals": {"id": TEXT, "document": TEXT, "at": TEXT, "person": TEXT, "actions": [APPROVABLE], **INTERVAL},
}
CORRECTABLE = ("assessments", "doubt_notices", "designations", "contracts", "provisions", "handlers")
ACTS: Mapping[str, Mapping[str, Any]] = {
    **{act: {**COMMON, **form} for act, form in ACT_FORMS.items()},
    "correct": {
        **COMMON,
        "fact": TEXT,
        "set": {key: form for name in CORRECTABLE for key, form in LISTS[name].items() if key != "id"} | {"information": (TEXT, TEXTS)},
    },
}
CHECK = {
    "person": TEXT,
    "information": TEXT,
    "document": TEXT,
    "area": TEXT,
    "at": INSTANT,
    "on_behalf_of": TEXT,
    "action": tuple(ACTIONS),
    "decision": DECISIONS,
    "reason": tuple(REASONS),
    "basis": CITED,
    "api": FLAG,
}
NEEDED = ("person", "at", "decision", "reason")


class CaseFormatError(ValueError):
    """A file that does not fit the format; the message names file, line and key."""

    def __init__(self, path: Path, line: int, problem: str) -> None:
        super().__init__(f"{path}:{line}: {problem}")


def read_case(path: Path) -> dict[str, Any]:
    """Return a case as plain values. Raises CaseFormatError naming file, line and key."""
    try:
        text = path.read_text(encoding="utf-8")
        root = YAML(typ="safe", pure=True).compose(text)
        case = YAML(typ="safe", pure=True).load(text)
    except MarkedYAMLError as broken:
        line = broken.problem_mark.line + 1 if broken.problem_mark else 1
        raise CaseFormatError(path, line, broken.problem or "not YAML") from broken
    except (OSError, UnicodeDecodeError, YAMLError, ValueError) as broken:
        raise CaseFormatError(path, 1, str(broken)) from broken
    for line, problem in _problems(case, root):
        raise CaseFormatError(path, line, problem)
    return case  # type: ignore[no-any-return]  # a mapping, checked above


def _problems(case: Any, root: Node | None) -> Iterator[tuple[int, str]]:
    if not isinstance(case, dict) or not isinstance(root, MappingNode):
        yield 1, "a case is a mapping"
        return
    nodes = dict(_members(root))
    for key, node in nodes.items():
        if key not in ("title", "law", "given", "acts", "checks"):
            yield _line(node), f"unknown key {key!r}"
    for key in ("title", "law"):
        if key not in case:
            yield 1, f"the key {key!r} is missing"
    yield from _wrong(case.get("law", []), nodes.get("law"), CITED, "law")
    yield from _wrong(case.get("title", ""), nodes.get("title"), TEXT, "title")
    given = case.get("given") or {}
    for name, node in _members(nodes.get("given")):
        if name not in LISTS:
            yield _line(node), f"unknown list {name!r}"
        else:
            yield from _wrong(given[name], node, [LISTS[name]], f"given.{name}")
    yield from _wrong_acts(case, nodes.get("acts"))
    yield from _wrong_checks(case, nodes.get("checks"))


def _wrong_acts(case: Mapping[str, Any], listed: Node | None) -> Iterator[tuple[int, str]]:
    for node, act in zip(_items(listed), case.get("acts") or [], strict=True):
        form = ACTS.get(str(act.get("act"))) if isinstance(act, dict) else None
        if form is None:
            yield _line(node), f"acts: unknown act {act.get('act') if isinstance(act, dict) else act!r}"
            continue
        yield from _wrong(act, node, form, "acts")
        for key in ("on", "result", *ACT_NEEDS.get(act["act"], ("person", "by"))):
            if key not in act:
                yield _line(node), f"acts: the key {key!r} is missing"


def _wrong_checks(case: Mapping[str, Any], listed: Node | None) -> Iterator[tuple[int, str]]:
    for node, check in zip(_items(listed), case.get("checks") or [], strict=True):
        yield from _wrong(check, node, CHECK, "checks")
        for key in NEEDED:
            if isinstance(check, dict) and key not in check:
                yield _line(node), f"checks: the key {key!r} is missing"
        if isinstance(check, dict) and sum(kind in check for kind in ("information", "document", "area")) != 1:
            yield _line(node), "checks: name an 'information', a 'document' or an 'area'"


def _wrong(value: Any, node: Node | None, form: Any, place: str) -> Iterator[tuple[int, str]]:
    """Yield what does not fit a form: a word of above, a tuple of codes, a list of one form, or a mapping of forms."""
    line = _line(node)
    if isinstance(form, tuple) and form[0] == TEXT and len(form) > 1:
        yield from _wrong(value, node, form[1] if isinstance(value, list) else TEXT, place)
    elif isinstance(form, tuple):
        if value not in form:
            yield line, f"{place}: unknown code {value!r}; known are {', '.join(form)}"
    elif isinstance(form, list):
        if not isinstance(value, list):
            yield line, f"{place}: a list is needed"
            return
        for inner, inner_node in zip(value, _items(node), strict=True):
            yield from _wrong(inner, inner_node, form[0], place)
    elif isinstance(form, Mapping):
        if not isinstance(value, dict):
            yield line, f"{place}: a mapping is needed"
            return
        for key, inner_node in _members(node):
            if key not in form:
                yield _line(inner_node), f"{place}: unknown key {key!r}"
            else:
                yield from _wrong(value[key], inner_node, form[key], f"{place}.{key}")
    elif not _fits(value, form):
        yield line, f"{place}: {form} is needed, not {value!r}"


def _fits(value: Any, form: str) -> bool:
    if form == CITED:
        try:
            return isinstance(value, list) and all(cite(each) for each in value)
        except (ValueError, TypeError):
            return False
    checks = {
        DAY: isinstance(value, date) and not isinstance(value, datetime),
        INSTANT: isinstance(value, datetime) and value.tzinfo is not None,
        TEXT: isinstance(value, str),
        FLAG: isinstance(value, bool),
        NUMBER: isinstance(value, int) and not isinstance(value, bool),
    }
    return checks[form]


def _members(node: Node | None) -> Iterator[tuple[str, Node]]:
    if isinstance(node, MappingNode):
        for key, value in node.value:
            yield str(key.value), value


def _items(node: Node | None) -> list[Node]:
    return list(node.value) if isinstance(node, SequenceNode) else []


def _line(node: Node | None) -> int:
    return node.start_mark.line + 1 if node is not None else 1
