"""預り証: what a patient paid or left until the coverage is known, in two copies on one page (後日精算).

It never says why: somebody else may read it.
"""

from dataclasses import dataclass
from datetime import date

from kaihoken.paper import (
    FICTITIOUS,
    HEIGHT,
    LEFT,
    SMALL,
    Field,
    Paper,
    Patient,
    Printing,
    Sheet,
    Text,
    in_era,
    put_fields,
    yen,
)

COPIES = ("患者さま控", "医療機関控")
_MIDDLE = HEIGHT / 2 + 8


@dataclass(frozen=True, slots=True, repr=False)
class Left:
    """Something paid or left: 「本日分としてお預かり」 3,000 円. `amount` in yen, None for a thing."""

    what: str
    amount: int | None = None


@dataclass(frozen=True, slots=True, repr=False)
class Deposit:
    """What was taken. `number` is the clinic's own number of the receipt. `until` is the day by which it is to be
    settled; `bring` what the patient is asked to bring then. What is unknown is left to be written by hand."""

    patient: Patient
    items: tuple[Left, ...]
    number: str = ""
    visited: date | None = None
    until: date | None = None
    bring: tuple[str, ...] = ()
    note: str = ""

    @property
    def total(self) -> int | None:
        """The yen taken, None where no item names an amount."""
        amounts = [item.amount for item in self.items if item.amount is not None]
        return sum(amounts) if amounts else None


def deposit_receipt(deposit: Deposit, printing: Printing) -> Paper:
    """The receipt: the patient's copy above, the clinic's below the line to cut along; on pages of their own where one
    is longer than half a page. Raises what `Sheet` raises."""
    sheet = Sheet(printing, "預り証")
    _copy(sheet, deposit, printing, COPIES[0])
    if sheet.top + 20 <= _MIDDLE:
        sheet.top = _MIDDLE - 12
        sheet.rule(dashed=True)
        sheet.put(Text(LEFT, sheet.top - 3, 6.5, "切り取り", ink=0.3))
        sheet.space(14)
    else:
        sheet.new_page()
    _copy(sheet, deposit, printing, COPIES[1])
    return sheet.finished("azukarisho.pdf")


def _copy(sheet: Sheet, deposit: Deposit, printing: Printing, copy: str) -> None:
    clinic = printing.clinic
    top = sheet.top
    sheet.place(sheet.lines(copy, 120, 9.5), LEFT, top + 8, 9.5, right=LEFT + 499)
    sheet.title("預り証")
    sheet.top -= 6
    rows = [
        [Field("お名前", _called(deposit.patient)), Field("患者番号", deposit.patient.number, weight=0.7)],
        [Field("受診日", in_era(deposit.visited)), Field("預り証番号", deposit.number, weight=0.7)],
        *[
            [Field("お預かり", item.what), Field("金額", yen(item.amount), weight=0.7)]
            for item in deposit.items
        ],
        [Field("合計", yen(deposit.total)), Field("精算の期限", in_era(deposit.until), weight=0.7)],
        [Field("お持ちいただくもの", "、".join(deposit.bring))],
    ]
    if deposit.note:
        rows.append([Field("備考", deposit.note)])
    put_fields(sheet, rows, label=74)
    sheet.space(5)
    sheet.paragraph(
        "上記のとおりお預かりしました。保険が確認できたあと、窓口で精算します。この紙をお持ちください。",
        SMALL,
    )
    where = "　".join(part for part in (clinic.name, clinic.address, _telephone(clinic.telephone)) if part)
    sheet.paragraph(where, 9.5)
    if printing.demonstration and copy == COPIES[1]:
        sheet.paragraph(
            FICTITIOUS, SMALL
        )  # the frame's own stays with the patient's copy when they are cut apart
    sheet.space(8)
    put_fields(
        sheet,
        [[Field("担当", printing.by), Field("精算した日"), Field("受け取った方の署名", weight=1.3)]],
        label=58,
    )


def _called(patient: Patient) -> str:
    return f"{patient.name}　様" if patient.name else ""


def _telephone(number: str) -> str:
    return f"電話 {number}" if number else ""
