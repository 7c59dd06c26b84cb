"""Acts of a case on provisions: provide."""

from collections.abc import Callable, Mapping

from service.jobs.case_acts.act import Act
from service.provision import operations
from service.provision.rules import Conditions


def provide(act: Act) -> object:
    """Perform `provide`."""
    words = act.words
    conditions = Conditions(
        consulted_on=words.get("consulted_on"),
        consented_by=words.get("consented_by", ()),
        equivalence=words.get("equivalence", False),
        safeguards=words.get("safeguards", False),
    )
    return operations.provide(
        act.session,
        **act.told,
        information_id=words["information"],
        giver_id=words["from"],
        receiver_id=words["to"],
        under=words["under"],
        on=act.on,
        conditions=conditions,
    )


ACTS: Mapping[str, Callable[[Act], object]] = {"provide": provide}
