"""Home: what is to be done today, what waits, and what one can do."""

from starlette.responses import Response

from service.acts.table import ACTS, PERSON, Known
from service.console.act_words import VERBS, said
from service.console.approving.proposals import waiting_lines
from service.console.days.deadlines import at_home
from service.console.labels import labels
from service.console.oneself.record import own_record
from service.console.visit import Visit
from service.database import transaction
from service.identity.roles import name_of


def home(visit: Visit) -> Response:
    """GET of /home: who you are, what waits, what you can do, and your own record."""
    member = visit.member
    held = member.role_names | {PERSON}
    seat = visit.desk.log.seat
    acts = [
        (known.verb, said(VERBS, known.verb, visit.language), _when(known))
        for known in ACTS.values()
        if known.seat in (None, seat) and held & set(known.roles)
    ]
    with transaction(visit.desk.engine) as session:
        record = own_record(session, visit)
        reach = [[one.organization_id, *one.units, *one.informations, *one.contracts] for one in member.roles]
        called = labels(session, reach, roles=held)
    roles = [(name_of(one.role, visit.language), one) for one in member.roles]
    dates, more_dates = at_home(visit)
    lines = waiting_lines(visit, states=("open",))
    return visit.page(
        "home/home.html", acts=acts, roles=roles, lines=lines, record=record, called=called, dates=dates, more_dates=more_dates
    )


def _when(known: Known) -> str:
    """Return the word that says when an act happens: at once, after an approval, or one of the two by what it says."""
    if known.wide_with is not None or known.narrow_when is not None or known.judged_by is not None:
        return "as_it_says"
    return "needs_second" if known.seconds else "at_once"
