"""How clients, keys and certificates come and go: each change is one record in the log and one write, committed
together.

The registry follows after the commit, and with it the tokens: when `disable` returns, every token of that client or
key is dead. Where a commit fails it may stand all the same, so the next change of that client goes by its row. Nothing
is deleted and nothing is switched on again: who comes back gets a new key.
"""

import asyncio
from dataclasses import replace
from datetime import datetime

import msgspec

from kaihoken.access import client_table, recorded
from kaihoken.access.certificate_binding import MOST_CERTIFICATES, ClientCertificate
from kaihoken.access.client import MOST_KEYS, Client, ClientKey, Registry, checked
from kaihoken.access.token import Tokens
from kaihoken.audit import Committer, Entry
from kaihoken.clock import Clock
from kaihoken.problems import Problem
from kaihoken.store import Store, Write


class Enrolment:
    """Changes the clients of one store. `tokens` are those of the hub that runs on it (none when offline)."""

    def __init__(
        self,
        store: Store,
        registry: Registry,
        committer: Committer,
        clock: Clock,
        tokens: Tokens | None = None,
    ) -> None:
        self._store = store
        self._registry = registry
        self._committer = committer
        self._clock = clock
        self._tokens = tokens
        self._unsure: set[str] = set()  # clients of whom the registry may say less than their row
        self._turn = (
            asyncio.Lock()
        )  # a change is checked against the registry as the change before it left it

    @property
    def now(self) -> datetime:
        """The instant by which codes end."""
        return self._clock.now()

    async def enrol(self, client: Client, by: str) -> Client:
        """Take in a new client; `by` is the client id of the operator, or "command". Answers it as enrolled. Doing the
        same twice is no error.

        Raises Problem `access.client-invalid`, `access.client-exists`, `access.key-taken`, `access.demo-key`.
        """
        async with self._turn:
            client = checked(client)
            held = await self._held(client.client_id)
            if held is not None:
                if held == client:
                    return held
                raise Problem("access.client-exists")
            for number, key in enumerate(client.keys):
                self._check_key(key)
                if key.public.key_id in {other.public.key_id for other in client.keys[:number]}:
                    raise Problem("access.key-taken")
            await self._commit(
                recorded.ENROLLED, client, by, client_table.enrolled(client, self._clock.now())
            )
            return client

    async def add_key(self, client_id: str, key: ClientKey, by: str) -> Client:
        """Give a client another key, so that it can change keys without a gap. Doing it twice is no error.

        Raises Problem `access.client-unknown`, `access.client-disabled`, `access.client-invalid` (too many keys),
        `access.key-taken`, `access.demo-key`.
        """
        async with self._turn:
            client = await self._known(client_id)
            if client.status != "active":
                raise Problem("access.client-disabled")
            if client.key(key.public.key_id) == key:
                return client
            if len(client.keys) >= MOST_KEYS:
                raise Problem("access.client-invalid", where="keys", wanted=f"1 to {MOST_KEYS} keys")
            self._check_key(key)
            client = replace(client, keys=(*client.keys, key))
            await self._commit(recorded.KEY_ADDED, client, by, client_table.changed(client))
            return client

    async def exchange_key(self, client_id: str, code: str, key: ClientKey) -> Client:
        """Take a client's own key in the place of its one-time code, whose key id is `code`: the one comes and the
        other goes in one write, and the code's tokens end.

        Raises Problem `access.client-unknown`, `access.client-disabled` (the code was used, or shut out),
        `access.key-taken`, `access.demo-key`.
        """
        async with self._turn:
            client = await self._known(client_id)
            held = client.key(code)
            if client.status != "active" or held is None or not held.is_code or held.status != "active":
                raise Problem("access.client-disabled")
            self._check_key(key)
            without = client.without_key(code)
            client = replace(without, keys=(*without.keys, key))
            await self._commit(recorded.KEY_EXCHANGED, client, client_id, client_table.changed(client))
            if self._tokens is not None:
                self._tokens.end_key(client_id, code)
            return client

    async def add_certificate(self, client_id: str, certificate: ClientCertificate, by: str) -> Client:
        """Let a client use another TLS certificate; from its first one on it needs one of its own, so with the first
        its tokens end: they are bound to none, or to whichever was shown. Doing it twice is no error.

        Raises Problem `access.client-unknown`, `access.client-disabled`, `access.client-invalid` (too many).
        """
        async with self._turn:
            client = await self._known(client_id)
            if client.status != "active":
                raise Problem("access.client-disabled")
            held = client.certificate(certificate.name)
            if held is not None:
                if held.status != "active":  # nothing is switched on again
                    raise Problem("access.client-invalid", where="certificate", wanted="another one")
                return client
            if len(client.certificates) >= MOST_CERTIFICATES:
                raise Problem(
                    "access.client-invalid",
                    where="certificates",
                    wanted=f"at most {MOST_CERTIFICATES} certificates",
                )
            client = replace(client, certificates=(*client.certificates, certificate))
            await self._commit(recorded.CERTIFICATE_ADDED, client, by, client_table.changed(client))
            if self._tokens is not None and len(client.certificates) == 1:
                self._tokens.end_client(client_id)
            return client

    async def disable_certificate(self, client_id: str, name: str, by: str) -> Client:
        """Shut one certificate out, and end every token of its client: over which certificate of a subject a token was
        issued is not asked. Doing it twice is no error. Raises Problem `access.client-unknown`."""
        async with self._turn:
            client = await self._known(client_id)
            held = client.certificate(name)
            if held is None:
                raise Problem("access.client-unknown")
            if held.status == "active":
                client = client.without_certificate(name)
                await self._commit(recorded.CERTIFICATE_DISABLED, client, by, client_table.changed(client))
            if self._tokens is not None:
                self._tokens.end_client(client_id)
            return client

    async def disable(self, client_id: str, by: str) -> Client:
        """Shut a client out, with all its keys and tokens. Doing it twice is no error. Raises Problem
        `access.client-unknown`."""
        async with self._turn:
            client = await self._known(client_id)
            if client.status == "active":
                client = replace(client, status="disabled")
                await self._commit(recorded.DISABLED, client, by, client_table.changed(client))
            if self._tokens is not None:
                self._tokens.end_client(client_id)
            return client

    async def disable_key(self, client_id: str, key_id: str, by: str) -> Client:
        """Shut one key out, with its tokens. Doing it twice is no error. Raises Problem `access.client-unknown`."""
        async with self._turn:
            client = await self._known(client_id)
            key = client.key(key_id)
            if key is None:
                raise Problem("access.client-unknown")
            if key.status == "active":
                client = client.without_key(key_id)
                await self._commit(recorded.KEY_DISABLED, client, by, client_table.changed(client))
            if self._tokens is not None:
                self._tokens.end_key(client_id, key_id)
            return client

    async def _known(self, client_id: str) -> Client:
        client = await self._held(client_id)
        if client is None:
            raise Problem("access.client-unknown")
        return client

    async def _held(self, client_id: str) -> Client | None:
        if client_id in self._unsure:
            client = await client_table.settled(self._store, client_id)
            if client is not None:
                self._registry.put(client)
            self._unsure.discard(client_id)
        return self._registry.get(client_id)

    def _check_key(self, key: ClientKey) -> None:
        if key.demo and self._registry.purpose != "demo":
            raise Problem("access.demo-key")
        if self._registry.owner(key.public.key_id) is not None:
            raise Problem("access.key-taken")

    async def _commit(self, kind: str, client: Client, by: str, write: Write) -> None:
        record = recorded.record_of(client, by, client_table.digest_of(client_table.row_of(client)))
        entry = Entry(kind, msgspec.json.encode(record, order="deterministic"))
        try:
            await self._committer.commit([entry], [write])
        except Problem:
            self._unsure.add(client.client_id)
            raise
        self._registry.put(client)
