"""Drafts of forms of acts: kept as they are typed, offered again, and gone once the act was asked for."""

from starlette.responses import Response

from service.acts import asking
from service.acts.entitled import require_any_role
from service.acts.table import Known
from service.console.acting.fields import fields_of
from service.console.visit import Visit
from service.database import read, transaction
from service.identity.drafts import Kept, draft_of, drop_draft, keep_draft


def draft(visit: Visit) -> Response:
    """POST of /acts/{verb}/draft: keep what was typed so far; 204, or 413 where it is too much to keep."""
    known = asking.known_act(visit.request.path_params["verb"], log=visit.desk.log)
    require_any_role(visit.member, known.roles)
    words = {name: visit.form[name] for name in (*fields_of(known), "remark") if any(visit.form.get(name, ()))}
    with transaction(visit.desk.engine) as session:
        kept = keep_draft(session, log=visit.desk.log, member=visit.member, at=visit.at, form=_form(known), words=words)
    return Response(status_code=204 if kept else 413)


def drop(visit: Visit) -> Response:
    """POST of /acts/{verb}/draft/drop: forget it, and begin anew."""
    known = asking.known_act(visit.request.path_params["verb"], log=visit.desk.log)
    forget_draft(visit, known)
    return visit.goes_to(f"/acts/{known.verb}")


def kept_draft(visit: Visit, known: Known) -> Kept | None:
    """Return what the visitor had typed into the form of an act, or None."""
    with read(visit.desk.engine) as session:
        return draft_of(session, log=visit.desk.log, member=visit.member, at=visit.at, form=_form(known))


def forget_draft(visit: Visit, known: Known) -> None:
    """Forget what the visitor had typed into the form of an act."""
    with transaction(visit.desk.engine) as session:
        drop_draft(session, member=visit.member, form=_form(known))


def _form(known: Known) -> str:
    return f"act:{known.verb}"
