"""検証番号, 医療機関コード, 公費負担者番号, 受給者番号 and the 被保険者番号 of 後期高齢者医療."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaihoken.identity import (
    LOCAL_LAWS,
    PREFECTURES,
    PUBLIC_EXPENSE_LAWS,
    FacilityCode,
    LateElderlyNumber,
    PayerNumber,
    RecipientNumber,
    check_digit,
    check_digit_ok,
)
from kaihoken.problems import Problem

bodies = st.text("0123456789", min_size=1, max_size=12)


@pytest.mark.parametrize(
    ("body", "digit"),
    [("3312001", "5"), ("5401602", "7"), ("0113001", "2"), ("8313601", "0"), ("1911376", "0"), ("0", "0")],
)
def test_worked_check_digits(body: str, digit: str) -> None:
    assert check_digit(body) == digit


@pytest.mark.parametrize(
    "number",
    [
        "33120015",
        "06132013",
        "54016027",
        "19113760",
        "1234566",
        "81136244",
        "81137242",
        "88138243",
        "88131248",
        "89131247",
        "0110113719",
        "2714206386",
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
        "138057",
        "133066",
        "12143210",
        "28140507",
        "81140048",
        "83120063",
        "21116017",
    ],
)
def test_published_numbers_pass(number: str) -> None:
    assert check_digit_ok(number)


@pytest.mark.parametrize(
    "number", ["83136019", "01130013", "3110215454", "1312345670", "", "5", "1234X", "１８"]
)
def test_numbers_with_another_last_digit_and_no_numbers_fail(number: str) -> None:
    assert not check_digit_ok(number)


@pytest.mark.parametrize("body", ["", "12A", "１２"])
def test_a_check_digit_belongs_to_digits_only(body: str) -> None:
    with pytest.raises(ValueError):
        check_digit(body)


@given(bodies)
def test_exactly_one_last_digit_passes(body: str) -> None:
    assert [digit for digit in "0123456789" if check_digit_ok(body + digit)] == [check_digit(body)]


@given(bodies.filter(lambda body: len(body) % 2 == 0 or len(body) > 2))
def test_zeros_in_front_do_not_change_the_check_digit(body: str) -> None:
    assert check_digit("00" + body) == check_digit(body)


# 医療機関コード


@pytest.mark.parametrize("text", ["0110113719", "０１１０１１３７１９", " 0110113719 "])
def test_a_facility_code_is_read(text: str) -> None:
    code = FacilityCode.parse(text)

    assert code.canonical == "0110113719"
    assert code.prefecture is PREFECTURES["01"]
    assert (code.kind, code.is_test, code.check_digit_ok) == ("medical", False, True)


def test_saitama_chiba_tokyo_and_kanagawa_check_the_last_seven_digits() -> None:
    assert FacilityCode.parse("1310110049").check_digit_ok  # published 2025-08; over ten digits it would be 4
    assert not FacilityCode.parse("1310110044").check_digit_ok
    for prefecture in ("11", "12", "14"):
        assert FacilityCode.parse(f"{prefecture}10110049").check_digit_ok
    assert not FacilityCode.parse("2710110049").check_digit_ok


def test_a_wrong_check_digit_of_a_facility_is_no_refusal() -> None:
    for dummy in ("3110215454", "1312345670", "2710110049"):
        assert FacilityCode.parse(dummy).canonical == dummy


def test_a_test_institution_has_no_prefecture() -> None:
    code = FacilityCode.parse("9910000001")

    assert code.is_test
    assert code.prefecture is None


@pytest.mark.parametrize(
    ("digit", "kind"),
    [
        ("1", "medical"),
        ("2", "checkup"),
        ("3", "dental"),
        ("4", "pharmacy"),
        ("6", "home-nursing"),
        ("9", "other"),
    ],
)
def test_the_third_digit_tells_the_kind(digit: str, kind: str) -> None:
    assert FacilityCode.parse(f"27{digit}4206386").kind == kind


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "identity.digits"),
        ("011011371", "identity.digits"),
        ("01101137190", "identity.digits"),
        ("0110A13719", "identity.digits"),
        ("0000000000", "identity.digits"),
        ("4810113719", "identity.prefecture"),
        ("0010113719", "identity.prefecture"),
    ],
)
def test_what_is_no_facility_code_is_a_problem(text: str, code: str) -> None:
    with pytest.raises(Problem) as raised:
        FacilityCode.parse(text, where="/XmlMsg/MessageHeader/MedicalInstitutionCode")

    assert raised.value.code == code
    assert raised.value.where == "/XmlMsg/MessageHeader/MedicalInstitutionCode"


@given(st.from_regex(r"(0[1-9]|[1-3][0-9]|4[0-7]|99)[0-9]{8}", fullmatch=True))
def test_facility_codes_round_trip(text: str) -> None:
    assert FacilityCode.parse(text) == FacilityCode(text)


# 公費


def test_a_national_payer_is_read() -> None:
    number = PayerNumber.parse("５４０１６０２７")

    assert number.canonical == "54016027"
    assert (number.law.code, number.law.payer, number.law.name) == ("54", "public", "難病（特定医療）")
    assert number.prefecture is PREFECTURES["01"]


@pytest.mark.parametrize("text", ["81136244", "88138243", "89131247", "83120063"])
def test_a_local_payer_is_read(text: str) -> None:
    assert PayerNumber.parse(text).law.payer == "local"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("83136019", "identity.check-digit"),
        ("06132013", "identity.law-number"),
        ("54486020", "identity.prefecture"),
        ("5401602", "identity.digits"),
        ("540160277", "identity.digits"),
        ("00000000", "identity.digits"),
    ],
)
def test_what_cannot_be_a_payer_is_a_problem(text: str, code: str) -> None:
    with pytest.raises(Problem) as raised:
        PayerNumber.parse(text, where="line 9")

    assert (raised.value.code, raised.value.where) == (code, "line 9")


def test_a_payer_as_written_keeps_its_digits() -> None:
    number = PayerNumber.as_written("83136019")

    assert number.canonical == "83136019"
    assert not number.check_digit_ok


def test_a_recipient_is_read() -> None:
    assert RecipientNumber.parse(" １２３４５６６").canonical == "1234566"


@pytest.mark.parametrize(
    ("text", "code"), [("1234567", "identity.check-digit"), ("123456", "identity.digits")]
)
def test_what_cannot_be_a_recipient_is_a_problem(text: str, code: str) -> None:
    with pytest.raises(Problem) as raised:
        RecipientNumber.parse(text, where="line 9")

    assert (raised.value.code, raised.value.where) == (code, "line 9")
    assert text not in f"{raised.value} {raised.value.title('ja')} {raised.value.mend('en')}"


def test_a_recipient_as_written_keeps_its_digits() -> None:
    assert not RecipientNumber.as_written("1234567").check_digit_ok


def test_the_number_of_late_elderly_never_fails_for_its_check_digit() -> None:
    assert LateElderlyNumber.parse("０１２３４５６７").canonical == "01234567"
    assert not LateElderlyNumber.parse("01234567").check_digit_ok
    assert LateElderlyNumber.parse("01234566").check_digit_ok is check_digit_ok("01234566")


def test_the_number_of_late_elderly_has_eight_digits() -> None:
    with pytest.raises(Problem) as raised:
        LateElderlyNumber.parse("1234567", where="number")

    assert (raised.value.code, raised.value.where) == ("identity.digits", "number")


@given(st.integers(1, 999_999).map("{:06}".format))
def test_recipients_round_trip(body: str) -> None:
    text = body + check_digit(body)
    assert RecipientNumber.parse(text).canonical == text


@given(st.sampled_from([*PUBLIC_EXPENSE_LAWS, *LOCAL_LAWS]), st.integers(1, 47), st.integers(0, 999))
def test_payers_round_trip(law: str, prefecture: int, office: int) -> None:
    body = f"{law}{prefecture:02}{office:03}"
    number = PayerNumber.parse(body + check_digit(body))
    assert (number.canonical, number.law.code) == (body + check_digit(body), law)


def test_numbers_of_people_do_not_show_in_a_repr() -> None:
    assert "1234566" not in repr(RecipientNumber.parse("1234566"))
    assert "01234567" not in repr(LateElderlyNumber.parse("01234567"))


# lists


def test_there_are_47_prefectures_in_order() -> None:
    assert list(PREFECTURES) == [f"{code:02}" for code in range(1, 48)]
    assert len({(p.name, p.name_en) for p in PREFECTURES.values()}) == 47
    assert [PREFECTURES[code].name for code in ("01", "13", "27", "47")] == [
        "北海道",
        "東京都",
        "大阪府",
        "沖縄県",
    ]


def test_no_law_number_stands_in_two_lists() -> None:
    from kaihoken.identity import INSURANCE_LAWS

    lists = [set(INSURANCE_LAWS), set(PUBLIC_EXPENSE_LAWS), set(LOCAL_LAWS)]
    assert sum(map(len, lists)) == len(set.union(*lists))
    assert all(
        law.code == code
        for table in (INSURANCE_LAWS, PUBLIC_EXPENSE_LAWS, LOCAL_LAWS)
        for code, law in table.items()
    )
