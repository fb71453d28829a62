"""The share on a 被保険者資格申立書 (保発0710第1号 別添3): 未就学 2割, to 69 3割, from 70 as declared."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaihoken.payment import Share, ShareKind, ShareQuestion, declared_share
from kaihoken.problems import Problem

TODAY = date(2026, 11, 20)
AS_DECLARED = Share.between(10, 30, ShareQuestion.DECLARED_SHARE)


@pytest.mark.parametrize(
    ("born", "share"),
    [
        (date(2026, 11, 20), Share.of(20)),
        (date(2020, 4, 2), Share.of(20)),
        (date(2020, 4, 1), Share.of(30)),
        (date(1990, 5, 5), Share.of(30)),
        (date(1956, 11, 2), Share.of(30)),
        (date(1956, 11, 1), AS_DECLARED),
        (date(1953, 5, 5), AS_DECLARED),
        (date(1940, 1, 15), AS_DECLARED),
        (date(2026, 11, 21), Share.unknown(ShareQuestion.BIRTHDATE)),
    ],
)
def test_the_share_goes_by_age_alone(born, share):
    assert declared_share(born, TODAY) == share


@pytest.mark.parametrize(
    ("declared", "share"),
    [(10, Share.of(10)), (20, Share.of(20)), (30, Share.of(30)), (0, AS_DECLARED), (100, AS_DECLARED)],
)
def test_from_seventy_on_the_patient_declares_a_lawful_share(declared, share):
    assert declared_share(date(1953, 5, 5), TODAY, declared) == share


def test_a_younger_patient_cannot_declare_another_share():
    assert declared_share(date(1990, 5, 5), TODAY, 10) == Share.of(30)


def test_before_the_form_existed_the_insurer_is_asked():
    born = date(1990, 5, 5)

    assert declared_share(born, date(2023, 7, 9)) == Share.unknown(ShareQuestion.INSURER)
    assert declared_share(born, date(2023, 7, 10)) == Share.of(30)


def test_a_day_before_the_known_law_is_a_problem():
    with pytest.raises(Problem, match=r"rules\.no_version share/declaration"):
        declared_share(date(1990, 5, 5), date(2008, 3, 31))


@given(
    st.dates(date(1900, 1, 1), date(2035, 12, 31)),
    st.dates(date(2008, 4, 1), date(2035, 12, 31)),
    st.sampled_from([None, 0, 10, 20, 30, 100]),
)
def test_no_declaration_ever_ends_in_the_whole_bill(born, on, declared):
    share = declared_share(born, on, declared)

    assert share.kind is not ShareKind.WHOLE_THEN_CLAIM
    assert (share.percent or share.high or 0) <= 30
