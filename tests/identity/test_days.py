"""和暦 and the dates of the wires."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaihoken.identity import (
    ERAS,
    Wareki,
    from_wareki,
    parse_claim_date,
    parse_claim_month,
    parse_iso_date,
    parse_wire_date,
    to_wareki,
    wire_date,
)
from kaihoken.problems import Problem

countable = st.dates(date(1873, 1, 1), date(2099, 12, 31))


def day(text: str) -> date:
    return date.fromisoformat(text)


def read_or_place(read: Callable[[str, str], date], text: str) -> date | str:
    """What `read` makes of a text met at "here", or where its problem says it was met."""
    try:
        return read(text, "here")
    except Problem as problem:
        return problem.where


@pytest.mark.parametrize(
    ("western", "written", "short", "digits"),
    [
        ("1873-01-01", "明治6年1月1日", "M6.1.1", "1060101"),
        ("1912-07-29", "明治45年7月29日", "M45.7.29", "1450729"),
        ("1912-07-30", "大正元年7月30日", "T1.7.30", "2010730"),
        ("1926-12-24", "大正15年12月24日", "T15.12.24", "2151224"),
        ("1926-12-25", "昭和元年12月25日", "S1.12.25", "3011225"),
        ("1989-01-07", "昭和64年1月7日", "S64.1.7", "3640107"),
        ("1989-01-08", "平成元年1月8日", "H1.1.8", "4010108"),
        ("2019-04-30", "平成31年4月30日", "H31.4.30", "4310430"),
        ("2019-05-01", "令和元年5月1日", "R1.5.1", "5010501"),
        ("2020-02-29", "令和2年2月29日", "R2.2.29", "5020229"),
        ("2026-11-20", "令和8年11月20日", "R8.11.20", "5081120"),
    ],
)
def test_the_days_on_which_eras_begin_and_end(western: str, written: str, short: str, digits: str) -> None:
    wareki = to_wareki(day(western))

    assert (str(wareki), wareki.short, wareki.claim_date, wareki.claim_month) == (
        written,
        short,
        digits,
        digits[:5],
    )
    assert wareki.western == day(western)
    assert from_wareki(written) == from_wareki(short) == parse_claim_date(digits) == day(western)


@pytest.mark.parametrize(
    "text",
    [
        "令和8年11月20日",
        "令和８年１１月２０日",
        "令和 8年 11月 20日",
        "令和08年11月20日",
        "㋿8年11月20日",
        "R8.11.20",
        "r8/11/20",
        "Ｒ８－１１－２０",
        "令和8.11.20",
        "令8.11.20",
        "R081120",
        "令０８１１２０",
    ],
)
def test_written_days_in_any_width(text: str) -> None:
    assert from_wareki(text) == date(2026, 11, 20)


def test_the_first_year_has_two_spellings() -> None:
    assert from_wareki("令和元年5月1日") == from_wareki("令和1年5月1日") == date(2019, 5, 1)


def test_days_that_two_eras_share_are_read_in_either() -> None:
    assert from_wareki("明治45年7月30日") == from_wareki("大正元年7月30日") == date(1912, 7, 30)
    assert from_wareki("大正15年12月25日") == from_wareki("昭和元年12月25日") == date(1926, 12, 25)


@pytest.mark.parametrize(
    "text",
    [
        "平成31年5月1日",
        "令和元年4月30日",
        "昭和64年1月8日",
        "平成元年1月7日",
        "昭和元年12月24日",
        "大正15年12月26日",
        "大正元年7月29日",
        "明治45年7月31日",
        "明治5年12月2日",
        "令和0年5月1日",
        "令和8年2月29日",
        "令和8年13月1日",
        "令和8年11月31日",
        "S600230",
        "H310501",
    ],
)
def test_days_that_an_era_did_not_have(text: str) -> None:
    with pytest.raises(Problem) as raised:
        from_wareki(text, where="birthdate")

    assert (raised.value.code, raised.value.where) == ("identity.era", "birthdate")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026年11月20日",
        "令和8年11月",
        "慶応3年1月1日",
        "R8",
        "令和100年1月1日",
        "八年",
        "R81120",
        "X081120",
    ],
)
def test_texts_that_are_no_era_date(text: str) -> None:
    with pytest.raises(Problem) as raised:
        from_wareki(text, where="birthdate")

    assert (raised.value.code, raised.value.where) == ("identity.date", "birthdate")


@pytest.mark.parametrize("western", ["1872-12-31", "0001-01-01", "2118-01-01", "9999-12-31"])
def test_days_that_cannot_be_counted_by_era(western: str) -> None:
    with pytest.raises(Problem) as raised:
        to_wareki(day(western))

    assert raised.value.code == "identity.era"


def test_no_era_day_holds_nonsense() -> None:
    with pytest.raises(Problem):
        Wareki(ERAS[0], 1, 4, 30)


@given(countable)
def test_era_days_round_trip_in_every_spelling(western: date) -> None:
    wareki = to_wareki(western)

    assert wareki.western == western
    assert from_wareki(str(wareki)) == from_wareki(wareki.short) == western
    assert parse_claim_date(wareki.claim_date) == western
    assert parse_claim_month(wareki.claim_month) == western.replace(day=1)


@given(countable)
def test_eras_follow_one_another_without_a_gap(western: date) -> None:
    today, tomorrow = to_wareki(western), to_wareki(western + timedelta(days=1))

    assert today.era is tomorrow.era or (tomorrow.year == 1 and tomorrow.era.first == tomorrow.western)


@given(st.text(max_size=16))
def test_any_text_is_an_era_day_or_a_problem(text: str) -> None:
    western = read_or_place(from_wareki, text)

    assert western == "here" or (
        isinstance(western, date) and from_wareki(str(to_wareki(western))) == western
    )


# wire dates


def test_wire_dates() -> None:
    assert parse_wire_date("20261120") == parse_iso_date("2026-11-20") == date(2026, 11, 20)
    assert parse_wire_date("20240229") == date(2024, 2, 29)
    assert wire_date(date(2026, 1, 2)) == "20260102"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "20261131",
        "20260229",
        "20261301",
        "20260001",
        "00000000",
        "2026112",
        "202611200",
        "２０２６１１２０",
        "2026-11-20",
        "2026W471",
        "2026 120",
        "+2026112",
        "2026_120",
        "20261１20",
    ],
)
def test_impossible_wire_dates(text: str) -> None:
    with pytest.raises(Problem) as raised:
        parse_wire_date(text, where="/XmlMsg/MessageBody/Birthdate")

    assert (raised.value.code, raised.value.where) == ("identity.date", "/XmlMsg/MessageBody/Birthdate")
    assert "yyyyMMdd" in raised.value.mend("en")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026-11-31",
        "2026-02-29",
        "2026-W47-5",
        "2026-1-20",
        "20261120",
        "2026/11/20",
        "2026-11-2０",
        "2026-11-2a",
        "2026-11-20T00",
        "+026-11-20",
    ],
)
def test_impossible_iso_dates(text: str) -> None:
    with pytest.raises(Problem) as raised:
        parse_iso_date(text, where="birthdate")

    assert (raised.value.code, raised.value.where) == ("identity.date", "birthdate")


@given(st.dates())
def test_wire_dates_round_trip(western: date) -> None:
    assert parse_wire_date(wire_date(western)) == western
    assert parse_iso_date(western.isoformat()) == western
    assert parse_claim_date(wire_date(western)) == western
    assert parse_claim_month(wire_date(western)[:6]) == western.replace(day=1)


@given(st.text(max_size=11))
def test_any_text_is_a_wire_date_or_a_problem(text: str) -> None:
    for read in (parse_wire_date, parse_iso_date, parse_claim_date, parse_claim_month):
        read_as = read_or_place(read, text)
        assert read_as == "here" or isinstance(read_as, date)


# claim files


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("202609", "2026-09-01"),
        ("43104", "2019-04-01"),
        ("50105", "2019-05-01"),
        ("36401", "1989-01-01"),
        ("40101", "1989-01-01"),
        ("30112", "1926-12-01"),
        ("21512", "1926-12-01"),
    ],
)
def test_months_of_claim_files(text: str, first: str) -> None:
    assert parse_claim_month(text) == day(first)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("43105", "identity.era"),
        ("50104", "identity.era"),
        ("36402", "identity.era"),
        ("50113", "identity.era"),
        ("50001", "identity.era"),
        ("60101", "identity.era"),
        ("00101", "identity.era"),
        ("10512", "identity.era"),
        ("202613", "identity.date"),
        ("202600", "identity.date"),
        ("2026", "identity.date"),
        ("5010A", "identity.date"),
        ("20269", "identity.era"),
        ("", "identity.date"),
    ],
)
def test_months_that_no_claim_file_can_have(text: str, code: str) -> None:
    with pytest.raises(Problem) as raised:
        parse_claim_month(text, where="line 2")

    assert (raised.value.code, raised.value.where) == (code, "line 2")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("4310501", "identity.era"),
        ("6010101", "identity.era"),
        ("5080230", "identity.era"),
        ("508112", "identity.date"),
    ],
)
def test_days_that_no_claim_file_can_have(text: str, code: str) -> None:
    with pytest.raises(Problem) as raised:
        parse_claim_date(text, where="line 2")

    assert (raised.value.code, raised.value.where) == (code, "line 2")
