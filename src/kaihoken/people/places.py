"""Where fictional people live: real municipalities and towns, invented house numbers."""

import csv
import gzip
import re
from dataclasses import dataclass
from functools import cache

from kaihoken import shipped
from kaihoken.people.draws import Urn

_WARD = re.compile(r"^(.+?市).+区$")
_WIDE = tuple(
    str(number).translate(str.maketrans("0123456789", "０１２３４５６７８９")) for number in range(1000)
)


@dataclass(frozen=True, slots=True)
class Town:
    """A town with its postal code, NNN-NNNN."""

    postal_code: str
    name: str


@dataclass(frozen=True, slots=True, eq=False)
class Municipality:
    """A municipality or a ward. `city` is the municipality to which a ward belongs, else its own name: the one that
    runs a 国保 and a 福祉事務所. `prefix` opens every address."""

    code: str
    city: str
    prefecture: str
    prefix: str
    towns: tuple[Town, ...]

    def address(self, town: float, numbers: float, house: float) -> tuple[str, str]:
        """A postal code and an address from three numbers in [0, 1)."""
        place = self.towns[int(town * len(self.towns))]
        block = int(numbers * 9720)
        street = "－".join((_WIDE[1 + block % 9], _WIDE[1 + block // 9 % 36], _WIDE[1 + block // 324]))
        address = f"{self.prefix}{place.name}{street}"
        if house < 0.42:
            address += f"　架空荘{_WIDE[101 + 100 * int(house * 10) + int(house * 1000) % 8]}"
        return place.postal_code, address


@dataclass(frozen=True, slots=True, eq=False)
class Places:
    """All places. `by_area` draws a municipality of an area (339) by its residents."""

    municipalities: tuple[Municipality, ...]
    by_area: dict[str, Urn[Municipality]]
    by_prefecture: dict[str, Urn[Municipality]]
    prefectures: dict[str, str]
    residents: dict[str, int]


@cache
def places() -> Places:
    """The shipped places. Municipalities without registered residents are left out."""
    prefectures = {}
    with shipped.path("areas/prefectures.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            prefectures[row["pid"].zfill(2)] = row["pref"]
    with shipped.path("population/residents_2025_municipality.csv").open(encoding="utf-8") as file:
        residents = {row["muni_code"]: int(row["residents"]) for row in csv.DictReader(file)}
    towns = _towns()
    municipalities = []
    areas: dict[str, list[Municipality]] = {}
    with shipped.path("areas/municipality_to_medical_area.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if not residents.get(row["muni_code"]):
                continue
            municipality = _municipality(row, towns)
            municipalities.append(municipality)
            areas.setdefault(row["area339_code"], []).append(municipality)
    by_prefecture: dict[str, list[Municipality]] = {}
    for municipality in municipalities:
        by_prefecture.setdefault(municipality.prefecture, []).append(municipality)
    return Places(
        municipalities=tuple(municipalities),
        by_area={code: _urn(group, residents) for code, group in areas.items()},
        by_prefecture={code: _urn(group, residents) for code, group in by_prefecture.items()},
        prefectures=prefectures,
        residents=residents,
    )


def _urn(group: list[Municipality], residents: dict[str, int]) -> Urn[Municipality]:
    return Urn(group, [residents[municipality.code] for municipality in group])


def _municipality(row: dict[str, str], towns: dict[str, list[Town]]) -> Municipality:
    name = row["muni_name"]
    ward = _WARD.match(name)
    return Municipality(
        code=row["muni_code"],
        city=ward[1] if ward else name,
        prefecture=row["pref_code"],
        prefix=row["pref_name"] + name,
        towns=tuple(towns[row["muni_code"]]),
    )


def _towns() -> dict[str, list[Town]]:
    towns: dict[str, list[Town]] = {}
    with gzip.open(shipped.path("names/postal_codes_2026.csv.gz"), "rt", encoding="utf-8") as file:
        for code, postal, name in csv.reader(file):
            towns.setdefault(code, []).append(Town(f"{postal[:3]}-{postal[3:]}", name))
    return towns
