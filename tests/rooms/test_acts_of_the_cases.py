"""The acts of the public case files that these rooms perform, through the operations themselves."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from service.database import transaction
from service.designation import operations as designation
from service.jobs.history import load_history
from service.need_to_know import operations as need_to_know
from service.provision import operations as provision
from service.provision.rules import Conditions
from service.statute.refusals import Refusal
from tests.builders.site import ACTOR, OPENED_AT, Site

CASES = Path(__file__).parents[1] / "statute" / "cases"
Act = dict[str, Any]


def target(act: Act) -> need_to_know.Target:
    return need_to_know.Target(person_id=act.get("person"), unit_id=act.get("unit"), post=act.get("post"))


def designate(act: Act) -> tuple[Any, Act]:
    subject = designation.Subject(
        information_class=act.get("class"), already_public=act.get("public", False), also_sds=act.get("also") == "sds"
    )
    facts = {"organ_id": act["by"], "years": act.get("years"), "until": act.get("until"), "information_id": act["id"], "subject": subject}
    return designation.designate, facts


def extend(act: Act) -> tuple[Any, Act]:
    more = {key: act.get(key) for key in ("cabinet_approved_on", "exception")}
    return designation.extend, {"information_id": act["information"], "until": act["until"], **more}


def provide(act: Act) -> tuple[Any, Act]:
    conditions = Conditions(
        consulted_on=act.get("consulted_on"),
        consented_by=act.get("consented_by", ()),
        equivalence=act.get("equivalence", False),
        safeguards=act.get("safeguards", False),
    )
    parties = {"giver_id": act["from"], "receiver_id": act["to"], "under": act["under"]}
    return provision.provide, {"information_id": act["information"], **parties, "conditions": conditions}


def add_handler(act: Act) -> tuple[Any, Act]:
    line = {"information_id": act["information"], "organization_id": act["at"], "target": target(act), "actions": act.get("actions")}
    return need_to_know.list_handler, line | {"from_on": act["on"]}


PERFORMED = {
    "designate": designate,
    "extend": extend,
    "lift": lambda act: (designation.lift, {"information_id": act["information"]}),
    "close": lambda act: (designation.close, {"information_id": act["information"], "organization_id": act.get("at")}),
    "provide": provide,
    "add_handler": add_handler,
    "remove_handler": lambda act: (
        need_to_know.remove_handler,
        {"information_id": act["information"], "organization_id": act["at"], "target": target(act)},
    ),
}


def files() -> Iterator[Path]:
    for path in sorted(CASES.glob("*.yaml")):
        acts = YAML(typ="safe").load(path).get("acts", ())
        # The steps of an assessment, corrections, disclosures and complaints are acts of other rooms.
        if acts and any(act["act"] in PERFORMED for act in acts) and not any(act["act"] in {"notify_result", "correct"} for act in acts):
            yield path


@pytest.mark.parametrize("path", list(files()), ids=lambda path: path.stem)
def test_the_law_answers_each_act_as_the_case_says(organ: Site, path: Path) -> None:
    case = YAML(typ="safe").load(path)
    with transaction(organ.engine) as session:
        load_history(session, log=organ.log, at=OPENED_AT, actor=ACTOR, given=case["given"])
    for act in case["acts"]:
        if act["act"] not in PERFORMED:
            continue
        operation, facts = PERFORMED[act["act"]](act)
        if "from_on" not in facts:
            facts["on"] = act["on"]
        answer, basis = perform(organ, operation, act, facts)
        assert answer == (act["result"], act.get("reason") or answer[1]), act
        assert set(act.get("basis", ())) <= basis, act


def perform(site: Site, operation: Any, act: Act, facts: Act) -> tuple[tuple[str, str | None], set[str]]:
    try:
        site.act(operation, day=act["on"], **facts)
    except Refusal as refusal:
        return ("refused", refusal.reason), {str(each) for each in refusal.basis}
    return ("accepted", None), set()
