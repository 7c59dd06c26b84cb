"""The page that takes a whole import back: what would be put right, and what of it stays, and why."""

from sqlalchemy import select
from starlette.responses import Response

from service.acts.asking import Waiting
from service.acts.roster.undoing import take_back, undoing_of
from service.console.act_words import VERBS, said
from service.console.labels import labels
from service.console.visit import Visit
from service.database import read
from service.personnel.model import Alias, Post


def undoing(visit: Visit) -> Response:
    """GET and POST of /people/import/{proposal_id}/undo."""
    found = undoing_of(visit.seated, proposal_id=visit.request.path_params["proposal_id"])
    if visit.request.method == "POST" and visit.one("confirmed") == "yes":
        outcome = take_back(visit.desk.engine, visit.seated, undoing=found)
        if isinstance(outcome, Waiting):
            return visit.goes_to(f"/proposals/{outcome.proposal}")
        return visit.goes_to(f"/people/import?done={outcome.first_index}")
    with read(visit.desk.engine) as session:
        about = [str(one.words.get("post_id") or one.words.get("alias_id")) for one in found.acts]
        posts = {row.id: row for row in session.scalars(select(Post).where(Post.id.in_(about)))}
        aliases = {row.id: row for row in session.scalars(select(Alias).where(Alias.id.in_(about)))}
        people = [row.person_id for row in posts.values()] + [row.target_id for row in aliases.values()]
        people += [one.words["person_id"] for one in found.acts if "person_id" in one.words]
        called = labels(session, [people, [(row.unit_id, row.organization_id) for row in posts.values()]], roles=visit.member.role_names)
        acts = []
        for one in found.acts:
            post, alias = posts.get(str(one.words.get("post_id"))), aliases.get(str(one.words.get("alias_id")))
            person = post.person_id if post is not None else alias.target_id if alias is not None else str(one.words.get("person_id"))
            what = ""
            if post is not None:
                what = " ".join(called.get(part, part) for part in (post.unit_id, post.post or post.title) if part)
            elif alias is not None:
                what = alias.value
            acts.append((said(VERBS, one.verb, visit.language), called.get(person, person), what))
    staying = [(said(VERBS, one.verb, visit.language), one.about, one.why) for one in found.kept]
    return visit.page("staff/undo.html", found=found, acts=acts, staying=staying)
