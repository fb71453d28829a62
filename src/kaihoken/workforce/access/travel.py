"""What is assumed of the way from a straight line (rule family workforce/travel)."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Literal, TypeAlias

import msgspec

from kaihoken import rules

Mode: TypeAlias = Literal["car", "walking"]


class TravelAssumptions(msgspec.Struct, frozen=True):
    """Length of a way over its great circle, and speeds in km/h by mode."""

    family: ClassVar[str] = "workforce/travel"

    detour_factor: float
    kilometres_per_hour: dict[Mode, float]


@dataclass(frozen=True, slots=True)
class TravelRule:
    """The assumptions of a day with how sure they are, for the surfaces that show what was made with them."""

    assumptions: TravelAssumptions
    status: rules.Status
    source: str


def travel_rule(on: date) -> TravelRule:
    """The assumptions of a day. Raises Problem `rules.no_version`."""
    version = rules.version(TravelAssumptions, on=on)
    return TravelRule(rules.load(TravelAssumptions, on=on), version.status, version.source)
