"""The organ's letter from which an operator records an act."""

from dataclasses import dataclass
from datetime import date

from service.personnel.rules import require_words


@dataclass(frozen=True, slots=True)
class Notice:
    """A letter: its number, the date that it bears, and the day on which it arrived.

    Raises ValueError for a blank number or an arrival before the letter's own date.
    """

    document_number: str
    letter_on: date
    arrived_on: date

    def __post_init__(self) -> None:
        """Refuse a letter that cannot be."""
        require_words(document_number=self.document_number)
        if self.arrived_on < self.letter_on:
            msg = f"a letter of {self.letter_on} cannot have arrived on {self.arrived_on}"
            raise ValueError(msg)

    def columns(self) -> dict[str, str | date]:
        """Return the columns under which a row keeps the letter."""
        return {"document_number": self.document_number, "letter_on": self.letter_on, "arrived_on": self.arrived_on}
