"""Accounts of people (利用者): who they are to the hub, by what they sign in, how they are invited.

Nothing is deleted. A disabled account stays for the log that names it; a removed authenticator, used or replaced
invitation likewise. No password and no question stands anywhere: who has lost every authenticator is invited anew.
"""

import re
import secrets
from dataclasses import dataclass
from typing import Literal

from kaihoken.access.people.role import OF_ONE_PERSON, Role, organisation_of
from kaihoken.problems import Problem

AccountStatus = Literal["invited", "active", "disabled"]
AuthenticatorKind = Literal["passkey", "card"]
AuthenticatorStatus = Literal["active", "removed"]
InvitationStatus = Literal["open", "used", "ended"]

MOST_AUTHENTICATORS = 10
LONGEST_NAME = 100
_PERSON = re.compile(r"[0-9a-f]{32}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who may sign in. `organisation` is the 医療機関コード or 保険者番号 that they work for; `person` the
    random id of whom a patient's or participant's account stands for, "" for every other; `created_ms` an instant."""

    account_id: str
    role: Role
    organisation: str
    person: str
    name: str
    status: AccountStatus
    created_ms: int


@dataclass(frozen=True, slots=True)
class Authenticator:
    """What somebody signs in with. `public` is the COSE key of a passkey or the certificate (DER) of a card, `counter`
    the signature counter of a passkey, or how often a card was shown."""

    authenticator_id: str
    account_id: str
    kind: AuthenticatorKind
    name: str
    public: bytes
    counter: int
    status: AuthenticatorStatus
    created_ms: int
    used_ms: int


@dataclass(frozen=True, slots=True)
class Invitation:
    """A one-time code for an account, known by its SHA-256 alone."""

    code_hash: bytes
    account_id: str
    made_by: str
    ends_ms: int
    status: InvitationStatus
    created_ms: int


@dataclass(frozen=True, slots=True)
class Shown:
    """An authenticator that was shown and proved, as it was before, and its counter now."""

    authenticator: Authenticator
    counter: int


def new_id() -> str:
    """A random id: 32 hexadecimal digits that tell nothing of anybody."""
    return secrets.token_hex(16)


def new_account(role: Role, organisation: str, person: str, name: str, at_ms: int) -> Account:
    """An account that waits for its invitation to be accepted. Problem `access.account-invalid` naming the field, or
    what `identity` says of the organisation."""
    if (role in OF_ONE_PERSON) != bool(person) or (person and _PERSON.fullmatch(person) is None):
        raise Problem("access.account-invalid", where="person")
    return Account(
        account_id=new_id(),
        role=role,
        organisation=organisation_of(role, organisation),
        person=person,
        name=checked_name(name),
        status="invited",
        created_ms=at_ms,
    )


def checked_name(name: str) -> str:
    """A name for an account or an authenticator, without blanks around it. Problem `access.account-invalid`."""
    name = name.replace("\u3000", " ").strip()
    if not name.isprintable() or not 0 < len(name) <= LONGEST_NAME:
        raise Problem("access.account-invalid", where="name")
    return name
