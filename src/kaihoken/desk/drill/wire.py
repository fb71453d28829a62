"""The line of the drill's desk: a hub in the same process that knows the made-up people alone. It opens no connection,
and what it does not know it refuses."""

from collections.abc import Sequence
from hashlib import sha256
from typing import Final

import httpx
import msgspec

from kaihoken.access import METADATA_PATH
from kaihoken.clock import Clock
from kaihoken.coverage import History, rehearsed
from kaihoken.coverage.client import (
    Answer,
    CheckAnswer,
    ListReceived,
    ListResult,
    ListStatus,
    NumberCheck,
    NumberRow,
)
from kaihoken.desk.drill.clinic import FACILITY
from kaihoken.problems import Problem

HUB: Final = "http://127.0.0.1:9"
"""Nobody listens there (discard): a question that went out by mistake would not leave this machine."""

_encode = msgspec.json.Encoder().encode
_rows = msgspec.json.Decoder(NumberRow).decode_lines
_check = msgspec.json.Decoder(NumberCheck).decode
_CHECKS = "/v1/eligibility-checks"
_LISTS = "/v1/bulk-checks"
_NUMBER = "DRILL-1"


class CutWire(httpx.AsyncBaseTransport):
    """The wire. While `is_cut` nothing passes."""

    def __init__(self, people: Sequence[History], clock: Clock) -> None:
        self._people = people
        self._clock = clock
        self._list: list[NumberRow] = []
        self.is_cut = False

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer, or lose what is sent."""
        body = await request.aread()
        if self.is_cut:
            raise httpx.ConnectError("cut for the drill", request=request)
        try:
            answer = self._answer(request.url.path, body)
        except Problem as problem:
            said = problem.as_rfc9457()
            headers = {"Content-Type": "application/problem+json"}
            return httpx.Response(problem.entry.status, content=_encode(said), headers=headers)
        return httpx.Response(200, content=answer)

    def _answer(self, path: str, body: bytes) -> bytes:
        """Problem `desk.no-such-page` for what no drill asks."""
        if path == METADATA_PATH:
            return _encode({"issuer": HUB, "token_endpoint": f"{HUB}/oauth/token"})
        if path == "/oauth/token":
            return _encode({"access_token": "drill", "token_type": "Bearer", "expires_in": 3600})
        if path == "/ready":
            return _encode({"ready": True})
        if path == _CHECKS:
            return _encode(self._said(_check(body)))
        if path == _LISTS:
            self._list = _rows(body)
            return _encode(ListReceived(_NUMBER, self._clock.now(), len(self._list)))
        if path == f"{_LISTS}/status":
            count = len(self._list)
            return _encode(ListStatus(_NUMBER, "done", count, count, 0))
        if path == f"{_LISTS}/results":
            return b"\n".join(_encode(self._row(at, row)) for at, row in enumerate(self._list, 1))
        raise Problem("desk.no-such-page")

    def _said(self, check: NumberCheck) -> CheckAnswer:
        answer = rehearsed(check, self._people, FACILITY, self._clock.now())
        return CheckAnswer(
            answer_hash=_hash(answer),
            answered_at=self._clock.now(),
            facts_known_at=1,
            receipt={},
            answer=answer,
        )

    def _row(self, line: int, row: NumberRow) -> ListResult:
        asked = {
            name: getattr(row, name) for name in ("insurer_number", "symbol", "number", "branch", "birthdate")
        }
        answer = rehearsed(NumberCheck(**asked), self._people, FACILITY, self._clock.now())
        return ListResult(line, row.id, answer, _hash(answer), self._clock.now())


def _hash(answer: Answer) -> str:
    return sha256(_encode(answer)).hexdigest()
