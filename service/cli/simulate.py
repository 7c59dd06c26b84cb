"""`sekisho policy simulate`: a draft of policies over a period's decisions, and who would gain or lose what."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy import select

from service.cli.export import must_withhold
from service.cli.logs import visible
from service.cli.site import Site, open_site
from service.cli.verify import bars, language_of, terminal_language
from service.database import read
from service.decision.model import PolicySetRow
from service.decision.policyset import PolicySet
from service.decision.soundness import read_all, require_fit
from service.evidence import rows
from service.evidence.export import Span
from service.evidence.simulation import Difference, Group, Judged, Simulation
from service.evidence.simulation import simulate as simulated
from service.personnel.model import Person
from service.statute.periods import day_start
from service.statute.policies import from_bundle, read_policies

MOST = 1_000
"""Differences that are listed; the summary has all."""
TOLD = ("information", "organization")
"""What a reason concerns that may be told to anybody."""
WITHHELD = "not_authorized"
CHANGED = 1


def simulate(
    folder: Annotated[Path, typer.Argument(help="The draft: a folder of policies.", metavar="DIR")],
    *,
    from_: Annotated[str, typer.Option("--from", help="First day, of Japan: 2026-11-01.")],
    until: Annotated[str, typer.Option("--until", help="Last day, of Japan, whole.")],
    names: Annotated[bool, typer.Option("--names", help="People by name; where people sign in, names are theirs to see who may.")] = False,
    most: Annotated[int, typer.Option(help="How many differences are listed; the summary has all.")] = MOST,
    language: Annotated[str | None, typer.Option(help="ja or en; default: that of the terminal.")] = None,
) -> None:
    """Judge a period's decisions again under a draft, and list who would gain or lose what; nothing is changed or recorded.

    Exit code 0 where nobody would gain or lose anything, 1 where somebody would.
    """
    chosen = language_of(language or terminal_language())
    asked = _days(from_, until)
    texts = read_policies(folder)
    require_fit(texts)
    draft = PolicySet.load(texts)
    with open_site() as site:
        withheld = must_withhold(site)
        if names and withheld:
            message = "--names: people sign in here, and names are for those entitled; look the ids up in the console"
            raise ValueError(message)
        with rows.snapshot(site.url) as connection, bars(chosen) as progress:
            found = simulated(
                connection,
                keyring=site.log.keyring,
                draft=draft,
                asked=asked,
                reasons=_reasons(site),
                progress=lambda done, whole: progress("simulate", done, whole),
            )
        called = _names(site, found) if names else {}
    for line in _told(found, 0 if chosen == "ja" else 1, withheld=withheld, called=called, most=most):
        typer.echo(visible(line))
    raise typer.Exit(CHANGED if found.gained or found.lost else 0)


def _days(first: str, last: str) -> Span:
    """Return the time of two days, both whole. Raises ValueError that names the option."""
    days = []
    for option, word in (("--from", first), ("--until", last)):
        try:
            days.append(date.fromisoformat(word))
        except ValueError:
            message = f"{option}: {word} is no day; write it as 2026-11-24"
            raise ValueError(message) from None
    if days[1] < days[0]:
        message = f"--until {last} lies before --from {first}"
        raise ValueError(message)
    return Span(day_start(days[0]), day_start(days[1] + timedelta(days=1)))


def _reasons(site: Site) -> dict[str, str | None]:
    """Return what each reason concerns that any set in force ever gave."""
    with read(site.engine) as session:
        texts = [from_bundle(text) for text in session.scalars(select(PolicySetRow.text))]
    found = (one.notes for one_set in texts for one in read_all(one_set)[0])
    return {notes.get("reason", ""): notes.get("concerns") for notes in found}


def _names(site: Site, found: Simulation) -> dict[str, str]:
    people = {one.person for one in found.differences if one.person is not None}
    with read(site.engine) as session:
        return {row.id: row.legal_name for row in session.scalars(select(Person).where(Person.id.in_(people)))}


def _told(found: Simulation, place: int, *, withheld: bool, called: Mapping[str, str], most: int) -> Iterator[str]:
    reason = _reason_of if withheld else _whole_reason
    heads = (
        ("案 {0}", "draft {0}"),
        (
            "判定 {1}件(番号 {2} から {3} まで)を{4}通りの判定でやり直しました",
            "{1} decisions (entries {2} to {3}), judged again as {4} different questions",
        ),
        ("許可されなくなる: {5}件", "no longer permitted: {5}"),
        ("新たに許可される: {6}件", "newly permitted: {6}"),
        ("変わらない: {7}件(うち理由だけが変わる: {8}件)", "as before: {7} (of these for another reason: {8})"),
        ("判定の根拠が消去済み: {9}件", "facts erased: {9}"),
        ("判定の根拠を読めない: {10}件", "facts that cannot be read: {10}"),
        ("記録の不一致による不許可(規程によらない): {11}件", "denied for a record mismatch, whatever the policies: {11}"),
    )
    values = (
        *(found.digest, found.decisions, found.first_index, found.end_index - 1, found.questions, found.lost, found.gained, found.same),
        *(found.other_reason, found.erased, found.unreadable, found.mismatched),
    )
    yield from (head[place].format(*values) for head in heads)
    if found.summary:
        yield (
            "理由別(失う - / 得る +、前の理由 → 後の理由、規程、判定数、人数)",
            "by reason (- lost, + gained; before -> after; policies; decisions; people)",
        )[place]
        yield from _summary(found.summary, reason, withheld=withheld)
        yield ("人・文書別(人 対象 機関 行為、件数、番号)", "by person (person, object, organization, action; decisions; entries)")[place]
    for one in found.differences[:most]:
        yield _line(one, reason, called)
    if len(found.differences) > most:
        more = len(found.differences) - most
        yield (f"ほか{more}件", f"and {more} more")[place]


def _whole_reason(reason: str, _concerns: str | None) -> str:
    return reason


def _reason_of(reason: str, concerns: str | None) -> str:
    """Return a reason as an application would hear it: what concerns a person is told to those entitled, not at a command line."""
    return reason if concerns in TOLD else WITHHELD


def _summary(groups: list[Group], reason: Callable[[str, str | None], str], *, withheld: bool) -> Iterator[str]:
    """Yield the groups; those that read alike once reasons are withheld are told as one, or their number would tell them apart."""
    told: dict[str, tuple[int, frozenset[str | None]]] = {}
    for one in groups:
        judged = one.judged
        policies = () if withheld and judged.concerns_after not in TOLD else judged.policies
        line = f"  {_sign(judged.after)} {_change(judged, reason)}  {', '.join(policies) or '-'}"
        decisions, people = told.get(line, (0, frozenset()))
        told[line] = (decisions + one.decisions, people | one.people)
    yield from (f"{line}  {decisions}  {len(people)}" for line, (decisions, people) in told.items())


def _sign(after: bool) -> str:
    return "+" if after else "-"


def _change(judged: Judged, reason: Callable[[str, str | None], str]) -> str:
    return f"{reason(judged.reason_before, judged.concerns_before)} -> {reason(judged.reason_after, judged.concerns_after)}"


def _line(one: Difference, reason: Callable[[str, str | None], str], called: Mapping[str, str]) -> str:
    person = "-" if one.person is None else f"{one.person} {called[one.person]}" if one.person in called else one.person
    where = f"{one.object or '-'}  {one.organization or '-'}  {one.action}"
    return f"  {_sign(one.gained)} {person}  {where}  {_change(one.judged, reason)}  {one.decisions}  {one.first_index}..{one.last_index}"
