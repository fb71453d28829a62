"""A claim file checked from its first byte to its last, told to a report."""

from collections import Counter
from collections.abc import Iterable

import msgspec

from kaihoken.claims.checks import GRAVEST_FIRST, Begun, Examined, Level, Step, checks_of
from kaihoken.claims.eligibility import Eligibility
from kaihoken.claims.finding import Finding
from kaihoken.claims.report.told import in_words
from kaihoken.claims.report.written import Report, Summary

_ORDER = {level: at for at, level in enumerate(GRAVEST_FIRST)}


def tell(steps: Iterable[Step], report: Report, eligibility: Eligibility | None = None) -> Summary:
    """Tells everything that was found to the report, and gives the file in numbers. `eligibility` is what is known of
    the days of care, where they were asked about and `steps` are checked against it."""
    telling = _Telling(report)
    for step in steps:
        telling.see(step)
    summary = telling.summary()
    if eligibility is None:
        report.end(summary)
        return summary
    summary = msgspec.structs.replace(summary, eligibility=eligibility.asking)
    report.end(summary, eligibility.verdicts)
    return summary


class _Telling:
    def __init__(self, report: Report) -> None:
        self._report = report
        self._checks = checks_of(None)
        self._months: list[str] = []
        self._levels: Counter[Level] = Counter()
        self._receipts: Counter[Level | None] = Counter()

    def see(self, step: Step) -> None:
        """The findings of one part of the file."""
        if isinstance(step, Begun):
            self._checks = checks_of(step.terms.claimed)
            if step.terms.claimed is not None:
                self._months.append(f"{step.terms.claimed:%Y-%m}")
        gravest: Level | None = None
        for finding in step.findings:
            level = self._add(finding)
            if gravest is None or _ORDER[level] < _ORDER[gravest]:
                gravest = level
        if isinstance(step, Examined):
            self._receipts[gravest] += 1

    def _add(self, finding: Finding) -> Level:
        check = self._checks[finding.check]
        self._levels[check.level] += 1
        self._report.add(in_words(finding, check))
        return check.level

    def summary(self) -> Summary:
        """What was seen until now."""
        receipts = self._receipts
        return Summary(
            months=tuple(dict.fromkeys(self._months)),
            receipts=receipts.total(),
            fine=receipts[None],
            noticed=receipts[Level.NOTICE],
            returned=receipts[Level.RETURN],
            refused=receipts[Level.RECEIPT] + receipts[Level.FILE],
            file_refused=self._levels[Level.FILE] > 0,
            findings={level: self._levels[level] for level in GRAVEST_FIRST},
        )
