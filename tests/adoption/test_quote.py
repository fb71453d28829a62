"""A quote as it comes, and what is worth asking the seller."""

from datetime import date

import pytest

from kaihoken import rules
from kaihoken.adoption import (
    FacilityKind,
    Line,
    Part,
    Purchase,
    Quote,
    QuoteFinding,
    check_quote,
    cost_of,
    read_quote,
)
from kaihoken.adoption.checking import part_of
from kaihoken.adoption.law import Asset, UsualQuote
from kaihoken.problems import Problem

ON = date(2022, 8, 1)
USUAL = rules.load(UsualQuote, on=ON)


def a_quote(*without, more=()):
    """One with every line that is needed, once, within what is usual."""
    lines = (
        Line("顔認証付きカードリーダー", 99_000, Part.READER),
        Line("端末", 200_000, Part.TERMINAL),
        Line("電子証明書", 1_500, Part.CERTIFICATE),
        Line("ルータ", 40_000, Part.NETWORK),
        Line("回線工事", 30_000, Part.LINE_SETUP),
        Line("レセコン改修", 50_000, Part.MODIFICATION),
        Line("設定", 80_000, Part.SETUP),
        Line("保守", 6_000, Part.MAINTENANCE, per="month"),
        Line("回線使用料", 3_000, Part.LINE_FEE, per="month"),
    )
    return Quote((*(line for line in lines if line.part not in without), *more))


def found(quote, order_on=ON):
    return [
        (one.kind, one.part, one.lines) for one in check_quote(quote, FacilityKind.CLINIC, order_on).findings
    ]


def test_a_usual_quote_leaves_nothing_to_ask():
    assert found(a_quote()) == []


def test_what_is_needed_and_not_there_is_named():
    assert found(a_quote(Part.NETWORK)) == [(QuoteFinding.MISSING, Part.NETWORK, ())]


def test_a_reader_is_missing_only_when_none_comes_free():
    assert found(a_quote(Part.READER)) == []
    assert found(a_quote(Part.READER), date(2026, 11, 22)) == [(QuoteFinding.MISSING, Part.READER, ())]


@pytest.mark.parametrize(
    ("line", "kind", "part", "lines"),
    [
        (
            Line("保守 その2", 0, Part.MAINTENANCE, per="month"),
            QuoteFinding.DOUBLE,
            Part.MAINTENANCE,
            (8, 10),
        ),
        (Line("端末 ", 200_000, Part.TERMINAL), QuoteFinding.DOUBLE, Part.TERMINAL, (2, 10)),
        (Line("ルータ", 0, Part.NETWORK, per="month"), QuoteFinding.PERIOD, Part.NETWORK, (10,)),
        (Line("諸経費", 5_000), QuoteFinding.UNKNOWN, None, (10,)),
        (
            Line("レセコン改修 2", 19_999, Part.MODIFICATION),
            QuoteFinding.LINE_RANGE,
            Part.MODIFICATION,
            (10,),
        ),
        (Line("オプション", 300_501, Part.OPTION), QuoteFinding.TOTAL_RANGE, None, ()),
        (Line("諸経費", 1, per="month"), QuoteFinding.UNKNOWN, None, (10,)),
    ],
)
def test_one_line_too_many_is_found(line, kind, part, lines):
    assert (kind, part, lines) in found(a_quote(more=(line,)))


@pytest.mark.parametrize(
    "line",
    [
        Line("端末", 200_001, Part.TERMINAL),
        Line("レセコン改修 2", 20_000, Part.MODIFICATION),
        Line("レセコン改修 3台", 60_000, Part.MODIFICATION, quantity=3),
        Line("オプション", 300_500, Part.OPTION),
    ],
)
def test_a_line_within_what_is_usual_is_not(line):
    assert found(a_quote(more=(line,))) in ([], [(QuoteFinding.DOUBLE, line.part, ())])


def test_a_running_line_that_does_not_say_so_is_asked_about_and_counted_by_the_month():
    quote = a_quote(Part.MAINTENANCE, more=(Line("保守", 6_000, Part.MAINTENANCE),))

    assert found(quote) == [(QuoteFinding.PERIOD, Part.MAINTENANCE, (9,))]
    assert check_quote(quote, FacilityKind.CLINIC, ON).monthly_yen == 9_000


def test_a_cost_by_the_year_is_spread_over_its_months():
    quote = a_quote(Part.MAINTENANCE, more=(Line("保守", 70_001, Part.MAINTENANCE, per="year"),))

    assert check_quote(quote, FacilityKind.CLINIC, ON).monthly_yen == 3_000 + 5_834


def test_a_range_from_one_source_is_told_as_unconfirmed():
    checked = check_quote(a_quote(more=(Line("連携", 1, Part.MODIFICATION),)), FacilityKind.CLINIC, ON)
    above = check_quote(
        a_quote(more=(Line("回線", 9_000, Part.LINE_FEE, per="month"),)), FacilityKind.CLINIC, ON
    )

    assert (
        {doubt.what for doubt in checked.doubts} == {doubt.what for doubt in above.doubts} == {"usual-range"}
    )


@pytest.mark.parametrize(
    ("name", "part"),
    [
        ("ルータ設定", Part.SETUP),
        ("設定済みルータ", Part.NETWORK),
        ("オンライン資格確認端末", Part.TERMINAL),
        ("資格確認端末 設置費", Part.SETUP),
        ("顔認証付きカードリーダー 保守", Part.MAINTENANCE),
        ("Router", Part.NETWORK),
        ("諸経費", None),
    ],
)
def test_the_last_usual_word_says_what_a_line_is(name, part):
    assert part_of(name, USUAL) is part


def test_what_each_subsidy_covers_adds_up():
    checked = check_quote(a_quote(more=(Line("個別カスタマイズ", 10_000),)), FacilityKind.CLINIC, ON)

    assert (checked.readers_yen, checked.system_yen, checked.uncovered_yen) == (99_000, 401_500, 10_000)
    assert checked.once_yen == 510_500
    assert dict(checked.assets) == {Asset.COMPUTER: 200_000, Asset.NETWORK: 40_000, Asset.SOFTWARE: 50_000}


def test_own_cost_is_what_neither_the_reader_nor_the_subsidy_covers():
    checked = check_quote(a_quote(more=(Line("個別カスタマイズ", 10_000),)), FacilityKind.CLINIC, ON)

    cost = cost_of(checked, Purchase(FacilityKind.CLINIC, ON))

    assert (cost.once_yen, cost.given_yen, cost.subsidy.yen, cost.own_yen) == (
        510_500,
        99_000,
        401_000,
        10_500,
    )
    assert sum(held.yen for held in cost.held if held.asset is not Asset.READER) <= cost.subsidy.yen
    assert cost.held[0].yen == 99_000


@pytest.mark.parametrize(
    ("price", "quantity", "readers", "given"),
    [(99_000, 1, 1, 99_000), (120_000, 1, 1, 99_000), (198_000, 2, 1, 99_000), (80_000, 1, 1, 80_000)],
)
def test_a_reader_in_the_quote_is_given_at_its_price_up_to_its_worth(price, quantity, readers, given):
    quote = a_quote(Part.READER, more=(Line("リーダー", price, Part.READER, quantity),))

    cost = cost_of(check_quote(quote, FacilityKind.CLINIC, ON), Purchase(FacilityKind.CLINIC, ON, readers))

    assert cost.given_yen == given


def test_without_readers_or_a_subsidy_all_is_own_cost_and_nothing_is_held():
    later = date(2026, 11, 22)
    checked = check_quote(a_quote(Part.READER), FacilityKind.CLINIC, later)

    cost = cost_of(checked, Purchase(FacilityKind.CLINIC, later))

    assert (cost.own_yen, cost.given_yen, cost.held) == (401_500, 0, ())


def test_a_quote_of_running_cost_alone_has_no_subsidy():
    checked = check_quote(Quote((Line("保守", 1, Part.MAINTENANCE, per="month"),)), FacilityKind.CLINIC, ON)

    assert cost_of(checked, Purchase(FacilityKind.CLINIC, ON)).subsidy.yen == 0


CSV = 'name,yen,per,quantity\nルータ設定,"30,000",once,2\n保守,6000,,\n'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
def test_a_spreadsheet_is_read_in_the_encodings_of_offices(encoding):
    quote = read_quote(CSV.encode(encoding), "見積.CSV")

    assert quote.lines == (Line("ルータ設定", 30_000, per="once", quantity=2), Line("保守", 6_000))


def test_yaml_is_read_with_what_it_says_of_a_line():
    content = "seller: A\nlines:\n  - {name: 保守, yen: 72000, part: maintenance, per: year}\n".encode()

    assert read_quote(content, "a.yaml") == Quote((Line("保守", 72_000, Part.MAINTENANCE, per="year"),), "A")


@pytest.mark.parametrize(
    ("content", "file", "code", "where"),
    [
        (b"name,yen\nA,many\n", "a.csv", "adoption.file-invalid", "a.csv:2"),
        (b"name,yen\nA,1\nB,-1\n", "a.csv", "adoption.file-invalid", "a.csv:3"),
        (b"name\nA\n", "a.csv", "adoption.file-invalid", "a.csv:2"),
        (b"name,price\nA,1\n", "a.csv", "adoption.file-invalid", "a.csv:2"),
        (b"name,yen\nA,1,2\n", "a.csv", "adoption.file-invalid", "a.csv:2"),
        (b"name,yen\nA,1,\n", "a.csv", "adoption.file-invalid", "a.csv:2"),
        (b"name,yen,per\nA,1,week\n", "a.csv", "adoption.file-invalid", "a.csv:2"),
        (b'name,yen\n"A,1\n', "a.csv", "adoption.file-unreadable", "a.csv:1"),
        (b"name,yen\n", "a.csv", "adoption.file-unreadable", "a.csv:1"),
        (b"\xff\xfe\x81", "a.csv", "adoption.file-unreadable", "a.csv:1"),
        (b"lines: [}", "a.yaml", "adoption.file-unreadable", "a.yaml:1"),
        (b"lines:\n  - {name: A, yen: 1.5}\n", "a.yaml", "adoption.file-invalid", "a.yaml:2 lines[0].yen"),
        (b"lines:\n  - {name: A, yen: 1}\nprice: 2\n", "a.yaml", "adoption.file-invalid", "a.yaml:3 price"),
        (b"lines: []\n", "a.yaml", "adoption.file-invalid", "a.yaml:1 lines"),
    ],
)
def test_a_fault_is_told_with_its_line(content, file, code, where):
    with pytest.raises(Problem) as raised:
        read_quote(content, file)

    assert (raised.value.code, raised.value.where) == (code, where)
