"""What facilities and hub say to each other about consents: the bodies of /v1/consents and of asking again."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import TypeVar

import msgspec

from kaihoken import rules
from kaihoken.consent import (
    LONGEST_DAYS,
    TREATMENT_CODE,
    Care,
    ConsentId,
    ConsentLists,
    EndReason,
    Grant,
    Held,
    Item,
    Means,
    Period,
    State,
    expiry_code,
    state_of,
)
from kaihoken.coverage.checks import Check, NumberCheck, ReferenceCheck, checked_texts
from kaihoken.coverage.shape import read_message
from kaihoken.problems import Problem
from kaihoken.web import Language


class PatientByNumber(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="by", tag="number"
):
    """A patient by the numbers of an answer of before: those of an insurer whose coverage has ended do as well."""

    insurer_number: str
    number: str
    birthdate: date
    symbol: str = ""
    branch: str = ""


class PatientByReference(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="by", tag="reference"
):
    """A patient by the facility's own number (照会番号)."""

    reference_number: str
    birthdate: date


Patient = PatientByNumber | PatientByReference


class StandingCheck(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """再照会: a patient without the card, on a consent that stands. `items` left out: all that stand."""

    patient: Patient
    care: Care
    items: tuple[Item, ...] = ()
    on: date | None = None
    language: Language = "ja"
    if_unchanged: str | None = None


class ConsentDays(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Consents by the days on which they were given, or those of the examinations for which."""

    given_from: date | None = None
    given_to: date | None = None
    examined_from: date | None = None
    examined_to: date | None = None

    @property
    def names_days(self) -> bool:
        """Whether any day is said."""
        return any((self.given_from, self.given_to, self.examined_from, self.examined_to))


class ConsentSearch(ConsentDays, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which consents a facility wants to see of those given to it: in a period of at most 31 days (left out: of today),
    or of one patient, all or those of some days."""

    patient: Patient | None = None
    care: Care | None = None
    standing: bool = False  # only those of which something stands


class ConsentWithdrawal(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """End items of a consent (`items` left out: all), and why."""

    id: str
    reason: EndReason
    items: tuple[Item, ...] = ()


class ItemSaid(msgspec.Struct, frozen=True, omit_defaults=True):
    """Where one item stands. `expiry_code` is 同意有効期限切れ理由 (OQSCD031)."""

    item: Item
    state: State
    ended_at: datetime | None = None
    expiry_code: str | None = None


class ConsentSaid(msgspec.Struct, frozen=True, omit_defaults=True):
    """A consent. `treatment` is 診療区分 (OQSCD028); without `until` no time ends it."""

    id: str
    care: Care
    treatment: str
    means: Means
    given_at: datetime
    examined_on: date
    items: tuple[ItemSaid, ...]
    until: datetime | None = None
    staff: str = ""
    spoken_at: datetime | None = None


class ConsentsAnswer(msgspec.Struct, frozen=True):
    """Consents, oldest first."""

    consents: tuple[ConsentSaid, ...]


LONGEST_OF_PATIENT = 36_525
"""Days of the consents of one patient in one look: a hundred years."""

T = TypeVar("T")


def read_body(body: bytes, kind: type[T]) -> T:
    """A body as one of these messages. Problems of `read_message`."""
    return read_message(body, msgspec.json.Decoder(kind), _NAMES)


def check_of(patient: Patient, language: Language = "ja") -> Check:
    """A patient as a question names them. Problems `coverage.request-length`, `coverage.request-character`."""
    if isinstance(patient, PatientByReference):
        return checked_texts(
            ReferenceCheck(
                reference_number=patient.reference_number, birthdate=patient.birthdate, language=language
            )
        )
    return checked_texts(
        NumberCheck(
            insurer_number=patient.insurer_number,
            symbol=patient.symbol,
            number=patient.number,
            branch=patient.branch,
            birthdate=patient.birthdate,
            language=language,
        )
    )


def period_of(asked: ConsentDays, today: date, most: int = LONGEST_DAYS) -> Period:
    """The days that are meant. Problem `consent.period` for a period that runs backwards or is too long."""
    by_examination = asked.examined_from is not None or asked.examined_to is not None
    begin, end = (
        (asked.examined_from, asked.examined_to) if by_examination else (asked.given_from, asked.given_to)
    )
    first = begin or end or today
    last = end or (first if by_examination else max(first, today))
    if not 0 <= (last - first).days < most:
        where = "examined_from" if by_examination else "given_from"
        raise Problem("consent.period", where=where, most=most)
    return Period(first, last, by_examination)


def listed_period(asked: ConsentDays, care: Care, today: date) -> Period:
    """The days of a list in home or online care: of consents or of examinations, not of both. Problems
    `consent.list-period`, `consent.period`."""
    terms = rules.load(ConsentLists, on=today)
    by_giving = asked.given_from is not None or asked.given_to is not None
    by_examination = asked.examined_from is not None or asked.examined_to is not None
    if by_giving is by_examination or (by_examination and not terms.of(care).by_examination.value):
        raise Problem("consent.list-period", where="examined_from" if by_examination else "given_from")
    return period_of(asked, today, terms.most_days.value)


def consent_named(text: str) -> ConsentId:
    """The id in a message. Problem `consent.unknown` for what is none."""
    try:
        named = bytes.fromhex(text)
    except ValueError:
        named = b""
    if len(named) != _ID_BYTES or text != named.hex():
        raise Problem("consent.unknown", where="id")
    return ConsentId(named)


def said_of_grants(grants: Iterable[Grant], at: datetime) -> bytes:
    """The answer about consents that were given just now."""
    return said_of_consents([Held(grant, {}) for grant in grants], at)


def said_of_consents(held: Sequence[Held], at: datetime) -> bytes:
    """The answer about consents as they stand at an instant."""
    return msgspec.json.encode(answer_of_consents(held, at))


def answer_of_consents(held: Sequence[Held], at: datetime) -> ConsentsAnswer:
    """The same, not yet written."""
    return ConsentsAnswer(tuple(_consent_said(one, at) for one in held))


def _consent_said(held: Held, at: datetime) -> ConsentSaid:
    grant = held.grant
    return ConsentSaid(
        id=grant.consent.hex(),
        care=grant.care,
        treatment=TREATMENT_CODE[grant.care],
        means=grant.means,
        given_at=grant.given_at,
        examined_on=grant.examined_on,
        items=tuple(_item_said(held, item, at) for item in sorted(grant.items)),
        until=grant.until,
        staff=grant.staff,
        spoken_at=grant.spoken_at,
    )


def _item_said(held: Held, item: Item, at: datetime) -> ItemSaid:
    state = state_of(held, item, at)
    end = held.ends.get(item)
    if end is not None:
        ended_at: datetime | None = end.ended_at
    else:
        ended_at = held.grant.until if state is State.EXPIRED else None
    return ItemSaid(item, state, ended_at, expiry_code(state))


_ID_BYTES = 16
_NAMES = frozenset(
    name
    for kind in (StandingCheck, ConsentSearch, ConsentWithdrawal, PatientByNumber, PatientByReference)
    for name in ("by", *kind.__struct_fields__)
)
