"""What is said of a claim, or of a day before it is claimed: the finding, 確認区分 and the words for it."""

from datetime import date

from kaihoken.coverage.answer import Answer, DifferenceSaid, Result, Shown
from kaihoken.coverage.inquiry import QuestionKind
from kaihoken.coverage.review.terms import Finding, ReviewTerms, is_told_of_claim
from kaihoken.coverage.verdict import DifferenceKind
from kaihoken.web import Language, messages


class ClaimAnswer(Shown, frozen=True, kw_only=True):
    """How a claim compares with the register. `confirmation` is 確認区分 of a claim of this day alone (別表29).
    `responsible` is the coverage that ran, `written` the one on the claim where it is another or has ended. Who has not
    claimed yet is not told which other coverage ran: then `responsible` is left out."""

    on: date
    finding: Finding
    confirmation: str
    words: str
    responsible: Result | None = None
    written: Result | None = None
    differences: tuple[DifferenceSaid, ...] = ()
    language: str
    rules: str  # digest of the rule files behind the decision


def claim_answer(answer: Answer, finding: Finding, terms: ReviewTerms, language: Language) -> ClaimAnswer:
    """In the form of a claim, what disclosure let through."""
    first, second = (*answer.results, None, None)[:2]
    runs = finding is Finding.AS_WRITTEN or (
        finding is Finding.OTHER_INSURER and answer.kind != QuestionKind.CARE_DAY
    )
    differences = tuple(one for one in answer.differences if is_told_of_claim(one.kind, finding))
    kinds = tuple(DifferenceKind(one.kind) for one in differences)
    return ClaimAnswer(
        on=answer.on,
        finding=finding,
        confirmation=terms.confirmed(finding, kinds),
        words=messages("coverage").text(f"review.{finding.value}", language),
        responsible=first if runs else None,
        written=second if runs else first,
        differences=differences,
        language=language,
        rules=answer.rules,
    )
