"""Widening takes two people, narrowing takes one and works at once."""

import json

import pytest
from sqlalchemy import text

from service.acts import asking, deciding
from service.acts.asking import Asked, Done, UnfitError, Waiting
from service.acts.concerning import OutsideError
from service.acts.entitled import NotAllowedError, OwnRecordRefusedError, StepUpError
from service.acts.table import ACTS
from service.database import read, transaction
from service.identity import ceremony
from service.identity.accounts import RoleRefusedError
from service.identity.enrolling import Chosen
from service.ledger import RecordMismatchError, checkpoint_head, open_successor, prepare_signing_key
from service.personnel.operations import take_post
from service.proposals.rules import OPEN_FOR, ProposalRefusedError, ProposalStateError
from tests.builders.members import PASSWORD, SECRET, Town, hashed
from tests.builders.site import ACTOR


def newest(town: Town) -> dict[str, object]:
    with town.engine.connect() as connection:
        body = connection.execute(text("select body from ledger.entries order by index desc limit 1")).scalar_one()
    found: dict[str, object] = json.loads(bytes(body))
    return found


def size(town: Town) -> int:
    with town.engine.connect() as connection:
        return int(connection.execute(text("select count(*) from ledger.entries")).scalar_one())


def test_an_act_that_widens_waits_and_changes_nothing_until_it_is_approved(town: Town) -> None:
    worker = town.ask("clerk", "register_person", legal_name="架空 働く人")
    assert isinstance(worker, Done)
    before = size(town)
    asked = town.ask("clerk", "take_post", person_id=worker.made[0], organization_id=town.organization)
    assert isinstance(asked, Waiting)
    assert size(town) == before + 1
    assert newest(town)["kind"] == "proposals:proposal:made"
    assert asked.foreseen[0]["entry"]["kind"] == "personnel:post:taken"
    assert asked.foreseen[0]["rows"][0]["before"] is None
    with town.engine.connect() as connection:
        assert (
            connection.execute(text("select count(*) from personnel.posts where person_id = :one"), {"one": worker.made[0]}).scalar_one()
            == 0
        )
    town.approve("manager", asked.proposal)
    entry = newest(town)
    assert entry["kind"] == "personnel:post:taken"
    assert (entry["actor"], entry["second"], entry["footing"], entry["proposal"]) == (
        town.accounts["clerk"],
        town.accounts["manager"],
        "own",
        asked.proposal,
    )
    assert entry["v"] == 2
    assert size(town) == before + 2


def worker_of(town: Town) -> str:
    made = town.ask("clerk", "register_person", legal_name="架空 働く人")
    assert isinstance(made, Done)
    person = str(made.made[0])
    town.both("clerk", "manager", "take_post", person_id=person, organization_id=town.organization, unit_id=None)
    return person


def test_an_act_that_narrows_works_at_once(town: Town) -> None:
    person = worker_of(town)
    with town.engine.connect() as connection:
        post = connection.execute(text("select id from personnel.posts where person_id = :one"), {"one": person}).scalar_one()
    done = town.ask("clerk", "leave_post", post_id=post, last_day=town.today().isoformat())
    assert isinstance(done, Done)
    assert newest(town)["kind"] == "personnel:post:left"


def test_nobody_approves_their_own_proposal_by_whatever_account(town: Town) -> None:
    worker = town.ask("clerk", "register_person", legal_name="架空 働く人")
    assert isinstance(worker, Done)
    asked = town.ask("clerk", "take_post", person_id=worker.made[0], organization_id=town.organization)
    assert isinstance(asked, Waiting)
    with pytest.raises(ProposalRefusedError, match="own_proposal"):
        town.approve("clerk", asked.proposal)
    town.accounts["clerk again"] = str(
        town.both("admin", "boss", "open_account", person_id=town.people["clerk"], sign_in_name="clerk-again")
    )
    with pytest.raises(ProposalRefusedError, match="own_proposal"):
        town.approve("clerk again", asked.proposal)
    assert newest(town)["out"] == "refused"


def test_nobody_approves_what_concerns_themselves(town: Town) -> None:
    asked = town.ask("clerk", "record_name", person_id=town.people["boss"], kana="ボス")
    assert isinstance(asked, Waiting)
    with pytest.raises(ProposalRefusedError, match="own_record"):
        town.approve("boss", asked.proposal)


def test_nobody_proposes_for_their_own_record(town: Town) -> None:
    with pytest.raises(OwnRecordRefusedError):
        town.ask("clerk", "record_name", person_id=town.people["clerk"], kana="クラーク")
    assert newest(town)["out"] == "refused"


def test_a_role_given_by_the_proposer_after_proposing_does_not_approve(town: Town) -> None:
    person = town.admit("newcomer")
    asked = town.ask("admin", "grant_application", name="dms")
    assert isinstance(asked, Waiting)
    town.both(
        "admin",
        "boss",
        "grant_role",
        role="approver",
        organization_id=town.organization,
        from_on=town.today().isoformat(),
        person_id=person,
    )
    with pytest.raises(ProposalRefusedError, match="role_given_by_the_proposer"):
        town.approve("newcomer", asked.proposal)
    later = town.ask("admin", "grant_application", name="erp")
    assert isinstance(later, Waiting)
    town.approve("newcomer", later.proposal)


def test_an_approval_takes_a_fresh_sign_in_with_two_factors(town: Town) -> None:
    asked = town.ask("admin", "grant_application", name="dms")
    assert isinstance(asked, Waiting)
    digest = town.digest("boss", asked.proposal)
    with pytest.raises(StepUpError):
        deciding.approve(
            town.engine, log=town.log, member=town.member("boss", fresh=False), at=town.now(), proposal_id=asked.proposal, digest=digest
        )


def test_what_was_shown_is_what_happens(town: Town) -> None:
    person = worker_of(town)
    asked = town.ask("clerk", "record_name", person_id=person, kana="アトノカナ")
    assert isinstance(asked, Waiting)
    seen = town.digest("boss", asked.proposal)
    assert town.digest("boss", asked.proposal) == seen
    town.both("clerk", "boss", "record_name", person_id=person, legal_name="架空 改名")
    with pytest.raises(ProposalStateError, match="changed"):
        deciding.approve(town.engine, log=town.log, member=town.member("boss"), at=town.now(), proposal_id=asked.proposal, digest=seen)
    town.approve("boss", asked.proposal)


def test_a_proposal_goes_back_and_comes_again(town: Town) -> None:
    person = worker_of(town)
    asked = town.ask("clerk", "record_name", person_id=person, kana="アヤマリ")
    assert isinstance(asked, Waiting)
    at = town.now()
    with pytest.raises(ValueError, match="words"):
        deciding.send_back(town.engine, log=town.log, member=town.member("boss"), at=at, proposal_id=asked.proposal, words=" ")
    deciding.send_back(town.engine, log=town.log, member=town.member("boss"), at=at, proposal_id=asked.proposal, words="かなが違います")
    with pytest.raises(ProposalStateError, match="sent back"):
        town.approve("boss", asked.proposal)
    acts = [Asked("record_name", {"person_id": person, "kana": "タダシイ"})]
    asking.ask(town.engine, log=town.log, member=town.member("clerk"), at=town.now(), acts=acts, words="直しました", again=asked.proposal)
    shown = deciding.show_proposal(town.engine, log=town.log, member=town.member("boss"), at=town.now(), proposal_id=asked.proposal)
    assert [one.step for one in shown.thread] == ["made", "sent back", "made again"]
    town.approve("boss", asked.proposal)


def test_a_proposal_is_withdrawn_by_its_proposer_alone(town: Town) -> None:
    asked = town.ask("admin", "grant_application", name="dms")
    assert isinstance(asked, Waiting)
    with pytest.raises(ProposalRefusedError, match="not_the_proposer"):
        deciding.withdraw(town.engine, log=town.log, member=town.member("boss"), at=town.now(), proposal_id=asked.proposal)
    deciding.withdraw(town.engine, log=town.log, member=town.member("admin"), at=town.now(), proposal_id=asked.proposal)
    with pytest.raises(ProposalStateError, match="withdrawn"):
        town.approve("boss", asked.proposal)


def test_a_proposal_expires(town: Town) -> None:
    asked = town.ask("admin", "grant_application", name="dms")
    assert isinstance(asked, Waiting)
    late = town.now() + OPEN_FOR
    shown = deciding.show_proposal(town.engine, log=town.log, member=town.member("boss"), at=late, proposal_id=asked.proposal)
    assert shown.state == "expired"
    assert not shown.may_decide


def test_many_small_acts_are_one_file_and_happen_all_or_not_at_all(town: Town) -> None:
    people = []
    for number in range(3):
        made = town.ask("clerk", "register_person", legal_name=f"架空 {number}人目")
        assert isinstance(made, Done)
        people.append(made.made[0])
    acts = [Asked("take_post", {"person_id": one, "organization_id": town.organization}) for one in people]
    asked = asking.ask(town.engine, log=town.log, member=town.member("clerk"), at=town.now(), acts=acts)
    assert isinstance(asked, Waiting)
    before = size(town)
    town.approve("manager", asked.proposal)
    assert size(town) == before + 3
    wrong = [Asked("record_name", {"person_id": people[0], "kana": "カ"}), Asked("record_name", {"person_id": "nobody", "kana": "カ"})]
    with pytest.raises(OutsideError, match="person_id"):
        asking.ask(town.engine, log=town.log, member=town.member("clerk"), at=town.now(), acts=wrong)
    assert size(town) == before + 3


def test_a_role_that_was_taken_from_the_proposer_meanwhile_approves_nothing(town: Town) -> None:
    person = worker_of(town)
    asked = town.ask("clerk", "record_name", person_id=person, kana="カナ")
    assert isinstance(asked, Waiting)
    grant = town.member("clerk").roles[0].id
    town.ask("admin", "end_role", grant_id=grant)
    with pytest.raises(NotAllowedError):
        town.approve("boss", asked.proposal)


def test_roles_that_are_kept_apart_are_refused_when_given(town: Town) -> None:
    with pytest.raises(RoleRefusedError, match="separated_roles"):
        town.ask(
            "admin",
            "grant_role",
            role="approver",
            organization_id=town.organization,
            from_on=town.today().isoformat(),
            person_id=town.people["clerk"],
        )


def test_roles_that_come_together_by_a_post_are_refused_when_used(town: Town) -> None:
    town.both(
        "admin", "boss", "grant_role", role="approver", organization_id=town.organization, from_on=town.today().isoformat(), post="部長"
    )
    town.both(
        "clerk",
        "manager",
        "take_post",
        person_id=town.people["deputy"],
        organization_id=town.organization,
        post="部長",
        from_on=town.today().isoformat(),
    )
    assert town.member("deputy").role_names == {"approver", "information_manager"}
    asked = town.ask("admin", "grant_application", name="dms")
    assert isinstance(asked, Waiting)
    with pytest.raises(RoleRefusedError, match="separated_roles"):
        town.approve("deputy", asked.proposal)


def test_what_is_out_of_reach_and_what_does_not_exist_are_told_alike(town: Town) -> None:
    abroad = town.both("manager", "deputy", "register_organization", kind="operator", name="架空他社")
    stranger = town.ask("clerk", "register_person", legal_name="架空 他人")
    assert isinstance(stranger, Done)
    with transaction(town.engine) as session:
        take_post(session, log=town.log, actor=ACTOR, at=town.now(), person_id=stranger.made[0], organization_id=str(abroad))
    with pytest.raises(OutsideError) as outside:
        town.ask("clerk", "record_name", person_id=stranger.made[0], kana="カナ")
    with pytest.raises(OutsideError) as unknown:
        town.ask("clerk", "record_name", person_id="0" * 32, kana="カナ")
    assert str(outside.value) == str(unknown.value)


def test_somebody_without_the_role_does_nothing(town: Town) -> None:
    with pytest.raises(NotAllowedError):
        town.ask("eye", "register_person", legal_name="架空 監査")
    with pytest.raises(NotAllowedError):
        town.ask("admin", "register_person", legal_name="架空 管理")


def test_a_site_sets_its_own_table_of_decision_rules(town: Town) -> None:
    person = worker_of(town)
    town.both("admin", "boss", "set_decision_rule", verb="record_name", seconds=["information_manager"])
    asked = town.ask("clerk", "record_name", person_id=person, kana="カナ")
    assert isinstance(asked, Waiting)
    with pytest.raises(OutsideError):
        town.approve("boss", asked.proposal)
    town.approve("manager", asked.proposal)


def test_an_approval_in_somebody_s_absence_is_viewed_later(town: Town) -> None:
    town.admit("stand-in", "approver", footing="absence", in_name_of="代表取締役")
    asked = town.ask("admin", "grant_application", name="dms")
    assert isinstance(asked, Waiting)
    town.approve("stand-in", asked.proposal)
    assert newest(town)["footing"] == "absence"
    with pytest.raises(NotAllowedError):
        deciding.view(town.engine, log=town.log, member=town.member("stand-in"), at=town.now(), proposal_id=asked.proposal)
    deciding.view(town.engine, log=town.log, member=town.member("boss"), at=town.now(), proposal_id=asked.proposal)
    shown = deciding.show_proposal(town.engine, log=town.log, member=town.member("boss"), at=town.now(), proposal_id=asked.proposal)
    assert not shown.row.view_later


def test_every_act_has_a_role_and_every_second_is_no_auditor_or_administrator() -> None:
    for known in ACTS.values():
        assert known.roles, known.verb
        assert not {"auditor", "administrator"} & set(known.seconds), known.verb


@pytest.mark.parametrize(
    "words",
    [
        {"legal_name": "a\x00b"},
        {"legal_name": "\ud800"},
        {"legal_name": "x" * 2_001},
        {"legal_name": "   "},
        {"legal_name": "架空", "birth_on": "0001-01-01"},
        {"legal_name": "架空", "birth_on": "9999-12-31"},
        {"legal_name": "架空", "nonsense": "1"},
        {"legal_name": "架空", "person_id": "chosen"},
        {},
    ],
)
def test_words_that_no_act_is_about_are_refused_by_name(town: Town, words: dict[str, object]) -> None:
    with pytest.raises(UnfitError):
        town.ask("clerk", "register_person", **words)


def test_a_site_without_an_approver_begins_anew_with_two_people_and_no_other_way(town: Town) -> None:
    founder = ceremony.Founder("架空 再一", "again-1", ("administrator",), Chosen(PASSWORD, SECRET, ""), hashed(PASSWORD), 0)
    other = ceremony.Founder("架空 再二", "again-2", ("approver",), Chosen(PASSWORD, SECRET, ""), hashed(PASSWORD), 0)

    def hold() -> None:
        with transaction(town.engine) as session:
            ceremony.hold(session, log=town.log, at=town.now(), organization_name="x", founders=(founder, other))

    with pytest.raises(ceremony.AlreadyHeldError):
        hold()
    town.ask("admin", "end_account", account_id=town.accounts["boss"])
    with pytest.raises(OutsideError):
        town.approve("admin", "prop_" + "0" * 32)
    hold()
    with pytest.raises(ceremony.AlreadyHeldError):
        hold()


@pytest.mark.parametrize(
    ("edit", "verb", "words"),
    [
        ("update identity.grants set role = 'approver' where person_id = :clerk", "end_account", {"account_id": "x"}),
        ("update identity.grants set ended_at = null, units = '{}', from_on = '2020-01-01'", "register_person", {"legal_name": "架空"}),
        ("update identity.accounts set person_id = :boss where person_id = :clerk", "end_account", {"account_id": "x"}),
        (
            "insert into identity.decision_rules (verb, seconds, changed_index) values ('record_name', '{hr_officer}', 1)",
            "register_person",
            {"legal_name": "架空"},
        ),
        ("insert into identity.site (id, profile, changed_index) values ('site', 'small', 1)", "register_person", {"legal_name": "架空"}),
    ],
)
def test_authority_that_was_edited_behind_the_service_is_not_acted_on(town: Town, edit: str, verb: str, words: dict[str, object]) -> None:
    with town.engine.begin() as connection:
        connection.execute(text(edit), {name: town.people[name] for name in ("clerk", "boss") if f":{name}" in edit})
    with pytest.raises(RecordMismatchError):
        town.ask("clerk", verb, **words)


def test_two_people_change_the_keys_of_the_log_its_witnesses_and_its_end(town: Town) -> None:
    def made(origin: str | None = None) -> str:
        with read(town.engine) as session:
            return prepare_signing_key(session, log=town.log, origin=origin)

    def sign() -> None:
        with transaction(town.engine) as session:
            checkpoint_head(session, log=town.log)

    town.both("admin", "boss", "add_signing_key", vkey=made())
    assert newest(town)["kind"] == "ledger:key:added"
    sign()
    town.both("admin", "boss", "retire_signing_key", vkey=town.log.vkey)
    assert newest(town)["kind"] == "ledger:key:retired"
    town.both("admin", "boss", "set_witnesses", policy="quorum none", publication="goes_on")
    assert newest(town)["kind"] == "ledger:witnesses:set"
    town.both("admin", "boss", "close_log", successor=made("test.example/next"))
    assert newest(town)["kind"] == "ledger:log:closed"
    sign()
    with transaction(town.engine) as session:
        open_successor(session, log=town.log, actor=ACTOR, at=town.now())
    assert newest(town)["kind"] == "ledger:log:opened"


def test_what_ends_at_once_waits_with_what_widens_and_is_approved_with_it(town: Town) -> None:
    with town.engine.connect() as connection:
        grant = connection.execute(text("select id from identity.grants where person_id = :eye"), {"eye": town.people["eye"]}).scalar_one()
    asked = asking.ask(
        town.engine,
        log=town.log,
        member=town.member("admin"),
        at=town.now(),
        acts=[
            Asked("end_role", {"grant_id": grant}),
            Asked(
                "grant_role",
                {
                    "role": "custodian",
                    "organization_id": town.organization,
                    "from_on": town.today().isoformat(),
                    "person_id": town.people["eye"],
                },
            ),
        ],
    )
    assert isinstance(asked, Waiting)
    town.approve("boss", asked.proposal)
    assert {role.role for role in town.member("eye").roles} == {"custodian"}
