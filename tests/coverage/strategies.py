"""Histories as a store can hold them, drawn at random from few numbers and days so that things meet."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any, get_args

import msgspec
from hypothesis import strategies as st

from kaihoken.coverage import (
    Assertion,
    Certificate,
    CertificateInquiry,
    CommitSequence,
    Consent,
    Coverage,
    ElderlyCertificate,
    Fact,
    History,
    LimitCertificate,
    MatchState,
    MedicalTicket,
    NumberInquiry,
    PersonId,
    Presented,
    PublicExpense,
    SpecificDisease,
)
from kaihoken.coverage.inquiry import Chart
from kaihoken.identity import InsurerNumber

from .people import FACILITY, TODAY

INSURERS = ("01130012", "06132013", "00138057", "39131156", "12131108")
NUMBERS = ("56", "077", "５６", "1234566")
BIRTHDAYS = (
    date(1868, 1, 25),
    date(1951, 11, 20),
    date(1956, 2, 29),
    date(1956, 12, 1),
    date(1980, 1, 1),
    date(2020, 4, 1),
    date(2026, 11, 20),
)
DAYS = (
    date(2008, 4, 1),
    date(2022, 9, 30),
    date(2026, 2, 28),
    date(2026, 11, 19),
    date(2026, 11, 20),
    date(2026, 11, 21),
    date(9999, 12, 31),
)
NAMES = ("山田　太郎", "高●　健", "髙橋　\ue000", "")
MONTH = date(2026, 11, 1)

days = st.sampled_from(DAYS)
maybe_days = st.sampled_from((None, None, *DAYS))
asked_days = st.sampled_from((TODAY, TODAY, *(day for day in DAYS if day.year < 9999))) | st.dates(
    date(2008, 4, 1), date(2100, 1, 1)
)
match_states: st.SearchStrategy[MatchState] = st.sampled_from(("visible",) * 6 + get_args(MatchState))
consents = st.frozensets(st.sampled_from(Consent))


def _periods(start: date, end: date | None) -> tuple[date, date | None]:
    """A period in the order that a row must have."""
    return (start, end) if end is None or start <= end else (end, start)


periods = st.builds(_periods, st.sampled_from((DAYS[0], DAYS[0], *DAYS)), maybe_days)

elderly = st.builds(
    lambda period, share: ElderlyCertificate(None, *period, share), periods, st.sampled_from((10, 20, 30))
)
limits = st.builds(
    lambda period, long_term: LimitCertificate("02", "A05", None, *period, long_term), periods, maybe_days
)
diseases = st.builds(lambda period: SpecificDisease("1", None, *period, 10000), periods)
tickets = st.builds(
    lambda facility, start: MedicalTicket(
        "01", MONTH, facility, "架空", "1", start, date(9999, 12, 31), "02"
    ),
    st.sampled_from((FACILITY, "9910000015")),
    days,
)


@st.composite
def coverages(draw: st.DrawFn, **fixed: Any) -> Coverage:
    acquired, lost = draw(periods)
    birthdate = draw(st.sampled_from([day for day in BIRTHDAYS if day <= acquired]))
    drawn: dict[str, Any] = {
        "insurer_number": draw(st.sampled_from(INSURERS)),
        "insurer_name": "架空",
        "symbol": draw(st.sampled_from(("", "12-34"))),
        "number": draw(st.sampled_from(NUMBERS)),
        "branch": draw(st.sampled_from(("", "00", "01"))),
        "classification": draw(st.sampled_from(("01", "05", "07", "A1"))),
        "relation": draw(st.sampled_from(("", "1", "2"))),
        "insured_name": "山田　太郎",
        "name": draw(st.sampled_from(NAMES)),
        "kana": draw(st.sampled_from(("ﾔﾏﾀﾞ ﾀﾛｳ", "ﾀｶｷﾞ ｹﾝ"))),
        "sex": draw(st.sampled_from("123")),
        "birthdate": birthdate,
        "postal_code": "100-0001",
        "address": "東京都架空区",
        "acquired": acquired,
        "lost": lost,
        "valid_to": draw(maybe_days),
        "share_percent": draw(st.sampled_from((None, 10, 20, 30))),
        "match": draw(match_states),
        "non_disclosure": draw(st.booleans()),
        "received": draw(maybe_days),
        "elderly": draw(st.none() | elderly),
        "limits": tuple(draw(st.lists(limits, max_size=2))),
        "diseases": tuple(draw(st.lists(diseases, max_size=1))),
        "tickets": tuple(draw(st.lists(tickets, max_size=2))),
        "withdrawn": draw(st.sampled_from((False, False, False, True))),
    }
    return Coverage(**{**drawn, **fixed})


subsidies = st.builds(
    lambda period, withdrawn: PublicExpense("81136244", "1234566", "助成", *period, withdrawn=withdrawn),
    periods,
    st.booleans(),
)
certificates = st.builds(
    Certificate,
    issuer=st.just("CN=TEST-CA"),
    serial=st.sampled_from("112"),
    not_before=st.just(date(2016, 1, 1)),
    not_after=st.sampled_from(
        [day for day in (*DAYS, date(2030, 1, 1), date(2030, 1, 1)) if day.year > 2016]
    ),
    revoked=maybe_days,
    withdrawn=st.sampled_from((False, False, True)),
)
facts: st.SearchStrategy[Fact] = coverages() | coverages() | certificates | subsidies


def history_of(person: int, said: Iterable[tuple[int, Fact]]) -> History:
    """A history with one assertion per commit from 1 on; a subject is numbered where it first comes up."""
    return History(
        PersonId(person.to_bytes(16, "big")),
        tuple(
            Assertion(
                subject,
                CommitSequence(commit),
                datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=commit),
                "test",
                fact,
                "" if commit > 1 else f"link-{person}",
            )
            for commit, (subject, fact) in enumerate(said, start=1)
        ),
    )


@st.composite
def histories(draw: st.DrawFn, person: int = 1, most: int = 5) -> History:
    """A coverage, mostly a card, whatever else, and corrections of any of it."""
    said: list[tuple[int, Fact]] = [(1, draw(coverages()))]
    if draw(st.sampled_from((True, True, False))):
        said.append((2, draw(certificates)))
    for fact in draw(st.lists(facts, max_size=most)):
        subject = draw(st.integers(1, len({subject for subject, _ in said}) + 1))
        latest = dict(said).get(subject)
        said.append((subject, fact if latest is None else draw(corrections(latest))))
    return history_of(person, said)


def corrections(fact: Fact) -> st.SearchStrategy[Fact]:
    """What may be said of the same subject later."""
    if isinstance(fact, Coverage):
        return st.builds(
            lambda lost, match, hidden, withdrawn: msgspec.structs.replace(
                fact, lost=lost, match=match, non_disclosure=hidden, withdrawn=withdrawn
            ),
            st.sampled_from([None, *(day for day in DAYS if day >= fact.acquired)]),
            match_states,
            st.booleans(),
            st.sampled_from((False, False, True)),
        )
    return st.sampled_from((fact, msgspec.structs.replace(fact, withdrawn=True)))


people = st.sampled_from((1, 1, 2, 3, 0)).flatmap(
    lambda count: st.tuples(*(histories(person) for person in range(1, count + 1)))
)

charts = st.none() | st.builds(
    Chart,
    kana=st.sampled_from(("", "ヤマダ タロウ")),
    name=st.sampled_from(("", "高木健")),
    relation=st.sampled_from(("", "1")),
    share_percent=st.sampled_from((None, 20, 30)),
)

number_inquiries = st.builds(
    NumberInquiry,
    insurer=st.sampled_from([InsurerNumber(number) for number in INSURERS]),
    symbol=st.sampled_from(("", "12-34", "１２ー３４", "x")),
    number=st.sampled_from(NUMBERS),
    branch=st.sampled_from(("", "0", "01", "02")),
    birthdate=st.sampled_from(BIRTHDAYS),
    facility=st.just(FACILITY),
    presented=st.sampled_from(Presented),
    consents=consents,
    chart=charts,
)
card_inquiries = st.builds(
    CertificateInquiry,
    issuer=st.just("CN=TEST-CA"),
    serial=st.sampled_from("112"),
    facility=st.just(FACILITY),
    presented_on=st.sampled_from([day for day in DAYS if 2016 < day.year < 9999]),
    presented=st.sampled_from((Presented.CARD, Presented.PHONE)),
    consents=consents,
    chart=charts,
)


@st.composite
def inquiries_about(draw: st.DrawFn, candidates: tuple[History, ...]) -> NumberInquiry | CertificateInquiry:
    """Any question; mostly one that meets a coverage of the candidates."""
    known = [
        assertion.fact
        for history in candidates
        for assertion in history.assertions
        if isinstance(assertion.fact, Coverage)
    ]
    inquiry = draw(number_inquiries | card_inquiries)
    if not known or isinstance(inquiry, CertificateInquiry):
        return inquiry
    coverage = draw(st.sampled_from(known))
    return msgspec.structs.replace(
        inquiry,
        insurer=InsurerNumber(coverage.insurer_number),
        symbol=draw(st.sampled_from(("", coverage.symbol))),
        number=coverage.number,
        birthdate=coverage.birthdate,
    )


@st.composite
def questions(
    draw: st.DrawFn,
) -> tuple[NumberInquiry | CertificateInquiry, tuple[History, ...], date, CommitSequence]:
    """An inquiry with the candidates of its look-up, a day and a state of knowledge."""
    candidates = draw(people)
    known_at = draw(st.sampled_from((100, 100, 100, 0, 1, 2, 3, 4)))
    return draw(inquiries_about(candidates)), candidates, draw(asked_days), CommitSequence(known_at)
