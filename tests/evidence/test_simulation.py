"""A draft over a period's decisions: who would gain or lose what, each question judged once, and nothing left out unsaid."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from service import cli
from service.actor import SYSTEM
from service.cli import simulate as command
from service.cli.site import Site as OpenSite
from service.database import transaction
from service.decision.judge import RECORD_MISMATCH
from service.decision.policyset import PolicySet
from service.evidence import rows
from service.evidence.export import Span
from service.evidence.simulation import Simulation, simulate
from service.ledger import destroy_key
from service.settings import Settings
from service.statute.policies import PolicyTexts, read_policies
from tests.builders.policies import COPIES, with_files, with_house, written
from tests.evidence.world import Deciding

READERS = COPIES.replace('"make"', '"read"')
NOT_D1 = READERS.replace("resource);", 'resource == Sekisho::Information::"d1");')
ARTICLE = "act/article-11.cedar"
ALL = Span(None, None)


def at(day: int, hour: int = 3) -> datetime:
    return datetime(2026, 4, day, hour, 0, tzinfo=UTC)


def run(deciding: Deciding, texts: PolicyTexts, asked: Span = ALL) -> Simulation:
    reasons = {policy.reason: policy.concerns for policy in deciding.policies.policies.values()}
    with rows.snapshot(deciding.site.url) as connection:
        draft = PolicySet.load(texts)
        return simulate(connection, keyring=deciding.site.log.keyring, draft=draft, asked=asked, reasons=reasons)


def without_assessment() -> PolicyTexts:
    """A draft under which nobody is refused for want of an assessment, and everybody is permitted without one."""
    article = read_policies().files[ARTICLE]
    start, end = article.index("when {"), article.index(";\n", article.index("when {"))
    open_to_all = article[:start] + "when { true }" + article[end:]
    closed = '!(context has assessment) && !(context has sds_assessment && context.sds_assessment.outcome == "positive") && !(context has refusal) }'
    assert closed in open_to_all
    return with_files({ARTICLE: open_to_all.replace(closed, "false }", 1)})


def test_the_same_policies_change_nothing(deciding: Deciding) -> None:
    for day in range(3, 10):
        for person in ("sato", "mori", "kato"):
            deciding.ask(person, "d1", at=at(day))
    found = run(deciding, read_policies())
    assert (found.decisions, found.same, found.gained, found.lost, found.differences, found.summary) == (21, 21, 0, 0, [], [])
    assert found.questions == 3, "the same facts are judged once, on however many days"


def test_a_stricter_draft_names_who_would_lose_what_and_why(deciding: Deciding) -> None:
    first = deciding.ask("sato", "d1", at=at(3), organization="denryoku")
    last = deciding.ask("sato", "d1", at=at(9), organization="denryoku")
    deciding.ask("mori", "d1", at=at(9), organization="denryoku")
    found = run(deciding, with_house(NOT_D1))
    (one,) = found.differences
    assert (one.person, one.object, one.organization, one.action) == ("sato", "d1", "denryoku", "read")
    assert (one.gained, one.decisions, one.first_index, one.last_index) == (False, 2, first, last)
    assert (one.judged.reason_before, one.judged.reason_after, one.judged.policies) == (
        "clearance_valid",
        "house_no_copies",
        ("house-copies",),
    )
    assert (found.lost, found.gained, found.same, found.other_reason) == (2, 0, 1, 0)
    assert [(group.decisions, group.people, group.judged) for group in found.summary] == [(2, {"sato"}, one.judged)]


def test_decisions_of_one_request_are_tried_one_by_one(deciding: Deciding) -> None:
    index = deciding.ask_together(("sato", "d1"), ("mori", "d1"), at=at(4), organization="denryoku")
    found = run(deciding, with_house(NOT_D1))
    (one,) = found.differences
    assert (one.person, one.organization, one.gained, one.first_index, one.last_index) == ("sato", "denryoku", False, index, index)
    assert (found.decisions, found.lost, found.same) == (2, 1, 1)


def test_a_wider_draft_names_who_would_gain_what(deciding: Deciding) -> None:
    deciding.ask("mori", "d1", at=at(4), organization="denryoku")
    deciding.ask("sato", "d1", at=at(4), organization="denryoku")
    (one,) = run(deciding, without_assessment()).differences
    assert (one.person, one.gained, one.judged.reason_before, one.judged.reason_after) == ("mori", True, "no_assessment", "clearance_valid")
    assert one.judged.concerns_before == "person"


def test_another_reason_for_the_same_answer_is_counted_and_is_nobody_s_loss(deciding: Deciding) -> None:
    deciding.ask("mori", "d1", at=at(4), organization="denryoku")
    article = read_policies().files[ARTICLE].replace('@rank("50")', '@rank("90")', 1)
    found = run(deciding, with_files({ARTICLE: article, "house/copies.cedar": READERS}))
    assert (found.same, found.other_reason, found.differences) == (1, 1, [])


def test_the_end_of_what_a_decision_rests_on_is_judged_on_each_side(deciding: Deciding) -> None:
    """The contract runs to May 31: the answers flip at its end, and each side is judged by itself."""
    june = datetime(2026, 6, 3, tzinfo=UTC)
    deciding.ask("sato", "d1", at=at(20), organization="denryoku")
    deciding.ask("sato", "d1", at=june, organization="denryoku")
    found = run(deciding, with_house(NOT_D1))
    assert (found.lost, found.same) == (1, 1)
    assert [one.judged.reason_before for one in found.differences] == ["clearance_valid"]


def test_the_same_facts_and_the_same_recorded_answer_are_judged_anew_behind_an_instant_of_the_facts(deciding: Deciding) -> None:
    """In June, after the contract, the answer of April is recorded once more: it is not taken for the same question."""
    deciding.ask("sato", "d1", at=at(20), organization="denryoku")
    same = {"api": True, "basis": ["Act 11(1)"], "decision": "permit", "reason": "clearance_valid"}
    june = deciding.ask("sato", "d1", at=datetime(2026, 6, 3, tzinfo=UTC), organization="denryoku", out="permit", lie=same)
    found = run(deciding, read_policies())
    assert (found.decisions, found.same, found.lost, found.questions) == (2, 1, 1, 2)
    assert [(one.first_index, one.judged.reason_after) for one in found.differences] == [(june, "no_contract")]


def test_a_draft_with_an_instant_of_its_own_flips_at_that_instant(deciding: Deciding) -> None:
    """Compared with what no fact says, `now` may flip anywhere: each time is judged by itself."""
    dated = READERS.replace("resource);", 'resource) when { context.now >= datetime("2026-04-05T03:00:00Z") };')
    indexes = [deciding.ask("sato", "d1", at=at(day), organization="denryoku") for day in (4, 5, 6)]
    (one,) = run(deciding, with_house(dated)).differences
    assert (one.decisions, one.first_index, one.last_index) == (2, indexes[1], indexes[2])


def test_only_the_decisions_of_the_period_are_looked_at(deciding: Deciding) -> None:
    for day in (4, 5, 6, 7):
        deciding.ask("sato", "d1", at=at(day), organization="denryoku")
    found = run(deciding, with_house(NOT_D1), Span(at(5, 0), at(7, 0)))
    assert (found.decisions, found.lost) == (2, 2)


def test_what_was_erased_or_does_not_open_is_counted_and_not_skipped(deciding: Deciding) -> None:
    deciding.ask("sato", "d1", at=at(4), organization="denryoku")
    deciding.ask("mori", "d1", at=at(4), organization="denryoku")
    with transaction(deciding.site.engine) as session:
        destroy_key(session, log=deciding.site.log, actor=SYSTEM, at=at(8), key_id="mori", reason="退職後の消去")
    deciding.made.clear()
    broken = deciding.ask("kato", "d2", at=at(9))
    deciding.site.attack(("update ledger.disclosures set sealed = sealed || '\\x00' where index = %s", (broken,)))
    found = run(deciding, with_house(NOT_D1))
    assert (found.decisions, found.lost, found.erased, found.unreadable) == (3, 1, 1, 1)
    assert found.decisions == found.lost + found.gained + found.same + found.erased + found.unreadable + found.mismatched


def test_a_denial_for_a_broken_row_is_no_draft_s_to_change(deciding: Deciding) -> None:
    deciding.ask("sato", "d1", at=at(4), organization="denryoku", out="deny", lie=RECORD_MISMATCH.disclosed())
    found = run(deciding, with_house(NOT_D1))
    assert (found.mismatched, found.same, found.lost) == (1, 0, 0)


def test_it_agrees_with_judging_every_decision_by_itself(deciding: Deciding) -> None:
    """Deduplicated or not, the counts are the same: each decision alone is a period of one."""
    days = [
        (person, information, day, hour)
        for person in ("sato", "mori", "kato")
        for information in ("d1", "d2")
        for day, hour in ((4, 3), (4, 9), (20, 3))
    ]
    for person, information, day, hour in sorted(days, key=lambda one: (one[2], one[3])):
        deciding.ask(person, information, at=at(day, hour))
    for texts in (with_house(NOT_D1), without_assessment()):
        whole = run(deciding, texts)
        lost = gained = 0
        for day, hour in ((4, 3), (4, 9), (20, 3)):
            part = run(deciding, texts, Span(at(day, hour), at(day, hour + 1)))
            lost, gained = lost + part.lost, gained + part.gained
        assert (whole.lost, whole.gained) == (lost, gained)
        assert whole.questions < whole.decisions


@pytest.fixture
def commanded(deciding: Deciding, monkeypatch: pytest.MonkeyPatch) -> Deciding:
    @contextmanager
    def open_site(*, log: bool = True) -> Iterator[OpenSite]:
        assert log
        yield OpenSite(settings=Settings(), url=deciding.site.url, engine=deciding.site.engine, opened=deciding.site.log)

    monkeypatch.setattr(command, "open_site", open_site)
    return deciding


def told(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    capsys.readouterr()
    code = cli.run(["policy", "simulate", *words])
    said = capsys.readouterr()
    return code, said.out, said.err


PERIOD = ("--from", "2026-04-01", "--until", "2026-04-30")


def test_the_command_lists_losses_with_ids_reasons_and_a_summary(
    commanded: Deciding, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    commanded.ask("sato", "d1", at=at(4), organization="denryoku")
    commanded.ask("mori", "d1", at=at(4), organization="denryoku")
    draft = str(written(with_house(NOT_D1), tmp_path / "p"))
    code, out, err = told(capsys, draft, *PERIOD, "--language", "en")
    assert (code, err) == (1, "")
    assert "no longer permitted: 1" in out
    assert "- sato  d1  denryoku  read  clearance_valid -> house_no_copies  1  " in out
    assert "house-copies  1  1" in out
    code, out, err = told(capsys, draft, *PERIOD, "--language", "ja")
    assert "許可されなくなる: 1件" in out
    assert told(capsys, str(written(read_policies(), tmp_path / "same")), *PERIOD)[0] == 0


def test_where_people_sign_in_reasons_that_concern_a_person_and_names_stay_with_those_entitled(
    commanded: Deciding, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    commanded.ask("mori", "d1", at=at(4), organization="denryoku")
    draft = str(written(without_assessment(), tmp_path / "p"))
    code, out, _err = told(capsys, draft, *PERIOD, "--names", "--language", "en")
    assert (code, "no_assessment -> clearance_valid" in out) == (1, True)
    monkeypatch.setattr(command, "must_withhold", lambda _site: True)
    code, out, err = told(capsys, draft, *PERIOD, "--names", "--language", "en")
    assert (code, out) == (2, "")
    assert "--names" in err
    code, out, _err = told(capsys, draft, *PERIOD, "--language", "en")
    assert code == 1
    assert "not_authorized -> not_authorized" in out
    assert "no_assessment" not in out
    assert "clearance_valid" not in out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--from", "yesterday", "--until", "2026-04-30"), "--from: yesterday is no day"),
        (("--from", "2026-04-30", "--until", "2026-04-01"), "--until 2026-04-01 lies before --from 2026-04-30"),
        (("--from", "2026-04-30"), "--until"),
    ],
)
def test_days_that_are_none_are_told_in_one_line(
    commanded: Deciding, tmp_path: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], said: str
) -> None:
    assert commanded.policies
    code, _out, err = told(capsys, str(written(read_policies(), tmp_path / "p")), *words)
    assert code == 2
    assert said in err


def test_a_draft_that_could_not_come_into_force_is_not_tried(
    commanded: Deciding, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert commanded.policies
    code, _out, err = told(capsys, str(written(with_house(COPIES.replace("forbid", "permit")), tmp_path / "p")), *PERIOD)
    assert (code, "house/copies.cedar" in err) == (2, True)
