"""Numbers beside the insurer's: who pays by law (公費), and which of its people somebody is.

Numbers of people show nothing of themselves in `repr`, because reprs reach logs.
"""

from dataclasses import dataclass, field

from kaihoken.identity.check_digits import check_digit_ok
from kaihoken.identity.digits import placed, plain_digits, require_digits
from kaihoken.identity.laws import LOCAL_LAWS, PUBLIC_EXPENSE_LAWS, UNKNOWN_LAW, LawNumber
from kaihoken.identity.prefectures import PREFECTURES, Prefecture
from kaihoken.problems import Problem


@dataclass(frozen=True, slots=True, order=True)
class PayerNumber:
    """公費負担者番号: 法別 2, 都道府県 2, 実施機関 3, 検証 1. Raises identity.digits when constructed from less."""

    canonical: str

    def __post_init__(self) -> None:
        require_digits(self.canonical, 8, "公費負担者番号", "public expense payer number")

    @staticmethod
    def parse(text: str, where: str = "") -> "PayerNumber":
        """The payer that `text` names. Problems: identity.digits, identity.law-number, identity.prefecture,
        identity.check-digit."""
        number = PayerNumber.as_written(text, where)
        if number.law is UNKNOWN_LAW:
            raise Problem("identity.law-number", where=where, law=number.canonical[:2])
        if number.prefecture is None:
            raise Problem("identity.prefecture", where=where, prefecture=number.canonical[2:4])
        if not number.check_digit_ok:
            raise Problem(
                "identity.check-digit",
                where=where,
                field_ja="公費負担者番号",
                field_en="public expense payer number",
            )
        return number

    @staticmethod
    def as_written(text: str, where: str = "") -> "PayerNumber":
        """The same reading without doubting the digits: only the shape is required (identity.digits)."""
        try:
            return PayerNumber(plain_digits(text))
        except Problem as problem:
            raise placed(problem, where) from None

    @property
    def law(self) -> LawNumber:
        """法別番号: a national law or 地方単独."""
        code = self.canonical[:2]
        return PUBLIC_EXPENSE_LAWS.get(code) or LOCAL_LAWS.get(code, UNKNOWN_LAW)

    @property
    def prefecture(self) -> Prefecture | None:
        """Where the paying office is."""
        return PREFECTURES.get(self.canonical[2:4])

    @property
    def check_digit_ok(self) -> bool:
        """Whether the last digit fits."""
        return check_digit_ok(self.canonical)


@dataclass(frozen=True, slots=True, order=True)
class RecipientNumber:
    """受給者番号 of 公費: 6 digits and 検証 1. Raises identity.digits when constructed from less."""

    canonical: str = field(repr=False)

    def __post_init__(self) -> None:
        require_digits(self.canonical, 7, "受給者番号", "recipient number")

    @staticmethod
    def parse(text: str, where: str = "") -> "RecipientNumber":
        """The recipient that `text` names. Problems: identity.digits, identity.check-digit."""
        number = RecipientNumber.as_written(text, where)
        if not number.check_digit_ok:
            raise Problem(
                "identity.check-digit", where=where, field_ja="受給者番号", field_en="recipient number"
            )
        return number

    @staticmethod
    def as_written(text: str, where: str = "") -> "RecipientNumber":
        """The same reading without doubting the digits: only the shape is required (identity.digits)."""
        try:
            return RecipientNumber(plain_digits(text))
        except Problem as problem:
            raise placed(problem, where) from None

    @property
    def check_digit_ok(self) -> bool:
        """Whether the last digit fits."""
        return check_digit_ok(self.canonical)


@dataclass(frozen=True, slots=True, order=True)
class LateElderlyNumber:
    """被保険者番号 of 後期高齢者医療: 8 digits, no 記号, no 枝番. Raises identity.digits when constructed from less."""

    canonical: str = field(repr=False)

    def __post_init__(self) -> None:
        require_digits(self.canonical, 8, "被保険者番号", "insured person's number")

    @staticmethod
    def parse(text: str, where: str = "") -> "LateElderlyNumber":
        """The number in `text`. Problem: identity.digits. The check digit never refuses."""
        try:
            return LateElderlyNumber(plain_digits(text))
        except Problem as problem:
            raise placed(problem, where) from None

    @property
    def check_digit_ok(self) -> bool:
        """Whether the last digit fits. A warning at most: no source says that this number has a check digit."""
        return check_digit_ok(self.canonical)
