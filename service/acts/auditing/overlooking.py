"""What auditors look after beside entries: the gaps of the log, and how much of today's budget was opened."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from service.acts.attempts import attempts_kept
from service.acts.auditing.asking import QueryUnfitError
from service.acts.auditing.keeping import auditing
from service.database import read
from service.evidence.budget import budget_on, spent_on
from service.evidence.gaps import Gaps, gaps, witnessed_sizes
from service.evidence.moments import moment_of
from service.evidence.searches import Search, range_of
from service.identity.desk import Seated
from service.statute.periods import legal_day


@attempts_kept("gaps")
def gaps_between(seated: Seated, *, since: str | None, until: str | None, longer: timedelta) -> Gaps:
    """Return the gaps of a time that are longer than so long. Raises NotAllowedError, OutsideError, QueryUnfitError."""
    auditing(seated)
    asked = Search(since=_moment("since", since), until=_moment("until", until))
    with read(seated.desk.engine) as session:
        start, end = range_of(session, asked)
        return gaps(session, start=start, end=end, longer=longer, witnessed=witnessed_sizes(session))


def budget_today(session: Session, seated: Seated) -> tuple[int, int]:
    """Return how many rows may be opened today, and how many of these somebody opened."""
    on = legal_day(seated.at)
    return budget_on(session, on=on), spent_on(session, person_id=seated.member.person_id, on=on)


def _moment(word: str, text: str | None) -> datetime | None:
    if not text:
        return None
    try:
        return moment_of(text.strip(), last=word == "until")
    except (ValueError, OverflowError) as unfit:
        raise QueryUnfitError(word, "no day or minute that there is, by western or Japanese year") from unfit
