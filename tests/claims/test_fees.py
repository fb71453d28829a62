"""Points of visits, and add-ons: in their time, at their visit, not too often, not beside what excludes them."""

import pytest

from kaihoken.claims.checks import EarlierClaims, examine, receipts_of
from kaihoken.claims.finding import Finding
from kaihoken.claims.uke import read

from .checked import findings, ids
from .files import Fields, a_file, a_receipt, act, head

FIRST = act("111000110", 291, 3, section="11")
LATER = act("112007410", 76, 10, section="12")


def of_october(*acts: Fields) -> bytes:
    return a_file(a_receipt(acts=acts))


def of(month: str, claimed: str, *acts: Fields) -> bytes:
    return a_file(a_receipt(acts=acts, re={3: month}), first=head(claimed_month=claimed))


def after(earlier: bytes, file: bytes) -> list[Finding]:
    known = EarlierClaims()
    known.take(receipts_of(read([earlier])))
    return [finding for step in examine(read([file]), earlier=known) for finding in step.findings]


def test_a_first_visit_has_the_points_of_its_day() -> None:
    assert ids(of_october(FIRST, LATER)) == []
    (finding,) = findings(of_october(act("111000110", 288, 3, section="11"), LATER))
    assert finding.check == "fees.points"
    assert finding.facts == {"written": 288, "points": 291, "code": "111000110"}


def test_points_that_nobody_confirmed_are_a_notice() -> None:
    assert ids(of_october(FIRST, act("112007410", 75, 10, section="12"))) == ["fees.points-unconfirmed"]


def test_what_is_billed_together_has_points_of_its_own() -> None:
    together = [[*FIRST[:5], "", *FIRST[6:]], act("111000370", 366, 3)]

    assert ids(of_october(*together, LATER)) == []


@pytest.mark.parametrize(("code", "points"), [("111704070", 15), ("111704170", 9), ("111704270", 4)])
def test_an_add_on_of_its_time_passes(code: str, points: int) -> None:
    assert ids(of_october(FIRST, act(code, points, 3, section="11"), LATER)) == []


def test_an_add_on_of_another_time_is_named() -> None:
    (finding,) = findings(of_october(FIRST, act("111703270", 1, 3, section="11"), LATER))

    assert finding.check == "fees.not-in-force"
    assert finding.facts["day"] == "2026-10-03"


def test_an_add_on_of_first_visits_does_not_go_with_a_later_one() -> None:
    assert ids(of_october(FIRST, LATER, act("111704270", 4, 10, section="11"))) == ["fees.occasion"]
    assert ids(of_october(FIRST, LATER, act("112709570", 2, 10, section="12"))) == []


def test_a_day_with_both_kinds_of_visit_is_not_judged() -> None:
    both = act("112007410", 76, 3, section="12")

    assert ids(of_october(FIRST, both, act("111704270", 4, 3, section="11"))) == []


def test_once_a_month_is_once_a_month() -> None:
    add_on = act("112709570", 2, 10, 17, section="12")
    later = act("112007410", 76, 10, 17, section="12")
    (finding,) = findings(a_file(a_receipt(acts=[FIRST, later, add_on], visits=(3, 10, 17))))

    assert (finding.check, finding.facts["day"], finding.facts["again"]) == (
        "fees.too-often",
        "2026-10-17",
        "2026-11-01",
    )


def test_beside_what_excludes_it_an_add_on_is_named() -> None:
    rival = act("112015770", 1, 3, section="12")

    assert ids(of_october(FIRST, act("111704270", 4, 3, section="11"), rival, LATER)) == ["fees.rival"]
    assert ids(of_october(FIRST, rival, LATER)) == []


def test_once_in_three_months_is_seen_with_the_files_of_the_months_before() -> None:
    visit = act("112007410", 75, 10, section="12")
    january = of("202501", "202502", visit, act("112708970", 1, 10, section="12"))
    march = of("202503", "202504", visit, act("112708970", 1, 10, section="12"))
    april = of("202504", "202505", visit, act("112708970", 1, 10, section="12"))

    too_often = [finding for finding in after(january, march) if finding.check == "fees.too-often"]

    assert [finding.facts["again"] for finding in too_often] == ["2025-04-01"]
    assert "fees.too-often" not in [finding.check for finding in after(january, april)]
    assert "fees.too-often" not in ids(march)


def test_another_patient_is_another_person() -> None:
    visit = act("112007410", 75, 10, section="12")
    add_on = act("112708970", 1, 10, section="12")
    january = of("202501", "202502", visit, add_on)
    other = a_file(
        a_receipt(acts=[visit, add_on], re={3: "202503", 13: "9999"}), first=head(claimed_month="202504")
    )

    assert "fees.too-often" not in [finding.check for finding in after(january, other)]
