"""The sandbox: fixed people and questions for whoever builds against the hub, the same for every seed.

`sandbox.yaml` holds them; its days are offsets from the day for which they are made.
"""

import hashlib
from collections.abc import Iterable
from datetime import date, timedelta

import msgspec

from kaihoken.coverage import (
    Certificate,
    Coverage,
    ElderlyCertificate,
    Fact,
    LimitCertificate,
    MedicalTicket,
    PersonId,
    PublicExpense,
    ReferenceLink,
    SpecificDisease,
)
from kaihoken.people.coverages import J_LIS, Stated
from kaihoken.people.nation import Person
from kaihoken.people.sandbox_table import (
    CardEntry,
    CaseEntry,
    CoverageEntry,
    Expected,
    InsurerEntry,
    LimitEntry,
    PersonEntry,
    ReferenceEntry,
    Rehearsal,
    Sandbox,
    SubsidyEntry,
    TicketEntry,
    day,
    months_later,
    table,
)

_POSTAL_CODE, _ADDRESS = "100-0000", "架空県架空市架空町１－２－３"


class NumberAsk(msgspec.Struct, frozen=True, tag_field="by", tag="number"):
    """A question by number, as `POST /v1/eligibility-checks` takes it."""

    insurer_number: str
    symbol: str
    number: str
    branch: str
    birthdate: date
    presented: str = "number"
    consents: tuple[str, ...] = ()


class CertificateAsk(msgspec.Struct, frozen=True, tag_field="by", tag="certificate"):
    """A question by the certificate of a card or phone, as `POST /v1/eligibility-checks` takes it."""

    issuer: str
    serial: str
    presented: str = "card"
    consents: tuple[str, ...] = ()


class ReferenceAsk(msgspec.Struct, frozen=True, tag_field="by", tag="reference"):
    """A question by 照会番号, as `POST /v1/eligibility-checks` takes it."""

    reference_number: str
    birthdate: date
    presented: str = "number"
    consents: tuple[str, ...] = ()


Ask = NumberAsk | CertificateAsk | ReferenceAsk


class Case(msgspec.Struct, frozen=True):
    """A question of the sandbox with what it is about and what comes back."""

    key: str
    ja: str
    en: str
    ask: Ask
    expect: Expected
    encoding: str = "utf-8"
    rehearsal: Rehearsal | None = None


def sandbox_facility() -> str:
    """医療機関コード of the test facility, the one for which the sandbox's 医療券 is registered."""
    return table().facility


def sandbox_insurer() -> tuple[str, str]:
    """保険者番号 and name of the insurer that registers in the sandbox."""
    insurer = table().insurers["society"]
    return insurer.number, insurer.name


def sandbox_people(as_of: date) -> list[Person]:
    """The people of the sandbox as they stand on a day. Their ids and links never change."""
    sandbox = table()
    return [
        Person(
            place=place,
            person_id=PersonId(
                hashlib.blake2b(person.key.encode(), key=b"kaihoken sandbox", digest_size=16).digest()
            ),
            link=f"sandbox-{person.key}",
            stated=tuple(_stated(person, sandbox, as_of)),
        )
        for place, person in enumerate(sandbox.people)
    ]


def sandbox_cases(as_of: date) -> list[Case]:
    """The questions of the sandbox, for people made for that day."""
    sandbox = table()
    people = {person.key: person for person in sandbox.people}
    return [
        Case(
            key=case.key,
            ja=case.ja,
            en=case.en,
            ask=_ask(case, people[case.person], sandbox, as_of),
            expect=case.expect,
            encoding=case.encoding,
            rehearsal=case.rehearsal,
        )
        for case in sandbox.cases
    ]


def sandbox_rehearsals() -> dict[tuple[str, str], Rehearsal]:
    """The numbers that a demo hub plays, by canonical 保険者番号 and 番号."""
    return {
        (case.ask.insurer_number, case.ask.number): case.rehearsal
        for case in sandbox_cases(date(2026, 1, 1))
        if case.rehearsal is not None and isinstance(case.ask, NumberAsk)
    }


def sandbox_insurers() -> dict[str, str]:
    """The reserved insurers: name by 保険者番号 (8 digits)."""
    return {insurer.number: insurer.name for insurer in table().insurers.values()}


def _day(text: str | None, as_of: date) -> date | None:
    return None if text is None else day(text, as_of)


def _stated(person: PersonEntry, sandbox: Sandbox, as_of: date) -> Iterable[Stated]:
    subject = 0
    for coverage in person.coverages:
        subject += 1
        insurer = sandbox.insurers[coverage.insurer]
        fact = _coverage(coverage, person, insurer, sandbox, as_of)
        yield Stated(subject, insurer.number, fact)
        if coverage.then is not None:
            match, withdrawn = coverage.then.match or fact.match, coverage.then.withdrawn
            yield Stated(
                subject, insurer.number, msgspec.structs.replace(fact, match=match, withdrawn=withdrawn)
            )
    rest: list[tuple[str, Fact]] = [
        *((subsidy.payer, _subsidy(subsidy, as_of)) for subsidy in person.subsidies),
        *((J_LIS, _certificate(card, sandbox, as_of)) for card in person.certificates),
        *((sandbox.facility, _reference(one, person, sandbox, as_of)) for one in person.references),
    ]
    for source, other in rest:
        subject += 1
        yield Stated(subject, source, other)


def _coverage(
    coverage: CoverageEntry, person: PersonEntry, insurer: InsurerEntry, sandbox: Sandbox, as_of: date
) -> Coverage:
    elderly = coverage.elderly
    return Coverage(
        insurer_number=insurer.number,
        insurer_name=insurer.name,
        symbol=coverage.symbol,
        number=coverage.number,
        branch=coverage.branch,
        classification=coverage.classification,
        relation=coverage.relation,
        insured_name=coverage.insured_name or person.name,
        name=person.name,
        kana=person.kana,
        other_name=person.other_name,
        other_kana=person.other_kana,
        sex=person.sex,
        sex_other=person.sex_other,
        birthdate=day(person.born, as_of),
        postal_code=_POSTAL_CODE,
        address=_ADDRESS,
        acquired=day(coverage.acquired, as_of),
        lost=_day(coverage.lost, as_of),
        loss_reason=coverage.loss_reason,
        issued=_day(coverage.issued, as_of),
        valid_from=_day(coverage.valid_from, as_of),
        valid_to=_day(coverage.valid_to, as_of),
        share_percent=coverage.share_percent,
        match=coverage.match,
        non_disclosure=coverage.non_disclosure,
        received=_day(coverage.received, as_of),
        elderly=None
        if elderly is None
        else ElderlyCertificate(
            issued=day(elderly.start, as_of),
            valid_from=day(elderly.start, as_of),
            valid_to=day(elderly.end, as_of),
            share_percent=elderly.share_percent,
        ),
        limits=tuple(_limit(limit, as_of) for limit in coverage.limits),
        diseases=tuple(
            SpecificDisease(
                category=disease.category,
                issued=day(disease.start, as_of),
                valid_from=day(disease.start, as_of),
                valid_to=None,
                monthly_limit_yen=disease.monthly_limit_yen,
            )
            for disease in coverage.diseases
        ),
        tickets=(_ticket(coverage.ticket, sandbox.facility, as_of),) if coverage.ticket else (),
    )


def _limit(limit: LimitEntry, as_of: date) -> LimitCertificate:
    return LimitCertificate(
        classification=limit.classification,
        category=limit.category,
        issued=day(limit.start, as_of),
        valid_from=day(limit.start, as_of),
        valid_to=day(limit.end, as_of),
        long_term=_day(limit.long_term, as_of),
    )


def _ticket(ticket: TicketEntry, facility: str, as_of: date) -> MedicalTicket:
    month = as_of.replace(day=1)
    return MedicalTicket(
        ticket_type=ticket.kind,
        month=month,
        facility=facility,
        facility_name="架空の試験用診療所",
        issue_number="9900001",
        valid_from=month,
        valid_to=months_later(month, 1) - timedelta(days=1),
        treatment_type=ticket.treatment,
        self_pay_yen=ticket.self_pay_yen,
        single_or_combined=ticket.combined,
        social_insurance=ticket.insurance,
        district_contact="架空市福祉事務所",
    )


def _subsidy(subsidy: SubsidyEntry, as_of: date) -> PublicExpense:
    return PublicExpense(
        payer_number=subsidy.payer,
        recipient_number=subsidy.recipient,
        scheme=subsidy.scheme,
        start=day(subsidy.start, as_of),
        end=_day(subsidy.end, as_of),
        self_pay_yen=subsidy.self_pay_yen,
    )


def _certificate(card: CardEntry, sandbox: Sandbox, as_of: date) -> Certificate:
    return Certificate(
        issuer=sandbox.issuer,
        serial=card.serial,
        not_before=day(card.start, as_of),
        not_after=day(card.end, as_of),
        revoked=_day(card.revoked, as_of),
    )


def _reference(
    reference: ReferenceEntry, person: PersonEntry, sandbox: Sandbox, as_of: date
) -> ReferenceLink:
    coverage = next(coverage for coverage in person.coverages if coverage.number == reference.number)
    return ReferenceLink(
        facility=sandbox.facility,
        reference_number=reference.reference_number,
        insurer_number=sandbox.insurers[coverage.insurer].number,
        symbol=coverage.symbol,
        number=coverage.number,
        branch=coverage.branch,
        registered=day(reference.registered, as_of),
    )


def _ask(case: CaseEntry, person: PersonEntry, sandbox: Sandbox, as_of: date) -> Ask:
    if case.reference:
        return ReferenceAsk(
            case.reference, day(person.born, as_of), case.presented or "number", case.consents
        )
    if case.serial:
        return CertificateAsk(sandbox.issuer, case.serial, case.presented or "card", case.consents)
    coverage = next(coverage for coverage in person.coverages if coverage.number == case.number)
    written = {
        "insurer_number": sandbox.insurers[coverage.insurer].number,
        "symbol": coverage.symbol,
        "number": coverage.number,
        "branch": coverage.branch,
        **case.ask,
    }
    return NumberAsk(
        **written,
        birthdate=day(person.born, as_of),
        presented=case.presented or "number",
        consents=case.consents,
    )
