"""The two clients: what a conversation hands out is sent over httpx, and waits pass, blocking or in asyncio."""

import asyncio
import random
import ssl
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self, TypedDict, TypeVar, Unpack

import httpx

from kaihoken.access import Issuer, PrivateKey, load_key
from kaihoken.audit import Key, public_keys_at
from kaihoken.clock import Clock, SystemClock
from kaihoken.coverage.client import desk, lists, operation, questions, resources
from kaihoken.coverage.client.access import Access, Ticks
from kaihoken.coverage.client.asked import Asked
from kaihoken.coverage.client.calls import Call, LogKeys
from kaihoken.coverage.client.conversing import conversation, fresh_token
from kaihoken.coverage.client.exchange import Conversation, Failed, Outcome, Patience, Received, Send, Wait
from kaihoken.coverage.client.lists import ListResult
from kaihoken.coverage.client.weight import Weight, weight_of
from kaihoken.loopback import require_https

T = TypeVar("T")

DEFAULT_SECONDS = 30.0


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


class Asks:
    """What can be asked of a hub: the same of both clients."""

    check = Asked(questions.check)
    check_again = Asked(questions.check_again)
    check_claim = Asked(questions.check_claim)
    oqs = Asked(questions.oqs)
    face = Asked(questions.face)
    card_challenge = Asked(questions.card_challenge)
    prove_card = Asked(questions.prove_card)
    link_card = Asked(questions.link_card)

    link_reference = Asked(desk.link_reference)
    unlink_reference = Asked(desk.unlink_reference)
    give_consent = Asked(desk.give_consent)
    consents = Asked(desk.consents)
    withdraw_consent = Asked(desk.withdraw_consent)
    facility_settings = Asked(desk.facility_settings)
    change_facility_settings = Asked(desk.change_facility_settings)
    failure_mode = Asked(desk.failure_mode)
    check_in_failure = Asked(desk.check_in_failure)
    report_failure = Asked(desk.report_failure)

    send_list = Asked(lists.send_list)
    send_month = Asked(lists.send_month)
    send_visits = Asked(lists.send_visits)
    list_status = Asked(lists.list_status)
    list_page = Asked(lists.list_page)
    list_archive = Asked(lists.list_archive)

    fhir = Asked(resources.fhir)
    fhir_read = Asked(resources.fhir_read)
    fhir_search = Asked(resources.fhir_search)
    fhir_page = Asked(resources.fhir_page)

    register = Asked(operation.register)
    clients = Asked(operation.clients)
    enrol_client = Asked(operation.enrol_client)
    add_key = Asked(operation.add_key)
    exchange_key = Asked(operation.exchange_key)
    add_certificate = Asked(operation.add_certificate)
    disable = Asked(operation.disable)
    failure_modes = Asked(operation.failure_modes)
    open_failure_mode = Asked(operation.open_failure_mode)
    close_failure_mode = Asked(operation.close_failure_mode)
    metrics = Asked(operation.metrics)
    statistics_months = Asked(operation.statistics_months)
    statistics = Asked(operation.statistics)
    statistics_csv = Asked(operation.statistics_csv)
    document = Asked(operation.document)


class _Line(Asks):
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
        self._encrypted = self.url.startswith("https:")
        self._tls: ssl.SSLContext | bool = tls if tls is not None else self._encrypted
        self._access = Access(self._issuer(client_id, key, clock or SystemClock()), ticks, scopes)

    def _require_https(self, *, own_line: bool) -> None:
        """Nothing goes to another machine in the clear, unless the caller brings the line and answers for it. Without
        TLS no proxy is asked for that the surroundings name. Problem `access.hub-plain`."""
        if not own_line:
            require_https(self.url)

    def _issuer(self, client_id: str, key: PrivateKey | Path | None, clock: Clock) -> Issuer | None:
        if key is None:
            return None
        private = load_key(key) if isinstance(key, Path) else key
        return Issuer(client_id, private, self.url, clock)

    def _conversation(self, call: Call[T]) -> Conversation[T]:
        return conversation(call, self._access, self._patience, self.url, self._verify_with)


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
        self._require_https(own_line=transport is not None)
        self._http = httpx.Client(
            base_url=self.url,
            verify=self._tls,
            timeout=self._seconds,
            transport=transport,
            trust_env=self._encrypted,
        )

    def ask(self, call: Call[T]) -> T:
        """Make a call, and have its answer. The methods are such calls."""
        return self._converse(self._conversation(call))

    def pause(self, seconds: float) -> None:
        """Waits as this client does between two tries: for who asks again how far a list is."""
        self._sleep(seconds)

    def list_results(self, reception_number: str) -> Iterator[ListResult]:
        """The rows of a list, page by page: never more than a page is held."""
        cursor = ""
        while True:
            page = self.ask(lists.list_page(reception_number, cursor))
            yield from page.rows
            if not page.next:
                return
            cursor = page.next

    def token(self) -> str:
        """A token that is good for a while, for what this client does not ask itself."""
        return self._access.held or self._converse(fresh_token(self._access, self._patience, self.url))

    def close(self) -> None:
        """Let go of the line."""
        self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

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
            return _failed(error)
        return _received(answer)


class AsyncHub(_Line):
    """The same hub for asyncio. Used in an `async with` statement, or closed with `close()`. `weighed` is told what
    each exchange weighed; a question whose answer stayed out weighs too, one that never left does not."""

    def __init__(
        self,
        url: str,
        client_id: str = "",
        key: PrivateKey | Path | None = None,
        *,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        transport: httpx.AsyncBaseTransport | None = None,
        weighed: Callable[[Weight], None] = lambda _: None,
        **options: Unpack[Options],
    ) -> None:
        super().__init__(url, client_id, key, **options)
        self._sleep = sleep
        self._weighed = weighed
        self._require_https(own_line=transport is not None)
        self._http = httpx.AsyncClient(
            base_url=self.url,
            verify=self._tls,
            timeout=self._seconds,
            transport=transport,
            trust_env=self._encrypted,
        )

    async def ask(self, call: Call[T]) -> T:
        """Make a call, and have its answer. The methods are such calls."""
        return await self._converse(self._conversation(call))

    async def list_results(self, reception_number: str) -> AsyncIterator[ListResult]:
        """The rows of a list, page by page: never more than a page is held."""
        cursor = ""
        while True:
            page = await self.ask(lists.list_page(reception_number, cursor))
            for row in page.rows:
                yield row
            if not page.next:
                return
            cursor = page.next

    async def token(self) -> str:
        """A token that is good for a while, for what this client does not ask itself."""
        return self._access.held or await self._converse(fresh_token(self._access, self._patience, self.url))

    async def close(self) -> None:
        """Let go of the line."""
        await self._http.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

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
            answer = await self._answer(step)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            return _failed(error)
        return _received(answer)

    async def _answer(self, step: Send) -> httpx.Response:
        request = self._http.build_request(
            step.method, step.path, content=step.content or None, headers=step.headers
        )
        try:
            answer = await self._http.send(request)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout):
            raise  # nothing of it left
        except BaseException:
            self._weighed(weight_of(request, None))
            raise
        self._weighed(weight_of(request, answer))
        return answer


def _received(answer: httpx.Response) -> Received:
    headers = {name.lower(): value for name, value in answer.headers.items()}
    return Received(answer.status_code, headers, answer.content)


def _failed(error: BaseException) -> Failed:
    """Why no answer came. That a certificate does not hold stands behind what the line says of it."""
    behind: BaseException | None = error
    while behind is not None:
        if isinstance(behind, ssl.SSLCertVerificationError):
            return Failed(behind.verify_message, untrusted=True)
        behind = behind.__cause__ or behind.__context__
    return Failed(type(error).__name__)
