"""Whom a reader trusts: logs, witnesses and how many of them (C2SP tlog-policy), and a checkpoint judged by it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from service.tlog.cosignatures import Cosigned, Cosigner, cosignatures
from service.tlog.notes import Checkpoint, NoteError, Verifier, verify_note_by_any

NOBODY = "none"
WORDS = {"log": (1, 2), "witness": (2, 3), "group": (3, None), "quorum": (1, 1)}
"""How many words may follow each keyword."""


class PolicyError(ValueError):
    """A policy that is not of the form, or contradicts itself; the message names the line."""


@dataclass(frozen=True, slots=True)
class LogLine:
    """A log that is known, and where it is read."""

    vkey: str
    url: str | None = None


@dataclass(frozen=True, slots=True)
class WitnessLine:
    """A witness by the name that the policy gives it, and where it is asked."""

    name: str
    vkey: str
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """So many of these witnesses and groups together count as one."""

    name: str
    threshold: int
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Trust:
    """A policy: a checkpoint counts if one of the logs signed it and the quorum cosigned it."""

    logs: tuple[LogLine, ...] = ()
    witnesses: tuple[WitnessLine, ...] = ()
    groups: tuple[Group, ...] = ()
    quorum: str = NOBODY

    def text(self) -> str:
        """Return the policy as a file of the specification's form."""
        lines = [" ".join(("log", one.vkey, *([one.url] if one.url else []))) for one in self.logs]
        lines += [" ".join(("witness", one.name, one.vkey, *([one.url] if one.url else []))) for one in self.witnesses]
        lines += [" ".join(("group", one.name, str(one.threshold), *one.members)) for one in self.groups]
        return "".join(f"{line}\n" for line in [*lines, f"quorum {self.quorum}"])

    @property
    def cosigners(self) -> Mapping[str, Cosigner]:
        """The witnesses' keys by the names that the policy gives them. Raises NoteError."""
        return {one.name: Cosigner.parse(one.vkey) for one in self.witnesses}

    def is_met(self, names: Iterable[str]) -> bool:
        """Say whether these witnesses, by the policy's names, are a quorum."""
        witnessing = set(names)
        for group in self.groups:  # a group names what stands before it alone
            if sum(member in witnessing for member in group.members) >= group.threshold:
                witnessing.add(group.name)
        return self.quorum == NOBODY or self.quorum in witnessing


@dataclass(frozen=True, slots=True)
class Judged:
    """A checkpoint that a known log signed, who cosigned it by the policy's names, and whether they are a quorum."""

    checkpoint: Checkpoint
    cosigned: Mapping[str, Cosigned]
    is_met: bool


def at_least(quorum: int, *, logs: Iterable[LogLine], witnesses: Iterable[WitnessLine]) -> Trust:
    """Return the policy of so many of these witnesses; none for a quorum of zero. Raises PolicyError."""
    known = tuple(witnesses)
    if not 0 <= quorum <= len(known):
        message = f"a quorum of {quorum} cannot be reached by {len(known)} witnesses"
        raise PolicyError(message)
    if not quorum:
        return Trust(tuple(logs), known)
    group = Group("witnesses", quorum, tuple(one.name for one in known))
    return parse_trust(Trust(tuple(logs), known, (group,), group.name).text())


def judge_note(note: str, *, trust: Trust) -> Judged:
    """Return what a policy says of a checkpoint. Raises NoteError where none of its logs signed it, or a known signature fails."""
    checkpoint = verify_note_by_any(note, vkeys=[one.vkey for one in trust.logs])
    names = {cosigner: name for name, cosigner in trust.cosigners.items()}
    made = cosignatures(note, cosigners=names)
    keys = {(cosigner.name, cosigner.key): name for cosigner, name in names.items()}
    cosigned = {keys[one.name, one.key]: one for one in made}
    return Judged(checkpoint, cosigned, trust.is_met(cosigned))


def parse_trust(text: str) -> Trust:
    """Return the policy of a text (C2SP tlog-policy). Raises PolicyError."""
    if any(character < " " and character not in "\t\n" for character in text) or "\x7f" in text:
        message = "a policy has no control characters but tabs and ends of lines"
        raise PolicyError(message)
    reading = _Reading()
    for number, line in enumerate(text.split("\n"), start=1):
        words = line.replace("\t", " ").strip(" ")
        if words and not words.startswith("#"):
            try:
                reading.take([word for word in words.split(" ") if word])
            except (PolicyError, NoteError) as wrong:
                message = f"line {number}: {wrong}"
                raise PolicyError(message) from wrong
    if reading.quorum is None:
        message = "a policy has exactly one quorum line"
        raise PolicyError(message)
    return Trust(tuple(reading.logs), tuple(reading.witnesses), tuple(reading.groups), reading.quorum)


@dataclass(slots=True)
class _Reading:
    """The lines that were read so far."""

    logs: list[LogLine] = field(default_factory=list)
    witnesses: list[WitnessLine] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)
    quorum: str | None = None
    names: set[str] = field(default_factory=set)
    grouped: set[str] = field(default_factory=set)
    keys: set[tuple[str, bytes]] = field(default_factory=set)

    def take(self, words: list[str]) -> None:
        keyword, rest = words[0], words[1:]
        least, most = WORDS.get(keyword, (0, -1))
        if len(rest) < least or (most is not None and len(rest) > most):
            message = f"{' '.join(words)!r} is no line of a policy"
            raise PolicyError(message)
        match keyword:
            case "log":
                self._own_key(keyword, Verifier.parse(rest[0]).public)
                self.logs.append(LogLine(*rest))
            case "witness":
                self._name(rest[0])
                self._own_key(keyword, Cosigner.parse(rest[1]).public)
                self.witnesses.append(WitnessLine(*rest))
            case "group":
                self._name(rest[0])
                self.groups.append(self._group(rest[0], rest[1], rest[2:]))
            case _:
                self._quorum(rest[0])

    def _own_key(self, keyword: str, public: bytes) -> None:
        if (keyword, public) in self.keys:
            message = f"the key of this {keyword} stands twice"
            raise PolicyError(message)
        self.keys.add((keyword, public))

    def _name(self, name: str) -> None:
        if name == NOBODY or name in self.names:
            message = f"the name {name} is taken"
            raise PolicyError(message)
        self.names.add(name)

    def _group(self, name: str, how_many: str, members: list[str]) -> Group:
        for member in members:
            if member not in self.names - {name} or member in self.grouped:
                message = f"{member} is no witness or group named before, or is in a group already"
                raise PolicyError(message)
            self.grouped.add(member)
        words = {"any": 1, "all": len(members)}
        threshold = words.get(how_many) or (int(how_many) if how_many.isascii() and how_many.isdigit() and how_many[0] != "0" else 0)
        if not 1 <= threshold <= len(members):
            message = f"a group of {len(members)} cannot ask for {how_many}"
            raise PolicyError(message)
        return Group(name, threshold, tuple(members))

    def _quorum(self, name: str) -> None:
        if self.quorum is not None or (name != NOBODY and name not in self.names):
            message = "a policy has exactly one quorum line, and it names a witness, a group named before, or none"
            raise PolicyError(message)
        self.quorum = name
