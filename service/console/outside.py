"""What a browser is shown where there is no door, or none answered: the same page for everybody, in the language last chosen."""

from collections.abc import MutableMapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from service.console.pages import render
from service.console.people_words import people_words
from service.console.visit import LANGUAGE_COOKIE
from service.console.words import language_of

NO_PAGES = ("/api/", "/access/", "/.well-known/", "/problems/")
"""Below these paths programs ask, and are told as programs are."""
NOWHERE = ("no_page", "no_page_text")
WORDS = {
    404: NOWHERE,
    405: NOWHERE,
    413: ("too_large", "too_large_whole"),
    500: ("defect", "defect_text"),
    503: ("unavailable_now", "overloaded_text"),
}


def page_outside(scope: MutableMapping[str, Any], status: int) -> Response | None:
    """Return the page for a status, or None where a program asked, or nothing is said to people of that status."""
    request = Request(scope)
    if status not in WORDS or scope["path"].startswith(NO_PAGES) or "text/html" not in request.headers.get("accept", ""):
        return None
    language = language_of(request.cookies.get(LANGUAGE_COOKIE))
    title, text = (people_words(language)[one] for one in WORDS[status])
    return render("outside.html", language, status=status, title=title, text=text)
