"""POST /access/v1/uses: what was done on permits. What arrives while a chunk is being written forms the next one.

The act lock is held once for a chunk and not for a request; whoever sends with a key that is nobody's never comes so far.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.exc import DataError, IntegrityError, SQLAlchemyError
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from service.acts.uses import Asking, House, take_in
from service.api.admission import Admission, NotValidError
from service.api.calling import named_by, unauthorized
from service.api.evaluation_form import BadRequestError
from service.api.gateway import UnavailableError
from service.api.uses_form import parse_uses
from service.database import read, transaction
from service.identity.callers import Named
from service.identity.on_record import callers_on_record
from service.ledger import ClockUnsureError, Log, RecordMismatchError, RowSeals
from service.registers.operations.reporting import Receipt, ReusedId

PATH = "/access/v1/uses"
LARGEST_BODY = 65_536
MOST_WAITING, MOST_OF_ONE = 256, 64
"""Requests that may wait in all, and of one sender, so that nobody's flood keeps others out."""
CHUNK = 64
"""Requests that one transaction takes in at most."""
TOLD = {
    "denied": (
        "この操作は許可されていませんでした。使用は許可のない使用として記録しました。情報管理者に連絡してください。",
        "This was not permitted. It is on record as a use without a permit; tell the information manager.",
    ),
    "other_action": (
        "許可された操作と使用が異なります。使用は許可のない使用として記録しました。",
        "The permit was for another action. It is on record as a use without a permit.",
    ),
    "before_permit": (
        "使用の時刻が許可より前です。使用は許可のない使用として記録しました。",
        "The use came before the permit. It is on record as a use without a permit.",
    ),
    "after_permit": (
        "許可の有効な時間を過ぎてからの使用です。開くたびに問い合わせてください。許可のない使用として記録しました。",
        "The permit had run out: ask again at each opening. It is on record as a use without a permit.",
    ),
    "unknown_permit": (
        "この番号に、この連携アプリへの判定はありません。許可のない使用として記録しました。",
        "There is no decision for this application under this index. It is on record as a use without a permit.",
    ),
    "no_permit": ("許可のない使用として記録しました。", "It is on record as a use without a permit."),
}
"""What is said of a use that rests on no permit, by its standing."""
ONES_OWN = (IntegrityError, DataError, RecordMismatchError)
"""What breaks a chunk and is the fault of one request in it."""
logger = logging.getLogger(__name__)
Answer = list[Receipt] | ReusedId | None


@dataclass(frozen=True, slots=True)
class Waiting:
    """A request that waits for its chunk."""

    asking: Asking
    answer: "asyncio.Future[Answer]"


class Uses:
    """Takes reports in. One for each process."""

    def __init__(self, *, engine: Engine, log: Log, admission: Admission, clock: Callable[[], datetime], house: House) -> None:
        """Take the database, the log, what verifies tokens, and what this deployment chose."""
        self._engine, self._log, self._admission, self._clock, self._house = engine, log, admission, clock, house
        self._seals = RowSeals(log.keyring)
        self._waiting: list[Waiting] = []
        self._running: asyncio.Task[None] | None = None

    def route(self) -> Route:
        """Return the door."""
        return Route(PATH, self.answer, methods=["POST"], include_in_schema=False)

    async def answer(self, request: Request) -> JSONResponse:
        """Answer one request."""
        try:
            named = await named_by(request, self._admission)
            body = await request.body()
            if len(body) > LARGEST_BODY:
                return _message(400, f"the body is larger than {LARGEST_BODY} bytes")
            told = parse_uses(body, content_type=request.headers.get("content-type", "").strip().encode(), at=self._clock())
            found = await self._recorded(Asking(named, told))
        except NotValidError:
            found = None
        except BadRequestError as bad:
            return _message(400, str(bad))
        except (UnavailableError, ClockUnsureError, RecordMismatchError, SQLAlchemyError) as failed:
            if not isinstance(failed, UnavailableError):  # a flood fills no log
                logger.warning("a report of uses was not recorded: %s", type(failed).__name__)
            return _message(503, "the uses could not be recorded now; nothing was, send them again", {"retry-after": "1"})
        if found is None:
            return unauthorized(request, self._admission)
        if isinstance(found, ReusedId):
            return _message(409, f"uses[{found.place}].id {found.use_id!r} was reported before with other content; nothing was recorded")
        return JSONResponse({"uses": [_told(one) for one in found]})

    async def _recorded(self, asking: Asking) -> Answer:
        """Return what a report is answered once it is durable. Raises UnavailableError where too many wait."""
        of_one = sum(1 for one in self._waiting if one.asking.named == asking.named)
        if len(self._waiting) >= MOST_WAITING or of_one >= MOST_OF_ONE:
            message = "too many reports are waiting"
            raise UnavailableError(message)
        waiting = Waiting(asking, asyncio.get_running_loop().create_future())
        self._waiting.append(waiting)
        if self._running is None or self._running.done():
            self._running = asyncio.create_task(self._run(), name="uses")
        return await waiting.answer

    async def _run(self) -> None:
        while self._waiting:
            chunk, self._waiting = self._waiting[:CHUNK], self._waiting[CHUNK:]
            await self._settle(chunk)

    async def _settle(self, chunk: Sequence[Waiting]) -> None:
        """Record a chunk and answer it; where one request breaks it, each is recorded alone and the others are not lost."""
        try:
            answers = await asyncio.to_thread(self._take_in, [one.asking for one in chunk])
        except ONES_OWN as failed:
            if len(chunk) > 1:
                for one in chunk:
                    await self._settle([one])
            else:
                _fail(chunk, failed)
        except BaseException as failed:
            _fail(chunk, failed)
            if not isinstance(failed, Exception):
                raise
        else:
            for one, answer in zip(chunk, answers, strict=True):
                if not one.answer.done():
                    one.answer.set_result(answer)

    def _take_in(self, asking: Sequence[Asking]) -> list[Answer]:
        at = self._clock()
        with read(self._engine) as session:
            somebody = callers_on_record(session, seals=self._seals, named=_named(asking), at=at)
        # A flood of keys that are nobody's holds no lock.
        taken = [one for one in asking if one.named in somebody]
        if not taken:
            return [None] * len(asking)
        with transaction(self._engine) as session:
            found = iter(take_in(session, log=self._log, seals=self._seals, at=at, house=self._house, asking=taken))
        return [next(found) if one.named in somebody else None for one in asking]


def _fail(chunk: Sequence[Waiting], failed: BaseException) -> None:
    for one in chunk:
        if not one.answer.done():
            one.answer.set_exception(failed)


def _named(asking: Sequence[Asking]) -> set[Named]:
    return {one.named for one in asking}


def _told(receipt: Receipt) -> dict[str, Any]:
    told: dict[str, Any] = {
        "id": receipt.use_id,
        "ledger_index": receipt.index,
        "standing": receipt.standing,
        "late": receipt.late,
    }
    if receipt.standing in TOLD:
        told["message"] = dict(zip(("ja", "en"), TOLD[receipt.standing], strict=True))
    return told


def _message(status: int, message: str, headers: dict[str, str] | None = None) -> JSONResponse:
    return JSONResponse({"message": message}, status, headers)
