"""保険者番号: what is read, what is refused, and what a number says."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaihoken.identity import INSURANCE_LAWS, InsurerNumber, Scheme, check_digit
from kaihoken.problems import Problem

EIGHT_DIGITS = [
    "33120015",
    "06132013",
    "01130012",
    "01010016",
    "01350016",
    "06139463",
    "31130461",
    "34130013",
    "34130021",
    "39131156",
    "39130000",
    "67131151",
    "32130213",
]
SIX_DIGITS = ("138057", "133066")

prefectures = st.integers(1, 47).map("{:02}".format)
society_bodies = st.tuples(st.sampled_from(sorted(INSURANCE_LAWS)), prefectures, st.integers(0, 999)).map(
    lambda parts: f"{parts[0]}{parts[1]}{parts[2]:03}"
)
national_health_bodies = st.tuples(prefectures, st.integers(0, 999)).map(
    lambda parts: f"{parts[0]}{parts[1]:03}"
)


def full_width(text: str) -> str:
    return text.translate({code: code + 0xFEE0 for code in range(0x30, 0x3A)} | {0x20: 0x3000})


@pytest.mark.parametrize("text", EIGHT_DIGITS)
def test_numbers_of_real_certificates_are_read(text: str) -> None:
    number = InsurerNumber.parse(text)

    assert number.canonical == number.wire == number.unpadded == text
    assert number.check_digit_ok


@pytest.mark.parametrize("six", SIX_DIGITS)
@pytest.mark.parametrize("pad", ["{}", "  {}", "00{}", "{}  ", "　　{}"])
def test_national_health_numbers_are_read_however_padded(six: str, pad: str) -> None:
    number = InsurerNumber.parse(pad.format(six))

    assert (number.canonical, number.wire, number.unpadded) == (f"00{six}", f"  {six}", six)
    assert (number.law.code, number.scheme) == ("", Scheme.NATIONAL_HEALTH)


@pytest.mark.parametrize("text", ["1234", "    1234", "00001234", "１２３４"])
def test_the_four_digits_of_the_old_government_scheme_pass_unchecked(text: str) -> None:
    number = InsurerNumber.parse(text)

    assert (number.canonical, number.wire, number.unpadded) == ("00001234", "    1234", "1234")
    assert number.check_digit_ok  # it has none that could be wrong
    assert number.scheme is Scheme.ASSOCIATION
    assert number.prefecture is None


@pytest.mark.parametrize("text", ["77777777", "00777777", "777777", "  777777", "７７７７７７７７"])
def test_sevens_for_an_insurer_nobody_could_name_pass(text: str) -> None:
    number = InsurerNumber.parse(text)

    assert number.is_unknown
    assert number.check_digit_ok  # it has none that could be wrong
    assert number.scheme is Scheme.UNKNOWN
    assert not number.law.code


def test_the_number_of_a_welfare_office_travels_in_the_same_element() -> None:
    assert InsurerNumber.parse("12143210").law.name == "生活保護（医療扶助）"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("01130013", "identity.check-digit"),  # 01130012 with the last digit misread
        ("138056", "identity.check-digit"),
        ("06123013", "identity.check-digit"),  # 06132013 with two digits swapped
        ("05130010", "identity.law-number"),
        ("54016027", "identity.law-number"),  # a 公費負担者番号
        ("06482015", "identity.prefecture"),
        ("480012", "identity.prefecture"),
        ("", "identity.insurer-digits"),
        ("0613201", "identity.insurer-digits"),
        ("061320134", "identity.insurer-digits"),
        ("0613201X", "identity.insurer-digits"),
        ("06 132013", "identity.insurer-digits"),
        ("²²²²²²²²", "identity.insurer-digits"),
        ("00000000", "identity.insurer-digits"),
        ("0000", "identity.insurer-digits"),
    ],
)
def test_what_cannot_be_an_insurer_is_a_problem_at_its_place(text: str, code: str) -> None:
    with pytest.raises(Problem) as raised:
        InsurerNumber.parse(text, where="rows[3].insurer_number")

    assert raised.value.code == code
    assert raised.value.where == "rows[3].insurer_number"
    assert raised.value.title("ja")
    assert raised.value.title("en")


def test_as_written_keeps_digits_that_cannot_be_right() -> None:
    number = InsurerNumber.as_written(" 01130013")

    assert number.canonical == "01130013"
    assert not number.check_digit_ok
    assert InsurerNumber.as_written("99990000").scheme is Scheme.UNKNOWN


def test_as_written_still_wants_a_number() -> None:
    with pytest.raises(Problem) as raised:
        InsurerNumber.as_written("12345", where="line 2")

    assert (raised.value.code, raised.value.where) == ("identity.insurer-digits", "line 2")


@pytest.mark.parametrize("nonsense", ["138057", "0113001Z", "０１１３００１２", "00000000", ""])
def test_no_insurer_number_holds_nonsense(nonsense: str) -> None:
    with pytest.raises(Problem):
        InsurerNumber(nonsense)


@pytest.mark.parametrize(
    ("text", "scheme"),
    [
        ("01130012", "協会けんぽ"),
        ("02130011", "船員"),
        ("03130010", "日雇"),
        ("04130019", "日雇"),
        ("06132013", "組合"),
        ("07130016", "自衛官"),
        ("31130461", "共済"),
        ("34130013", "共済"),
        ("39131156", "後期"),
        ("63130013", "特例退職"),
        ("72130012", "特例退職"),
        ("67131151", "国保"),
        ("138057", "国保"),
        ("12143210", "公費"),
    ],
)
def test_the_law_number_gives_the_scheme(text: str, scheme: str) -> None:
    assert InsurerNumber.as_written(text).scheme == scheme


def test_the_prefecture_is_read_from_the_number() -> None:
    tokyo = InsurerNumber.parse("06132013").prefecture
    of_national_health = InsurerNumber.parse("138057").prefecture

    assert tokyo is not None
    assert (tokyo.name, tokyo.name_en) == ("東京都", "Tokyo")
    assert of_national_health is tokyo


def test_a_national_health_society_is_told_from_a_municipality() -> None:
    assert InsurerNumber.parse("133066").is_national_health_society
    assert not InsurerNumber.parse("138057").is_national_health_society
    assert not InsurerNumber.parse("06132013").is_national_health_society


@given(society_bodies)
def test_every_spelling_of_eight_digits_gives_the_same_value(body: str) -> None:
    text = body + check_digit(body)
    number = InsurerNumber.parse(text)

    assert number.canonical == text
    assert {number, InsurerNumber.parse(full_width(text)), InsurerNumber.parse(f" {text} ")} == {number}
    assert InsurerNumber.parse(number.wire) == InsurerNumber.parse(number.unpadded) == number


@given(national_health_bodies)
def test_every_spelling_of_six_digits_gives_the_same_value(body: str) -> None:
    text = body + check_digit(body)
    number = InsurerNumber.parse(text)

    assert number.unpadded == text
    assert InsurerNumber.parse(number.wire) == InsurerNumber.parse(number.canonical) == number
    assert InsurerNumber.parse(full_width(number.wire)) == number


@given(society_bodies, st.integers(0, 7), st.integers(1, 9))
def test_one_misread_digit_is_always_found(body: str, place: int, shift: int) -> None:
    text = body + check_digit(body)
    misread = text[:place] + str((int(text[place]) + shift) % 10) + text[place + 1 :]

    assert not InsurerNumber.as_written(misread).check_digit_ok


@given(st.one_of(st.text(max_size=12), st.text("0123457０７ 　-X", max_size=10)))
def test_any_text_is_a_number_or_a_problem_with_its_place(text: str) -> None:
    place = "here"
    try:
        number = InsurerNumber.parse(text, where="here")
    except Problem as problem:
        place = problem.where
    else:
        assert InsurerNumber.parse(number.wire) == number
    assert place == "here"
