"""What every paper is given, and what comes back: the clinic, the person, when and by whom it is printed; the PDF."""

from dataclasses import dataclass, field
from datetime import date, datetime

from kaihoken.clock import TOKYO
from kaihoken.identity import to_wareki
from kaihoken.web import time_in_words


@dataclass(frozen=True, slots=True)
class Clinic:
    """医療機関 as it stands on its papers. What is "" stays a line to be written by hand."""

    name: str
    address: str = ""
    telephone: str = ""
    code: str = ""  # 医療機関コード, 10 digits


@dataclass(frozen=True, slots=True)
class Printing:
    """One act of printing. `at` is an instant with a zone; `demonstration` puts the caution of made-up data on each
    page."""

    clinic: Clinic
    at: datetime
    by: str = ""
    demonstration: bool = False

    @property
    def on(self) -> date:
        """The day in Asia/Tokyo."""
        return self.at.astimezone(TOKYO).date()

    @property
    def stamp(self) -> str:
        """印刷 令和8年11月20日 18:05 受付A"""
        return f"印刷 {to_wareki(self.on)} {time_in_words(self.at)} {self.by}".rstrip()


@dataclass(frozen=True, slots=True, repr=False)
class Patient:
    """A person on a paper. `number` is 患者番号 of the clinic, `sex` the word that is printed (男, 女 or "")."""

    name: str = ""
    kana: str = ""
    birthdate: date | None = None
    sex: str = ""
    address: str = ""
    telephone: str = ""
    number: str = ""

    @property
    def born(self) -> str:
        """昭和33年3月14日, or "" where it is not known."""
        return in_era(self.birthdate)


@dataclass(frozen=True, slots=True)
class Paper:
    """A finished paper. `missing` are the characters that the font lacks, printed as 〓, in the order met; one with a
    selector of its shape (葛 and U+E0100) is there where the plain shape was printed. Names may be in it: not for logs.
    """

    file_name: str
    pages: int
    content: bytes = field(repr=False)
    missing: tuple[str, ...] = field(default=(), repr=False)


def in_era(day: date | None) -> str:
    """A day in 和暦, "" where there is none."""
    return "" if day is None else str(to_wareki(day))


def yen(amount: int | None) -> str:
    """An amount as it is written on a receipt: 3,000 円."""
    return "" if amount is None else f"{amount:,} 円"
