"""What is counted of a year (Act 18, 19): each count a line of COUNTERS, over the rows as entries told of them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any, Literal

from service.statute.numbers import number
from service.statute.periods import ONE_DAY, counted_from

Row = Mapping[str, Any]
Family = Literal["designation", "assessment", "certification"]
PEOPLE: frozenset[Family] = frozenset({"assessment"})
"""Families whose small numbers tell of somebody."""
UNRECORDED = ""
"""Stands for a trigger, a place of work, or an organ, that no row tells."""
CARRIED_OUT = frozenset({"positive", "negative"})


@dataclass
class Told:
    """The rows as entries told of them last, by table and key; how many entries cannot be read any more; and the day of counting."""

    on: date
    rows: dict[str, dict[str, Row]] = field(default_factory=dict)
    destroyed: int = 0

    def of(self, table: str) -> Iterator[Row]:
        """Yield the rows of a table that stand: one that was put right is told by the row that replaced it."""
        return (row for row in self.rows.get(table, {}).values() if row.get("replaced_at") is None)

    def kind(self, organization_id: str) -> str:
        """Return what kind of organization this is."""
        return str(self.rows.get("personnel.organizations", {}).get(organization_id, {}).get("kind", UNRECORDED))

    @cached_property
    def carried_out(self) -> Mapping[tuple[str, str], Sequence[str]]:
        """Return by person and head the days of the results of this Act, in their order."""
        found: dict[tuple[str, str], list[str]] = {}
        for row in self.of("clearance.results"):
            if row["law"] == "iesi" and row["outcome"] in CARRIED_OUT:
                found.setdefault((row["person_id"], row["head_id"]), []).append(row["notified_on"] or row["counted_on"])
        return {pair: sorted(days) for pair, days in found.items()}

    @cached_property
    def doubted(self) -> Mapping[tuple[str, str], Sequence[str]]:
        """Return by person and head the days on which somebody was told of a doubt."""
        found: dict[tuple[str, str], list[str]] = {}
        for row in self.of("clearance.doubt_notices"):
            found.setdefault((row["person_id"], row["head_id"]), []).append(row["notified_on"])
        return found

    @cached_property
    def numbered(self) -> Mapping[str, str]:
        """Return by the number on its marks which organ designated an information, where it is one alone."""
        organs: dict[str, set[str]] = {}
        for row in self.of("designation.designations"):
            organs.setdefault(row["information_id"], set()).add(row["organ_id"])
        informations = self.rows.get("designation.information", {}).values()
        return {row["number"]: min(found) for row in informations if row.get("number") and len(found := organs.get(row["id"], set())) == 1}


@dataclass(frozen=True, slots=True)
class Counter:
    """One count. `day` is the column that dates a row, or a function where the date follows from several rows."""

    code: str
    says: tuple[str, str]
    family: Family
    table: str
    day: str | Callable[[Row, Told], date | None]
    counts: Callable[[Row, Told], bool] = lambda _row, _told: True
    organ: str | Callable[[Row, Told], str] = "organ_id"
    about: Callable[[Row, Told], Row] = lambda row, _told: row
    """Of an assessment, the row that names the person and the head."""


def _extended(row: Row, told: Told) -> Row:
    """Return the designation that an extension belongs to, as it stands: corrections keep their first row's extensions."""
    designations = told.rows.get("designation.designations", {})
    found = designations[row["designation_id"]]
    while found.get("replaced_at") is not None:
        found = next(one for one in designations.values() if one.get("replaces") == found["id"])
    return found


def _over_thirty(row: Row, told: Told) -> bool:
    begun = date.fromisoformat(_extended(row, told)["designated_on"])
    thirty = counted_from(begun, years=number("designation_total_years", on=date.fromisoformat(row["extended_on"])))
    return date.fromisoformat(row["until_on"]) - ONE_DAY > thirty


def _expired(row: Row, told: Told) -> date | None:
    """Return the last day of a validity, its extensions included; None where the designation was lifted before."""
    extensions = [one for one in told.of("designation.extensions") if _extended(one, told)["id"] == row["id"]]
    last = max(extensions, key=lambda one: (one["extended_on"], one["until_on"]), default=row)["until_on"]
    over = date.fromisoformat(last) - ONE_DAY
    lifted = row.get("lifted_on")
    return None if lifted is not None and date.fromisoformat(lifted) <= over else over


def _is_over(row: Row, told: Told) -> bool:
    last = _expired(row, told)
    return last is not None and last < told.on


def _known_on(row: Row, _told: Told) -> date:
    return date.fromisoformat(row["notified_on"] or row["counted_on"])


def _outcome(outcome: str) -> Callable[[Row, Told], bool]:
    return lambda row, _told: row["law"] == "iesi" and row["outcome"] == outcome


def _investigated(by: str) -> Callable[[Row, Told], bool]:
    # A reused one has no investigation of its own (Act 12(7)).
    return lambda row, _told: (
        row["law"] == "iesi" and row["outcome"] in CARRIED_OUT and row["reuses"] is None and row["investigated_by"] == by
    )


def _reused(row: Row, _told: Told) -> bool:
    return row["law"] == "iesi" and row["reuses"] is not None


def _designated(row: Row, told: Told) -> str:
    """Return whose designation a row follows, as it stands."""
    return str(_extended(row, told)["organ_id"])


def _case(row: Row, told: Told) -> Row:
    """Return the assessment that a step belongs to."""
    return told.rows["assessment.cases"][row["case_id"]]


def _step(*steps: str, outcome: str | None = None) -> Callable[[Row, Told], bool]:
    return lambda row, _told: row["step"] in steps and (outcome is None or row["outcome"] == outcome)


def _of_step(code: str, says: tuple[str, str], counts: Callable[[Row, Told], bool]) -> Counter:
    """Return a count of steps of assessments, which only an organ that keeps them has."""
    return Counter(code, says, "assessment", "assessment.steps", "on", counts, lambda row, told: str(_case(row, told)["head_id"]), _case)


def _of_answer(code: str, says: tuple[str, str], outcome: str) -> Counter:
    """Return a count of answers to complaints by what they came to; those from before outcomes were kept have none."""
    return Counter(code, says, "assessment", COMPLAINTS, "answered_on", lambda row, _told: row.get("outcome") == outcome, "head_id")


COMPLAINTS = "assessment.complaints"
DESIGNATIONS, EXTENSIONS, RESULTS = "designation.designations", "designation.extensions", "clearance.results"
CERTIFICATIONS = "provision.certifications"
COUNTERS: tuple[Counter, ...] = (
    Counter("designated", ("指定", "Designations"), "designation", DESIGNATIONS, "designated_on"),
    Counter(
        "extended",
        ("延長", "Extensions"),
        "designation",
        EXTENSIONS,
        "extended_on",
        organ=lambda row, told: str(_extended(row, told)["organ_id"]),
    ),
    Counter(
        "extended_over_thirty",
        ("30年を超える延長（内閣の承認）", "Extensions beyond thirty years (Cabinet's approval)"),
        "designation",
        EXTENSIONS,
        "extended_on",
        lambda row, told: row["cabinet_approved_on"] is not None and _over_thirty(row, told),
        lambda row, told: str(_extended(row, told)["organ_id"]),
    ),
    Counter("expired", ("有効期間の満了", "Expiries"), "designation", DESIGNATIONS, _expired, _is_over),
    Counter("lifted", ("解除", "Liftings"), "designation", DESIGNATIONS, "lifted_on"),
    Counter("lifted_in_part", ("一部解除", "Partial liftings"), "designation", "designation.partial_liftings", "on", organ=_designated),
    Counter(
        "switched_to_marking",
        ("通知から表示への切替え", "Marks in place of notices"),
        "designation",
        "designation.marking_switches",
        "on",
        organ=_designated,
    ),
    Counter(
        "handed_over_as_sds",
        ("特定秘密への引継ぎ", "Handed over as secrets of the other Act"),
        "designation",
        "designation.hand_overs",
        "on",
        organ=_designated,
    ),
    Counter("reviewed", ("指定の理由の点検", "Reviews of reasons"), "designation", "designation.reviews", "on", organ=_designated),
    Counter(
        "doubted_by_staff",
        ("指定への疑義の申出", "Doubts of staff about designations"),
        "designation",
        "designation.doubts",
        "on",
        organ=lambda row, told: told.numbered.get(row["number"], UNRECORDED),
    ),
    Counter(
        "improper_reported",
        ("不適正な指定等の通報", "Reports of improper designations"),
        "designation",
        "designation.improper_reports",
        "on",
        organ=lambda _row, _told: UNRECORDED,
    ),
    Counter(
        "improper_answered",
        ("不適正な指定等の通報への回答", "Reports of improper designations answered"),
        "designation",
        "designation.improper_answers",
        "on",
        organ=lambda _row, _told: UNRECORDED,
    ),
    Counter(
        "improper_found",
        ("通報により法令等に従っていない（おそれを含む）と認めたもの", "Found, or feared, not to be as the law wants on a report"),
        "designation",
        "designation.improper_answers",
        "on",
        lambda row, _told: row["finding"] != "in_order",
        lambda _row, _told: UNRECORDED,
    ),
    Counter("positive", ("漏らすおそれがないと認められた", "Positive"), "assessment", RESULTS, _known_on, _outcome("positive"), "head_id"),
    Counter("negative", ("認められなかった", "Negative"), "assessment", RESULTS, _known_on, _outcome("negative"), "head_id"),
    Counter("refused", ("不同意", "Consent refused"), "assessment", RESULTS, _known_on, _outcome("refused"), "head_id"),
    Counter("withdrawn", ("同意の取下げ", "Consent withdrawn"), "assessment", RESULTS, _known_on, _outcome("withdrawn"), "head_id"),
    Counter(
        "investigated",
        ("内閣総理大臣による調査", "Investigations by the Prime Minister"),
        "assessment",
        RESULTS,
        _known_on,
        _investigated("prime_minister"),
        "head_id",
    ),
    Counter(
        "self_investigated",
        ("行政機関の長による調査", "Investigations by the organ itself"),
        "assessment",
        RESULTS,
        _known_on,
        _investigated("organ"),
        "head_id",
    ),
    Counter("reused", ("調査結果の再利用", "Reused investigations"), "assessment", RESULTS, _known_on, _reused, "head_id"),
    Counter("doubted", ("再評価の告知", "Doubt notices"), "assessment", "clearance.doubt_notices", "notified_on", organ="head_id"),
    _of_step("notified", ("事前の告知", "Notices of assessment"), _step("notified")),
    _of_step("requested", ("内閣総理大臣への調査の求め", "Requests to the Prime Minister"), _step("requested")),
    _of_step("own_begun", ("行政機関の長による調査の開始", "Own investigations begun"), _step("own")),
    _of_step("not_carried_out", ("実施されなかった適性評価", "Assessments not carried out"), _step("decided", outcome="not_carried_out")),
    Counter("complained", ("苦情の申出", "Complaints"), "assessment", COMPLAINTS, "made_on", organ="head_id"),
    Counter("complaint_answered", ("苦情への回答", "Complaints answered"), "assessment", COMPLAINTS, "answered_on", organ="head_id"),
    _of_answer("complaint_result_stands", ("苦情の処理: 結果を維持", "Complaints: the result stands"), "result_stands"),
    _of_answer("complaint_put_right", ("苦情の処理: 手続を是正", "Complaints: conduct put right"), "put_right"),
    _of_answer("complaint_reassessment", ("苦情の処理: 改めて適性評価を実施", "Complaints: assessed anew"), "reassessment"),
    Counter(
        "doubt_reported",
        ("漏らすおそれを疑わせる事情の報告", "Reports of doubt about people"),
        "assessment",
        "registers.person_reports",
        "reported_on",
        lambda row, _told: row["code"] == "doubt",
        "head_id",
    ),
    Counter("certified", ("適合事業者の認定", "Certifications"), "certification", CERTIFICATIONS, "certified_on"),
    Counter(
        "certification_refused",
        ("認定しなかったもの", "Certifications refused"),
        "certification",
        "provision.certification_refusals",
        "refused_on",
    ),
    Counter("certification_lost", ("認定の終わり", "Certifications that ended"), "certification", CERTIFICATIONS, "ended_on"),
    Counter("change_reported", ("変更の事前報告", "Changes reported"), "certification", "provision.changes", "reported_on"),
)
"""A further count is a further line; nothing else changes."""


def day_of(counter: Counter, row: Row, told: Told) -> date | None:
    """Return the day on which a row counts, or None where it does not."""
    if callable(counter.day):
        return counter.day(row, told)
    value = row.get(counter.day)
    return None if value is None else date.fromisoformat(value)


def organ_of(counter: Counter, row: Row, told: Told) -> str:
    """Return whose count a row is in."""
    return counter.organ(row, told) if callable(counter.organ) else str(row[counter.organ])


def circumstances(counter: Counter, row: Row, told: Told, day: date) -> tuple[str, str]:
    """Return what an assessment was made for, and on which side its person works; nothing of the kind for anything else."""
    if counter.family != "assessment":
        return UNRECORDED, UNRECORDED
    about = counter.about(row, told)
    person_id, head_id = str(about["person_id"]), str(about["head_id"])
    # A step belongs to the assessment that was begun, a result to the day on which it was told.
    begun = date.fromisoformat(about["opened_on"]) if "opened_on" in about else day
    trigger = "doubt" if about.get("doubt") else _trigger(person_id, head_id, told, begun)
    return trigger if counter.table in {RESULTS, "assessment.steps"} else UNRECORDED, _side(person_id, head_id, told, day)


def _trigger(person_id: str, head_id: str, told: Told, day: date) -> str:
    """Return on what ground somebody was assessed, so far as the rows tell (Act 12(1)(i) to (iii)): first, renewal or doubt."""
    before = [one for one in told.carried_out.get((person_id, head_id), ()) if one < day.isoformat()]
    last = before[-1] if before else ""
    if any(last <= one <= day.isoformat() for one in told.doubted.get((person_id, head_id), ())):
        return "doubt"
    return "renewal" if before else "first"


def _side(person_id: str, head_id: str, told: Told, day: date) -> str:
    """Return the kind of organization that a person worked at on a day; the head's own comes first."""
    on = day.isoformat()
    places = {
        str(row["organization_id"])
        for row in told.of("personnel.posts")
        if row["person_id"] == person_id and (row["from_on"] or on) <= on and (row["until_on"] is None or on < row["until_on"])
    }
    if head_id in places:
        return told.kind(head_id)
    return min((told.kind(place) for place in places), default=UNRECORDED)
