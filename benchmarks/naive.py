"""The straightforward server: FastAPI, the engine for each question, a commit for each answer. `python -m benchmarks.naive --port N`.

It knows the same facts, judges by the same policies and writes to the same database as the service beside it.
"""

import argparse
import json
from datetime import UTC, datetime
from typing import Any

import psycopg
import uvicorn
from fastapi import FastAPI
from pydantic import BaseModel
from sqlalchemy import text

from service import clock
from service.cli.site import open_site
from service.decision.facts import facts_for
from service.decision.judge import judge
from service.decision.policyset import PolicySet
from service.decision.snapshot import REFRESH, Snapshot
from service.ledger import RowSeals
from service.settings import Settings
from service.statute.periods import instant_ms
from service.statute.policies import read_policies


class Thing(BaseModel):
    """A type and an id."""

    type: str
    id: str


class Action(BaseModel):
    """A name."""

    name: str


class Check(BaseModel):
    """A check."""

    subject: Thing
    resource: Thing
    action: Action


def served(site: Any) -> FastAPI:
    """Return the server over a deployment."""
    engine = site.engine
    policies = PolicySet.load(read_policies())
    snapshot = Snapshot(RowSeals(site.log.keyring))
    with psycopg.connect(site.url, autocommit=True) as connection:
        snapshot.take(connection.execute(REFRESH, {"since": -1}).fetchall())
        connection.execute("create table if not exists public.naive (at timestamptz, body jsonb)")
    app = FastAPI()

    @app.post("/access/v1/evaluation")
    def evaluation(check: Check) -> dict[str, Any]:
        at = clock.now()
        facts = facts_for(snapshot.world, person=check.subject.id, information=check.resource.id, organization="operator")
        answer = judge(policies, facts, action=check.action.name, now_ms=instant_ms(at))
        body = {"at": datetime.now(UTC).isoformat(), "facts": facts, "answer": answer.disclosed()}
        with engine.connect() as connection:
            connection.execute(text("insert into public.naive values (:at, :body)"), {"at": at, "body": json.dumps(body)})
            connection.commit()
        return {"decision": answer.api}

    return app


def main() -> None:
    """Serve."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    port = parser.parse_args().port
    with open_site(settings=Settings()) as site:
        uvicorn.run(served(site), host="127.0.0.1", port=port, loop="uvloop", http="httptools", access_log=False, log_level="warning")


if __name__ == "__main__":
    main()
