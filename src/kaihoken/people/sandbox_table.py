"""The sandbox's table as `sandbox.yaml` holds it, and what its days mean."""

import re
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from typing import Literal

import msgspec
import yaml

from kaihoken.coverage import MatchState

Play = Literal["in-progress", "abnormal", "delay"]


class Rehearsal(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the hub plays instead of a plain answer: 処理中, 異常終了, or an answer that comes `seconds` late."""

    play: Play
    seconds: float = 0.0


class Expected(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What comes back: 資格有効性 ("" where the question cannot be decided), the situation behind it, advisories that
    must be among those told, and the share, 適用区分 or consents to medical items where the case is about it."""

    validity: str
    situation: str
    advisories: tuple[str, ...] = ()
    share_percent: int | None = None
    limit: str | None = None
    medical: tuple[str, ...] | None = None


class InsurerEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A reserved insurer."""

    number: str
    name: str


class LimitEntry(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"start": "from", "end": "to"}
):
    """限度額適用認定証."""

    category: str
    start: str
    end: str
    classification: str = "01"
    long_term: str | None = None


class ElderlyEntry(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"start": "from", "end": "to"}
):
    share_percent: int
    start: str
    end: str


class DiseaseEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"start": "from"}):
    """特定疾病療養受療証."""

    category: str
    start: str
    monthly_limit_yen: int


class TicketEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"kind": "type"}):
    """医療券・調剤券 of this month for the test facility. Codes as in OQSCD018 to 021."""

    kind: str = "01"
    treatment: str = "02"
    combined: str = "01"
    insurance: str = "02"
    self_pay_yen: int = 0


class ThenEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What was said of the same coverage afterwards."""

    match: MatchState | None = None
    withdrawn: bool = False


class CoverageEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A coverage; `insurer` names one of the reserved insurers."""

    insurer: str
    number: str
    acquired: str
    symbol: str = ""
    branch: str = ""
    relation: str = "1"
    classification: str = "01"
    insured_name: str = ""
    lost: str | None = None
    loss_reason: str = ""
    issued: str | None = None
    valid_from: str | None = None
    valid_to: str | None = None
    share_percent: int | None = None
    match: MatchState = "visible"
    non_disclosure: bool = False
    received: str | None = None
    elderly: ElderlyEntry | None = None
    limits: tuple[LimitEntry, ...] = ()
    diseases: tuple[DiseaseEntry, ...] = ()
    ticket: TicketEntry | None = None
    then: ThenEntry | None = None


class SubsidyEntry(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"start": "from", "end": "to"}
):
    payer: str
    recipient: str
    scheme: str
    start: str
    end: str | None = None
    self_pay_yen: int | None = None


class CardEntry(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"start": "from", "end": "to"}
):
    """A certificate."""

    serial: str
    start: str
    end: str
    revoked: str | None = None


class ReferenceEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """照会番号 that the test facility gave the person, for the coverage with that `number`."""

    reference_number: str
    number: str
    registered: str


class PersonEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A person with everything stated of them."""

    key: str
    name: str
    kana: str
    sex: str
    born: str
    coverages: tuple[CoverageEntry, ...]
    subsidies: tuple[SubsidyEntry, ...] = ()
    certificates: tuple[CardEntry, ...] = ()
    references: tuple[ReferenceEntry, ...] = ()
    other_name: str = ""
    other_kana: str = ""
    sex_other: str = ""


class CaseEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A question: by `number` (one of the person's, changed by `ask`), by `serial`, or by `reference`."""

    key: str
    ja: str
    en: str
    person: str
    expect: Expected
    number: str = ""
    serial: str = ""
    reference: str = ""
    ask: dict[str, str] = {}
    presented: str = ""
    consents: tuple[str, ...] = ()
    encoding: str = "utf-8"
    rehearsal: Rehearsal | None = None


class Sandbox(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole table."""

    schema: int
    facility: str
    issuer: str
    insurers: dict[str, InsurerEntry]
    people: tuple[PersonEntry, ...]
    cases: tuple[CaseEntry, ...]


@cache
def table() -> Sandbox:
    """The table that ships."""
    text = files("kaihoken.people").joinpath("sandbox.yaml").read_text(encoding="utf-8")
    return msgspec.convert(yaml.safe_load(text), Sandbox)


_RELATIVE = re.compile(r"(today|month)(?:([+-]\d+)([dmy]?))?(?:\+(\d+)d)?")
_CALENDAR = re.compile(r"year-(\d+)-(\d\d)-(\d\d)")
_YEARLY = re.compile(r"(since|until)-(\d\d)-(\d\d)")


def day(text: str, as_of: date) -> date:
    """The day that an expression of `sandbox.yaml` means. ValueError for what is none."""
    if calendar := _CALENDAR.fullmatch(text):
        years, month, of_month = map(int, calendar.groups())
        return date(as_of.year - years, month, of_month)
    if yearly := _YEARLY.fullmatch(text):
        side, month, of_month = yearly[1], int(yearly[2]), int(yearly[3])
        this_year = date(as_of.year, month, of_month)
        if side == "since":
            return this_year if this_year <= as_of else this_year.replace(year=as_of.year - 1)
        return this_year if this_year >= as_of else this_year.replace(year=as_of.year + 1)
    relative = _RELATIVE.fullmatch(text)
    if relative is None:
        return date.fromisoformat(text)
    anchor, count, unit, days = relative.groups()
    steps = int(count or 0)
    if anchor == "month":
        return months_later(as_of.replace(day=1), steps) + timedelta(days=int(days or 0))
    if unit == "d":
        return as_of + timedelta(days=steps)
    return months_later(as_of, steps * 12 if unit == "y" else steps)


def months_later(start: date, months: int) -> date:
    """So many months later, on the last day of the month where it has no such day."""
    month = start.month - 1 + months
    year, month = start.year + month // 12, month % 12 + 1
    for of_month in (start.day, 30, 29):
        try:
            return date(year, month, of_month)
        except ValueError:
            continue
    return date(year, month, 28)
