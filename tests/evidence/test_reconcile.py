"""An application's own log held against the ledger: what each line rests on, what was silent, and what nobody may be told wrongly."""

import io
import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from csv import DictReader
from datetime import UTC, date, datetime, time, timedelta, timezone
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from hypothesis import assume, given
from hypothesis import strategies as st

from service import cli
from service.actor import Actor
from service.cli import reconcile as command
from service.cli.site import Site as OpenSite
from service.database import read, transaction
from service.evidence.own_log import OwnLogError, own_log
from service.evidence.reconciling import Compared, Reconciled, reconcile
from service.evidence.rendering.workbooks import cells_of
from service.identity.operations import grant_application
from service.ledger import Kind, log_size, read_entry
from service.need_to_know import operations as need_to_know
from service.need_to_know.operations.lines import Target
from service.personnel.operations import grant_alias
from service.registers.operations.reporting import Report, record_uses
from service.registers.reported import ReportedAs
from service.settings import Settings
from tests.evidence.world import Deciding

OFFICER = Actor(id="officer", kind="person", name="試験 太郎")
MORNING = datetime(2026, 4, 10, 1, 0, tzinfo=UTC)
REACH = Compared("app-1", timedelta(seconds=60), people="employee")


def at(seconds: float) -> datetime:
    return MORNING + timedelta(seconds=seconds)


def csv(*lines: tuple[Any, ...], headers: str = "time,person,resource,action,ledger_index,outcome") -> bytes:
    rows = [[*(one.isoformat() if isinstance(one, datetime) else "" if one is None else str(one) for one in line)] for line in lines]
    width = len(headers.split(","))
    return "\n".join([headers, *(",".join([*row, *[""] * (width - len(row))]) for row in rows), ""]).encode()


def compare(deciding: Deciding, raw: bytes, compared: Compared = REACH) -> Reconciled:
    own = own_log(Path("own.csv"), raw, mapping={}, language="en")
    with read(deciding.site.engine) as session:
        return reconcile(session, log=deciding.site.log, own=own, compared=compared)


def noted(found: Reconciled) -> list[tuple[Any, ...]]:
    return [(one.sort, one.line, one.index, one.why) for one in found.found]


def act(deciding: Deciding, operation: Any, *, told: datetime, **facts: Any) -> int:
    """Perform an operation at an instant and return the index of its entry."""
    with transaction(deciding.site.engine) as session:
        operation(session, log=deciding.site.log, actor=OFFICER, at=told, **facts)
        return log_size(session) - 1


def off_the_list(deciding: Deciding, seconds: float) -> int:
    words = {"information_id": "d1", "organization_id": "denryoku", "target": Target(person_id="sato"), "on": date(2026, 4, 10)}
    return act(deciding, need_to_know.remove_handler, told=at(seconds), **words)


# What agrees.


def test_a_log_that_tells_of_each_permit_agrees(deciding: Deciding) -> None:
    index = deciding.ask("sato", "d1", at=at(0))
    found = compare(deciding, csv((at(1), "sato", "d1", "opened", index), (at(90), "sato", "d1", "closed", index)))
    assert (found.found, found.permits, found.done, found.lines) == ((), 1, 2, 2)


def test_without_an_index_the_newest_answer_of_the_same_person_and_thing_counts(deciding: Deciding) -> None:
    deciding.ask("sato", "d1", at=at(0))
    deciding.ask("sato", "d1", at=at(300))
    assert compare(deciding, csv((at(2), "sato", "d1", "閲覧"), (at(301), "sato", "d1", "閲覧"))).found == ()


def test_a_person_may_be_named_by_an_alias_with_or_without_its_namespace(deciding: Deciding) -> None:
    act(deciding, grant_alias, told=at(-100), namespace="employee", value="00123", target_kind="person", target_id="sato")
    deciding.ask("sato", "d1", at=at(0))
    for name in ("00123", "employee:00123", "sato"):
        assert compare(deciding, csv((at(1), name, "d1", "opened"))).found == (), name
    assert [one.sort for one in compare(deciding, csv((at(1), "badge:00123", "d1", "opened"))).found] == [
        "use_without_permit",
        "permit_without_use",
    ]


def test_asking_again_for_what_stays_open_is_no_permit_without_use(deciding: Deciding) -> None:
    first = deciding.ask("sato", "d1", at=at(0))
    again = [deciding.ask("sato", "d1", at=at(60 * number)) for number in (1, 2, 3)]
    later = deciding.ask("sato", "d1", at=at(3600))
    found = compare(deciding, csv((at(1), "sato", "d1", "opened", first), (at(4000), "sato", "d1", "closed", again[-1])))
    assert noted(found) == [("permit_without_use", None, later, None)]


def test_clocks_that_differ_by_seconds_are_borne_and_by_minutes_are_not(deciding: Deciding) -> None:
    index = deciding.ask("sato", "d1", at=at(0))
    assert compare(deciding, csv((at(-4), "sato", "d1", "opened", index))).found == ()
    assert noted(compare(deciding, csv((at(-60), "sato", "d1", "opened", index), (at(1), "sato", "d1", "閲覧")))) == [
        ("use_without_permit", 2, index, "before_permit")
    ]


# What is to be looked at.


def test_what_was_opened_although_it_was_denied_comes_first(deciding: Deciding) -> None:
    denied, permit = deciding.ask("mori", "d1", at=at(0)), deciding.ask("sato", "d1", at=at(10))
    for named in (denied, None):
        found = compare(
            deciding,
            csv((at(1), "mori", "d1", "opened", named), (at(11), "kato", "d1", "opened"), (at(11), "sato", "d1", "opened", permit)),
        )
        assert [one[:2] for one in noted(found)] == [("denied_but_opened", 2), ("use_without_permit", 3)]
    # A line that says that it was refused agrees with the denial.
    assert compare(deciding, csv((at(1), "mori", "d1", "opened", denied, "denied"), (at(11), "sato", "d1", "opened"))).found == ()


def test_a_permit_that_nothing_tells_of_is_listed_unless_it_lies_outside_the_log(deciding: Deciding) -> None:
    before, within = deciding.ask("sato", "d1", at=at(-600)), deciding.ask("sato", "d1", at=at(100))
    deciding.ask("sato", "d1", at=at(900))
    found = compare(deciding, csv((at(0), "kato", "d2", "opened"), (at(200), "kato", "d2", "opened")))
    assert [one for one in noted(found) if one[0] == "permit_without_use"] == [("permit_without_use", None, within, None)]
    assert before not in [one.index for one in found.found]


def test_a_permit_for_another_person_thing_action_or_application_bears_nothing(deciding: Deciding) -> None:
    index = deciding.ask("sato", "d1", at=at(0))
    whys = [("mori", "d1", "opened", "other_subject"), ("sato", "d2", "opened", "other_subject"), ("sato", "d1", "印刷", "other_action")]
    for person, resource, action, why in whys:
        (first, *_rest) = noted(compare(deciding, csv((at(1), person, resource, action, index))))
        assert first == ("use_without_permit", 2, index, why)
    of_another = Compared("app-2", timedelta(seconds=60))
    assert noted(compare(deciding, csv((at(1), "sato", "d1", "opened", index)), of_another)) == [
        ("use_without_permit", 2, index, "unknown_permit")
    ]


def test_a_permit_that_had_run_out_bears_no_new_use(deciding: Deciding) -> None:
    index = deciding.ask("sato", "d1", at=at(0))
    for named in (index, None):
        assert noted(compare(deciding, csv((at(66), "sato", "d1", "opened", named)))) == [("use_without_permit", 2, index, "after_permit")]
    assert compare(deciding, csv((at(64), "sato", "d1", "opened", index))).found == ()


def test_a_use_after_a_revocation_names_the_entry_that_revoked(deciding: Deciding) -> None:
    index = deciding.ask("sato", "d1", at=at(0))
    revoked = off_the_list(deciding, 20)
    lines = csv((at(10), "sato", "d1", "opened", index), (at(40), "sato", "d1", "opened", index), (at(900), "sato", "d1", "opened", index))
    found = compare(deciding, lines)
    assert [(one.sort, one.line, one.index, one.changed) for one in found.found] == [
        ("use_after_change", 3, index, revoked),
        ("use_after_change", 4, index, revoked),
    ]


def test_a_change_that_takes_nothing_away_is_held_against_nobody(deciding: Deciding) -> None:
    """The list changed between permit and use, and the answer would have been the same."""
    index = deciding.ask("sato", "d1", at=at(0))
    words = {"information_id": "d1", "organization_id": "denryoku", "target": Target(person_id="mori"), "on": date(2026, 4, 10)}
    act(deciding, need_to_know.remove_handler, told=at(20), **words)
    assert compare(deciding, csv((at(40), "sato", "d1", "opened", index))).found == ()


def test_what_became_known_behind_a_use_is_not_held_against_it(deciding: Deciding) -> None:
    """The removal counts from that day's beginning, but was entered after the use: the past is asked as it was known then."""
    index = deciding.ask("sato", "d1", at=at(0))
    off_the_list(deciding, 600)
    assert compare(deciding, csv((at(30), "sato", "d1", "opened", index))).found == ()


def test_an_end_is_no_use_and_may_come_late(deciding: Deciding) -> None:
    index = deciding.ask("sato", "d1", at=at(0))
    off_the_list(deciding, 20)
    assert compare(deciding, csv((at(1), "sato", "d1", "opened", index), (at(600), "sato", "d1", "closed", index))).found == ()


def test_a_reported_use_that_the_log_does_not_tell_of_is_told_apart(deciding: Deciding) -> None:
    first, second = deciding.ask("sato", "d1", at=at(0)), deciding.ask("sato", "d1", at=at(300))
    use = ReportedAs("u-1", b"1", "opened", at(1), "permitted", late=False, index=first, check=0, person_id="sato", information_id="d1")
    with transaction(deciding.site.engine) as session:
        record_uses(session, log=deciding.site.log, at=at(400), reports=[Report("app-1", [use])])
    found = compare(deciding, csv((at(-1), "kato", "d2", "opened"), (at(500), "kato", "d2", "opened")))
    assert [one for one in noted(found) if one[0] != "use_without_permit"] == [
        ("permit_without_use", None, second, None),
        ("reported_not_logged", None, first, None),
    ]


# Files.

HEADERS = "日時,利用者,文書,操作,台帳番号,結果"


def test_encodings_headers_and_forms_say_the_same(deciding: Deciding) -> None:
    index = deciding.ask("sato", "d1", at=at(0))
    line = f"2026/04/10 10:00:01,sato,d1,閲覧,{index},成功"
    text = f"{HEADERS}\r\n{line}\r\n"
    value = {
        "time": "2026-04-10T10:00:01+09:00",
        "person": "sato",
        "resource": "d1",
        "action": "open",
        "ledger_index": index,
        "outcome": True,
    }
    json_lines = json.dumps(value).encode() + b"\n\n"
    raws = [text.encode("utf-8-sig"), text.encode("cp932"), text.encode("utf-16"), text.replace(",", "\t").encode(), json_lines]
    for raw in raws:
        assert own_log(Path("own"), raw, mapping={}, language="ja").lines[0].at == at(1)
        assert compare(deciding, raw).found == ()


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (b"", "empty"),
        (b"PK\x03\x04...", "cannot be read as an Excel workbook"),
        (b"time\x81\n", "no text"),
        (b"a,b\n1,2\n", "no column says time; found are a, b"),
        (b"time,action\n2026-04-10T10:00:00Z,open\n", "no column says index, or person and resource"),
        (b"time,person,user,resource,action\n", "both say person"),
        (b"time,person,resource,action\n", "has no lines"),
        (csv(("10:00", "s", "d", "open")), "own.csv:2: the time '10:00' is none"),
        (csv(("2026-04-10", "s", "d", "open")), "own.csv:2: the time '2026-04-10' is none"),
        (csv((at(0), "s", "d", "dance")), "own.csv:2: the action 'dance' is not known"),
        (csv((at(0), "s", "d", "open", "", "perhaps")), "own.csv:2: the outcome 'perhaps' is not known"),
        (csv((at(0), "s", "d", "open", "x1")), "own.csv:2: index 'x1' is no number"),
        (csv((at(0), "s", "", "open")), "own.csv:2: neither index nor person and resource"),
        (csv((at(0), "s" * 300, "d", "open")), "own.csv:2: person is longer"),
        (b'{"time": 1', "own.csv:1: this is not JSON"),
        (b'{"a": 1}\n[1]\n', "own.csv:2: a line is an object"),
        (b'{"time": "10:00", "person": "s", "resource": "d", "action": "open"}\n', "own.csv:1: the time '10:00' is none"),
    ],
)  # fmt: skip
def test_a_file_that_is_not_understood_is_told_by_line_and_column(raw: bytes, message: str) -> None:
    with pytest.raises(OwnLogError) as caught:
        own_log(Path("own.csv"), raw, mapping={}, language="en")
    assert message in str(caught.value)


def workbook(*rows: tuple[Any, ...]) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "default_date_format": "yyyy/mm/dd hh:mm:ss"}) as book:
        page = book.add_worksheet()
        for number, row in enumerate(rows):
            for column, cell in enumerate(row):
                page.write(number, column, cell)
    return out.getvalue()


def test_a_log_that_is_a_workbook_is_read_with_its_times_in_full() -> None:
    moments = [datetime(2026, 4, 10, 9, 59, 59), datetime(2026, 4, 10, 10, 0, 1, 250_000), "2026-04-10 10:00:02", datetime(2026, 4, 10)]  # noqa: DTZ001 - cells of a workbook have no offset
    raw = workbook(("日時", "利用者", "文書", "操作", "台帳番号"), *((moment, "sato", "d1", "閲覧", 7) for moment in moments))
    own = own_log(Path("own.xlsx"), raw, mapping={}, language="ja")
    japan = timezone(timedelta(hours=9))
    assert [line.at for line in own.lines] == [
        datetime(2026, 4, 10, 9, 59, 59, tzinfo=japan),
        datetime(2026, 4, 10, 10, 0, 1, 250_000, tzinfo=japan),
        datetime(2026, 4, 10, 10, 0, 2, tzinfo=japan),
        datetime(2026, 4, 10, tzinfo=japan),
    ]
    assert [(line.line, line.person, line.index) for line in own.lines] == [(number, "sato", 7) for number in (2, 3, 4, 5)]


@given(st.datetimes(min_value=datetime(2000, 1, 1), max_value=datetime(2100, 1, 1)))  # noqa: DTZ001 - cells of a workbook have no offset
def test_a_time_in_a_workbook_is_read_to_the_millisecond(moment: datetime) -> None:
    whole = moment.replace(microsecond=moment.microsecond // 1000 * 1000)
    assume(whole.time() != time())
    raw = workbook(("time", "person", "resource", "action"), (whole, "s", "d", "open"))
    (line,) = own_log(Path("own.xlsx"), raw, mapping={}, language="en").lines
    assert line.at == whole.replace(tzinfo=timezone(timedelta(hours=9)))


def test_a_workbook_without_headers_or_with_a_day_alone_is_told_to_be_none() -> None:
    for rows, message in (
        ((("", ""),), "holds no headers"),
        ((("time", "person", "resource", "action"), (date(2026, 4, 10), "s", "d", "open")), "2026-04-10"),
    ):
        with pytest.raises(OwnLogError, match=message) if message != "2026-04-10" else suppress(OwnLogError):
            own_log(Path("own.xlsx"), workbook(*rows), mapping={}, language="en")


@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda words: words.encode("utf-8", "replace")))
def test_whatever_a_file_holds_is_a_log_or_is_told_to_be_none(raw: bytes) -> None:
    for start in (b"", b"time,person,resource,action\n", b"{"):
        with suppress(OwnLogError):
            assert own_log(Path("own"), start + raw, mapping={}, language="ja").lines


# The command.


@pytest.fixture
def opened(deciding: Deciding, monkeypatch: pytest.MonkeyPatch) -> Deciding:
    """The command opens the small world, in which app-1 was granted."""

    @contextmanager
    def open_site() -> Iterator[OpenSite]:
        yield OpenSite(settings=Settings(), url=deciding.site.url, engine=deciding.site.engine, opened=deciding.site.log)

    monkeypatch.setattr(command, "open_site", open_site)
    monkeypatch.setattr(command.clock, "now", lambda: at(100_000))
    act(deciding, grant_application, told=at(-50), name="文書管理", application_id="app-1", organization="denryoku")
    return deciding


def test_the_list_is_written_in_every_form_with_stable_columns_and_both_times(opened: Deciding, tmp_path: Path) -> None:
    index = opened.ask("sato", "d1", at=at(0))
    off_the_list(opened, 20)
    file = tmp_path / "log.xlsx"
    there = (at(40) + timedelta(hours=9)).replace(tzinfo=None)
    file.write_bytes(workbook(("time", "person", "resource", "action", "ledger_index"), (there, "sato", "d1", "opened", index)))
    names = [*["sort", "line", "time", "person", "resource", "ledger_index", "changed_index", "reason", "time_utc", "reason_code"]]
    for name, language in (("list.csv", "en"), ("list.jsonl", "en"), ("list.xlsx", "ja")):
        out = tmp_path / name
        assert cli.run(["reconcile", str(file), "--application", "app-1", "--language", language, "--out", str(out)]) == 1
        if name.endswith("csv"):
            (row,) = DictReader(StringIO(out.read_bytes().decode("utf-8-sig")))
        elif name.endswith("jsonl"):
            (row,) = (json.loads(line) for line in out.read_bytes().splitlines())
        else:
            headings, cells = cells_of(out)
            assert headings[0] == "区分"
            row = dict(zip(names, cells, strict=False))
        assert list(row)[:9] == names[:9]
        assert (row["line"], row["time"], row["time_utc"]) == ("2", "2026-04-10 10:00:40", "2026-04-10T01:00:40.000000Z")
        assert row["sort"] == ("許可の後に事情が変わり、使用の時点では許可されない" if language == "ja" else "use_after_change")


def newest(deciding: Deciding) -> dict[str, Any]:
    with deciding.site.engine.connect() as connection:
        return read_entry(bytes(connection.exec_driver_sql("select body from ledger.entries order by index desc limit 1").scalar_one()))


def test_the_command_tells_a_layman_and_leaves_an_entry_with_the_counts(
    opened: Deciding, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    index = opened.ask("sato", "d1", at=at(0))
    revoked = off_the_list(opened, 20)
    file, out = tmp_path / "log.csv", tmp_path / "list.csv"
    file.write_bytes(csv((at(40), "=sato", "d1", "opened"), (at(40), "sato", "d1", "opened", index)))
    for language, words in (
        ("ja", "許可の後に事情が変わり、使用の時点では許可されない"),
        ("en", "used after what the permit rested on had changed"),
    ):
        capsys.readouterr()
        code = cli.run(["reconcile", str(file), "--application", "app-1", "--language", language, "--out", str(out)])
        said = capsys.readouterr().out
        assert code == 1
        assert words in said
        assert str(revoked) in said
        text = out.read_bytes()
        assert text.startswith(b"\xef\xbb\xbf")
        assert '"\'=sato"' in text.decode("utf-8-sig")
        assert len(text.splitlines()) == 3
    entry = newest(opened)
    assert (entry["kind"], entry["object"], entry["for"]) == (Kind.USES_RECONCILED.value, "app-1", "denryoku")
    assert len(entry["_sd"]) == 1


def test_the_command_says_that_everything_agrees(opened: Deciding, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    index = opened.ask("sato", "d1", at=at(0))
    file, mapping = tmp_path / "log.csv", tmp_path / "mapping.yaml"
    file.write_bytes(
        csv((at(1), "sato", "d1", "opened", index), headers="いつ,だれが,time,action,ledger_index").replace(b",time,", b",resource,")
    )
    mapping.write_text("いつ: time\nだれが: 利用者\n", encoding="utf-8")
    assert cli.run(["reconcile", str(file), "--application", "app-1", "--language", "ja"]) == 2
    assert cli.run(["reconcile", str(file), "--application", "app-1", "--language", "ja", "--mapping", str(mapping)]) == 0
    assert "食い違いはありません" in capsys.readouterr().out


def test_a_file_that_is_not_understood_and_an_unknown_application_leave_no_entry(
    opened: Deciding, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before, file = newest(opened), tmp_path / "log.csv"
    file.write_bytes(csv((at(1), "sato", "d1", "dance")))
    assert cli.run(["reconcile", str(file), "--application", "app-1"]) == 2
    file.write_bytes(csv((at(1), "sato", "d1", "open")))
    assert cli.run(["reconcile", str(file), "--application", "nobody"]) == 1
    assert cli.run(["reconcile", str(tmp_path / "none.csv"), "--application", "app-1"]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 3
    assert newest(opened) == before
