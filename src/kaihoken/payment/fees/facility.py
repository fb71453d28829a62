"""What a facility says of itself, from a file of its own (facts.yaml), read strictly."""

import re
from collections.abc import Mapping
from datetime import date
from typing import TypeAlias

import msgspec

from kaihoken.payment.fees.law import Fact, Kind
from kaihoken.problems import Problem
from kaihoken.rules import read_document
from kaihoken.web import messages

Said: TypeAlias = bool | date | None
"""True, false, a day since which it is so, or None: not said."""

_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")


class Facts(msgspec.Struct, frozen=True, rename="kebab"):
    """One answer for each `Fact`."""

    online_claims: Said = None
    online_claims_promised: Said = None
    online_eligibility: Said = None
    view_in_room: Said = None
    e_prescription: Said = None
    chart_sharing: Said = None
    security: Said = None
    free_statement: Said = None
    health_advice: Said = None
    questionnaire: Said = None
    posting: Said = None
    web: Said = None
    filed: Said = None
    ordinary_pharmacy: Said = None
    guideline: Said = None
    trained_doctor: Said = None
    inside_clinic: Said = None
    emergency_plan: Said = None
    large_hospital: Said = None
    remote_area: Said = None
    nurse_beside: Said = None


class Facility(msgspec.Struct, frozen=True):
    """A clinic, hospital or pharmacy. `children`: 小児科外来診療料 is claimed and many small children come (小児特例);
    `beds`: it admits patients.
    `usage_rates` is マイナ保険証利用率 in percent by month ("2026-03"), as 支払基金 reports it. The name and how to
    reach it stand on papers."""

    kind: Kind
    facts: Facts = Facts()
    usage_rates: Mapping[str, float] = {}
    children: bool = False
    beds: bool = False
    name: str = ""
    address: str = ""
    telephone: str = ""

    def said(self, fact: Fact, on: date) -> bool | None:
        """Whether it is so on a day; None where nothing was said."""
        answer: Said = getattr(self.facts, fact.replace("-", "_"))
        return answer <= on if isinstance(answer, date) else answer


def read_facility(content: bytes, file: str) -> Facility:
    """The facility in a file's bytes. Problem `payment.facts-unreadable` where it is no YAML, `payment.facts-invalid`
    for a key or a value that does not fit, both with file and line."""
    try:
        document = read_document(content, file)
        facility = document.convert(document.data, Facility)
        for month, rate in facility.usage_rates.items():
            if _MONTH.fullmatch(month) is None:
                raise document.problem(f"usage_rates.{month}", "a month is written 2026-03")
            if not 0 <= rate <= 100:
                raise document.problem(f"usage_rates.{month}", "a rate is 0 to 100 percent")
    except Problem as problem:
        where, facts = problem.where, problem.facts
        if problem.code == "rules.unreadable":
            raise Problem("payment.facts-unreadable", where=where, **facts) from problem
        raise Problem("payment.facts-invalid", where=where, **facts) from problem
    return facility


def template() -> str:
    """An empty file to fill in: every fact with what it asks, nothing said yet."""
    said = messages("payment")
    asked = [
        f"  {fact}: null  # {said.text(f'fee.fact.{fact}', 'ja')} / {said.text(f'fee.fact.{fact}', 'en')}"
        for fact in Fact
    ]
    return "\n".join(
        [
            "kind: medical  # medical, dental, pharmacy",
            'name: ""',
            'address: ""',
            'telephone: ""',
            "children: false  # 小児特例",
            "beds: false  # 入院 / it admits patients",
            "facts:  # true, false, or the day since which it is so: 2026-06-01",
            *asked,
            "usage_rates: {}  # レセプト件数ベース マイナ保険証利用率 (%): {2026-03: 41.5}",
            "",
        ]
    )
