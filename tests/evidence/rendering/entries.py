"""Entries and what is known of them, as those who render get them; and generated ones, a forger's too."""

import json
from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st

from service.evidence.rendering.clear import DECIDED, SEARCHED
from service.evidence.rendering.known import Erased, Known, Names, Opened, Withheld
from service.evidence.rendering.rows import Row, rows_of

AT = "2026-04-01T00:00:00.123456Z"
ANSWER = {"api": False, "basis": ["Act 11(1)", "Act 5(1)"], "decision": "deny", "reason": "not_listed"}
NAMES = Names(
    names={"p": "髙橋 𠮷子", "d": "装置の設計", "app": "文書管理", "org": "架空電力", "q": "架空 次郎"},
    numbers={"d": "経保-1"},
    accounts={"acc": "p", "acc2": "q"},
)


def body_of(**members: Any) -> bytes:
    """Return the bytes of an entry; `for_` stands for `for`."""
    entry = {"v": 1, "at": AT, "kind": DECIDED, "out": "deny"} | {name.rstrip("_"): value for name, value in members.items()}
    if "sd" in entry:
        entry |= {"_sd": entry.pop("sd"), "_sd_alg": "sha-256"}
    return json.dumps(entry, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode("utf-8", "surrogatepass")


DECISION = body_of(
    sd=["F", "A"], actor="app", person="p", object="d", for_="org", action="read", policy="ab" * 32, seen=5, req="R1", ref="X1", hold=30
)
ACT = body_of(
    v=2, kind="personnel:person:registered", out="accepted", sd=["N"], actor="acc", second="acc2", footing="standing", proposal="pr1",
    person="p", on="2026-03-31",
)  # fmt: skip
SEARCH = body_of(kind=SEARCHED, out="accepted", sd=["Q"], actor="app", person="p", policy="ab" * 32, seen=5)
FACTS = {"segments": [{"to": 5, "channels": []}, {"to": None, "channels": [{"listing": {"index": 7}}, {"listing": None}]}]}
KNOWN: Mapping[str, Known] = {
    "F": Opened("facts", FACTS, "ZmFjdHM"),
    "A": Opened("answer", ANSWER, "YW5zd2Vy"),
    "N": Opened("note", {"purpose": "audit", "words": "=確認"}, "bm90ZQ"),
    "Q": Opened("query", {"searched": "resource", "count": 2}, "cXVlcnk"),
    "E": Erased(9, "p"),
    "W": Withheld("entitlement"),
}


def one(body: bytes, known: Mapping[str, Known] = KNOWN) -> Row:
    """Return the row of an entry that has one."""
    (row,) = rows_of(3, body, known.get, names=NAMES)
    return row


WORDS = st.one_of(
    st.sampled_from(
        [
            "",
            "a",
            "=1+1",
            "　＝1",
            "'x",
            "髙﨑①㈱",
            "𠮷",
            "é",
            "〜−‖",
            "\\u{41}",
            '"q"',
            "\r\n",
            "\x00",
            "\ufeff=",
            "\U000e0100",
            "\ud800",
            "_x000D_",
            "_x005F_x",
            "\uffff",
        ]
    ),
    st.text(max_size=8),
    st.text(alphabet=st.characters(codec="cp932", exclude_characters="¢£¬‖−〜"), max_size=8),
)
DIGESTS = st.lists(st.sampled_from(["F", "A", "N", "Q", "E", "W", "none"]), max_size=4, unique=True)
_MAYBE = ("_sd_alg", "action", "actor", "footing", "for", "object", "on", "person", "policy", "proposal", "ref", "req", "second")
CHECKS = st.fixed_dictionaries(
    {"_sd": DIGESTS, "out": st.sampled_from(["permit", "deny"])},
    optional=dict.fromkeys(("action", "for", "object", "person", "ref"), WORDS),
)
BODIES = st.one_of(
    st.binary(max_size=12),
    st.fixed_dictionaries(
        {"v": st.sampled_from([1, 2]), "at": st.one_of(st.just(AT), WORDS), "kind": st.sampled_from([DECIDED, SEARCHED, "a:b:registered", "x"])},
        optional={
            **{name: st.one_of(st.none(), WORDS) for name in _MAYBE},
            "out": st.sampled_from(["permit", "deny", "accepted", "refused"]),
            "seen": st.integers(0, 2**60),
            "hold": st.integers(1, 60),
            "_sd": DIGESTS,
            "checks": st.lists(CHECKS, max_size=3),
        },
    ).map(lambda entry: json.dumps(entry, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode("utf-8", "surrogatepass")),
)  # fmt: skip
"""Entries, and what is none."""
VALUES = st.one_of(
    st.just(ANSWER), st.dictionaries(WORDS, st.one_of(WORDS, st.integers(), st.none(), st.lists(WORDS, max_size=2)), max_size=3)
)
KNOWNS = st.fixed_dictionaries(
    {},
    optional={
        **{
            digest: st.one_of(st.builds(Opened, st.just(name), VALUES, st.sampled_from([None, "dGV4dA"])), st.just(Withheld("organ")))
            for digest, name in (("F", "facts"), ("A", "answer"), ("N", "note"), ("Q", "query"))
        },
        "E": st.just(Erased(9, "p")),
        "W": st.just(Withheld("sealed")),
    },
)
NAMINGS = st.builds(Names, st.dictionaries(WORDS, WORDS, max_size=3), st.dictionaries(WORDS, WORDS, max_size=3))
