"""The form of a designation, in the order of Act 3 and Order 3, with examples beside its fields; it is sent to the act's own page."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from starlette.responses import Response

from service.acts.entitled import require_any_role
from service.acts.table import ACTS
from service.console.act_words import CODES, VERBS, said
from service.console.acting.choices import options_for
from service.console.acting.fields import Field, Options, field_of, fields_of
from service.console.labels import labels
from service.console.people_words import people_words
from service.console.visit import Visit
from service.database import read
from service.designation.rules import INFORMATION_CLASSES, MARKINGS
from service.statute.periods import legal_day

GROUPS: Sequence[tuple[str, tuple[str, ...]]] = (
    ("by_letter", ("organ_id", "document_number", "letter_on", "arrived_on")),
    ("what", ("information_id", "title", "number", "information_class", "outline", "sector", "item")),
    ("why", ("class_reason", "not_public_reason", "secrecy_reason", "reasons_number", "already_public", "also_sds")),
    ("validity", ("on", "years", "until", "lifting_condition")),
    ("shown", ("marking",)),
    ("origin", ("originator_id", "released_to")),
)
"""The groups of the form, each with its words; what an act does not take is left out."""
EXAMPLES = frozenset(
    {"title", "number", "document_number", "outline", "years", "until", "released_to", "originator_id", "information_class"}
)
"""Words with an example beside them."""
LABELS = frozenset({"title", "number", "item", "reasons_number", "on"})
"""Words that mean something of their own in a designation."""


def page(visit: Visit) -> Response:
    """GET of /designating: the form, with the visitor's organization and today filled in, and an information in care where one is named."""
    known = ACTS["designate" if visit.desk.log.seat == "organ" else "record_designation"]
    require_any_role(visit.member, known.roles)
    given = {"on": legal_day(visit.at).isoformat(), "information_id": visit.asked("information_id")}
    if visit.desk.log.seat == "organ":
        places = {one.organization_id for one in visit.member.roles if one.role in known.roles}
        given["organ_id"] = next(iter(places)) if len(places) == 1 else ""
    with read(visit.desk.engine) as session:
        options = options_for(session, visit, known) | _choices(visit)
        called = labels(session, list(given.values()), roles=visit.member.role_names)
    there = set(fields_of(known))
    groups = []
    for name, words in GROUPS:
        # A new information is named by nobody: the field is there for one that is in care.
        asked = [one for one in words if one in there and (one != "information_id" or given["information_id"])]
        if asked:
            title = "dsg_by_organ" if name == "by_letter" and visit.desk.log.seat == "organ" else f"dsg_{name}"
            fields = [_field(visit, known.verb, one, options, given, called) for one in asked]
            groups.append((title, fields))
    return visit.page("holdings/designating.html", known=known, title=said(VERBS, known.verb, visit.language), groups=groups)


def _field(
    visit: Visit, verb: str, name: str, options: Mapping[str, Options], given: Mapping[str, str], called: Mapping[str, str]
) -> Field:
    value = given.get(name, "")
    choices = options.get(name, ())
    if not value and len(choices) == 1 and name != "released_to":
        value = choices[0][0]
    fixed = called.get(value, "") if name == "information_id" else ""
    made = field_of(ACTS[verb], name, language=visit.language, options=choices, values=(value,) if value else (), fixed=fixed)
    told = people_words(visit.language)
    label = told[f"dsg_label_{name}"] if name in LABELS else made.label
    return replace(made, label=label, hint=told[f"dsg_eg_{name}"] if name in EXAMPLES else made.hint)


def _choices(visit: Visit) -> dict[str, Options]:
    """Return the choices of words that take a code from a short list."""
    told = people_words(visit.language)
    classes = tuple((one, said(CODES, one, visit.language)) for one in INFORMATION_CLASSES)
    return {"information_class": classes, "marking": tuple((one, told[f"info_marking_{one}"]) for one in MARKINGS)}
