"""A view of the ledger written out, within entitlement: that it was asked for, and the digest of the file, are entries."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from service.acts.asking import UnfitError
from service.acts.attempts import attempts_kept
from service.acts.entitled import require_any_role
from service.acts.reading.circle import roles_for
from service.database import read, transaction
from service.evidence import lookups, searches, view_export
from service.evidence.budget import spend_rows
from service.evidence.columns import Language
from service.evidence.export import Written
from service.evidence.form import decisions_of, readable_entry
from service.evidence.rendering.known import NAMELESS
from service.evidence.searches import Search
from service.evidence.view_export import Answers, Export, ViewFormat
from service.evidence.withheld_search import found_by_disclosures, open_parts, openable, parts_found
from service.identity.desk import Seated
from service.identity.entitlements import PurposeNeededError

MOST, MOST_WITH_REASONS = 20_000, 1_000
LOOKED_THROUGH = 2_000_000
"""Entries among which a view is looked for; a log may be larger where the time is bounded."""
AUDITORS = frozenset({"auditor"})


class TooLargeError(UnfitError):
    """More entries than one file may have."""

    def __init__(self, most: int) -> None:
        super().__init__(f"filter: at most {most} entries are written at once; narrow the filter")
        self.most = most


@attempts_kept("export")
def export_view(
    seated: Seated,
    search: Search,
    *,
    view: dict[str, str],
    form: ViewFormat,
    language: Language,
    title: str,
    purpose: str | None,
    query_id: str | None = None,
) -> bytes:
    """Return the file of everything that a search finds.

    The clear part alone without a purpose, which no budget bounds; with one the reasons of decisions, as far as somebody may see
    them: each decision then counts against the day's budget (or what was confirmed for `query_id`), whether or not its reason is
    one that the search looks for, and the export stands on the record of each person whose decision was opened.
    Raises NotAllowedError, PurposeNeededError, BudgetSpentError, DisclosureRefusedError, TooLargeError.
    """
    require_any_role(seated.member, AUDITORS)
    if purpose is None and search.query is not None and search.query.asks_disclosed:
        message = "purpose: reasons, citations and purposes are withheld; say what for"
        raise PurposeNeededError(message)
    held = (
        roles_for(seated, AUDITORS, "denial_reason", purpose)
        if purpose is not None
        else [one for one in seated.member.roles if one.role in AUDITORS]
    )
    most, log = MOST if purpose is None else MOST_WITH_REASONS, seated.desk.log
    with read(seated.desk.engine) as session:
        rows = searches.all_of(session, search, most=most, scanned=LOOKED_THROUGH)
    if rows is None:
        raise TooLargeError(most)
    export = Export(seated.member.actor, [one.role for one in held], view, form, purpose)
    with transaction(seated.desk.engine) as session:
        if purpose is not None:
            lookups.spend_look(session, account_id=seated.member.account_id, at=seated.at)
            opened, people = _to_open(rows, search)
            spend_rows(session, person_id=seated.member.person_id, at=seated.at, rows=opened, query_id=query_id)
            about = sorted(people - {seated.member.person_id})
            roles = frozenset(export.roles)
            lookups.record_list_look(
                session, log=log, at=seated.at, actor=export.actor, roles=roles, purpose=purpose, people=about, of="export"
            )
        requested = view_export.record_request(session, log=log, at=seated.at, export=export)
    try:
        if search.query is not None and search.query.asks_disclosed:
            rows, search = _narrowed(seated, rows, search, roles=export.roles, purpose=purpose)
        content, done = _written(seated, rows, search, form=form, language=language, title=title, reasons=purpose is not None)
    except BaseException:
        with transaction(seated.desk.engine) as session:
            view_export.record_completed(session, log=log, at=seated.at, actor=export.actor, requested=requested, done=None)
        raise
    with transaction(seated.desk.engine) as session:
        view_export.record_completed(session, log=log, at=seated.at, actor=export.actor, requested=requested, done=done)
    return content


def _written(
    seated: Seated,
    rows: Sequence[tuple[int, bytes]],
    search: Search,
    *,
    form: ViewFormat,
    language: Language,
    title: str,
    reasons: bool,
) -> tuple[bytes, Written]:
    wanted = partial(searches.holds, search)
    with read(seated.desk.engine) as session:
        answers = view_export.answers_in(session, log=seated.desk.log, rows=rows) if reasons else Answers()
        names = view_export.names_in(session, rows, wanted) if reasons else NAMELESS
    return view_export.written(rows, answers, form=form, language=language, title=title, at=seated.at, wanted=wanted, names=names)


def _to_open(rows: Sequence[tuple[int, bytes]], search: Search) -> tuple[int, set[str]]:
    """Return in how many acts and decisions what is withheld will be opened, and whom they are about."""
    if search.query is not None and search.query.asks_disclosed:
        parts = openable(list(parts_found(rows, search.query)))
        return len(parts), {str(one.clear["person"]) for one in parts if one.clear.get("person")}
    read_ones = (readable_entry(body) for _index, body in rows)
    decisions = [one for entry in read_ones if entry is not None for one in decisions_of(entry) if searches.holds(search, one)]
    return len(decisions), {one.person for one in decisions if one.person}


def _narrowed(
    seated: Seated, rows: list[tuple[int, bytes]], search: Search, *, roles: Sequence[str], purpose: str | None
) -> tuple[list[tuple[int, bytes]], Search]:
    """Return the entries that a query finds by what they withhold too, and the search for just the decisions that it finds in them."""
    if search.query is None:
        return rows, search
    parts = openable(list(parts_found(rows, search.query)))
    with read(seated.desk.engine) as session:
        opened = open_parts(session, log=seated.desk.log, parts=parts, roles=roles, purpose=purpose)
    kept = found_by_disclosures(parts, search.query, opened)
    indexes = {one.index for one in kept}
    withholding = frozenset(tuple(one.clear["_sd"]) for one in kept)
    return [row for row in rows if row[0] in indexes], replace(search, withholding=withholding)
