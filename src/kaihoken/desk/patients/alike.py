"""Who may be taken for whom (同姓同名・同じ生年月日). Pure."""

import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import chain

from kaihoken.desk.patients.patient import Patient
from kaihoken.identity import LOST, legible_key, may_be_same_key

_Form = tuple[str, str]
"""A name and a kana, as they are compared."""


def alike_of_a_day(patients: Sequence[Patient]) -> Iterator[tuple[Patient, ...]]:
    """Of people who were born on one day, those who share a kana or may share a name, each group once and in the order
    given. As many as a file that writes one day for everybody has: only names with a ● are compared one by one."""
    people: dict[_Form, list[int]] = defaultdict(list)
    for place, one in enumerate(patients):
        people[legible_key(one.name), plain(one.kana)].append(place)
    by_name: dict[str, list[_Form]] = defaultdict(list)
    by_kana: dict[str, list[_Form]] = defaultdict(list)
    for form in people:
        by_name[form[0]].append(form)
        by_kana[form[1]].append(form)
    illegible = [name for name in by_name if LOST in name]
    told: set[tuple[int, ...]] = set()
    for name, kana in people:
        others = by_name if LOST in name else illegible
        names = {name, *(other for other in others if may_be_same_key(name, other))}
        forms = {*chain.from_iterable(by_name[one] for one in names), *(by_kana[kana] if kana else ())}
        group = tuple(sorted(chain.from_iterable(people[form] for form in forms)))
        if len(group) > 1 and group not in told:
            told.add(group)
            yield tuple(patients[place] for place in group)


def plain(text: str) -> str:
    """Text as it is compared in a search: one width, kana in katakana, no spaces."""
    folded = unicodedata.normalize("NFKC", text)
    katakana = "".join(chr(ord(c) + 0x60) if "ぁ" <= c <= "ゖ" else c for c in folded)
    return "".join(katakana.split()).lower()
