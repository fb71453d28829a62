"""Lists of a レセコン for tests."""

from datetime import date

from kaihoken.desk.files.columns import Columns, guess_columns, kind_of
from kaihoken.desk.files.rows import PatientRow, Rows, patient_rows
from kaihoken.desk.files.table import read_table

TODAY = date(2026, 11, 20)
HEADER = (
    "患者番号,氏名,カナ,生年月日,保険者番号,記号,番号,枝番,負担割合,公費負担者番号,公費受給者番号,電話番号"
)
YAMADA = "00231,山田　太郎,ﾔﾏﾀﾞ ﾀﾛｳ,19800101,01130012,12-34,56,01,3,,,03-1234-5678"


def a_row(**said: str) -> str:
    """The row of one patient with other cells, by the headings in `HEADER`."""
    cells = dict(zip(HEADER.split(","), YAMADA.split(","), strict=True))
    assert said.keys() <= cells.keys()
    return ",".join({**cells, **said}.values())


def a_list(*rows: str, header: str = HEADER) -> bytes:
    return "\r\n".join((header, *rows, "")).encode()


def columns_of(content: bytes) -> Columns:
    """What a person confirms who finds every guess right."""
    table = read_table(content)
    guesses = guess_columns(table.header, [row.cells for row in table.rows()], TODAY, {})
    return Columns(kind_of(guesses), {field: guess.column for field, guess in guesses.items()})


def patients_in(content: bytes) -> Rows[PatientRow]:
    rows: Rows[PatientRow] = Rows([], [])
    for part in patient_rows(read_table(content), columns_of(content), TODAY):
        rows.good += part.good
        rows.bad += sorted(part.bad, key=lambda bad: bad.line)
    return rows


def faults_of(content: bytes) -> list[tuple[int, str, str]]:
    """Line, field and code of everything that is wrong."""
    return [(row.line, fault.field, fault.code) for row in patients_in(content).bad for fault in row.faults]
