"""A draft of policies over a million decisions of a generated log: seconds, and CPU of this process and of its database connection.

uv run python benchmarks/simulating.py [--decisions 1000000] [--people 1000] [--informations 50] [--days 30]
"""

import argparse
import os
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Engine

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.worlds import ACTOR, invented
from service import clock
from service.database import make_engine, transaction
from service.database.embedded import EmbeddedPostgres, ensure_database
from service.database.migrate import upgrade
from service.decision.decide import Decider
from service.decision.entries import DecisionEntry, encode_entry
from service.decision.policies_in_force import activate
from service.decision.policyset import PolicySet
from service.decision.world import FACT_TABLES, World
from service.evidence import rows
from service.evidence.export import Span
from service.evidence.simulation import simulate
from service.jobs.history import load_history
from service.ledger import Disclosure, Kind, Log, disclose, instant, open_log, read_head
from service.ledger.acts import _append, _seal
from service.statute.periods import instant_ms
from service.statute.policies import PolicyTexts, read_policies

FLOOR_SECONDS = 60
BATCH = 4_096
HOUSE = """\
@id("house-d7") @reason("house_d7") @rank("80") @concerns("organization") @citation("Act 5(1)")
@ja("この情報は当面取り扱いません。") @en("This information is not handled for now.")
forbid (principal, action in Sekisho::Action::"handling", resource == Sekisho::Information::"d7");
"""


def generate(url: str, engine: Engine, keys: Path, told: argparse.Namespace) -> Log:
    """Lay an invented world and its decisions: each question's facts and answer are disclosed once, as the service does."""
    since = clock.now() - timedelta(days=told.days)
    with transaction(engine) as session:
        log = open_log(session, origin="benchmark.invalid/simulating", seat="operator", at=since, keys=keys, clock="told")
    given = invented(told.people, told.informations)
    with transaction(engine) as session:
        load_history(session, log=log, at=since, actor=ACTOR, given=given)
    with transaction(engine) as session:
        activate(session, log=log, actor=ACTOR, at=since, texts=read_policies())
    decider = Decider(_world(url), PolicySet.load())
    questions: dict[tuple[str, str], tuple[tuple[str, ...], str]] = {}
    chance, step = random.Random(7), timedelta(days=told.days) / (told.decisions // BATCH + 2)
    done, at = 0, since
    while done < told.decisions:
        at += step
        made: list[tuple[int, str, Disclosure]] = []
        bodies: list[bytes] = []
        with transaction(engine) as session:
            head = read_head(session)
            for place in range(min(BATCH, told.decisions - done)):
                person, information = f"p{chance.randrange(told.people)}", f"d{chance.randrange(told.informations)}"
                known = questions.get((person, information))
                if known is None:
                    decision = decider.decide(
                        person=person,
                        kind="information",
                        resource=information,
                        action="read",
                        organization="operator",
                        now_ms=instant_ms(at),
                    )
                    fresh = [disclose("facts", decision.known[0].facts), disclose("answer", decision.answer.disclosed())]
                    made += [(head.size + place, person, one) for one in fresh]
                    known = (tuple(one.name for one in fresh), "permit" if decision.answer.api else "deny")
                    questions[person, information] = known
                bodies.append(_body(at, person, information, known, decider.policies.digest, head.changed_index))
            _append(session, head=head, at=at, bodies=bodies, changed=[False] * len(bodies))
            _seal(session, log=log, made=made)
        done += len(bodies)
        print(f"\r{done:,} decisions laid", end="", file=sys.stderr)
    print(file=sys.stderr)
    return log


def _body(at: datetime, person: str, information: str, known: tuple[tuple[str, ...], str], digest: str, seen: int) -> bytes:
    return encode_entry(
        DecisionEntry(
            sd=known[0],
            sd_alg="sha-256",
            action="read",
            actor="benchmark",
            at=instant(at),
            acting_for="operator",
            kind=Kind.ACCESS_DECIDED.value,
            object=information,
            out=known[1],
            person=person,
            policy=digest,
            ref=None if known[1] == "permit" else "ABCDEFGHJKLMNPQR",
            req=None,
            seen=seen,
            v=1,
        )
    )


def _world(url: str) -> World:
    world = World()
    with rows.snapshot(url) as connection:
        for table in FACT_TABLES:
            for row in rows.room_rows(connection, table):
                world.apply(table, row)
    return world


def ticks(process: int) -> float:
    """Return the CPU seconds of a process of this machine."""
    fields = Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def sampled(parser: argparse.ArgumentParser) -> Iterator[tuple[str, float]]:
    """Yield each figure with its name."""
    told = parser.parse_args()
    with (
        tempfile.TemporaryDirectory(prefix="sekisho-simulating-") as folder,
        EmbeddedPostgres(Path(folder) / "pg", durable=False) as server,
    ):
        url = ensure_database(server.url, "simulating")
        upgrade(url)
        engine = make_engine(url)
        log = generate(url, engine, Path(folder) / "keys", told)
        shipped = read_policies()
        draft = PolicySet.load(PolicyTexts(shipped.schema, {**shipped.files, "house/d7.cedar": HOUSE}))
        with rows.snapshot(url) as connection:
            backend = connection.execute("select pg_backend_pid()").fetchone()
            assert backend is not None
            began, cpu, served = time.perf_counter(), time.process_time(), ticks(backend[0])
            found = simulate(
                connection,
                keyring=log.keyring,
                draft=draft,
                asked=Span(None, datetime.now(UTC)),
                reasons={policy.reason: policy.concerns for policy in draft.policies.values()},
            )
            yield "seconds", time.perf_counter() - began
            yield "CPU seconds of the simulation", time.process_time() - cpu
            yield "CPU seconds of the database", ticks(backend[0]) - served
        engine.dispose()
        yield "decisions", found.decisions
        yield "questions judged", found.questions
        yield "lost", found.lost
        yield "unreadable", found.unreadable + found.erased


def main() -> None:
    """Measure and print; exit 1 where a million decisions would take longer than the floor allows, in CPU time."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name, default in (("decisions", 1_000_000), ("people", 1_000), ("informations", 50), ("days", 30)):
        parser.add_argument(f"--{name}", type=int, default=default)
    figures = dict(sampled(parser))
    for name, value in figures.items():
        print(f"{name:32} {value:,.1f}")
    cpu = figures["CPU seconds of the simulation"] + figures["CPU seconds of the database"]
    scaled = cpu * 1_000_000 / max(figures["decisions"], 1)
    print(f"{'CPU seconds a million decisions':32} {scaled:,.1f} (floor {FLOOR_SECONDS})")
    sys.exit(0 if scaled <= FLOOR_SECONDS else 1)


if __name__ == "__main__":
    main()
