"""Reading a list: encodings, quotes, where the header stands, what columns hold, and what is wrong with a row."""

import csv
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaihoken.desk.files.cells import read_share
from kaihoken.desk.files.columns import Field, fingerprint, guess_columns
from kaihoken.desk.files.differences import as_csv
from kaihoken.desk.files.table import LARGEST_FILE, REMOVED, read_table
from kaihoken.identity import check_digit
from kaihoken.problems import Problem

from .lists import HEADER, TODAY, YAMADA, a_list, a_row, columns_of, faults_of, patients_in

_EXTERNAL = "髙﨑　\ue000彅"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_list_says_the_same_in_every_dress(encoding: str, delimiter: str, end: str) -> None:
    lines = ["患者一覧　2026/11/20", "", HEADER, a_row(氏名=_EXTERNAL)]
    content = end.join(line.replace(",", delimiter) for line in lines).encode(encoding)

    (found,) = patients_in(content).good

    assert found[0].line == 4
    assert found[1].name == _EXTERNAL
    assert found[1].number == "00231"
    assert found[1].birthdate == date(1980, 1, 1)


cells = st.text(st.characters(blacklist_categories=("Cs", "Cc", "Nd", "No", "Nl")), max_size=12).map(
    lambda text: text.strip()
)


@given(st.lists(st.lists(cells, min_size=3, max_size=3).filter(any), min_size=1, max_size=8))
def test_what_a_spreadsheet_writes_is_read_back(rows: list[list[str]]) -> None:
    quoted = "\n".join(",".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows)

    table = read_table(f"患者番号,氏名,備考\n{quoted}".encode())

    read = [list(row.cells) for row in table.rows()]
    assert [[cell for cell in row if not cell.startswith("=")] for row in read] == [
        [cell for cell in row if not cell.startswith("=")] for row in rows
    ]


@given(st.binary(max_size=300))
def test_whatever_bytes_come_they_are_a_table_or_refused(content: bytes) -> None:
    assert _read(content) in (True, "desk.file-encoding", "desk.file-empty")


def _read(content: bytes) -> bool | str:
    """Whether there are rows, or the code by which they were refused."""
    try:
        return read_table(content).count > 0
    except Problem as problem:
        return problem.code


@given(
    st.integers(0, 10**12 - 1),
    st.sampled_from(["{}{}{}", "{} {} {}", "{}-{}-{}", "No.{}{}{}"]),
    st.booleans(),
)
def test_twelve_digits_are_gone_before_anybody_sees_them(number: int, form: str, wide: bool) -> None:
    digits = f"{number:012}"
    cell = form.format(digits[:4], digits[4:8], digits[8:])
    written = cell.translate({ord(str(one)): chr(0xFF10 + one) for one in range(10)}) if wide else cell

    table = read_table(f"患者番号,氏名,備考\n1,山田　太郎,{written}\n2,山田　次郎,".encode())

    assert [row.fault for row in table.rows()] == ["individual-number", ""]
    assert next(table.rows()).cells == ("1", "山田　太郎", REMOVED)


@pytest.mark.parametrize(
    "near", ["03-1234-56789", "+819012345678", "2026-11-24 09:30", "1234567890123", "12345678901"]
)
def test_what_is_near_to_twelve_digits_stays(near: str) -> None:
    assert next(read_table(f"患者番号,氏名,備考\n1,山田　太郎,{near}".encode()).rows()).fault == ""


def test_a_quote_that_never_closes_costs_its_row_and_what_follows_and_no_row_before() -> None:
    broken = a_row().replace("山田　太郎", '"山田　太郎')

    assert faults_of(a_list(a_row(患者番号="1"), broken, a_row(患者番号="3"))) == [(3, "", "desk.file-row")]
    assert faults_of(a_list(a_row(), a_row(患者番号="2") + ",,x")) == [(3, "", "desk.file-row")]
    assert faults_of(a_list(a_row() + ",,")) == []


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "desk.file-empty"),
        (HEADER.encode(), "desk.file-empty"),
        (b"PK\x03\x04\x00\x00", "desk.file-encoding"),
        (b"\x81", "desk.file-encoding"),
        (b"x" * (LARGEST_FILE + 1), "desk.file-too-large"),
    ],
)
def test_what_is_no_list_is_refused(content: bytes, code: str) -> None:
    with pytest.raises(Problem) as refused:
        read_table(content)
    assert refused.value.code == code


def test_columns_are_found_by_what_they_hold_where_headings_say_nothing() -> None:
    insurers = [f"011300{n}" for n in range(1, 10)]
    rows = [[str(n), f"1988010{n}", one + check_digit(one)] for n, one in enumerate(insurers, 1)]
    unlike = [[number, born, f"{one[:7]}{(int(one[7]) + 1) % 10}"] for number, born, one in rows]

    found = guess_columns(("A", "B", "C"), rows, TODAY, {})
    near = guess_columns(("A", "B", "C"), unlike, TODAY, {})

    assert {field: guess.column for field, guess in found.items()} == {
        Field.INSURER_NUMBER: 2,
        Field.BIRTHDATE: 1,
    }
    assert Field.INSURER_NUMBER not in near


def test_what_headings_meant_before_goes_before_words_and_one_column_is_given_once() -> None:
    found = guess_columns(("コード", "氏名", "氏名"), [], TODAY, {"コード": Field.NUMBER})

    assert {field: (guess.column, guess.why) for field, guess in found.items()} == {
        Field.NUMBER: (0, "before"),
        Field.NAME: (1, "word"),
    }


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("公費①負担者番号", Field.PAYER_1),
        ("第二公費受給者番号", Field.RECIPIENT_2),
        ("公費負担者番号３", Field.PAYER_3),
        ("受給者番号", Field.RECIPIENT_1),
        ("患者 No.", Field.NUMBER),
        ("生年月日", Field.BIRTHDATE),
    ],
)
def test_headings_are_read_in_their_many_forms(heading: str, field: Field) -> None:
    assert guess_columns((heading,), [], TODAY, {})[field].column == 0


def test_a_header_is_the_same_in_another_width_and_not_with_another_column() -> None:
    assert fingerprint(("患者番号", "TEL"), 2) == fingerprint(("患者 番号", "ｔｅｌ"), 2)
    assert fingerprint(("患者番号", "TEL"), 2) != fingerprint(("患者番号", "TEL", "備考"), 3)
    assert fingerprint((), 2) != fingerprint((), 3)


@pytest.mark.parametrize(
    ("text", "percent"),
    [("3", 30), ("30", 30), ("3割", 30), ("030", 30), ("３割", 30), ("30%", 30), ("0", 0), ("10", 10), ("02", 20),
     ("100", 100), ("10割", 100)],
)  # fmt: skip
def test_a_share_is_read_in_its_many_forms(text: str, percent: int) -> None:
    assert read_share(text) == percent


@pytest.mark.parametrize("text", ["7", "70", "7割", "090", "5", "x", "3割?", "1000"])
def test_what_may_be_what_the_insurer_pays_is_no_share(text: str) -> None:
    with pytest.raises(Problem) as refused:
        read_share(text)
    assert refused.value.code == "desk.file-share"


@pytest.mark.parametrize(
    "written", ["1980-01-01", "1980/1/1", "昭和55年1月1日", "S55.1.1", "s550101", "3550101"]
)
def test_a_birthdate_is_read_in_either_calendar(written: str) -> None:
    assert patients_in(a_list(a_row(生年月日=written))).good[0][1].birthdate == date(1980, 1, 1)


@pytest.mark.parametrize(
    ("heading", "cell", "field", "code"),
    [
        ("患者番号", "", "number", "desk.file-no-number"),
        ("患者番号", "1" * 21, "number", "desk.file-text"),
        ("氏名", "", "name", "hub.form-missing"),
        ("生年月日", "19800230", "birthdate", "identity.date"),
        ("生年月日", "平成40年1月1日", "birthdate", "identity.era"),
        ("生年月日", "20261121", "birthdate", "coverage.birthdate-future"),
        ("生年月日", "18900101", "birthdate", "coverage.birthdate-early"),
        ("保険者番号", "1130012", "insurer-number", "identity.insurer-digits"),
        ("保険者番号", "01130013", "insurer-number", "identity.check-digit"),
        ("番号", "\u200b", "insured-number", "identity.insured-number"),
        ("枝番", "123", "branch", "identity.branch"),
        ("負担割合", "7", "share", "desk.file-share"),
        ("公費負担者番号", "54136015", "payer-1", "hub.form-missing"),
        ("カナ", "ア" * 101, "kana", "desk.file-text"),
    ],
)
def test_each_fault_is_said_at_its_field(heading: str, cell: str, field: str, code: str) -> None:
    assert faults_of(a_list(a_row(患者番号="9"), a_row(**{heading: cell}))) == [(3, field, code)]


def test_every_fault_of_a_row_is_told_and_the_good_rows_are_kept() -> None:
    content = a_list(a_row(枝番="x", 負担割合="9"), a_row(患者番号="7"))

    assert faults_of(content) == [(2, "branch", "identity.branch"), (2, "share", "desk.file-share")]
    assert [row.number for _, row in patients_in(content).good] == ["7"]


def test_rows_of_one_number_that_differ_are_refused_together_and_equal_ones_are_one() -> None:
    differ = a_list(YAMADA, a_row(患者番号="231", 氏名="山田　次郎"))

    assert faults_of(differ) == [
        (2, "number", "desk.file-number-twice"),
        (3, "number", "desk.file-number-twice"),
    ]
    assert len(patients_in(a_list(YAMADA, YAMADA)).good) == 1


def test_a_list_with_days_is_one_of_appointments() -> None:
    assert columns_of("患者番号,予約日,予約時刻\n1,20261120,09:30".encode()).kind == "appointments"
    assert columns_of(a_list(YAMADA)).kind == "patients"


@given(st.lists(st.text("'=+-@＝－a1\t ", min_size=1, max_size=8), min_size=2, max_size=6))
def test_no_cell_that_goes_out_runs_as_a_formula_and_each_comes_back(cells: list[str]) -> None:
    kept = [cell.strip() or "x" for cell in cells]
    content = as_csv([["患者番号", "氏名", *map(str, range(len(kept)))], ["1", "山田　太郎", *kept]])

    (written,) = list(csv.reader(content.decode("utf-8-sig").splitlines()))[1:]
    assert not any(cell.startswith(tuple("=+-@＝＋－＠\t\r")) for cell in written)
    assert next(read_table(content).rows()).cells[2:] == tuple(kept)


def test_an_apostrophe_that_keeps_nothing_from_running_stays() -> None:
    row = next(read_table("患者番号,氏名,備考\n1,'太郎,O'Neil".encode()).rows())

    assert row.cells == ("1", "'太郎", "O'Neil")
