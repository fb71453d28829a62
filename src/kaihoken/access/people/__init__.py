"""People: accounts, roles, passkeys, sessions, proxies (docs/accounts.md)."""

from kaihoken.access.people.account import Account, Authenticator
from kaihoken.access.people.accounts import Accounts
from kaihoken.access.people.passkey import RelyingParty
from kaihoken.access.people.recorded import check_accounts
from kaihoken.access.people.role import MANAGES, Right, Role, may, require_right
from kaihoken.access.people.session import Session, Sessions, digest_of
from kaihoken.access.people.sign_in import Asked, SignedIn, SignIn

__all__ = [
    "MANAGES",
    "Account",
    "Accounts",
    "Asked",
    "Authenticator",
    "RelyingParty",
    "Right",
    "Role",
    "Session",
    "Sessions",
    "SignIn",
    "SignedIn",
    "check_accounts",
    "digest_of",
    "may",
    "require_right",
]
