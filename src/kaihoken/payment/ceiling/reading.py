"""A household's month, or its months, from a YAML file (docs/payment.md shows one)."""

import re
from datetime import date

import msgspec

from kaihoken import rules
from kaihoken.payment.ceiling.household import Care, Household, Member, Percent, Supplement, Unit
from kaihoken.payment.ceiling.one import age_group, class_named, group_of_age, turns_75_in
from kaihoken.payment.shares import statutory_share
from kaihoken.problems import Problem

_MONTH = re.compile(r"(?!0000)[0-9]{4}-(0[1-9]|1[0-2])")
_INSURANCE = "06"  # 法別番号 of any 健康保険: under 70 every insurance asks for the same share
_SCHOOL_AGE, _ELDERLY_AGE = 7, 70


class _Person(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`born` or `age`; `percent` where these do not settle it."""

    person: str
    born: date | None = None
    age: int | None = None
    percent: Percent | None = None
    halved: bool | None = None


class _Insurer(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"name": "class"}):
    insurer: str
    members: tuple[_Person, ...]
    care: tuple[Care, ...]
    name: str | None = None
    elderly_class: str | None = None
    remuneration: int | None = None
    paid_before: int = 0
    moved_within_prefecture: bool = False
    supplement: Supplement | None = None
    funding: str | None = None


class _Month(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    month: str
    insurers: tuple[_Insurer, ...]


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    month: str | None = None
    insurers: tuple[_Insurer, ...] = ()
    months: tuple[_Month, ...] = ()


def read_month(text: str) -> date:
    """The first day of a month written YYYY-MM. Problem `payment.month`."""
    if not _MONTH.fullmatch(text):
        raise Problem("payment.month", where="month")
    return date.fromisoformat(f"{text}-01")


def read_households(content: bytes) -> tuple[Household, ...]:
    """The months of a file: one with `month` and `insurers`, or a list of such under `months`.

    Problem `payment.household` naming what cannot be read or is missing, `payment.month`.
    """
    try:
        rules.require_plain(content, "file")
        read = msgspec.convert(msgspec.yaml.decode(content), _File)
    except Problem as problem:
        raise Problem("payment.household", where=problem.where, reason=str(problem.facts["reason"])) from None
    except (msgspec.MsgspecError, RecursionError, ValueError) as error:
        raise Problem("payment.household", where="file", reason=str(error)) from None
    one = () if read.month is None else (_Month(read.month, read.insurers),)
    months = (*one, *read.months)
    if not months:
        raise Problem("payment.household", where="file", reason="month")
    return tuple(_household(month) for month in months)


def _household(read: _Month) -> Household:
    month = read_month(read.month)
    return Household(month=month, units=tuple(_unit(insurer, month) for insurer in read.insurers))


def _unit(read: _Insurer, month: date) -> Unit:
    return Unit(
        insurer=read.insurer,
        members=tuple(_member(person, month) for person in read.members),
        care=read.care,
        name=read.name and class_named(read.name),
        elderly_name=read.elderly_class and class_named(read.elderly_class),
        remuneration=read.remuneration,
        paid_before=read.paid_before,
        halved=read.moved_within_prefecture,
        supplement=read.supplement,
        funding=read.funding,
    )


def _member(read: _Person, month: date) -> Member:
    if read.born is not None:
        group = age_group(read.born, month)
        known = statutory_share(read.born, month, law=_INSURANCE).percent
        halved = turns_75_in(read.born, month)
    elif read.age is not None:
        group = group_of_age(read.age)
        known = 30 if _SCHOOL_AGE <= read.age < _ELDERLY_AGE else None
        halved = False
    else:
        raise Problem("payment.household", where=read.person, reason="born")
    percent = known if read.percent is None else read.percent
    if percent is None:
        raise Problem("payment.household", where=read.person, reason="percent")
    return Member(
        person=read.person,
        group=group,
        percent=percent,
        halved=halved if read.halved is None else read.halved,
    )
