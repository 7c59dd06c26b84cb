"""Evidence packages made directly, apart from the code that writes them: a log in memory, keys, disclosures, and every file by hand."""

import base64
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from hashlib import sha256
from pathlib import Path
from random import Random
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from service.decision.judge import Answer, judge
from service.decision.policyset import PolicySet
from service.evidence.rendering.formats import rendered
from service.evidence.rendering.known import Erased, Known, Opened, Withheld, names_of
from service.evidence.rendering.rows import rows_of
from service.jobs.cases import case_files
from service.tlog.cosignatures import cosign, witness_key
from service.tlog.notes import DASH, key_id, verifier_key
from service.tlog.tiles import ENTRIES, Tile
from service.tlog.tree import leaf_hash, root_of
from tests.builders.proven import consistency_proof, inclusion_proof
from tests.builders.questions import FOLDER, Question, questions_in

ORIGIN = "log.example.jp/builder"
BEGIN = datetime(2026, 4, 1, tzinfo=UTC)
APART = timedelta(seconds=1, microseconds=7)
VIEWS = ("csv/1", "jsonl/1")
PATHS = {"csv/1": "view/records.csv", "jsonl/1": "view/records.jsonl", "ocsf/1": "view/records.ocsf.jsonl"}


def key_of(name: str) -> Ed25519PrivateKey:
    """Return a key that is the same in every run."""
    return Ed25519PrivateKey.from_private_bytes(sha256(name.encode()).digest())


KEY, SECOND_KEY, FOREIGN = key_of("log"), key_of("second"), key_of("foreign")


def vkey_of(key: Ed25519PrivateKey, origin: str = ORIGIN) -> str:
    return verifier_key(origin, key.public_key().public_bytes_raw())


def signed(text: str, *keys: Ed25519PrivateKey, name: str = ORIGIN) -> str:
    """Return a note, signed by some keys."""
    lines = ""
    for key in keys:
        raw = key_id(name, key.public_key().public_bytes_raw()) + key.sign(text.encode())
        lines += f"{DASH} {name} {base64.b64encode(raw).decode()}\n"
    return f"{text}\n{lines}"


def written(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


@cache
def shipped() -> PolicySet:
    return PolicySet.load()


@cache
def questions() -> tuple[Question, ...]:
    """Return the checks of a few legal cases."""
    return questions_in(case_files([FOLDER])[::12])


@cache
def answered(place: int, now_ms: int) -> Answer:
    one = questions()[place]
    return judge(shipped(), one.facts, action=one.action, now_ms=now_ms)


@dataclass
class Log:
    """A log in memory, with what stands beside its entries."""

    random: Random = field(default_factory=lambda: Random(7))
    bodies: list[bytes] = field(default_factory=list)
    texts: dict[str, tuple[int, str]] = field(default_factory=dict)
    """By digest the entry that it was made with, and its text."""
    erased: dict[str, tuple[int, str]] = field(default_factory=dict)
    last_change: int = -1
    _made: dict[Any, str] = field(default_factory=dict)

    @property
    def size(self) -> int:
        return len(self.bodies)

    @property
    def at(self) -> datetime:
        return BEGIN + APART * self.size

    @property
    def leaves(self) -> list[bytes]:
        return [leaf_hash(body) for body in self.bodies]

    def disclose(self, name: str, value: Any) -> str:
        """Return the digest of a value that is disclosed with the next entry."""
        salt = base64.urlsafe_b64encode(self.random.randbytes(16)).rstrip(b"=").decode()
        text = base64.urlsafe_b64encode(written([salt, name, value])).rstrip(b"=").decode()
        digest = base64.urlsafe_b64encode(sha256(text.encode()).digest()).rstrip(b"=").decode()
        self.texts[digest] = (self.size, text)
        return digest

    def append(self, **members: Any) -> int:
        """Append an entry of these members; return its index."""
        entry = {"at": self.at.isoformat(timespec="microseconds")[:-6] + "Z", "v": 1, **members}
        entry = _members(entry)
        checks = entry.get("checks")
        if entry.get("_sd") or checks:
            entry["_sd_alg"] = "sha-256"
        if entry["kind"].startswith("decision:access:"):
            entry["seen"] = self.last_change
        else:
            self.last_change = self.size
        self.bodies.append(written(entry))
        return self.size - 1

    def act(self, kind: str = "personnel:person:changed", **more: Any) -> int:
        """Append an act that names somebody and says why."""
        person = f"p_{self.random.randrange(8):04d}"
        row = {"table": "personnel.people", "row": {"id": person, "legal_name": f"架空 {person} 𠮷", "changed_index": self.size}}
        digests = [self.disclose("note", {"reason": f"act {self.size}", "purpose": "交付"}), self.disclose("facts", [row])]
        named = {"kind": kind, "out": "accepted", "actor": "m_1", "person": person, "on": "2026-04-01", "req": f"r{self.size}", **more}
        return self.append(_sd=digests, **named)

    def approved(self) -> int:
        return self.act("clearance:result:recorded", v=2, second="m_2", footing="head", proposal=f"q_{self.size}")

    def decide(self, place: int | None = None, **more: Any) -> int:
        """Append a decision on the facts of a legal case, judged by the engine at this instant."""
        return self.append(
            **{**self._decision(place), "actor": "app_1", "policy": shipped().digest, "kind": "decision:access:decided"}, **more
        )

    def decide_several(self, count: int = 3) -> int:
        checks = [self._decision(None) for _ in range(count)]
        common = {"actor": "app_1", "policy": shipped().digest, "req": f"r{self.size}", "kind": "decision:access:decided"}
        return self.append(v=2, checks=[_members(one) for one in checks], **common)

    def search(self) -> int:
        query = {"searched": "resource", "kind": "information", "after": "", "limit": 10, "asked": {}, "count": 2, "judged": 2}
        digests = [self.disclose("query", {**query, "onward": None, "doubted": []}), self.disclose("results", ["i_1", "i_2"])]
        named = {"kind": "decision:access:searched", "out": "accepted", "actor": "app_1", "person": "p_0001", "action": "read"}
        return self.append(_sd=digests, policy=shipped().digest, **named)

    def mismatch(self) -> int:
        """Append a denial that was given because a row was not as the service wrote it."""
        told = {"api": False, "basis": [], "decision": "deny", "reason": "record_mismatch"}
        facts = questions()[0].facts
        digests = [self._once("facts", 0, facts), self.disclose("answer", told)]
        named = {"person": facts["person"], "object": facts["information"], "for_": facts["organization"], "policy": shipped().digest}
        return self.append(_sd=digests, kind="decision:access:decided", out="deny", action="read", actor="app_1", **named)

    def erase(self, digests: Iterable[str], key: str) -> int:
        """Destroy a key and all that it sealed."""
        digests = list(digests)
        index = self.append(
            kind="ledger:key:destroyed", out="accepted", object=key, actor="m_1", _sd=[self.disclose("note", {"reason": "期間満了"})]
        )
        self.erased |= dict.fromkeys(digests, (index, key))
        return index

    def _decision(self, place: int | None) -> dict[str, Any]:
        all_asked = questions()
        place = self.random.randrange(len(all_asked)) if place is None else place
        one, now = all_asked[place], self.at
        answer = answered(place, int(now.timestamp()) * 1000 + now.microsecond // 1000)
        facts = one.facts
        digests = [self._once("facts", place, facts), self._once("answer", (place, written(answer.disclosed())), answer.disclosed())]
        out = "permit" if answer.api else "deny"
        named = {"person": facts["person"], "object": facts["information"], "for_": facts["organization"]}
        return {"_sd": digests, "action": one.action, "out": out, **named, "ref": f"{self.random.randrange(10**10):010d}"}

    def _once(self, name: str, key: Any, value: Any) -> str:
        if (name, key) not in self._made:
            self._made[name, key] = self.disclose(name, value)
        return self._made[name, key]


def _members(told: dict[str, Any]) -> dict[str, Any]:
    return {name.rstrip("_"): value for name, value in told.items() if value is not None}


def small_log(size: int = 300, seed: int = 7) -> Log:
    """Return a log of acts, decisions alone and together, searches, refusals of edited rows, and a destroyed key."""
    log = Log(Random(seed))
    for _ in range(3):
        log.act()
    while log.size < size:
        match log.random.randrange(12):
            case 0:
                log.act()
            case 1:
                log.approved()
            case 2:
                log.decide_several()
            case 3:
                log.search()
            case 4:
                log.mismatch()
            case _:
                log.decide()
        if log.size == size * 2 // 3:
            early = [digest for digest, (index, _text) in log.texts.items() if 5 < index < 25][3:12]
            log.erase(early, "p_0003#1")
    return log


@dataclass
class Made:
    """A package in a folder, and how to sign it again."""

    root: Path
    log: Log
    start: int
    end: int
    size: int
    leaves: list[bytes]
    keys: tuple[Ed25519PrivateKey, ...] = (KEY,)
    named: tuple[Ed25519PrivateKey, ...] = (KEY,)
    witnesses: tuple[tuple[str, Ed25519PrivateKey], ...] = ()
    quorum: int = 0
    cosigned: int = 0
    since: int | None = None
    views: tuple[str, ...] = VIEWS
    unwitnessed: bool = False

    @property
    def first(self) -> int:
        return self.start // 256 * 256

    @property
    def last(self) -> int:
        return min(self.size, -(-self.end // 256) * 256)

    @property
    def requested(self) -> int:
        return self.size - 1

    @property
    def root_hash(self) -> bytes:
        return root_of(self.leaves[: self.size])

    def note(self) -> str:
        text = f"{ORIGIN}\n{self.size}\n{base64.b64encode(self.root_hash).decode()}\n"
        note = signed(text, *self.keys)
        for name, key in self.witnesses[: self.cosigned]:
            note += cosign(text, name=name, signer=key, at=1_775_000_000)
        return note

    def put(self, path: str, raw: bytes | str) -> None:
        place = self.root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(raw.encode() if isinstance(raw, str) else raw)

    def sign(self, *keys: Ed25519PrivateKey, edit: Callable[[str], str] = lambda text: text) -> None:
        """Sign a manifest of the files as they are; `edit` changes its text first."""
        query = sha256((self.root / "query.json").read_bytes()).hexdigest() if (self.root / "query.json").exists() else "0" * 64
        head = [
            *("sekisho-package/v1", ORIGIN, "id k_builder", "kind full", f"range {self.start} {self.end}"),
            *(f"leaves {self.first} {self.last}", f"tree {self.size} {base64.b64encode(self.root_hash).decode()}", f"query {query}"),
            *(f"requested {self.requested}", "made 2026-04-02T00:00:00.000000Z", "by m_auditor", "version 1"),
        ]
        if self.since is not None:
            head.append(f"since {self.since} {base64.b64encode(root_of(self.leaves[: self.since])).decode()}")
        if self.unwitnessed:
            head.append("unwitnessed")
        paths = sorted(path.relative_to(self.root).as_posix() for path in self.root.rglob("*") if path.is_file() and not path.is_symlink())
        views = [f"view {PATHS[form]} {form} ja" for form in self.views if PATHS[form] in paths]
        files = []
        for path in paths:
            if path != "manifest.note":
                raw = (self.root / path).read_bytes()
                files.append(f"file {sha256(raw).hexdigest()} {len(raw)} {path}")
        text = edit("".join(f"{line}\n" for line in (*head, *views, *files)))
        self.put("manifest.note", signed(text, *(keys or self.keys)))


def make(
    root: Path,
    log: Log,
    *,
    start: int = 0,
    end: int | None = None,
    query: dict[str, Any] | None = None,
    found: Callable[[dict[str, Any]], bool] = lambda _part: True,
    withheld: Sequence[str] = (),
    views: tuple[str, ...] = VIEWS,
    **more: Any,
) -> Made:
    """Write a package of a log; the last entry becomes that of the request. `found` says the same as `query`, in other words."""
    if "ledger:export:requested" not in log.bodies[-1].decode():
        log.append(kind="ledger:export:requested", out="accepted", actor="m_auditor")
    made = Made(root, log, start, log.size if end is None else end, log.size, log.leaves, views=views, **more)
    note = made.note()
    made.put("checkpoint", note)
    made.put("policy.txt", _policy(made))
    for name, index in (("first", made.first), ("last", made.last - 1), ("requested", made.requested)):
        path = inclusion_proof(made.leaves, index)
        made.put(f"{name}.tlog-proof", "\n".join(["c2sp.org/tlog-proof@v1", f"index {index}", *map(_b64, path), "", note]))
    made.put("requested.json", log.bodies[made.requested])
    if made.since is not None:
        made.put("consistency.req", "\n".join([f"old {made.since}", *map(_b64, consistency_proof(made.leaves, made.since)), "", note]))
    for at in range(made.first, made.last, 256):
        width = min(256, made.last - at)
        made.put(Tile(0, at // 256, width).path(), b"".join(made.leaves[at : at + width]))
        bundle = b"".join(len(body).to_bytes(2, "big") + body for body in log.bodies[at : at + width])
        made.put(Tile(ENTRIES, at // 256, width).path(), bundle)
    made.put("query.json", written(query or {"v": 1}))
    parts = [(index, place, part) for index in range(made.start, made.end) for place, part in _parts(log.bodies[index]) if found(part)]
    lines = _lines(log, (digest for _index, _place, part in parts for digest in part.get("_sd", ())), withheld)
    made.put("disclosures.jsonl", b"".join(written(line) + b"\n" for line in lines))
    outside = sorted({line["erased"] for line in lines if "erased" in line and not made.start <= line["erased"] < made.end})
    if outside:
        proofs = [
            {"body": _b64(log.bodies[at]), "index": at, "proof": [_b64(one) for one in inclusion_proof(made.leaves, at)]} for at in outside
        ]
        made.put("erasures.jsonl", b"".join(written(one) + b"\n" for one in proofs))
    made.put(f"policies/{shipped().digest}.txt", shipped().texts.bundle())
    _render(made, parts, lines)
    made.sign()
    return made


def _render(made: Made, parts: Sequence[tuple[int, int, dict[str, Any]]], lines: Sequence[dict[str, Any]]) -> None:
    known: dict[str, Known] = {line["digest"]: _known(line) for line in lines}
    names = names_of(one.value for one in known.values() if isinstance(one, Opened) and one.name == "facts")
    places: dict[int, list[int]] = {}
    for index, place, _part in parts:
        places.setdefault(index, []).append(place)
    rows = [row for index in sorted(places) for row in rows_of(index, made.log.bodies[index], known.get, names=names, places=places[index])]
    for form in made.views:
        made.put(PATHS[form], b"".join(rendered(rows, format_=form, language="ja")))


def _known(line: dict[str, Any]) -> Known:
    if "text" in line:
        _salt, name, value = json.loads(base64.urlsafe_b64decode(line["text"] + "=="))
        return Opened(name, value, line["text"])
    return Erased(line["erased"], line.get("key")) if "erased" in line else Withheld(line["withheld"])


def _lines(log: Log, named: Iterable[str], withheld: Sequence[str]) -> list[dict[str, Any]]:
    lines: dict[str, dict[str, Any]] = {}
    for digest in named:
        index, text = log.texts[digest]
        if digest in log.erased:
            lines[digest] = {"digest": digest, "index": index, "erased": log.erased[digest][0], "key": log.erased[digest][1]}
        elif json.loads(base64.urlsafe_b64decode(text + "=="))[1] in withheld:
            lines[digest] = {"digest": digest, "index": index, "withheld": "entitlement"}
        else:
            lines[digest] = {"digest": digest, "index": index, "text": text}
    return sorted(lines.values(), key=lambda line: (line["index"], line["digest"]))


def _parts(body: bytes) -> list[tuple[int, dict[str, Any]]]:
    entry = json.loads(body)
    common = {name: value for name, value in entry.items() if name != "checks"}
    return [(place, {**common, **one}) for place, one in enumerate(entry["checks"], 1)] if "checks" in entry else [(1, entry)]


def _policy(made: Made) -> str:
    lines = [f"log {vkey_of(key)}" for key in made.named]
    lines += [
        f"witness {name.split('.', maxsplit=1)[0]} {witness_key(name, key.public_key().public_bytes_raw())}" for name, key in made.witnesses
    ]
    if made.quorum:
        lines.append(f"group all-of-them {made.quorum} {' '.join(name.split('.', maxsplit=1)[0] for name, _key in made.witnesses)}")
    return "".join(f"{line}\n" for line in (*lines, f"quorum {'all-of-them' if made.quorum else 'none'}"))


def _b64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
