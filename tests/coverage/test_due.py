"""What the patient pays because of a 公費 or 医療扶助, and that nothing of it is told where it may not be shown."""

from datetime import date

import pytest

from kaihoken.clock import FixedClock
from kaihoken.coverage import Certificate, Coverage, MedicalTicket, PublicExpense
from kaihoken.coverage.answer import Answer
from kaihoken.coverage.inquiry import Consent, Inquiry

from .house import MORNING
from .people import FACILITY, a_certificate, a_person, asking_for, by_card, covered_by
from .without_store import ask_without_store

CHILD = covered_by(relation="2", birthdate=date(2022, 5, 5))
WITH_CONSENT = by_card(consents=[Consent.SUBSIDY])


def subsidy(yen: int | None = 200, scheme: str = "子ども医療費助成") -> PublicExpense:
    return PublicExpense("88138047", "0000018", scheme, date(2022, 6, 1), None, yen)


def assisted(*tickets: MedicalTicket) -> Coverage:
    return covered_by("12131014", symbol="", branch="", relation="", classification="A1", tickets=tickets)


def ticket(yen: int = 0, facility: str = FACILITY) -> MedicalTicket:
    return MedicalTicket(
        ticket_type="01",
        month=date(2026, 11, 1),
        facility=facility,
        facility_name="架空診療所",
        issue_number="1",
        valid_from=date(2026, 11, 1),
        valid_to=date(2026, 11, 30),
        treatment_type="02",
        self_pay_yen=yen,
    )


async def answer_to(inquiry: Inquiry, *facts: Coverage | PublicExpense | Certificate) -> Answer:
    person = a_person(*facts, a_certificate())
    return (await ask_without_store(inquiry, [person], FixedClock(MORNING))).found.answer


@pytest.mark.parametrize(
    ("yen", "due", "step"),
    [
        (200, "1日 200 円まで", "公費（子ども医療費助成）を使います。本人が払うのは 1日 200 円までです"),
        (0, "0 円", "公費（子ども医療費助成）を使います。本人が払うのは 0 円です"),
        (
            None,
            "受給者証のとおり",
            "公費（子ども医療費助成）を使います。本人が払う額は、受給者証を見て決めます",
        ),
    ],
)
async def test_a_child_with_a_subsidy_pays_what_it_leaves(yen: int | None, due: str, step: str) -> None:
    answer = await answer_to(WITH_CONSENT, CHILD, subsidy(yen))
    assert answer.share.text == "2割"
    assert answer.due is not None
    assert (answer.due.basis, answer.due.yen, answer.due.text) == ("subsidy", yen, due)
    assert [said.text for said in answer.steps] == [step]
    assert answer.advisories == ()


async def test_two_subsidies_are_not_added_up_by_guess() -> None:
    answer = await answer_to(WITH_CONSENT, CHILD, subsidy(200), subsidy(0, "小児慢性"))
    assert answer.due is not None
    assert answer.due.yen is None
    assert answer.steps[0].kind == "receive-with-subsidy"
    assert "子ども医療費助成、小児慢性" in answer.steps[0].text


@pytest.mark.parametrize("inquiry", [by_card(), asking_for(CHILD, consents=[Consent.SUBSIDY])])
async def test_a_subsidy_that_may_not_be_shown_changes_nothing(inquiry: Inquiry) -> None:
    beside = await answer_to(inquiry, CHILD, subsidy())
    alone = await answer_to(inquiry, CHILD)
    assert beside == alone
    assert beside.due is None
    assert [said.kind for said in beside.steps] == ["receive"]


@pytest.mark.parametrize(
    ("yen", "text", "step"),
    [
        (0, "0 円", "医療扶助で受け付けます。本人が払うのは 0 円です（医療券のとおり）"),
        (
            12300,
            "この月 12,300 円",
            "医療扶助で受け付けます。本人が払うのは この月 12,300 円です（医療券のとおり）",
        ),
    ],
)
async def test_a_ticket_says_what_is_paid(yen: int, text: str, step: str) -> None:
    coverage = assisted(ticket(yen))
    answer = await answer_to(asking_for(coverage), coverage)
    assert answer.due is not None
    assert (answer.due.basis, answer.due.yen, answer.due.text) == ("ticket", yen, text)
    assert [said.text for said in answer.steps] == [step]
    assert answer.advisories == ()


async def test_two_tickets_of_one_day_are_looked_at() -> None:
    coverage = assisted(ticket(0), ticket(500))
    answer = await answer_to(asking_for(coverage), coverage)
    assert answer.due is not None
    assert answer.due.yen is None
    assert [said.kind for said in answer.steps] == ["receive-by-ticket"]


async def test_without_a_ticket_nothing_is_taken_until_it_comes() -> None:
    coverage = assisted()
    answer = await answer_to(asking_for(coverage), coverage)
    assert answer.validity == "6"
    assert answer.due is not None
    assert (answer.due.yen, answer.due.text) == (None, "医療券のとおり")
    assert [said.kind for said in answer.steps] == ["receive-by-ticket", "call-welfare-office"]
    assert "保険の割合を受け取りません" in answer.steps[0].text


@pytest.mark.parametrize(
    ("tickets", "kinds"),
    [
        ((ticket(0),), ["receive-by-ticket"]),
        ((), ["receive-by-ticket", "call-welfare-office"]),
        ((ticket(0, "9910000015"),), ["receive-by-ticket", "call-welfare-office"]),
    ],
)
async def test_who_is_insured_and_assisted_pays_no_insurance_share(
    tickets: tuple[MedicalTicket, ...], kinds: list[str]
) -> None:
    answer = await answer_to(by_card(), covered_by(), assisted(*tickets))
    assert answer.situation == "valid"
    assert answer.share.text == "3割"
    assert answer.due is not None
    assert [said.kind for said in answer.steps] == kinds


async def test_with_special_expense_the_whole_fee_stays() -> None:
    child = covered_by("00138057", classification="05", relation="2")
    answer = await answer_to(WITH_CONSENT, child, subsidy())
    assert answer.due is None
    assert answer.subsidies
    assert [said.kind for said in answer.steps] == ["receive-whole-then-claim"]
    assert answer.advisories == ()


async def test_who_is_not_covered_has_nothing_due() -> None:
    ended = covered_by(lost=date(2026, 10, 1))
    answer = await answer_to(WITH_CONSENT, ended, subsidy())
    assert answer.due is None
    assert not [said for said in answer.advisories if said.kind.startswith("subsidy")]
