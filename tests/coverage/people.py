"""Small builders of people for the tests of this room. All of them fictional."""

from collections.abc import Sequence
from datetime import UTC, date, datetime

import msgspec

from kaihoken.coverage import (
    Assertion,
    Certificate,
    CommitSequence,
    Consent,
    Coverage,
    Fact,
    History,
    NumberInquiry,
    PersonId,
    Presented,
)
from kaihoken.coverage.inquiry import CertificateInquiry, Chart
from kaihoken.identity import InsurerNumber

TODAY = date(2026, 11, 20)
FACILITY = "9910000007"
TOKYO_BRANCH = "01130012"
COMPANY = "06132013"
CITY = "00138057"
ELDERLY = "39131156"
NOW = CommitSequence(100)


def covered_by(insurer: str = TOKYO_BRANCH, since: date = date(2020, 4, 1), **more: object) -> Coverage:
    """A coverage of 山田 太郎, 1980-01-01, 記号 12-34 番号 56 枝番 01, unless said otherwise."""
    plain = Coverage(
        insurer_number=insurer,
        insurer_name="架空の保険者",
        symbol="12-34",
        number="56",
        branch="01",
        classification="01",
        relation="1",
        insured_name="山田　太郎",
        name="山田　太郎",
        kana="ﾔﾏﾀﾞ ﾀﾛｳ",
        sex="1",
        birthdate=date(1980, 1, 1),
        postal_code="100-0001",
        address="東京都架空区1-2-3",
        acquired=since,
    )
    return msgspec.structs.replace(plain, **more)


def a_person(*facts: Fact, person: int = 1) -> History:
    """Somebody of whom these facts were said, one commit each, each about a thing of its own."""
    return History(
        PersonId(person.to_bytes(16, "big")),
        tuple(
            Assertion(number, CommitSequence(number), datetime(2026, 1, 1, tzinfo=UTC), "test", fact)
            for number, fact in enumerate(facts, start=1)
        ),
    )


def said(person: History, subject: int, commit: int, fact: Fact) -> History:
    """The same person after one more assertion."""
    assertion = Assertion(subject, CommitSequence(commit), datetime(2026, 1, 2, tzinfo=UTC), "test", fact)
    return History(person.person, (*person.assertions, assertion))


def a_certificate(
    serial: str = "1234567890",
    not_after: date = date(2030, 1, 1),
    revoked: date | None = None,
    not_before: date = date(2025, 1, 1),
) -> Certificate:
    return Certificate("CN=TEST-CA", serial, not_before, not_after, revoked)


def asking_for(
    coverage: Coverage,
    presented: Presented = Presented.NUMBER,
    consents: Sequence[Consent] = (),
    chart: Chart | None = None,
    **changed: object,
) -> NumberInquiry:
    """The question by the very numbers of a coverage, some of them changed."""
    return NumberInquiry(
        insurer=InsurerNumber.as_written(str(changed.get("insurer", coverage.insurer_number))),
        symbol=str(changed.get("symbol", coverage.symbol)),
        number=str(changed.get("number", coverage.number)),
        branch=str(changed.get("branch", coverage.branch)),
        birthdate=coverage.birthdate
        if "birthdate" not in changed
        else date.fromisoformat(str(changed["birthdate"])),
        facility=str(changed.get("facility", FACILITY)),
        presented=presented,
        consents=frozenset(consents),
        chart=chart,
    )


def by_card(
    serial: str = "1234567890",
    presented: Presented = Presented.CARD,
    consents: Sequence[Consent] = (),
    facility: str = FACILITY,
    presented_on: date = TODAY,
    chart: Chart | None = None,
) -> CertificateInquiry:
    return CertificateInquiry(
        "CN=TEST-CA", serial, facility, presented_on, presented, frozenset(consents), chart
    )
