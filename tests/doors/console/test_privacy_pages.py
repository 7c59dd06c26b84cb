"""People are erased, and what slipped into free text is sealed and destroyed, by the pages alone."""

import re

import httpx2
from sqlalchemy import text

from service.acts import asking, deciding
from service.acts.asking import Asked, Done, Waiting
from service.database import read
from service.personnel.model import Person
from tests.builders.departed import NAME, departed
from tests.doors.console.test_people_pages import DIGEST, WORLDS, browser, desk, token
from tests.doors.management.conftest import Desk

__all__ = ["WORLDS", "desk"]
SLIP = "架空の推力表 K-77"


def asked(client: httpx2.Client, verb: str, **words: str) -> httpx2.Response:
    """Fill in the form of an act, look at what it would record, and ask for it."""
    given = {"form_token": token(client.get(f"/acts/{verb}")), **words}
    assert "まだ何も記録されていません" in client.post(f"/acts/{verb}", data=given).text
    return client.post(f"/acts/{verb}", data=given | {"confirmed": "yes"})


def approved(desk: Desk, name: str, proposal: httpx2.URL) -> httpx2.Response:
    second = browser(desk, name)
    page = second.get(proposal.path)
    digest = DIGEST.search(page.text)
    assert digest is not None, page.text
    return second.post(f"{proposal.path}/approve", data={"form_token": token(page), "digest": digest[1], "words": ""})


def slipped(desk: Desk) -> int:
    """Return the entry of a post whose title says what it must not."""
    town, words = desk.town, {"organization_id": desk.town.organization, "title": SLIP}
    worker = town.ask("clerk", "register_person", legal_name="架空 封印")
    assert isinstance(worker, Done)
    act = Asked("take_post", {"person_id": worker.made[0], **words})
    waiting = asking.ask(town.engine, log=town.log, member=town.member("clerk"), at=town.now(), acts=[act])
    assert isinstance(waiting, Waiting)
    digest = town.digest("manager", waiting.proposal)
    member = town.member("manager")
    done = deciding.approve(town.engine, log=town.log, member=member, at=town.now(), proposal_id=waiting.proposal, digest=digest)
    return done.first_index


def opened(eye: httpx2.Client, entry: int) -> str:
    """Return what an auditor reads of an entry for a lawful purpose."""
    return eye.post(f"/ledger/{entry}", data={"form_token": token(eye.get(f"/ledger/{entry}")), "purpose": "audit"}).text


def test_two_people_erase_somebody_by_pages_and_one_is_told_why_not_yet(desk: Desk) -> None:
    person = departed(desk.town)
    clerk = browser(desk, "clerk")
    still = clerk.post(
        "/acts/erase_person", data={"form_token": token(clerk.get("/acts/erase_person")), "person_id": desk.town.people["eye"]}
    )
    assert still.status_code in {403, 409, 422}
    waiting = asked(clerk, "erase_person", person_id=person)
    assert waiting.url.path.startswith("/proposals/")
    with read(desk.town.engine) as session:
        assert session.get_one(Person, person).legal_name == NAME, "one alone erases nobody"
    approved(desk, "boss", waiting.url)
    with read(desk.town.engine) as session:
        assert NAME not in repr(session.execute(text("select * from personnel.people")).all())
    assert NAME not in clerk.get("/people", params={"q": NAME[:2]}).text


def test_what_slipped_in_is_sealed_by_one_and_destroyed_by_two_by_pages(desk: Desk) -> None:
    entry = slipped(desk)
    eye = browser(desk, "eye")
    assert SLIP in opened(eye, entry)
    done = asked(browser(desk, "clerk"), "seal_spill", index=str(entry))
    assert re.search(r"台帳の記録 \d+", done.text), "one does it, at once"
    assert SLIP not in opened(eye, entry)
    with read(desk.town.engine) as session:
        sealed = list(session.scalars(text("select entry_index from ledger.spills where state = 'sealed' order by entry_index")))
    assert entry in sealed
    manager = browser(desk, "manager")
    waiting = asked(manager, "destroy_spill", index=str(entry))
    assert waiting.url.path.startswith("/proposals/")
    assert SLIP not in waiting.text
    approved(desk, "deputy", waiting.url)
    with read(desk.town.engine) as session:
        states = set(session.scalars(text("select state from ledger.spills where entry_index = :entry"), {"entry": entry}))
    assert states == {"sealed", "destroyed"}, "each step is on record"
