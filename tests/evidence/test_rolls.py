"""The registers that rooms keep in tables of their own, each for one organization, in the order of its columns."""

import csv
from datetime import date
from io import BytesIO, StringIO

import pytest
from python_calamine import CalamineWorkbook

from service.designation import operations as designation
from service.designation.ledger_rows import COLUMNS
from service.evidence.registers import OTHERS, Sheet, Wanted, as_csv, as_xlsx, classes_of, sheet, titles
from service.need_to_know import operations as need_to_know
from service.need_to_know.operations import Target
from service.personnel.rules import UnknownIdError
from service.registers.duties import operations as duties
from service.statute.periods import day_start
from tests.builders import law
from tests.builders.personnel import employee
from tests.builders.site import Site
from tests.rooms.conftest import organ

__all__ = ["organ"]
D = date.fromisoformat
AT = day_start(D("2026-08-03"))
ON = D("2026-07-10")


def shown(site: Site, kind: str, organization_id: str = "meti", *, named: bool = True) -> Sheet:
    found = site.ask(sheet, kind=kind, wanted=Wanted(organization_id, AT, named=named))
    assert isinstance(found, Sheet)
    return found


@pytest.fixture
def ministry(organ: Site) -> Site:
    """METI designated two informations, MOF one; ueda is on METI's list, trained and pledged, tanin on MOF's."""
    law.organizations(organ)
    law.designated(organ, "d1")
    law.designated(organ, "d2")
    law.designated(organ, "d3", organ_id="mof")
    organ.act(designation.extend, day=ON, information_id="d1", until=D("2033-05-31"), on=ON)
    for person, place, information in (("ueda", "meti", "d1"), ("tanin", "mof", "d3")):
        employee(organ, person, place)
        law.cleared(organ, person, head_id=place)
        words = {"information_id": information, "organization_id": place, "target": Target(person_id=person), "from_on": ON}
        organ.act(need_to_know.list_handler, day=ON, last_day=D("2027-06-30"), **words)
        course = organ.act(duties.record_training, day=ON, organization_id=place, name="保護教育", on=ON)
        organ.act(duties.record_attendance, day=ON, training_id=course, person_id=person)
        organ.act(duties.record_pledge, day=ON, person_id=person, organization_id=place, head_id=place, on=ON)
    return organ


def test_the_ledger_of_designations_has_the_columns_of_the_order_and_one_organ_s_rows(ministry: Site) -> None:
    found = shown(ministry, "designations")
    assert found.headings == tuple(column.ja for column in COLUMNS)
    assert [row[0] for row in found.rows] == ["2026-06-01", "2026-06-01"]
    assert [row[8] for row in found.rows] == ["2026-07-10", ""]
    assert len(shown(ministry, "designations", "mof").rows) == 1


def test_the_list_of_handlers_names_who_stands_there_that_day_and_nothing_of_assessments(ministry: Site) -> None:
    found = shown(ministry, "handlers")
    (row,) = found.rows
    told = dict(zip(found.headings, row, strict=True))
    assert (told["重要経済安保情報"], told["最終日"], "ueda" in told["氏名"]) == ("d1", "2027-06-30", True)
    assert str(found.basis) == "Act 5(1)"
    assert not any("評価" in heading or "資格" in heading for heading in found.headings)


@pytest.mark.parametrize("kind", ["trainings", "pledges"])
def test_trainings_and_pledges_are_of_one_organization_and_say_whom_they_are_about(ministry: Site, kind: str) -> None:
    found = shown(ministry, kind)
    assert (len(found.rows), found.people) == (1, {"ueda"})
    assert not any("tanin" in cell for row in found.rows for cell in row)


@pytest.mark.parametrize("kind", sorted(OTHERS))
def test_each_is_written_as_csv_and_as_a_workbook_in_both_languages_and_without_names(ministry: Site, kind: str) -> None:
    made = shown(ministry, kind)
    lines = list(csv.reader(StringIO(as_csv(made).decode("utf-8-sig"))))
    assert (lines[0], len(lines)) == (list(made.headings), 1 + len(made.rows))
    book = CalamineWorkbook.from_filelike(BytesIO(as_xlsx(made, at=AT)))
    assert book.get_sheet_by_index(0).to_python()[0] == list(made.headings)
    ja, en = titles()[kind]
    assert en.isascii()
    assert not ja.isascii()
    closed = as_csv(shown(ministry, kind, named=False)).decode()
    assert not any(word in closed for word in ("ueda", "保護教育", "d1"))
    # Of the list of assessed persons no entry for each is kept: their number would tell.
    assert ("clearance_state" in classes_of(kind)) == bool(made.people or made.hushed)


def test_of_an_organization_that_is_not_there_nothing_is_told(ministry: Site) -> None:
    for kind in OTHERS:
        with pytest.raises(UnknownIdError):
            shown(ministry, kind, "nobody")
