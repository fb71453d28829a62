"""A store with its log, sessions and a door for people, without a hub."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from kaihoken.access import Limits
from kaihoken.access.people import Account, Accounts, RelyingParty, Role, Sessions, SignedIn, SignIn
from kaihoken.access.people.role import OF_ONE_PERSON
from kaihoken.audit import Committer
from kaihoken.clock import FixedClock
from kaihoken.store import FileKeys, Purpose, Store, create_store

from ..builders import Ticker
from .passkeys import SoftPasskey

NOW = datetime(2026, 11, 20, 1, 2, 3, tzinfo=UTC)
PARTY = RelyingParty.at("https://hub.example")
FACILITY, OTHER_FACILITY, INSURER = "1310112345", "1312345678", "01130012"
OTHER_INSURER = "06139901"
BROWSER = b"b" * 32


@dataclass
class House:
    """Everything of people over one store."""

    store: Store
    committer: Committer
    clock: FixedClock
    ticks: Ticker
    sessions: Sessions
    accounts: Accounts
    door: SignIn

    def wait(self, **period: float) -> None:
        passed = timedelta(**period)
        self.clock.at += passed
        self.ticks.pass_seconds(passed.total_seconds())

    async def somebody(
        self,
        role: Role = Role.MANAGER,
        organisation: str = FACILITY,
        person: str = "",
    ) -> tuple[Account, SoftPasskey]:
        """Somebody who was invited at the command line and has a passkey."""
        if role not in (Role.STAFF, Role.MANAGER, Role.OFFICER, Role.SUPERVISOR):
            organisation = ""
        if role in OF_ONE_PERSON:
            person = person or "ab" * 16
        account, code = await self.accounts.invite(None, role, organisation, person, "青空 花子")
        passkey = a_passkey()
        return await self.accept(account, code, passkey), passkey

    async def accept(self, account: Account, code: str, passkey: SoftPasskey) -> Account:
        asked = await self.door.ask_to_enrol(account, BROWSER)
        made = self.door.new_passkey(
            account, "わたしのスマホ", asked.challenge, passkey.created(asked.challenge), BROWSER
        )
        return await self.accounts.accept(code, made)

    async def add(self, account: Account, passkey: SoftPasskey, name: str = "べつのスマホ") -> None:
        asked = await self.door.ask_to_enrol(account, BROWSER)
        made = self.door.new_passkey(
            account, name, asked.challenge, passkey.created(asked.challenge), BROWSER
        )
        await self.accounts.add_authenticator(account, made)

    async def sign_in(self, passkey: SoftPasskey) -> SignedIn:
        asked = self.door.ask("sign-in", BROWSER)
        return await self.door.with_passkey(asked.challenge, passkey.answer(asked.challenge), BROWSER)

    async def kinds(self) -> list[str]:
        """The kinds of all records, in order."""
        log = self.committer.log
        return [
            (await log.record(batch.seq, place)).kind
            for batch in await log.batches(0, await log.size())
            for place in range(len(batch.leaves))
        ]


def a_passkey(*, verifies: bool = True) -> SoftPasskey:
    return SoftPasskey(PARTY.rp_id, PARTY.origin, verifies=verifies)


@asynccontextmanager
async def a_house(
    location: str | Path, keys: Path, limits: Limits | None = None, purpose: Purpose = "production"
) -> AsyncIterator[House]:
    clock, ticks = FixedClock(NOW), Ticker()
    store = await create_store(location, purpose=purpose, clock=clock)
    committer = await Committer.open(store, FileKeys.create(keys, clock), clock, None, None)
    try:
        yield a_house_on(store, committer, clock, ticks, limits)
    finally:
        await committer.close()
        await store.close()


def a_house_on(
    store: Store, committer: Committer, clock: FixedClock, ticks: Ticker, limits: Limits | None = None
) -> House:
    """The house of a program that starts now on this store."""
    sessions = Sessions(ticks)
    accounts = Accounts(store, committer, clock, sessions)
    door = SignIn(accounts, sessions, PARTY, clock, ticks, limits or Limits())
    return House(store, committer, clock, ticks, sessions, accounts, door)
