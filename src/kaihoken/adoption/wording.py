"""The words of a sheet for a page: sums, days, what is worth asking, how a duty stands."""

from datetime import date

from markupsafe import Markup

from kaihoken.adoption.checking import Finding, QuoteFinding
from kaihoken.adoption.duty import Bound, DutyStanding
from kaihoken.web import Language, day_on_page, messages


def said(name: str, language: Language, /, **facts: str | int) -> Markup:
    """A message of this room."""
    return messages("adoption").html(name, language, **facts)


def yen_said(yen: int, language: Language) -> Markup:
    """A sum of money."""
    return said("sheet.yen", language, yen=f"{yen:,}")


def day_said(day: date, language: Language) -> Markup:
    """A day with its year."""
    return day_on_page(day, language, year=True, weekday=False)


def finding_said(finding: Finding, language: Language) -> Markup:
    """What is worth asking the seller, in one sentence, with the numbers of the lines that it is about."""
    return _finding(f"finding.{finding.kind.value}", finding, language)


def typed_finding_said(finding: Finding, language: Language) -> Markup:
    """The same of a quote typed into a form, where a part has one field and no line a number."""
    alone = finding.kind is QuoteFinding.LINE_RANGE
    return _finding("finding.part-range" if alone else f"finding.{finding.kind.value}", finding, language)


def _finding(name: str, finding: Finding, language: Language) -> Markup:
    low, high = finding.usual or (0, 0)
    return _with(
        name,
        language,
        {
            "part": said(f"part.{finding.part.value}", language) if finding.part is not None else "",
            "lines": ", ".join(map(str, finding.lines)),
            "yen": f"{finding.yen or 0:,}",
            "low": f"{low:,}",
            "high": f"{high:,}",
        },
    )


def duty_said(standing: DutyStanding, language: Language) -> Markup:
    """How a duty stands, in one sentence."""
    reason = standing.postponed_for
    open_ended = standing.bound is Bound.POSTPONED and standing.by is None
    return _with(
        "bound.postponed-open" if open_ended else f"bound.{standing.bound.value}",
        language,
        {
            "since": day_said(standing.since, language),
            "by": day_said(standing.by, language) if standing.by is not None else "",
            "reason": said(f"postponed.{reason.value}", language) if reason is not None else "",
        },
    )


def _with(name: str, language: Language, facts: dict[str, str]) -> Markup:
    """A message with those of the facts that it holds."""
    wanted = messages("adoption").facts(name, language)
    return said(name, language, **{fact: value for fact, value in facts.items() if fact in wanted})
