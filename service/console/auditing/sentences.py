"""An entry as a sentence, from its clear part alone: pseudonymous ids stay ids unless somebody is entitled to what they name."""

import re
from collections import Counter
from collections.abc import Mapping
from typing import Any

from service.actor import SYSTEM
from service.console.act_words import CODES, FOOTINGS, said
from service.console.auditing.kind_words import KINDS
from service.console.words import Language
from service.ledger import CHECKS, Kind, decisions_in

_HEXADECIMAL = re.compile(r"[0-9a-f]{32}")
UNSIGNED = frozenset({Kind.IMPROPER_REPORTED.value})
"""Kinds whose entry names nobody who did it, not even by an id that others have."""


def named(an_id: str, called: Mapping[str, str]) -> str:
    """Return what an id is called, else its beginning where it is a long random one, else itself."""
    return called.get(an_id) or (f"{an_id[:8]}…" if _HEXADECIMAL.fullmatch(an_id) else an_id)


def phrase(kind: str, language: Language) -> str:
    """Return what a kind says happened."""
    return said(KINDS, kind, language)


def sentence(clear: Mapping[str, Any], language: Language, called: Mapping[str, str]) -> str:
    """Return what an entry says, without its time."""
    if clear["kind"] == Kind.ACCESS_DECIDED:
        return _several(clear, language, called) if CHECKS in clear else _decision(clear, language, called)
    if clear["kind"] == Kind.ACCESS_SEARCHED:
        return _search(clear, language, called)
    told = phrase(clear["kind"], language)
    if language == "ja":
        person = f"{_person(clear['person'], language, called)}について、" if clear.get("person") else ""
        organization = f"{named(clear['for'], called)}に関して、" if clear.get("for") else ""
        thing = f"(対象: {named(clear['object'], called)})" if clear.get("object") else ""
        refused = "ただし、認められませんでした。" if clear["out"] == "refused" and not told.endswith("ませんでした") else ""
        return f"{_by_ja(clear, called)}{organization}{person}{told}{thing}。{refused}"
    person = f", about {_person(clear['person'], language, called)}" if clear.get("person") else ""
    organization = f", for {named(clear['for'], called)}" if clear.get("for") else ""
    thing = f" (about: {named(clear['object'], called)})" if clear.get("object") else ""
    refused = " It was refused." if clear["out"] == "refused" and "refused" not in told else ""
    text = f"{_by_en(clear, called)}{told}{thing}{person}{organization}."
    return text[0].upper() + text[1:] + refused


def _person(an_id: str, language: Language, called: Mapping[str, str]) -> str:
    """Return somebody by name for those who may know it, else as a person with an id."""
    if an_id in called:
        return f"{called[an_id]} さん" if language == "ja" else called[an_id]
    return f"ある人({named(an_id, called)})" if language == "ja" else f"a person ({named(an_id, called)})"


def _decision(clear: Mapping[str, Any], language: Language, called: Mapping[str, str]) -> str:
    what = named(clear["object"], called) if clear.get("object") else ""
    action = said(ACTIONS, clear.get("action", "handle"), language)
    permitted = clear["out"] == "permit"
    if language == "ja":
        organization = f"{named(clear['for'], called)}のための、" if clear.get("for") else ""
        person = _person(clear["person"], language, called) if clear.get("person") else "登録のない人"
        thing = f"{what} の" if what else ""
        answer = "許可されました" if permitted else "許可されませんでした"
        return (
            f"アプリケーション {named(clear['actor'], called)} の問合せに対し、{organization}{person}による{thing}「{action}」は{answer}。"
        )
    organization = f" for {named(clear['for'], called)}" if clear.get("for") else ""
    person = _person(clear["person"], language, called) if clear.get("person") else "somebody unknown"
    answer = "was permitted" if permitted else "was not permitted"
    thing = f" of {what}" if what else ""
    return f"On the question of the application {named(clear['actor'], called)}, “{action}”{thing} by {person}{organization} {answer}."


def _search(clear: Mapping[str, Any], language: Language, called: Mapping[str, str]) -> str:
    """Return what an entry of a page of a search says: whom or what it was about, and whether it was answered."""
    about, person = clear.get("object"), clear.get("person")
    what = named(about, called) if about else ""
    action = said(ACTIONS, str(clear["action"]), language) if clear.get("action") else ""
    application = named(clear["actor"], called)
    if language == "ja":
        organization = f"{named(clear['for'], called)}のための、" if clear.get("for") else ""
        by = f"{_person(person, language, called)}による" if person else ""
        wanted = f"{what + ' の' if what else ''}{f'「{action}」' if action else '行為'}"
        sought = f"{by}{wanted}の可否" if about and person else f"{by}{wanted}の対象" if person else f"{wanted}のできる人"
        answer = "検索が認められませんでした" if clear["out"] == "refused" else "検索に1ページの回答がされました"
        return f"アプリケーション {application} による、{organization}{sought}の{answer}。"
    organization = f" for {named(clear['for'], called)}" if clear.get("for") else ""
    by = _person(person, language, called) if person else "somebody"
    doing = f"“{action}”" if action else "any action"
    sought = f"for who may do {doing}"
    if person:
        sought = f"for what is open to {doing} by {by}" if action else f"for what {by} may do"
    thing = f" of {what}" if what else ""
    answer = "was refused" if clear["out"] == "refused" else "was answered with a page"
    return f"A search by the application {application} {sought}{thing}{organization} {answer}."


def _several(clear: Mapping[str, Any], language: Language, called: Mapping[str, str]) -> str:
    """Return what an entry of several decisions says: how many were asked together, and what came of them."""
    told = outcomes(clear)
    number, permitted, actor = sum(told.values()), told["permit"], named(clear["actor"], called)
    if language == "ja":
        organization = f"{named(clear['for'], called)}のための、" if clear.get("for") else ""
        asked = f"アプリケーション {actor} の一度の問合せに対し、{organization}{number} 件のうち "
        return f"{asked}{permitted} 件は許可され、{number - permitted} 件は許可されませんでした。"
    organization = f" for {named(clear['for'], called)}" if clear.get("for") else ""
    asked = f"Of {number} questions{organization} that the application {actor} asked at once, "
    return f"{asked}{permitted} {_were(permitted)} permitted and {number - permitted} {_were(number - permitted)} not."


def _were(number: int) -> str:
    return "was" if number == 1 else "were"


def outcomes(clear: Mapping[str, Any]) -> Counter[str]:
    """Return how often each outcome stands in an entry: once, or once for each of several decisions."""
    return Counter(one["out"] for one in (decisions_in(clear) if CHECKS in clear else (clear,)))


ACTIONS: Mapping[str, tuple[str, str]] = {
    **CODES,
    "handle": ("取扱い", "handling"),
    "read": ("閲覧", "reading"),
    "list": ("一覧への表示", "showing in a list"),
    "make": ("作成・複製", "making or copying"),
    "communicate": ("伝達", "communicating"),
    "transmit": ("送信・交付", "transmitting"),
    "carry_out": ("持出し", "carrying out"),
    "dispose": ("廃棄", "disposal"),
    "return": ("返却", "return"),
}
"""What can be asked, in words."""


def _by_ja(clear: Mapping[str, Any], called: Mapping[str, str]) -> str:
    actor = str(clear.get("actor", ""))
    if not actor or clear["kind"] in UNSIGNED:
        return ""
    if actor == SYSTEM.id:
        return "システムにより、"
    if actor.startswith("account:"):
        return "サーバーの操作者により、"
    footing = said(FOOTINGS, str(clear.get("footing", "")), "ja")
    second = f"{named(clear['second'], called)} の決裁({footing})を経て、" if clear.get("second") else ""
    return f"{named(actor, called)} の操作により、{second}"


def _by_en(clear: Mapping[str, Any], called: Mapping[str, str]) -> str:
    actor = str(clear.get("actor", ""))
    if not actor or clear["kind"] in UNSIGNED:
        return ""
    if actor == SYSTEM.id:
        return "by the system, "
    if actor.startswith("account:"):
        return "by whoever is at the server, "
    footing = said(FOOTINGS, str(clear.get("footing", "")), "en").lower()
    second = f" and approved by {named(clear['second'], called)} ({footing})" if clear.get("second") else ""
    return f"by {named(actor, called)}{second}, "
