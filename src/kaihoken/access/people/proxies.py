"""How proxies are given and taken back, and what each use of one must pass: on record, in one commit with its row."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import date

from kaihoken.access.people import account_table, recorded
from kaihoken.access.people.account import Account, new_id
from kaihoken.access.people.proxy import (
    Proxy,
    Scope,
    checked_document,
    checked_scopes,
    holds,
    last_day_of,
    proxy_terms,
)
from kaihoken.access.people.role import Right, Role, require_right
from kaihoken.audit import Committer
from kaihoken.clock import Clock
from kaihoken.problems import Problem
from kaihoken.store import Store, milliseconds

Insured = Callable[[str, str], Awaitable[bool]]
"""Whether a person (their id) is insured with an insurer (its number) today: for nobody else an officer speaks."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants to give: to which account, on which basis, for what, until when. `birthdate` of the person
    acted for is needed where the basis ends at an age; `document` where an officer records it."""

    agent: str
    basis: str
    scopes: frozenset[Scope]
    until: date
    document: str = ""
    birthdate: date | None = None


class Proxies:
    """The proxies of one store."""

    def __init__(self, store: Store, committer: Committer, clock: Clock, insured: Insured) -> None:
        self._store = store
        self._committer = committer
        self._clock = clock
        self._insured = insured
        self._turn = asyncio.Lock()

    async def given_for(self, person: str) -> list[Proxy]:
        """Who acts, or acted, for a person, newest first: for the person's own eyes."""
        return _newest_first(await account_table.proxies_for(self._store, person))

    async def seen_by(self, officer: Account, person: str) -> list[Proxy]:
        """The same for an officer of the person's insurer, on record before it is returned. Problems
        `access.right-missing`, `access.proxy-invalid` (somebody who is not insured there)."""
        await self._require_insured(officer, person)
        entry = recorded.entry_of(recorded.PROXY_SEEN, officer, officer.account_id, (), person)
        await self._committer.commit([entry])
        return await self.given_for(person)

    async def held_by(self, account: Account) -> list[Proxy]:
        """By which an account may act for others today."""
        today = self._clock.today()
        return [
            proxy
            for proxy in _newest_first(await account_table.proxies_of(self._store, account.account_id))
            if any(holds(proxy, account.account_id, proxy.person, scope, today) for scope in Scope)
        ]

    async def give(self, by: Account, person: str, wish: Wish) -> Proxy:
        """Let an account act for a person. The person gives it themselves where the basis allows, else an officer of
        their insurer records it with its document.

        Problems `access.right-missing`, `access.proxy-invalid` naming the field.
        """
        async with self._turn:
            now, today = self._clock.now(), self._clock.today()
            basis = proxy_terms(today).bases.get(wish.basis)
            if basis is None:
                raise Problem("access.proxy-invalid", where="basis")
            own = by.role is Role.PATIENT and by.person == person
            document = ""
            if own:
                require_right(by.role, Right.OWN_PROXIES)
                if not basis.by_person:
                    raise Problem("access.proxy-invalid", where="basis")
            else:
                await self._require_insured(by, person)
                document = checked_document(wish.document)
            agent = await account_table.find(self._store, Account, wish.agent)
            if agent is None or agent.status != "active" or agent.role is not Role.PATIENT:
                raise Problem("access.proxy-invalid", where="agent")
            if agent.person == person:
                raise Problem("access.proxy-invalid", where="agent")
            scopes = checked_scopes(basis, wish.scopes)
            proxy = Proxy(
                proxy_id=new_id(),
                person=person,
                agent=agent.account_id,
                scopes=" ".join(sorted(scopes)),
                basis=wish.basis,
                document=document,
                first_day=today.toordinal(),
                last_day=last_day_of(basis, today, wish.until, wish.birthdate).toordinal(),
                given_by=by.account_id,
                status="given",
                created_ms=milliseconds(now),
            )
            entry = recorded.entry_of(recorded.PROXY_GIVEN, agent, by.account_id, (proxy,), person)
            await self._committer.commit([entry], [account_table.added(proxy)])
            return proxy

    async def revoke(self, by: Account, proxy_id: str) -> Proxy:
        """Take a proxy back: the person, the one who acts by it (who gives it up), or an officer of the person's
        insurer. Doing it twice is no error. Problems `access.proxy-refused` (not theirs, or not there),
        `access.right-missing`."""
        async with self._turn:
            proxy = await account_table.find(self._store, Proxy, proxy_id)
            if proxy is None:
                raise Problem("access.proxy-refused")
            if by.role is Role.PATIENT:
                if by.account_id != proxy.agent and by.person != proxy.person:
                    raise Problem("access.proxy-refused")
            else:
                require_right(by.role, Right.RECORD_PROXY)
                if not await self._insured(proxy.person, by.organisation):
                    raise Problem("access.proxy-refused")
            if proxy.status != "revoked":
                proxy = replace(proxy, status="revoked")
                entry = recorded.entry_of(recorded.PROXY_REVOKED, by, by.account_id, (proxy,), proxy.person)
                await self._committer.commit([entry], [account_table.changed(proxy)])
            return proxy

    async def used(self, proxy_id: str, agent: Account, scope: Scope) -> Proxy:
        """The proxy if it holds today for that. Problem `access.proxy-refused`: ended, taken back, for something else,
        another's, or not there: these read alike. Whoever lets something happen by it puts it on record with both."""
        proxy = await account_table.find(self._store, Proxy, proxy_id)
        if proxy is None or not holds(proxy, agent.account_id, proxy.person, scope, self._clock.today()):
            raise Problem("access.proxy-refused")
        return proxy

    async def _require_insured(self, officer: Account, person: str) -> None:
        require_right(officer.role, Right.RECORD_PROXY)
        if not await self._insured(person, officer.organisation):
            raise Problem("access.proxy-invalid", where="person")


def _newest_first(proxies: list[Proxy]) -> list[Proxy]:
    return sorted(proxies, key=lambda proxy: proxy.created_ms, reverse=True)
