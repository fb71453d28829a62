"""The sheet as a clinic reads it: own cost and break-even, what to do by when, how it was computed, the rules."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from kaihoken import rules
from kaihoken.adoption.breakeven import AddOnBreakEven, month_balance
from kaihoken.adoption.closing import Return
from kaihoken.adoption.duty import Bound, DutyStanding
from kaihoken.adoption.law import FEE_TABLE, Depreciation, Duties, Effects, Narrower, Subsidies, UsualQuote
from kaihoken.adoption.sheet import Offer, Sheet
from kaihoken.adoption.wording import day_said, duty_said, finding_said, said, yen_said
from kaihoken.payment.fees import Kind
from kaihoken.rules import RuleFamily, Status
from kaihoken.web import Language, State


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
class SourceLine:
    """A rule file behind the sheet."""

    name: Markup
    since: Markup
    confirmed: bool
    source: str
    url: str | None


@dataclass(frozen=True, slots=True)
class SheetView:
    """What the page shows, from the largest to the smallest."""

    state: State
    own: Markup
    even: Markup
    balance: Markup
    steps: tuple[Markup, ...]
    cost: tuple[CostLine, ...]
    even_working: Markup
    add_ons: tuple[tuple[str, str, str, str], ...]
    returns: tuple[ReturnLine, ...]
    findings: tuple[Markup, ...]
    back: tuple[Markup, ...]
    unconfirmed: tuple[tuple[Markup, str], ...]
    sources: tuple[SourceLine, ...]


def sheet_view(sheet: Sheet, language: Language) -> SheetView:
    """The sheet of one quote, ready for the template."""
    (offer,) = sheet.offers
    return SheetView(
        state="clarify" if offer.cost.subsidy.missed or offer.cost.subsidy.terms is None else "valid",
        own=yen_said(offer.cost.own_yen, language),
        even=_even(sheet, offer, language),
        balance=_balance(sheet, offer, language),
        steps=tuple(_steps(sheet, offer, language)),
        cost=tuple(_cost(sheet, offer, language)),
        even_working=said(
            "sheet.even.working",
            language,
            monthly=f"{offer.cost.monthly_yen:,}",
            days=sheet.facts.days_a_month,
        ),
        add_ons=tuple(_add_on(one) for one in offer.add_ons),
        returns=tuple(_returns(offer, language)),
        findings=tuple(finding_said(finding, language) for finding in offer.quote.findings),
        back=tuple(_back(sheet, language)),
        unconfirmed=tuple(_unconfirmed(sheet, language)),
        sources=tuple(_sources(sheet, language)),
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


def _steps(sheet: Sheet, offer: Offer, language: Language) -> Iterator[Markup]:
    """What has a day first, the nearest day first; then what has none."""
    dated = [
        *_deadline_steps(offer, language),
        *_duty_steps(sheet, language),
        *_narrower_steps(sheet, language),
    ]
    yield from (step for _, step in sorted(dated, key=lambda pair: pair[0]))
    if offer.cost.subsidy.terms is None:
        yield said("sheet.step.no-subsidy", language)
    if offer.add_on is not None:
        yield said("sheet.step.demands", language)


def _deadline_steps(offer: Offer, language: Language) -> Iterator[tuple[date, Markup]]:
    paid = offer.cost.subsidy
    for one in paid.deadlines if paid.terms is not None else ():
        name = {None: "by", True: "done", False: "missed"}[one.met]
        step, day = said(f"step.{one.step.value}", language), day_said(one.by, language)
        yield one.by, said(f"sheet.step.{name}", language, step=step, day=day)
    if paid.open_difference and paid.difference_until is not None:
        day, more = day_said(paid.difference_until, language), f"{paid.open_difference:,}"
        yield paid.difference_until, said("sheet.step.difference", language, day=day, yen=more)


def _duty_steps(sheet: Sheet, language: Language) -> Iterator[tuple[date, Markup]]:
    for standing in sheet.duties:
        duty = said(f"duty.{standing.duty.value}", language)
        step = said("sheet.step.duty", language, duty=duty, said=duty_said(standing, language))
        yield standing.by or _after_all(standing), step
        if standing.file_by is not None:
            yield standing.file_by, _may_file(standing, standing.file_by, language)


def _narrower_steps(sheet: Sheet, language: Language) -> Iterator[tuple[date, Markup]]:
    for one in sheet.narrower:
        facts = {"day": day_said(one.apply.value, language), "yen": f"{one.yen.value:,}"}
        name = said(f"narrower.{one.key.value}", language)
        yield one.apply.value, said("sheet.step.narrower", language, name=name, **facts)


def _may_file(standing: DutyStanding, by: date, language: Language) -> Markup:
    reasons = Markup(", ").join(said(f"postponed.{one.value}", language) for one in standing.could_file)
    return said("sheet.step.file", language, day=day_said(by, language), reasons=reasons)


def _after_all(standing: DutyStanding) -> date:
    """Where a duty without a last day stands: one that binds at its beginning, one that is met or spared at the end."""
    return standing.since if standing.bound is Bound.BOUND else date.max


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


def _back(sheet: Sheet, language: Language) -> Iterator[Markup]:
    back = sheet.returned
    if back is None:
        return
    lost, transcription = f"{float(back.lost_coverage):.1f}", f"{float(back.transcription):.1f}"
    yield said("sheet.back", language, lost=lost, transcription=transcription)
    if back.switched:
        yield said("sheet.back.switched", language)


def _unconfirmed(sheet: Sheet, language: Language) -> Iterator[tuple[Markup, str]]:
    """What is not confirmed, each once, with all that is known of where it is from."""
    sources: dict[str, list[str]] = {}
    for doubt in sheet.doubts:
        sources.setdefault(doubt.what, []).append(doubt.source)
    for what, found in sources.items():
        yield said(f"doubt.{what}", language), "; ".join(found)


def _sources(sheet: Sheet, language: Language) -> Iterator[SourceLine]:
    order, day = sheet.facts.order_on, sheet.on
    last = sheet.offers[0].by_year[0].on
    used: list[tuple[type[RuleFamily], date]] = [
        (Subsidies, order),
        (UsualQuote, order),
        (Duties, day),
        (Depreciation, last),
    ]
    if sheet.returned is not None:
        used.append((Effects, day))
    if sheet.narrower:
        used.append((Narrower, day))
    for family, on in used:
        version = rules.version(family, on=on)
        yield SourceLine(
            said(f"sheet.source.{version.family.replace('/', '-')}", language),
            said("sheet.since", language, day=day_said(version.effective_from, language)),
            version.status is Status.CONFIRMED,
            version.source,
            version.url,
        )
    for term in dict.fromkeys(
        (one.term.since, one.term.status, one.term.source) for one in sheet.offers[0].add_ons
    ):
        since, status, source = term
        name = said("sheet.source.add-ons", language)
        since_said = said("sheet.since", language, day=day_said(since, language))
        yield SourceLine(name, since_said, status is Status.CONFIRMED, source, None)
