"""Opening balances: a spreadsheet is tried row by row, approved by a second person as a whole, and brought in once."""

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from service.acts.asking import Waiting
from service.acts.balance.bringing import Balance, Who, bring_in, read_balance
from service.acts.balance.sheets import COLUMNS, SHEETS, places_of, template
from service.acts.entitled import NotAllowedError
from service.acts.hindrances import REASONS
from service.database import transaction
from service.designation.operations import record_designation
from service.designation.operations.designate import Subject
from service.designation.operations.notice import Notice
from service.personnel.operations import grant_alias, register_organization, register_person, register_unit, take_post
from service.personnel.roster.reading import RosterFile, RosterFileError, roster_of
from service.personnel.rules import AlreadyRecordedError
from service.statute.periods import legal_day
from tests.builders.members import Town
from tests.builders.site import ACTOR

HEADERS = "社員番号,評価した行政機関,結果,本人への通知の日,文書番号,文書の日付,到達日"


def csv(name: str, *lines: str) -> RosterFile:
    return roster_of(Path(name), ("\r\n".join(lines) + "\r\n").encode("cp932"))


def workers(town: Town, count: int) -> list[str]:
    with transaction(town.engine) as session:
        told: dict[str, Any] = {"log": town.log, "actor": ACTOR, "at": town.now()}
        register_organization(session, **told, kind="organ", name="架空経済省", organization_id="keizai")
        register_unit(session, **told, organization_id=town.organization, name="保安課", unit_id="hoan")
        people = []
        for number in range(count):
            person = register_person(session, **told, legal_name=f"架空 {number}")
            take_post(session, **told, person_id=person, organization_id=town.organization)
            grant_alias(session, **told, namespace="employee", value=f"{number:05}", target_kind="person", target_id=person)
            people.append(person)
        past = legal_day(town.now()) - timedelta(days=200)
        until = past + timedelta(days=1000)
        letter = Notice("経保第9号", past, past)
        record_designation(
            session, **told, organ_id="keizai", on=past, until=until, notice=letter, subject=Subject(number="重経-1"), information_id="d1"
        )
    return people


def results(count: int, *, told: str = "令和8年6月1日") -> list[str]:
    return [f"{number:05},架空経済省,適,{told},経保第{number}号,R8.5.28,2026/6/3" for number in range(count)]


def tried(town: Town, sheet: str, file: RosterFile, *, by: str | None = "clerk") -> Balance:
    return read_balance(town.engine, who=who(town, by), sheet=sheet, file=file)


def who(town: Town, by: str | None) -> Who:
    member = None if by is None else town.member(by)
    return Who(town.log, ACTOR if member is None else member.actor, town.now(), member)


def count(town: Town, what: str) -> int:
    with town.engine.connect() as connection:
        return int(connection.execute(text(f"select count(*) from {what}")).scalar_one())


def kinds(town: Town, first: int) -> list[str]:
    with town.engine.connect() as connection:
        bodies = connection.execute(text("select body from ledger.entries where index >= :first order by index"), {"first": first})
        return [json.loads(bytes(body))["kind"] for (body,) in bodies]


def test_a_result_list_of_twenty_people_is_one_file_and_one_confirmation(town: Town) -> None:
    workers(town, 20)
    file = csv("結果.csv", HEADERS, *results(20))
    entries = count(town, "ledger.entries")
    balance = tried(town, "clearances", file)
    assert (balance.rejected, len(balance.acts), balance.unchanged) == ([], 20, 0)
    assert count(town, "ledger.entries") == entries
    waiting = bring_in(town.engine, who=who(town, "clerk"), balance=balance, on=date(2026, 11, 1))
    assert isinstance(waiting, Waiting)
    assert count(town, "clearance.results") == 0
    approved = town.approve("boss", waiting.proposal)
    assert count(town, "clearance.results") == 20
    assert kinds(town, approved.first_index) == ["personnel:balance:brought_forward", *["clearance:result:recorded"] * 20]
    again = tried(town, "clearances", file)
    assert (again.before, again.acts) == (approved.first_index, [])


def test_the_same_rows_in_another_file_are_on_record_already(town: Town) -> None:
    workers(town, 2)
    first = tried(town, "clearances", csv("a.csv", HEADERS, *results(2)), by=None)
    bring_in(town.engine, who=who(town, None), balance=first, on=date(2026, 11, 1))
    second = tried(town, "clearances", csv("b.csv", HEADERS, *results(2), ""), by=None)
    assert (second.before, second.acts, second.unchanged) == (None, [], 2)


def test_two_proposals_of_one_file_do_not_both_happen(town: Town) -> None:
    workers(town, 1)
    file = csv("a.csv", HEADERS, *results(1))
    waiting = [bring_in(town.engine, who=who(town, "clerk"), balance=tried(town, "clearances", file), on=date(2026, 11, 1)) for _ in "ab"]
    assert isinstance(waiting[0], Waiting)
    assert isinstance(waiting[1], Waiting)
    digest = town.digest("boss", waiting[1].proposal)
    town.approve("boss", waiting[0].proposal)
    from service.acts import deciding

    with pytest.raises(AlreadyRecordedError):
        deciding.approve(
            town.engine, log=town.log, member=town.member("boss"), at=town.now(), proposal_id=waiting[1].proposal, digest=digest
        )
    assert count(town, "clearance.results") == 1


@pytest.mark.parametrize(
    ("row", "column", "says"),
    [
        ("99999,架空経済省,適,2026-06-01,1,2026-05-28,2026-06-03", "社員番号", "nothing within reach"),
        ("00000,架空財務省,適,2026-06-01,1,2026-05-28,2026-06-03", "評価した行政機関", "nothing within reach"),
        ("00000,架空経済省,たぶん,2026-06-01,1,2026-05-28,2026-06-03", "結果", "none of"),
        ("00000,架空経済省,適,来月,1,2026-05-28,2026-06-03", "本人への通知の日", "no day"),
        ("00000,架空経済省,適,2026-06-01,,2026-05-28,2026-06-03", "文書番号", "is blank"),
        ("00000,架空経済省,適,2026-06-01,1,2026-05-28,2026-05-27", "-", "arrived"),
        ("00000,架空経済省,適,2026-06-01,1,2026-05-28,2026-06-03,x", "#8", "more cells"),
        ("00000,架空経済省,適,2199-06-01,1,2026-05-28,2026-06-03", "-", "has not come yet"),
    ],
)
def test_every_problem_is_named_by_row_and_column_and_nothing_is_brought_in(town: Town, row: str, column: str, says: str) -> None:
    workers(town, 2)
    balance = tried(town, "clearances", csv("a.csv", HEADERS, row, results(2)[1]), by=None)
    assert [(one.line, one.column) for one in balance.rejected] == [(2, column)]
    assert says in balance.rejected[0].en
    assert balance.rejected[0].ja
    with pytest.raises(ValueError, match="nothing of it"):
        bring_in(town.engine, who=who(town, None), balance=balance, on=date(2026, 11, 1))
    assert count(town, "clearance.results") == 0


def test_a_list_of_results_holds_those_whose_day_is_unknown_and_those_of_assessments_that_were_not_carried_out(town: Town) -> None:
    workers(town, 2)
    rows = ("00000,架空経済省,適,,経保第1号,R8.5.28,2026/6/3", "00001,架空経済省,実施されなかった,,経保第2号,R8.5.28,2026/6/3")
    balance = tried(town, "clearances", csv("a.csv", HEADERS, *rows), by=None)
    assert (balance.rejected, len(balance.acts)) == ([], 2)
    bring_in(town.engine, who=who(town, None), balance=balance, on=date(2026, 11, 1))
    with town.engine.connect() as connection:
        told = connection.execute(text("select outcome, provisional, counted_on from clearance.results order by outcome")).all()
    assert [tuple(one) for one in told] == [("not_carried_out", True, date(2026, 5, 28)), ("positive", True, date(2026, 5, 28))]


def test_a_column_is_named_as_the_file_itself_names_it(town: Town) -> None:
    workers(town, 1)
    headers = "Employee number,Head that assessed,Outcome,Day the person was told,Document number,Date of the letter,Day of arrival"
    row = "99999,架空経済省,positive,2026-06-01,1,2026-05-28,2026-06-03"
    (wrong,) = tried(town, "clearances", csv("a.csv", headers, row), by=None).rejected
    assert wrong.column == "Employee number"


def test_a_part_is_brought_in_behind_the_document_that_it_is_of(town: Town) -> None:
    workers(town, 1)
    whole, part = "文-1,文書,,重経-1", "文-1-1,部分,文-1,重経-1"
    headers = "文書管理番号,種類,元の文書,情報"
    (wrong,) = tried(town, "documents", csv("a.csv", headers, whole, part), by=None).rejected
    assert (wrong.line, wrong.column, "by a file of their own" in wrong.en) == (3, "元の文書", True)
    for name, row in (("a.csv", whole), ("b.csv", part)):
        bring_in(town.engine, who=who(town, None), balance=tried(town, "documents", csv(name, headers, row), by=None), on=date(2026, 11, 1))
    assert count(town, "designation.documents") == 2


def test_what_the_law_refuses_is_told_with_its_citation(town: Town) -> None:
    workers(town, 1)
    headers = "行政機関,指定番号,指定の日,有効期間の満了日,文書番号,文書の日付,到達日"
    balance = tried(town, "designations", csv("a.csv", headers, "架空経済省,重経-2,2026-06-01,2031-06-01,1,2026-06-01,2026-06-02"), by=None)
    ja, en = REASONS["validity_over_five_years"]
    assert f"{en} [Act 4(1)]" in balance.rejected[0].en
    assert f"{ja}(法第4条第1項)" in balance.rejected[0].ja


def test_nobody_brings_in_what_their_roles_do_not_reach_or_their_own_record(town: Town) -> None:
    workers(town, 1)
    file = csv("a.csv", HEADERS, *results(1))
    for name in ("eye", "boss"):
        with pytest.raises(NotAllowedError):
            tried(town, "clearances", file, by=name)
    assert "roles" in tried(town, "clearances", file, by="manager").rejected[0].en
    with transaction(town.engine) as session:
        told: dict[str, Any] = {"log": town.log, "actor": ACTOR, "at": town.now()}
        grant_alias(session, **told, namespace="employee", value="own", target_kind="person", target_id=town.people["clerk"])
    own = tried(town, "clearances", csv("b.csv", HEADERS, results(1)[0].replace("00000", "own", 1)))
    assert own.rejected[0].en == f"refused: {REASONS['own_record'][1]}"


def test_a_contract_comes_with_its_certification_and_provision_then_its_list_and_documents(town: Town) -> None:
    workers(town, 1)
    with town.engine.connect() as connection:
        here = connection.execute(text("select name from personnel.organizations where id = :id"), {"id": town.organization}).scalar_one()
    today = legal_day(town.now())
    past, until = today - timedelta(days=100), today + timedelta(days=300)
    letter = f"経保第3号,{past},{past}"
    files = {
        "clearances": csv("0.csv", HEADERS, f"00000,架空経済省,適,{past},{letter}"),
        "contracts": csv(
            "1.csv",
            "適合事業者,行政機関,契約番号,情報,開始日,最終日,認定の日,提供の日,部署,文書番号,文書の日付,到達日",
            f"{here},架空経済省,契-1,重経-1,{past},{until},{past},{past},,{letter}",
        ),
        "handlers": csv("2.csv", "情報,社員番号,開始日,認める取扱い", f"重経-1,00000,{today},閲覧、複製"),
        "documents": csv("3.csv", "文書管理番号,名称,情報,組織", f"文-1,仕様書,重経-1,{here}"),
    }
    for sheet, file in files.items():
        balance = tried(town, sheet, file, by=None)
        assert balance.rejected == [], sheet
        bring_in(town.engine, who=who(town, None), balance=balance, on=today)
    tables = ("provision.certifications", "provision.contracts", "provision.provisions", "need_to_know.listings", "designation.documents")
    assert [count(town, table) for table in tables] == [1, 1, 1, 1, 1]
    with town.engine.connect() as connection:
        assert connection.execute(text("select actions from need_to_know.listings")).scalar_one() == ["read", "make"]


@pytest.mark.parametrize("sheet", SHEETS)
def test_a_template_is_read_back_in_both_languages(sheet: str) -> None:
    for language in ("ja", "en"):
        headers = template(sheet, language)
        assert list(places_of(COLUMNS[sheet], headers, seat="operator")) == list(COLUMNS[sheet])


@pytest.mark.parametrize(
    ("headers", "says"),
    [(["社員番号"], "is missing"), (["社員番号", "従業員番号"], "both say"), (["社員番号", "備考"], "備考 is unknown")],
)
def test_a_file_with_other_columns_is_not_understood(headers: list[str], says: str) -> None:
    with pytest.raises(RosterFileError, match=says):
        places_of(COLUMNS["clearances"], headers, seat="operator")
