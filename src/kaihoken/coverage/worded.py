"""The answer of a verdict: what disclosure lets through, in the words of a language. Pure."""

from datetime import date
from functools import lru_cache

from kaihoken import rules
from kaihoken.card.certificate import CertificateUse
from kaihoken.consent import CareTerms, ConsentItems, ConsentLists
from kaihoken.coverage.answer import Answer
from kaihoken.coverage.disclosure import Disclosure, DisclosureMatrix
from kaihoken.coverage.due import due_from, subsidies_unseen
from kaihoken.coverage.inquiry import CertificateInquiry, QuestionKind
from kaihoken.coverage.lag import RegistrationLag, SuspensionLevels
from kaihoken.coverage.question import Question
from kaihoken.coverage.review.terms import ReviewTerms
from kaihoken.coverage.verdict import Advisory, Verdict
from kaihoken.coverage.words import (
    advisories_said,
    differences_said,
    due_said,
    share_said,
    steps_said,
    words_for,
)
from kaihoken.payment import DeclaredShare, PublicExpenseOrder, StatutoryShare


def answer_of(verdict: Verdict, disclosure: Disclosure, question: Question, today: date) -> Answer:
    """The answer in words and fields: nothing in it but what disclosure let through and the verdict's own words."""
    language = question.language
    inquiry = question.inquiry
    due = due_from(verdict.situation, disclosure)
    advisories = (*verdict.advisories, *subsidies_unseen(verdict.situation, inquiry, disclosure, due))
    if question.unused:
        advisories = (*advisories, Advisory.CONSENT_NOT_USED)
    if type(inquiry) is CertificateInquiry and inquiry.proof.simulated:
        advisories = (*advisories, Advisory.CARD_SIMULATED)
    return Answer(
        on=verdict.on,
        kind=inquiry.kind,
        situation=verdict.situation,
        validity=verdict.validity,
        words=words_for(verdict, inquiry.kind, language),
        share=share_said(verdict.share, verdict.share_basis, language),
        due=due_said(due, language),
        steps=steps_said(verdict, due, language),
        results=disclosure.results,
        subsidies=disclosure.subsidies,
        differences=differences_said(verdict, language) if verdict.differences else (),
        advisories=advisories_said(verdict, advisories, language),
        since=verdict.since,
        language=language,
        rules=_rules_digest(verdict.on, today, inquiry.kind),
    )


@lru_cache(maxsize=512)
def _rules_digest(on: date, today: date, kind: QuestionKind) -> str:
    """The rule files behind an answer: those of the day asked about decide; those of today say whether a card still
    answers and let fields leave."""
    of_claims = (ReviewTerms,) if kind in (QuestionKind.CLAIMS, QuestionKind.CARE_DAY) else ()
    deciding = rules.digest(StatutoryShare, DeclaredShare, RegistrationLag, *of_claims, on=on)
    showing = rules.digest(
        CertificateUse,
        SuspensionLevels,
        DisclosureMatrix,
        ConsentItems,
        CareTerms,
        ConsentLists,
        PublicExpenseOrder,
        on=today,
    )
    return f"{deciding}-{showing}"
