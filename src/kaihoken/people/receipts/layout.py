"""Where the fields of a claim file stand, counted from 0 with the record's own id. The makers of fictional claims know
the format by themselves: they use nothing of what reads and checks real ones (kaihoken.claims), so that neither can
hide the other's mistake."""

from types import MappingProxyType
from typing import TypeAlias

Line: TypeAlias = list[str]
"""One record: its id and its fields, all of them."""

WIDTHS = {
    "IR": 10, "RE": 38, "HO": 15, "KO": 12, "SN": 9, "JD": 33, "MF": 33, "SY": 8,
    "SI": 44, "IY": 44, "TO": 48, "CO": 5, "SJ": 3, "GO": 4,
}  # fmt: skip
"""Fields of each record, its id counted."""


class Re:
    """レセプト共通."""

    NUMBER, TYPE, MONTH, NAME, SEX, BORN, BENEFIT = range(1, 8)
    MEAL_CLASS, NOTES, CHART, KANA = 10, 11, 13, 36


class Ho:
    """保険者."""

    INSURER, SYMBOL, NUMBER, DAYS, POINTS = range(1, 6)
    MEALS, MEAL_YEN, PAID, RELIEF, RELIEF_PERCENT = 7, 8, 11, 12, 13


class Ko:
    """公費."""

    PAYER, RECIPIENT, VOLUNTARY, DAYS, POINTS, PAID = range(1, 7)


class Sn:
    """資格確認."""

    PAYER, CONFIRMED = 1, 2
    BRANCH = 6


class Jd:
    """受診日等. Day n stands at 1 + n."""

    PAYER = 1
    DAY = 1


class Mf:
    """窓口負担額."""

    KIND = 1


class Sy:
    """傷病名."""

    CODE, BEGUN, OUTCOME, MODIFIERS, TEXT, MAIN = range(1, 7)


class Act:
    """診療行為, 医薬品 and 特定器材. Day n of the month stands at `DAY[id]` + n."""

    SECTION, BURDEN, CODE, AMOUNT, POINTS, TIMES = range(1, 7)
    PRICE = 8
    DAY = MappingProxyType({"SI": 12, "IY": 12, "TO": 16})


class Go:
    """請求書."""

    RECEIPTS, POINTS, VOLUME = 1, 2, 3


def blank(kind: str) -> Line:
    """A record of a kind with nothing in it."""
    return [kind] + [""] * (WIDTHS[kind] - 1)


def record(kind: str, fields: dict[int, str]) -> Line:
    """A record with these fields by place."""
    line = blank(kind)
    for place, value in fields.items():
        line[place] = value
    return line


_WIDE = str.maketrans(
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "０１２３４５６７８９ＡＢＣＤＥＦＧＨＩＪＫＬＭＮＯＰＱＲＳＴＵＶＷＸＹＺ",
)


def wide(text: str) -> str:
    """Digits and capitals in full width, as 記号・番号 stand in claims."""
    return text.translate(_WIDE)
