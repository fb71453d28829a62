"""What cannot stand together in a coverage row: by the insurer's law, and by the person's age in the period."""

from typing import Any

import pytest

from kaihoken.coverage import Coverage

from .a_row import COVERAGE, DISEASE, LATE, LIMIT, SEVENTY, TICKET, WELFARE, read, refused

NATIONAL = {"insurer_number": "00138057"}
SELF_DEFENCE = {"insurer_number": "07130107"}
RETIREES = {"insurer_number": "63138010"}
LOCAL_SUBSIDY = {"insurer_number": "81136244"}


def elderly(valid_from: str, valid_to: str | None = None, percent: int = 20) -> dict[str, Any]:
    return {"elderly": {"valid_from": valid_from, "valid_to": valid_to, "share_percent": percent}}


def limits(*of: tuple[str, str, str | None]) -> dict[str, Any]:
    """限度額 by category, first and last day."""
    return {"limits": [LIMIT | {"category": c, "valid_from": a, "valid_to": b} for c, a, b in of]}


def diseases(*of: tuple[str, str, str | None]) -> dict[str, Any]:
    return {"diseases": [DISEASE | {"category": c, "valid_from": a, "valid_to": b} for c, a, b in of]}


@pytest.mark.parametrize(
    "row",
    [
        COVERAGE | {"classification": "07"},
        COVERAGE | {"insurer_number": "06132013", "classification": "07"},
        COVERAGE | {"insurer_number": "06132013", "classification": "06"},
        COVERAGE | RETIREES | {"classification": "07"},
        COVERAGE | {"insurer_number": "12131108"},  # 福祉事務所, but a certificate of an insurance
        WELFARE | LOCAL_SUBSIDY,
    ],
)
def test_a_classification_that_names_a_scheme_stands_with_its_numbers_only(row: dict[str, Any]) -> None:
    assert refused(row) == ("coverage.row-classification", "rows[0].classification")


@pytest.mark.parametrize(
    "row",
    [
        WELFARE,
        COVERAGE | SELF_DEFENCE | {"classification": "07"},
        COVERAGE | SELF_DEFENCE,  # nothing says that they give no other certificate
        COVERAGE | RETIREES | {"classification": "06"},
        COVERAGE | NATIONAL | {"classification": "02"},
        COVERAGE | NATIONAL | {"classification": "05"},
        COVERAGE | {"insurer_number": "1390"},
    ],
)
def test_other_classifications_stand_with_any_insurance(row: dict[str, Any]) -> None:
    assert isinstance(read(row), Coverage)


@pytest.mark.parametrize("row", [COVERAGE, SEVENTY, SEVENTY | NATIONAL, WELFARE])
def test_a_share_of_the_late_elderly_is_refused_for_others(row: dict[str, Any]) -> None:
    assert refused(row | {"share_percent": 20}) == ("coverage.row-late-share", "rows[0].share_percent")


@pytest.mark.parametrize("percent", [10, 20, 30])
def test_the_late_elderly_have_the_share_of_the_law(percent: int) -> None:
    assert read(LATE | {"share_percent": percent}).share_percent == percent


def test_a_share_that_no_law_has_is_refused_for_the_late_elderly_too() -> None:
    assert refused(LATE | {"share_percent": 15}) == ("coverage.row-percent", "rows[0].share_percent")


@pytest.mark.parametrize(
    ("row", "where"),
    [
        (COVERAGE | elderly("2026-08-01"), ".elderly.valid_from"),  # 46
        (SEVENTY | elderly("2024-05-31"), ".elderly.valid_from"),  # the day before it can begin
        (SEVENTY | elderly("2029-05-10"), ".elderly.valid_from"),  # the 75th birthday
        (SEVENTY | elderly("2028-08-01", "2029-05-10"), ".elderly.valid_to"),
        (LATE | elderly("2020-08-01", "2021-07-31"), ".elderly"),
        (WELFARE | {"birthdate": "1954-05-10"} | elderly("2026-08-01"), ".elderly"),
    ],
)
def test_an_elderly_certificate_is_refused_outside_of_70_to_74(row: dict[str, Any], where: str) -> None:
    assert refused(row) == ("coverage.row-elderly", f"rows[0]{where}")


@pytest.mark.parametrize(
    "row",
    [
        SEVENTY | elderly("2024-06-01", "2029-05-09"),
        SEVENTY | elderly("2026-08-01"),
        COVERAGE | {"birthdate": "1954-05-01"} | elderly("2024-05-01"),  # born on a 1st: that very day
        COVERAGE | {"birthdate": "1956-12-10"} | elderly("2027-01-01"),  # sent before it begins
    ],
)
def test_an_elderly_certificate_stands_within_its_ages_whatever_day_it_is_sent(row: dict[str, Any]) -> None:
    assert read(row).elderly.share_percent == 20


@pytest.mark.parametrize(
    ("row", "index"),
    [
        (COVERAGE | limits(("B04", "2026-08-01", None)), 0),  # 46
        (COVERAGE | limits(("A03", "2025-08-01", "2026-07-31"), ("B01", "2026-08-01", "2027-07-31")), 1),
        (SEVENTY | limits(("B04", "2023-08-01", "2024-05-31")), 0),
        (SEVENTY | limits(("B04", "2023-08-01", None)), 0),
        (SEVENTY | limits(("A03", "2024-06-01", "2024-07-31")), 0),
        (SEVENTY | limits(("B09", "2026-08-01", None)), 0),
        (SEVENTY | limits(("B10", "2026-08-01", None)), 0),
        (LATE | limits(("A03", "2026-08-01", "2027-07-31")), 0),
    ],
)
def test_a_band_of_another_age_is_refused(row: dict[str, Any], index: int) -> None:
    assert refused(row) == ("coverage.row-limit", f"rows[0].limits[{index}].category")


@pytest.mark.parametrize(
    "row",
    [
        COVERAGE | limits(("A03", "2026-08-01", None)),
        SEVENTY | limits(("A03", "2023-08-01", "2024-07-31")),  # until May it is theirs
        SEVENTY | limits(("B04", "2023-08-01", "2024-07-31")),  # from June on it is
        SEVENTY | limits(("B01", "2024-06-01", None)),
        LATE | limits(("B10", "2026-08-01", None)),
        LATE | {"birthdate": "1958-01-01"} | limits(("B09", "2026-08-01", None)),  # 65 to 74, by certificate
    ],
)
def test_a_band_stands_where_it_is_somebodys_for_a_part_of_the_period(row: dict[str, Any]) -> None:
    assert len(read(row).limits) == 1


@pytest.mark.parametrize(
    ("of", "index"),
    [
        ((("A03", "2026-08-01", None), ("A01", "2026-08-01", None)), 1),
        ((("A03", "2026-08-01", "2027-07-31"), ("A02", "2027-07-31", None)), 1),
        ((("A03", "2027-08-01", "2028-07-31"), ("A02", "2026-08-01", None)), 1),
        ((("A03", "2026-08-01", "2026-08-31"), ("A02", "2027-01-01", None), ("A01", "2026-08-15", None)), 2),
    ],
)
def test_two_limits_never_run_at_once(of: tuple[tuple[str, str, str | None], ...], index: int) -> None:
    where = f"rows[0].limits[{index}].valid_from"
    assert refused(COVERAGE | limits(*of)) == ("coverage.row-overlap", where)


def test_limits_may_follow_each_other_in_any_order() -> None:
    row = COVERAGE | limits(("A02", "2027-08-01", None), ("A03", "2026-08-01", "2027-07-31"))

    assert [limit.category for limit in read(row).limits] == ["A02", "A03"]


def test_two_certificates_of_one_disease_never_run_at_once() -> None:
    twice = diseases(("1", "2024-04-01", None), ("2", "2024-04-01", None), ("1", "2026-04-01", None))

    assert refused(COVERAGE | twice) == ("coverage.row-overlap", "rows[0].diseases[2].valid_from")


def test_certificates_of_different_diseases_run_beside_each_other() -> None:
    row = COVERAGE | diseases(("1", "2024-04-01", None), ("3", "2024-04-01", None))

    assert len(read(row).diseases) == 2


@pytest.mark.parametrize("classification", ["01", "05"])
def test_tickets_come_with_welfare_only(classification: str) -> None:
    row = COVERAGE | NATIONAL | {"classification": classification, "tickets": [TICKET]}

    assert refused(row) == ("coverage.row-ticket", "rows[0].tickets")
