"""What is measured, table by table; each returns its figures."""

import base64
import os
import random
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

import psycopg

from benchmarks.check_throughput import free_port, hello
from benchmarks.contenders import BATCH, Known, cerbos, known_of, started, wait_for
from benchmarks.laying import Laid, laid
from benchmarks.load import request
from benchmarks.worlds import Process, check, measured, serve, wait_until_compiled
from service.cli.site import open_site

CHECK, MANY, FOREIGN = "/access/v1/evaluation", "/access/v1/evaluations", "/api/check/resources"
OURS = frozenset(("check", "unaudited", "ours"))
"""Contenders that compare their compiled policies with the engine at first, beside the checks."""
ALONE = ("hello", "check", "cerbos")
"""Contenders whose single answers are timed too."""
ENOUGH = 50_000
"""People of whom memory tells something."""
REPLICAS, SHARED = 3, 16
"""Processes on one log, and the connections of each."""
WARMING = 2
"""Connections of the turn that warms a contender."""
ASKED = 512
"""Different requests in a round."""


@dataclass(frozen=True)
class Depth:
    """How much is measured: rounds of some seconds, deployments of some people and of many, generated requests."""

    rounds: int
    seconds: float
    people: int
    many: int
    requests: int
    open_seconds: float

    def opened_for(self, seconds: float) -> "Depth":
        """Return the same with a snapshot open for so long."""
        return replace(self, open_seconds=seconds)


@dataclass(frozen=True)
class Figure:
    """One ratio or size: what it is, what came out, and what it should be; `least` says that more is better."""

    name: str
    value: float
    floor: float | None
    goal: float | None
    least: bool = True
    unit: str = ""
    detail: str = ""
    points: tuple[tuple[float, float], ...] = ()

    def keeps(self, loosely: float) -> bool:
        """Say whether the floor is kept, given that so much of it is enough."""
        if self.floor is None:
            return True
        return self.value >= self.floor * loosely if self.least else self.value <= self.floor / loosely

    @property
    def shown(self) -> str:
        """Return the value as people read it: three digits of a ratio, whole thousands with commas."""
        return (f"{self.value:.3g}" if abs(self.value) < 1_000 else f"{self.value:,.0f}") + self.unit

    def line(self) -> str:
        """Return it as one line."""
        told = "" if self.floor is None else f"  floor {self.floor:,g}, goal {self.goal:,g}"
        return f"{self.name}: {self.shown}{told}  {self.detail}"

    def plain(self) -> dict[str, Any]:
        """Return it as JSON has it."""
        return {"name": self.name, "value": self.value, "floor": self.floor, "goal": self.goal, "detail": self.detail}


Rounds = dict[str, list[dict[str, float]]]


def turns(
    contenders: Mapping[str, tuple[Process, Path]], depth: Depth, *, connections: int, between: Callable[[str], None] | None = None
) -> Rounds:
    """Return what each contender did, round by round, turn by turn; a first turn of each warms it, by few connections, and is not told.

    A process that has just started knows no facts yet: many large batches at once would be told to come again.
    """
    found: Rounds = {name: [] for name in contenders}
    for number in range(depth.rounds + 1):
        for name, (process, requests) in contenders.items():
            if between is not None:
                between(name)
            many = connections if number else min(connections, WARMING)
            told = measured(process.port, requests, connections=many, seconds=depth.seconds)
            if told["refused"]:
                message = f"{name} answered {told['refused']:.0f} requests with something else than 200"
                raise RuntimeError(message)
            if number:
                found[name].append(told)
    return found


def middle(rounds: Rounds, name: str, what: str) -> float:
    """Return the median over the rounds."""
    return median(one[what] for one in rounds[name])


def written(folder: Path, name: str, requests: Sequence[bytes]) -> Path:
    """Write the requests that a load client sends and return where."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_bytes(b"\n".join(base64.b64encode(one) for one in requests))
    return path


def checks(site: Laid, folder: Path) -> Path:
    """Return single checks of people about what they are listed for: two thirds of them are permits."""
    chance = random.Random(2)
    pairs = [site.pair(chance.randrange(site.people)) for _ in range(ASKED)]
    return written(folder, "checks", [request(CHECK, check(*pair), key=site.key, port=1) for pair in pairs])


def permits(site: Laid, folder: Path) -> Path:
    """Return single checks that are permits, for a denial leaves on a stroke: what it takes is no latency."""
    chance = random.Random(2)
    cleared = sorted(int(one["person"].removeprefix("p")) for one in site.given["assessments"])
    pairs = [site.pair(chance.choice(cleared)) for _ in range(ASKED)]
    return written(folder, "permits", [request(CHECK, check(*pair), key=site.key, port=1) for pair in pairs])


def foreign_checks(site: Laid, known: Known, folder: Path, *, each: int = 1) -> Path:
    """Return the same questions for an engine that keeps nothing, some informations in each request."""
    chance = random.Random(2)
    bodies = []
    for _ in range(ASKED if each == 1 else 64):
        person, information = site.pair(chance.randrange(site.people))
        others = [f"d{chance.randrange(site.informations)}" for _ in range(each - 1)]
        bodies.append(request(FOREIGN, known.question(person, [information, *others]), key="-", port=1))
    return written(folder, f"foreign{each}", bodies)


def batches(site: Laid, folder: Path) -> Path:
    """Return requests of fifty checks of one person each."""
    chance = random.Random(2)
    bodies = []
    for _ in range(64):
        person, information = site.pair(chance.randrange(site.people))
        others = [f"d{chance.randrange(site.informations)}" for _ in range(BATCH - 1)]
        asked = {
            "subject": {"type": "person", "id": person},
            "action": {"name": "read"},
            "evaluations": [{"resource": {"type": "information", "id": one}} for one in (information, *others)],
        }
        bodies.append(request(MANY, asked, key=site.key, port=1))
    return written(folder, "batches", bodies)


def single_checks(place: Path, depth: Depth) -> list[Figure]:
    """Audited single checks: against plain ASGI, without the ledger, the straightforward server, and Cerbos with its file audit."""
    site = laid(place / "some", depth.people)
    with ExitStack() as stack, folder_for_sockets() as folder:
        ours = checks(site, folder)
        contenders = {
            "hello": (hello(free_port()), ours),
            "check": (serve(site.settings, free_port()), ours),
            "unaudited": (started("unaudited", site.settings, free_port()), ours),
            "naive": (started("naive", site.settings, free_port()), ours),
        }
        other = cerbos(folder, free_port())
        if other is not None:
            contenders["cerbos"] = (other, foreign_checks(site, known_of(site.given), folder))
        _until_they_answer(stack, contenders)
        opened = permits(site, folder)
        single = {name: (process, opened if name == "check" else asked) for name, (process, asked) in contenders.items() if name in ALONE}
        # One connection first: behind a flood the disk has to be caught up with for minutes, whoever asks.
        alone = turns(single, depth, connections=1)
        many = turns(contenders, depth, connections=64)
    rate = {name: middle(many, name, "rate") for name in contenders}
    detail = ", ".join(f"{name} {one:,.0f}/s" for name, one in rate.items())
    p50 = {name: middle(alone, name, "p50") * 1e3 for name in alone}
    figures = [
        Figure("audited check / hello, 64 connections", rate["check"] / rate["hello"], 0.40, 0.60, detail=detail),
        Figure("audit on / audit off", rate["check"] / rate["unaudited"], 0.60, 0.75),
        Figure("audited check / straightforward server", rate["check"] / rate["naive"], None, None, detail=""),
        Figure("p99 of an audited check, 64 connections", middle(many, "check", "p99") * 1e3, None, None, least=False, unit=" ms"),
    ]
    if other is not None:
        latency = ", ".join(f"{name} {one:.2f} ms" for name, one in p50.items())
        figures += [
            Figure("audited check / Cerbos over HTTP with file audit", rate["check"] / rate["cerbos"], 5, 8),
            Figure("p50 of a permit at one connection / Cerbos", p50["check"] / p50["cerbos"], 0.6, 0.5, least=False, detail=latency),
        ]
    return figures


def batch_requests(place: Path, depth: Depth) -> list[Figure]:
    """Fifty decisions in one request, durable, against Cerbos over HTTP."""
    site = laid(place / "some", depth.people)
    with ExitStack() as stack, folder_for_sockets() as folder:
        contenders = {"ours": (serve(site.settings, free_port()), batches(site, folder))}
        other = cerbos(folder, free_port())
        if other is not None:
            contenders["cerbos"] = (other, foreign_checks(site, known_of(site.given), folder, each=BATCH))
        _until_they_answer(stack, contenders)
        found = turns(contenders, depth, connections=32)
    rate = {name: middle(found, name, "rate") * BATCH for name in contenders}
    detail = ", ".join(f"{name} {one:,.0f} decisions/s" for name, one in rate.items())
    if other is None:
        return [Figure("decisions a second in batches of 50", rate["ours"], None, None, detail=detail)]
    return [Figure("decisions in batches of 50 / Cerbos", rate["ours"] / rate["cerbos"], 12, 20, detail=detail)]


def replicas(place: Path, depth: Depth) -> list[Figure]:
    """Three processes on one log, each with a third of the connections, against one that has them all."""
    site = laid(place / "some", depth.people)
    rates: list[tuple[float, list[float]]] = []
    with ExitStack() as stack, folder_for_sockets() as folder:
        ours = checks(site, folder)
        running = {f"check {number}": (serve(site.settings, free_port()), ours) for number in range(REPLICAS)}
        _until_they_answer(stack, running)
        pool = stack.enter_context(ThreadPoolExecutor(REPLICAS))
        ports = [process.port for process, _requests in running.values()]
        for number in range(depth.rounds + 1):
            each = partial(measured, requests=ours, seconds=depth.seconds)
            alone = each(ports[0], connections=REPLICAS * SHARED)
            together = list(pool.map(partial(each, connections=SHARED), ports))
            if number:
                rates.append((alone["rate"], [one["rate"] for one in together]))
    one, all_of_them = (median(found) for found in zip(*((alone, sum(each)) for alone, each in rates), strict=True))
    fair = median(min(each) / max(each) for _alone, each in rates)
    detail = f"one {one:,.0f}/s, three {all_of_them:,.0f}/s, the slowest {fair:.2f} of the fastest"
    return [Figure("three processes on one log / one, 48 connections together", all_of_them / one, None, None, detail=detail)]


def open_snapshot(place: Path, depth: Depth) -> list[Figure]:
    """Measure checks while somebody reads in one long snapshot (an export, a dump), against checks without."""
    site = laid(place / "some", depth.people)
    with ExitStack() as stack, folder_for_sockets() as folder:
        ours = checks(site, folder)
        contenders = {"hello": (hello(free_port()), ours), "check": (serve(site.settings, free_port()), ours)}
        _until_they_answer(stack, contenders)
        without = turns(contenders, depth, connections=64)
        opened = stack.enter_context(open_site(settings=site.settings))
        reader = stack.enter_context(psycopg.connect(opened.url))
        reader.execute("set transaction isolation level repeatable read")
        reader.execute("select count(*) from ledger.batches").fetchone()
        begun = time.monotonic()
        while time.monotonic() - begun < depth.open_seconds:
            measured(contenders["check"][0].port, ours, connections=64, seconds=min(5.0, depth.open_seconds))
        within = turns(contenders, depth, connections=64)
    ratio = [middle(rounds, "check", "rate") / middle(rounds, "hello", "rate") for rounds in (without, within)]
    detail = f"of hello {ratio[0]:.2f} without, {ratio[1]:.2f} behind {depth.open_seconds:.0f} s of checks under it"
    return [Figure("with a snapshot open / without", ratio[1] / ratio[0], 0.90, 1.0, detail=detail)]


def growth(place: Path, depth: Depth) -> list[Figure]:
    """Start, memory and latency with many people and documents against a thousand."""
    sizes = sorted({1_000, max(1_000, depth.many // 10), depth.many})
    sites = {size: laid(place / f"of{size}", size) for size in sizes}
    alone: dict[str, tuple[Process, Path]] = {}
    starts: dict[int, float] = {}
    memory: dict[int, float] = {}
    with ExitStack() as stack, folder_for_sockets() as folder:
        for size, site in sites.items():
            # A database that stands already: the start of the embedded one is not the service's.
            stack.enter_context(open_site(settings=site.settings))
            process = serve(site.settings, free_port())
            stack.callback(process.end)
            starts[size] = wait_for(process)
            wait_until_compiled(process)
            memory[size] = _resident(process)
            alone[str(size)] = (process, checks(site, folder / str(size)))
        found = turns(
            {size: (process, permits(sites[int(size)], folder / size)) for size, (process, _) in alone.items()}, depth, connections=1
        )
        many = turns(alone, depth, connections=64)
    p50 = {size: middle(found, str(size), "p50") * 1e3 for size in sizes}
    rate = {size: middle(many, str(size), "rate") for size in sizes}
    least, most = sizes[0], sizes[-1]
    each = (memory[most] - memory[least]) * 1024 / (most - least)
    detail = ", ".join(f"{size:,}: {p50[size]:.2f} ms, {rate[size]:,.0f}/s" for size in sizes)
    points = tuple((float(size), p50[size]) for size in sizes)
    return [
        Figure(
            f"p50 of a permit at {most:,} people / at {least:,}",
            p50[most] / p50[least],
            1.2,
            1.05,
            least=False,
            detail=detail,
            points=points,
        ),
        # Among a few thousand people what a process holds besides tells more than they do.
        Figure("memory of a person and a document in the snapshot", each, 2.5 if most >= ENOUGH else None, 1.5, least=False, unit=" KB"),
        Figure(f"start with {most:,} people and documents", starts[most], 5, 3, least=False, unit=" s"),
    ]


def _resident(process: Process) -> float:
    """Return the mebibytes that a process holds."""
    pages = int(Path(f"/proc/{process.running.pid}/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def _until_they_answer(stack: ExitStack, contenders: Mapping[str, tuple[Process, Path]]) -> None:
    for process, _requests in contenders.values():
        stack.callback(process.end)
    for process, _requests in contenders.values():
        wait_for(process)
    for name, (process, _requests) in contenders.items():
        if name.split()[0] in OURS:
            wait_until_compiled(process)


@contextmanager
def folder_for_sockets() -> Iterator[Path]:
    """Yield a new folder with a short path, as sockets want it."""
    with tempfile.TemporaryDirectory(prefix="sk-", dir="/tmp") as folder:
        yield Path(folder)


SERVING: Mapping[str, Callable[[Path, Depth], list[Figure]]] = {
    "checks": single_checks,
    "replicas": replicas,
    "batches": batch_requests,
    "snapshot": open_snapshot,
    "growth": growth,
}
