"""加算・基本料: which points go with a check and with medical DX, on which day, under which conditions."""

from typing import TYPE_CHECKING

from kaihoken.faces import lazily

if TYPE_CHECKING:
    from kaihoken.payment.fees.claiming import Claimable, Refusal, claimable
    from kaihoken.payment.fees.facility import Facility, Facts, read_facility
    from kaihoken.payment.fees.law import Fact, Item, Kind, Occasion, Record, Rival, add_on_items, base_items
    from kaihoken.payment.fees.lines import AddOnLine, lines_on
    from kaihoken.payment.fees.standing import AddOns, Lack, Ladder, Standing, Usage, add_ons, telehealth
    from kaihoken.payment.fees.terms import Doubt, Term, add_on_of, item_of, points_of, terms_of

__all__ = [
    "AddOnLine",
    "AddOns",
    "Claimable",
    "Doubt",
    "Facility",
    "Fact",
    "Facts",
    "Item",
    "Kind",
    "Lack",
    "Ladder",
    "Occasion",
    "Record",
    "Refusal",
    "Rival",
    "Standing",
    "Term",
    "Usage",
    "add_on_items",
    "add_on_of",
    "add_ons",
    "base_items",
    "claimable",
    "item_of",
    "lines_on",
    "points_of",
    "read_facility",
    "telehealth",
    "terms_of",
]

if not TYPE_CHECKING:
    __getattr__ = lazily(__name__)
