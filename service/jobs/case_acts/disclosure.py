"""Acts of a case by an operator that passes on what it holds: disclose."""

from collections.abc import Callable, Mapping

from service.jobs.case_acts.act import Act
from service.provision import operations
from service.provision.rules import ALL_SAFEGUARDS, Conditions


def disclose(act: Act) -> object:
    """Perform `disclose`; `safeguards: true` says that all of them are in place."""
    words = act.words
    conditions = Conditions(
        consented_by=words.get("consented_by", ()),
        safeguards=ALL_SAFEGUARDS if words.get("safeguards") else (),
    )
    return operations.disclose(
        act.session,
        **act.told,
        information_id=words["information"],
        operator_id=words["by"],
        receiver_id=words["to"],
        under=words["under"],
        on=act.on,
        conditions=conditions,
    )


ACTS: Mapping[str, Callable[[Act], object]] = {"disclose": disclose}
