"""What was billed, on which days and how often: each check with a case that fires and one that nearly does."""

from .checked import findings, ids
from .files import Fields, a_file, a_receipt, act, days

FIRST = act("111000110", 291, 3, section="11")
LATER = act("112007410", 76, 10, section="12")


def file_with(*acts: Fields, visits: tuple[int, ...] = (3, 10)) -> bytes:
    return a_file(a_receipt(acts=acts, visits=visits))


def changed(line: Fields, **fields: str) -> Fields:
    places = {"points": 5, "times": 6}
    result = list(line)
    for key, text in fields.items():
        result[places[key]] = text
    return result


def test_times_are_what_the_days_add_up_to() -> None:
    twice = [*LATER[:13], *[{"3": "1", "10": "2"}.get(str(day), "") for day in range(1, 32)]]

    assert ids(file_with(FIRST, changed(twice, times="3"))) == []
    (finding,) = findings(file_with(FIRST, changed(twice, times="2")))
    assert (finding.check, finding.facts) == (
        "arithmetic.times",
        {"written": 2, "summed": 3},
    )


def test_times_without_any_day_are_not_doubted() -> None:
    assert ids(file_with(FIRST, [*LATER[:13], *days()])) == []


def test_an_act_is_billed_at_least_once() -> None:
    assert ids(file_with(FIRST, [*changed(LATER, times="0")[:13], *days()])) == ["arithmetic.times-zero"]


def test_a_day_that_the_month_lacks_is_named() -> None:
    begun = [["SY", "8830052", "20260903", "1", "", "", "01", ""]]

    def september(billed: Fields, day: int) -> list[str]:
        receipt = a_receipt(acts=[billed], visits=(day,), re={3: "202609"}, without=["SY"])
        return ids(a_file([*receipt[:5], *begun, *receipt[5:]]))

    last = act("112007410", 76, 30, section="12")
    behind = act("112007410", 76, 31, section="12")

    assert september(last, 30) == []
    assert sorted(september(behind, 31)) == ["arithmetic.day", "arithmetic.visit-day"]


def test_what_is_billed_together_ends_with_points() -> None:
    child = act("111000370", 75, 3)
    together = [changed(FIRST, points=""), child]

    assert ids(file_with(*together, LATER)) == []
    assert ids(file_with(FIRST, LATER, changed(child, points=""))) == ["arithmetic.no-points"]


def test_days_of_care_fit_the_month() -> None:
    assert "arithmetic.days" in ids(a_file(a_receipt(ho={4: "32"})))
    assert "arithmetic.days" not in ids(a_file(a_receipt(ho={4: "31"})))


def test_days_of_care_are_the_days_that_count_as_visits() -> None:
    receipt = a_receipt()
    uncounted = [["JD", "1", *days(3), *[]] if line[0] == "JD" else line for line in receipt]
    uncounted = [[*line[:11], "2", *line[12:]] if line[0] == "JD" else line for line in uncounted]

    assert ids(a_file(receipt)) == []
    (finding,) = findings(a_file(uncounted))
    assert (finding.check, finding.facts) == ("arithmetic.visits", {"written": 2, "counted": 1})


def test_what_is_billed_on_a_day_without_visit_is_named_once() -> None:
    another = act("112011010", 52, 17)

    assert [(one.check, one.facts) for one in findings(file_with(FIRST, LATER, another, another))] == [
        ("arithmetic.day-without-visit", {"day": 17})
    ]


def test_a_day_marked_as_different_is_no_visit_and_no_fault() -> None:
    receipt = a_receipt(acts=[FIRST, LATER, act("112011010", 52, 17)])
    marked = [[*line[:18], "9", *line[19:]] if line[0] == "JD" else line for line in receipt]

    assert ids(a_file(marked)) == []


def test_without_visit_days_billed_days_are_not_doubted() -> None:
    assert (
        ids(a_file(a_receipt(acts=[FIRST, act("112011010", 52, 17)], visits=(3, 17), without=["JD"]))) == []
    )
