"""Which kind of facility asked.

医療機関コード says by its 点数表 digit: 医科, 健診, 歯科, 調剤, 訪問看護. A hospital and a clinic have the same digit,
so no code tells them apart: the operator gives the codes of the hospitals, as the regional bureaus publish them.
Without that list both are counted as one kind, and the table says so.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from kaihoken.identity import FacilityCode
from kaihoken.problems import Problem

KINDS: Final = ("hospital", "medical", "dental", "pharmacy", "home-nursing", "other")
"""In the order of the published tables; `other` are 健診 and what has no such digit."""

_HOSPITAL: Final = "hospital"
_BY_DIGIT: Final = {
    "medical": "medical",
    "dental": "dental",
    "pharmacy": "pharmacy",
    "home-nursing": "home-nursing",
}


@dataclass(frozen=True, slots=True)
class Hospitals:
    """The codes of the hospitals, if the operator knows them."""

    codes: frozenset[str] = frozenset()

    @property
    def known(self) -> bool:
        """Whether hospitals and clinics are told apart."""
        return bool(self.codes)

    @staticmethod
    def read(path: Path) -> "Hospitals":
        """The list in a file: one code a line, the rest of a line behind a comma or space left out. Problem
        `statistics.hospitals` names the line that holds no code, or the file that cannot be read."""
        try:
            lines = path.read_text(encoding="utf-8").splitlines()
        except (OSError, UnicodeDecodeError):
            raise Problem("statistics.hospitals", where=path.name, line=0) from None
        codes = set()
        for number, line in enumerate(lines, start=1):
            first = line.replace(",", " ").split()
            if not first or first[0].startswith("#"):
                continue
            try:
                codes.add(FacilityCode.parse(first[0]).canonical)
            except Problem:
                raise Problem("statistics.hospitals", where=path.name, line=number) from None
        return Hospitals(frozenset(codes))

    def kind_of(self, code: str) -> str:
        """The kind of the facility of a code, as its record names it."""
        if code in self.codes:
            return _HOSPITAL
        try:
            return _BY_DIGIT.get(FacilityCode.parse(code).kind, "other")
        except Problem:
            return "other"


def is_test(code: str) -> bool:
    """A test institution, which a production store does not count."""
    return code.startswith("99")
