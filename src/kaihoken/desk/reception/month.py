"""今月: whose coverage was confirmed, how, and how many used the card. Pure; counted from this desk's own visits."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from kaihoken.desk.checked import By
from kaihoken.desk.day import Document, Visit
from kaihoken.desk.followup import is_unclear

_WITH_CARD = (By.CARD, By.PHONE)


@dataclass(frozen=True, slots=True)
class Confirmed:
    """The newest confirmation of the month. `by` None: a 資格確認書 was seen and not asked about."""

    day: date
    by: By | None


@dataclass(frozen=True, slots=True)
class Usage:
    """マイナ保険証利用率 (レセプト件数ベース) of the month so far: of the patients who were here, those with at least
    one check by card or phone."""

    with_card: int
    seen: int

    @property
    def percent(self) -> float | None:
        """In percent, None while nobody was here."""
        return 100 * self.with_card / self.seen if self.seen else None


def by_person(visits: Iterable[Visit]) -> Mapping[str, list[Visit]]:
    """The visits by whose they are; somebody unknown is one by each visit."""
    found: dict[str, list[Visit]] = {}
    for one in visits:
        found.setdefault(person_of(one), []).append(one)
    return found


def person_of(visit: Visit) -> str:
    """Whose a visit is: the patient's key, or the visit's own where it is not known."""
    return visit.patient or visit.visit


def confirmed_in(visits: Iterable[Visit]) -> Confirmed | None:
    """How one person's coverage was confirmed in these visits, the last time."""
    found = [
        Confirmed(one.day, one.last.by) for one in visits if one.last is not None and not is_unclear(one)
    ]
    found += [
        Confirmed(seen.day, None)
        for one in visits
        for seen in one.shown
        if seen.document is Document.CONFIRMATION and one.last is None
    ]
    return max(found, key=lambda each: each.day, default=None)


def subsidies_seen_in(visits: Iterable[Visit]) -> Mapping[str, date]:
    """公費の受給者証 seen: the last day by 公費負担者番号."""
    seen = [paper for one in visits for paper in one.shown if paper.document is Document.SUBSIDY]
    return {paper.payer_number: paper.day for paper in sorted(seen, key=lambda each: each.at)}


def usage_of(visits: Iterable[Visit]) -> Usage:
    """The share of the month so far, of visits of people who came."""
    people = by_person(one for one in visits if one.came)
    with_card = sum(
        any(check.by in _WITH_CARD for one in theirs for check in one.checks) for theirs in people.values()
    )
    return Usage(with_card, len(people))
