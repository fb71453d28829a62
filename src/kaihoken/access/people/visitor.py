"""A browser that comes to pages of people: the cookies it brought, who has signed in, and the forms it may send.

A cookie holds 32 random bytes and nothing else; `__Host-` binds it to this host and to TLS. A demonstration at
127.0.0.1 has no TLS: there the names are plain and `Secure` is left out, and nowhere else (docs/accounts.md)."""

import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field

from kaihoken.access.people.account import Account
from kaihoken.access.people.role import Right, may
from kaihoken.access.people.session import Session, digest_of
from kaihoken.problems import Problem

_VISIT_COOKIE_BYTES = 32
_FORM_KEY = secrets.token_bytes(32)
"""Makes the form tokens of visitors; of this process, so a restart ends their forms as it ends every session."""


@dataclass(frozen=True, slots=True)
class CookieNames:
    """How the two cookies are called, and with which attributes they are set."""

    session: str
    visit: str
    attributes: str

    @classmethod
    def over(cls, *, tls: bool) -> "CookieNames":
        """Over TLS bound to host and TLS by their names; without TLS (a demonstration on this machine) not."""
        attributes = "Path=/; HttpOnly; SameSite=Strict"
        if tls:
            return cls("__Host-kaihoken", "__Host-kaihoken-visit", f"{attributes}; Secure")
        return cls("kaihoken-local", "kaihoken-local-visit", attributes)

    def setting(self, name: str, value: str) -> tuple[bytes, bytes]:
        """The header that sets a cookie; an empty value takes it away."""
        ends = "" if value else "; Max-Age=0"
        return b"set-cookie", f"{name}={value}; {self.attributes}{ends}".encode()


@dataclass(slots=True)
class Visitor:
    """A browser. `source` is the address from which it came, `visit` its visit cookie; `session` and `account` are None
    where nobody has signed in."""

    source: str
    visit: str
    form: Mapping[str, str] = field(default_factory=dict)
    session: Session | None = None
    account: Account | None = None
    is_new: bool = False  # the browser brought no visit cookie
    is_over: bool = False  # the session whose cookie the browser brought has ended: it forgets
    elsewhere: bool = False  # the browser came by a name for which there are no passkeys

    @property
    def bound_to(self) -> bytes:
        """What a challenge for this browser is bound to: its session where it has one, else its visit."""
        return digest_of(self.visit) if self.session is None else self.session.digest

    @property
    def somebody(self) -> tuple[Session, Account]:
        """Who has signed in. Problem `access.sign-in-required`."""
        if self.session is None or self.account is None:
            raise Problem("access.sign-in-required")
        return self.session, self.account

    def has(self, right: Right) -> bool:
        """Whether who has signed in may do that."""
        return self.account is not None and may(self.account.role, right)

    def form_token(self, form: str) -> str:
        """The token of one form for this browser."""
        if self.session is not None:
            return self.session.form_token(form)
        return hmac.new(_FORM_KEY, digest_of(self.visit) + form.encode(), "sha256").hexdigest()

    def require_form(self, form: str) -> None:
        """Problem `access.form-refused` unless the form that was sent bears its token."""
        sent = self.form.get("token", "").encode("utf-8", "replace")
        if not hmac.compare_digest(self.form_token(form).encode(), sent):
            raise Problem("access.form-refused")


def new_visit() -> str:
    """The value of a visit cookie."""
    return secrets.token_urlsafe(_VISIT_COOKIE_BYTES)


def cookies_in(header: bytes) -> dict[str, str]:
    """The cookies of a request; of one that stands twice the first."""
    found: dict[str, str] = {}
    for part in header.decode("latin-1").split(";"):
        name, sign, value = part.strip().partition("=")
        if sign:
            found.setdefault(name, value)
    return found
