"""Acts of a case on scopes and lists: add_handler, remove_handler."""

from collections.abc import Callable, Mapping

from service.jobs.case_acts.act import Act
from service.need_to_know import operations


def _target(act: Act) -> operations.Target:
    words = act.words
    return operations.Target(person_id=words.get("person"), unit_id=words.get("unit"), post=words.get("post"))


def add_handler(act: Act) -> object:
    """Perform `add_handler`, from the act's own day on."""
    words = act.words
    return operations.list_handler(
        act.session,
        **act.told,
        information_id=words["information"],
        organization_id=words["at"],
        target=_target(act),
        from_on=act.on,
        actions=words.get("actions"),
    )


def remove_handler(act: Act) -> object:
    """Perform `remove_handler`."""
    words = act.words
    return operations.remove_handler(
        act.session, **act.told, information_id=words["information"], organization_id=words["at"], target=_target(act), on=act.on
    )


ACTS: Mapping[str, Callable[[Act], object]] = {"add_handler": add_handler, "remove_handler": remove_handler}
