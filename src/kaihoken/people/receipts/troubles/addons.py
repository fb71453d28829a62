"""Troubles of add-ons for asking about eligibility and for linked records: too often, in another time, at the wrong
visit, beside what they exclude."""

from datetime import date

from kaihoken.people.receipts.bill import bill_of
from kaihoken.people.receipts.case import Case, Change, Trouble, as_it_is
from kaihoken.people.receipts.layout import Act, Line, blank

_LINKED_SINCE = date(2026, 6, 1)
_VIEWED_SINCE = date(2024, 12, 1)


def _code(name: str, case: Case) -> str:
    return bill_of(case.month).services[name].code


def _line(case: Case, name: str) -> Line | None:
    code = _code(name, case)
    return next((act for act in case.acts() if act[Act.CODE] == code), None)


def _monthly(case: Case) -> Line | None:
    """The add-on that stands on the receipt and is charged once a month."""
    names = ("linked_return", "linked_first", "viewed_first")
    return next((line for line in (_line(case, name) for name in names) if line is not None), None)


def _charged_twice(case: Case) -> bool:
    line = _monthly(case)
    if line is None or not case.visit_twice():
        return False
    line[Act.TIMES] = "2"
    line[Act.DAY["SI"] + case.days[-1].day] = "1"
    case.add_points(int(line[Act.POINTS]))
    return True


def _added(name: str, points: int, after: tuple[str, ...]) -> Change:
    """One more line behind the first of these, on its first day."""

    def change(case: Case) -> bool:
        beside = next((line for line in (_line(case, one) for one in after) if line is not None), None)
        if beside is None or case.who.subsidies:
            return False
        line = blank("SI")
        line[Act.SECTION], line[Act.BURDEN], line[Act.CODE] = (
            beside[Act.SECTION],
            beside[Act.BURDEN],
            _code(name, case),
        )
        line[Act.POINTS], line[Act.TIMES] = str(points), "1"
        line[Act.DAY["SI"] + case.days[0].day] = "1"
        case.receipt.records.insert(case.receipt.records.index(beside) + 1, line)
        case.add_points(points)
        return True

    return change


def _out_of_its_time(case: Case) -> bool:
    """An add-on abolished before the month, or one that begins after it."""
    if case.month >= _LINKED_SINCE:
        return _added("viewed_first", 1, ("first",))(case) or _added("viewed_return", 1, ("return",))(case)
    return _added("linked_first", 9, ("first",))(case) or _added("linked_return", 2, ("return",))(case)


def _in_its_time(case: Case) -> bool:
    return _monthly(case) is not None


def _of_the_other_visit(case: Case) -> bool:
    """An add-on of first visits on a receipt without one."""
    if _line(case, "first") is not None or case.month < _VIEWED_SINCE:
        return False
    if case.month >= _LINKED_SINCE:
        return _added("linked_first", 9, ("return",))(case)
    return _added("viewed_first", 1, ("return",))(case)


def _beside_the_excluded(case: Case) -> bool:
    """明細書発行体制等加算 beside 電子的診療情報連携体制整備加算."""
    if case.month < _LINKED_SINCE:
        return False
    return _added("statement", 1, ("linked_return",))(case)


def _kind_twice(case: Case) -> bool:
    """Two grades of the same add-on at one visit."""
    if case.month < _LINKED_SINCE:
        return False
    line = _line(case, "linked_first")
    if line is None or case.who.subsidies:
        return False
    again = list(line)
    again[Act.CODE], again[Act.POINTS] = "111704270", "4"
    case.receipt.records.insert(case.receipt.records.index(line) + 1, again)
    case.add_points(4)
    return True


TROUBLES = (
    Trouble(
        "add-on-twice-a-month",
        "an add-on of once a month on two days",
        _charged_twice,
        "an add-on of once a month on the first of several visits",
        as_it_is(lambda case: _monthly(case) is not None and case.visit_twice()),
    ),
    Trouble(
        "add-on-out-of-its-time",
        "an add-on before its first day or after its last",
        _out_of_its_time,
        "the add-on of the month",
        as_it_is(_in_its_time),
    ),
    Trouble(
        "add-on-of-the-other-visit",
        "an add-on of first visits without a first visit",
        _of_the_other_visit,
        "an add-on of first visits beside return visits",
        as_it_is(
            lambda case: (
                _line(case, "first") is not None and _monthly(case) is not None and case.visit_twice()
            )
        ),
    ),
    Trouble(
        "add-on-beside-the-excluded",
        "明細書発行体制等加算 beside 電子的診療情報連携体制整備加算",
        _beside_the_excluded,
        "明細書発行体制等加算 before there was the other",
        as_it_is(
            lambda case: _line(case, "statement") is not None or _line(case, "linked_return") is not None
        ),
    ),
    Trouble(
        "add-on-in-two-grades",
        "two grades of one add-on at one visit",
        _kind_twice,
        "one grade of it",
        as_it_is(lambda case: _line(case, "linked_first") is not None),
    ),
)
