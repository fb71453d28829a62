"""The assumptions of a scenario of remote care: what share could be seen by which kind, and how long each takes.

No share of outpatients that could be seen online was found in any source, so every number is asked for, with its
status and source; a scenario file that leaves one out is refused.
"""

from collections.abc import Iterator, Mapping
from enum import StrEnum

import msgspec

from kaihoken.problems import Problem
from kaihoken.rules import Sourced, Status, require_plain


class Kind(StrEnum):
    """A kind of remote care."""

    INITIAL = "initial"  # 初診からのオンライン診療
    FOLLOW_UP = "follow-up"  # 再診
    WITH_NURSE = "with-nurse"  # D to P with N
    WITH_DOCTOR = "with-doctor"  # D to P with D


class KindTerms(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Of one kind: the share of a department's outpatients, the minutes of the doctor at the far end, those that a
    doctor at the near end still spends, and a nurse's."""

    share: Sourced[float]
    far_minutes: Sourced[float]
    near_minutes: Sourced[float]
    nurse_minutes: Sourced[float]


class RemoteScenario(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All assumptions. `kinds` holds every kind; `shares` has others for single departments, by department and kind.

    `in_person_minutes` is what a visit takes the doctor today, `days_a_week` on how many days patients come,
    `session_patients` how many a doctor who travels sees in one session and `session_travel_minutes` how long the way
    there and back takes (0 where nobody travels).
    """

    name: str
    kinds: dict[Kind, KindTerms]
    shares: dict[str, dict[Kind, Sourced[float]]] = {}
    in_person_minutes: Sourced[float]
    days_a_week: Sourced[float]
    session_patients: Sourced[float]
    session_travel_minutes: Sourced[float]

    def share(self, department: str, kind: Kind) -> Sourced[float]:
        """The share of a department's outpatients for a kind."""
        own: Mapping[Kind, Sourced[float]] = self.shares.get(department, {})
        return own.get(kind, self.kinds[kind].share)

    def assumptions(self) -> Iterator[tuple[str, Sourced[float]]]:
        """Every number by its path, for the table that stands beside the result."""
        for kind in Kind:
            terms = self.kinds[kind]
            for name in ("share", "far_minutes", "near_minutes", "nurse_minutes"):
                yield f"kinds.{kind}.{name}", getattr(terms, name)
        for department, shares in self.shares.items():
            yield from ((f"shares.{department}.{kind}", one) for kind, one in shares.items())
        for name in ("in_person_minutes", "days_a_week", "session_patients", "session_travel_minutes"):
            yield name, getattr(self, name)


def read_scenario(content: bytes, departments: tuple[str, ...]) -> RemoteScenario:
    """A scenario from YAML. Problem `workforce.remote-scenario` where something is missing, unknown, negative, or
    where the shares of a department make more than all of its outpatients; `where` says which."""
    try:
        require_plain(content, "scenario")
        made = msgspec.yaml.decode(content, type=RemoteScenario)
    except Problem as problem:
        reason = str(problem.facts["reason"])
        raise Problem("workforce.remote-scenario", where=problem.where, reason=reason) from None
    except msgspec.MsgspecError as error:
        raise Problem("workforce.remote-scenario", where="scenario", reason=str(error)) from None
    check_scenario(made, departments)
    return made


def check_scenario(scenario: RemoteScenario, departments: tuple[str, ...]) -> None:
    """The checks of `read_scenario` for one that was made in code."""
    missing = [kind.value for kind in Kind if kind not in scenario.kinds]
    unknown = [name for name in scenario.shares if name not in departments]
    if missing or unknown:
        raise Problem("workforce.remote-scenario", where=(missing or unknown)[0], reason="kinds, shares")
    for where, one in scenario.assumptions():
        if not 0 <= one.value < float("inf"):
            raise Problem("workforce.remote-scenario", where=where, reason=str(one.value))
    if scenario.session_patients.value <= 0:
        raise Problem("workforce.remote-scenario", where="session_patients", reason="0")
    for name in departments:
        together = sum(scenario.share(name, kind).value for kind in Kind)
        if together > 1:
            raise Problem("workforce.remote-scenario", where=f"shares.{name}", reason=f"{together:.3f} > 1")


def least_sure(scenario: RemoteScenario) -> Status:
    """How sure the scenario is as a whole: as its least sure number."""
    statuses = {one.status for _, one in scenario.assumptions()}
    order = (Status.UNCONFIRMED, Status.PLANNED, Status.CONFIRMED)
    return next(status for status in order if status in statuses)


def scenario_template() -> str:
    """The YAML to fill in: every number with an empty value, its status and its source."""
    number = "{value: , status: unconfirmed, source: }"
    lines = [
        "# value: 数 / the number   status: confirmed | unconfirmed   source: 出典 / where it is from",
        "name: ",
    ]
    lines.append("kinds:")
    for kind in Kind:
        lines.append(f"  {kind.value}:")
        lines += [f"    {name}: {number}" for name in KindTerms.__struct_fields__]
    held = ("in_person_minutes", "days_a_week", "session_patients", "session_travel_minutes")
    return "\n".join([*lines, *(f"{name}: {number}" for name in held), ""])
