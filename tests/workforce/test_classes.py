"""The class of an index, at its thresholds and on the printed values."""

from collections import Counter
from datetime import date

import pytest

from kaihoken import rules
from kaihoken.workforce.index import IndexClass, IndexThresholds, Thresholds, classify
from kaihoken.workforce.tables import published_components, published_prefectures

THRESHOLDS = rules.load(IndexThresholds, on=date(2024, 4, 1))


@pytest.mark.parametrize(
    ("index", "expected"),
    [(217.6, "majority"), (217.5, "middle"), (179.4, "middle"), (179.3, "minority")],
)
def test_both_thresholds_belong_to_their_class(index: float, expected: str) -> None:
    assert classify(index, Thresholds(upper=217.6, lower=179.3)) == expected


def test_the_printed_indices_give_the_published_classes_of_areas() -> None:
    printed = published_components().index

    assert Counter(classify(index, THRESHOLDS.area) for index in printed) == {
        IndexClass.MAJORITY: 112,
        IndexClass.MIDDLE: 110,
        IndexClass.MINORITY: 108,
    }


def test_and_of_prefectures() -> None:
    printed = published_prefectures().values()

    assert Counter(classify(index, THRESHOLDS.prefecture) for index in printed) == {
        IndexClass.MAJORITY: 16,
        IndexClass.MIDDLE: 15,
        IndexClass.MINORITY: 16,
    }
