"""Proxies (代理人): somebody acts for another, for some things, until a day. Pure.

A proxy is given by the person themselves or recorded by an insurer's officer with the document it rests on; either
takes it back. Whether it holds is decided anew at each use. Which bases the law knows, how long each lasts and what
it may cover is data (rule family access/proxies)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Annotated, ClassVar, Literal

import msgspec

from kaihoken import rules
from kaihoken.problems import Problem

LONGEST_DOCUMENT = 100


class Scope(StrEnum):
    """One thing that a proxy may be allowed to do for another."""

    COVERAGE = "coverage"  # 資格を見る
    SEEN = "seen"  # だれが見たかを見る
    CONSENTS = "consents"  # 同意を見る、取り消す


ProxyStatus = Literal["given", "revoked"]


@dataclass(frozen=True, slots=True)
class Proxy:
    """`agent` is the account that acts, `person` the id of whom it acts for. `scopes` separated by spaces, days as
    ordinals, first and last included; `document` refers to the paper it rests on, "" where the person gave it."""

    proxy_id: str
    person: str
    agent: str
    scopes: str
    basis: str
    document: str
    first_day: int
    last_day: int
    given_by: str
    status: ProxyStatus
    created_ms: int


class Basis(msgspec.Struct, frozen=True, kw_only=True):
    """What the law knows as a reason to act for another: `ends_at_age` of the person acted for (親権 ends with
    coming of age), `most_days` at a time, which scopes, and whether the person alone can give it (`by_person`)."""

    ends_at_age: Annotated[int, msgspec.Meta(ge=1, le=30)] | None
    most_days: Annotated[int, msgspec.Meta(ge=1, le=3660)] | None
    scopes: tuple[Scope, ...]
    by_person: bool
    source: str


class ProxyTerms(msgspec.Struct, frozen=True, kw_only=True):
    """Rule family access/proxies."""

    family: ClassVar[str] = "access/proxies"

    bases: Mapping[str, Basis]


def proxy_terms(on: date) -> ProxyTerms:
    """The terms of a day."""
    return rules.load(ProxyTerms, on=on)


def last_day_of(basis: Basis, first: date, wanted: date, birthdate: date | None) -> date:
    """The last day of a proxy that begins on `first` and is wanted until `wanted`: never later than its basis lasts.

    Problem `access.proxy-invalid`: it would end before it begins, or the birthdate that ends it is not known.
    """
    last = wanted
    if basis.most_days is not None:
        last = min(last, first + timedelta(days=basis.most_days - 1))
    if basis.ends_at_age is not None:
        if birthdate is None:
            raise Problem("access.proxy-invalid", where="birthdate")
        last = min(last, day_before_age(birthdate, basis.ends_at_age))
    if last < first:
        raise Problem("access.proxy-invalid", where="last_day")
    return last


def day_before_age(birthdate: date, age: int) -> date:
    """The last day on which somebody is younger: one reaches an age at the end of the day before the birthday
    (年齢計算ニ関スル法律), so from the birthday on one is of age."""
    year = birthdate.year + age
    leap_day = (birthdate.month, birthdate.day) == (2, 29)
    birthday = date(year, 3, 1) if leap_day and not _is_leap(year) else birthdate.replace(year=year)
    return birthday - timedelta(days=1)


def checked_scopes(basis: Basis, wanted: frozenset[Scope]) -> frozenset[Scope]:
    """The scopes if the basis covers them. Problem `access.proxy-invalid`."""
    if not wanted or not wanted <= frozenset(basis.scopes):
        raise Problem("access.proxy-invalid", where="scopes")
    return wanted


def checked_document(document: str) -> str:
    """A reference to a document. Problem `access.proxy-invalid`."""
    document = document.strip()
    if not document.isprintable() or not 0 < len(document) <= LONGEST_DOCUMENT:
        raise Problem("access.proxy-invalid", where="document")
    return document


def holds(proxy: Proxy, agent: str, person: str, scope: Scope, on: date) -> bool:
    """Whether by this proxy `agent` may do `scope` for `person` on that day."""
    return (
        proxy.status == "given"
        and proxy.agent == agent
        and proxy.person == person
        and scope.value in proxy.scopes.split()
        and proxy.first_day <= on.toordinal() <= proxy.last_day
    )


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
