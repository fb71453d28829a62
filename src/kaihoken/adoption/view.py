"""The sheet as a clinic reads it: each quote, several beside each other, what to do by when, the rules."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup, escape

from kaihoken import rules
from kaihoken.adoption.comparing import ComparedLine
from kaihoken.adoption.duty import Bound, DutyStanding
from kaihoken.adoption.law import Depreciation, Duties, Effects, Narrower, Subsidies, UsualQuote
from kaihoken.adoption.offer_view import OfferView, offer_view
from kaihoken.adoption.sheet import Offer, Sheet
from kaihoken.adoption.wording import day_said, duty_said, said
from kaihoken.rules import RuleFamily, Status
from kaihoken.web import Language, State


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
    """What the page shows, from the largest to the smallest. `title` is the own cost of each quote; `beside` has what a
    row is about and then a cell for each quote, and no rows where there is but one."""

    state: State
    title: str
    offers: tuple[OfferView, ...]
    beside: tuple[tuple[Markup, ...], ...]
    steps: tuple[Markup, ...]
    back: tuple[Markup, ...]
    unconfirmed: tuple[tuple[Markup, str], ...]
    sources: tuple[SourceLine, ...]


def sheet_view(sheet: Sheet, language: Language) -> SheetView:
    """The sheet, ready for the template."""
    named = tuple(zip(_names(sheet, language), sheet.offers, strict=True))
    offers = tuple(offer_view(sheet, offer, name, language) for name, offer in named)
    return SheetView(
        state="clarify" if any(_without_subsidy(offer) for offer in sheet.offers) else "valid",
        title=" / ".join(offer.own.striptags() for offer in offers),
        offers=offers,
        beside=tuple(_beside(sheet, language)) if len(offers) > 1 else (),
        steps=tuple(_steps(sheet, named, language)),
        back=tuple(_back(sheet, language)),
        unconfirmed=tuple(_unconfirmed(sheet, language)),
        sources=tuple(_sources(sheet, language)),
    )


def _names(sheet: Sheet, language: Language) -> Iterator[Markup]:
    """What each quote is called; nothing where there is but one."""
    for number, offer in enumerate(sheet.offers, 1):
        if len(sheet.offers) == 1:
            yield Markup()
        elif offer.quote.seller:
            yield escape(offer.quote.seller)
        else:
            yield said("compare.number", language, number=number)


def _without_subsidy(offer: Offer) -> bool:
    return bool(offer.cost.subsidy.missed) or offer.cost.subsidy.terms is None


def _beside(sheet: Sheet, language: Language) -> Iterator[tuple[Markup, ...]]:
    """The sums of each quote, then its lines."""
    quotes = [offer.quote for offer in sheet.offers]
    sums = {
        "sheet.own": [offer.cost.own_yen for offer in sheet.offers],
        "compare.once": [quote.once_yen for quote in quotes],
        "compare.monthly": [quote.monthly_yen for quote in quotes],
    }
    for name, each in sums.items():
        yield (said(name, language), *(escape(f"{yen:,}") for yen in each))
    for line in sheet.compared:
        yield (_line_said(line, language), *_cells(line, language))


def _line_said(line: ComparedLine, language: Language) -> Markup:
    part = said(f"part.{line.part.value if line.part is not None else 'none'}", language)
    return said("compare.monthly-line", language, part=part) if line.monthly else part


def _cells(line: ComparedLine, language: Language) -> Iterator[Markup]:
    for yen, missing in zip(line.yen, line.missing, strict=True):
        if yen is not None:
            yield escape(f"{yen:,}")
        else:
            yield said("compare.lacks" if missing else "compare.none", language)


def _steps(sheet: Sheet, named: Iterable[tuple[Markup, Offer]], language: Language) -> Iterator[Markup]:
    """What has a day first, the nearest day first; then what has none. What is the same for each quote stands once."""
    dated = [
        *(step for name, offer in named for step in _deadline_steps(name, offer, language)),
        *_duty_steps(sheet, language),
        *_narrower_steps(sheet, language),
    ]
    yield from dict.fromkeys(step for _, step in sorted(dated, key=lambda pair: pair[0]))
    if any(offer.cost.subsidy.terms is None for offer in sheet.offers):
        yield said("sheet.step.no-subsidy", language)
    if any(offer.add_on is not None for offer in sheet.offers):
        yield said("sheet.step.demands", language)


def _deadline_steps(name: Markup, offer: Offer, language: Language) -> Iterator[tuple[date, Markup]]:
    paid = offer.cost.subsidy
    for one in paid.deadlines if paid.terms is not None else ():
        stands = {None: "by", True: "done", False: "missed"}[one.met]
        step, day = said(f"step.{one.step.value}", language), day_said(one.by, language)
        yield one.by, said(f"sheet.step.{stands}", language, step=step, day=day)
    if paid.open_difference and paid.difference_until is not None:
        day, more = day_said(paid.difference_until, language), f"{paid.open_difference:,}"
        step = said("sheet.step.difference", language, day=day, yen=more)
        yield paid.difference_until, name + Markup(": ") + step if name else step


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
