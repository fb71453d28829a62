"""What is asked, once a carrier has read it: by 記号番号, by the certificate of a card or phone, by 照会番号, or again
without the card on a consent that stands."""

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType
from typing import ClassVar, Final

import msgspec

from kaihoken.consent import COVERAGE_ITEMS, Care, Giving, Grant, Item, Means, State
from kaihoken.coverage.history import PersonId
from kaihoken.identity import (
    FacilityCode,
    InsurerNumber,
    canonical_branch,
    canonical_number,
    canonical_reference,
    canonical_symbol,
    has_control_character,
)
from kaihoken.problems import Problem


class Presented(StrEnum):
    """What the person put on the counter."""

    CARD = "card"  # マイナンバーカード
    PHONE = "phone"  # スマホ搭載
    CONFIRMATION = "confirmation"  # 資格確認書
    NUMBER = "number"  # 記号番号 known, from the chart or by word of mouth
    NOTHING = "nothing"


Consent = Item
"""What the person agreed to show."""


class QuestionKind(StrEnum):
    """The ways of asking that disclosure tells apart."""

    NUMBER = "number"
    CERTIFICATE = "certificate"
    REFERENCE = "reference"
    TICKET = "ticket"  # 医療扶助 by month: everybody with a 医療券 of the asking facility
    BULK = "bulk"  # 一括照会: many numbers at once, before anybody stands at the counter
    STANDING = "standing"  # 再照会: without the card, on a consent that stands
    FAILURE = "failure"  # システム障害時モード: by four items, after a call-back
    CLAIMS = "claims"  # who holds a claim (審査支払機関) asks about its day of care
    CARE_DAY = "care-day"  # a facility asks about a day of care of its own, before it claims


class Chart(msgspec.Struct, frozen=True, gc=False):
    """What the clinic's own record says of the patient, to be compared with the answer. Everything optional."""

    kana: str = ""
    name: str = ""
    relation: str = ""  # OQSCD009
    share_percent: int | None = None
    sex: str = ""  # OQSCD007


class Spoken(msgspec.Struct, frozen=True, gc=False):
    """Who of the staff recorded what a patient said, by the facility's own sign for them (no name), and when."""

    staff: str
    at: datetime


def _spoken_giving(facility: str, consents: frozenset[Consent], spoken: Spoken | None) -> Giving | None:
    if spoken is None:
        return None
    return Giving(facility, consents, means=Means.SPOKEN, staff=spoken.staff, spoken_at=spoken.at)


class NumberInquiry(msgspec.Struct, frozen=True, gc=False):
    """A question by 保険者番号, 記号, 番号, 枝番 and 生年月日. 記号 and 枝番 may be empty; texts are verbatim."""

    kind: ClassVar[QuestionKind] = QuestionKind.NUMBER

    insurer: InsurerNumber
    symbol: str
    number: str
    branch: str
    birthdate: date
    facility: str  # 医療機関コード of who asks: a 医療券 is for one facility
    presented: Presented = Presented.NUMBER
    consents: frozenset[Consent] = frozenset()
    chart: Chart | None = None
    spoken: Spoken | None = None

    def giving(self) -> Giving | None:
        """What is to be kept of its consents: spoken words to which somebody put a sign."""
        return _spoken_giving(self.facility, self.consents, self.spoken)

    @property
    def canonical(self) -> tuple[str, str, str]:
        """記号, 番号 and 枝番 in the form in which they are compared."""
        return canonical_symbol(self.symbol), canonical_number(self.number), canonical_branch(self.branch)


class BulkInquiry(NumberInquiry, frozen=True, gc=False):
    """A question by number in a list: decided as any, and shown less."""

    kind: ClassVar[QuestionKind] = QuestionKind.BULK


class ClaimInquiry(NumberInquiry, frozen=True, kw_only=True, gc=False):
    """A question by the numbers of a claim, of who holds it: `facility` is the code of that 審査支払機関, `claimed_by`
    the 医療機関コード of the claim."""

    kind: ClassVar[QuestionKind] = QuestionKind.CLAIMS

    claimed_by: str


class CareDayInquiry(NumberInquiry, frozen=True, gc=False):
    """A question by the numbers that a facility is about to claim by, about a day on which it saw the patient: decided
    as who will hold the claim would, and shown no other coverage than the one asked by."""

    kind: ClassVar[QuestionKind] = QuestionKind.CARE_DAY


class CardProof(msgspec.Struct, frozen=True, gc=False):
    """How it is known that the card was there, as the record says it: the `method` of a presence that this hub proved
    itself, with the name of its `challenge`; `terminal` where who asks has checked it; `read-again` where an earlier
    answer is read again. `coverage_only`: the certificate that was proved is in its months of grace."""

    method: str
    challenge: str = ""
    simulated: bool = False  # a terminal's word stands for 特定機関認証
    coverage_only: bool = False


BY_TERMINAL: Final = CardProof("terminal")
READ_AGAIN: Final = CardProof("read-again")


class CertificateInquiry(msgspec.Struct, frozen=True, gc=False):
    """A question by 利用者証明用電子証明書 whose possession was proved to the hub, or checked by a terminal.

    `presented_on` is the day of that check: whether the certificate still stands is decided for that day, whatever
    day is asked about.
    """

    kind: ClassVar[QuestionKind] = QuestionKind.CERTIFICATE

    issuer: str
    serial: str
    facility: str
    presented_on: date
    presented: Presented = Presented.CARD
    consents: frozenset[Consent] = frozenset()
    chart: Chart | None = None
    care: Care = Care.OUTPATIENT
    means: Means = Means.CARD
    examined_on: date | None = None  # day of the examination for which is consented, None: today
    proof: CardProof = BY_TERMINAL

    def giving(self) -> Giving | None:
        """What is to be kept of its consents: medical items, and whatever outlives the question."""
        if self.care is Care.OUTPATIENT and self.consents <= COVERAGE_ITEMS:
            return None
        return Giving(self.facility, self.consents, self.care, self.means, self.examined_on)


class ReferenceInquiry(msgspec.Struct, frozen=True, gc=False):
    """A question by 照会番号, the asking facility's own number for its patient, with 生年月日: the number alone would
    open somebody else's record after one slip of the keys. The text is verbatim."""

    kind: ClassVar[QuestionKind] = QuestionKind.REFERENCE

    reference_number: str
    birthdate: date
    facility: str  # whose number it is
    presented: Presented = Presented.NUMBER
    consents: frozenset[Consent] = frozenset()
    chart: Chart | None = None
    spoken: Spoken | None = None

    def giving(self) -> Giving | None:
        """What is to be kept of its consents: spoken words to which somebody put a sign."""
        return _spoken_giving(self.facility, self.consents, self.spoken)


class StandingInquiry(msgspec.Struct, frozen=True, gc=False):
    """A question about a person who consented before: without the card, while that consent stands (再照会). `standing`
    holds for each item the consent on which it rests; `over` for each that does not stand any more the last one, with
    the state in which it ended."""

    kind: ClassVar[QuestionKind] = QuestionKind.STANDING

    person: PersonId
    facility: str
    care: Care
    standing: Mapping[Consent, Grant]
    over: Mapping[Consent, tuple[Grant, State]] = MappingProxyType({})
    presented: Presented = Presented.NOTHING
    chart: Chart | None = None

    @property
    def consents(self) -> frozenset[Consent]:
        """The items that may be shown."""
        return frozenset(self.standing)


class TicketInquiry(StandingInquiry, frozen=True, gc=False):
    """A question about a person who has a 医療券 of the asking facility: known by it, and shown what the office has
    entrusted to it. It rests on no consent."""

    kind: ClassVar[QuestionKind] = QuestionKind.TICKET


class FailureInquiry(StandingInquiry, frozen=True, gc=False):
    """A question by four items in system-failure mode, about the one person whom they fit, who is looked for before.
    Where that is not one, `person` is nobody, and `several` tells more than one from none."""

    kind: ClassVar[QuestionKind] = QuestionKind.FAILURE

    several: bool = False


Looked = NumberInquiry | CertificateInquiry | ReferenceInquiry
"""A question whose person is looked up."""

Inquiry = Looked | StandingInquiry

LONGEST_REFERENCE = 50
"""Characters of a 照会番号."""

_TWELVE = 12

OLDEST_YEARS = 125
"""Nobody was ever older, so an earlier birth is a slip."""


def insurer_asked(text: str, facility: str, where: str) -> InsurerNumber:
    """The insurer that a question names. A wrong check digit is refused, with its place, before anything is looked
    up; only a test institution (99…) may ask by a number that cannot exist and is told so beside "not found".

    Problems: those of `InsurerNumber.parse` and `InsurerNumber.as_written`.
    """
    if FacilityCode.parse(facility).is_test:
        return InsurerNumber.as_written(text, where)
    return InsurerNumber.parse(text, where)


def birthdate_asked(birthdate: date, today: date, where: str) -> date:
    """The birthdate that a question names. One that nobody alive can have is refused before anybody is looked up: it
    would find nobody, and say no more than that.

    Problems `coverage.birthdate-future`, `coverage.birthdate-early`, with its place.
    """
    if birthdate > today:
        raise Problem("coverage.birthdate-future", where=where)
    if today.year - birthdate.year > OLDEST_YEARS:
        raise Problem("coverage.birthdate-early", where=where, years=OLDEST_YEARS)
    return birthdate


def reference_asked(text: str, where: str) -> str:
    """照会番号 as a facility sends it. Twelve digits, however they are set apart, could be a 個人番号, which enters
    nowhere.

    Problems `coverage.reference-number`, `coverage.reference-individual-number`, with its place.
    """
    canonical = canonical_reference(text)
    if not canonical or len(text) > LONGEST_REFERENCE or has_control_character(text):
        raise Problem("coverage.reference-number", where=where, most=LONGEST_REFERENCE)
    plain = "".join(filter(str.isalnum, canonical))
    if len(plain) == _TWELVE and plain.isdigit():
        raise Problem("coverage.reference-individual-number", where=where)
    return text
