"""Every insurer of the nation has a number that could be real, and a name that cannot mislead."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaihoken.identity import FacilityCode, InsurerNumber, PayerNumber, RecipientNumber, check_digit_ok
from kaihoken.people.insurers import RESERVED_FROM, Insurer, Scheme, insurers
from kaihoken.people.numbers import (
    certificate_serial,
    facility_code,
    late_elderly_number,
    recipient_number,
    symbol_and_number,
    voluntary_symbol,
)
from kaihoken.people.sandbox import sandbox_insurers

from .nation import TODAY

EVERYBODY = insurers(TODAY).all()
PUBLIC_NAMES = {Scheme.ASSOCIATION, Scheme.SEAMEN, Scheme.NATIONAL, Scheme.LATE_ELDERLY, Scheme.WELFARE}


@pytest.mark.parametrize(
    ("scheme", "count"),
    [
        (Scheme.ASSOCIATION, 47),
        (Scheme.SOCIETY, 1388),
        (Scheme.SEAMEN, 1),
        (Scheme.GUILD, 162),
        (Scheme.SPECIAL_RETIREE, 60),
        (Scheme.SELF_DEFENCE, 40),
        (Scheme.NATIONAL, 1741),
    ],
)
def test_there_are_as_many_insurers_as_in_life(scheme: Scheme, count: int) -> None:
    assert sum(insurer.scheme is scheme for insurer in EVERYBODY) == count


def test_the_85_mutual_aids_count_teachers_and_police_once() -> None:
    laws = Counter(insurer.number[:2] for insurer in EVERYBODY if insurer.scheme is Scheme.MUTUAL_AID)

    # 47 unions of municipalities; the 47 numbers each of teachers and police are branches of one union. The one for
    # families of the Self-Defence Forces comes beside the 20 of the state.
    assert laws["31"] - 1 + (laws["32"] - 47) + 47 + 1 + (laws["33"] - 47 + 1) + (laws["34"] - 47) == 85


def test_every_47_unions_of_the_late_elderly_have_a_number_per_municipality() -> None:
    names = {insurer.name for insurer in EVERYBODY if insurer.scheme is Scheme.LATE_ELDERLY}

    assert len(names) == 47


def test_every_number_is_valid_and_names_its_scheme() -> None:
    for insurer in EVERYBODY:
        if insurer.scheme is Scheme.WELFARE:
            assert PayerNumber.parse(insurer.number).law.code == "12"
            continue
        number = InsurerNumber.parse(insurer.number)
        assert number.canonical == insurer.number
        assert number.prefecture is not None
        assert number.prefecture.code == insurer.prefecture
        assert number.is_national_health_society == (insurer.scheme is Scheme.GUILD)


def test_no_two_insurers_share_a_number() -> None:
    assert len({insurer.number for insurer in EVERYBODY}) == len(EVERYBODY)


def test_who_is_not_public_is_called_fictional() -> None:
    assert [one.name for one in EVERYBODY if one.scheme not in PUBLIC_NAMES and "架空" not in one.name] == []


def test_the_sandbox_has_insurers_of_its_own() -> None:
    reserved = sandbox_insurers()

    assert not set(reserved) & {insurer.number for insurer in EVERYBODY}
    assert all(int(number[4:7]) >= RESERVED_FROM for number in reserved)
    assert all(int(insurer.number[4:7]) < RESERVED_FROM for insurer in EVERYBODY)
    assert all(check_digit_ok(number) for number in reserved)
    assert all("架空" in name for name in reserved.values())


@given(st.integers(0, 130_000_000 * 8), st.integers(0, 130_000_000 * 8), st.sampled_from(list(Scheme)))
def test_two_policies_never_share_symbol_and_number(one: int, other: int, scheme: Scheme) -> None:
    insurer = Insurer("06130000", "架空", scheme, "13", "架")
    if one != other:
        assert symbol_and_number(insurer, one) != symbol_and_number(insurer, other)


@given(st.integers(0, 130_000_000), st.integers(0, 3), st.integers(0, 130_000_000), st.integers(0, 3))
def test_two_certificates_never_share_a_serial(one: int, first: int, other: int, second: int) -> None:
    same = (one, first) == (other, second)

    assert (certificate_serial(one, first) == certificate_serial(other, second)) == same


@given(st.integers(0, 130_000_000), st.integers(0, 9))
def test_numbers_of_people_carry_their_check_digit(person: int, kind: int) -> None:
    assert RecipientNumber.parse(recipient_number(person, kind)).check_digit_ok
    assert len(late_elderly_number(person)) == 8
    assert check_digit_ok(late_elderly_number(person))
    assert late_elderly_number(person) != late_elderly_number(person, 1)


@given(st.integers(0, 10_000_000))
def test_a_fictional_clinic_is_in_the_test_range(number: int) -> None:
    code = FacilityCode.parse(facility_code(number))

    assert code.is_test
    assert code.check_digit_ok


def test_voluntary_members_stand_under_a_symbol_of_their_own() -> None:
    assert voluntary_symbol("100") == "1009"
    assert voluntary_symbol("国") == "国任継"
