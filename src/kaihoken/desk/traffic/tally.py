"""Bytes by what they were for. Pure."""

from datetime import date
from enum import StrEnum
from typing import Final

import msgspec

from kaihoken.coverage.client import Weight


class About(StrEnum):
    """What an exchange was for."""

    CHECK = "check"  # one patient, however asked
    CARD = "card"  # what a card at the reader needs before its question
    LIST = "list"  # 一括照会
    LOOK = "look"  # whether the hub is there
    PROOF = "proof"  # proving who asks
    OTHER = "other"


_PATHS: Final = (
    ("/v1/eligibility-checks", About.CHECK),
    ("/v1/standing-checks", About.CHECK),
    ("/v1/failure-checks", About.CHECK),
    ("/oqs/search", About.CHECK),
    ("/oqs/face", About.CHECK),
    ("/v1/card-", About.CARD),
    ("/v1/bulk-checks", About.LIST),
    ("/ready", About.LOOK),
    ("/oauth/", About.PROOF),
    ("/.well-known/", About.PROOF),
)


class Tally(msgspec.Struct, frozen=True):
    """How many exchanges there were, their bytes, and those of the heaviest of them."""

    exchanges: int = 0
    sent: int = 0
    received: int = 0
    heaviest: int = 0

    @property
    def total(self) -> int:
        """Bytes there and back."""
        return self.sent + self.received

    @property
    def each(self) -> int | None:
        """Bytes of one exchange in the mean, rounded up; None where there was none."""
        return -(-self.total // self.exchanges) if self.exchanges else None

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(
            self.exchanges + other.exchanges,
            self.sent + other.sent,
            self.received + other.received,
            max(self.heaviest, other.heaviest),
        )


class DayTraffic(msgspec.Struct, frozen=True):
    """The bytes of a day."""

    day: date
    tallies: dict[About, Tally] = {}

    def of(self, about: About) -> Tally:
        """Those that were for that."""
        return self.tallies.get(about, Tally())

    @property
    def total(self) -> Tally:
        """All of them."""
        return sum(self.tallies.values(), Tally())

    def with_one(self, weight: Weight) -> "DayTraffic":
        """The day with one exchange more."""
        about = about_of(weight.path)
        one = Tally(1, weight.sent, weight.received, weight.sent + weight.received)
        return DayTraffic(self.day, {**self.tallies, about: self.of(about) + one})


def about_of(path: str) -> About:
    """What an exchange of that path was for."""
    return next((about for begin, about in _PATHS if path.startswith(begin)), About.OTHER)
