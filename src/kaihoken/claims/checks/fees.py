"""Fees: the points of visits and of the add-ons of eligibility and DX, and whether an add-on may be claimed so."""

from collections.abc import Iterator
from datetime import date
from functools import cache

from kaihoken.claims.checks.terms import Terms, found
from kaihoken.claims.finding import Finding
from kaihoken.claims.receipt import Act, Receipt, billed_on
from kaihoken.payment.fees import Occasion, Refusal, add_on_of, claimable, item_of, points_of
from kaihoken.rules import Status

_CHECKS = {
    Refusal.NOT_IN_FORCE: "fees.not-in-force",
    Refusal.OTHER_OCCASION: "fees.occasion",
    Refusal.TOO_OFTEN: "fees.too-often",
    Refusal.RIVAL: "fees.rival",
}


def points(receipt: Receipt, _: Terms) -> Iterator[Finding]:
    """A visit or an add-on that is billed by itself has the points of its day. Points that are not confirmed are a
    notice only."""
    for unit in receipt.units:
        act = unit.last
        if len(unit.acts) > 1 or unit.points is None or act.amount:
            continue
        for day in billed_on(act, receipt.month)[:1]:
            law = _points(act.code, day)
            if law is not None and law[0] != unit.points:
                check = "fees.points" if law[1] else "fees.points-unconfirmed"
                yield found(
                    check, receipt, act.line, "points", written=unit.points, points=law[0], code=act.code
                )


def add_ons(receipt: Receipt, terms: Terms) -> Iterator[Finding]:
    """An add-on is claimed in its time, at its kind of visit, not too often and not beside what excludes it."""
    before = terms.earlier.of(receipt) if terms.earlier is not None else ()
    claimed: list[tuple[str, date]] = []
    acts = [act for unit in receipt.units for act in unit.acts]
    for act in acts:
        found_terms = add_on_of(act.code)
        if not found_terms:
            continue
        for day in billed_on(act, receipt.month):
            beside = [other.code for other in acts if other is not act]
            history = [*before, *claimed]
            answer = claimable(act.code, day, history, occasion=_occasion(receipt, acts, day), beside=beside)
            claimed.append((act.code, day))
            if answer.refusal is None:
                continue
            name = (answer.term or found_terms[-1]).item.name
            facts = {"code": act.code, "name": name, "day": day.isoformat(), "rival": answer.rival}
            facts["again"] = answer.again.isoformat() if answer.again else ""
            yield found(_CHECKS[answer.refusal], receipt, act.line, "code", **facts)


def _occasion(receipt: Receipt, acts: list[Act], day: date) -> Occasion | None:
    """At which kind of visit of the day something is claimed, None where the day has visits of several kinds or none
    that is known."""
    occasions = {
        occasion
        for act in acts
        if (occasion := _visit(act.code, day)) is not None and day in billed_on(act, receipt.month)
    }
    return occasions.pop() if len(occasions) == 1 else None


@cache
def _visit(code: str, day: date) -> Occasion | None:
    item = None if add_on_of(code) else item_of(code, day)
    return item.occasion if item is not None else None


@cache
def _points(code: str, day: date) -> tuple[int, bool] | None:
    law = points_of(code, day)
    if law is None or law.value is None:
        return None
    return law.value, law.status is Status.CONFIRMED
