"""Everything that somebody may do, by what it is about."""

from dataclasses import dataclass

from starlette.responses import Response

from service.acts.table import ACTS, PERSON, Known
from service.console.act_words import VERBS, said
from service.console.visit import Visit
from service.identity.members import Member
from service.ledger import Seat

ROOMS: dict[str, tuple[str, str]] = {
    "personnel": ("人・組織・所属", "People, organizations, posts"),
    "designation": ("指定・情報・資料", "Designations, information, documents"),
    "provision": ("提供・契約・認定", "Provisions, contracts, certifications"),
    "clearance": ("取扱資格", "Clearances"),
    "assessment": ("適性評価", "Assessments"),
    "need_to_know": ("取扱者の範囲と名簿", "Handler scopes and lists"),
    "registers": ("簿冊・教育・届出", "Registers, training, reports"),
    "deadlines": ("期日と休日", "Deadlines and holidays"),
    "identity": ("利用者・役割・アプリ", "Accounts, roles, applications"),
    "acts": ("記録の繰越し", "Bringing records forward"),
    "evidence": ("閲覧と監査", "Looks and auditing"),
    "retention": ("消去と混入への対処", "Erasure, and what slipped in"),
    "ledger": ("台帳", "The ledger"),
    "decision": ("規程", "Policies"),
}
"""What the acts of a room are about, in the order in which they are shown."""


@dataclass(frozen=True, slots=True)
class Offered:
    """An act that somebody may do: its address, its name, and when it happens."""

    path: str
    name: str
    when: str


def index(visit: Visit) -> Response:
    """GET of /acts: what the visitor may do, by what it is about; `q` narrows by words of the name."""
    words = visit.asked("q").casefold()
    groups = []
    for room, says in ROOMS.items():
        found = [one for one in offered(visit, room) if words in one.name.casefold()]
        if found:
            groups.append((says[0 if visit.language == "ja" else 1], found))
    return visit.page("acting/index.html", groups=groups, q=visit.asked("q"))


def offered(visit: Visit, room: str) -> list[Offered]:
    """Return what somebody may do in a room at this seat."""
    seat = visit.desk.log.seat
    return [
        Offered(f"/acts/{known.verb}", said(VERBS, known.verb, visit.language), when(known))
        for known in ACTS.values()
        if known.room.partition(".")[0] == room and may(visit.member, known, seat=seat)
    ]


def may(member: Member, known: Known, *, seat: Seat) -> bool:
    """Say whether somebody holds a role for an act of this seat."""
    return known.seat in (None, seat) and bool((member.role_names | {PERSON}) & set(known.roles))


def when(known: Known) -> str:
    """Return the word that says when an act happens: at once, after an approval, or one of the two by what it says."""
    if known.wide_with is not None or known.narrow_when is not None or known.judged_by is not None:
        return "as_it_says"
    return "needs_second" if known.seconds else "at_once"
