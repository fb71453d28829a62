"""へき地医療拠点病院: whether a hospital does its duties, and what the ministry counted for all of them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar, Final, Literal, TypeAlias

import msgspec

from kaihoken.workforce.tables import BadRow, figure_table, read_own_table

Duty: TypeAlias = Literal["rounds", "sending", "remote-support"]
"""ア 巡回診療, イ 医師・代診医の派遣, カ 遠隔医療などによる支援."""

Service: TypeAlias = Literal["rounds", "postings", "locums"]
"""主要3事業: 巡回診療, 医師派遣, 代診医等派遣."""


class PublishedReview(msgspec.Struct, frozen=True, kw_only=True):
    """What was counted of a year: of so many hospitals, those whose three services came to the times a year or more,
    and those that did none of the four (the three and remote support)."""

    fiscal_year: int
    hospitals: int
    often_enough: int
    none_of_four: int


class RemoteCoreHospitals(msgspec.Struct, frozen=True, kw_only=True):
    """The duties and the review (rule family workforce/remote-core-hospitals)."""

    family: ClassVar[str] = "workforce/remote-core-hospitals"

    required_any_of: tuple[Duty, ...]
    services_counted: tuple[Service, ...]
    times_a_year: int
    review: PublishedReview


@dataclass(frozen=True, slots=True)
class CoreHospital:
    """A hospital's year: how often it held rounds, posted doctors and sent locums, and whether it supported remotely.
    None is not known, which is not 0."""

    code: str
    rounds: int | None = None
    postings: int | None = None
    locums: int | None = None
    remote_support: bool | None = None


CORE_HOSPITALS_TEMPLATE: Final = "code,rounds,postings,locums,remote_support\n"
"""The columns of a file of hospitals: times a year, and 1 or 0 for remote support; empty is not known."""


def read_core_hospitals(text: str) -> tuple[tuple[CoreHospital, ...], tuple[BadRow, ...]]:
    """The hospitals of a CSV, and the rows that were left out. Problem `workforce.own-table-header`."""
    return read_own_table(text, CORE_HOSPITALS_TEMPLATE, _core_hospital)


def _core_hospital(row: Mapping[str, str]) -> CoreHospital | tuple[str, str]:
    for name in ("rounds", "postings", "locums"):
        if row[name] and not row[name].isdecimal():
            return name, f"{row[name]}: 0, 1, 2, … / empty"
    if not row["code"]:
        return "code", "－"
    if row["remote_support"] not in ("", "0", "1"):
        return "remote_support", f"{row['remote_support']}: 0, 1 / empty"
    rounds, postings, locums = (
        int(row[name]) if row[name] else None for name in ("rounds", "postings", "locums")
    )
    return CoreHospital(
        row["code"], rounds, postings, locums, {"0": False, "1": True}.get(row["remote_support"])
    )


class Found(StrEnum):
    """An answer that may be open."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class HospitalReview:
    """Of one hospital: `duty_done` at least one of the required duties, `times` of the three services as far as known,
    `often_enough` by the times a year, `none_of_four`."""

    code: str
    duty_done: Found
    times: int
    often_enough: Found
    none_of_four: Found


@dataclass(frozen=True, slots=True)
class Review:
    """All hospitals, and how many are which."""

    each: tuple[HospitalReview, ...]
    duty_done: int
    often_enough: int
    none_of_four: int
    unknown: int

    def differs_from(self, published: PublishedReview) -> dict[str, int]:
        """Our count less the published one, by name, where they differ."""
        ours = {
            "hospitals": len(self.each),
            "often_enough": self.often_enough,
            "none_of_four": self.none_of_four,
        }
        found = {name: count - int(getattr(published, name)) for name, count in ours.items()}
        return {name: difference for name, difference in found.items() if difference}


def review(hospitals: Iterable[CoreHospital], rule: RemoteCoreHospitals) -> Review:
    """The year of each hospital. What is not known decides nothing: 12 known rounds are enough whatever the rest is."""
    each = tuple(_review(one, rule) for one in hospitals)
    return Review(
        each,
        duty_done=sum(one.duty_done is Found.YES for one in each),
        often_enough=sum(one.often_enough is Found.YES for one in each),
        none_of_four=sum(one.none_of_four is Found.YES for one in each),
        unknown=sum(Found.UNKNOWN in (one.duty_done, one.often_enough, one.none_of_four) for one in each),
    )


def _review(hospital: CoreHospital, rule: RemoteCoreHospitals) -> HospitalReview:
    services = {"rounds": hospital.rounds, "postings": hospital.postings, "locums": hospital.locums}
    counted = [services[name] for name in rule.services_counted]
    known = sum(count or 0 for count in counted)
    open_ = any(count is None for count in counted)
    enough = Found.YES if known >= rule.times_a_year else Found.UNKNOWN if open_ else Found.NO
    done: dict[Duty, bool | None] = {
        "rounds": _done(hospital.rounds),
        "sending": _any((_done(hospital.postings), _done(hospital.locums))),
        "remote-support": hospital.remote_support,
    }
    any_of_four = _any((*(_done(count) for count in counted), hospital.remote_support))
    return HospitalReview(
        hospital.code,
        _found(_any([done[duty] for duty in rule.required_any_of])),
        known,
        enough,
        _found(None if any_of_four is None else not any_of_four),
    )


def _done(count: int | None) -> bool | None:
    return None if count is None else count > 0


def _any(parts: Iterable[bool | None]) -> bool | None:
    """Whether one is true; None where none is and one is not known."""
    all_of = list(parts)
    return True if True in all_of else None if None in all_of else False


def _found(answer: bool | None) -> Found:
    return Found.UNKNOWN if answer is None else Found.YES if answer else Found.NO


@dataclass(frozen=True, slots=True)
class Observed:
    """A count of remote care as printed: `part` of `whole` (None: a count alone)."""

    what: str
    part: float
    whole: float | None
    unit: str
    as_of: str

    @property
    def share(self) -> float | None:
        """The part of the whole, where the two are of one thing."""
        return self.part / self.whole if self.whole and self.unit != "sessions" else None


def observed() -> tuple[Observed, ...]:
    """What is known of remote care where doctors are far: to stand beside a scenario, not to make one."""
    rows = figure_table("telemedicine_remote_area").rows
    return tuple(
        Observed(what or "", float(part or "nan"), float(whole) if whole else None, unit or "", as_of or "")
        for what, part, whole, unit, as_of in rows
    )


@dataclass(frozen=True, slots=True)
class OnlineRounds:
    """Rounds of hospitals that held some online, fiscal 2023: how many sessions and patients, and of them online."""

    hospitals: int
    sessions: int
    online_sessions: int
    patients: int
    online_patients: int


def online_rounds() -> OnlineRounds:
    """The seven hospitals of the slides together."""
    rows = figure_table("remote_core_hospital_online_rounds_fy2023").rows
    sums = [sum(int(row[column] or 0) for row in rows) for column in (3, 2, 5, 4)]
    return OnlineRounds(len(rows), *sums)
