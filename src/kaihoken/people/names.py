"""Names of fictional people: family and given names drawn evenly from the shipped lists, and ● in some of them."""

import csv
from dataclasses import dataclass
from functools import cache

from kaihoken import shipped
from kaihoken.identity import kana_half

EXTERNAL = "●"
"""What stands where a character (外字) is in no common set."""


@dataclass(frozen=True, slots=True)
class NamePart:
    """A family or given name in kanji and in half-width kana."""

    written: str
    kana: str


@dataclass(frozen=True, slots=True)
class NameLists:
    """All names to draw from."""

    family: tuple[NamePart, ...]
    male: tuple[NamePart, ...]
    female: tuple[NamePart, ...]

    def family_name(self, number: float) -> NamePart:
        """The family name on which a number in [0, 1) falls."""
        return self.family[int(number * len(self.family))]

    def given_name(self, number: float, *, female: bool) -> NamePart:
        """The given name on which a number in [0, 1) falls."""
        names = self.female if female else self.male
        return names[int(number * len(names))]


@cache
def name_lists() -> NameLists:
    """The shipped names."""
    parts: dict[tuple[str, str], list[NamePart]] = {}
    with shipped.path("names/japanese_names_gimei.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            part = NamePart(row["kanji"], kana_half(row["katakana"]))
            parts.setdefault((row["part"], row["sex"]), []).append(part)
    return NameLists(
        family=tuple(parts["last", "any"]),
        male=tuple(parts["first", "male"]),
        female=tuple(parts["first", "female"]),
    )


def with_external_character(name: NamePart, number: float) -> NamePart:
    """The name with one of its characters shown as ●; how it is read does not change."""
    place = int(number * len(name.written))
    return NamePart(name.written[:place] + EXTERNAL + name.written[place + 1 :], name.kana)


def full_name(family: NamePart, given: NamePart) -> tuple[str, str]:
    """氏名 with a full-width space, カナ氏名 with a half-width one."""
    return f"{family.written}　{given.written}", f"{family.kana} {given.kana}"
