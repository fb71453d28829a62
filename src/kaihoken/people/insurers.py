"""The insurers of the fictional nation, each with a number that could be real.

No list of insurers with their numbers is public data, so the numbers are built: 法別番号, 都道府県, a running number
and the check digit. 保険者別番号 from 990 on are kept for the sandbox. Names are the public ones of 協会けんぽ, of
municipalities and of 広域連合; every other insurer has a name that says it does not exist.
"""

import hashlib
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache

from kaihoken.identity import check_digit
from kaihoken.people.draws import Urn
from kaihoken.people.figures import Figures, figures_on
from kaihoken.people.places import Municipality, Places, places

RESERVED_FROM = 990
"""保険者別番号 of the sandbox begin here."""

_TOKYO = "13"


class Scheme(StrEnum):
    """The schemes that people of the nation belong to."""

    ASSOCIATION = "association"  # 協会けんぽ
    SOCIETY = "society"  # 健保組合
    MUTUAL_AID = "mutual_aid"  # 共済
    SEAMEN = "seamen"  # 船員
    SELF_DEFENCE = "self_defence"  # 自衛官
    NATIONAL = "national"  # 市町村国保
    GUILD = "guild"  # 国保組合
    LATE_ELDERLY = "late_elderly"  # 後期高齢者医療
    SPECIAL_RETIREE = "special_retiree"  # 特例退職
    WELFARE = "welfare"  # 医療扶助


EMPLOYEES = frozenset(
    (Scheme.ASSOCIATION, Scheme.SOCIETY, Scheme.MUTUAL_AID, Scheme.SEAMEN, Scheme.SELF_DEFENCE)
)
"""被用者保険: has dependants."""


@dataclass(frozen=True, slots=True, eq=False)
class Insurer:
    """An insurer or, for 医療扶助, the office that pays. `number` has eight digits (国保: two zeros in front)."""

    number: str
    name: str
    scheme: Scheme
    prefecture: str
    mark: str  # what its 記号 begin with, "" for digits only


def numbered(law: str, prefecture: str, serial: int) -> str:
    """A number of eight digits: 法別 (国保: "00"), 都道府県, 保険者別 and 検証番号."""
    body = f"{law}{prefecture}{serial:03d}"
    return body + check_digit(body)


class Insurers:
    """Every insurer, and the draws by which people find theirs."""

    def __init__(self, figures: Figures, where: Places) -> None:
        schemes = figures.schemes
        self._names = where.prefectures
        self.association = {
            code: Insurer(
                numbered("01", code, 1),
                f"全国健康保険協会　{_branch(name)}支部",
                Scheme.ASSOCIATION,
                code,
                "",
            )
            for code, name in where.prefectures.items()
        }
        self.seamen = Insurer(
            numbered("02", _TOKYO, 1), "全国健康保険協会　船員保険部", Scheme.SEAMEN, _TOKYO, ""
        )
        by_residents = _residents(where)
        # Head offices gather in the great cities: squared residents come near the spread of 健保組合.
        weights = {code: (people / 1e6) ** 2 for code, people in by_residents.items()}
        societies = self._societies(weights, schemes.society_count.value, "06", Scheme.SOCIETY)
        self.societies = _by_size(societies)
        self.societies_of = _by_prefecture(societies)
        retirees = self._societies(weights, schemes.special_society_count, "63", Scheme.SPECIAL_RETIREE)
        self.special_societies = _by_size(retirees)
        self.mutual_aid, self.mutual_aid_of = self._mutual_aid(schemes.mutual_aid_count.value)
        self.defence_families = Insurer(
            numbered("31", _TOKYO, 900), "架空防衛共済組合", Scheme.MUTUAL_AID, _TOKYO, "防"
        )
        camps = _apportioned(by_residents, schemes.self_defence_count)
        self.self_defence = _by_size(
            [
                Insurer(
                    numbered("07", code, 1 + n),
                    f"架空第{n + 1}駐屯地（{name}）",
                    Scheme.SELF_DEFENCE,
                    code,
                    "自",
                )
                for code, name in where.prefectures.items()
                for n in range(camps[code])
            ]
        )
        guilds = _apportioned(by_residents, schemes.guild_count.value, least=1)
        self.guilds = {
            code: _by_size(
                [
                    Insurer(
                        numbered("00", code, 301 + n),
                        f"{name}第{n + 1}架空国民健康保険組合",
                        Scheme.GUILD,
                        code,
                        "架",
                    )
                    for n in range(guilds[code])
                ]
            )
            for code, name in where.prefectures.items()
        }
        self.national, self.welfare = self._by_city(where)
        self.late_elderly = {
            place.code: Insurer(
                numbered("39", place.prefecture, int(place.code[2:])),
                f"{where.prefectures[place.prefecture]}後期高齢者医療広域連合",
                Scheme.LATE_ELDERLY,
                place.prefecture,
                "",
            )
            for place in where.municipalities
        }
        self.online = _online(where, figures.benefits.municipalities_online.value)

    def all(self) -> list[Insurer]:
        """Every insurer and paying office once, in the order of their numbers."""
        found = [*self.association.values(), self.seamen, self.defence_families]
        found += [*self.societies.things, *self.special_societies.things, *self.mutual_aid.things]
        found += [*self.self_defence.things]
        found += [guild for urn in self.guilds.values() for guild in urn.things]
        found += [branch for branches in self.mutual_aid_of.values() for branch in branches]
        found += [*self.national.values(), *self.welfare.values(), *self.late_elderly.values()]
        return sorted(
            {insurer.number: insurer for insurer in found}.values(), key=lambda insurer: insurer.number
        )

    def _societies(self, weights: dict[str, float], total: int, law: str, scheme: Scheme) -> list[Insurer]:
        label = "健康保険組合" if scheme is Scheme.SOCIETY else "特定健康保険組合"
        counts = _apportioned(weights, total, least=1 if total >= len(weights) else 0)
        return [
            Insurer(numbered(law, code, 1 + n), f"{self._names[code]}第{n + 1}架空{label}", scheme, code, "")
            for code in weights
            for n in range(counts[code])
        ]

    def _mutual_aid(self, total: int) -> tuple[Urn[Insurer], dict[str, tuple[Insurer, ...]]]:
        """共済: the 20 of the state and what else has no branches are drawn at large; teachers, police and the
        municipalities of a prefecture have a number in each."""
        states = [
            Insurer(
                numbered("31", _TOKYO, 1 + n), f"第{n + 1}架空国家共済組合", Scheme.MUTUAL_AID, _TOKYO, "国"
            )
            for n in range(20)
        ]
        private = [Insurer(numbered("34", _TOKYO, 900), "架空私学共済", Scheme.MUTUAL_AID, _TOKYO, "私")]
        # 47 unions of municipalities, teachers and police are one union each with 47 branches; the rest are cities.
        cities = [
            Insurer(
                numbered("32", _TOKYO, 101 + n), f"第{n + 1}架空都市共済組合", Scheme.MUTUAL_AID, _TOKYO, "市"
            )
            for n in range(total - 20 - 1 - 47 - 2)
        ]
        branches: dict[str, tuple[Insurer, ...]] = {
            code: (
                Insurer(numbered("32", code, 1), f"{name}架空市町村共済組合", Scheme.MUTUAL_AID, code, "町"),
                Insurer(
                    numbered("34", code, 1),
                    f"架空公立学校共済組合　{_branch(name)}支部",
                    Scheme.MUTUAL_AID,
                    code,
                    "公立",
                ),
                Insurer(
                    numbered("33", code, 1),
                    f"架空警察共済組合　{_branch(name)}支部",
                    Scheme.MUTUAL_AID,
                    code,
                    "警",
                ),
            )
            for code, name in self._names.items()
        }
        return _by_size([*states, *private, *cities]), branches

    def _by_city(self, where: Places) -> tuple[dict[str, Insurer], dict[str, Insurer]]:
        """市町村国保 and 福祉事務所 by the code of the municipality or ward. Towns and villages share the office of
        their prefecture."""
        national: dict[str, Insurer] = {}
        welfare: dict[str, Insurer] = {}
        cities: dict[tuple[str, str], tuple[Insurer, Insurer]] = {}
        running: dict[str, int] = {}
        for place in where.municipalities:
            key = (place.prefecture, place.city)
            if key not in cities:
                serial = running.get(place.prefecture, 0) + 1
                running[place.prefecture] = serial
                cities[key] = (
                    Insurer(
                        numbered("00", place.prefecture, serial),
                        f"{place.city}国民健康保険",
                        Scheme.NATIONAL,
                        place.prefecture,
                        place.city[0],
                    ),
                    self._office(place, serial),
                )
            national[place.code], welfare[place.code] = cities[key]
        return national, welfare

    def _office(self, place: Municipality, serial: int) -> Insurer:
        own = place.city.endswith(("市", "区"))
        name = f"{place.city}福祉事務所" if own else f"{self._names[place.prefecture]}福祉事務所"
        return Insurer(
            numbered("12", place.prefecture, serial if own else 900),
            name,
            Scheme.WELFARE,
            place.prefecture,
            "",
        )


def _branch(prefecture: str) -> str:
    return prefecture if prefecture == "北海道" else prefecture[:-1]


def _residents(where: Places) -> dict[str, float]:
    total = dict.fromkeys(where.prefectures, 0.0)
    for place in where.municipalities:
        total[place.prefecture] += where.residents[place.code]
    return total


def _apportioned(weights: dict[str, float], total: int, least: int = 0) -> dict[str, int]:
    """`total` shared out by weight, largest remainders first, everybody at least `least`."""
    rest = total - least * len(weights)
    whole = sum(weights.values())
    exact = {code: rest * weight / whole for code, weight in weights.items()}
    counts = {code: least + int(share) for code, share in exact.items()}
    missing = total - sum(counts.values())
    for code in sorted(exact, key=lambda code: (int(exact[code]) - exact[code], code))[:missing]:
        counts[code] += 1
    return counts


def _by_size(insurers: list[Insurer]) -> Urn[Insurer]:
    """An urn in which the insurer at place n has a weight of about 1/n, as sizes of insurers go. The order is a
    fixed shuffle, so that size does not follow the prefecture."""
    shuffled = sorted(insurers, key=lambda insurer: hashlib.sha256(insurer.number.encode()).digest())
    return Urn(shuffled, [1 / (place + 5) for place in range(len(shuffled))])


def _by_prefecture(insurers: list[Insurer]) -> dict[str, Urn[Insurer]]:
    groups: dict[str, list[Insurer]] = {}
    for insurer in insurers:
        groups.setdefault(insurer.prefecture, []).append(insurer)
    return {code: _by_size(group) for code, group in groups.items()}


def _online(where: Places, count: int) -> frozenset[str]:
    """Codes of the municipalities (and all wards of a city) whose subsidies can be asked online: a fixed choice."""
    cities = sorted({(place.prefecture, place.city) for place in where.municipalities})
    chosen = set(sorted(cities, key=lambda city: hashlib.sha256("".join(city).encode()).digest())[:count])
    return frozenset(place.code for place in where.municipalities if (place.prefecture, place.city) in chosen)


@cache
def insurers(as_of: date) -> Insurers:
    """The insurers of the nation: the same for every seed."""
    return Insurers(figures_on(as_of), places())
