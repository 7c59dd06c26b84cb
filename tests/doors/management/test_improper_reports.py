"""A report of improper designation over HTTP: there for those who may read it, nowhere for everybody else."""

from service import clock
from service.statute.periods import legal_day
from tests.doors.management.conftest import Desk


def test_a_report_is_there_for_its_readers_and_nowhere_for_everybody_else(desk: Desk) -> None:
    town = desk.town
    town.admit("complaints", "complaint_officer")
    town.equip("complaints")
    words = {
        "person_id": town.people["nobody"],
        "improper": "hides_wrongdoing",
        "on": legal_day(clock.now()).isoformat(),
        "against_person_id": town.people["eye"],
    }
    clients = {name: desk.sign_in(name) for name in ("nobody", "complaints", "eye", "manager", "clerk", "boss", "admin")}
    made = clients["nobody"].post("/api/v1/acts/report_improper", json=words)
    assert made.status_code == 200, made.text
    officer = clients["complaints"]
    (listed,) = officer.get("/api/v1/improper-reports").json()
    index = listed["index"]
    seen = officer.post(f"/api/v1/entries/{index}/look", json={"purpose": "complaint"}).json()
    assert any(isinstance(one["value"], dict) and one["value"].get("improper") == "hides_wrongdoing" for one in seen["disclosures"])
    eye = clients["eye"]
    assert eye.get("/api/v1/improper-reports").json() == []
    nothing = eye.post("/api/v1/entries/999999/look", json={"purpose": "audit"})
    for name in ("eye", "manager", "clerk", "boss", "admin", "nobody"):
        answer = clients[name].post(f"/api/v1/entries/{index}/look", json={"purpose": "audit"})
        assert answer.status_code == 404
        assert answer.json()["type"] == nothing.json()["type"]
    for name in ("manager", "clerk", "nobody"):
        assert clients[name].get("/api/v1/improper-reports").status_code == 403
    answer = {"improper_report_id": listed["id"], "finding": "in_order", "on": legal_day(clock.now()).isoformat()}
    done = officer.post("/api/v1/acts/answer_improper_report", json=answer)
    assert done.status_code == 200, done.text
    found = {"finding": "in_order", "answered_on": legal_day(clock.now()).isoformat()}
    own = {name: client.get("/api/v1/me").json()["improper_reports"] for name, client in clients.items()}
    assert own.pop("nobody") == [{"id": listed["id"], "improper": "hides_wrongdoing", "on": words["on"]} | found]
    assert not any(own.values())
    assert officer.get("/api/v1/improper-reports").json() == [listed | found]
    assert eye.get("/api/v1/improper-reports").json() == []
    index = done.json()["first_index"]
    for name in ("eye", "manager", "clerk", "boss", "admin", "nobody"):
        answer_seen = clients[name].post(f"/api/v1/entries/{index}/look", json={"purpose": "audit"})
        assert (answer_seen.status_code, answer_seen.json()["type"]) == (404, nothing.json()["type"])
