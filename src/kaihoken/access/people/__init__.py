"""People: accounts, roles, passkeys, sessions, proxies (docs/accounts.md)."""

from typing import TYPE_CHECKING

from kaihoken.faces import lazily

if TYPE_CHECKING:
    from kaihoken.access.people.account import Account, Authenticator
    from kaihoken.access.people.accounts import BY_COMMAND, Accounts, authenticator_now
    from kaihoken.access.people.card import CardCheck, message_of
    from kaihoken.access.people.passkey import RelyingParty
    from kaihoken.access.people.proxies import Proxies, Wish
    from kaihoken.access.people.proxy import Proxy, Scope, proxy_terms
    from kaihoken.access.people.recorded import check_accounts
    from kaihoken.access.people.role import MANAGES, Right, Role, may, organisation_named, require_right
    from kaihoken.access.people.session import Session, Sessions, digest_of
    from kaihoken.access.people.sign_in import Asked, CardProof, SignedIn, SignIn
    from kaihoken.access.people.visitor import CookieNames, Visitor, cookies_in, new_visit

__all__ = [
    "BY_COMMAND",
    "MANAGES",
    "Account",
    "Accounts",
    "Asked",
    "Authenticator",
    "CardCheck",
    "CardProof",
    "CookieNames",
    "Proxies",
    "Proxy",
    "RelyingParty",
    "Right",
    "Role",
    "Scope",
    "Session",
    "Sessions",
    "SignIn",
    "SignedIn",
    "Visitor",
    "Wish",
    "authenticator_now",
    "check_accounts",
    "cookies_in",
    "digest_of",
    "may",
    "message_of",
    "new_visit",
    "organisation_named",
    "proxy_terms",
    "require_right",
]

if not TYPE_CHECKING:
    __getattr__ = lazily(__name__)
