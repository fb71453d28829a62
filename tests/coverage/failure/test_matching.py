"""Who fits four items: one coverage that may be shown has to fit them all."""

from datetime import date

import pytest

from kaihoken.coverage.failure import FailureCheck, fitting
from kaihoken.coverage.history import Coverage

from ..people import NOW, a_person, covered_by

BIRTH = date(1980, 1, 1)
ADDRESS = "東京都架空区1-2-3"


def asked(**more: object) -> FailureCheck:
    return FailureCheck(**{"name": "山田太郎", "birthdate": BIRTH, "sex": "1", "address": ADDRESS} | more)


def fits(check: FailureCheck, *coverages: Coverage) -> bool:
    return bool(fitting(check, [a_person(*coverages)], NOW))


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"name": "山田　太郎"},
        {"name": "ヤマダタロウ"},
        {"name": "ﾔﾏﾀﾞ ﾀﾛｳ"},
        {"address": "東京都架空区１－２－３"},
        {"address": "東京都 架空区 1‐2‐3"},
        {"address": "", "insurer_name": "架空の保険者"},
        {"insurer_name": "架空の　保険者"},
    ],
)
def test_what_is_the_same_once_normalised_fits(more: dict[str, str]) -> None:
    assert fits(asked(**more), covered_by())


@pytest.mark.parametrize(
    "more",
    [
        {"name": "山田次郎"},
        {"name": "山田"},
        {"name": "山●太郎"},
        {"birthdate": date(1980, 1, 2)},
        {"sex": "2"},
        {"address": "東京都架空区1-2-4"},
        {"address": "東京都架空区"},
        {"address": "", "insurer_name": "架空の"},
        {"insurer_name": "別の保険者"},
    ],
)
def test_one_item_that_differs_fits_nobody(more: dict[str, object]) -> None:
    assert not fits(asked(**more), covered_by())


def test_a_name_that_lost_a_character_is_found_by_its_reading_and_by_the_other_name() -> None:
    lost = covered_by(name="●田　太郎", other_name="吉田太郎", other_kana="ﾖｼﾀﾞ ﾀﾛｳ")
    assert fits(asked(name="ヤマダ　タロウ"), lost)
    assert fits(asked(name="吉田　太郎"), lost)
    assert fits(asked(name="ヨシダタロウ"), lost)
    assert not fits(asked(name="吉田次郎"), lost)


def test_nothing_is_put_together_from_two_coverages() -> None:
    before = covered_by(insurer="06132013", number="7", address="大阪府架空市9", insurer_name="前の保険者")
    assert not fits(asked(insurer_name="前の保険者"), before, covered_by())
    assert fits(asked(address="大阪府架空市9", insurer_name="前の保険者"), before, covered_by())


def test_an_address_that_must_not_be_told_finds_nobody() -> None:
    hidden = covered_by(non_disclosure=True)
    assert not fits(asked(), hidden)
    assert not fits(asked(insurer_name="架空の保険者"), hidden)
    assert fits(asked(address="", insurer_name="架空の保険者"), hidden)


@pytest.mark.parametrize(
    ("match", "found"),
    [
        ("visible", True),
        ("corrected", True),
        ("suspended-1", True),
        ("suspended-2", True),
        ("suspended-3", False),
        ("pending", False),
    ],
)
def test_a_coverage_that_may_not_be_shown_finds_nobody(match: str, *, found: bool) -> None:
    assert fits(asked(), covered_by(match=match)) is found


def test_an_empty_field_of_the_register_fits_nothing() -> None:
    assert not fits(asked(address="・"), covered_by(address=""))
