"""Tricks by which one person, or somebody out of reach, might come by what takes two; each was open once."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text

from service.acts import deciding
from service.acts.asking import Done, UnfitError, Waiting
from service.acts.concerning import OutsideError
from service.acts.entitled import NotAllowedError
from service.database import transaction
from service.designation.operations import designate, grant_resource_alias, record_designation, register_document
from service.designation.operations.notice import Notice
from service.identity.account_model import Account
from service.identity.accounts import grant_role, open_account
from service.identity.credentials import keep
from service.identity.enrolling import EnrolmentRefusedError, give_half
from service.identity.signing_in import PASSKEY_METHODS, Proof, sign_in
from service.ledger import RecordMismatchError
from service.need_to_know.operations import Target, list_handler, remove_handler
from service.personnel.operations import record_name, register_organization, register_person, register_unit, take_post
from service.proposals.rules import ProposalRefusedError, ProposalStateError
from service.provision.operations import Terms, record_certification, record_contract, record_provision
from service.provision.rules import CONTRACT_ITEMS
from service.statute.periods import legal_day
from service.statute.refusals import Conflict
from tests.acts.lone import Lone
from tests.builders.members import Town, found_town
from tests.builders.site import ACTOR


def given(town: Town, operation: Any, **words: Any) -> Any:
    """Do something as the site would, without asking anybody."""
    with transaction(town.engine) as session:
        return operation(session, log=town.log, actor=ACTOR, at=town.now(), **words)


def test_a_contract_ended_in_the_past_brings_nobody_back_who_was_removed(engine: Engine, database_url: str, tmp_path: Path) -> None:
    """After a contract's end its lists are read as of the last day: a day before a removal would undo the removal."""
    town = found_town(engine, tmp_path / "keys")
    town.admit("villain", "information_manager")
    lone = Lone(town, database_url, "villain", "contract")
    today, here = legal_day(town.now()), town.organization
    past = today - timedelta(days=50)
    with transaction(engine) as session:
        by: dict[str, Any] = {"session": session, "log": town.log, "actor": ACTOR, "at": town.now()}
        last = today + timedelta(days=100)
        terms = Terms(
            informations=["d1"],
            from_on=past - timedelta(days=50),
            last_day=last,
            return_by=last + timedelta(days=100),
            settled=tuple(CONTRACT_ITEMS),
        )
        record_contract(**by, operator_id=here, organ_id="keizai", terms=terms, contract_id="c1")
    _provide(lone)
    with transaction(engine) as session:
        by = {"session": session, "log": town.log, "actor": ACTOR, "at": town.now()}
        line: dict[str, Any] = {"information_id": "d1", "organization_id": here, "target": Target(person_id="worker")}
        list_handler(**by, **line, from_on=past)
        remove_handler(**by, **line, on=today - timedelta(days=10))
    before = lone.permits()
    asked = town.ask("villain", "end_contract", contract_id="c1", last_day=(today - timedelta(days=20)).isoformat())
    assert lone.permits() <= before
    assert isinstance(asked, Waiting)
    assert isinstance(town.ask("villain", "end_contract", contract_id="c1", last_day=today.isoformat()), Done)


def _provide(lone: Lone) -> None:
    past = legal_day(lone.town.now()) - timedelta(days=100)
    words: dict[str, Any] = {
        "information_id": "d1",
        "giver_id": "keizai",
        "receiver_id": lone.town.organization,
        "under": "Act 10(1)",
        "on": past,
    }
    with transaction(lone.town.engine) as session:
        record_provision(session, log=lone.town.log, actor=ACTOR, at=lone.town.now(), **words, notice=Notice("経保第2号", past, past))


def told(town: Town, name: str, verb: str, /, **words: object) -> str:
    with pytest.raises(OutsideError) as outside:
        town.ask(name, verb, **words)
    return str(outside.value)


def in_units(town: Town) -> None:
    """Two units, somebody in each, and an HR officer for the first alone."""
    for unit in ("hoan", "eigyo"):
        given(town, register_unit, organization_id=town.organization, name=unit, unit_id=unit)
        given(town, register_person, legal_name="架空 働く人", person_id=f"in-{unit}")
        given(town, take_post, person_id=f"in-{unit}", organization_id=town.organization, unit_id=unit)
    town.admit("half", "hr_officer", units=["hoan"])


def test_an_approver_of_one_unit_approves_nothing_for_the_whole_deployment(town: Town) -> None:
    in_units(town)
    town.admit("minor", "approver", units=["hoan"])
    newcomer = town.admit("newcomer")
    words: dict[str, Any] = {
        "role": "approver",
        "organization_id": town.organization,
        "from_on": town.today().isoformat(),
        "person_id": newcomer,
    }
    asked = town.ask("admin", "grant_role", **words)
    assert isinstance(asked, Waiting)
    with pytest.raises(OutsideError):
        town.approve("minor", asked.proposal)


def test_an_administrator_of_one_unit_gives_no_roles(town: Town) -> None:
    in_units(town)
    town.admit("clerical", "administrator", units=["hoan"])
    newcomer = town.admit("newcomer")
    told(
        town,
        "clerical",
        "grant_role",
        role="approver",
        organization_id=town.organization,
        from_on=town.today().isoformat(),
        person_id=newcomer,
    )


def test_whoever_reaches_one_unit_puts_nobody_into_another(town: Town) -> None:
    in_units(town)
    here = town.organization
    told(town, "half", "take_post", person_id="in-hoan", organization_id=here, unit_id="eigyo")
    told(town, "half", "take_post", person_id="in-hoan", organization_id=here, post="部長")
    told(town, "half", "take_post", person_id="in-eigyo", organization_id=here, unit_id="hoan")
    assert isinstance(town.ask("half", "take_post", person_id="in-hoan", organization_id=here, unit_id="hoan", post="係長"), Waiting)
    new = given(town, register_person, legal_name="架空 新人")
    assert isinstance(town.ask("half", "take_post", person_id=new, organization_id=here, unit_id="hoan"), Waiting)


def test_which_word_is_told_says_nothing_of_what_is_out_of_reach(town: Town) -> None:
    in_units(town)
    for person in ("in-eigyo", "nobody"):
        assert told(town, "half", "record_name", person_id=person, kana="カナ").endswith("person_id")
        assert told(town, "half", "take_post", person_id=person, organization_id=town.organization, unit_id="none").endswith("person_id")


def test_a_part_of_another_s_document_is_out_of_reach(town: Town) -> None:
    given(town, register_organization, kind="operator", name="架空他社", organization_id="tasha")
    given(town, register_organization, kind="organ", name="架空経済省", organization_id="keizai")
    past = legal_day(town.now()) - timedelta(days=9)
    letter = Notice("経保第1号", past, past)
    for one in ("d1", "d2"):
        until = past + timedelta(days=900)
        given(town, record_designation, organ_id="keizai", on=past, until=until, notice=letter, information_id=one, subject=None)
    given(town, register_document, carries=["d1"], organization_id="tasha", document_id="theirs")
    for parent, carried in (("theirs", "d2"), ("none", "d2"), ("theirs", "none"), ("none", "none")):
        words: dict[str, Any] = {"parent_id": parent, "carries": [carried], "kind": "part", "organization_id": town.organization}
        assert told(town, "manager", "register_document", **words).endswith("parent_id")


def test_an_organ_ends_and_extends_no_other_organ_s_designation(engine: Engine, tmp_path: Path) -> None:
    town = found_town(engine, tmp_path / "keys", seat="organ")
    town.admit("manager", "information_manager")
    given(town, register_organization, kind="organ", name="架空経済省", organization_id="keizai")
    on = legal_day(town.now())
    given(town, designate, organ_id="keizai", on=on, years=1, information_id="theirs")
    given(town, designate, organ_id=town.organization, on=on, years=1, information_id="ours")
    told(town, "manager", "lift", information_id="theirs", on=town.today().isoformat())
    told(town, "manager", "extend", information_id="theirs", on=town.today().isoformat(), until=(on + timedelta(days=900)).isoformat())
    assert isinstance(town.ask("manager", "lift", information_id="ours", on=town.today().isoformat()), Waiting)


def test_what_changes_between_the_look_and_the_approval_is_not_approved(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    person = given(town, register_person, legal_name="架空 働く人")
    given(town, take_post, person_id=person, organization_id=town.organization)
    asked = town.ask("clerk", "record_name", person_id=person, kana="アトノカナ")
    assert isinstance(asked, Waiting)
    digest, lock = town.digest("boss", asked.proposal), deciding.begin_act

    def changed_right_before(session: Any) -> None:
        given(town, record_name, person_id=person, legal_name="架空 改名")
        lock(session)

    monkeypatch.setattr(deciding, "begin_act", changed_right_before)
    with pytest.raises(ProposalStateError, match="changed"):
        deciding.approve(town.engine, log=town.log, member=town.member("boss"), at=town.now(), proposal_id=asked.proposal, digest=digest)


def test_nobody_views_their_own_approval_by_another_account(town: Town) -> None:
    town.admit("stand-in", "approver", footing="absence", in_name_of="代表取締役")
    asked = town.ask("admin", "grant_application", name="dms")
    assert isinstance(asked, Waiting)
    town.approve("stand-in", asked.proposal)
    words: dict[str, Any] = {"role": "approver", "organization_id": town.organization, "from_on": legal_day(town.now())}
    given(town, grant_role, **words, person_id=town.people["stand-in"])
    town.accounts["again"] = given(town, open_account, person_id=town.people["stand-in"], sign_in_name="again")
    with pytest.raises(NotAllowedError):
        deciding.view(town.engine, log=town.log, member=town.member("again"), at=town.now(), proposal_id=asked.proposal)


def test_a_post_given_by_the_proposer_after_proposing_brings_no_approver(town: Town) -> None:
    given(town, grant_role, role="approver", organization_id=town.organization, from_on=legal_day(town.now()), post="部長")
    crony = town.admit("crony")
    town.admit("colleague", "hr_officer")
    person = given(town, register_person, legal_name="架空 働く人")
    asked = town.ask("clerk", "record_office", person_id=person, office="nra_member")
    assert isinstance(asked, Waiting)
    town.both(
        "clerk", "colleague", "take_post", person_id=crony, organization_id=town.organization, post="部長", from_on=town.today().isoformat()
    )
    assert town.member("crony").role_names == {"approver"}
    with pytest.raises(ProposalRefusedError, match="role_given_by_the_proposer"):
        town.approve("crony", asked.proposal)
    later = town.ask("clerk", "record_office", person_id=person, office="nra_member")
    assert isinstance(later, Waiting)
    town.approve("crony", later.proposal)


def test_an_end_in_the_far_future_keeps_nobody_from_ending_it_now(town: Town) -> None:
    """Whoever narrows does so at once, whatever somebody else said before."""
    today, here = legal_day(town.now()), town.organization
    letter, far = Notice("経保第1号", today, today), (today + timedelta(days=30_000)).isoformat()
    given(town, register_organization, kind="organ", name="架空経済省", organization_id="keizai")
    for one in ("d1", "d2"):
        until = today + timedelta(days=900)
        given(town, record_designation, organ_id="keizai", on=today, until=until, notice=letter, information_id=one)
    given(town, record_certification, operator_id=here, organ_id="keizai", on=today, notice=letter, certification_id="cert1")
    given(
        town,
        record_contract,
        operator_id=here,
        organ_id="keizai",
        terms=Terms(informations=["d1"], from_on=today, settled=tuple(CONTRACT_ITEMS)),
        contract_id="c1",
    )
    words: dict[str, Any] = {"information_id": "d1", "giver_id": "keizai", "receiver_id": here, "under": "Act 10(1)", "on": today}
    given(town, record_provision, **words, notice=letter, provision_id="p1")
    given(town, register_document, carries=["d1"], organization_id=here, document_id="doc")
    given(town, grant_resource_alias, namespace="dms", value="1", target_kind="document", target_id="doc", alias_id="a1")
    for verb, day, words in (
        ("end_certification", "on", {"certification_id": "cert1"}),
        ("record_return", "on", {"provision_id": "p1"}),
        ("end_alias", "on", {"alias_id": "a1"}),
        ("carry", "from_on", {"document_id": "doc", "information_id": "d2"}),
    ):
        assert isinstance(town.ask("manager", verb, **words, **{day: far}), Done), verb
        assert isinstance(town.ask("deputy", verb, **words, **{day: town.today().isoformat()}), Done), verb
        with pytest.raises(Conflict):
            town.ask("manager", verb, **words, **{day: far})


def test_a_post_written_behind_the_service_s_back_brings_no_role(town: Town) -> None:
    given(town, grant_role, role="approver", organization_id=town.organization, from_on=legal_day(town.now()), post="部長")
    crony = town.admit("crony")
    asked = town.ask("admin", "grant_application", name="dms")
    assert isinstance(asked, Waiting)
    with town.engine.begin() as connection:
        connection.execute(text("update personnel.posts set post = '部長' where person_id = :one"), {"one": crony})
    assert town.member("crony").role_names == {"approver"}
    with pytest.raises(RecordMismatchError):
        town.approve("crony", asked.proposal)
    with pytest.raises(RecordMismatchError), transaction(town.engine) as session:
        give_half(session, log=town.log, member=town.member("crony"), at=town.now(), account_id=town.accounts["boss"])


def test_a_role_that_has_ended_gives_no_half_of_a_code(town: Town) -> None:
    before = town.member("admin")
    town.ask("boss", "end_role", grant_id=before.roles[0].id)
    with pytest.raises(EnrolmentRefusedError), transaction(town.engine) as session:
        give_half(session, log=town.log, member=before, at=town.now(), account_id=town.accounts["clerk"])


def test_who_keeps_people_names_no_information(town: Town) -> None:
    given(town, register_organization, kind="organ", name="架空経済省", organization_id="keizai")
    on = legal_day(town.now())
    letter = Notice("経保第1号", on, on)
    given(town, record_designation, organ_id="keizai", on=on, until=on + timedelta(days=9), notice=letter, information_id="d1")
    with pytest.raises(UnfitError, match="target_kind"):
        town.ask("clerk", "grant_alias", namespace="dms", value="1", target_kind="information", target_id="d1")


def test_a_key_expires_at_an_instant_and_an_application_has_the_id_that_it_is_given(town: Town) -> None:
    with pytest.raises(UnfitError, match="application_id"):
        town.ask("admin", "grant_application", name="dms", application_id=town.accounts["boss"])
    application = town.both("admin", "boss", "grant_application", name="dms")
    for never in ("infinity", "tomorrow", "2026-13-01", "2026-11-24"):
        with pytest.raises(UnfitError, match="expires_at"):
            town.ask("admin", "issue_key", application=application, expires_at=never)
    until = (town.now() + timedelta(days=9)).isoformat()
    assert isinstance(town.ask("admin", "issue_key", application=application, expires_at=until), Done)


def test_failing_passkeys_elsewhere_keep_nobody_from_signing_in(town: Town) -> None:
    with transaction(town.engine) as session:
        account = session.get(Account, town.accounts["boss"])
        assert account is not None
        key = keep(session, log=town.log, account=account, kind="passkey", value={}, at=town.now(), label="aa", counter=0).id
    for host in range(25):
        with transaction(town.engine) as session:
            assert sign_in(session, log=town.log, at=town.now(), proof=Proof(None), name="", source=f"192.0.2.{host}") is None
    with transaction(town.engine) as session:
        proof = Proof(town.accounts["boss"], PASSKEY_METHODS, key, counter=1)
        assert sign_in(session, log=town.log, at=town.now(), proof=proof, name="", source="192.0.2.99") is not None
