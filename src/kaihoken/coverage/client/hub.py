"""The two clients: what a conversation hands out is sent over httpx, and waits pass, blocking or in asyncio."""

import asyncio
import random
import ssl
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self, TypedDict, TypeVar, Unpack

import httpx

from kaihoken.access import Issuer, PrivateKey, load_key
from kaihoken.audit import Key, public_keys_at
from kaihoken.clock import Clock, SystemClock
from kaihoken.coverage.api import Check, CheckAnswer
from kaihoken.coverage.client import calls
from kaihoken.coverage.client.access import Access, Ticks
from kaihoken.coverage.client.calls import Call, LogKeys, OqsAnswer
from kaihoken.coverage.client.conversing import conversation, fresh_token
from kaihoken.coverage.client.exchange import Conversation, Failed, Outcome, Patience, Received, Send, Wait
from kaihoken.coverage.registration_messages import RegistrationsAnswer
from kaihoken.coverage.rows import Row

T = TypeVar("T")

DEFAULT_SECONDS = 30.0
_SEARCH = "/oqs/search"
_XML = "application/xml"


def log_keys(file: Path) -> dict[str, Key]:
    """The public keys of a hub's log: the file that was fetched from `/.well-known/kaihoken-log-keys.json` once and
    compared, or the folder of keys of a hub of one's own. Problem `audit.unreadable`."""
    return dict(public_keys_at(file))


class Options(TypedDict, total=False):
    """What may be said of a client beside who it is. `tls` is what the line is encrypted with and, where the hub wants
    one, the client certificate loaded into it; `verify_with` the pinned keys of the hub's log: then every receipt is
    verified before an answer is handed out; `seconds` how long an answer may take."""

    scopes: Sequence[str]
    tls: ssl.SSLContext | None
    verify_with: LogKeys | None
    patience: Patience
    seconds: float
    clock: Clock
    ticks: Ticks


class _Line:
    """What both clients hold. `key` is the client's private key, or the file with it."""

    def __init__(
        self,
        url: str,
        client_id: str = "",
        key: PrivateKey | Path | None = None,
        *,
        scopes: Sequence[str] = (),
        tls: ssl.SSLContext | None = None,
        verify_with: LogKeys | None = None,
        patience: Patience | None = None,
        seconds: float = DEFAULT_SECONDS,
        clock: Clock | None = None,
        ticks: Ticks = time.monotonic_ns,
    ) -> None:
        self.url = url.rstrip("/")
        self._verify_with = verify_with
        self._patience = patience or Patience(spread=random.SystemRandom().random)
        self._seconds = seconds
        # Without TLS, all the world's certificates need not be read, which takes longer than a question.
        self._tls: ssl.SSLContext | bool = tls if tls is not None else self.url.startswith("https:")
        self._access = Access(self._issuer(client_id, key, clock or SystemClock()), ticks, scopes)

    def _issuer(self, client_id: str, key: PrivateKey | Path | None, clock: Clock) -> Issuer | None:
        if key is None:
            return None
        private = load_key(key) if isinstance(key, Path) else key
        return Issuer(client_id, private, f"{self.url}/oauth/token", clock)

    def _conversation(self, call: Call[T]) -> Conversation[T]:
        return conversation(call, self._access, self._patience, self.url)

    def _oqs(self, message: bytes, path: str, media: str, key: str) -> Call[OqsAnswer]:
        return calls.oqs(path, message, media, key or calls.new_key(), self._verify_with)


class Hub(_Line):
    """A hub, asked and waited for. Used in a `with` statement, or closed with `close()`."""

    def __init__(
        self,
        url: str,
        client_id: str = "",
        key: PrivateKey | Path | None = None,
        *,
        sleep: Callable[[float], None] = time.sleep,
        transport: httpx.BaseTransport | None = None,
        **options: Unpack[Options],
    ) -> None:
        super().__init__(url, client_id, key, **options)
        self._sleep = sleep
        self._http = httpx.Client(
            base_url=self.url, verify=self._tls, timeout=self._seconds, transport=transport
        )

    def check(self, request: Check) -> CheckAnswer:
        """資格確認: ask by number or by certificate. Raises HubProblem; with pinned log keys also the Problems of a
        receipt that does not hold."""
        return self._run(calls.eligibility_check(request, self._verify_with))

    def oqs(self, message: bytes, path: str = _SEARCH, *, media: str = _XML, key: str = "") -> OqsAnswer:
        """An XmlMsg, byte for byte, and its answer. Refusals of the message come in kind (SegmentOfResult 9)."""
        return self._run(self._oqs(message, path, media, key))

    def register(self, rows: Sequence[Row], key: str = "") -> RegistrationsAnswer:
        """加入者の登録. The order has one key, so that it can be repeated safely; give your own where your program may
        be started again in between."""
        return self._run(calls.registrations(rows, key or calls.new_key()))

    def document(self, path: str) -> dict[str, object]:
        """What is open to everybody, such as `/ready`, `/v1/log/head`, `/openapi.json`."""
        return self._run(calls.document(path))

    def token(self) -> str:
        """A token that is good for a while, for what this client does not ask itself."""
        return self._access.held or self._converse(fresh_token(self._access, self._patience, self.url))

    def metrics(self) -> str:
        """The numbers of the operator."""
        return self._run(calls.text("/metrics"))

    def close(self) -> None:
        """Let go of the line."""
        self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _run(self, call: Call[T]) -> T:
        return self._converse(self._conversation(call))

    def _converse(self, steps: Conversation[T]) -> T:
        try:
            step = next(steps)
            while True:
                step = steps.send(self._done(step))
        except StopIteration as ended:
            result: T = ended.value
            return result

    def _done(self, step: Send | Wait) -> Outcome:
        if isinstance(step, Wait):
            self._sleep(step.seconds)
            return Failed("waited")
        try:
            answer = self._http.request(
                step.method, step.path, content=step.content or None, headers=step.headers
            )
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            return Failed(type(error).__name__)
        return _received(answer)


class AsyncHub(_Line):
    """The same hub for asyncio. Used in an `async with` statement, or closed with `close()`."""

    def __init__(
        self,
        url: str,
        client_id: str = "",
        key: PrivateKey | Path | None = None,
        *,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        transport: httpx.AsyncBaseTransport | None = None,
        **options: Unpack[Options],
    ) -> None:
        super().__init__(url, client_id, key, **options)
        self._sleep = sleep
        self._http = httpx.AsyncClient(
            base_url=self.url, verify=self._tls, timeout=self._seconds, transport=transport
        )

    async def check(self, request: Check) -> CheckAnswer:
        """資格確認: ask by number or by certificate. Raises HubProblem; with pinned log keys also the Problems of a
        receipt that does not hold."""
        return await self._run(calls.eligibility_check(request, self._verify_with))

    async def oqs(
        self, message: bytes, path: str = _SEARCH, *, media: str = _XML, key: str = ""
    ) -> OqsAnswer:
        """An XmlMsg, byte for byte, and its answer. Refusals of the message come in kind (SegmentOfResult 9)."""
        return await self._run(self._oqs(message, path, media, key))

    async def register(self, rows: Sequence[Row], key: str = "") -> RegistrationsAnswer:
        """加入者の登録. The order has one key, so that it can be repeated safely; give your own where your program may
        be started again in between."""
        return await self._run(calls.registrations(rows, key or calls.new_key()))

    async def document(self, path: str) -> dict[str, object]:
        """What is open to everybody, such as `/ready`, `/v1/log/head`, `/openapi.json`."""
        return await self._run(calls.document(path))

    async def token(self) -> str:
        """A token that is good for a while, for what this client does not ask itself."""
        return self._access.held or await self._converse(fresh_token(self._access, self._patience, self.url))

    async def metrics(self) -> str:
        """The numbers of the operator."""
        return await self._run(calls.text("/metrics"))

    async def close(self) -> None:
        """Let go of the line."""
        await self._http.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def _run(self, call: Call[T]) -> T:
        return await self._converse(self._conversation(call))

    async def _converse(self, steps: Conversation[T]) -> T:
        try:
            step = next(steps)
            while True:
                step = steps.send(await self._done(step))
        except StopIteration as ended:
            result: T = ended.value
            return result

    async def _done(self, step: Send | Wait) -> Outcome:
        if isinstance(step, Wait):
            await self._sleep(step.seconds)
            return Failed("waited")
        try:
            answer = await self._http.request(
                step.method, step.path, content=step.content or None, headers=step.headers
            )
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            return Failed(type(error).__name__)
        return _received(answer)


def _received(answer: httpx.Response) -> Received:
    headers = {name.lower(): value for name, value in answer.headers.items()}
    return Received(answer.status_code, headers, answer.content)
