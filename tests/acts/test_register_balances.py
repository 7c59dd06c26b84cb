"""Registers are brought forward in the columns that they are written in: each row an act, what ended stays in the old book."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from service.acts.asking import Asked, Done, UnfitError, Waiting, ask, known_act, values_of
from service.acts.balance.bringing import Balance, Who, bring_in, read_balance
from service.acts.balance.registers import NEEDED, STAY, columns_of_register
from service.acts.balance.sheets import headings, places_of
from service.database import transaction
from service.designation.operations import register_document
from service.evidence import registers
from service.personnel.bringing import Register
from service.personnel.operations import grant_alias, register_person, take_post
from service.personnel.roster.reading import RosterFile
from service.statute.periods import legal_day
from tests.acts.test_balances import count, csv, kinds, workers
from tests.builders.members import Town
from tests.builders.site import ACTOR

DOCUMENTS = "登録番号,指定の整理番号,件名,受領元,受領年月日,作成年月日,交付先,交付年月日,廃棄年月日,文書番号,抹消日"
LEDGER = (
    "3,重経-1,仕様書,架空経済省,令和8年6月1日,,,,,経保第7号,",
    "4,重経-1,仕様書,,,2026-06-02,,,,,",
    "5,重経-1,設計図,,,2026-06-02,架空経済省,2026-06-09,,,",
    "9,重経-1,議事録,,,2026-06-03,,,2026-06-30,,",
)
AREAS = "番号,名称,種類,所在,保全責任者,ネットワーク,指定日,終了日,抹消日"
PLACES = ("1,第一室,室,,架空　１,,2026-05-01,,", "2,金庫,保管容器,第一室,,,2026-05-02,,", "3,旧室,室,,,,2020-05-02,2024-03-31,")


def staff(town: Town) -> list[str]:
    people = workers(town, 2)
    with transaction(town.engine) as session:
        told: dict[str, Any] = {"log": town.log, "actor": ACTOR, "at": town.now()}
        for number, name in enumerate(("架空　１", "架空　２")):
            person = register_person(session, **told, legal_name=name)
            take_post(session, **told, person_id=person, organization_id=town.organization)
            people[number] = person
    return people


def who(town: Town, by: str | None = None) -> Who:
    member = None if by is None else town.member(by)
    return Who(town.log, ACTOR if member is None else member.actor, town.now(), member)


def tried(town: Town, kind: str, file: RosterFile, *, by: str | None = None) -> Balance:
    return read_balance(town.engine, who=who(town, by), sheet="registers", file=file, register=kind)


def brought(town: Town, kind: str, *lines: str) -> Balance:
    balance = tried(town, kind, csv(f"{kind}.csv", *lines))
    assert balance.rejected == [], kind
    if balance.acts:
        bring_in(town.engine, who=who(town), balance=balance, on=date(2026, 11, 1))
    return balance


def written(town: Town, kind: str) -> list[tuple[str, ...]]:
    wanted = registers.Wanted(town.organization, town.now(), "ja", named=True)
    with transaction(town.engine) as session:
        return list(registers.sheet(session, kind=kind, wanted=wanted).rows)


def test_documents_keep_their_numbers_and_what_is_gone_stays_in_the_old_book_with_its_own(town: Town) -> None:
    workers(town, 0)
    balance = brought(town, "document", DOCUMENTS, *LEDGER)
    assert (len(balance.acts), balance.ended, balance.numbers_to) == (4, [4, 5], 9)
    assert [row[:6] for row in written(town, "document")] == [
        ("3", "重経-1", "仕様書", "架空経済省", "2026-06-01", ""),
        ("4", "重経-1", "仕様書", "", "", "2026-06-02"),
    ]
    with town.engine.connect() as connection:
        document = connection.execute(text("select document_id from registers.lines where serial = 3 and kind = 'document'")).scalar_one()
    words = {"document_id": document, "organization_id": town.organization, "form": "copy", "copies": "1", "purpose": "会議"}
    town.admit("keeper", "custodian")
    town.ask("keeper", "make_copy", **words, on=legal_day(town.now()).isoformat())
    assert [row[0] for row in written(town, "document")] == ["3", "4", "10"]


def test_a_register_is_one_file_and_one_confirmation_and_never_brought_in_twice(town: Town) -> None:
    workers(town, 0)
    file = csv("文書等管理簿.csv", DOCUMENTS, *LEDGER)
    entries = count(town, "ledger.entries")
    balance = tried(town, "document", file, by="manager")
    assert (balance.rejected, count(town, "ledger.entries")) == ([], entries)
    waiting = bring_in(town.engine, who=who(town, "manager"), balance=balance, on=date(2026, 11, 1))
    assert isinstance(waiting, Waiting)
    assert count(town, "registers.lines") == 0
    approved = town.approve("boss", waiting.proposal)
    entered = ["designation:document:registered", "registers:document:received", "designation:document:registered"]
    assert kinds(town, approved.first_index) == ["personnel:balance:brought_forward", *entered, "registers:document:entered"]
    assert tried(town, "document", file).before == approved.first_index
    again = tried(town, "document", csv("b.csv", DOCUMENTS, *LEDGER, ""))
    assert (again.acts, again.unchanged) == ([], 2)


def test_a_document_that_is_registered_gets_its_number_and_no_second_registration(town: Town) -> None:
    workers(town, 0)
    with transaction(town.engine) as session:
        words: dict[str, Any] = {"log": town.log, "actor": ACTOR, "at": town.now(), "carries": ["d1"]}
        register_document(session, **words, number="文-1", title="仕様書")
    balance = brought(town, "document", DOCUMENTS, "3,重経-1,文-1,架空経済省,2026-06-01,,,,,,")
    assert [asked.verb for _line, asked in balance.acts] == ["receive_document"]
    with transaction(town.engine) as session:
        for _ in "ab":
            register_document(session, **words, title="図面")
    told = tried(town, "document", csv("c.csv", DOCUMENTS, "4,重経-1,図面,,,2026-06-02,,,,,"))
    assert "several documents" in told.rejected[0].en


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("3,重経-1,別の文書,,,2026-06-02,,,,,", "is taken"),
        ("十,重経-1,仕様書,,,2026-06-02,,,,,", "no whole number"),
        ("0,重経-1,仕様書,,,2026-06-02,,,,,", "no registration number"),
        ("7,重経-1,仕様書,,,,,,,,", "one of the two"),
        ("7,重経-1,仕様書,,2026-06-01,,,,,,", "from whom"),
        ("7,重経-9,仕様書,,,2026-06-02,,,,,", "nothing within reach"),
        ("7,重経-1,仕様書,,,2199-06-02,,,,,", "has not come yet"),
    ],
)
def test_what_is_wrong_with_a_line_is_told_and_nothing_of_the_file_is_brought_in(town: Town, row: str, says: str) -> None:
    workers(town, 0)
    told = tried(town, "document", csv("a.csv", DOCUMENTS, LEDGER[0], row))
    assert [one.line for one in told.rejected] == [3]
    assert says in told.rejected[0].en
    with pytest.raises(ValueError, match="nothing of it"):
        bring_in(town.engine, who=who(town), balance=told, on=date(2026, 11, 1))


def test_places_their_permits_storage_and_open_loans_follow(town: Town) -> None:
    staff(town)
    today = legal_day(town.now())
    soon, past = today + timedelta(days=30), today - timedelta(days=30)
    brought(town, "document", DOCUMENTS, *LEDGER)
    assert brought(town, "area", AREAS, *PLACES).ended == [4]
    assert [row[1:5] for row in written(town, "area")] == [("第一室", "室", "", "架空　１"), ("金庫", "保管容器", "第一室", "")]
    stored = "件名,登録番号,保管開始日,保管終了日,保管場所,保全責任者,抹消日"
    assert brought(town, "storage", stored, "仕様書,3,2026-06-02,,金庫,,", "仕様書,3,2026-06-01,2026-06-02,第一室,,").ended == [3]
    loans = "番号,件名,登録番号,貸与先,借受者,貸与日,返却期限,返却日,文書番号,抹消日,交付の方法"
    assert brought(town, "loan", loans, f"1,仕様書,4,,架空 ２,{past},{soon},,,,携行").ended == []
    entry = "番号,場所,氏名,許可の開始日,許可の最終日,取消日,文書番号,抹消日"
    rows = (f"1,第一室,00001,{past},{soon},,許1,", f"2,第一室,00001,2025-06-01,{past},,許0,", f"3,第一室,00001,{past},{soon},{past},許2,")
    with transaction(town.engine) as session:
        told: dict[str, Any] = {"log": town.log, "actor": ACTOR, "at": town.now()}
        person = register_person(session, **told, legal_name="出入り 業者")
        grant_alias(session, **told, namespace="employee", value="G1", target_kind="person", target_id=person)
    assert brought(town, "entry", entry, *(row.replace("00001", "G1") for row in rows)).ended == [3, 4]
    device = "番号,場所,氏名,機器,許可の開始日,許可の最終日,取消日,文書番号,抹消日"
    brought(town, "device", device, f"1,第一室,架空 ２,録音機,{past},{soon},,許3,")
    kept = {kind: len(written(town, kind)) for kind in ("storage", "loan", "entry", "device")}
    assert kept == dict.fromkeys(kept, 1)
    elsewhere = tried(town, "storage", csv("x.csv", stored, "別の文書,4,2026-06-02,,金庫,,"))
    assert "another document" in elsewhere.rejected[0].en
    again = tried(town, "storage", csv("y.csv", stored, "仕様書,3,2026-06-02,,金庫,,"))
    assert (again.acts, again.unchanged) == ([], 1)


def test_inspections_trainings_and_pledges_that_were_made_before_count(town: Town) -> None:
    staff(town)
    heads = "番号,検査の別,検査を受けた保全責任者,検査者,開始日,終了日,管理簿の件数,現品の件数,不一致の件数,抹消日"
    brought(town, "inspection", heads, "1,定期,架空 １,架空 ２,2026-06-01,2026-06-02,1200,1199,1,")
    assert written(town, "inspection")[0][6:9] == ("1200", "1199", "1")
    for row, says in (
        ("架空 １,架空 １,2026-07-01,2026-07-02,1,1,0", "own_holdings"),
        ("架空 １,架空 ２,2026-07-01,2026-07-02,3,1,1", "missing"),
    ):
        assert says in tried(town, "inspection", csv("x.csv", heads, f"2,定期,{row},")).rejected[0].en
    given = "実施日,名称,文書番号,受講者,受講日"
    balance = brought(town, "trainings", given, "2026-04-10,保護教育,教1,架空 １,2026-04-10", "2026-04-10,保護教育,教1,架空 ２,2026-04-20")
    assert [asked.verb for _line, asked in balance.acts] == ["record_training", "record_attendance", "record_attendance"]
    results = "社員番号,評価した行政機関,結果,本人への通知の日,文書番号,文書の日付,到達日"
    cleared = csv("r.csv", results, "00000,架空経済省,適,2026-06-01,経保第1号,2026-05-28,2026-06-03")
    done = read_balance(town.engine, who=who(town), sheet="clearances", file=cleared)
    bring_in(town.engine, who=who(town), balance=done, on=date(2026, 11, 1))
    brought(town, "pledges", "氏名,行政機関の長,提出日,文書番号", "00000,架空経済省,2026-06-10,誓1")
    assert (len(written(town, "trainings")), len(written(town, "pledges"))) == (2, 1)


def test_what_came_from_abroad_is_brought_forward_under_its_agreement(town: Town) -> None:
    workers(town, 0)
    with town.engine.connect() as connection:
        assert connection.execute(text("select count(*) from designation.designations where originator_id is not null")).scalar_one() == 0
    heads = "番号,指定の整理番号,提供した外国の政府等,提供された目的,提供できる相手,記録日,文書番号,抹消日"
    assert "not_foreign" in tried(town, "origin", csv("a.csv", heads, "1,重経-1,,共同訓練,,2026-06-01,協定1,")).rejected[0].en


@pytest.mark.parametrize("kind", NEEDED)
@pytest.mark.parametrize("seat", ["organ", "operator"])
def test_a_file_has_the_columns_in_which_the_register_is_written(town: Town, kind: str, seat: str) -> None:
    written_as = registers.Wanted(town.organization, town.now(), "ja", named=True)
    with transaction(town.engine) as session:
        told = registers.sheet(session, kind=kind, wanted=written_as).headings
    for language in ("ja", "en"):
        columns = columns_of_register(kind, organization_kind=seat)
        heads = headings(columns, language)
        assert list(places_of(columns, heads, seat="operator")) == list(columns)
    if seat == "operator":
        assert headings(columns_of_register(kind, organization_kind=seat), "ja")[: len(told)] == list(told)


def test_every_register_is_brought_in_or_says_why_not() -> None:
    assert {*NEEDED, *STAY} == set(registers.kinds())
    assert set(NEEDED) == set(Register.__args__)  # type: ignore[attr-defined]  # a Literal
    for kind in STAY:
        with pytest.raises(ValueError, match=f"register: {kind}: "):
            columns_of_register(kind, organization_kind="operator")


def test_nobody_at_a_door_chooses_a_number_or_the_id_of_what_is_made(town: Town) -> None:
    known = known_act("enter_document", log=town.log)
    words = {"document_id": "d", "organization_id": town.organization, "on": "2026-06-01"}
    for chosen in ({"serial": "7"}, {"line_id": "mine"}):
        with pytest.raises(UnfitError, match="given here"):
            values_of(known, Asked("enter_document", words | chosen))
        with pytest.raises(UnfitError, match="given here"):
            ask(town.engine, log=town.log, member=town.member("manager"), at=town.now(), acts=[Asked("enter_document", words | chosen)])


def test_a_document_put_right_narrows_at_once_and_nobody_alone_lets_it_carry_another_thing(town: Town) -> None:
    workers(town, 0)
    because = {"why": "wrong_record", "reference": "管理簿"}
    document = town.both("manager", "deputy", "register_document", carries=["d1"], title="仕様書")
    assert isinstance(town.ask("manager", "correct_document", document_id=document, title="設計書", **because), Done)
    assert isinstance(town.ask("manager", "correct_document", document_id=document, number="9", **because), Waiting)
    assert isinstance(town.ask("manager", "correct_document", document_id=document, never_was="true", **because), Done)
    with pytest.raises(UnfitError, match="never to have been"):
        town.ask("manager", "carry", document_id=document, information_id="d1")
    assert isinstance(town.ask("manager", "correct_document", document_id=document, carries=["d1"], **because), Waiting)
