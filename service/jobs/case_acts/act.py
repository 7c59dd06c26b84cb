"""One act of a case file, as the functions that perform it get it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from service.actor import Actor
from service.ledger import Log


@dataclass(frozen=True, slots=True)
class Act:
    """An act of a case: its words, its day, and who performs it at which seat; `given` are the facts of the file."""

    session: Session
    log: Log
    actor: Actor
    at: datetime
    on: date
    words: Mapping[str, Any]
    given: Mapping[str, Any]

    @property
    def told(self) -> dict[str, Any]:
        """The keywords that every operation takes."""
        return {"log": self.log, "actor": self.actor, "at": self.at}
