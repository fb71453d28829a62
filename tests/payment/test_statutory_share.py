"""The share that the law asks: the cases of share_cases.yaml, and what holds for everybody."""

from datetime import date
from pathlib import Path

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from kaihoken import rules
from kaihoken.identity import INSURANCE_LAWS, PUBLIC_EXPENSE_LAWS
from kaihoken.payment import Share, ShareKind, ShareQuestion, statutory_share
from kaihoken.payment.shares.law import StatutoryShare
from kaihoken.problems import Problem

CASES = [
    pytest.param(case, id=f"{case['born']} on {case['day']} {position}")
    for group in yaml.safe_load(Path(__file__).with_name("share_cases.yaml").read_text("utf-8"))
    for position, case in enumerate(group["cases"])
]

LAWS = ["", "00", "01", "02", "06", "07", "31", "39", "63", "67", "75", "12", "54", "99"]


def expected(expect: object) -> Share:
    if isinstance(expect, int):
        return Share.of(expect)
    if isinstance(expect, list):
        low, high, question = expect
        return Share.between(low, high, ShareQuestion(f"share.ask.{question}"))
    if expect == "whole-then-claim":
        return Share.whole_then_claim()
    return Share.unknown(ShareQuestion(f"share.ask.{str(expect).removeprefix('unknown, ')}"))


@pytest.mark.parametrize("case", CASES)
def test_the_share_is_the_lawful_one(case):
    share = statutory_share(
        case["born"],
        case["day"],
        law=case["law"],
        classification=case.get("classification", "01"),
        elderly_percent=case.get("elderly"),
        late_percent=case.get("late"),
    )

    assert share == expected(case["expect"])


def test_a_day_before_the_known_law_is_a_problem():
    with pytest.raises(Problem, match=r"rules\.no_version share/statutory"):
        statutory_share(date(1990, 5, 5), date(2003, 3, 31), law="01")


anything = {
    "born": st.dates(date(1900, 1, 1), date(2035, 12, 31)),
    "on": st.dates(date(2003, 4, 1), date(2035, 12, 31)),
    "law": st.sampled_from(LAWS),
    "classification": st.sampled_from(["", "01", "03", "05", "06", "07", "A1"]),
    "elderly": st.sampled_from([None, 0, 10, 20, 30, 100]),
    "late": st.sampled_from([None, 0, 10, 20, 30, 100]),
}


@given(**anything)
@example(born=date(2024, 2, 29), on=date(2026, 11, 20), law="", classification="05", elderly=100, late=100)
@example(born=date(1952, 2, 29), on=date(2027, 2, 28), law="39", classification="01", elderly=None, late=0)
def test_no_answer_is_more_than_three_tenths_and_each_says_exactly_one_thing(
    born, on, law, classification, elderly, late
):
    share = statutory_share(
        born, on, law=law, classification=classification, elderly_percent=elderly, late_percent=late
    )

    assert share.percent in (None, 10, 20, 30)
    match share.kind:
        case ShareKind.VALUE:
            assert share == Share.of(share.percent)
        case ShareKind.RANGE:
            assert 10 <= share.low < share.high <= 30
            assert share == Share.between(share.low, share.high, share.question)
        case ShareKind.WHOLE_THEN_CLAIM:
            assert classification == "05"
            assert share == Share.whole_then_claim()
        case ShareKind.UNKNOWN:
            assert share == Share.unknown(share.question)


@given(**anything)
def test_a_registered_share_is_only_taken_where_it_is_a_lawful_one(
    born, on, law, classification, elderly, late
):
    without = statutory_share(born, on, law=law, classification=classification)
    share = statutory_share(
        born, on, law=law, classification=classification, elderly_percent=elderly, late_percent=late
    )

    if without.kind is ShareKind.RANGE and share.kind is ShareKind.VALUE:
        assert without.low <= share.percent <= without.high
        assert share.percent in (elderly, late)
    else:
        assert share == without


def test_the_law_of_a_day_says_where_it_comes_from():
    version = rules.version(StatutoryShare, on=date(2026, 11, 20))

    assert version.status is rules.Status.CONFIRMED
    assert "2022-10-01" in version.source


@pytest.mark.parametrize(
    "version", rules.PACKAGED.versions("share/statutory"), ids=lambda version: version.file
)
def test_every_law_of_insurance_has_a_share(version):
    shares = rules.load(StatutoryShare, on=version.effective_from)

    assert {*shares.insurance_laws, shares.late_elderly.law} == {*INSURANCE_LAWS, "", "00"}
    assert not {*shares.insurance_laws} & {*PUBLIC_EXPENSE_LAWS}
