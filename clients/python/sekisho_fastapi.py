"""A FastAPI route that opens only what Sekisho permits. Copy it beside `sekisho_client.py`.

    allowed = Permitted(sekisho, document="dms:{number}", person=lambda request: request.state.employee)

    @app.get("/documents/{number}")
    def open_document(number: str, permit: Annotated[Permit, Depends(allowed)]) -> Page: ...

The words in braces are those of the path. A denial is 403 with the sentence that may be shown; no answer is 503.
"""

from __future__ import annotations

from collections.abc import Callable

from fastapi import HTTPException, Request
from sekisho_client import Permit, Sekisho, UnavailableError

__all__ = ["Permitted"]


class Permitted:
    """A dependency that returns the Permit, or answers instead of the route. FastAPI runs it in a thread of its own."""

    def __init__(
        self,
        sekisho: Sekisho,
        *,
        person: Callable[[Request], str],
        information: str | None = None,
        document: str | None = None,
        area: str | None = None,
        action: str = "read",
        purpose: str | None = None,
        language: str = "ja",
    ) -> None:
        """Take whom to ask, how to tell who is there, and what is to be opened, named with the words of the path."""
        self._sekisho, self._person, self._action, self._language = sekisho, person, action, language
        self._purpose = purpose
        self._things = {"information": information, "document": document, "area": area}

    def __call__(self, request: Request) -> Permit:
        """Return the permit. Raises HTTPException: 403 for a denial, 503 where nobody answers."""
        names = {kind: name.format(**request.path_params) for kind, name in self._things.items() if name is not None}
        try:
            answer = self._sekisho.check(person=self._person(request), action=self._action, purpose=self._purpose, **names)
        except UnavailableError as unavailable:
            wait = {"Retry-After": str(int(unavailable.retry_after))}
            raise HTTPException(503, "判定サービスに接続できません。 / The decision service cannot be reached.", wait) from unavailable
        if not answer:
            raise HTTPException(403, {"message": answer.message(self._language), "reference": answer.reference})
        return answer
