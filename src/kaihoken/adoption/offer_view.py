"""One quote of a sheet as a clinic reads it: own cost and break-even, from what they follow, what to ask the seller."""

from collections.abc import Iterator
from dataclasses import dataclass

from markupsafe import Markup

from kaihoken import rules
from kaihoken.adoption.breakeven import AddOnBreakEven, month_balance
from kaihoken.adoption.closing import Return
from kaihoken.adoption.law import FEE_TABLE, Subsidies
from kaihoken.adoption.sheet import Offer, Sheet
from kaihoken.adoption.wording import day_said, said, typed_finding_said, yen_said
from kaihoken.payment.fees import Kind
from kaihoken.web import Language


@dataclass(frozen=True, slots=True)
class CostLine:
    """One line of the own cost: what, how much, and from what (it opens). Its bar runs from `start` over `width`, in
    percent of all that is paid once; what is taken off hangs where the line before it ended."""

    what: Markup
    yen: str
    working: Markup
    start: float
    width: float
    last: bool = False


@dataclass(frozen=True, slots=True)
class ReturnLine:
    """What goes back at a time, and piece by piece from what."""

    when: Markup
    yen: str
    pieces: tuple[Markup, ...]


@dataclass(frozen=True, slots=True)
class OfferView:
    """A quote by its `name` ("" where it is the only one), from the largest to the smallest."""

    name: Markup
    own: Markup
    even: Markup
    balance: Markup
    cost: tuple[CostLine, ...]
    even_working: Markup
    add_ons: tuple[tuple[str, str, str, str], ...]
    returns: tuple[ReturnLine, ...]
    findings: tuple[Markup, ...]


def offer_view(sheet: Sheet, offer: Offer, name: Markup, language: Language) -> OfferView:
    """A quote of a sheet, ready for the template."""
    return OfferView(
        name=name,
        own=yen_said(offer.cost.own_yen, language),
        even=_even(sheet, offer, language),
        balance=_balance(sheet, offer, language),
        cost=tuple(_cost(sheet, offer, language)),
        even_working=said(
            "sheet.even.working",
            language,
            monthly=f"{offer.cost.monthly_yen:,}",
            days=sheet.facts.days_a_month,
        ),
        add_ons=tuple(_add_on(one) for one in offer.add_ons),
        returns=tuple(_returns(offer, language)),
        findings=tuple(typed_finding_said(finding, language) for finding in offer.quote.findings),
    )


def _even(sheet: Sheet, offer: Offer, language: Language) -> Markup:
    if not offer.cost.monthly_yen:
        return said("sheet.even-free", language)
    if offer.add_on is None:
        return said("sheet.even-none", language)
    even = offer.add_on.even
    facts = {"visits": str(even.visits_to_a_tenth), "yen": f"{even.monthly_yen:,}"}
    if even.patients_a_day is not None:
        return said("sheet.even", language, patients=f"{even.patients_a_day:,}", **facts)
    dispensing = FEE_TABLE[sheet.facts.facility] is Kind.PHARMACY
    return said("sheet.even-dispensing" if dispensing else "sheet.even-visits", language, **facts)


def _balance(sheet: Sheet, offer: Offer, language: Language) -> Markup:
    patients, percent = sheet.facts.patients_a_day, sheet.facts.first_percent
    if offer.add_on is None or patients is None or percent is None:
        return Markup()
    left = month_balance(offer.add_on.even, patients, percent)
    name = "sheet.balance-over" if left >= 0 else "sheet.balance-under"
    return said(name, language, patients=patients, yen=f"{abs(left):,}")


def _cost(sheet: Sheet, offer: Offer, language: Language) -> Iterator[CostLine]:
    cost, quote, paid = offer.cost, offer.quote, offer.cost.subsidy
    parts = {"system": quote.system_yen, "readers": quote.readers_yen, "uncovered": quote.uncovered_yen}
    whole = max(cost.once_yen, 1)
    left = cost.once_yen
    yield CostLine(
        said("sheet.cost.once", language),
        f"{cost.once_yen:,}",
        said("sheet.working.once", language, **{name: f"{yen:,}" for name, yen in parts.items()}),
        0,
        100 * left / whole,
    )
    for name, yen, working in _taken(sheet, offer, language):
        left -= yen
        what = said(f"sheet.cost.{name}", language)
        yield CostLine(what, f"−{yen:,}" if yen else "0", working, 100 * left / whole, 100 * yen / whole)
    own = said("sheet.cost.own", language)
    taken = [f"{yen:,}" for yen in (cost.given_yen, paid.base, paid.difference) if yen]
    working = Markup(" − ").join([f"{cost.once_yen:,}", *taken])
    yield CostLine(own, f"{cost.own_yen:,}", working, 0, 100 * left / whole, last=True)


def _taken(sheet: Sheet, offer: Offer, language: Language) -> Iterator[tuple[str, int, Markup]]:
    """What others pay: (line, yen, from what)."""
    cost, paid = offer.cost, offer.cost.subsidy
    if cost.given_yen:
        worth = f"{paid.reader_yen:,}"
        yield (
            "given",
            cost.given_yen,
            said("sheet.working.given", language, readers=paid.free_readers, yen=worth),
        )
    yield "base", paid.base, _base(sheet, offer, language)
    if paid.difference and paid.difference_until is not None:
        day = day_said(paid.difference_until, language)
        yield "difference", paid.difference, said("sheet.working.difference", language, day=day)


def _base(sheet: Sheet, offer: Offer, language: Language) -> Markup:
    terms = offer.cost.subsidy.terms
    if terms is None:
        return said("sheet.working.no-terms", language)
    if offer.cost.subsidy.missed:
        return said("sheet.working.missed", language)
    part, whole = terms.share.value
    return said(
        "sheet.working.base",
        language,
        system=f"{offer.quote.system_yen:,}",
        ceiling=f"{terms.cost_ceiling.value:,}",
        part=part,
        whole=whole,
        most=f"{terms.ceiling.value:,}",
        cut=f"{rules.load(Subsidies, on=sheet.facts.order_on).round_down_to.value:,}",
    )


def _add_on(one: AddOnBreakEven) -> tuple[str, str, str, str]:
    patients = one.even.patients_a_day
    return (
        one.name,
        f"{one.even.yen:,}",
        str(one.even.visits_to_a_tenth),
        "－" if patients is None else f"{patients:,}",
    )


def _returns(offer: Offer, language: Language) -> Iterator[ReturnLine]:
    for years, back in enumerate(offer.by_year, 1):
        yield _return(said("sheet.return.years", language, years=years), back, language)
    if offer.closing is not None:
        day = day_said(offer.closing.on, language)
        yield _return(said("sheet.return.on", language, day=day), offer.closing, language)


def _return(when: Markup, back: Return, language: Language) -> ReturnLine:
    if back.spared is not None:
        reason = said(f"closing.{back.spared.value}", language)
        return ReturnLine(when, "0", (said("sheet.return.spared", language, reason=reason),))
    pieces = tuple(
        said(
            "sheet.return.piece",
            language,
            asset=said(f"asset.{piece.asset.value}", language),
            yen=f"{piece.yen:,}",
            life=piece.life,
            passed=min(piece.passed, piece.life),
            returned=f"{piece.returned:,}",
        )
        for piece in back.pieces
    )
    return ReturnLine(when, f"{back.yen:,}", pieces or (said("sheet.return.nothing", language),))
