"""What is assumed of the way from a straight line (rule family workforce/travel)."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Literal, TypeAlias

import msgspec

from kaihoken import rules

Mode: TypeAlias = Literal["car", "walking"]


class TravelAssumptions(msgspec.Struct, frozen=True):
    """Length of a way over its great circle, speeds in km/h by mode, the speed that no way exceeds, and the weights of
    zones of equal width from the inside out."""

    family: ClassVar[str] = "workforce/travel"

    detour_factor: float
    kilometres_per_hour: dict[Mode, float]
    fastest_kilometres_per_hour: float
    zone_weights: tuple[float, ...]


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
