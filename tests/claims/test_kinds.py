"""Files of the other kinds: each is read by its own layout, and a lawful one without a word."""

from datetime import date

import pytest

from kaihoken.claims.records import (
    ClaimLayout,
    DentalLayout,
    DpcLayout,
    MedicalLayout,
    PharmacyLayout,
    VisitingLayout,
    heads,
)
from kaihoken.claims.uke import Head, read

from .checked import findings, ids
from .files import Fields, a_file, a_receipt, act, days, head, in_bytes

CONFIRMED: Fields = ["SN", "1", "01", "", "", "", "01", "", ""]
INSURER: Fields = ["HO", "01130012", "１２３４５６７８", "１２３", "1", "330"]


def common(type_code: str, fields: int, *, kana: int, begun: int = 0) -> Fields:
    line = ["RE", "1", type_code, "202610", "山田　花子", "2", "19850512", *[""] * (fields - 7)]
    line[kana] = "ヤマダハナコ"
    if begun:
        line[begun] = "20261003"
    return line


def with_end(lines: list[Fields]) -> bytes:
    return in_bytes([*lines, ["GO", "1", "330", "99"]]) + b"\x1a"


def dental() -> bytes:
    place = ["1", "13", "3", "1234566", ""]
    additions = ["CB023", "", "", *[""] * 67]
    return with_end(
        [
            ["UK", *place, "港歯科", "202611", "01", "00"],
            ["IR", *place, "202611", "03-0000-0000", "01"],
            common("3112", 27, kana=25, begun=9),
            [*INSURER, *[""] * 8],
            CONFIRMED,
            ["JD", "1", *days(3)],
            ["HS", "", "", "104200103600", "8843836", *[""] * 8],
            ["SS", "11", "1", "301000110", "", "", *additions, "330", "1", *days(3)],
        ]
    )


def pharmacy() -> bytes:
    dispensed = ["1", "20261003", "20261003", "1", "5", "1", "1", "01", "430000110", "24", "", "", "30"]
    return with_end(
        [
            ["YK", "1", "13", "4", "1234566", "港薬局", "202611", "00", ""],
            common("4112", 42, kana=41),
            INSURER,
            CONFIRMED,
            ["JD", "1", *days(3)],
            ["SH", "01", "1", "", "", "6"],
            ["CZ", *dispensed],
            ["IY", "1", "620098801", "3"],
            ["SH", "02", "1", "", "", "6"],
            ["CZ", *dispensed],
            ["IY", "1", "620098801", "1.5"],
            ["KI", "20261003", "1", "1", "410000110", "45"],
        ]
    )


def visiting() -> bytes:
    patient = ["RE", "1", "6112", "202610", "山田　花子", "ヤマダハナコ", "2", "19850512", *[""] * 7]
    return with_end(
        [
            ["HM", "1", "13", "6", "1234566", "港訪問看護ステーション", "202611", "03-0000-0000"],
            patient,
            [*INSURER, *[""] * 6],
            CONFIRMED,
            ["JD", "1", *days(3)],
            ["HJ", "01", "20261001", "20270331"],
            ["JS", "歩行に介助を要する", "03", "", "", ""],
            ["SY", "8830052", "", "", ""],
            ["KA", "20261003", "1", "510000110", "", "330", "03", "", "01"],
        ]
    )


def grouped() -> bytes:
    receipt = a_receipt(re={2: "1111"}, visits=(3,), acts=[act("190117710", 330, 3, section="90")])
    group = ["BU", "010010xx9900xx", "20261003", "", "", ""]
    return a_file([*receipt[:5], group, *receipt[5:]])


KINDS = [
    (dental(), DentalLayout),
    (pharmacy(), PharmacyLayout),
    (visiting(), VisitingLayout),
    (grouped(), DpcLayout),
]


@pytest.mark.parametrize(("content", "kind"), [*KINDS, (a_file(a_receipt()), MedicalLayout)])
def test_each_kind_is_told_by_its_head_and_its_records(content: bytes, kind: type[ClaimLayout]) -> None:
    first = next(iter(read([content])))

    assert isinstance(first, Head)
    assert type(first.layout) is kind


@pytest.mark.parametrize("content", [content for content, _ in KINDS])
def test_a_lawful_file_of_another_kind_has_no_findings(content: bytes) -> None:
    assert ids(content) == []


@pytest.mark.parametrize("content", [content for content, _ in KINDS])
def test_a_month_that_cannot_be_read_is_said_of_the_head_of_every_kind(content: bytes) -> None:
    broken = content.replace(b"202611", b"20261x", 1)

    assert "file.month" in ids(broken)


def test_a_head_names_its_point_table_and_its_month() -> None:
    assert heads() == {"IR": (3, 7), "UK": (3, 7), "YK": (3, 6), "HM": (3, 6), "HI": (4, 2)}


def test_a_donors_receipt_may_follow_in_that_of_the_recipient() -> None:
    recipient = a_receipt(re={2: "1111"})
    donor: list[Fields] = [
        ["TI", "4", "1", *[""] * 7],
        ["TR", "1", "1991", "202610", "", "1", "19800101", "", "20261001", *[""] * 9],
        ["TS", "10", "0", "", ""],
        ["SY", "8830052", "20261003", "1", "", "", "", ""],
    ]

    assert "structure.order" not in ids(a_file([*recipient, *donor]))
    assert "structure.order" in ids(a_file([*recipient, *donor[1:]]))


def test_an_old_file_of_a_dentist_has_the_years_of_an_era() -> None:
    old = dental().decode("cp932").replace("202611", "43012").replace("202610", "43011")
    old = old.replace("20261003", "4301103").replace("19850512", "3600512")
    lines = [line for line in old.split("\r\n") if not line.startswith(("SN", "JD"))]
    content = "\r\n".join(lines).encode("cp932")

    assert [
        finding.check for finding in findings(content) if finding.check.startswith(("form", "file"))
    ] == []
    first = next(iter(read([content])))
    assert isinstance(first, Head)
    assert first.layout.calendar == "era"


def test_the_month_of_the_caller_counts_where_the_head_has_none() -> None:
    content = a_file(a_receipt(), first=head(claimed_month=""))
    first = next(iter(read([content], date(2018, 12, 1))))

    assert isinstance(first, Head)
    assert first.layout.calendar == "era"
