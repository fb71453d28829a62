"""The classes of the numbers that a 審査支払機関 reports."""

from datetime import date

import pytest

from kaihoken import rules
from kaihoken.claims.checks import Level, ReportClasses, report_class

NOW = date(2026, 8, 1)


@pytest.mark.parametrize(
    ("number", "known", "level"),
    [
        ("1928", "L1", Level.FILE),
        ("L2118", "L2", Level.RECEIPT),
        ("3006", "L3", Level.RETURN),
        ("4466", "L4", Level.RETURN),
        ("4799", "L4", Level.RETURN),
        ("4800", "L48", Level.NOTICE),
        ("4899", "L48", Level.NOTICE),
        ("4900", "L4", Level.RETURN),
        ("7001", "L7", Level.RETURN),
    ],
)
def test_what_becomes_of_a_claim_by_the_number_reported(number: str, known: str, level: Level) -> None:
    found = report_class(number, NOW)
    assert found is not None
    assert (found.id, found.level) == (known, level)


@pytest.mark.parametrize(
    "number", ["", "L", "0999", "5106", "L5106", "6000", "8000", "193", "31300", "３００６", "-100"]
)
def test_what_is_no_number_of_an_office_check(number: str) -> None:
    assert report_class(number, NOW) is None


def test_one_class_alone_is_of_one_payer_house() -> None:
    classes = rules.load(ReportClasses, on=NOW).classes
    assert {each.id: each.payer_house for each in classes if each.payer_house} == {"L7": "1"}
