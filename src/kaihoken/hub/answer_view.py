"""An answer as a receptionist reads it: word, sign, colour; what to do; why; the fields; in that order.

Pure. It shows nothing that the answer does not hold: the page is one more carrier of the same answer.
"""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from markupsafe import Markup

from kaihoken import rules
from kaihoken.coverage import Answer, CertificateCheck, Check, NumberCheck, Result, Situation
from kaihoken.hub.showcase import state_of
from kaihoken.identity import InsurerNumber, age_on, to_wareki
from kaihoken.problems import Language as Speech
from kaihoken.web import LANGUAGES, Language, State, messages, with_readings

_READING = re.compile("([一-龠々]+)（([ぁ-ゖー]+)）")
_RE_ASK = {"rekey", "add-branch", "ask-confirmation"}
_NO_SHARE = "unknown"


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of a table: the message `field.<name>` and its value. `marked` where it is what matters."""

    name: str
    value: str
    marked: bool = False


@dataclass(frozen=True, slots=True)
class Compared:
    """One line of the comparison: what was asked and what is registered."""

    name: str
    asked: str
    registered: str
    differs: bool


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do. `action` is what a button beside it does: "ask" (the form), "card" (the same person's card)."""

    text: Markup
    action: str


@dataclass(frozen=True, slots=True)
class AnswerView:
    """What the page of an answer shows, from the largest to the smallest. `share` stands beside the title where a
    share is known; `official` is the 資格有効性 where the title is another word."""

    state: State
    title: Markup
    share: Markup
    official: str
    staff: Markup
    person: str
    kana: str
    age: int | None
    reading: str
    steps: tuple[Step, ...]
    to_clarify: tuple[str, ...]  # ids of short words: what is to be clarified although the coverage is valid
    advisories: tuple[Markup, ...]
    compared: tuple[Compared, ...]
    groups: tuple[tuple[str, tuple[Fact, ...]], ...]  # message group.<name>, its lines
    patient: tuple[tuple[Language, Markup], ...]
    to_copy: tuple[Fact, ...]


def view_of(answer: Answer, check: Check, *, has_card: bool) -> AnswerView:
    """The answer to a check, ready for the template. `has_card`: the same person's card is another case."""
    language: Language = check.language
    situation = Situation(answer.situation)
    state = state_of(situation)
    result = answer.results[0] if answer.results else None
    birthdate = result.birthdate if result is not None else None
    return AnswerView(
        state=state,
        title=read_aloud(answer.words.title, language),
        share=_share(answer, state, language),
        official=_official(answer, state, language),
        staff=read_aloud(answer.words.staff, language),
        person=result.name or "" if result is not None else "",
        kana=result.kana or "" if result is not None else "",
        age=_age(birthdate, answer.on) if birthdate is not None else None,
        reading=_reading(result) if result is not None else "",
        steps=tuple(
            Step(read_aloud(step.text, language), _action(step.kind, has_card=has_card))
            for step in answer.steps
        ),
        to_clarify=_to_clarify(answer, state),
        advisories=tuple(read_aloud(advisory.text, language) for advisory in answer.advisories),
        compared=_compared(answer, check, result) if isinstance(check, NumberCheck) else (),
        groups=_groups(answer, language),
        patient=tuple((spoken, _to_patient(situation, spoken)) for spoken in LANGUAGES),
        to_copy=_to_copy(answer, result, language) if state in ("valid", "special") else (),
    )


def asked_facts(check: Check) -> tuple[Fact, ...]:
    """What was asked, in one line."""
    if isinstance(check, CertificateCheck):
        return (Fact("certificate", check.serial),)
    facts = (
        Fact("insurer_number", InsurerNumber.as_written(check.insurer_number).unpadded),
        Fact("symbol", check.symbol),
        Fact("number", check.number),
        Fact("branch", check.branch),
        Fact("birthdate", check.birthdate.isoformat()),
    )
    return tuple(fact for fact in facts if fact.value)


def read_aloud(text: str, language: Language) -> Markup:
    """A sentence of an answer for a page: in やさしい日本語 the readings in brackets go above their words."""
    return with_readings(_READING.sub(r"{\1|\2}", text)) if language == "ja@easy" else Markup.escape(text)


def _share(answer: Answer, state: State, language: Language) -> Markup:
    """The share beside the word: what is taken today. What a step says of an unclear coverage stays in the step."""
    share = answer.share
    if state not in ("valid", "pending") or share.kind == _NO_SHARE:
        return Markup()
    return read_aloud(share.text, language)


def _official(answer: Answer, state: State, language: Language) -> str:
    """The official word of OQSCD006, beside a title that is not it."""
    if answer.validity is None or state != "clarify":
        return ""
    return rules.code_list("OQSCD006").shown(answer.validity, _speech(language))


def _to_clarify(answer: Answer, state: State) -> tuple[str, ...]:
    """A valid coverage that still has to be looked at: differences, a name that cannot be shown."""
    if state == "clarify":
        return ()
    told = {advisory.kind for advisory in answer.advisories}
    differing = ("differences",) if answer.differences else ()
    return (*differing, *(kind for kind in ("name-substituted", "share-blank") if kind in told))


def _action(kind: str, *, has_card: bool) -> str:
    if kind == "use-card" and has_card:
        return "card"
    return "ask" if kind in _RE_ASK else ""


def _compared(answer: Answer, check: NumberCheck, result: Result | None) -> tuple[Compared, ...]:
    """What was asked beside what is registered, where anything differs."""
    if result is None or not answer.differences:
        return ()
    differing = {difference.field for difference in answer.differences}
    asked = {
        "insurer_number": InsurerNumber.as_written(check.insurer_number).unpadded,
        "symbol": check.symbol,
        "number": check.number,
        "branch": check.branch,
        "birthdate": check.birthdate.isoformat(),
        **{difference.field: difference.asked for difference in answer.differences},
    }
    return tuple(
        Compared(name, text, _plain(result, name), name in differing) for name, text in asked.items()
    )


def _plain(result: Result, name: str) -> str:
    value = getattr(result, name)
    if name == "insurer_number" and value is not None:
        return InsurerNumber.as_written(value).unpadded
    return "" if value is None else str(value)


def _groups(answer: Answer, language: Language) -> tuple[tuple[str, tuple[Fact, ...]], ...]:
    groups: list[tuple[str, tuple[Fact, ...]]] = []
    for result in answer.results:
        groups += [
            ("coverage", _coverage(result, language)),
            ("person", _person(result, answer.on, language)),
            ("limits", _limits(result, language)),
        ]
    for subsidy in answer.subsidies:
        groups.append(
            (
                "subsidy",
                (
                    Fact("scheme", subsidy.scheme),
                    Fact("payer_number", subsidy.payer_number),
                    Fact("recipient_number", subsidy.recipient_number),
                    Fact("period", _span(subsidy.start, _last(subsidy.end))),
                    Fact("self_pay", _yen(subsidy.self_pay_yen)),
                ),
            )
        )
    return tuple((name, kept) for name, facts in groups if (kept := tuple(f for f in facts if f.value)))


def _coverage(result: Result, language: Language) -> tuple[Fact, ...]:
    speech = _speech(language)
    insurer = InsurerNumber.as_written(result.insurer_number).unpadded if result.insurer_number else ""
    return (
        Fact("insurer", result.insurer_name or ""),
        Fact("insurer_number", insurer),
        Fact("symbol", result.symbol or ""),
        Fact("number", result.number or ""),
        Fact("branch", result.branch or ""),
        Fact("classification", _label("OQSCD010", result.classification, speech)),
        Fact("relation", _label("OQSCD009", result.relation, speech)),
        Fact("insured_name", result.insured_name or ""),
        Fact("acquired", _iso(result.acquired)),
        Fact("lost", _iso(result.lost), marked=result.lost is not None),
        Fact("loss_reason", _label("OQSCD008", result.loss_reason, speech)),
        Fact("issued", _iso(result.issued)),
        Fact("valid", _span(result.valid_from, result.valid_to)),
        Fact("late_share", _percent(result.share_percent)),
    )


def _person(result: Result, on: date, language: Language) -> tuple[Fact, ...]:
    return (
        Fact("name", result.name or ""),
        Fact("name_reading", _reading(result)),
        Fact("kana", result.kana or ""),
        Fact("other_name", result.other_name or ""),
        Fact("sex", _label("OQSCD007", result.sex, _speech(language))),
        Fact("birthdate", _birthdate(result.birthdate, on, language)),
        Fact("address", " ".join(part for part in (result.postal_code, result.address) if part)),
        Fact("preschool", "✓" if result.preschool else ""),
    )


def _limits(result: Result, language: Language) -> tuple[Fact, ...]:
    speech = _speech(language)
    facts: list[Fact] = []
    if (elderly := result.elderly) is not None:
        facts += [
            Fact("elderly", _percent(elderly.share_percent), marked=True),
            Fact("elderly_valid", _span(elderly.valid_from, elderly.valid_to)),
        ]
    if (limit := result.limit) is not None:
        facts += [
            Fact("limit", _label("OQSCD012", limit.category, speech), marked=True),
            Fact("limit_kind", _label("OQSCD011", limit.classification, speech)),
            Fact("limit_valid", _span(limit.valid_from, limit.valid_to)),
            Fact("long_term", f"{_iso(limit.long_term)} 〜" if limit.long_term else "", marked=True),
        ]
    for disease in result.diseases:
        facts += [
            Fact("disease", _label("OQSCD013", disease.category, speech)),
            Fact("disease_limit", _yen(disease.monthly_limit_yen)),
        ]
    for ticket in result.tickets:
        facts += [
            Fact("ticket", _label("OQSCD018", ticket.ticket_type, speech)),
            Fact("ticket_facility", f"{ticket.facility}　{ticket.facility_name}"),
            Fact("ticket_valid", _span(ticket.valid_from, ticket.valid_to)),
            Fact("self_pay", _yen(ticket.self_pay_yen)),
        ]
    return tuple(facts)


def _reading(result: Result) -> str:
    """The name as it can be read, where that helps: not where only ● stands for the character."""
    return "" if result.name_reading in (None, result.name) else str(result.name_reading)


def _to_copy(answer: Answer, result: Result | None, language: Language) -> tuple[Fact, ...]:
    """The line that goes into the chart: share, relation, category, subsidies."""
    if result is None:
        return ()
    limit = result.limit
    facts = (
        Fact("share", "" if answer.share.kind == _NO_SHARE else read_aloud(answer.share.text, language)),
        Fact("relation", _label("OQSCD009", result.relation, _speech(language))),
        Fact("limit", _label("OQSCD012", limit.category, _speech(language)) if limit else ""),
        Fact("subsidy", "、".join(subsidy.payer_number for subsidy in answer.subsidies)),
    )
    return tuple(fact for fact in facts if fact.value)


def _to_patient(situation: Situation, language: Language) -> Markup:
    return messages("coverage").html(f"situation.{situation.value}.patient", language)


def _birthdate(born: date | None, on: date, language: Language) -> str:
    if born is None:
        return ""
    era = "" if language == "en" else f"（{to_wareki(born).short}）"
    return f"{born.isoformat()}{era}"


def _age(born: date, on: date) -> int:
    """Years as people count them, one day later than the law does."""
    return age_on(born, max(born, on - timedelta(days=1)))


def _label(code_list: str, code: str | None, speech: Speech) -> str:
    return rules.code_list(code_list).shown(code, speech) if code else ""


def _speech(language: Language) -> Speech:
    return "en" if language == "en" else "ja"


def _iso(day: date | None) -> str:
    return day.isoformat() if day is not None else ""


def _span(start: date | None, end: date | None) -> str:
    return f"{_iso(start)} 〜 {_iso(end)}".strip() if start is not None or end is not None else ""


def _last(end: date | None) -> date | None:
    return end - timedelta(days=1) if end is not None else None


def _percent(percent: int | None) -> str:
    return f"{percent} %" if percent is not None else ""


def _yen(yen: int | None) -> str:
    return f"{yen:,} 円" if yen is not None else ""
