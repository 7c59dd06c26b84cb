"""The facts of a decision in words: what was known, as names and values that a layman reads."""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any

from service.console.act_words import CODES, OUTCOME_WORDS, said
from service.console.auditing.sentences import ACTIONS, named
from service.console.people_words import people_words
from service.console.words import Language

FACTS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "person_known": ("登録された人か", "Is the person registered"),
        "ambiguous": ("どの組織としてか定まらない", "Several organizations, none named"),
        "works_there": ("その組織に所属しているか", "Works for the organization"),
        "organization": ("どの組織として", "For which organization"),
        "head": ("適性評価の実施主体", "Whose assessment counts"),
        "units": ("所属する部署", "Units"),
        "designation": ("指定", "Designation"),
        "care": ("指定前の注意した取扱い", "Handled with care before designation"),
        "office": ("適性評価を要しない職", "Exempt office"),
        "holding": ("情報の保有", "How it is held"),
        "certification": ("適合事業者の認定", "Certification"),
        "contract": ("契約", "Contract"),
        "assessment": ("適性評価", "Assessment"),
        "sds_assessment": ("特定秘密の適性評価", "Assessment under the other Act"),
        "refusal": ("実施されなかった適性評価", "Assessment not carried out"),
        "doubt": ("再評価の告知", "Doubt notice"),
        "sds_doubt": ("再評価の告知(特定秘密)", "Doubt notice under the other Act"),
        "listing": ("取扱者の範囲・名簿", "Scope and list"),
        "organ": ("指定した行政機関の長", "Designated by"),
        "from_at": ("始まり", "From"),
        "until_at": ("終わり", "Until"),
        "extended": ("延長された", "Extended"),
        "lifted_at": ("解除", "Lifted"),
        "closed_at": ("終了時の措置", "Closed"),
        "released_to": ("提供できる相手", "Released to"),
        "route": ("保有の経路", "Route"),
        "under": ("根拠", "Under"),
        "giver": ("提供した機関", "Given by"),
        "designator": ("指定した機関", "Designator"),
        "giver_holds": ("提供した機関が保有している", "The giver holds it"),
        "consented_by": ("同意した機関", "Consented by"),
        "consulted_at": ("協議", "Consulted"),
        "returned_at": ("返却", "Returned"),
        "return_until_at": ("返却・廃棄の期限", "To be returned by"),
        "by_order": ("施行令による", "By the Order"),
        "outcome": ("結果", "Outcome"),
        "notified_at": ("本人への通知", "Told the person"),
        "ends_at": ("効力の終わり", "Counts until"),
        "actions": ("認められた取扱い", "Actions granted"),
        "index": ("この事実を記録した番号", "Recorded by entry"),
    }
)
ROUTES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "own": ("自ら指定したもの", "Its own"),
        "received": ("他の行政機関から", "From another organ"),
        "police": ("警察としての保有", "As police"),
        "operator": ("適合事業者としての保有", "As a certified operator"),
    }
)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
Day = Callable[[datetime], str]


def fact_lines(
    channel: Mapping[str, Any], language: Language, called: Mapping[str, str], day: Day
) -> Iterator[tuple[str, str, int | None]]:
    """Yield name, value and the index of the entry that recorded it, for each fact of one channel.

    `day` writes an instant as the reader wants days written.
    """
    for name in [*(one for one in FACTS if one in channel), *(one for one in channel if one not in FACTS)]:
        value = channel[name]
        if isinstance(value, Mapping):
            told = [(one, each) for one, each in value.items() if one != "index" and each != []]
            inner = [f"{said(FACTS, one, language)}: {_value(one, each, language, called, day)}" for one, each in told]
            index = value.get("index")
            yield said(FACTS, name, language), " / ".join(inner) or _yes(language, holds=True), index if isinstance(index, int) else None
        else:
            yield said(FACTS, name, language), _value(name, value, language, called, day), None


def _value(name: str, value: Any, language: Language, called: Mapping[str, str], day: Day) -> str:
    if isinstance(value, bool):
        return _yes(language, holds=value)
    if isinstance(value, int) and name.endswith("_at"):
        return day(_EPOCH + timedelta(milliseconds=value))
    if isinstance(value, list | tuple):
        return ("、" if language == "ja" else ", ").join(_value(name, one, language, called, day) for one in value) or "―"
    words = {"actions": ACTIONS, "route": ROUTES, "outcome": OUTCOME_WORDS}.get(name, CODES)
    text = str(value)
    return said(words, text, language) if text in words else named(text, called)


def _yes(language: Language, *, holds: bool) -> str:
    told = people_words(language)
    return told["audit_yes" if holds else "audit_no"]
