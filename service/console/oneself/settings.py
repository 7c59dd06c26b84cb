"""How one wants pages to be shown: in which language, and days in which calendar. Kept in the browser, not in the record."""

from starlette.responses import Response

from service.console.dates import CALENDARS, calendar_of, shown_day
from service.console.visit import CALENDAR_COOKIE, LANGUAGE_COOKIE, Visit
from service.console.words import language_of

LANGUAGES = (("ja", "日本語"), ("en", "English"))
"""Each language, called by itself."""


def settings(visit: Visit) -> Response:
    """GET and POST of /me/settings."""
    if visit.request.method != "POST":
        samples = [(one, shown_day(visit.at, visit.language, one)) for one in CALENDARS]
        return visit.page("oneself/settings.html", languages=LANGUAGES, calendars=samples, kept=visit.asked("kept") == "yes")
    response = visit.goes_to("/me/settings?kept=yes")
    visit.remember(response, LANGUAGE_COOKIE, language_of(visit.one("language")))
    visit.remember(response, CALENDAR_COOKIE, calendar_of(visit.one("calendar")))
    return response
