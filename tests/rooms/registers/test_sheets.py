import csv
from datetime import timedelta
from io import BytesIO, StringIO
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from service.designation import operations as designation
from service.evidence import registers
from service.evidence.registers import Sheet, Wanted, as_csv, as_xlsx, sheet
from service.personnel.rules import UnknownIdError
from service.registers import declared, operations
from service.statute.periods import day_start
from tests.builders.registers import ON, area, operators_registers, organs_registers
from tests.builders.site import Site

AT = day_start(ON + timedelta(days=20))
HERE = {"document_id": "doc-1", "organization_id": "meti"}


def shown(site: Site, kind: str, organization_id: str = "meti", **words: Any) -> Sheet:
    found = site.ask(sheet, kind=kind, wanted=Wanted(organization_id, AT, **words))
    assert isinstance(found, Sheet)
    return found


def lived(site: Site) -> None:
    """A life of documents that has a line in every register but those of foreign origin."""
    organs_registers(site)
    area(site, "meti")
    site.act(operations.store_document, day=ON, **HERE, area_id="safe", on=ON)
    site.act(operations.record_handling, day=ON, **HERE, person_id="mori", use="read", on=ON)
    site.act(operations.make_copy, day=ON, **HERE, form="print", copies=2, purpose="会議", on=ON, maker_id="mori")
    loan = site.act(operations.lend_document, day=ON, **HERE, on=ON, due_on=ON, way="carried", person_id="mori")
    site.act(operations.return_loan, day=ON, loan_id=loan, on=ON)
    for kind, words in (("permit_entry", {}), ("permit_device", {"device": "録音機"})):
        span = {"area_id": "safe", "person_id": "mori", "from_on": ON, "last_day": ON}
        site.act(getattr(operations, kind), day=ON, **span, **words)
    site.act(operations.report_incident, day=ON, organization_id="meti", person_id="ono", incident="damaged", document_id="doc-2", on=ON)
    words = {"organization_id": "meti", "person_id": "kato", "inspector_id": "mori", "occasion": "regular", "on": ON}
    inspection = site.act(operations.begin_inspection, day=ON, **words)
    site.act(operations.record_inspection, day=ON, inspection_id=inspection, document_id="doc-1", found="present", on=ON)
    disposal = {"person_id": "mori", "witness_id": "kato", "method": "shredded", "substance": "paper", "on": ON}
    site.act(operations.dispose_document, day=ON, **HERE, **disposal, consent_number="府公第1号", consent_on=ON)
    site.act(
        operations.deliver_document,
        day=ON,
        document_id="doc-2",
        organization_id="meti",
        party_id="mof",
        signed_by="財務 受子",
        way="carried",
        on=ON,
    )


def test_every_register_is_written_in_the_order_of_its_declaration(organ: Site) -> None:
    lived(organ)
    for register in declared.REGISTERS:
        for language in ("ja", "en"):
            found = shown(organ, register.kind, language=language)
            assert found.headings == tuple(column.ja if language == "ja" else column.en for column in register.columns)
            assert all(len(row) == len(found.headings) for row in found.rows)
            as_xlsx(found, at=AT)
    told = {register.kind: len(shown(organ, register.kind).rows) for register in declared.REGISTERS}
    assert told == {
        "document": 4,
        "delivery": 1,
        "storage": 1,
        "handling": 1,
        "loan": 1,
        "copying": 1,
        "disposal": 1,
        "emergency": 0,
        "area": 1,
        "entry": 1,
        "passage": 0,
        "device": 1,
        "inspection": 1,
        "finding": 1,
        "incident": 1,
        "origin": 0,
        "other_use": 0,
    }


def test_the_document_ledger_tells_the_whole_life_of_a_document(organ: Site) -> None:
    lived(organ)
    rows = [dict(zip(shown(organ, "document").headings, row, strict=True)) for row in shown(organ, "document").rows]
    assert rows[0]["登録番号"] == "1"
    assert rows[0]["作成年月日"] == ON.isoformat() == rows[0]["廃棄年月日"]
    assert (rows[1]["交付先"], rows[1]["交付年月日"]) == ("mof", ON.isoformat())
    handling = dict(zip(shown(organ, "handling").headings, shown(organ, "handling").rows[0], strict=True))
    assert (handling["氏名"], handling["取扱いの内容"], handling["件名"]) == ("mori 花子", "閲覧", "doc-1")


def test_an_operator_s_ledger_has_its_own_order(operator: Site) -> None:
    operators_registers(operator)
    assert shown(operator, "document", "denryoku").headings[:4] == ("登録番号", "指定の整理番号", "件名", "受領元")


def test_one_organization_s_register_has_no_line_of_another_s(organ: Site) -> None:
    organs_registers(organ)
    organ.act(designation.register_document, day=ON, carries=["d1"], document_id="doc-mof", title="mof", organization_id="mof")
    organ.act(operations.enter_document, day=ON, document_id="doc-mof", organization_id="mof", on=ON)
    assert [row[1] for row in shown(organ, "document").rows] == ["doc-1", "doc-2"]
    assert [row[1:3] for row in shown(organ, "document", "mof").rows] == [("mof", "1")]


def test_no_cell_is_a_formula(organ: Site) -> None:
    organs_registers(organ)
    for name in ("=1+1", "＝1", "+a", "@b", "-c"):
        words: dict[str, Any] = {"organization_id": "meti", "area": "room", "name": name, "on": ON}
        organ.act(operations.designate_area, day=ON, **words)
    found = shown(organ, "area")
    text = as_csv(found)
    assert text.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(StringIO(text.decode("utf-8-sig"))))
    assert [row[1] for row in rows[1:]] == ["'=1+1", "'＝1", "'+a", "'@b", "'-c"]
    book = CalamineWorkbook.from_filelike(BytesIO(as_xlsx(found, at=AT)))
    assert [row[1] for row in book.get_sheet_by_index(0).to_python()[1:]] == ["=1+1", "＝1", "+a", "@b", "-c"]


def test_without_disclosures_nobody_and_nothing_is_named(organ: Site) -> None:
    lived(organ)
    for kind in declared.KINDS:
        text = as_csv(shown(organ, kind, named=False)).decode()
        assert not any(name in text for name in ("花子", "doc-1", "財務", "会議", "録音機", "府公")), kind


def test_what_is_unknown_is_told(organ: Site) -> None:
    organs_registers(organ)
    with pytest.raises(ValueError, match="no register"):
        shown(organ, "nothing")
    with pytest.raises(UnknownIdError):
        shown(organ, "document", "nobody")


def test_a_room_that_keeps_a_register_of_its_own_is_asked_for_its_sheet(organ: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    organs_registers(organ)
    own = Sheet("designations", "指定管理簿", None, 2, ("番号",), (("1",),))
    monkeypatch.setitem(registers.OTHERS, "designations", lambda _session, _wanted: own)
    assert shown(organ, "designations") is own
    assert "designations" in registers.kinds()
