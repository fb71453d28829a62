"""修正票 as PDF: one list to work down, with a box to tick and room for a name."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from kaihoken.claims.checks import Level
from kaihoken.claims.remedy.slips import Slip, SlipLine, Slips
from kaihoken.paper import SMALL, Cell, Column, Paper, Printing, Sheet, put_table, yen

NAME: Final = "レセプト修正票"
_CARE: Final = "取扱注意"
_COLUMNS = (
    Column("番号・カルテ", 62, 9.5),
    Column("氏名・請求額", 92, 9.5),
    Column("何が", 142, 9),
    Column("レセコンのどこで直すか", 128, 9),
    Column("済", 24),
    Column("直した人", 51),
)
_WORDS: Mapping[Level, str] = {
    Level.FILE: "× ファイル受付不能",
    Level.RECEIPT: "× 受付不能",
    Level.RETURN: "△ 返戻の見込み",
    Level.NOTICE: "・ 確認",
}


def slips_paper(slips: Slips, printing: Printing) -> Paper:
    """The list in the order of the work. Raises what `Sheet` raises."""
    sheet = Sheet(printing, NAME, care=_CARE)
    claimed = f"{slips.claimed.year}年{slips.claimed.month}月請求分　" if slips.claimed else ""
    sheet.title(NAME, f"{slips.facility_name}　{claimed}{len(slips.slips)}件")
    sheet.paragraph(
        "直すのはレセコンです。このプログラムはファイルを書きかえません。直したら、ファイルを作り直してもう一度点検してください。",
        SMALL,
    )
    sheet.space(8)
    put_table(sheet, _COLUMNS, _rows(slips), least=30)
    return sheet.finished("shuseihyo.pdf")


def _rows(slips: Slips) -> Iterator[Sequence[Cell]]:
    for line in slips.file_lines:
        yield _row(Cell("ファイル"), Cell(), line)
    for slip in slips.slips:
        for at, line in enumerate(slip.lines):
            yield _row(_number(slip) if at == 0 else Cell(), _who(slip) if at == 0 else Cell(), line)


def _number(slip: Slip) -> Cell:
    return Cell(slip.number, f"カルテ {slip.chart}" if slip.chart else "")


def _who(slip: Slip) -> Cell:
    return Cell(slip.name, yen(slip.yen))


def _row(number: Cell, who: Cell, line: SlipLine) -> Sequence[Cell]:
    unsure = "" if line.sure else "（根拠は未確認）"
    what = Cell(line.what, f"{_WORDS[line.level]}{unsure}　{line.place}")
    return (number, who, what, Cell(line.where), Cell(tick=True), Cell())
