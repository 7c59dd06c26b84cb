"""A policy set on the pages of people: pasted into a form, shown as what it changes, the law first, and whole."""

from service.acts.asking import Asked
from service.statute.policies import read_policies
from tests.builders.policies import COPIES, with_files, with_house
from tests.doors.console.test_approving_pages import digest, proposed, step
from tests.doors.console.test_people_pages import WORLDS, browser, desk, token
from tests.doors.management.conftest import Desk

__all__ = ["WORLDS", "desk"]
ARTICLE = "act/article-11.cedar"


def test_a_set_is_pasted_looked_at_and_proposed(desk: Desk) -> None:
    admin, bundle = browser(desk, "admin"), with_house(COPIES).bundle()
    page = admin.get("/acts/activate_policies")
    assert 'textarea id="bundle"' in page.text
    first = admin.post("/acts/activate_policies", data={"form_token": token(page), "bundle": bundle})
    assert first.status_code == 200, first.text
    assert "house-copies" in first.text
    sent = admin.post("/acts/activate_policies", data={"form_token": token(first), "bundle": bundle, "confirmed": "yes"})
    assert sent.status_code == 200
    assert sent.url.path.startswith("/proposals/prop_")
    assert "house-copies" in sent.text
    unfit = admin.post("/acts/activate_policies", data={"form_token": token(first), "bundle": bundle.replace("forbid", "permit")})
    assert unfit.status_code == 422


def test_the_approver_reads_what_changes_and_the_whole_text_and_the_law_is_marked(desk: Desk) -> None:
    article = read_policies().files[ARTICLE].replace('context has assessment && context.assessment.outcome == "negative" }', "false }", 1)
    house = COPIES.replace("No copies", "<script>alert(1)</script> No copies")
    texts = with_files({ARTICLE: article, "house/copies.cedar": house})
    proposal = proposed(desk, Asked("activate_policies", {"bundle": texts.bundle()}), by="admin")
    boss = browser(desk, "boss")
    page = boss.get(f"/proposals/{proposal}")
    assert page.status_code == 200
    assert "act/、order/" in page.text or "Policies of the law itself" in page.text
    assert page.text.index("act-11-1-negative") < page.text.index("house-copies")
    assert "+ when { false }" in page.text
    assert "<script>alert(1)" not in page.text
    assert texts.digest in page.text
    done = step(boss, proposal, "approve", page, digest=digest(page))
    assert done.status_code == 200
    assert "決裁済み" in done.text
    plain = proposed(desk, Asked("activate_policies", {}), by="admin")
    assert texts.digest in boss.get(f"/proposals/{plain}").text


def test_who_only_audits_reads_what_changes_and_not_the_text(desk: Desk) -> None:
    proposal = proposed(desk, Asked("activate_policies", {"bundle": with_house(COPIES).bundle()}), by="admin")
    page = browser(desk, "eye").get(f"/proposals/{proposal}")
    assert page.status_code == 200
    assert "house-copies" in page.text
    assert "schema.cedarschema" not in page.text
