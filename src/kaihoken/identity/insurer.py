"""保険者番号: which insurer.

Eight digits are 法別 2, 都道府県 2, 保険者別 3, 検証 1. A 国保 number has six, without 法別; the four digits of the old
政府管掌 are still met. On the wire all have eight characters, padded with spaces in front; senders pad with zeros too.
"""

from dataclasses import dataclass
from functools import lru_cache

from kaihoken.identity.check_digits import check_digit_ok
from kaihoken.identity.digits import has_digits, placed, plain_digits
from kaihoken.identity.laws import (
    INSURANCE_LAWS,
    NATIONAL_HEALTH_LAW,
    PUBLIC_EXPENSE_LAWS,
    UNKNOWN_LAW,
    LawNumber,
    Scheme,
)
from kaihoken.identity.prefectures import PREFECTURES, Prefecture
from kaihoken.problems import Problem

# The 保険者番号 element of the wire holds the 公費負担者番号 where the coverage is 医療扶助 or the like of it.
_MEDICAL_ASSISTANCE = ("12", "25")

_UNKNOWN = ("77777777", "00777777")


@dataclass(frozen=True, slots=True, order=True)
class InsurerNumber:
    """保険者番号 as eight digits: 国保 with two zeros in front, the old four digits with four.

    Take one from `parse`, or from `as_written` where the digits must be kept though they cannot be right.
    Raises identity.insurer-digits when constructed from anything but eight digits.
    """

    canonical: str

    def __post_init__(self) -> None:
        if not has_digits(self.canonical, 8):
            raise Problem("identity.insurer-digits")

    @staticmethod
    def parse(text: str, where: str = "") -> "InsurerNumber":
        """The insurer that `text` names: 8, 6 or 4 digits, padded with spaces or zeros, of either width.

        Problems: identity.insurer-digits (shape), identity.law-number and identity.prefecture (no such),
        identity.check-digit.
        不詳 (77777777) passes. The old four digits pass unchecked: how they are built is not documented.
        The number of a 福祉事務所 (法別 12, 25) passes too, because 医療扶助 travels in the same element.
        """
        try:
            return _checked(text)
        except Problem as problem:
            raise placed(problem, where) from None

    @staticmethod
    def as_written(text: str, where: str = "") -> "InsurerNumber":
        """The same reading without doubting the digits: only the shape is required (identity.insurer-digits)."""
        try:
            return _shaped(text)
        except Problem as problem:
            raise placed(problem, where) from None

    @property
    def unpadded(self) -> str:
        """As people write it: eight digits, six for 国保, four for the old 政府管掌."""
        if self.canonical.startswith("0000"):
            return self.canonical[4:]
        if self.canonical.startswith("00"):
            return self.canonical[2:]
        return self.canonical

    @property
    def wire(self) -> str:
        """Eight characters with spaces in front, as OQS and UKE carry it."""
        return self.unpadded.rjust(8)

    @property
    def law(self) -> LawNumber:
        """法別番号. 国保 has none: its `code` is ""."""
        return _law(self.canonical)

    @property
    def scheme(self) -> Scheme:
        """制度: 国保, 協会けんぽ, …"""
        return self.law.scheme

    @property
    def prefecture(self) -> Prefecture | None:
        """Where the insurer is, None where the number does not say (不詳, the old four digits)."""
        return PREFECTURES.get(self.canonical[2:4])

    @property
    def check_digit_ok(self) -> bool:
        """Whether the last digit fits. 国保: computed on six digits, which equals the eight with zeros. True for
        what has no check digit: 不詳 and the old four digits."""
        return self._has_no_check_digit or check_digit_ok(self.canonical)

    @property
    def _has_no_check_digit(self) -> bool:
        return self.is_unknown or self.canonical.startswith("0000")

    @property
    def is_unknown(self) -> bool:
        """不詳: sevens where nobody could find the number out (被保険者資格申立書)."""
        return self.canonical in _UNKNOWN

    @property
    def is_medical_assistance(self) -> bool:
        """Whether it is the 公費負担者番号 of 医療扶助, or the like of it, which the register knows as a coverage."""
        return self.canonical[:2] in _MEDICAL_ASSISTANCE

    @property
    def is_national_health_society(self) -> bool:
        """国保組合 rather than a municipality: the insurer's own three digits begin with 3 (one secondary source)."""
        return self.law is NATIONAL_HEALTH_LAW and self.canonical[4] == "3"


@lru_cache(maxsize=8192)
def _law(canonical: str) -> LawNumber:
    if canonical in _UNKNOWN:
        return UNKNOWN_LAW
    code = canonical[:2]
    if code == "00":
        return INSURANCE_LAWS["01"] if canonical[2:4] == "00" else NATIONAL_HEALTH_LAW
    if code in _MEDICAL_ASSISTANCE:
        return PUBLIC_EXPENSE_LAWS[code]
    return INSURANCE_LAWS.get(code, UNKNOWN_LAW)


@lru_cache(maxsize=8192)
def _shaped(text: str) -> InsurerNumber:
    digits = plain_digits(text)
    return InsurerNumber(digits.zfill(8) if len(digits) in (4, 6) else digits)


@lru_cache(maxsize=8192)
def _checked(text: str) -> InsurerNumber:
    number = _shaped(text)
    if number._has_no_check_digit:
        return number
    if number.law is UNKNOWN_LAW:
        raise Problem("identity.law-number", law=number.canonical[:2])
    if number.prefecture is None:
        raise Problem("identity.prefecture", prefecture=number.canonical[2:4])
    if not number.check_digit_ok:
        raise Problem("identity.check-digit", field_ja="保険者番号", field_en="insurer number")
    return number
