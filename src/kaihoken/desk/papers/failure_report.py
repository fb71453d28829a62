"""利用報告書 of システム障害時モード: who was looked at, what was seen and why, who called back.

The layout is ours; the paper says that form and address are to be checked (rule family desk/system-failure,
unconfirmed).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

import msgspec

from kaihoken import rules
from kaihoken.clock import TOKYO
from kaihoken.identity import to_wareki
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
from kaihoken.web import time_in_words

CARE = "取扱注意"


class FailureMode(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whom to call, and what the report says of itself (rule family desk/system-failure)."""

    family: ClassVar[str] = "desk/system-failure"

    telephone: str | None
    caution: str


@dataclass(frozen=True, slots=True, repr=False)
class Looked:
    """One person looked at by the four items (氏名, 生年月日, 性別, 住所). `seen` is what was shown
    (資格, 薬剤情報)."""

    at: datetime
    patient: Patient
    seen: tuple[str, ...]
    why: str = ""
    consent: str = ""
    by: str = ""


@dataclass(frozen=True, slots=True, repr=False)
class FailureUse:
    """One use of the mode from the call to its end. Instants have a zone; what is None is written by hand."""

    looked: tuple[Looked, ...]
    failure: str = ""
    began: datetime | None = None
    ended: datetime | None = None
    called: datetime | None = None
    called_by: str = ""
    called_back: datetime | None = None
    called_back_by: str = ""
    called_back_to: str = ""
    reference: str = ""


_COLUMNS = (
    Column("日時", 52, 8.5),
    Column("氏名・カナ", 96, 10),
    Column("生年月日・性別", 82, 8.5),
    Column("住所", 102, 8.5),
    Column("見たもの", 66, 8.5),
    Column("理由・同意", 61, 8.5),
    Column("見た人", 40, 8.5),
)


def failure_report(use: FailureUse, printing: Printing) -> Paper:
    """The report. Raises what `rules.load` and `Sheet` raise."""
    mode = rules.load(FailureMode, on=printing.on)
    sheet = Sheet(printing, "システム障害時モード 利用報告書", care=CARE)
    sheet.title("システム障害時モード 利用報告書", mode.caution)
    clinic = printing.clinic
    put_fields(
        sheet,
        [
            [Field("医療機関", clinic.name), Field("医療機関コード", clinic.code, weight=0.9)],
            [Field("所在地", clinic.address), Field("電話", clinic.telephone, weight=0.9)],
            [Field("報告する日", in_era(printing.on)), Field("報告する人", printing.by, weight=0.9)],
        ],
        label=76,
    )
    sheet.heading("1　障害と、使えるようになるまで")
    called = f"電話をかけた先 {mode.telephone}" if mode.telephone else "電話をかけた先"
    put_fields(
        sheet,
        [
            [Field("起きたこと", use.failure)],
            [Field("はじまり", _moment(use.began)), Field("おわり", _moment(use.ended))],
            [Field("電話した日時", _moment(use.called)), Field("電話した人", use.called_by)],
            [Field("折り返しの日時", _moment(use.called_back)), Field("折り返した人", use.called_back_by)],
            [Field("受けた番号", use.called_back_to), Field("受付番号", use.reference)],
        ],
        label=76,
    )
    sheet.space(3)
    sheet.paragraph(called, SMALL, ink=0.25)
    sheet.heading(f"2　照会した人（{len(use.looked)}件）")
    put_table(sheet, _COLUMNS, (_row(looked) for looked in use.looked), least=32)
    return sheet.finished("riyou-houkokusho.pdf")


def _row(looked: Looked) -> Sequence[Cell]:
    patient = looked.patient
    return (
        Cell(to_wareki(looked.at.astimezone(TOKYO).date()).short, time_in_words(looked.at)),
        Cell(patient.name, patient.kana),
        Cell("　".join(part for part in (patient.born, patient.sex) if part)),
        Cell(patient.address),
        Cell("、".join(looked.seen)),
        Cell(looked.why, looked.consent),
        Cell(looked.by),
    )


def _moment(at: datetime | None) -> str:
    return "" if at is None else f"{in_era(at.astimezone(TOKYO).date())} {time_in_words(at)}"
