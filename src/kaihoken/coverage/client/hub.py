"""The two clients: what a conversation hands out is sent over httpx, and waits pass, blocking or in asyncio."""

import asyncio
import random
import ssl
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self, TypedDict, TypeVar, Unpack

import httpx

from kaihoken.access import Issuer, PrivateKey, load_key
from kaihoken.audit import Key, public_keys_at
from kaihoken.clock import Clock, SystemClock
from kaihoken.coverage.api import Check, CheckAnswer
from kaihoken.coverage.bulk import NumberRow
from kaihoken.coverage.client import calls
from kaihoken.coverage.client.access import Access, Ticks
from kaihoken.coverage.client.calls import Call, LogKeys, OqsAnswer
from kaihoken.coverage.client.conversing import conversation, fresh_token
from kaihoken.coverage.client.exchange import Conversation, Failed, Outcome, Patience, Received, Send, Wait
from kaihoken.coverage.client.lists import ListReceived, ListResult, ListStatus
from kaihoken.coverage.consents.messages import (
    ConsentsAnswer,
    ConsentSearch,
    ConsentWithdrawal,
    StandingCheck,
)
from kaihoken.coverage.reference.api import (
    ReferenceNumberAnswer,
    ReferenceNumberRequest,
    ReferenceNumberWithdrawal,
)
from kaihoken.coverage.registration.messages import RegistrationsAnswer
from kaihoken.coverage.registration.rows import Row

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

    def link_reference(self, request: ReferenceNumberRequest, key: str = "") -> ReferenceNumberAnswer:
        """照会番号の登録: the facility's own number for a person."""
        return self._run(
            calls.asked("/v1/reference-numbers", request, ReferenceNumberAnswer, key or calls.new_key())
        )

    def unlink_reference(self, request: ReferenceNumberWithdrawal, key: str = "") -> ReferenceNumberAnswer:
        """照会番号の取り消し."""
        path = "/v1/reference-number-withdrawals"
        return self._run(calls.asked(path, request, ReferenceNumberAnswer, key or calls.new_key()))

    def send_list(self, rows: Iterable[NumberRow], key: str = "") -> ListReceived:
        """一括照会: send a list. It is answered in the background: ask for its status, then for its results."""
        return self._run(calls.new_list(rows, key or calls.new_key()))

    def list_status(self, reception_number: str) -> ListStatus:
        """How far a list is."""
        question = {"reception_number": reception_number}
        return self._run(calls.asked("/v1/bulk-checks/status", question, ListStatus))

    def list_results(self, reception_number: str) -> Iterator[ListResult]:
        """The rows of a list, page by page: never more than a page is held."""
        cursor = ""
        while True:
            page = self._run(calls.list_page(reception_number, cursor))
            yield from page.rows
            if not page.next:
                return
            cursor = page.next

    def give_consent(self, request: Check, key: str = "") -> ConsentsAnswer:
        """同意: the body of a question; the answer tells nothing of the coverage."""
        return self._run(calls.asked("/v1/consents", request, ConsentsAnswer, key or calls.new_key()))

    def consents(self, search: ConsentSearch) -> ConsentsAnswer:
        """The consents given to this facility."""
        return self._run(calls.asked("/v1/consents/search", search, ConsentsAnswer))

    def withdraw_consent(self, withdrawal: ConsentWithdrawal) -> ConsentsAnswer:
        """End a consent; repeating it is safe."""
        return self._run(calls.asked("/v1/consents/withdraw", withdrawal, ConsentsAnswer))

    def check_again(self, request: StandingCheck) -> CheckAnswer:
        """再照会: a patient without the card, on a consent that stands."""
        return self._run(calls.asked("/v1/standing-checks", request, CheckAnswer))

    def fhir(
        self, resource: Mapping[str, object], path: str = "/fhir/CoverageEligibilityRequest"
    ) -> dict[str, object]:
        """A FHIR resource as it is, and the one that answers it."""
        return self._run(calls.fhir(path, resource))

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

    async def link_reference(self, request: ReferenceNumberRequest, key: str = "") -> ReferenceNumberAnswer:
        """照会番号の登録: the facility's own number for a person."""
        return await self._run(
            calls.asked("/v1/reference-numbers", request, ReferenceNumberAnswer, key or calls.new_key())
        )

    async def unlink_reference(
        self, request: ReferenceNumberWithdrawal, key: str = ""
    ) -> ReferenceNumberAnswer:
        """照会番号の取り消し."""
        path = "/v1/reference-number-withdrawals"
        return await self._run(calls.asked(path, request, ReferenceNumberAnswer, key or calls.new_key()))

    async def send_list(self, rows: Iterable[NumberRow], key: str = "") -> ListReceived:
        """一括照会: send a list. It is answered in the background: ask for its status, then for its results."""
        return await self._run(calls.new_list(rows, key or calls.new_key()))

    async def list_status(self, reception_number: str) -> ListStatus:
        """How far a list is."""
        question = {"reception_number": reception_number}
        return await self._run(calls.asked("/v1/bulk-checks/status", question, ListStatus))

    async def list_results(self, reception_number: str) -> AsyncIterator[ListResult]:
        """The rows of a list, page by page: never more than a page is held."""
        cursor = ""
        while True:
            page = await self._run(calls.list_page(reception_number, cursor))
            for row in page.rows:
                yield row
            if not page.next:
                return
            cursor = page.next

    async def give_consent(self, request: Check, key: str = "") -> ConsentsAnswer:
        """同意: the body of a question; the answer tells nothing of the coverage."""
        return await self._run(calls.asked("/v1/consents", request, ConsentsAnswer, key or calls.new_key()))

    async def consents(self, search: ConsentSearch) -> ConsentsAnswer:
        """The consents given to this facility."""
        return await self._run(calls.asked("/v1/consents/search", search, ConsentsAnswer))

    async def withdraw_consent(self, withdrawal: ConsentWithdrawal) -> ConsentsAnswer:
        """End a consent; repeating it is safe."""
        return await self._run(calls.asked("/v1/consents/withdraw", withdrawal, ConsentsAnswer))

    async def check_again(self, request: StandingCheck) -> CheckAnswer:
        """再照会: a patient without the card, on a consent that stands."""
        return await self._run(calls.asked("/v1/standing-checks", request, CheckAnswer))

    async def fhir(
        self, resource: Mapping[str, object], path: str = "/fhir/CoverageEligibilityRequest"
    ) -> dict[str, object]:
        """A FHIR resource as it is, and the one that answers it."""
        return await self._run(calls.fhir(path, resource))

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
