"""Signing in (本人認証): from a challenge and what answers it to a session. The steps stand in the order in which they
happen: the attempt is counted, the challenge used up, the proof checked, put on record; only then is there a session.

Every refusal before the proof reads alike (`access.sign-in-refused`): nobody learns whether an account exists.
"""

from collections.abc import Callable
from dataclasses import dataclass

from kaihoken.access.limits import Limits, Meter, network_of, seconds
from kaihoken.access.people import passkey, recorded
from kaihoken.access.people.account import Account, Authenticator, AuthenticatorKind, Shown
from kaihoken.access.people.accounts import Accounts, authenticator_now
from kaihoken.access.people.card import CardCheck, message_of
from kaihoken.access.people.challenge import Challenges, Purpose
from kaihoken.access.people.passkey import RelyingParty
from kaihoken.access.people.role import Right, require_right
from kaihoken.access.people.session import Session, Sessions
from kaihoken.access.people.terms import SessionTerms, session_terms
from kaihoken.access.people.visitor import Visitor
from kaihoken.clock import Clock
from kaihoken.problems import Problem
from kaihoken.store import milliseconds

_EVERYBODY = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a browser is asked to sign: the challenge's name, and the options for its script."""

    challenge: str
    options: passkey.Options


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A session that began: its cookie, shown this once, and whose it is."""

    cookie: str
    session: Session
    account: Account


@dataclass(frozen=True, slots=True)
class CardProof:
    """What a card brings: its certificate (DER) and its signature over the hub's message."""

    certificate: bytes
    signature: bytes


class SignIn:
    """The door of one hub for people. `party` is the site that passkeys are for, `cards` who knows the virtual cards
    that it takes: None on every store but a demonstration's."""

    def __init__(
        self,
        accounts: Accounts,
        sessions: Sessions,
        party: RelyingParty,
        clock: Clock,
        ticks: Callable[[], int],
        limits: Limits,
        cards: CardCheck | None = None,
    ) -> None:
        self.accounts = accounts
        self.sessions = sessions
        self._party = party
        self._clock = clock
        self._ticks = ticks
        self._cards = cards
        self._challenges = Challenges(ticks)
        self._by_source = Meter(limits.sign_in_source)
        self._over_all = Meter(limits.sign_in_overall)
        self._by_person = Meter(limits.person)

    @property
    def terms(self) -> SessionTerms:
        """The terms of today."""
        return session_terms(self._clock.today())

    def admit(self, source: str) -> None:
        """Count one attempt of an address. Problem `access.too-many-requests` with `retry_after` in seconds."""
        now = self._ticks()
        wait = self._over_all.wait(_EVERYBODY, now) or self._by_source.take(network_of(source), now)
        if wait:
            raise Problem("access.too-many-requests", retry_after=seconds(wait))
        self._over_all.take(_EVERYBODY, now)

    def require(self, visitor: Visitor, right: Right | None) -> None:
        """Lets in who has signed in, may do that, and did not ask too often. Problems `access.sign-in-required`,
        those of `admit_somebody` and of `require_right`."""
        _, account = visitor.somebody
        self.admit_somebody(account)
        if right is not None:
            require_right(account.role, right)

    def admit_somebody(self, account: Account) -> None:
        """Count one request of who has signed in: a page may leave a record, and records stay. Problem
        `access.too-many-requests` with `retry_after` in seconds."""
        if wait := self._by_person.take(account.account_id, self._ticks()):
            raise Problem("access.too-many-requests", retry_after=seconds(wait))

    def ask(self, purpose: Purpose, bound_to: bytes, allowed: tuple[Authenticator, ...] = ()) -> Asked:
        """A challenge for `navigator.credentials.get`; `allowed` only once it is known who it is."""
        name = self._challenges.issue(purpose, bound_to, self.terms.challenge_seconds)
        return Asked(name, passkey.request_options(self._party, passkey.bytes_of(name), allowed))

    async def ask_to_enrol(self, account: Account, bound_to: bytes) -> Asked:
        """A challenge for `navigator.credentials.create`."""
        name = self._challenges.issue("enrol", bound_to, self.terms.challenge_seconds)
        existing = await self.accounts.authenticators_of(account.account_id)
        options = passkey.creation_options(self._party, account, passkey.bytes_of(name), existing)
        return Asked(name, options)

    async def with_passkey(self, challenge: str, answer: str, bound_to: bytes) -> SignedIn:
        """A session for who signed the challenge with a passkey. Problems `access.challenge-ended`,
        `access.sign-in-refused`, `access.passkey-unverified`, `access.busy`."""
        account, shown = await self._proved("sign-in", challenge, answer, bound_to)
        await self.accounts.shown(recorded.SIGNED_IN, account, shown)
        return self._begin(account, shown)

    def message_for_card(self, challenge: str) -> bytes:
        """What a card signs for this hub."""
        return message_of(self._party.origin, passkey.bytes_of(challenge))

    async def with_card(self, challenge: str, proof: CardProof, bound_to: bytes) -> SignedIn:
        """A session for who signed the challenge with a virtual card. Problems as `with_passkey`."""
        account, shown = await self._proved_by_card("sign-in", challenge, proof, bound_to)
        await self.accounts.shown(recorded.SIGNED_IN, account, shown)
        return self._begin(account, shown)

    async def confirm_with_card(self, session: Session, challenge: str, proof: CardProof) -> str:
        """A fresh proof with a card: the session's new cookie. Problem `access.sign-in-refused` where it is somebody
        else's."""
        account, shown = await self._proved_by_card("confirm", challenge, proof, session.digest)
        if account.account_id != session.account_id:
            raise Problem("access.sign-in-refused")
        await self.accounts.shown(recorded.CONFIRMED, account, shown)
        return self.sessions.prove(session)

    async def confirm_with_passkey(self, session: Session, challenge: str, answer: str) -> str:
        """A fresh proof of who has signed in already, before something dangerous: the session's new cookie. Problems as
        `with_passkey`; `access.sign-in-refused` where the passkey is somebody else's, `access.sign-in-required` where
        the session has ended meanwhile."""
        account, shown = await self._proved("confirm", challenge, answer, session.digest)
        if account.account_id != session.account_id:
            raise Problem("access.sign-in-refused")
        await self.accounts.shown(recorded.CONFIRMED, account, shown)
        return self.sessions.prove(session)

    def require_fresh(self, session: Session) -> None:
        """Problem `access.proof-old` unless who has signed in proved it within the last minutes."""
        if not self.sessions.has_proved(session, self.terms.step_up_minutes):
            raise Problem("access.proof-old")

    def new_passkey(
        self, account: Account, name: str, challenge: str, answer: str, bound_to: bytes
    ) -> Authenticator:
        """The authenticator that a browser made. Problems `access.challenge-ended`, `access.passkey-refused`,
        `access.passkey-unverified`, `access.account-invalid` (its name)."""
        value = self._challenges.take(challenge, "enrol", bound_to)
        brought = passkey.made(self._party, answer, value)
        made_ms = milliseconds(self._clock.now())
        return authenticator_now(
            brought.passkey_id, account, "passkey", name, brought.public, made_ms, brought.counter
        )

    async def recognise(self, visitor: Visitor, cookie: str) -> None:
        """Tells a visitor who has signed in by the session of a cookie, as things stand now."""
        found = await self.find(cookie)
        visitor.session, visitor.account = found or (None, None)
        visitor.is_over = bool(cookie) and found is None

    async def find(self, cookie: str) -> tuple[Session, Account] | None:
        """Who has signed in with a cookie, as they now are; None where nobody has (any more). A session does not
        outlive its account's being disabled or given another role."""
        session = self.sessions.find(cookie)
        if session is None:
            return None
        account = await self.accounts.account(session.account_id)
        if account is None or account.status != "active" or account.role is not session.role:
            self.sessions.end(session)
            return None
        if self.sessions.find(cookie) is not session:  # ended while the account was read
            return None
        return session, account

    async def sign_out(self, session: Session, account: Account) -> None:
        """End a session, and put it on record."""
        self.sessions.end(session)
        await self.accounts.signed_out(account)

    async def end_session(self, account: Account, session_id: str) -> Session:
        """End one of somebody's own sessions, at once, and put it on record. Problem `access.session-unknown`:
        nobody's, or somebody else's."""
        for session in self.sessions.of_account(account.account_id):
            if session.session_id == session_id:
                await self.sign_out(session, account)
                return session
        raise Problem("access.session-unknown")

    async def end_others(self, kept: Session, account: Account) -> int:
        """End every session of somebody but the one in which they ask, at once, and put each on record; how many."""
        others = [one for one in self.sessions.of_account(account.account_id) if one is not kept]
        for session in others:
            self.sessions.end(session)
        if others:
            await self.accounts.signed_out(account, len(others))
        return len(others)

    async def _proved(
        self, purpose: Purpose, challenge: str, answer: str, bound_to: bytes
    ) -> tuple[Account, Shown]:
        value = self._challenges.take(challenge, purpose, bound_to)
        account, authenticator = await self._held(passkey.passkey_named(answer), "passkey")
        return account, Shown(authenticator, passkey.signed(self._party, answer, value, authenticator))

    async def _proved_by_card(
        self, purpose: Purpose, challenge: str, proof: CardProof, bound_to: bytes
    ) -> tuple[Account, Shown]:
        self._challenges.take(challenge, purpose, bound_to)
        if self._cards is None:
            raise Problem("access.sign-in-refused")
        message = self.message_for_card(challenge)
        card_id = self._cards.proved(proof.certificate, proof.signature, message, self._clock.now())
        account, authenticator = await self._held(card_id, "card")
        return account, Shown(authenticator, authenticator.counter + 1)

    async def _held(self, authenticator_id: str, kind: AuthenticatorKind) -> tuple[Account, Authenticator]:
        """Whose authenticator that is. Problem `access.sign-in-refused`: nobody's, removed, or of somebody disabled."""
        authenticator = await self.accounts.authenticator(authenticator_id)
        if authenticator is None or authenticator.status != "active" or authenticator.kind != kind:
            raise Problem("access.sign-in-refused")
        account = await self.accounts.account(authenticator.account_id)
        if account is None or account.status != "active":
            raise Problem("access.sign-in-refused")
        return account, authenticator

    def _begin(self, account: Account, shown: Shown) -> SignedIn:
        ends = self.terms.of(account.role)
        cookie, session = self.sessions.begin(account, shown.authenticator.authenticator_id, ends)
        return SignedIn(cookie, session, account)
