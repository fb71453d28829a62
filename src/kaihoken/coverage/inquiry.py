"""What is asked, once a carrier has read it: by 記号番号, by the certificate of a card or phone, or by 照会番号."""

from datetime import date
from enum import StrEnum
from typing import ClassVar

import msgspec

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


class Consent(StrEnum):
    """What the person agreed to show in this question."""

    LIMIT = "limit"  # 限度額適用認定証関連
    DISEASE = "disease"  # 特定疾病療養受療証
    SUBSIDY = "subsidy"  # 公費・地方単独 (PMH)


class QuestionKind(StrEnum):
    """The ways of asking that disclosure tells apart."""

    NUMBER = "number"
    CERTIFICATE = "certificate"
    REFERENCE = "reference"
    BULK = "bulk"  # 一括照会: many numbers at once, before anybody stands at the counter


class Chart(msgspec.Struct, frozen=True, gc=False):
    """What the clinic's own record says of the patient, to be compared with the answer. Everything optional."""

    kana: str = ""
    name: str = ""
    relation: str = ""  # OQSCD009
    share_percent: int | None = None


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

    @property
    def canonical(self) -> tuple[str, str, str]:
        """記号, 番号 and 枝番 in the form in which they are compared."""
        return canonical_symbol(self.symbol), canonical_number(self.number), canonical_branch(self.branch)


class BulkInquiry(NumberInquiry, frozen=True, gc=False):
    """A question by number in a list: decided as any, and shown less."""

    kind: ClassVar[QuestionKind] = QuestionKind.BULK


class CertificateInquiry(msgspec.Struct, frozen=True, gc=False):
    """A question by 利用者証明用電子証明書 whose possession a terminal has checked.

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


Inquiry = NumberInquiry | CertificateInquiry | ReferenceInquiry

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
