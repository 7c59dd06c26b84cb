"""The gateway's connection: opened so that what is acknowledged is on disk, and only to a database that holds what was.

Also how a connection is ended when whoever waits on it has waited long enough.
"""

import asyncio
import contextlib
import os
import socket
from collections.abc import Callable, Coroutine, Iterable
from typing import Any, TypeVar

import msgspec
import psycopg
from psycopg.types.json import set_json_loads

from service.ledger.floor import AT_FLOOR, Floor, require_held

CONNECT_SECONDS = 5
Connection = psycopg.AsyncConnection[Any]
Found = TypeVar("Found")


async def connect(url: str, floors: Iterable[Floor | None]) -> Connection:
    """Return a connection to a database that holds all these floors. Raises BelowFloorError, psycopg.Error."""
    connection: Connection = await psycopg.AsyncConnection.connect(url, autocommit=True, connect_timeout=CONNECT_SECONDS)
    try:
        await within(CONNECT_SECONDS, _set_up(connection, floors), lambda: hang_up(connection))
    except BaseException:
        await connection.close()
        raise
    return connection


async def _set_up(connection: Connection, floors: Iterable[Floor | None]) -> None:
    set_json_loads(msgspec.json.decode, connection)
    await connection.execute("set time zone 'UTC'")
    # PostgreSQL would plan the append anew for each batch. Whatever must be planned for its values has them in its text.
    await connection.execute("set plan_cache_mode = force_generic_plan")
    await connection.execute(
        "select set_config('synchronous_commit', 'on', false) where current_setting('synchronous_commit') not in ('on', 'remote_apply')"
    )
    for floor in floors:
        if floor is not None:
            found = await (await connection.execute(AT_FLOOR.format(size="%(size)s").encode(), {"size": floor.size})).fetchone()
            require_held(floor, found or ())


async def within(seconds: float, work: Coroutine[Any, Any, Found], give_up: Callable[[], None]) -> Found:
    """Return what work returns; after so long give up what it waits on, so that it ends by an error of its own.

    Work is never cancelled: psycopg would ask a server that does not answer to cancel, and wait for that.
    """
    working = asyncio.ensure_future(work)
    done, _waiting = await asyncio.wait({working}, timeout=seconds)
    if not done:
        give_up()
    return await working


def hang_up(connection: Connection | None) -> None:
    """End a connection beneath whatever waits on it, without asking the server to cancel anything."""
    if connection is not None and not connection.closed:
        with contextlib.suppress(OSError), socket.socket(fileno=os.dup(connection.fileno())) as line:
            line.shutdown(socket.SHUT_RDWR)
