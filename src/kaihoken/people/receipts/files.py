"""The claim files of a fictional month: one per 審査支払機関, written as the patients come."""

from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from kaihoken.identity import check_digit
from kaihoken.people.places import Municipality
from kaihoken.people.receipts.layout import Go, Line, Re, record
from kaihoken.people.receipts.receipt import Receipt

END = b"\x1a"
HOUSES = {"1": "shaho", "2": "kokuho"}
"""The folder of each 審査支払機関: 1 支払基金, 2 国保連."""

_SEVEN_DIGIT_CHECK = frozenset(("11", "12", "13", "14"))


@dataclass(frozen=True, slots=True)
class Clinic:
    """The clinic that claims. Its number is in no list: 郡市区 99 of the prefecture, with the check digit of its
    prefecture's rule."""

    prefecture: str
    code: str
    name: str


def clinic_at(place: Municipality, point_table: str = "1", name: str = "診療所") -> Clinic:
    """The fictional clinic of a place, or what else claims by another 点数表."""
    body = f"99{int(place.code) % 10_000:04d}"
    counted = body if place.prefecture in _SEVEN_DIGIT_CHECK else f"{place.prefecture}{point_table}{body}"
    return Clinic(place.prefecture, body + check_digit(counted), f"架空{place.city}{name}")


def medical_head(clinic: Clinic, house: str, claimed: str) -> Line:
    """IR of a medical file."""
    return ["IR", house, clinic.prefecture, "1", clinic.code, "", clinic.name, claimed, "00", ""]


class HouseFile:
    """One file, being written. Receipts get their numbers as they come; closing writes GO and the end mark."""

    def __init__(self, path: Path, head: Line) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = path.open("wb")
        self.receipts = 0
        self._ahead = 0
        self._payers = 0
        self._points = 0
        self._write(f"{','.join(head)}\r\n")

    def add(self, receipt: Receipt, ahead: int = 0) -> int:
        """Writes a receipt and gives its place in the file, counted from 1. Its number and all that follow run so many
        ahead."""
        self.receipts += 1
        self._ahead += ahead
        receipt.one("RE")[Re.NUMBER] = str(self.receipts + self._ahead)
        self._payers += len(receipt.payers)
        self._points += receipt.main_points
        self._write(receipt.written())
        return self.receipts

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            total = {Go.RECEIPTS: str(self._payers), Go.POINTS: str(self._points), Go.VOLUME: "99"}
            self._write(f"{','.join(record('GO', total))}\r\n")
            self._file.write(END)
        self._file.close()

    def _write(self, text: str) -> None:
        # Bytes of another encoding that were planted pass through as they are.
        self._file.write(text.encode("cp932", "surrogateescape"))
