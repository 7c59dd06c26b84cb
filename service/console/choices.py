"""What the first page offers to choose from: the people and resources of a demo world."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.console.words import Language
from service.designation.model import Document, Information
from service.personnel.model import Person

ACTIONS = ("handle", "make", "carry_out", "dispose", "return")
OTHERS = 60
"""How many people without a story are offered; more would make a list nobody reads."""

Stories = Mapping[str, tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Choice:
    """One option: the id that is asked about, and how it is shown."""

    id: str
    label: str


@dataclass(frozen=True, slots=True)
class Choices:
    """Everything that the form offers."""

    speaking: tuple[Choice, ...]
    others: tuple[Choice, ...]
    documents: tuple[Choice, ...]
    information: tuple[Choice, ...]
    actions: tuple[str, ...] = ACTIONS

    def person(self, name: str) -> Choice | None:
        """Return the person with an id, if offered."""
        return _find((*self.speaking, *self.others), name)

    def resource(self, kind: str, name: str) -> Choice | None:
        """Return the document or information with an id, if offered."""
        return _find({"document": self.documents, "information": self.information}.get(kind, ()), name)


def read_choices(session: Session, *, language: Language, stories: Stories) -> Choices:
    """Return what there is to choose from, the people with a story first."""
    people = session.execute(select(Person.id, Person.legal_name).order_by(Person.search_key, Person.id)).all()
    named = {person: name for person, name in people if person in stories}
    others = [Choice(person, name) for person, name in people if person not in stories]
    documents = session.execute(select(Document.id, Document.title)).all()
    informations = session.execute(select(Information.id, Information.title)).all()
    return Choices(
        speaking=tuple(
            Choice(person, _told(named[person], story[0 if language == "ja" else 1], language))
            for person, story in stories.items()
            if person in named
        ),
        others=tuple(others[:OTHERS]),
        documents=_listed(documents),
        information=_listed(informations),
    )


def _told(name: str, story: str, language: Language) -> str:
    return f"{name}({story})" if language == "ja" else f"{name} ({story})"


def _listed(rows: object) -> tuple[Choice, ...]:
    found = [Choice(name, f"{title or name} [{name}]") for name, title in rows]  # type: ignore[attr-defined]
    return tuple(sorted(found, key=lambda choice: (len(choice.id), choice.id)))


def _find(choices: tuple[Choice, ...], name: str) -> Choice | None:
    return next((choice for choice in choices if choice.id == name), None)
