"""Clients: the facilities, insurers and operators that hold keys, and the registry of them in memory.

The truth is the store's `client` table; the registry is loaded from it at start and follows every change, so that
a question never waits for it. A client or key is never deleted, only disabled: the log names it for ever.
"""

import re
from bisect import bisect_right, insort
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Literal

from kaihoken.access.certificate_binding import MOST_CERTIFICATES, ClientCertificate
from kaihoken.access.key import Algorithm, PublicKey
from kaihoken.access.scopes import HELD_BY, Kind, Scope
from kaihoken.identity import FacilityCode, InsurerNumber
from kaihoken.problems import Problem

Status = Literal["active", "disabled"]
Purpose = Literal["demo", "production"]

MOST_KEYS = 8
_CLIENT_ID = re.compile(r"[a-z0-9][a-z0-9._-]{2,63}", re.ASCII)
_LONGEST_NAME = 200
# As the IR record of a claim names it: 1 支払基金, 2 国保連, and the prefecture. 100 (支払基金 as a whole) is ours.
_REVIEW_CODE = re.compile(r"100|[12](?:0[1-9]|[1-3][0-9]|4[0-7])", re.ASCII)


@dataclass(frozen=True, slots=True)
class ClientKey:
    """One public key of a client. `demo` keys lie readable beside the demonstration and open only a store that was
    created as `demo`. `until` is the last second (since 1970) of a one-time code, 0 for any other key."""

    public: PublicKey
    status: Status = "active"
    demo: bool = False
    until: int = 0

    @property
    def is_code(self) -> bool:
        """Whether it is a one-time code: good for one exchange, until that second, and for nothing else."""
        return self.until > 0


@dataclass(frozen=True, slots=True)
class Client:
    """Who may ask. `code` is the 医療機関コード (10 digits) of a facility, the canonical 保険者番号 (8 digits) of an
    insurer, "1" or "2" with a prefecture (3 digits) of a 審査支払機関, "" for an operator or auditor."""

    client_id: str
    kind: Kind
    code: str
    name: str
    keys: tuple[ClientKey, ...]
    scopes: frozenset[Scope]
    status: Status = "active"
    certificates: tuple[ClientCertificate, ...] = ()

    def key(self, key_id: str) -> ClientKey | None:
        """The key of that id, whatever its status."""
        return next((key for key in self.keys if key.public.key_id == key_id), None)

    def certificate(self, name: str) -> ClientCertificate | None:
        """The certificate of that name, whatever its status."""
        return next((one for one in self.certificates if one.name == name), None)

    def without_certificate(self, name: str) -> "Client":
        """The client after that certificate was disabled. It goes on needing one: whoever needs none any more is
        enrolled anew."""
        return replace(
            self,
            certificates=tuple(
                replace(one, status="disabled") if one.name == name else one for one in self.certificates
            ),
        )

    def without_key(self, key_id: str) -> "Client":
        """The client after that key was disabled."""
        return replace(
            self,
            keys=tuple(
                replace(key, status="disabled") if key.public.key_id == key_id else key for key in self.keys
            ),
        )


def checked(client: Client) -> Client:
    """The client if it may be enrolled, with its code in canonical form.

    Raises Problem `access.client-invalid` naming the field, or what `identity` says of the code.
    """
    if _CLIENT_ID.fullmatch(client.client_id) is None:
        raise _invalid("client_id", "3 to 64 of a-z 0-9 . _ -")
    if not client.name.isprintable() or not 0 < len(client.name) <= _LONGEST_NAME:
        raise _invalid("name", "1 to 200 characters on one line")
    if not 0 < len(client.keys) <= MOST_KEYS:
        raise _invalid("keys", f"1 to {MOST_KEYS} keys")
    if len(client.certificates) > MOST_CERTIFICATES:
        raise _invalid("certificates", f"at most {MOST_CERTIFICATES} certificates")
    if not client.scopes or not client.scopes <= HELD_BY[client.kind]:
        raise _invalid("scopes", "of: " + " ".join(sorted(HELD_BY[client.kind])))
    return replace(client, code=_canonical(client.kind, client.code))


def _canonical(kind: Kind, code: str) -> str:
    if kind is Kind.FACILITY:
        return FacilityCode.parse(code, "code").canonical
    if kind is Kind.INSURER:
        insurer = InsurerNumber.parse(code, "code")
        if insurer.is_unknown:
            raise _invalid("code", "the number of one insurer")
        return insurer.canonical
    if kind is Kind.REVIEW:
        if _REVIEW_CODE.fullmatch(code) is None:
            raise _invalid("code", "100, 1 or 2 with a prefecture of 01 to 47")
        return code
    if code:
        raise _invalid("code", "empty for an operator or auditor")
    return ""


def _invalid(field: str, wanted: str) -> Problem:
    return Problem("access.client-invalid", where=field, wanted=wanted)


class Registry:
    """Every client of one store by its id, in memory.

    Demo keys are kept off the look-up when the store's purpose is not `demo`, however they got into the table.
    """

    def __init__(self, purpose: Purpose, clients: Iterable[Client] = ()) -> None:
        self.purpose: Purpose = purpose
        self._clients: dict[str, Client] = {}
        self._ordered: list[str] = []
        self._owners: dict[str, str] = {}
        self._names: dict[tuple[Kind, str], str] = {}
        for client in clients:
            self.put(client)

    def __len__(self) -> int:
        return len(self._clients)

    def __iter__(self) -> Iterator[Client]:
        return iter(self._clients.values())

    def get(self, client_id: str) -> Client | None:
        return self._clients.get(client_id)

    def behind(self, client_id: str, most: int) -> list[Client]:
        """So many clients behind an id, in the order of ids, however many there are."""
        begin = bisect_right(self._ordered, client_id)
        return [self._clients[one] for one in self._ordered[begin : begin + most]]

    def owner(self, key_id: str) -> str | None:
        """The client that holds a key, disabled or not."""
        return self._owners.get(key_id)

    def name_of(self, kind: Kind, code: str) -> str | None:
        """What a facility, insurer or 審査支払機関 is called; of several clients of one the first names it."""
        return self._names.get((kind, code))

    def put(self, client: Client) -> None:
        """Hold the client as the table now has it."""
        if client.client_id not in self._clients:
            insort(self._ordered, client.client_id)
        self._clients[client.client_id] = client
        if client.code:
            self._names.setdefault((client.kind, client.code), client.name)
        for key in client.keys:
            self._owners[key.public.key_id] = client.client_id

    def signing_key(
        self, client_id: str, key_id: str, algorithm: Algorithm
    ) -> tuple[Client, ClientKey] | None:
        """The client and the key with which an assertion says it was signed, disabled ones too; None when there is
        no such client, key or fit."""
        client = self._clients.get(client_id)
        key = client.key(key_id) if client else None
        if client is None or key is None or key.public.algorithm != algorithm:
            return None
        if key.demo and self.purpose != "demo":
            return None
        return client, key
