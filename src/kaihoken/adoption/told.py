"""A sheet, a quote and a projection as data for programs: JSON with the numbers that people are shown."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict

import msgspec

from kaihoken.adoption.breakeven import AddOnBreakEven
from kaihoken.adoption.checking import CheckedQuote
from kaihoken.adoption.closing import Return
from kaihoken.adoption.comparing import ComparedLine
from kaihoken.adoption.rollout import Rollout
from kaihoken.adoption.sheet import Offer, Sheet
from kaihoken.payment.fees import Doubt

Data = Mapping[str, object]


def sheet_data(sheet: Sheet) -> Data:
    """The sheet. Doubts name what of the answer is not confirmed, and where it is from."""
    back = sheet.returned
    return {
        "on": sheet.on,
        "facility": sheet.facts.facility,
        "offers": [_offer(offer) for offer in sheet.offers],
        "comparison": [asdict(line) for line in sheet.compared],
        "duties": [asdict(standing) for standing in sheet.duties],
        "returned_claims": None
        if back is None
        else {
            "lost_coverage_a_month": round(float(back.lost_coverage), 2),
            "transcription_a_month": round(float(back.transcription), 2),
            "transcription_rate": round(float(back.transcription_rate), 6),
            "switched": back.switched,
        },
        "narrower_subsidies": [
            {"purpose": one.key, "yen": one.yen.value, "apply_by": one.apply.value} for one in sheet.narrower
        ],
        "unconfirmed": _doubts(sheet.doubts),
        "rules": sheet.digest,
    }


def quote_data(quote: CheckedQuote) -> Data:
    """A quote as read and what is worth asking."""
    return {
        "seller": quote.seller,
        "lines": [asdict(line) for line in quote.lines],
        "findings": [asdict(finding) for finding in quote.findings],
        "readers_yen": quote.readers_yen,
        "system_yen": quote.system_yen,
        "uncovered_yen": quote.uncovered_yen,
        "monthly_yen": quote.monthly_yen,
        "unconfirmed": _doubts(quote.doubts),
    }


def quotes_data(quotes: Sequence[CheckedQuote], lines: Iterable[ComparedLine]) -> Data:
    """Several quotes: each as read, and line by line what each asks in their order."""
    return {"quotes": [quote_data(one) for one in quotes], "comparison": [asdict(line) for line in lines]}


def rollout_data(found: Rollout) -> Data:
    """A projection with its range and its error."""
    high, middle, low = (None if month is None else str(month) for month in found.reached)
    return {
        "counts": [{"month": str(one.month), "ready": one.ready, "total": one.total} for one in found.counts],
        "projected": [
            {
                "month": str(one.month),
                "low_percent": _percent(one.low),
                "middle_percent": _percent(one.middle),
                "high_percent": _percent(one.high),
            }
            for one in found.projected
        ],
        "aim_percent": _percent(found.aim),
        "reached": {"high": high, "middle": middle, "low": low},
        "error_points": None if found.error is None else round(found.error, 2),
        "worst_points": None if found.worst is None else round(found.worst, 2),
        "backtest": [
            {
                "known_to": str(one.known_to),
                "month": str(one.month),
                "points": round(one.points, 2),
                "within": one.within,
            }
            for one in found.misses
        ],
    }


def as_json(data: Data) -> bytes:
    """The data as indented JSON."""
    return msgspec.json.format(msgspec.json.encode(data), indent=2)


def _offer(offer: Offer) -> Data:
    paid = offer.cost.subsidy
    return {
        "quote": quote_data(offer.quote),
        "once_yen": offer.cost.once_yen,
        "given_yen": offer.cost.given_yen,
        "subsidy_yen": paid.yen,
        "subsidy_base_yen": paid.base,
        "subsidy_difference_yen": paid.difference,
        "open_difference_yen": paid.open_difference,
        "difference_until": paid.difference_until,
        "deadlines": [asdict(deadline) for deadline in paid.deadlines],
        "own_yen": offer.cost.own_yen,
        "monthly_yen": offer.cost.monthly_yen,
        "break_even": [_even(one) for one in offer.add_ons],
        "counted_by": offer.add_on.key if offer.add_on is not None else None,
        "returned_by_year": [_return(back) for back in offer.by_year],
        "returned_on_closing": _return(offer.closing) if offer.closing is not None else None,
    }


def _even(one: AddOnBreakEven) -> Data:
    return {
        "add_on": one.key,
        "name": one.name,
        "points": one.points,
        "yen_a_visit": one.even.yen,
        "visits_a_day": one.even.visits_to_a_tenth,
        "patients_a_day": one.even.patients_a_day,
    }


def _return(back: Return) -> Data:
    pieces = [asdict(piece) for piece in back.pieces]
    return {"on": back.on, "yen": back.yen, "spared": back.spared, "pieces": pieces}


def _doubts(doubts: Iterable[Doubt]) -> list[Data]:
    return [{"what": one.what, "source": one.source} for one in doubts]


def _percent(part: float) -> float:
    return round(part * 100, 1)
