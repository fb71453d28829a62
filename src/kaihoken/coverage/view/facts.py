"""The tables of an answer's page: every field that the answer holds, with its label and as people read it.

Pure. Dates stand in words, codes as their labels, sums with their unit; data with ISO dates is beside it as JSON.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from markupsafe import Markup

from kaihoken import rules
from kaihoken.coverage.answer import Answer, Result
from kaihoken.coverage.checks import CertificateCheck, Check, PresenceCheck, ReferenceCheck
from kaihoken.coverage.inquiry import Consent
from kaihoken.coverage.matching import WELFARE
from kaihoken.coverage.verdict import Advisory, Situation, Validity
from kaihoken.identity import InsurerNumber, to_wareki
from kaihoken.web import Language, day_on_page, messages, read_aloud, with_readings


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of a table: the message `field.<name>` and its value. `marked` where it is what matters."""

    name: str
    value: str | Markup
    marked: bool = False


Group = tuple[str, tuple[Fact, ...]]
"""A table: the message `group.<name>` and its lines."""


_OF_A_SUBSIDY = ("payer_number", "recipient_number")


def asked_facts(check: Check, language: Language) -> tuple[Fact, ...]:
    """What was asked, in one line."""
    if isinstance(check, CertificateCheck):
        return (Fact("certificate", check.serial),)
    if isinstance(check, PresenceCheck):
        return ()  # a presence says nothing of the card to who reads it
    if isinstance(check, ReferenceCheck):
        return _filled(
            Fact("reference_number", check.reference_number),
            Fact("birthdate", _birthdate(check.birthdate, language)),
        )
    return _filled(
        Fact("insurer_number", unpadded(check.insurer_number)),
        Fact("symbol", check.symbol),
        Fact("number", check.number),
        Fact("branch", check.branch),
        Fact("birthdate", _birthdate(check.birthdate, language)),
    )


def facts_to_copy(answer: Answer, language: Language) -> tuple[Fact, ...]:
    """The line that goes into the chart: what is paid, share, relation, category, the numbers of a 公費. While a
    coverage is 手続中, the share that is taken meanwhile; otherwise nothing of what is not valid."""
    if answer.situation == Situation.PENDING:
        return _filled(Fact("share", _share_to_copy(answer, language)))
    if answer.validity not in (Validity.VALID, Validity.VALID_UNREGISTERED):
        return ()
    due = answer.due
    facts = [
        Fact("due", read_aloud(due.text, language) if due is not None else ""),
        Fact("share" if due is None else "insurance_share", _share_to_copy(answer, language)),
    ]
    for result in answer.results:
        facts += [
            Fact("relation", label("OQSCD009", result.relation, language)),
            Fact("limit", label("OQSCD012", result.limit.category, language) if result.limit else ""),
            *(fact for fact in _numbers(result) if _assisted(result) and fact.name in _OF_A_SUBSIDY),
        ]
    for subsidy in answer.subsidies:
        facts += [
            Fact("payer_number", subsidy.payer_number),
            Fact("recipient_number", subsidy.recipient_number),
        ]
    return _filled(*facts)


def _share_to_copy(answer: Answer, language: Language) -> Markup:
    share = answer.share
    if share.kind == "unknown":
        return Markup()
    said = read_aloud(share.text, language)
    if share.kind == "range":
        return messages("coverage").html("copy.share-open", language, share=said)
    if answer.situation == Situation.PENDING:
        return messages("coverage").html("copy.share-meanwhile", language, share=said)
    return said


def groups_of(answer: Answer, check: Check) -> tuple[Group, ...]:
    """The tables, without lines and tables that hold nothing."""
    language: Language = check.language
    groups: list[Group] = []
    for result in answer.results:
        groups += [
            ("assistance" if _assisted(result) else "coverage", _coverage(result, language)),
            ("person", _person(result, language)),
            ("limits", (*_no_limit(answer, result, check), *_limits(result, language))),
        ]
    groups += [
        (
            "subsidy",
            _filled(
                Fact("scheme", subsidy.scheme),
                Fact("payer_number", subsidy.payer_number),
                Fact("recipient_number", subsidy.recipient_number),
                Fact("period", _span(subsidy.start, _last(subsidy.end), language)),
                Fact("self_pay_daily", _yen(subsidy.self_pay_yen, language)),
            ),
        )
        for subsidy in answer.subsidies
    ]
    return tuple(group for group in groups if group[1])


def label(code_list: str, code: str | None, language: Language) -> Markup:
    """The label of a code; in やさしい日本語 with its readings."""
    if not code:
        return Markup()
    codes = rules.code_list(code_list)
    if language == "ja@easy":
        return with_readings(codes.easy(code))
    return Markup.escape(codes.shown(code, language))


def unpadded(insurer_number: str | None) -> str:
    """保険者番号 as it stands on paper: 国保 with six digits."""
    return InsurerNumber.as_written(insurer_number).unpadded if insurer_number else ""


def as_read(name: str, value: str | date | None, language: Language) -> Markup:
    """A field of a comparison as people read it, empty where there is nothing."""
    if isinstance(value, date):
        return _birthdate(value, language)
    if name == "relation":
        return label("OQSCD009", value, language)
    if name == "sex":
        return label("OQSCD007", value, language)
    if name == "share_percent":
        return _tenths(int(value), language) if value else Markup()
    return Markup.escape(unpadded(value) if name == "insurer_number" else value or "")


def reading_of(result: Result) -> str:
    """The name as it can be read, where that helps: not where only ● stands for the character."""
    return "" if result.name_reading in (None, result.name) else str(result.name_reading)


def _coverage(result: Result, language: Language) -> tuple[Fact, ...]:
    return _filled(
        *_numbers(result),
        Fact("classification", label("OQSCD010", result.classification, language)),
        Fact("relation", label("OQSCD009", result.relation, language)),
        Fact("insured_name", "" if _assisted(result) else result.insured_name or ""),
        Fact("acquired", _day(result.acquired, language)),
        Fact("lost", _lost(result.lost, language), marked=True),
        Fact("loss_reason", label("OQSCD008", result.loss_reason, language)),
        Fact("issued", _day(result.issued, language)),
        Fact("valid", _span(result.valid_from, result.valid_to, language)),
        Fact("late_share", _tenths(result.share_percent, language)),
    )


def _assisted(result: Result) -> bool:
    """Whether this is 医療扶助, which has no insurer: its numbers are those of a 公費."""
    return result.classification == WELFARE


def _numbers(result: Result) -> tuple[Fact, ...]:
    if _assisted(result):
        return (
            Fact("payer", result.insurer_name or ""),
            Fact("payer_number", unpadded(result.insurer_number)),
            Fact("recipient_number", result.number or ""),
            Fact("reference_number", result.reference_number or ""),
        )
    return (
        Fact("insurer", result.insurer_name or ""),
        Fact("insurer_number", unpadded(result.insurer_number)),
        Fact("symbol", result.symbol or ""),
        Fact("number", result.number or ""),
        Fact("branch", result.branch or ""),
        Fact("reference_number", result.reference_number or ""),
    )


def _person(result: Result, language: Language) -> tuple[Fact, ...]:
    return _filled(
        Fact("name", result.name or ""),
        Fact("name_reading", reading_of(result)),
        Fact("kana", result.kana or ""),
        Fact("other_name", result.other_name or ""),
        Fact("sex", label("OQSCD007", result.sex, language)),
        Fact("birthdate", _birthdate(result.birthdate, language)),
        Fact("address", " ".join(part for part in (result.postal_code, result.address) if part)),
        Fact("preschool", "✓" if result.preschool else ""),
    )


def _no_limit(answer: Answer, result: Result, check: Check) -> tuple[Fact, ...]:
    """Why no 限度額 stands there: it was not asked for, the facility does not use it, or none is registered. Silence
    would look like any of them."""
    if answer.situation not in (Situation.VALID, Situation.SPECIAL_EXPENSE):
        return ()
    if _assisted(result) or result.limit is not None:
        return ()
    if Consent.LIMIT not in check.consents:
        why = "limit.not-asked"
    elif result.limit_consent is None and any(
        one.kind == Advisory.CONSENT_NOT_USED for one in answer.advisories
    ):
        why = "limit.not-used"
    else:
        why = "limit.none"
    return (Fact("limit", messages("coverage").html(why, check.language)),)


def _limits(result: Result, language: Language) -> tuple[Fact, ...]:
    facts: list[Fact] = []
    if (elderly := result.elderly) is not None:
        facts += [
            Fact("elderly", _tenths(elderly.share_percent, language), marked=True),
            Fact("elderly_valid", _span(elderly.valid_from, elderly.valid_to, language)),
        ]
    if (limit := result.limit) is not None:
        facts += [
            Fact("limit", label("OQSCD012", limit.category, language), marked=True),
            Fact("limit_kind", label("OQSCD011", limit.classification, language)),
            Fact("limit_valid", _span(limit.valid_from, limit.valid_to, language)),
            Fact("long_term", _span(limit.long_term, None, language), marked=True),
        ]
    for disease in result.diseases:
        facts += [
            Fact("disease", label("OQSCD013", disease.category, language)),
            Fact("disease_limit", _yen(disease.monthly_limit_yen, language)),
        ]
    for ticket in result.tickets:
        facts += [
            Fact("ticket", label("OQSCD018", ticket.ticket_type, language)),
            Fact("ticket_facility", f"{ticket.facility}　{ticket.facility_name}"),
            Fact("ticket_valid", _span(ticket.valid_from, ticket.valid_to, language)),
            Fact("self_pay", _yen(ticket.self_pay_yen, language)),
        ]
    return _filled(*facts)


def _filled(*facts: Fact) -> tuple[Fact, ...]:
    return tuple(fact for fact in facts if fact.value)


def _birthdate(born: date | None, language: Language) -> Markup:
    if born is None:
        return Markup()
    era = "" if language == "en" else f"（{to_wareki(born).short}）"
    return day_on_page(born, language, year=True, weekday=False) + era


def _day(day: date | None, language: Language) -> Markup:
    return day_on_page(day, language, year=True) if day is not None else Markup()


def _lost(day: date | None, language: Language) -> Markup:
    """資格喪失日 is the first day without, so the last day stands beside it."""
    if day is None:
        return Markup()
    last = messages("coverage").html(
        "lost.last", language, day=day_on_page(day - timedelta(days=1), language, weekday=False)
    )
    return Markup("{}　{}").format(_day(day, language), last)


def _span(start: date | None, end: date | None, language: Language) -> Markup:
    if start is None and end is None:
        return Markup()
    return Markup("{} 〜 {}").format(_day(start, language), _day(end, language)).strip()


def _last(end: date | None) -> date | None:
    return end - timedelta(days=1) if end is not None else None


def _tenths(percent: int | None, language: Language) -> Markup:
    if percent is None:
        return Markup()
    return messages("coverage").html("share.value", language, tenths=percent // 10, percent=percent)


def _yen(yen: int | None, language: Language) -> Markup:
    return messages("coverage").html("yen", language, yen=f"{yen:,}") if yen is not None else Markup()
