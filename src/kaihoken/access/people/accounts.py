"""How accounts come, change and go: each change is one record in the log and its writes, committed together.

When `disable` returns, every session of that account is over. Each session that a change ends is a record beside it.
One change at a time: each is checked against the rows as the change before it left them.
"""

import asyncio
import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from kaihoken.access.code import new_code, typed_code
from kaihoken.access.people import account_table, recorded
from kaihoken.access.people.account import (
    MOST_AUTHENTICATORS,
    Account,
    Authenticator,
    AuthenticatorKind,
    Invitation,
    Shown,
    checked_name,
    new_account,
)
from kaihoken.access.people.account_table import Row
from kaihoken.access.people.role import MANAGES, Right, Role, require_right
from kaihoken.access.people.session import Session, Sessions
from kaihoken.access.people.terms import session_terms
from kaihoken.audit import Committer, Entry
from kaihoken.clock import Clock, tokyo_day
from kaihoken.problems import Problem
from kaihoken.store import Store, Write, milliseconds

BY_COMMAND = "command"


class Accounts:
    """Changes the accounts of one store. `sessions` are those of the hub that runs on it (none when offline)."""

    def __init__(
        self, store: Store, committer: Committer, clock: Clock, sessions: Sessions | None = None
    ) -> None:
        self._store = store
        self._committer = committer
        self._clock = clock
        self._sessions = sessions
        self._turn = asyncio.Lock()

    async def account(self, account_id: str) -> Account | None:
        """The account of that id, whatever its status."""
        return await account_table.find(self._store, Account, account_id)

    async def authenticator(self, authenticator_id: str) -> Authenticator | None:
        """The authenticator of that id, whatever its status."""
        return await account_table.find(self._store, Authenticator, authenticator_id)

    async def authenticators_of(self, account_id: str) -> list[Authenticator]:
        """What somebody can sign in with, oldest first."""
        return await account_table.authenticators_of(self._store, account_id)

    async def accounts_of(self, organisation: str) -> list[Account]:
        """The accounts of those who work for an organisation; of "" those of operators and auditors."""
        return await account_table.accounts_of(self._store, organisation)

    async def seen_by(self, by: Account, person: str) -> list[Account]:
        """The account that stands for a person, on record before it is returned. Problem `access.right-missing` unless
        `by` manages the accounts of patients."""
        if Role.PATIENT not in MANAGES[by.role]:
            raise Problem("access.right-missing")
        entry = recorded.entry_of(recorded.SEEN, by, by.account_id, (), person)
        await self._committer.commit([entry])
        return await account_table.accounts_of_person(self._store, person)

    async def invite(
        self, by: Account | None, role: Role, organisation: str, person: str, name: str
    ) -> tuple[Account, str]:
        """A new account and the one-time code that opens it; `by` None is the operator at the command line.

        Problems `access.right-missing` (not a role or organisation that `by` manages), `access.account-invalid`,
        `access.account-exists` (the person has one), and what `identity` says of the organisation.
        """
        async with self._turn:
            _require_manages(by, role)
            account = new_account(role, organisation, person, name, self._now)
            _require_managed(by, account)
            if person and any(
                one.status != "disabled"
                for one in await account_table.accounts_of_person(self._store, person)
            ):
                raise Problem("access.account-exists")
            code, invitation = self._invitation(account, by)
            await self._commit(recorded.INVITED, account, by, added=(account, invitation))
            return account, code

    async def invite_again(self, by: Account | None, account_id: str) -> str:
        """A new code for an account whose holder lost every authenticator, or never used the first. Codes that were
        open are so no more. Problems `access.account-unknown`, `access.right-missing`."""
        async with self._turn:
            account = await self._living(account_id)
            _require_managed(by, account)
            old = [
                replace(one, status="ended")
                for one in await account_table.invitations_of(self._store, account_id)
            ]
            code, invitation = self._invitation(account, by)
            await self._commit(recorded.INVITED, account, by, added=(invitation,), changed=old)
            return code

    async def invited_by(self, code: str) -> Account:
        """The account that a code would open. Problem `access.invitation-refused`: unknown, used, replaced, ended, or
        of a disabled account: these read alike."""
        _, account = await self._open_invitation(code)
        return account

    async def accept(self, code: str, authenticator: Authenticator) -> Account:
        """Use a code up and take the authenticator with which its holder signs in from now on. Whatever they had
        before is lost or in strange hands: it is shut out, and the sessions that still run end. Problems as
        `invited_by`, `access.authenticator-taken`; then the code stays open."""
        async with self._turn:
            invitation, account = await self._open_invitation(code)
            await self._require_free(authenticator)
            account = replace(account, status="active")
            authenticator = replace(authenticator, account_id=account.account_id)
            lost = await self.authenticators_of(account.account_id)
            await self._commit(
                recorded.OPENED,
                account,
                account,
                added=(authenticator,),
                changed=(
                    account,
                    replace(invitation, status="used"),
                    *(replace(one, status="removed") for one in lost),
                ),
                ended=self._sessions_of(account),
            )
            return account

    async def add_authenticator(self, account: Account, authenticator: Authenticator) -> None:
        """Take another authenticator in. Problems `access.authenticator-taken`, `access.authenticators-many`,
        `access.account-unknown`."""
        async with self._turn:
            account = await self._living(account.account_id)
            await self._require_room(account)
            await self._require_free(authenticator)
            await self._commit(recorded.AUTHENTICATOR_ADDED, account, account, added=(authenticator,))

    async def rename_authenticator(self, account: Account, authenticator_id: str, name: str) -> None:
        """Call an authenticator otherwise. Problems `access.account-invalid`, `access.authenticator-unknown`."""
        async with self._turn:
            one = await self._own(account, authenticator_id)
            await self._commit(
                recorded.AUTHENTICATOR_RENAMED,
                account,
                account,
                changed=(replace(one, name=checked_name(name)),),
            )

    async def remove_authenticator(
        self, account: Account, authenticator_id: str, asked_in: Session | None = None
    ) -> None:
        """Shut an authenticator out, with every session of its holder but the one in which it was asked; with that one
        too where this authenticator began it. Problems `access.authenticator-unknown`, `access.authenticator-last`:
        with the last its holder would be shut out."""
        async with self._turn:
            one = await self._own(account, authenticator_id)
            if len(await self.authenticators_of(account.account_id)) == 1:
                raise Problem("access.authenticator-last")
            await self._commit(
                recorded.AUTHENTICATOR_REMOVED,
                account,
                account,
                changed=(replace(one, status="removed"),),
                ended=[
                    session
                    for session in self._sessions_of(account)
                    if session is not asked_in or session.authenticator_id == authenticator_id
                ],
            )

    async def disable(self, by: Account | None, account_id: str) -> Account:
        """Shut somebody out, with every session. Doing it twice is no error. Problems `access.account-unknown`,
        `access.right-missing`."""
        async with self._turn:
            account = await self.account(account_id)
            if account is None:
                raise Problem("access.account-unknown")
            _require_managed(by, account)
            if account.status != "disabled":
                account = replace(account, status="disabled")
                open_ones = await account_table.invitations_of(self._store, account_id)
                ended = [replace(one, status="ended") for one in open_ones]
                sessions = self._sessions_of(account)
                await self._commit(recorded.DISABLED, account, by, changed=(account, *ended), ended=sessions)
            return account

    async def shown(self, kind: str, account: Account, shown: Shown) -> None:
        """Put on record that somebody proved who they are, with the counter of the authenticator that they showed.

        Problem `access.sign-in-refused`: disabled or removed meanwhile, or the same proof twice at the same time.
        """
        async with self._turn:
            living = await self.account(account.account_id)
            if living is None or living.status != "active":
                raise Problem("access.sign-in-refused")
            now = await self.authenticator(shown.authenticator.authenticator_id)
            if now is None or now.status != "active" or now.counter != shown.authenticator.counter:
                raise Problem("access.sign-in-refused")
            used = replace(now, counter=shown.counter, used_ms=self._now)
            await self._commit(kind, living, living, changed=(used,))

    async def signed_out(self, account: Account, times: int = 1) -> None:
        """Put on record that somebody ended so many of their sessions: a record each."""
        entry = recorded.entry_of(recorded.SIGNED_OUT, account, account.account_id, ())
        await self._committer.commit([entry] * times)

    @property
    def _now(self) -> int:
        return milliseconds(self._clock.now())

    def _sessions_of(self, account: Account) -> Sequence[Session]:
        return () if self._sessions is None else self._sessions.of_account(account.account_id)

    def _invitation(self, account: Account, by: Account | None) -> tuple[str, Invitation]:
        code = new_code()
        now = self._clock.now()
        hours = session_terms(tokyo_day(now)).invitation_hours
        invitation = Invitation(
            code_hash=_hash_of(typed_code(code)),
            account_id=account.account_id,
            made_by=_name_of(by),
            ends_ms=milliseconds(now + timedelta(hours=hours)),
            status="open",
            created_ms=milliseconds(now),
        )
        return code, invitation

    async def _open_invitation(self, code: str) -> tuple[Invitation, Account]:
        invitation = await account_table.find(self._store, Invitation, _hash_of(typed_code(code)))
        account = await self.account(invitation.account_id) if invitation else None
        if (
            invitation is None
            or account is None
            or invitation.status != "open"
            or invitation.ends_ms <= self._now
            or account.status == "disabled"
        ):
            raise Problem("access.invitation-refused")
        return invitation, account

    async def _living(self, account_id: str) -> Account:
        account = await self.account(account_id)
        if account is None or account.status == "disabled":
            raise Problem("access.account-unknown")
        return account

    async def _own(self, account: Account, authenticator_id: str) -> Authenticator:
        one = await self.authenticator(authenticator_id)
        if one is None or one.account_id != account.account_id or one.status != "active":
            raise Problem("access.authenticator-unknown")
        return one

    async def _require_room(self, account: Account) -> None:
        if len(await self.authenticators_of(account.account_id)) >= MOST_AUTHENTICATORS:
            raise Problem("access.authenticators-many", most=MOST_AUTHENTICATORS)

    async def _require_free(self, authenticator: Authenticator) -> None:
        if await self.authenticator(authenticator.authenticator_id) is not None:
            raise Problem("access.authenticator-taken")

    async def _commit(
        self,
        kind: str,
        account: Account,
        by: Account | None,
        *,
        added: Sequence[Row] = (),
        changed: Sequence[Row] = (),
        ended: Sequence[Session] = (),
    ) -> None:
        """Put a change on record with its writes, and a record for each session that it ends; then they are over."""
        entries: list[Entry] = [recorded.entry_of(kind, account, _name_of(by), (*added, *changed))]
        entries += [recorded.entry_of(recorded.SIGNED_OUT, account, _name_of(by), ()) for _ in ended]
        writes: list[Write] = [account_table.added(row) for row in added]
        writes += [account_table.changed(row) for row in changed]
        await self._committer.commit(entries, writes)
        if self._sessions is not None:
            for session in ended:
                self._sessions.end(session)


def authenticator_now(
    authenticator_id: str,
    account: Account,
    kind: AuthenticatorKind,
    name: str,
    public: bytes,
    at_ms: int,
    counter: int = 0,
) -> Authenticator:
    """A new authenticator that was not used yet. Problem `access.account-invalid`."""
    return Authenticator(
        authenticator_id=authenticator_id,
        account_id=account.account_id,
        kind=kind,
        name=checked_name(name),
        public=public,
        counter=counter,
        status="active",
        created_ms=at_ms,
        used_ms=at_ms,
    )


def _require_manages(by: Account | None, role: Role) -> None:
    """Problem `access.right-missing` unless `by` manages accounts of that role somewhere."""
    if by is None:
        return
    require_right(by.role, Right.MANAGE_STAFF)
    if role not in MANAGES[by.role]:
        raise Problem("access.right-missing")


def _require_managed(by: Account | None, account: Account) -> None:
    """Problem `access.right-missing` unless `by` manages its role in its organisation, and it is not their own."""
    _require_manages(by, account.role)
    if by is None:
        return
    own = by.role is Role.OPERATOR or by.organisation == account.organisation
    if not own or by.account_id == account.account_id:
        raise Problem("access.right-missing")


def _name_of(by: Account | None) -> str:
    return BY_COMMAND if by is None else by.account_id


def _hash_of(code: str) -> bytes:
    return hashlib.sha256(code.encode()).digest()
