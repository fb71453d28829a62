"""What the page of one visit shows, from the largest to the smallest. Reads; changes nothing."""

from dataclasses import dataclass
from datetime import date

import msgspec
from markupsafe import Markup

from kaihoken.card.presence import AnsweredBy
from kaihoken.claims.month import claim_day_of
from kaihoken.coverage import CertificateCheck, Check, Consent, NumberCheck
from kaihoken.coverage.view import view_of
from kaihoken.desk.asking import check_of_file
from kaihoken.desk.checked import By, Checked, receipt_line
from kaihoken.desk.day import Document, Visit, standing_of
from kaihoken.desk.followup import is_unclear, numbers_of, path_of
from kaihoken.desk.patients import Patient
from kaihoken.desk.reader import reader_terms
from kaihoken.desk.reception.add_on import due_of
from kaihoken.desk.reception.comparison import adopts, beside, has_numbers
from kaihoken.desk.reception.copying import line_to_copy
from kaihoken.desk.reception.documents import counts_as
from kaihoken.desk.reception.listing import month_of
from kaihoken.desk.reception.month import by_person, confirmed_in, person_of, subsidies_seen_in
from kaihoken.desk.running import Desk
from kaihoken.problems import Problem, catalogue
from kaihoken.web import Language, day_on_page, messages, read_aloud


@dataclass(frozen=True, slots=True)
class Trouble:
    """What kept the reader from an answer, and what to do next."""

    title: Markup
    mend: Markup


def visit_values(desk: Desk, visit: Visit, language: Language) -> dict[str, object]:
    """The values of `visit.html`."""
    patient = desk.patients.get(visit.patient)
    standing = standing_of(visit, patient.last if patient is not None else None)
    last = standing.checked.told_in(language) if standing.checked is not None else None
    checked = last if standing.is_today else None
    today = desk.clock.today()
    visits = desk.day.since(today.replace(day=1))
    theirs = by_person(visits).get(person_of(visit), [])
    case = desk.follow_ups.of(visit)
    values: dict[str, object] = {
        "visit": visit,
        "patient": patient,
        "standing": standing,
        "checked": last,
        "case": case,
        "alike": desk.patients.like(patient) if patient is not None else [],
        "month": month_of(confirmed_in(theirs), language),
        "subsidies": _papers(patient, theirs),
        "documents": [(one, counts_as(one, today)) for one in Document],
        "by_items": desk.failures.can_ask,
        "is_awaited": desk.reader.expected == visit.visit,
        "can_ask": numbers_of(visit, patient) is not None,
        "claim_day": claim_day_of(visit.day),
        "trouble": _trouble(visit, language),
        "questionnaire": desk.questionnaires.of(visit.visit),
        "card_shown": _card_shown(visit, today, language),
        "last_share": _share_known(last, language),
        "view": None,
    }
    if checked is None:
        return values
    answer = checked.answer
    view = view_of(answer, check_shown(visit, patient, checked, language), has_card=False)
    everything = [one for one in desk.day.since(visit.day.min) if person_of(one) == person_of(visit)]
    return {
        **values,
        "view": view,
        "unclear": is_unclear(visit),
        "path": path_of(answer, case, language),
        "pieces": line_to_copy(answer, view.to_copy, due_of(visit, everything), language),
        "beside": beside(patient, answer, language) if patient is not None else (),
        "may_adopt": not is_unclear(visit) and has_numbers(answer) and adopts(patient, answer),
        "mine": _who_may_it_be(desk, visit, checked) if patient is None else [],
        "receipt": receipt_line(checked),
    }


def _share_known(checked: Checked | None, language: Language) -> str:
    """The share of an answer of another day, for who has to take money today; "" where it was not settled."""
    if checked is None or checked.answer.share.kind not in ("value", "range"):
        return ""
    return f" {read_aloud(checked.answer.share.text, language)}"


def check_shown(visit: Visit, patient: Patient | None, checked: Checked, language: Language) -> Check:
    """The question behind an answer, as far as its page needs it: the numbers that were typed or are the file's; of a
    card nothing but what it let see."""
    if checked.by in (By.CARD, By.PHONE, By.STANDING):
        seen = any(result.limit_consent is not None for result in checked.answer.results)
        return CertificateCheck(
            issuer="", serial="", consents=(Consent.LIMIT,) if seen else (), language=language
        )
    known = numbers_of(visit, patient)
    check = known or NumberCheck(insurer_number="", number="", birthdate=checked.answer.on)
    if visit.typed is None and patient is not None and patient.can_be_asked:
        check = check_of_file(patient)
    limit = any(result.limit is not None for result in checked.answer.results)
    return msgspec.structs.replace(check, language=language, consents=(Consent.LIMIT,) if limit else ())


def _trouble(visit: Visit, language: Language) -> Trouble | None:
    """What kept the reader from an answer, in words; nothing once there is an answer after it."""
    if visit.trouble not in catalogue():
        return None
    try:
        problem = Problem(visit.trouble)
        return Trouble(
            read_aloud(problem.title(language), language), read_aloud(problem.mend(language), language)
        )
    except (KeyError, Problem):  # a sentence with facts, of which only the code was kept
        return Trouble(messages("desk").html("trouble.code", language, code=visit.trouble), Markup())


def _card_shown(visit: Visit, today: date, language: Language) -> tuple[Markup, ...]:
    """What is told of the card or phone that was put on the reader: that it was registered there, that somebody
    answered for its holder, and its last day from the earliest notice on, as its holder was told it."""
    card, words = visit.card, messages("desk")
    if card is None:
        return ()
    said = ["registered"] if card.registered else []
    said += ["guardian"] if card.answered_by is AnsweredBy.GUARDIAN else []
    told = tuple(words.html(f"card-shown.{one}", language) for one in said)
    notice = reader_terms(today).notice(card.ends, today) if card.ends is not None else 0
    if card.ends is None or not notice:
        return told
    left = (card.ends - today).days
    which = "grace" if left < 0 else "phone" if card.is_phone else str(notice)
    day = day_on_page(card.ends, language, year=True, weekday=False)
    return *told, words.html(f"card-shown.ends.{which}", language, day=day, days=max(left, 0))


def _papers(patient: Patient | None, visits: list[Visit]) -> list[tuple[str, object]]:
    """The 公費 of the file, and on which day of this month its paper was seen (None: not yet)."""
    if patient is None:
        return []
    seen = subsidies_seen_in(visits)
    return [(one.payer_number, seen.get(one.payer_number)) for one in patient.subsidies]


def _who_may_it_be(desk: Desk, visit: Visit, checked: Checked) -> list[Patient]:
    """Patients of the file who may be the person that the answer names."""
    if not checked.answer.results:
        return []
    result = checked.answer.results[0]
    somebody = Patient(
        patient=visit.visit,
        number="",
        name=result.name or visit.name,
        kana=result.kana or visit.kana,
        birthdate=result.birthdate,
    )
    return desk.patients.like(somebody)
