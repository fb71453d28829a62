"""What a facility says of itself before it buys, from a file of its own (FACTS.yaml), read strictly."""

from datetime import date
from fractions import Fraction
from typing import Annotated

import msgspec

from kaihoken.adoption.duty import Situation
from kaihoken.adoption.law import Claims, Closing, FacilityKind
from kaihoken.adoption.quote import Quote
from kaihoken.adoption.reading import read_yaml
from kaihoken.adoption.subsidy import Purchase

Percent = Annotated[float, msgspec.Meta(gt=0, le=100)]


class ClosingFacts(msgspec.Struct, frozen=True):
    """When the facility may close, and why where that matters."""

    day: date
    reason: Closing | None = None


class PostponementFacts(msgspec.Struct, frozen=True):
    """猶予: the number of the 猶予類型 that was filed and accepted, and when its reason ended or will end."""

    filed: Annotated[int, msgspec.Meta(ge=1, le=6)] | None = None
    line_since: date | None = None
    works_until: date | None = None
    closing_on: date | None = None
    hardship_until: date | None = None


class AdoptionFacts(msgspec.Struct, frozen=True):
    """A facility and what it thinks of buying. Only `facility`, `claims`, `order_on` and a quote are needed.

    `live_on` is the first day on which cards are checked. `days_a_month` are days of care, `first_visit_percent` how
    many of a day's patients come for a first visit, `add_on` the key of the add-on by which the sheet counts; `as_of`
    is the day whose law it shows (None: that on which it is made). `claims_a_month` are the claims of a month.
    """

    facility: FacilityKind
    claims: Claims
    order_on: date
    quotes: Annotated[tuple[Quote, ...], msgspec.Meta(min_length=1, max_length=10)]
    as_of: date | None = None
    readers: Annotated[int, msgspec.Meta(ge=1, le=100)] = 1
    contract_on: date | None = None
    live_on: date | None = None
    applied_on: date | None = None
    paid_before: bool = False
    days_a_month: Annotated[int, msgspec.Meta(ge=1, le=31)] = 24
    first_visit_percent: Percent | None = None
    patients_a_day: Annotated[int, msgspec.Meta(ge=0)] | None = None
    claims_a_month: Annotated[int, msgspec.Meta(ge=0)] | None = None
    add_on: str = ""
    closing: ClosingFacts | None = None
    postponement: PostponementFacts = PostponementFacts()

    @property
    def purchase(self) -> Purchase:
        """What is ordered and when."""
        return Purchase(
            self.facility,
            self.order_on,
            self.readers,
            self.contract_on,
            self.live_on,
            self.applied_on,
            self.paid_before,
            self.postponement.filed,
        )

    @property
    def situation(self) -> Situation:
        """What matters for duties."""
        said = self.postponement
        return Situation(
            self.facility,
            self.claims,
            self.contract_on,
            self.live_on,
            said.filed,
            said.line_since,
            said.works_until,
            said.closing_on,
            said.hardship_until,
        )

    @property
    def first_percent(self) -> Fraction | None:
        """The part of first visits as an exact number: what was written, not the nearest binary one."""
        return None if self.first_visit_percent is None else Fraction(str(self.first_visit_percent))


def read_facts(content: bytes, file: str) -> AdoptionFacts:
    """The facts in a file's bytes. Problem `adoption.file-unreadable` or `adoption.file-invalid` with the line."""
    return read_yaml(content, file, AdoptionFacts)
