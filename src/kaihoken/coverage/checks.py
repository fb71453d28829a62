"""The messages of POST /v1/eligibility-checks, and what each asks: what clients write and hubs read."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import Annotated, Literal

import msgspec

from kaihoken.card.presence import Bound, Purpose, agreed
from kaihoken.clock import tokyo_day
from kaihoken.consent import COVERAGE_ITEMS, Care, Means, check_giving
from kaihoken.coverage.answer import Answer
from kaihoken.coverage.cards.messages import TerminalName
from kaihoken.coverage.cards.questions import NO_CARDS, CardQuestions
from kaihoken.coverage.free_text import LONGEST_TEXT, check_characters, check_lengths
from kaihoken.coverage.inquiry import (
    BY_TERMINAL,
    CardProof,
    CertificateInquiry,
    Chart,
    Consent,
    Looked,
    NumberInquiry,
    Presented,
    ReferenceInquiry,
    Spoken,
    birthdate_asked,
    insurer_asked,
    reference_asked,
)
from kaihoken.coverage.shape import read_message
from kaihoken.identity import (
    LONGEST_SERIAL,
    canonical_branch,
    canonical_issuer,
    canonical_number,
    canonical_serial,
)
from kaihoken.problems import Problem
from kaihoken.web import Language

_LONG_AGO = timedelta(days=1)

LONGEST_SIGN = 40
"""Characters of the sign of a member of staff."""


class ChartRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the clinic's record says, to be compared with the answer."""

    kana: str = ""
    name: str = ""
    relation: str = ""
    share_percent: int | None = None
    sex: str = ""


class SpokenRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who of the staff recorded what the patient said: the facility's own sign for them, no name, at most 40
    characters. `at` may be left out: now."""

    staff: str
    at: Annotated[datetime, msgspec.Meta(tz=True)] | None = None


class CheckRequest(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="by", gc=False
):
    """What every check may carry."""

    on: date | None = None
    known_at: Annotated[datetime, msgspec.Meta(tz=True)] | None = None
    consents: tuple[Consent, ...] = ()
    chart: ChartRequest | None = None
    language: Language = "ja"
    if_unchanged: str | None = None


class NumberCheck(CheckRequest, frozen=True, tag="number"):
    """By 保険者番号, 記号, 番号, 枝番 and 生年月日. 記号 and 枝番 may be left out."""

    insurer_number: str
    number: str
    birthdate: date
    symbol: str = ""
    branch: str = ""
    presented: Literal["card", "phone", "confirmation", "number", "nothing"] = "number"
    spoken: SpokenRequest | None = None


class CertificateCheck(CheckRequest, frozen=True, tag="certificate"):
    """By 利用者証明用電子証明書 whose possession the terminal has checked: its issuer as RFC 4514 writes it, its serial
    in decimal. `care`, `means` (left out: the reader, or from home in online care) and `examined_on` (left out: today)
    say for what the consents are given."""

    issuer: str
    serial: str
    presented: Literal["card", "phone"] = "card"
    care: Care = Care.OUTPATIENT
    means: Means | None = None
    examined_on: date | None = None


class PresenceCheck(CheckRequest, frozen=True, tag="presence"):
    """By a card whose presence was proved to this hub: the `presence` that POST /v1/card-presences answered, at the
    same `terminal`. `consents`, `care`, `means` and `examined_on` are those that were signed there, and no others."""

    presence: str
    terminal: TerminalName
    care: Care = Care.OUTPATIENT
    means: Means | None = None
    examined_on: date | None = None


class FacePresence(PresenceCheck, frozen=True, tag="presence"):
    """The same as the message for `face`, with `prescription_form` as in `FaceCheck`."""

    prescription_form: Literal["1", "2"] | None = None


class FaceCheck(CertificateCheck, frozen=True, tag="certificate"):
    """A card at the reader whose answer goes into `face`. `prescription_form` is what the patient chose there,
    electronic or on paper (処方箋発行形態, OQSCD017); it is told where the facility has the reader ask (環境設定), and
    passed over where not."""

    prescription_form: Literal["1", "2"] | None = None


class ReferenceCheck(CheckRequest, frozen=True, tag="reference"):
    """By 照会番号, the asking facility's own number for its patient, and 生年月日, without which one slip of the keys
    would open somebody else's record."""

    reference_number: str
    birthdate: date
    presented: Literal["card", "phone", "confirmation", "number", "nothing"] = "number"
    spoken: SpokenRequest | None = None


Check = NumberCheck | CertificateCheck | PresenceCheck | ReferenceCheck


class CheckAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """What a check answers. `answer` is left out where `unchanged` is true; `answer_hash` (SHA-256 of the answer's
    bytes) is what the record names and what `if_unchanged` of a later question holds. `facts_known_at` is the commit
    up to which facts counted. `receipt` proves that the record of this answer stands in the hub's log."""

    answer_hash: str
    answered_at: datetime
    facts_known_at: int
    receipt: dict[str, object]
    answer: Answer | None = None
    unchanged: bool = False


_NAMES = frozenset(
    name
    for kind in (NumberCheck, FaceCheck, FacePresence, ReferenceCheck, ChartRequest, SpokenRequest)
    for name in ("by", *kind.__struct_fields__)
)

_decoder: msgspec.json.Decoder[Check] = msgspec.json.Decoder(Check)
_face_decoder: msgspec.json.Decoder[Check] = msgspec.json.Decoder(
    NumberCheck | FaceCheck | FacePresence | ReferenceCheck
)


def read_check(body: bytes) -> Check:
    """The request in a body. Problems of `read_message`."""
    return read_message(body, _decoder, _NAMES)


def read_face(body: bytes) -> FaceCheck | FacePresence:
    """The card at a reader in a body. Problems of `read_message` and `checked_texts`; `coverage.face-by-card` for a
    check by anything else."""
    request = read_message(body, _face_decoder, _NAMES)
    if not isinstance(request, FaceCheck | FacePresence):
        raise Problem("coverage.face-by-card", where="by")
    checked_texts(request)
    return request


def checked_texts(request: Check) -> Check:
    """The request, if none of its free texts is too long or holds what no text may. Problems
    `coverage.request-length`, `coverage.request-character`."""
    check_lengths(texts_of(request))
    check_characters(texts_of(request))
    return request


def inquiry_of(
    request: Check,
    facility: str,
    now: Callable[[], datetime],
    cards: CardQuestions = NO_CARDS,
    purpose: Purpose = Purpose.ELIGIBILITY,
) -> Looked:
    """What a request of a facility asks. `cards` says which questions about a card are taken, `purpose` for what a
    presence must have been proved. Problems of identity and `consent.…`, with the field as `where`, and of `cards`."""
    chart = request.chart
    compared = (
        Chart(chart.kana, chart.name, chart.relation, chart.share_percent, chart.sex) if chart else None
    )
    consents = _consents(request.consents)
    if isinstance(request, CertificateCheck | PresenceCheck):
        if isinstance(request, CertificateCheck):
            cards.require_terminal_taken()
            card = _card_named(request)
        else:
            agreement = agreed(consents, request.care, request.means, request.examined_on)
            bound = Bound(facility, request.terminal, purpose)
            card = cards.card_of(request.presence, bound, agreement, now())
        issuer, serial, presented, proof = card
        return CertificateInquiry(
            issuer,
            serial,
            facility,
            tokyo_day(now()),
            presented,
            consents,
            compared,
            request.care,
            request.means or means_in(request.care),
            request.examined_on,
            proof,
        )
    _check_without_card(consents)
    spoken = None
    if request.spoken is not None:
        spoken = spoken_words(request.spoken.staff, request.spoken.at, consents, now())
    if isinstance(request, ReferenceCheck):
        return ReferenceInquiry(
            reference_asked(request.reference_number, "reference_number"),
            birthdate_asked(request.birthdate, tokyo_day(now()), "birthdate"),
            facility,
            Presented(request.presented),
            consents,
            compared,
            spoken,
        )
    if not canonical_number(request.number):
        raise Problem("coverage.request-number", where="number")
    canonical_branch(request.branch, "branch")
    return NumberInquiry(
        insurer_asked(request.insurer_number, facility, "insurer_number"),
        request.symbol,
        request.number,
        request.branch,
        birthdate_asked(request.birthdate, tokyo_day(now()), "birthdate"),
        facility,
        Presented(request.presented),
        consents,
        compared,
        spoken,
    )


def _card_named(request: CertificateCheck) -> tuple[str, str, Presented, CardProof]:
    """The certificate that a terminal names, in the form in which it is compared."""
    for name in ("issuer", "serial"):
        if not getattr(request, name):
            raise Problem("coverage.request-length", where=name, most=LONGEST_TEXT)
    issuer, serial = canonical_issuer(request.issuer), canonical_serial(request.serial)
    if not issuer:
        raise Problem("coverage.request-issuer", where="issuer")
    if not serial:
        raise Problem("coverage.request-serial", where="serial", most=LONGEST_SERIAL)
    return issuer, serial, Presented(request.presented), BY_TERMINAL


def _check_without_card(consents: frozenset[Consent]) -> None:
    """Medical items need the card; of the others the matrix shows what it may."""
    if consents and not consents <= COVERAGE_ITEMS:
        first = min(consents - COVERAGE_ITEMS)
        care, means = Care.OUTPATIENT.value, Means.SPOKEN.value
        raise Problem("consent.means", where="consents", item=first.value, care=care, means=means)


def means_in(care: Care) -> Means:
    """By which means a card gives consents where nothing else is said: from home in online care, else at the reader."""
    return Means.HOME if care is Care.ONLINE else Means.CARD


def spoken_words(sign: str, said_at: datetime | None, consents: frozenset[Consent], now: datetime) -> Spoken:
    """What staff recorded. Problems `consent.staff`, `consent.instant`, and those of what nobody can agree to in
    words."""
    staff, at = sign.strip(), said_at or now
    if not 0 < len(staff) <= LONGEST_SIGN:
        raise Problem("consent.staff", where="spoken.staff", most=LONGEST_SIGN)
    if not timedelta() <= now - at <= _LONG_AGO:
        raise Problem("consent.instant", where="spoken.at")
    check_giving(consents, Care.OUTPATIENT, Means.SPOKEN, now)
    return Spoken(staff, at)


def texts_of(request: Check) -> Iterator[tuple[str, str]]:
    """The free texts of a question, with their places."""
    if request.chart is not None:
        yield from ((f"chart.{name}", getattr(request.chart, name)) for name in _CHART_TEXTS)
    if isinstance(request, NumberCheck | ReferenceCheck) and request.spoken is not None:
        yield "spoken.staff", request.spoken.staff
    yield from ((name, getattr(request, name)) for name in _OWN_TEXTS[type(request)])


_CHART_TEXTS = ("kana", "name", "relation", "sex")
_OWN_TEXTS: Mapping[type[Check], tuple[str, ...]] = MappingProxyType(
    {
        NumberCheck: ("insurer_number", "symbol", "number", "branch"),
        CertificateCheck: ("issuer", "serial"),
        FaceCheck: ("issuer", "serial"),
        PresenceCheck: ("presence", "terminal"),
        FacePresence: ("presence", "terminal"),
        ReferenceCheck: ("reference_number",),
    }
)


_NONE: frozenset[Consent] = frozenset()


def _consents(consents: tuple[Consent, ...]) -> frozenset[Consent]:
    return frozenset(consents) if consents else _NONE
