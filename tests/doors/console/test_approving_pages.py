"""The inbox and the page of a proposal, over HTTP as a browser sends it."""

import re
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import httpx2
import pytest
from sqlalchemy import func, select, text

from service.acts import asking
from service.acts.asking import Asked, Waiting
from service.database import read, transaction
from service.ledger.model import EntryRow
from service.personnel.model import Post
from service.personnel.operations import register_person
from tests.doors.console.test_people_pages import DIGEST, WORLDS, browser, desk, token
from tests.doors.management.conftest import Desk

__all__ = ["WORLDS", "desk"]
HOSTILE = "<script>alert(1)</script>{{ 7*7 }}[x] =cmd|' /C calc'!A0"


def newcomer(desk: Desk, name: str) -> str:
    member = desk.town.member("clerk")
    with transaction(desk.town.engine) as session:
        return register_person(session, log=desk.town.log, actor=member.actor, at=desk.town.now(), legal_name=name)


def asked_post(desk: Desk, person: str, **words: Any) -> Asked:
    return Asked("take_post", {"person_id": person, "organization_id": desk.town.organization, **words})


def proposed(desk: Desk, *acts: Asked, by: str = "clerk", words: str = "") -> str:
    member = desk.town.member(by)
    done = asking.ask(desk.town.engine, log=desk.town.log, member=member, at=desk.town.now(), acts=list(acts), words=words)
    assert isinstance(done, Waiting)
    return done.proposal


def digest(page: httpx2.Response) -> str:
    found = DIGEST.search(page.text)
    assert found is not None
    return found[1]


def posts(desk: Desk) -> int:
    with read(desk.town.engine) as session:
        return session.scalar(select(func.count()).select_from(Post)) or 0


def step(client: httpx2.Client, proposal: str, name: str, page: httpx2.Response, **form: str) -> httpx2.Response:
    return client.post(f"/proposals/{proposal}/{name}", data={"form_token": token(page), **form})


@pytest.mark.parametrize(
    ("language", "sentence"), [("ja", "架空 太郎さんを架空電力に就ける(2026年4月1日から)"), ("en", "Let 架空 太郎 take")]
)
def test_a_proposal_is_told_in_a_sentence_with_its_route_and_its_law(desk: Desk, language: str, sentence: str) -> None:
    proposal = proposed(desk, asked_post(desk, newcomer(desk, "架空 太郎"), from_on="2026-04-01"), words="四月の異動")
    manager = browser(desk, "manager")
    manager.cookies.set("calendar", "western")
    page = manager.get(f"/proposals/{proposal}", params={"lang": language})
    assert page.status_code == 200, page.text
    assert sentence in page.text
    assert "四月の異動" in page.text
    assert 'aria-current="step"' in page.text
    assert "personnel.posts" not in re.sub(r"<pre.*?</pre>", "", page.text, flags=re.DOTALL)
    assert ("決裁者" if language == "ja" else "Approver") in page.text


def test_who_holds_which_role_is_told_by_name_to_those_alone_who_may_see_it(desk: Desk) -> None:
    proposal = proposed(desk, asked_post(desk, newcomer(desk, "架空 太郎")))
    assert "manager 花子" in browser(desk, "boss").get(f"/proposals/{proposal}").text
    for name in ("clerk", "deputy"):
        page = browser(desk, name).get(f"/proposals/{proposal}").text
        assert "決裁できる役割" in page
        assert "manager 花子" not in page


def role_for(desk: Desk, name: str) -> dict[str, Any]:
    return {"person_id": desk.town.people[name], "organization_id": desk.town.organization, "from_on": "2026-11-01", "role": "custodian"}


def test_what_waits_for_me_comes_first_and_what_is_mine_is_with_mine(desk: Desk) -> None:
    proposal = proposed(desk, asked_post(desk, newcomer(desk, "架空 太郎")))
    inbox = browser(desk, "manager").get("/proposals").text
    first, own = inbox.split('id="own"')
    assert proposal in first
    assert proposal not in own
    first, own = browser(desk, "clerk").get("/proposals").text.split('id="own"')
    assert proposal not in first
    assert proposal in own.split('id="others"')[0]


def test_nobody_finds_what_is_not_theirs_to_see(desk: Desk) -> None:
    name = "架空 秘密の人"
    proposal = proposed(desk, asked_post(desk, newcomer(desk, name)))
    role = proposed(desk, Asked("grant_role", role_for(desk, "nobody")), by="admin")
    for who, unseen in (("nobody", (proposal, role)), ("admin", (proposal,)), ("manager", (role,))):
        client = browser(desk, who)
        for path in ("/proposals", "/proposals?pile=decide", "/proposals?pile=own", "/proposals?pile=others", "/home"):
            page = client.get(path)
            assert page.status_code == 200
            assert not any(one in page.text for one in unseen)
        for one in unseen:
            for path in (f"/proposals/{one}", f"/proposals/{one}/rows", f"/proposals/{one}/again"):
                assert client.get(path).status_code == 404
            for name_of_step in ("approve", "send-back", "reject", "withdraw", "view", "again"):
                answer = step(client, one, name_of_step, client.get("/home"), words="x", digest="0" * 64)
                assert answer.status_code in {403, 404, 409}
    eye = browser(desk, "eye")
    assert proposal in eye.get("/proposals?pile=others").text
    for path in ("/proposals?pile=others", f"/proposals/{proposal}"):
        page = eye.get(path).text
        assert name not in page
        assert "clerk 花子" not in page
        assert "/approve" not in page
    assert eye.get(f"/proposals/{proposal}/rows").status_code == 404


def test_nobody_approves_their_own(desk: Desk) -> None:
    before = posts(desk)
    own = proposed(desk, asked_post(desk, newcomer(desk, "架空 太郎")))
    clerk = browser(desk, "clerk")
    page = clerk.get(f"/proposals/{own}")
    assert "自分の起案は、自分では決裁できません" in page.text
    assert f"/proposals/{own}/approve" not in page.text
    assert step(clerk, own, "approve", page, digest=desk.town.digest("manager", own)).status_code == 403
    about = proposed(desk, asked_post(desk, desk.town.people["manager"], post="課長"))
    manager = browser(desk, "manager")
    page = manager.get(f"/proposals/{about}")
    assert "自分に関する起案" in page.text
    assert f"/proposals/{about}/approve" not in page.text
    assert about not in manager.get("/proposals").text.split('id="own"')[0]
    assert step(manager, about, "approve", page, digest=desk.town.digest("boss", about)).status_code == 403
    assert posts(desk) == before


def test_what_was_shown_is_what_is_done_and_nothing_else(desk: Desk) -> None:
    person = newcomer(desk, "架空 太郎")
    proposal = proposed(desk, asked_post(desk, person, post="係長"))
    manager, clerk = browser(desk, "manager"), browser(desk, "clerk")
    seen = manager.get(f"/proposals/{proposal}")
    shown = digest(seen)
    step(manager, proposal, "send-back", seen, words="課長ではありませんか")
    form = clerk.get(f"/proposals/{proposal}/again")
    assert 'value="係長"' in form.text
    words = {"person_id": person, "organization_id": desk.town.organization, "post": "部長", "again": proposal}
    checked = clerk.post("/acts/take_post", data={"form_token": token(form), **words})
    assert "起案する" in checked.text
    again = clerk.post("/acts/take_post", data={"form_token": token(form), **words, "confirmed": "yes"})
    assert again.url.path == f"/proposals/{proposal}"
    before = posts(desk)
    refused = step(manager, proposal, "approve", seen, digest=shown)
    assert refused.status_code == 409
    assert "確認した後に" in refused.text
    assert "部長" in refused.text
    assert posts(desk) == before
    done = step(manager, proposal, "approve", refused, digest=digest(refused))
    assert done.url.path == "/proposals"
    assert "台帳の記録" in done.text
    assert posts(desk) == before + 1
    route = manager.get(f"/proposals/{proposal}").text
    assert [route.index(f"<b>{one}</b>") for one in ("起案", "差戻し", "再起案", "決裁")] == sorted(
        route.index(f"<b>{one}</b>") for one in ("起案", "差戻し", "再起案", "決裁")
    )


def test_only_whoever_proposed_it_proposes_it_again(desk: Desk) -> None:
    proposal = proposed(desk, asked_post(desk, newcomer(desk, "架空 太郎")))
    boss, clerk = browser(desk, "boss"), browser(desk, "clerk")
    assert clerk.get(f"/proposals/{proposal}/again").status_code == 409
    step(boss, proposal, "send-back", boss.get(f"/proposals/{proposal}"), words="確かめてください")
    for path in (f"/proposals/{proposal}/again",):
        assert boss.get(path).status_code == 404
    assert step(boss, proposal, "again", boss.get("/home")).status_code == 404
    page = clerk.get(f"/proposals/{proposal}")
    assert "直してもう一度起案する" in page.text


def test_who_sends_back_or_rejects_says_why(desk: Desk) -> None:
    proposal = proposed(desk, asked_post(desk, newcomer(desk, "架空 太郎")))
    manager = browser(desk, "manager")
    page = manager.get(f"/proposals/{proposal}")
    for name in ("send-back", "reject"):
        silent = step(manager, proposal, name, page, words="  ")
        assert silent.status_code == 422
        assert f'id="words-{name}-problem">理由を入力してください' in silent.text
    long = step(manager, proposal, "reject", page, words="長" * 2001)
    assert (long.status_code, "2,000文字以内" in long.text) == (422, True)
    done = step(manager, proposal, "reject", page, words="不要です")
    assert "否決しました" in done.text
    assert "不要です" in manager.get(f"/proposals/{proposal}").text


def test_a_hostile_name_stays_text_in_every_form(desk: Desk) -> None:
    acts = [asked_post(desk, newcomer(desk, HOSTILE), post=HOSTILE[:40], title=HOSTILE) for _ in range(11)]
    single, file = proposed(desk, acts[0], words=HOSTILE), proposed(desk, *acts[1:], asked_post(desk, newcomer(desk, HOSTILE)))
    manager = browser(desk, "manager")
    for path in ("/proposals", f"/proposals/{single}", f"/proposals/{file}", f"/proposals/{file}?q={quote(HOSTILE)}"):
        page = manager.get(path)
        assert page.status_code == 200
        assert "<script>alert" not in page.text
        assert "&lt;script&gt;alert(1)" in page.text
        assert "{{ 7*7 }}" in page.text
    lines = manager.get(f"/proposals/{file}/rows").text
    cells = re.findall(r'"((?:[^"]|"")*)"', lines)
    assert all(not cell.startswith(("=", "+", "-", "@")) for cell in cells)


def test_a_file_of_sixty_acts_is_looked_at_searched_saved_and_approved_once(desk: Desk) -> None:
    people = [newcomer(desk, f"架空 {number:03d}番") for number in range(60)]
    proposal = proposed(desk, *(asked_post(desk, person) for person in people))
    manager = browser(desk, "manager")
    page = manager.get(f"/proposals/{proposal}")
    assert "60" in page.text
    assert "架空 019番" in page.text
    assert "架空 020番" not in page.text
    second = manager.get(f"/proposals/{proposal}?from=20").text
    assert "架空 020番" in second
    found = manager.get(f"/proposals/{proposal}?q=050番").text
    assert "架空 050番さん" in found
    assert digest(manager.get(f"/proposals/{proposal}?q=nothing")) == digest(page)
    saved = manager.get(f"/proposals/{proposal}/rows")
    assert saved.headers["content-type"].startswith("text/csv")
    assert "attachment" in saved.headers["content-disposition"]
    assert saved.text.count("\r\n") == 61
    before = posts(desk)
    with read(desk.town.engine) as session:
        entries = session.scalar(select(func.count()).select_from(EntryRow))
    done = step(manager, proposal, "approve", page, digest=digest(page))
    assert done.url.path == "/proposals"
    assert posts(desk) == before + 60
    assert step(manager, proposal, "approve", page, digest=digest(page)).status_code == 409
    assert posts(desk) == before + 60
    with read(desk.town.engine) as session:
        assert session.scalar(select(func.count()).select_from(EntryRow)) == (entries or 0) + 60


def test_a_list_of_proposals_goes_on_page_by_page_and_the_stalled_come_first(desk: Desk) -> None:
    made = [proposed(desk, asked_post(desk, newcomer(desk, "架空 太郎"))) for _ in range(52)]
    with transaction(desk.town.engine) as session:
        session.execute(
            text("update proposals.proposals set proposed_at = proposed_at - :ago where id = :id"),
            {"ago": timedelta(days=9), "id": made[30]},
        )
    manager = browser(desk, "manager")
    first = manager.get("/proposals?pile=decide")
    order = list(dict.fromkeys(re.findall(r"/proposals/(prop_[0-9a-f]+)", first.text)))
    assert order[:2] == [made[30], made[0]]
    assert len(order) == 50
    assert "滞留" in first.text
    onward = re.search(r'href="(/proposals\?pile=decide[^"]*cursor=[^"]+)"', first.text)
    assert onward is not None
    rest = list(dict.fromkeys(re.findall(r"/proposals/(prop_[0-9a-f]+)", manager.get(onward[1].replace("&amp;", "&")).text)))
    assert sorted([*order, *rest]) == sorted(made)
    assert manager.get("/proposals?pile=decide&cursor=zzz").status_code == 422
    own = browser(desk, "clerk").get("/proposals?pile=own&state=approved")
    assert "prop_" not in own.text


def test_an_approval_asks_for_a_fresh_sign_in_and_comes_back(desk: Desk) -> None:
    proposal = proposed(desk, asked_post(desk, newcomer(desk, "架空 太郎")))
    manager = browser(desk, "manager")
    page = manager.get(f"/proposals/{proposal}")
    with transaction(desk.town.engine) as session:
        session.execute(text("update identity.sessions set auth_at = auth_at - interval '1 hour'"))
    stale = manager.get(f"/proposals/{proposal}")
    assert f"/proposals/{proposal}/approve" not in stale.text
    assert f"/confirm?next={quote(f'/proposals/{proposal}')}" in stale.text
    sent = manager.post(f"/proposals/{proposal}/approve", data={"form_token": token(page), "digest": digest(page)}, follow_redirects=False)
    assert sent.headers["location"] == f"/confirm?next={quote(f'/proposals/{proposal}', safe='')}" or sent.headers["location"].endswith(
        proposal
    )


def test_what_cannot_be_done_any_more_can_still_be_rejected(desk: Desk) -> None:
    person = newcomer(desk, "架空 太郎")
    first = proposed(desk, Asked("open_account", {"person_id": person, "sign_in_name": "taro"}), by="admin")
    second = proposed(desk, Asked("open_account", {"person_id": person, "sign_in_name": "taro"}), by="admin")
    desk.town.approve("boss", first)
    boss = browser(desk, "boss")
    page = boss.get(f"/proposals/{second}")
    assert page.status_code == 200
    assert "いまは行えません" in page.text
    assert "既に記録されています" in page.text
    assert f"/proposals/{second}/approve" not in page.text
    assert "否決しました" in step(boss, second, "reject", page, words="重複").text


def test_what_was_decided_before_about_somebody_is_told_to_whoever_may_see_it(desk: Desk) -> None:
    person = newcomer(desk, "架空 太郎")
    earlier = proposed(desk, asked_post(desk, person, post="係員"))
    desk.town.approve("manager", earlier)
    account = proposed(desk, Asked("open_account", {"person_id": person, "sign_in_name": "taro"}), by="admin")
    desk.town.approve("boss", account)
    later = proposed(desk, asked_post(desk, person, post="課長"))
    page = browser(desk, "manager").get(f"/proposals/{later}").text
    assert earlier in page
    assert account not in page
    assert account in browser(desk, "boss").get(f"/proposals/{later}").text


def test_a_change_is_shown_as_it_is_and_as_it_would_be(desk: Desk) -> None:
    person = newcomer(desk, "旧姓 花子")
    proposal = proposed(desk, Asked("record_name", {"person_id": person, "legal_name": "新姓 花子"}))
    page = browser(desk, "boss").get(f"/proposals/{proposal}").text
    row = re.search(r'<tr class="changed"><th scope="row">氏名</th><td>([^<]*)</td><td>([^<]*)</td></tr>', page)
    assert row is not None
    assert row.groups() == ("旧姓 花子", "新姓 花子")


def test_what_was_approved_in_absence_waits_for_whoever_was_absent(desk: Desk) -> None:
    desk.town.admit("standin", "approver", footing="absence", in_name_of="boss 太郎")
    desk.town.equip("standin")
    proposal = proposed(desk, Asked("record_name", {"person_id": newcomer(desk, "架空 太郎"), "legal_name": "架空 次郎"}))
    standin = browser(desk, "standin")
    page = standin.get(f"/proposals/{proposal}")
    assert "決裁者(代決)として、boss 太郎の名で決裁します" in page.text
    assert "代決です" in page.text
    step(standin, proposal, "approve", page, digest=digest(page))
    boss = browser(desk, "boss")
    inbox = boss.get("/proposals")
    assert "後閲を待つもの" in inbox.text
    assert proposal in inbox.text.split('id="view"')[1].split('id="own"')[0]
    assert "後閲を待つもの" not in standin.get("/proposals").text
    seen = boss.get(f"/proposals/{proposal}")
    assert "後閲待ち" in seen.text
    assert "boss 太郎 の名で" in seen.text
    assert f"/proposals/{proposal}/view" not in standin.get(f"/proposals/{proposal}").text
    assert step(standin, proposal, "view", page).status_code == 403
    assert "後閲を記録しました" in step(boss, proposal, "view", seen).text
    assert "後閲を待つもの" not in boss.get("/proposals").text


def test_a_file_that_was_sent_back_is_proposed_again_as_it_is(desk: Desk) -> None:
    acts = [asked_post(desk, newcomer(desk, f"架空 {number}番")) for number in range(11)]
    proposal = proposed(desk, *acts)
    manager, clerk = browser(desk, "manager"), browser(desk, "clerk")
    step(manager, proposal, "send-back", manager.get(f"/proposals/{proposal}"), words="辞令を付けてください")
    assert clerk.get(f"/proposals/{proposal}/again").status_code == 409
    page = clerk.get(f"/proposals/{proposal}")
    again = step(clerk, proposal, "again", page, words="付けました")
    assert again.url.path == f"/proposals/{proposal}"
    assert "付けました" in again.text
    seen = manager.get(f"/proposals/{proposal}")
    before = posts(desk)
    step(manager, proposal, "approve", seen, digest=digest(seen))
    assert posts(desk) == before + 11
    assert step(clerk, proposal, "again", page).status_code == 409


def test_what_changed_since_it_was_proposed_is_said(desk: Desk) -> None:
    person = newcomer(desk, "架空 太郎")
    proposal = proposed(desk, Asked("record_name", {"person_id": person, "legal_name": "架空 次郎"}))
    boss = browser(desk, "boss")
    first = boss.get(f"/proposals/{proposal}")
    assert "起案のときに示された内容から変わっています" not in first.text
    other = proposed(desk, Asked("record_name", {"person_id": person, "kana": "かくう たろう"}))
    desk.town.approve("boss", other)
    later = boss.get(f"/proposals/{proposal}")
    assert "起案のときに示された内容から変わっています" in later.text
    refused = step(boss, proposal, "approve", first, digest=digest(first))
    assert refused.status_code == 409
    assert step(boss, proposal, "approve", later, digest=digest(later)).url.path == "/proposals"
