"""Histories as a table of coverages, and claims as a table, for tests: what an insurer would export."""

import csv
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from pathlib import Path

import msgspec

from kaihoken.claims.recheck import CLAIMS, COVERAGES
from kaihoken.coverage import Coverage, History

BEGINNING = date(2026, 1, 1)
"""Commit n is recorded on the nth day after it."""


class AClaim(msgspec.Struct, frozen=True, kw_only=True):
    """What a claim says: its numbers verbatim, the days of one month."""

    insurer_number: str
    number: str
    birthdate: date
    days: tuple[date, ...]
    symbol: str = ""
    branch: str = ""
    points: int = 100
    public_payer: bool = False
    person: str = ""


def recorded_on(commit: int) -> date:
    """The day on which a commit is recorded."""
    return BEGINNING + timedelta(days=commit)


def claim_of(coverage: Coverage, *days: date, **changed: object) -> AClaim:
    """A claim by the very numbers of a coverage, some of them changed."""
    plain = AClaim(
        insurer_number=coverage.insurer_number,
        symbol=coverage.symbol,
        number=coverage.number,
        branch=coverage.branch,
        birthdate=coverage.birthdate,
        days=days,
    )
    return msgspec.structs.replace(plain, **changed)


def write_coverages(file: Path, people: Iterable[History], collected: date | None = None) -> Path:
    """Everything said of these people; `collected` is when the cards of the lost coverages came back."""
    names = [column.name for column in COVERAGES]
    with file.open("w", encoding="utf-8", newline="") as opened:
        table = csv.DictWriter(opened, names)
        table.writeheader()
        for history in people:
            table.writerows(_said(history, collected))
    return file


def _said(history: History, collected: date | None) -> Iterable[dict[str, object]]:
    said = history.assertions
    places = {subject: place for place, subject in enumerate(dict.fromkeys(one.subject for one in said))}
    for at, assertion in enumerate(said):
        fact = assertion.fact
        if not isinstance(fact, Coverage) or fact.withdrawn:
            continue
        later = [one.commit for one in said[at + 1 :] if one.subject == assertion.subject]
        yield {
            **{name: getattr(fact, name) for name in _AS_NAMED},
            "from_day": fact.acquired,
            "until_day": fact.lost,
            "kind": fact.classification,
            "person": history.person.hex(),
            "subject": places[assertion.subject],
            "collected_on": collected if fact.lost else None,
            "recorded_at": recorded_on(assertion.commit),
            "superseded_at": recorded_on(later[0]) if later else None,
        }


_AS_NAMED = ("insurer_number", "symbol", "number", "branch", "birthdate", "loss_reason", "match")


def write_claims(file: Path, claims: Sequence[AClaim]) -> Path:
    """One row a claim, called by its place."""
    names = [column.name for column in CLAIMS if column.name != "day"]
    with file.open("w", encoding="utf-8", newline="") as opened:
        table = csv.DictWriter(opened, names)
        table.writeheader()
        for place, claim in enumerate(claims):
            row = msgspec.structs.asdict(claim) | {
                "claim_id": str(place),
                "month": f"{claim.days[0]:%Y-%m}",
                "days": " ".join(str(day.day) for day in claim.days),
            }
            table.writerow(row)
    return file
