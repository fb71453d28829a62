"""Shares and bills in columns answer what the scalar answers, row by row."""

from datetime import date

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kaihoken import rules
from kaihoken.payment import (
    AgeGroup,
    MonthLimit,
    MonthSoFar,
    Setting,
    Share,
    ShareKind,
    Visit,
    counter_bill,
    statutory_share,
)
from kaihoken.payment.ceiling.limits import month_table
from kaihoken.payment.counter import CounterTerms
from kaihoken.payment.tables import (
    NOT_KNOWN,
    WHOLE_THEN_CLAIM,
    CeilingTable,
    Insured,
    PersonMonths,
    Visits,
    bills_of,
    day_number,
    month_number,
    shares_of,
)
from kaihoken.payment.tables.ceilings import DISEASES
from kaihoken.problems import Problem

FIRST, LAST = date(2015, 1, 1), date(2028, 12, 31)
TABLE = CeilingTable.of(FIRST, LAST)

person = st.fixed_dictionaries(
    {
        "born": st.dates(date(1900, 1, 1), date(2030, 12, 31)),
        "on": st.dates(date(2003, 4, 1), date(2030, 12, 31)),
        "late": st.booleans(),
        "special": st.booleans(),
        "registered": st.sampled_from([NOT_KNOWN, 0, 10, 20, 30]),
    }
)


def of_scalar(share: Share) -> tuple[int, int]:
    match share.kind:
        case ShareKind.VALUE:
            return share.percent, share.percent
        case ShareKind.RANGE:
            return share.low, share.high
        case ShareKind.WHOLE_THEN_CLAIM:
            return WHOLE_THEN_CLAIM, WHOLE_THEN_CLAIM
        case ShareKind.UNKNOWN:
            return NOT_KNOWN, NOT_KNOWN


def a_person(born: date, on: date, **more: object) -> dict[str, object]:
    return {"born": born, "on": on, "late": False, "special": False, "registered": NOT_KNOWN, **more}


def insured(people: list[dict[str, object]]) -> Insured:
    return Insured(
        born=np.array([day_number(one["born"]) for one in people], dtype=np.int32),
        on=np.array([day_number(one["on"]) for one in people], dtype=np.int32),
        late=np.array([one["late"] for one in people], dtype=np.bool_),
        special=np.array([one["special"] for one in people], dtype=np.bool_),
        registered=np.array([one["registered"] for one in people], dtype=np.int8),
    )


@settings(max_examples=60)
@given(st.lists(person, min_size=1, max_size=40))
@example([a_person(date(2020, 4, 1), date(2026, 4, 1)), a_person(date(2020, 4, 2), date(2027, 3, 31))])
@example([a_person(date(1952, 2, 29), date(2027, 3, 1)), a_person(date(1952, 2, 29), date(2027, 2, 28))])
@example([a_person(date(1956, 11, 1), date(2026, 11, 1)), a_person(date(1956, 11, 2), date(2026, 11, 30))])
@example([a_person(date(1944, 4, 1), date(2015, 1, 10), registered=10)])
@example([a_person(date(2004, 5, 1), date(2007, 4, 30)), a_person(date(2004, 5, 1), date(2007, 5, 1))])
@example([a_person(date(2009, 4, 1), date(2027, 4, 1), special=True)])
def test_each_share_is_the_scalars(people):
    found = shares_of(insured(people))

    expected = [
        of_scalar(
            statutory_share(
                one["born"],
                one["on"],
                law="39" if one["late"] else "01",
                classification="05" if one["special"] else "",
                elderly_percent=one["registered"],
                late_percent=one["registered"],
            )
        )
        for one in people
    ]
    assert list(zip(found.low.tolist(), found.high.tolist(), strict=True)) == expected


def test_a_day_without_a_law_is_a_problem():
    with pytest.raises(Problem, match=r"rules\.no_version"):
        shares_of(insured([a_person(date(1985, 1, 1), date(1999, 1, 1))]))


@st.composite
def visits(draw):
    on = draw(st.dates(FIRST, LAST))
    return {
        "on": on,
        "name": draw(st.sampled_from(sorted(month_table(on).whole))),
        "points": draw(st.integers(0, 300_000)),
        "percent": draw(st.sampled_from([10, 20, 30])),
        "outpatient": draw(st.booleans()),
        "multiple": draw(st.booleans()),
        "halved": draw(st.booleans()),
        "disease": draw(st.sampled_from(DISEASES)),
        "limited": draw(st.booleans()),
        "month_points": draw(st.integers(0, 100_000)),
        "month_yen": draw(st.integers(0, 300_000)),
    }


def columns(asked: list[dict[str, object]]) -> Visits:
    def column(name: str, kind: type[np.generic]) -> np.ndarray:
        return np.array([one[name] for one in asked], dtype=kind)

    return Visits(
        of=PersonMonths(
            month=np.array([month_number(one["on"]) for one in asked], dtype=np.int32),
            name=np.array([TABLE.code(one["name"]) for one in asked], dtype=np.int8),
            cost=column("points", np.int64) * 10,
            percent=column("percent", np.int8),
            outpatient=column("outpatient", np.bool_),
            multiple=column("multiple", np.bool_),
            halved=column("halved", np.bool_),
            disease=np.array([DISEASES.index(one["disease"]) for one in asked], dtype=np.int8),
        ),
        limited=column("limited", np.bool_),
        month_points=column("month_points", np.int64),
        month_yen=column("month_yen", np.int64),
    )


@settings(max_examples=50)
@given(st.lists(visits(), min_size=1, max_size=20))
def test_each_bill_is_the_scalars(asked):
    found = bills_of(TABLE, columns(asked), rules.load(CounterTerms, on=LAST))

    expected, told_unsure = [], []
    for one in asked:
        setting = Setting.OUTPATIENT if one["outpatient"] else Setting.INPATIENT
        limit = MonthLimit(
            AgeGroup.FROM_75, one["name"], setting, one["multiple"], one["halved"], one["disease"]
        )
        answer = counter_bill(
            Visit(
                on=one["on"],
                points=one["points"],
                share=Share.of(one["percent"]),
                limit=limit if one["limited"] else None,
                month=MonthSoFar(points=one["month_points"], share_yen=one["month_yen"]),
            )
        )
        (bill,) = answer.reckonings
        told_unsure.append(answer.unconfirmed)
        insurer = sum(part.yen for part in bill.borne if part.payer == "insurer")
        expected.append((bill.patient_yen, bill.rounding_yen, insurer, bill.capped))

    assert found.marks.unconfirmed.tolist() == ["unconfirmed.limit" in names for names in told_unsure]
    assert found.marks.announced.tolist() == ["unconfirmed.announced" in names for names in told_unsure]
    told = zip(
        found.patient.tolist(),
        found.rounding.tolist(),
        found.insurer.tolist(),
        found.capped.tolist(),
        strict=True,
    )
    assert list(told) == expected
