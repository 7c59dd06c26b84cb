"""Pages of the applications that may ask, and of their keys: ids and days, never a key."""

from collections.abc import Sequence

from starlette.responses import Response

from service.acts.reading.applications import ApplicationLine, application_of, applications_of
from service.console.act_words import said
from service.console.area_words.keeping import RESOURCES
from service.console.keeping.telling import is_offered, names_of, told_by
from service.console.labels import labels
from service.console.people_words import people_words
from service.console.visit import Visit
from service.database import read

SHOWN = 50


def applications(visit: Visit) -> Response:
    """GET of /applications."""
    lines, onward = applications_of(visit.seated, limit=SHOWN, cursor=visit.asked("cursor") or None)
    called = _organizations(visit, lines)
    return visit.page(
        "keeping/applications.html",
        lines=[(line, _asks_for(visit, line, called), sum(key.is_live(visit.at) for key in line.keys)) for line in lines],
        onward=onward,
        offered={"grant_application": is_offered(visit, "grant_application")},
    )


def application(visit: Visit) -> Response:
    """GET of /applications/{id}."""
    line = application_of(visit.seated, application_id=visit.request.path_params["application_id"])
    called = _organizations(visit, [line])
    with read(visit.desk.engine) as session:
        names = names_of(session, visit, [key.changed for key in line.keys])
    return visit.page(
        "keeping/application.html",
        line=line,
        row=line.row,
        asks_for=_asks_for(visit, line, called),
        resources=[said(RESOURCES, one, visit.language) for one in line.row.resource_types],
        keys=[(key, key.is_live(visit.at), told_by(visit, key.changed, names)) for key in line.keys],
        offered={verb: is_offered(visit, verb) for verb in ("issue_key", "revoke_key", "end_application")},
    )


def _organizations(visit: Visit, lines: Sequence[ApplicationLine]) -> dict[str, str]:
    with read(visit.desk.engine) as session:
        ids = [[line.row.organization_id, *line.row.organizations] for line in lines]
        return labels(session, ids, roles=visit.member.role_names)


def _asks_for(visit: Visit, line: ApplicationLine, called: dict[str, str]) -> list[str]:
    ids = dict.fromkeys(one for one in (line.row.organization_id, *line.row.organizations) if one is not None)
    return [called.get(one, one) for one in ids] or [people_words(visit.language)["keep_any_organization"]]
