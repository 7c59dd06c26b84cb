"""Acts of a case on designations: designate, extend, lift, close."""

from collections.abc import Callable, Mapping

from service.designation import operations
from service.jobs.case_acts.act import Act


def designate(act: Act) -> object:
    """Perform `designate`; the information has the id of its designation, as in given facts."""
    words = act.words
    subject = operations.Subject(
        information_class=words.get("class"), already_public=words.get("public", False), also_sds=words.get("also") == "sds"
    )
    return operations.designate(
        act.session,
        **act.told,
        organ_id=words["by"],
        on=act.on,
        years=words.get("years"),
        until=words.get("until"),
        subject=subject,
        information_id=words["id"],
        designation_id=words["id"],
    )


def extend(act: Act) -> object:
    """Perform `extend`."""
    words = act.words
    return operations.extend(
        act.session,
        **act.told,
        information_id=words["information"],
        until=words["until"],
        on=act.on,
        cabinet_approved_on=words.get("cabinet_approved_on"),
        exception=words.get("exception"),
    )


def lift(act: Act) -> object:
    """Perform `lift`."""
    return operations.lift(act.session, **act.told, information_id=act.words["information"], on=act.on)


def close(act: Act) -> object:
    """Perform `close`, at the designator where no other place is said."""
    return operations.close(
        act.session, **act.told, information_id=act.words["information"], organization_id=act.words.get("at"), on=act.on
    )


ACTS: Mapping[str, Callable[[Act], object]] = {"designate": designate, "extend": extend, "lift": lift, "close": close}
