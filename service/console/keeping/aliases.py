"""The page of aliases: what applications call people, informations, documents and areas."""

from starlette.responses import Response

from service.acts.reading.aliases import READERS, found_aliases
from service.console.act_words import said
from service.console.area_words.keeping import TARGETS
from service.console.keeping.telling import is_offered
from service.console.labels import labels
from service.console.visit import Visit
from service.database import read

__all__ = ["READERS", "aliases"]
SHOWN = 50


def aliases(visit: Visit) -> Response:
    """GET of /aliases."""
    asked = {"namespace": visit.asked("namespace")[:100], "q": visit.asked("q")[:200], "standing": visit.asked("standing")}
    rows, onward = found_aliases(
        visit.seated,
        namespace=asked["namespace"],
        words=asked["q"],
        live=asked["standing"] != "all",
        limit=SHOWN,
        cursor=visit.asked("cursor") or None,
    )
    with read(visit.desk.engine) as session:
        called = labels(session, [row.target_id for row in rows], roles=visit.member.role_names)
    return visit.page(
        "keeping/aliases.html",
        asked=asked,
        lines=[(row, said(TARGETS, row.target_kind, visit.language), called.get(row.target_id, row.target_id)) for row in rows],
        onward=onward,
        offered={verb: is_offered(visit, verb) for verb in ("grant_alias", "grant_resource_alias", "grant_area_alias", "end_alias")},
    )
