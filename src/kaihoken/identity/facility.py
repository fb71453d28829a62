"""医療機関コード: which hospital, clinic, pharmacy or nursing station.

Ten digits: 都道府県 2, 点数表 1, and the seven that the regional bureau gave (郡市区 2, 機関 4, 検証 1).
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from kaihoken.identity.check_digits import check_digit_ok
from kaihoken.identity.digits import placed, plain_digits, require_digits
from kaihoken.identity.prefectures import PREFECTURES, Prefecture
from kaihoken.problems import Problem

FacilityKind = Literal["medical", "checkup", "dental", "pharmacy", "home-nursing", "other"]

_KINDS: dict[str, FacilityKind] = {
    "1": "medical",
    "2": "checkup",
    "3": "dental",
    "4": "pharmacy",
    "6": "home-nursing",
}

# Computed from the 96,488 codes the regional bureaus published in 2025-08: these four prefectures (埼玉, 千葉, 東京,
# 神奈川) count the check digit over the last seven digits, all others over all ten. 27 codes (宮城 3, 大阪 18, 兵庫 3,
# 奈良 1, 和歌山 2) break the rule of their prefecture: real facilities would be turned away if the digit decided.
_SEVEN_DIGIT_CHECK = frozenset(("11", "12", "13", "14"))

_TEST = "99"


@dataclass(frozen=True, slots=True, order=True)
class FacilityCode:
    """医療機関コード of ten digits. Raises identity.digits and identity.prefecture when constructed from less."""

    canonical: str

    def __post_init__(self) -> None:
        require_digits(self.canonical, 10, "医療機関コード", "medical institution code")
        prefecture = self.canonical[:2]
        if prefecture not in PREFECTURES and prefecture != _TEST:
            raise Problem("identity.prefecture", prefecture=prefecture)

    @staticmethod
    def parse(text: str, where: str = "") -> "FacilityCode":
        """The facility that `text` names: ten digits of either width, spaces around them dropped.

        Problems: identity.digits, identity.prefecture. The check digit never refuses: ask `check_digit_ok` where a
        person types the code in and can look again.
        """
        try:
            return _facility(text)
        except Problem as problem:
            raise placed(problem, where) from None

    @property
    def prefecture(self) -> Prefecture | None:
        """Where the facility is. None for a test institution."""
        return PREFECTURES.get(self.canonical[:2])

    @property
    def kind(self) -> FacilityKind:
        """By 点数表: 1 医科, 2 健診, 3 歯科, 4 調剤, 6 訪問看護."""
        return _KINDS.get(self.canonical[2], "other")

    @property
    def is_test(self) -> bool:
        """A test institution (99…)."""
        return self.canonical.startswith(_TEST)

    @property
    def check_digit_ok(self) -> bool:
        """Whether the last digit fits by the rule of its prefecture. A warning at most."""
        if self.canonical[:2] in _SEVEN_DIGIT_CHECK:
            return check_digit_ok(self.canonical[3:])
        return check_digit_ok(self.canonical)


@lru_cache(maxsize=16384)
def _facility(text: str) -> FacilityCode:
    return FacilityCode(plain_digits(text))
