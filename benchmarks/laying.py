"""Deployments to measure on, each laid once into a folder: an invented operator with as many documents as people."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.worlds import ACTOR, invented, lay
from service import clock
from service.cli.site import open_site
from service.database import transaction
from service.designation.model import Document, DocumentInformation
from service.ledger import Draft, Kind, begin_act, record_many
from service.settings import Settings

A_CHUNK = 5_000


@dataclass(frozen=True)
class Laid:
    """A deployment that lies ready: its settings, its application's key, and who and what is in it."""

    settings: Settings
    key: str
    given: Mapping[str, Any]
    people: int
    informations: int

    def pair(self, number: int) -> tuple[str, str]:
        """Return a person and the information that they are listed for."""
        return f"p{number}", f"d{number % self.informations}"


def laid(folder: Path, people: int) -> Laid:
    """Return the deployment of that many people in a folder, laying it first where it is not there."""
    informations = max(10, people // 50)
    given = invented(people, informations)
    settings = Settings(data_dir=folder, database_url=None)
    note = folder / "laid.json"
    if not note.exists():
        key = lay(settings, given)
        _documents(settings, people, informations)
        note.write_text(json.dumps({"key": key, "people": people}), encoding="ascii")
    return Laid(settings, json.loads(note.read_text(encoding="ascii"))["key"], given, people, informations)


def _documents(settings: Settings, documents: int, informations: int) -> None:
    """Register as many documents as there are people, in a few entries."""
    with open_site(settings=settings) as site:
        for start in range(0, documents, A_CHUNK):
            with transaction(site.engine) as session:
                begin_act(session)
                at = clock.now()
                rows: list[Any] = []
                for number in range(start, min(start + A_CHUNK, documents)):
                    rows.append(Document(id=f"doc{number}", kind="document", organization_id="operator"))
                    about = {"document_id": f"doc{number}", "information_id": f"d{number % informations}"}
                    rows.append(DocumentInformation(id=f"carries{number}", **about, recorded_at=at))
                draft = Draft(kind=Kind.HISTORY_RECORDED, actor=ACTOR, at=at, note={"judged": "no"})
                record_many(session, log=site.log, drafts=[(draft, rows)])
