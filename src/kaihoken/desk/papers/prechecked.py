"""翌日の事前確認リスト: tomorrow's patients with what the evening's check answered, in case the line is down.

A paper lies about. So nothing on it says who has 医療扶助: such a row, and any row whose text would tell it,
carries the same small 「窓口で確認」 as a row that was not answered, and neither share nor category nor note.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum

from kaihoken.paper import (
    SMALL,
    Cell,
    Column,
    Field,
    Paper,
    Patient,
    Printing,
    Sheet,
    in_era,
    put_fields,
    put_table,
)
from kaihoken.web import day_in_words

CARE = "取扱注意"
AT_THE_COUNTER = "窓口で確認"


class Outcome(StrEnum):
    """What the check in advance answered: the word with its sign, readable in grey."""

    VALID = "✓ 有効"
    IN_PROGRESS = "… 手続中"
    CHECK = "△ 要確認"
    LAST_KNOWN = "前回の確認のみ"
    NOT_ANSWERED = ""


@dataclass(frozen=True, slots=True, repr=False)
class Expected:
    """A patient of that day. `share` is in tenths (割), None where it is not known; `limit` the category of 限度額 as
    it is copied (適用区分ウ); `confirmed` the day of the answer where it is not that evening's. `withheld` marks a row
    of which the paper must say nothing, as for 医療扶助."""

    patient: Patient
    at: time | None = None
    outcome: Outcome = Outcome.NOT_ANSWERED
    share: int | None = None
    limit: str = ""
    note: str = ""
    confirmed: date | None = None
    withheld: bool = False


_COLUMNS = (
    Column("時刻", 38, 10),
    Column("患者番号", 58, 9.5),
    Column("氏名・カナ", 128, 11),
    Column("事前確認", 88, 11),
    Column("割合", 34, 10),
    Column("限度額 区分", 60, 9),
    Column("メモ", 67, 8.5),
    Column("受付", 26),
)

# What tells of 医療扶助 wherever it stands, also in short: 生保, 法別 12, a number of its payers.
_TELLING = re.compile(
    "医療?扶助?|生活保護|生保|被保護|福祉事務所|医療券|調剤券|中国残留|保護課|(?:法別|公費)\\s*(?:12|25)"
    "|(?<![0-9])(?:12|25)[0-9]{6}(?![0-9])|(?<![A-Za-z])A1(?![A-Za-z0-9])"
)


def prechecked_list(
    day: date, rows: Sequence[Expected], printing: Printing, *, shred_by: date, confirmed_on: date
) -> Paper:
    """The list for `day`, in the order given, as it was answered on `confirmed_on`; on every page 取扱注意 and the day
    by which it is to be shredded. Raises what `Sheet` raises."""
    sheet = Sheet(
        printing, f"事前確認リスト（{day_in_words(day, 'ja')}）", care=f"{CARE}　{_short(shred_by)}までに裁断"
    )
    sheet.title(f"{day_in_words(day, 'ja', year=True)}の事前確認リスト", f"{in_era(day)}　{len(rows)}名")
    sheet.paragraph(
        f"{day_in_words(confirmed_on, 'ja')}の回答です。当日の確認ではありません。"
        "つながったら、もう一度確認してください。",
        SMALL,
    )
    sheet.paragraph(
        f"「{AT_THE_COUNTER}」は、事前の回答がない方と、紙には書かない方です。受付の画面で確認してください。",
        SMALL,
    )
    sheet.space(8)
    put_table(sheet, _COLUMNS, (_row(expected) for expected in rows), least=30)
    sheet.space(10)
    sheet.need(40)
    put_fields(sheet, [[Field("裁断した日"), Field("裁断した人")]], label=64)
    return sheet.finished(f"jizen-kakunin-{day.isoformat()}.pdf")


def _row(expected: Expected) -> Sequence[Cell]:
    patient = expected.patient
    first = (
        Cell(expected.at.strftime("%H:%M").lstrip("0") if expected.at else ""),
        Cell(patient.number),
        Cell(patient.name, patient.kana),
    )
    if _silent(expected):
        return (*first, Cell(AT_THE_COUNTER, faint=True), Cell(), Cell(), Cell(), Cell(tick=True))
    return (
        *first,
        Cell(expected.outcome, f"{_short(expected.confirmed)}の回答" if expected.confirmed else ""),
        Cell(f"{expected.share}割" if expected.share is not None else ""),
        Cell(expected.limit),
        Cell(expected.note),
        Cell(tick=True),
    )


def _silent(expected: Expected) -> bool:
    told = unicodedata.normalize("NFKC", f"{expected.limit}\n{expected.note}")
    return (
        expected.withheld
        or expected.outcome is Outcome.NOT_ANSWERED
        or expected.share == 0
        or _TELLING.search(told) is not None
    )


def _short(day: date) -> str:
    return f"{day.month}月{day.day}日"
