"""Marks to print and labels for machines: of what stands, for whoever keeps it, and the end mark after the end (Order 4, 7, 10)."""

import json
from datetime import timedelta

import pytest

from tests.doors.management.conftest import Desk, desk
from tests.doors.management.test_registers import Keeping, keeping

__all__ = ["desk", "keeping"]


def test_what_is_marked_is_marked_alike_for_the_printer_and_for_machines(keeping: Keeping, desk: Desk) -> None:
    browser = desk.sign_in("manager")
    path = "/api/v1/documents/doc-1/label"
    told = json.loads(browser.get(path).text)
    assert (told["state"], told["numbers"], told["organs"]) == ("designated", ["経保1"], ["架空経済省"])
    assert told["last_day"] == (keeping.today + timedelta(days=900)).isoformat()
    assert told == json.loads(browser.get("/api/v1/informations/d1/label").text)
    packet = browser.get(path, params={"format": "xmp"})
    assert packet.headers["content-type"] == "application/rdf+xml"
    assert "経保1" in packet.text
    page = browser.get(path, params={"format": "html"})
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert "重要経済安保情報" in page.text
    assert "doc-1" not in page.text


@pytest.mark.usefixtures("keeping")
def test_a_label_is_for_those_who_keep_titles_within_their_reach(desk: Desk) -> None:
    manager = desk.sign_in("manager")
    assert desk.sign_in("eye").get("/api/v1/documents/doc-1/label").status_code == 403
    others = [manager.get(f"/api/v1/documents/{one}/label") for one in ("doc-9", "zzz")]
    assert [one.status_code for one in others] == [404, 404]
    assert others[0].content == others[1].content


def test_a_manager_reads_what_staff_doubted_of_a_designation_and_not_who(keeping: Keeping, desk: Desk) -> None:
    words = {"person_id": desk.town.people["nobody"], "requirement": "secrecy", "on": keeping.today.isoformat()}
    desk.town.ask("nobody", "doubt_designation", designation_number="経保1", **words)
    desk.town.ask("nobody", "doubt_designation", designation_number="他1", **words)
    (doubt,) = desk.sign_in("manager").get("/api/v1/informations/d1/doubts").json()
    assert (doubt["requirement"], set(doubt)) == ("secrecy", {"id", "requirement", "on"})
    assert desk.sign_in("clerk").get("/api/v1/informations/d1/doubts").status_code == 403
