"""Sessions: 32 random bytes in a cookie that stand for somebody who has signed in.

Only the SHA-256 is kept, in memory: a restart ends every session, and a copy of the memory opens none. A session ends
after a rest, in any case after its absolute end, at sign-out, at once with its account, and when its holder ends it
from another or changes what they sign in with (`accounts`, `sign_in`). A fresh proof gives it another cookie.
"""

import hashlib
import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from kaihoken.access import base64url
from kaihoken.access.people.account import Account, new_id
from kaihoken.access.people.role import Role
from kaihoken.access.people.terms import Ends
from kaihoken.problems import Problem

MOST_PER_ACCOUNT = 8
MOST_SESSIONS = 200_000

_NS = 1_000_000_000
_MINUTE_NS = 60 * _NS


@dataclass(slots=True)
class Session:
    """Somebody who has signed in. `session_id` names it to its holder and opens nothing; `digest` is that of its
    cookie; `proved` is when they last proved it, in ticks; `form_key` makes the tokens of their forms; `wanted` is the
    page to which they go back after a fresh proof, "" for none."""

    session_id: str
    digest: bytes
    account_id: str
    role: Role
    authenticator_id: str
    began: int
    seen: int
    proved: int
    ends: Ends
    form_key: bytes
    wanted: str = ""

    def form_token(self, form: str) -> str:
        """The token of one form: no other form takes it, and no other session."""
        return base64url.encode(hmac.digest(self.form_key, form.encode(), "sha256"))


@dataclass(frozen=True, slots=True)
class Running:
    """A session that lives, and how long ago it began and was last used."""

    session: Session
    began: timedelta
    used: timedelta


class Sessions:
    """The live sessions of one hub, bounded per account (a new one ends the oldest) and in all."""

    def __init__(self, ticks: Callable[[], int], *, most: int = MOST_SESSIONS) -> None:
        self._ticks = ticks
        self._most = most
        self._live: dict[bytes, Session] = {}
        self._of_account: dict[str, list[bytes]] = {}

    def __len__(self) -> int:
        return len(self._live)

    def begin(self, account: Account, authenticator_id: str, ends: Ends) -> tuple[str, Session]:
        """A new session and its cookie. Problem `access.busy` when the hub holds as many as it may."""
        now = self._ticks()
        if len(self._live) >= self._most:
            self._sweep(now)
            if len(self._live) >= self._most:
                raise Problem("access.busy", retry_after=60)
        cookie = _new_cookie()
        session = Session(
            session_id=new_id(),
            digest=digest_of(cookie),
            account_id=account.account_id,
            role=account.role,
            authenticator_id=authenticator_id,
            began=now,
            seen=now,
            proved=now,
            ends=ends,
            form_key=secrets.token_bytes(32),
        )
        own = self._of_account.setdefault(account.account_id, [])
        own.append(session.digest)
        self._live[session.digest] = session
        if len(own) > MOST_PER_ACCOUNT:
            self._end(own[0])
        return cookie, session

    def find(self, cookie: str) -> Session | None:
        """The live session of a cookie, which is used by this; None where there is none (any more)."""
        session = self._live.get(digest_of(cookie)) if cookie else None
        if session is None:
            return None
        now = self._ticks()
        if self._is_over(session, now):
            self._end(session.digest)
            return None
        session.seen = now
        return session

    def has_proved(self, session: Session, minutes: int) -> bool:
        """Whether somebody proved who they are within so many minutes."""
        return self._ticks() - session.proved < minutes * _MINUTE_NS

    def prove(self, session: Session) -> str:
        """Note a fresh proof: the new cookie of the session, whose old one opens nothing from now on. Problem
        `access.sign-in-required` where it has ended meanwhile."""
        if session.digest not in self._live:
            raise Problem("access.sign-in-required")
        cookie = _new_cookie()
        digest, own = digest_of(cookie), self._of_account[session.account_id]
        own[own.index(session.digest)] = digest
        del self._live[session.digest]
        self._live[digest] = session
        session.digest = digest
        session.proved = self._ticks()
        return cookie

    def end(self, session: Session) -> None:
        """End one session. Ending it twice is no error."""
        if session.digest in self._live:
            self._end(session.digest)

    def of_account(self, account_id: str) -> tuple[Session, ...]:
        """The live sessions of an account, oldest first. Looking is no use of them."""
        now = self._ticks()
        for digest in tuple(self._of_account.get(account_id, ())):
            if self._is_over(self._live[digest], now):
                self._end(digest)
        return tuple(self._live[digest] for digest in self._of_account.get(account_id, ()))

    def running(self, account_id: str) -> tuple[Running, ...]:
        """The same with their times."""
        now = self._ticks()
        return tuple(
            Running(one, _period(now - one.began), _period(now - one.seen))
            for one in self.of_account(account_id)
        )

    def _is_over(self, session: Session, now: int) -> bool:
        return (
            now - session.seen >= session.ends.idle_minutes * _MINUTE_NS
            or now - session.began >= session.ends.absolute_minutes * _MINUTE_NS
        )

    def _sweep(self, now: int) -> None:
        for digest in [digest for digest, session in self._live.items() if self._is_over(session, now)]:
            self._end(digest)

    def _end(self, digest: bytes) -> None:
        account_id = self._live.pop(digest).account_id
        own = self._of_account[account_id]
        own.remove(digest)
        if not own:
            del self._of_account[account_id]


def _new_cookie() -> str:
    return base64url.encode(secrets.token_bytes(32))


def _period(ticks: int) -> timedelta:
    return timedelta(microseconds=ticks // 1000)


def digest_of(cookie: str) -> bytes:
    """By which a session is known."""
    return hashlib.sha256(cookie.encode("utf-8", "replace")).digest()
