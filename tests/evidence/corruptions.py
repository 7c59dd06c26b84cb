"""Single corruptions of a package, each by itself: what is done, and where it must be found."""

import base64
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from random import Random
from shutil import copytree
from typing import Any

from service.tlog.tree import leaf_hash
from tests.builders.evidence_packages import FOREIGN, KEY, PATHS, Made, signed, written

Do = Callable[[Made], None]


@dataclass(frozen=True)
class Corruption:
    """One thing done to a package, and by what it must be located: an entry (or one of those up to before `until`), or a file.

    `again`: who does it signs the manifest again, as whoever holds the log's key can.
    """

    name: str
    do: Do
    index: int | None = None
    file: str | None = None
    until: int | None = None
    again: bool = False


def width_of(made: Made, at: int) -> int:
    return min(256, made.last - at * 256)


def place_of(made: Made, level: str, at: int) -> str:
    width = width_of(made, at)
    return f"tile/{level}/{at:03d}" + ("" if width == 256 else f".p/{width}")


def bodies_of(made: Made, at: int) -> list[bytes]:
    raw, found, cut = (made.root / place_of(made, "entries", at)).read_bytes(), list[bytes](), 0
    while cut < len(raw):
        length = int.from_bytes(raw[cut : cut + 2], "big")
        found.append(raw[cut + 2 : cut + 2 + length])
        cut += 2 + length
    return found


def put_bodies(made: Made, at: int, bodies: list[bytes], *, tile: bool) -> None:
    made.put(place_of(made, "entries", at), b"".join(len(body).to_bytes(2, "big") + body for body in bodies))
    if tile:
        made.put(place_of(made, "0", at), b"".join(leaf_hash(body) for body in bodies))


def flipped(raw: bytes, random: Random) -> bytes:
    at = random.randrange(len(raw))
    return raw[:at] + bytes([raw[at] ^ (1 << random.randrange(7))]) + raw[at + 1 :]


def flip(path: str, random: Random) -> Do:
    return lambda made: made.put(path, flipped((made.root / path).read_bytes(), random))


def of_entries(made: Made, random: Random) -> Iterator[Corruption]:
    """Entries changed, dropped, swapped, doubled and inserted, with and without their hashes."""
    at = random.randrange(made.first // 256, -(-made.last // 256))
    place, other = random.sample(range(width_of(made, at)), 2)
    index = at * 256 + place

    def edit(change: Callable[[list[bytes]], None], *, tile: bool) -> Do:
        def do(made: Made) -> None:
            bodies = bodies_of(made, at)
            change(bodies)
            put_bodies(made, at, bodies, tile=tile)

        return do

    def changed(bodies: list[bytes]) -> None:
        entry = json.loads(bodies[place])
        entry["at"] = entry["at"][:-2] + ("1Z" if entry["at"][-2] != "1" else "2Z")
        bodies[place] = written(entry)

    def swapped(bodies: list[bytes]) -> None:
        bodies[place], bodies[other] = bodies[other], bodies[place]

    def shifted(bodies: list[bytes]) -> None:
        bodies[place : place + 1] = []
        bodies.append(bodies[-1])

    changes = {
        "changed": changed,
        "a byte changed": lambda bodies: bodies.__setitem__(place, flipped(bodies[place], Random(index))),
        "dropped": lambda bodies: bodies.pop(place),
        "dropped and filled up": shifted,
        "swapped": swapped,
        "doubled": lambda bodies: bodies.insert(place, bodies[place]),
        "inserted": lambda bodies: bodies.insert(place, bodies[other]),
        "emptied": lambda bodies: bodies.__setitem__(place, b""),
    }
    for name, change in changes.items():
        for tile in (False, True):
            yield Corruption(f"entry {index} {name}{', with its hash' * tile}", edit(change, tile=tile), index=index)


def of_files(made: Made, random: Random) -> Iterator[Corruption]:
    """Any file: a byte changed, its end cut off, something added, the whole gone."""
    files = sorted(path.relative_to(made.root).as_posix() for path in made.root.rglob("*") if path.is_file())
    for path in files:
        if path == "manifest.note":
            continue
        raw, where = (made.root / path).read_bytes(), _entries_in(made, path)
        yield Corruption(f"a byte of {path}", flip(path, random), file=path, **where)
        yield Corruption(f"the end of {path}", lambda made, path=path, raw=raw: made.put(path, raw[:-1]), file=path, **where)
        yield Corruption(f"more in {path}", lambda made, path=path, raw=raw: made.put(path, raw + b"\n"), file=path, **where)
        yield Corruption(f"no {path}", lambda made, path=path: (made.root / path).unlink(), file=path, **where)
    yield Corruption("a file more", lambda made: made.put("view/other.csv", b"1\r\n"), file="view/other.csv")


def _entries_in(made: Made, path: str) -> dict[str, int]:
    """Return which entries a file holds or proves, where it is of entries."""
    if path.startswith("tile/"):
        at = int(path.split("/")[2].removesuffix(".p"))
        return {"index": at * 256, "until": at * 256 + width_of(made, at)}
    return {"index": made.requested, "until": made.requested + 1} if path.startswith("requested.") else {}


def of_disclosures(made: Made, random: Random) -> Iterator[Corruption]:
    """Lines moved, edited, dropped, doubled, added, out of order, and said to be erased."""
    file = "disclosures.jsonl"
    lines = [json.loads(line) for line in (made.root / file).read_bytes().splitlines()]
    place = random.randrange(len(lines))
    opened = next(at for at in random.sample(range(len(lines)), len(lines)) if "text" in lines[at])
    line, text = lines[place], lines[opened]["text"]

    def with_lines(change: Callable[[list[dict[str, Any]]], None], *, sort: bool = True) -> Do:
        def do(made: Made) -> None:
            held = [dict(one) for one in lines]
            change(held)
            if sort:
                held.sort(key=lambda one: (one["index"], one["digest"]))
            made.put(file, b"".join(written(one) + b"\n" for one in held))

        return do

    salt, name, value = json.loads(base64.urlsafe_b64decode(text + "=="))
    other = base64.urlsafe_b64encode(written([salt, name, [value, "edited"]])).rstrip(b"=").decode()
    foreign = base64.urlsafe_b64encode(sha256(b"foreign").digest()).rstrip(b"=").decode()
    yield Corruption(f"line {place} moved behind", with_lines(lambda held: held[place].update(index=line["index"] + 1)), file=file)
    yield Corruption(f"line {place} moved far", with_lines(lambda held: held[place].update(index=made.size + 5)), file=file)
    yield Corruption(
        f"line {opened} edited", with_lines(lambda held: held[opened].update(text=other)), index=lines[opened]["index"], file=file
    )
    yield Corruption(
        f"line {opened} a character",
        with_lines(lambda held: held[opened].update(text=text[:9] + ("B" if text[9] != "B" else "C") + text[10:])),
        file=file,
    )
    yield Corruption(f"line {place} dropped", with_lines(lambda held: held.pop(place)), file=file)
    yield Corruption(f"line {place} doubled", with_lines(lambda held: held.insert(place, held[place])), file=file)
    yield Corruption(
        f"line {place} out of order",
        with_lines(lambda held: held.append(held.pop(place)) if place < len(held) - 1 else held.insert(0, held.pop(place)), sort=False),
        file=file,
    )
    yield Corruption(
        "a line more", with_lines(lambda held: held.append({"digest": foreign, "index": line["index"], "withheld": "sealed"})), file=file
    )
    yield Corruption(
        f"line {opened} said to be erased",
        with_lines(lambda held: held[opened].update(erased=made.size - 1) or held[opened].pop("text")),
        file=file,
    )
    yield Corruption(
        f"line {opened} withheld for no reason",
        with_lines(lambda held: held[opened].update(withheld="because") or held[opened].pop("text")),
        file=file,
    )
    yield Corruption(
        f"line {opened} of another digest",
        with_lines(lambda held: held[opened].update(text=lines[opened - 1].get("text", "AA"))),
        file=file,
    )


def of_views(made: Made, random: Random) -> Iterator[Corruption]:
    """Views edited: a byte, a row gone, a row doubled, rows swapped."""
    for form in made.views:
        path = PATHS[form]
        rows = (made.root / path).read_bytes().splitlines(keepends=True)
        place = random.randrange(1, len(rows) - 1)
        yield Corruption(f"a byte of {path}", flip(path, random), file=path)
        yield Corruption(
            f"row {place} of {path} gone",
            lambda made, path=path, rows=rows, place=place: made.put(path, b"".join(rows[:place] + rows[place + 1 :])),
            file=path,
        )
        yield Corruption(
            f"row {place} of {path} doubled",
            lambda made, path=path, rows=rows, place=place: made.put(path, b"".join(rows[: place + 1] + rows[place:])),
            file=path,
        )
        yield Corruption(
            f"rows of {path} swapped",
            lambda made, path=path, rows=rows, place=place: made.put(
                path, b"".join([*rows[:place], rows[place + 1], rows[place], *rows[place + 2 :]])
            ),
            file=path,
        )


def of_filter(made: Made, random: Random) -> Iterator[Corruption]:
    """The filter altered so that it finds less, and a match left out of all that is shown."""
    kinds = sorted({json.loads(body)["kind"] for body in made.log.bodies[made.start : made.end]})
    for query in ({"v": 1, "outcomes": ["permit"]}, {"v": 1, "people": ["nobody"]}, {"v": 1, "kinds": [random.choice(kinds)]}):
        yield Corruption(
            f"the filter is {query}", lambda made, query=query: made.put("query.json", written(query)), file="disclosures.jsonl"
        )
    lines = (made.root / "disclosures.jsonl").read_bytes().splitlines(keepends=True)
    index = json.loads(random.choice(lines))["index"]

    def left_out(made: Made) -> None:
        made.put("disclosures.jsonl", b"".join(line for line in lines if json.loads(line)["index"] != index))
        for form in made.views:
            rows = (made.root / PATHS[form]).read_bytes().splitlines(keepends=True)
            marks = (f'"{index}",'.encode(), f'"index":{index},'.encode())
            made.put(PATHS[form], b"".join(row for row in rows if not row.startswith(marks[0]) and marks[1] not in row))

    yield Corruption(f"entry {index} left out", left_out, index=index, file="disclosures.jsonl")


def of_checkpoint(made: Made, _random: Random) -> Iterator[Corruption]:
    """The checkpoint with a bad, a missing and a foreign signature, and another size or root."""
    note = (made.root / "checkpoint").read_text()
    text, _, lines = note.rpartition("\n\n")
    bare = text + "\n"
    edits = {
        "without a signature": bare + "\n",
        "without its signature line": bare,
        "signed by a foreign key": signed(bare, FOREIGN),
        "signed by a foreign log": signed(bare, FOREIGN, name="other.example.jp/log"),
        "with a signature of another text": bare + "\n" + signed("else\n1\n" + text.split("\n")[2] + "\n", KEY).rpartition("\n\n")[2],
        "with another size": note.replace(f"\n{made.size}\n", f"\n{made.size - 1}\n", 1),
        "of another log": note.replace(text.split("\n")[0], "other.example.jp/log"),
        "with a signature altered": bare + "\n" + lines[:-12] + ("A" if lines[-12] != "A" else "B") + lines[-11:],
    }
    for name, edit in edits.items():
        yield Corruption(f"the checkpoint {name}", lambda made, edit=edit: made.put("checkpoint", edit), file="checkpoint")


def of_manifest(made: Made, random: Random) -> Iterator[Corruption]:
    """Lines of the manifest edited, by nobody, and signed again by a foreign key."""
    note = (made.root / "manifest.note").read_text()
    text, _, lines = note.rpartition("\n\n")
    head = text.split("\n")
    for number in [*range(min(12, len(head))), random.randrange(12, len(head))]:
        at = random.randrange(len(head[number]))
        new = chr((ord(head[number][at]) - 33 + 1) % 94 + 33)
        edited = "\n".join([*head[:number], head[number][:at] + new + head[number][at + 1 :], *head[number + 1 :]])
        yield Corruption(
            f"line {number + 1} of the manifest", lambda made, edited=edited: made.put("manifest.note", f"{edited}\n\n{lines}")
        )
        yield Corruption(
            f"line {number + 1} of the manifest, signed by another",
            lambda made, edited=edited: made.put("manifest.note", signed(edited + "\n", FOREIGN)),
        )
    yield Corruption(
        "the manifest signed by another", lambda made: made.put("manifest.note", signed(text + "\n", FOREIGN)), file="manifest.note"
    )
    yield Corruption("the manifest unsigned", lambda made: made.put("manifest.note", text + "\n"))
    for old, new in (
        (f"range {made.start} {made.end}", f"range {made.start} {made.end - 3}"),
        (f"range {made.start} ", f"range {made.start + 2} "),
    ):
        yield Corruption(f"{old} made {new}", lambda made, old=old, new=new: made.sign(edit=lambda text: text.replace(old, new, 1)))
    yield Corruption(
        "another requested entry", lambda made: made.sign(edit=lambda text: text.replace(f"requested {made.requested}", "requested 0"))
    )


FAMILIES = (of_entries, of_files, of_disclosures, of_views, of_filter, of_checkpoint)


def corruptions(made: Made, random: Random) -> Iterator[Corruption]:
    """Yield one of each, first with the manifest as it was, then signed again by the log's own key."""
    for family in FAMILIES:
        for one in family(made, random):
            yield one
            if not _is_free(one):
                yield replace(one, name=f"{one.name}, signed again", again=True)
    yield from of_manifest(made, random)


def _is_free(one: Corruption) -> bool:
    """Say whether whoever holds the log's key may do it: to leave out a view, to write the list of its keys in other words."""
    return one.name.startswith(("no view/", "the end of policy.txt", "more in policy.txt"))


def copied(made: Made, root: Path) -> Made:
    """Return a copy of a package in another folder."""
    copytree(made.root, root)
    return replace(made, root=root)
