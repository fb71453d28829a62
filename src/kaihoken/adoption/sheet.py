"""The adoption sheet: all that a facility asks before it buys, in one answer. Pure."""

from dataclasses import dataclass
from datetime import date

from kaihoken import rules
from kaihoken.adoption.breakeven import AddOnBreakEven, break_even_by_add_on, chosen
from kaihoken.adoption.checking import CheckedQuote, check_quote
from kaihoken.adoption.closing import Return, to_return
from kaihoken.adoption.comparing import ComparedLine, compared
from kaihoken.adoption.cost import Cost, cost_of
from kaihoken.adoption.doubt import once, unsure
from kaihoken.adoption.duty import DutyStanding, duties
from kaihoken.adoption.effects import ReturnedClaims, returned_claims
from kaihoken.adoption.facts import AdoptionFacts
from kaihoken.adoption.law import Depreciation, Duties, Narrower, NarrowerScheme, Subsidies, UsualQuote
from kaihoken.payment.fees import Doubt
from kaihoken.problems import Problem

_YEARS = 5
_LATEST = date(2100, 12, 31)


@dataclass(frozen=True, slots=True)
class Offer:
    """One quote: what it says, what it costs, how many visits carry its running cost, and what goes back if the
    facility gives all up after one to five whole years (`by_year`) or on the day that it named (`closing`). `add_on`
    None: no add-on is in force."""

    quote: CheckedQuote
    cost: Cost
    add_ons: tuple[AddOnBreakEven, ...]
    add_on: AddOnBreakEven | None
    by_year: tuple[Return, ...]
    closing: Return | None


@dataclass(frozen=True, slots=True)
class Sheet:
    """The answer for a day. The offers stand in the order in which the facility gave them; several are `compared`
    line by line, one is not. `returned` None: it gave no
    number of claims. `narrower` are subsidies for a purpose that it could ask for. `digest` names the rule files of
    subsidies, duties and depreciation."""

    on: date
    facts: AdoptionFacts
    offers: tuple[Offer, ...]
    compared: tuple[ComparedLine, ...]
    duties: tuple[DutyStanding, ...]
    returned: ReturnedClaims | None
    narrower: tuple[NarrowerScheme, ...]
    doubts: tuple[Doubt, ...]
    digest: str


def adoption_sheet(facts: AdoptionFacts, on: date) -> Sheet:
    """The sheet as of a day. Problems of a day that no rule covers (`adoption.day`, `rules.no_version`), of an add-on
    that is not there (`adoption.add-on`), and of closing before the beginning (`adoption.closing-before`)."""
    _check_days(facts)
    day = facts.as_of or on
    offers = tuple(
        _offer(facts, check_quote(quote, facts.facility, facts.order_on), day) for quote in facts.quotes
    )
    beside = compared([offer.quote for offer in offers], facts.order_on) if len(offers) > 1 else ()
    standings = duties(day, facts.situation)
    back = (
        returned_claims(facts.claims_a_month, facts.claims, day) if facts.claims_a_month is not None else None
    )
    narrower = tuple(
        one
        for one in rules.load(Narrower, on=day).schemes
        if facts.facility in one.kinds and facts.claims in one.claims
    )
    doubts = once(
        (
            *(doubt for offer in offers for doubt in _doubts(offer)),
            *(doubt for standing in standings for doubt in standing.doubts),
            *(back.doubts if back is not None else ()),
            *(doubt for one in narrower for doubt in unsure("narrower", one.yen, one.apply)),
        )
    )
    digest = rules.digest(Subsidies, UsualQuote, on=facts.order_on)
    today = rules.digest(Duties, Depreciation, on=max(day, _first(Depreciation.family)))
    return Sheet(day, facts, offers, beside, standings, back, narrower, doubts, f"{digest}-{today}")


def _check_days(facts: AdoptionFacts) -> None:
    """Problem `adoption.day` for a day that no rule and no calendar of use can speak for, naming the fact."""
    closing = facts.closing.day if facts.closing is not None else None
    said = {
        "order_on": facts.order_on,
        "contract_on": facts.contract_on,
        "live_on": facts.live_on,
        "applied_on": facts.applied_on,
        "as_of": facts.as_of,
        "closing.day": closing,
    }
    earliest = _first(Subsidies.family)
    for where, day in said.items():
        if day is not None and not earliest <= day <= _LATEST:
            raise Problem("adoption.day", where=where, earliest=str(earliest), latest=str(_LATEST))


def _offer(facts: AdoptionFacts, quote: CheckedQuote, day: date) -> Offer:
    cost = cost_of(quote, facts.purchase)
    found = break_even_by_add_on(
        facts.facility, day, cost.monthly_yen, facts.days_a_month, facts.first_percent
    )
    since = facts.live_on or facts.contract_on or facts.order_on
    closing = facts.closing
    return Offer(
        quote,
        cost,
        found,
        chosen(found, facts.add_on),
        tuple(to_return(cost.held, _years_later(since, year)) for year in range(1, _YEARS + 1)),
        to_return(cost.held, closing.day, closing.reason) if closing is not None else None,
    )


def _doubts(offer: Offer) -> tuple[Doubt, ...]:
    return (
        *offer.quote.doubts,
        *offer.cost.subsidy.doubts,
        *(offer.add_on.doubts if offer.add_on is not None else ()),
        *(doubt for back in offer.by_year for doubt in back.doubts),
        *(offer.closing.doubts if offer.closing is not None else ()),
    )


def _years_later(day: date, years: int) -> date:
    """The same day of a later year; 29 February becomes 1 March, when that many whole years have passed."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


def _first(family: str) -> date:
    return rules.PACKAGED.versions(family)[0].effective_from
