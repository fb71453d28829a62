"""Two doors to the clients of a hub: its store, while it is at rest, and the hub itself, while it runs."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeVar

import httpx
import msgspec

from kaihoken.access.client_messages import (
    PATHS,
    Change,
    ClientSaid,
    ClientsSaid,
    make_change,
    page_of,
    said,
)
from kaihoken.access.client_table import load_registry
from kaihoken.access.enrolment import Enrolment
from kaihoken.access.issuer import PrivateKey
from kaihoken.access.scopes import Scope
from kaihoken.access.token_request import fetch_token, refusal_of
from kaihoken.audit import Committer, require_own_store, witness_of
from kaihoken.clock import SystemClock
from kaihoken.problems import Problem
from kaihoken.store import FileKeys, open_store

BY_COMMAND = "command"
_PATIENCE_SECONDS = 30.0

T = TypeVar("T")


class Door(Protocol):
    """Where clients are changed and listed."""

    async def make(self, change: Change) -> ClientSaid: ...

    async def clients(self) -> list[ClientSaid]: ...


@dataclass(frozen=True, slots=True)
class AtRest:
    """The store of a hub that does not run: the change is made as its one writer. Problem `store.locked` when a hub
    runs on it; `clients` reads beside it."""

    store: str
    keys: Path
    witness: str

    async def make(self, change: Change) -> ClientSaid:
        clock = SystemClock()
        store = await open_store(self.store)
        try:
            async with witness_of(store, self.witness) as seen:
                holder = FileKeys(self.keys)
                committer = await Committer.open(store, holder, clock, seen)
                try:
                    await require_own_store(store, committer.log, holder)
                    registry = await load_registry(store)
                    enrolment = Enrolment(store, registry, committer, clock)
                    return said(await make_change(change, enrolment, registry, BY_COMMAND))
                finally:
                    await committer.close()
        finally:
            await store.close()

    async def clients(self) -> list[ClientSaid]:
        store = await open_store(self.store, read_only=True)
        try:
            registry = await load_registry(store)
            return page_of(registry, most=len(registry) + 1).clients
        finally:
            await store.close()


@dataclass(frozen=True, slots=True)
class AtHub:
    """A hub that runs, asked as an operator with `clients:write`. `tls` is how its certificate is trusted, and with
    which of our own."""

    hub: str
    operator: str
    key: PrivateKey
    tls: ssl.SSLContext | bool = True

    async def make(self, change: Change) -> ClientSaid:
        with self._asked() as http:
            answer = http.post(PATHS[type(change)], content=msgspec.json.encode(change), headers=_JSON)
            return self._read(answer, ClientSaid)

    async def clients(self) -> list[ClientSaid]:
        found: list[ClientSaid] = []
        after = ""
        with self._asked() as http:
            while True:
                answer = http.get("/v1/clients", params={"after": after} if after else {})
                page = self._read(answer, ClientsSaid)
                found += page.clients
                if not page.next:
                    return found
                after = page.next

    @contextmanager
    def _asked(self) -> Iterator[httpx.Client]:
        """A client of the hub with a fresh token. Problem `access.hub-unreachable`, and what the hub refuses with."""
        granted = fetch_token(
            self.hub, self.operator, self.key, SystemClock(), (Scope.CLIENTS_WRITE,), verify=self.tls
        )
        bearer = {"Authorization": f"Bearer {granted.access_token}"}
        base = self.hub.rstrip("/")
        try:
            with httpx.Client(
                base_url=base,
                headers=bearer,
                timeout=_PATIENCE_SECONDS,
                verify=self.tls,
                trust_env=base.startswith("https:"),
            ) as http:
                yield http
        except httpx.HTTPError as error:
            raise Problem("access.hub-unreachable", where=self.hub, reason=type(error).__name__) from None

    def _read(self, answer: httpx.Response, kind: type[T]) -> T:
        if not answer.is_success:
            raise refusal_of(answer, self.hub)
        try:
            return msgspec.json.decode(answer.content, type=kind)
        except (msgspec.DecodeError, UnicodeDecodeError):
            raise Problem("access.hub-unreachable", where=self.hub, reason="not a list of clients") from None


_JSON = {"Content-Type": "application/json"}
