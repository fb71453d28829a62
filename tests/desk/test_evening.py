"""Tomorrow's list: asked once as one list, kept as no check of the day, printed without telling of 医療扶助."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
import pytest_asyncio

from kaihoken.clock import FixedClock
from kaihoken.coverage.client import HubProblem
from kaihoken.desk.checked import By
from kaihoken.desk.day import standing_of
from kaihoken.desk.evening import expected_of, next_list_day
from kaihoken.desk.orders import ORDER, OrderState
from kaihoken.desk.papers import Outcome
from kaihoken.desk.patients import Patient, Subsidy
from kaihoken.paper import Paper

from ..hub.hub import Hub, a_hub, a_row
from ..paper.reading import text_of
from ..stepping import check_edges
from .desks import Counter, a_covered_patient, a_desk, carried_on, lists_at

EVENING = datetime(2026, 11, 20, 9, 31, tzinfo=UTC)  # 18:31 in Tokyo, a Friday
TOMORROW = datetime(2026, 11, 21, 0, 30, tzinfo=UTC)


@pytest_asyncio.fixture
async def hub(tmp_path: Path) -> AsyncIterator[Hub]:
    async with a_hub(tmp_path / "store", tmp_path, FixedClock(EVENING)) as running:
        await running.register(a_row())
        yield running


@pytest_asyncio.fixture
async def counter(hub: Hub, tmp_path: Path) -> AsyncIterator[Counter]:
    async with a_desk(tmp_path / "desk", hub) as desk:
        await desk.sign_in()
        yield desk


def lists_sent(counter: Counter) -> int:
    return counter.wire.sent.count("/v1/bulk-checks")


def test_the_table_of_an_order() -> None:
    edges = {
        ("drawn", "received"): "sent",
        ("drawn", "refuse"): "refused",
        ("sent", "answered"): "kept",
        ("sent", "refuse"): "refused",
        ("sent", "forgotten"): "lost",
    }
    check_edges(ORDER, edges)


async def test_the_evening_asks_once_and_keeps_no_check_of_the_day(counter: Counter) -> None:
    visit = counter.expected(a_covered_patient(counter), TOMORROW)

    await carried_on(counter.desk.evening.carry_on)
    await carried_on(counter.desk.evening.carry_on)

    kept = counter.desk.day.get(visit.visit)
    patient = counter.desk.patients.numbered("00231")
    assert patient is not None
    assert [(one.by, one.answer.situation, one.receipt) for one in kept.checks] == [(By.LIST, "valid", "")]
    assert patient.last == kept.checks[0]
    assert kept.last is None
    standing = standing_of(kept, patient.last)
    assert (standing.state, standing.is_today) == ("stale", False)
    assert lists_sent(counter) == 1


async def test_the_page_says_that_a_list_shows_less_and_why_a_row_was_not_asked(counter: Counter) -> None:
    counter.expected(a_covered_patient(counter), TOMORROW)
    counter.expected(a_covered_patient(counter, "00500", insured_number="", name="番号　なし"), TOMORROW)

    before = await counter.http.get("/tomorrow")
    pressed = await counter.post("/tomorrow")
    during = await counter.http.get("/tomorrow")
    await carried_on(counter.desk.evening.carry_on)
    after = await counter.http.get("/tomorrow")

    assert "18:30 に自動で照会します" in before.text
    assert pressed.status_code == 303
    assert "1名を照会しています" in during.text
    assert "1名は照会できませんでした" in after.text
    assert "番号では照会できません" in after.text
    assert "限度額・特定疾病・公費・住所は出ません" in after.text
    assert after.text.count("state-valid") == before.text.count("state-valid") + 1
    told = (await counter.http.get("/tomorrow.json")).json()
    assert {one["name"]: one["problem"] for one in told["rows"]} == {
        "山田　太郎": None,
        "番号　なし": "desk.patient-incomplete",
    }


async def test_pressing_twice_is_one_list_and_pressing_after_it_another(counter: Counter) -> None:
    counter.expected(a_covered_patient(counter), TOMORROW)

    await counter.post("/tomorrow")
    await counter.post("/tomorrow")
    await carried_on(counter.desk.evening.carry_on)
    await counter.post("/tomorrow")
    await carried_on(counter.desk.evening.carry_on)

    assert lists_sent(counter) == 2
    assert len(counter.desk.day.get("visit-00231").checks) == 2


@pytest.mark.parametrize(
    ("at", "of", "asked"),
    [
        (EVENING - timedelta(minutes=2), TOMORROW, False),
        (EVENING, TOMORROW, True),
        (EVENING, TOMORROW + timedelta(days=2), True),  # a Saturday's evening asks for Monday
        (TOMORROW - timedelta(hours=1), TOMORROW, True),  # the PC was off: in the morning
        (EVENING, TOMORROW + timedelta(days=8), False),
    ],
)
async def test_it_is_asked_in_the_evening_or_else_in_the_morning(
    hub: Hub, tmp_path: Path, at: datetime, of: datetime, *, asked: bool
) -> None:
    assert isinstance(hub.clock, FixedClock)
    hub.clock.at = at
    async with a_desk(tmp_path / "desk", hub) as counter:
        counter.expected(a_covered_patient(counter), of)

        await carried_on(counter.desk.evening.carry_on)

        assert lists_sent(counter) == int(asked)
        assert bool(counter.desk.day.get("visit-00231").checks) is asked


async def test_a_line_that_is_down_in_the_evening_is_asked_when_it_is_back(counter: Counter) -> None:
    counter.expected(a_covered_patient(counter), TOMORROW)
    counter.wire.down = True

    with pytest.raises(HubProblem):
        await counter.desk.evening.carry_on()
    counter.wire.down = False
    counter.days_pass(1)
    await carried_on(counter.desk.evening.carry_on)

    order = counter.desk.evening.of(TOMORROW.date())
    assert order is not None
    assert order.state is OrderState.KEPT
    assert order.rows == ()


async def test_an_answer_that_is_lost_on_its_way_is_asked_again_under_the_same_key(
    counter: Counter, hub: Hub
) -> None:
    counter.expected(a_covered_patient(counter), TOMORROW)
    await counter.desk.hub.token()
    counter.wire.lose_answers = True
    for _ in range(3):
        with pytest.raises(HubProblem):
            await counter.desk.evening.carry_on()
    counter.wire.lose_answers = False

    await carried_on(counter.desk.evening.carry_on)

    assert lists_sent(counter) > 1
    assert await lists_at(hub) == 1
    assert len(counter.desk.day.get("visit-00231").checks) == 1


async def test_a_newer_answer_stays_the_last_one_of_a_patient(counter: Counter) -> None:
    patient = a_covered_patient(counter)
    counter.expected(patient, TOMORROW)
    arrived = counter.arrived(patient)
    counter.desk.evening.ask(TOMORROW.date())
    await counter.post(f"/visit/{arrived.visit}/check")
    assert isinstance(counter.hub.clock, FixedClock)
    single = counter.desk.day.get(arrived.visit).last
    counter.hub.clock.at -= timedelta(minutes=1)

    await carried_on(counter.desk.evening.carry_on)

    known = counter.desk.patients.get(patient.patient)
    assert known is not None
    assert known.last == single
    assert len(counter.desk.day.get("visit-00231").checks) == 1


async def test_the_paper_names_who_comes_and_when_it_is_shredded(counter: Counter) -> None:
    counter.expected(a_covered_patient(counter), TOMORROW)
    await carried_on(counter.desk.evening.carry_on)

    printed = await counter.http.get("/tomorrow.pdf")

    assert printed.headers["content-type"] == "application/pdf"
    said = text_of(Paper("", 0, printed.content))
    assert "山田太郎" in said
    assert "✓有効3割" in said
    assert "11月22日までに裁断" in said


async def test_paper_withholds_assistance_and_what_would_point_at_it(counter: Counter) -> None:
    patient = a_covered_patient(counter)
    visit = counter.expected(patient, TOMORROW)
    await carried_on(counter.desk.evening.carry_on)
    kept = counter.desk.day.get(visit.visit)
    friday = EVENING.date()

    def row(situation: str = "valid", held: Patient = patient) -> tuple[Outcome, bool]:
        checked = msgspec.structs.replace(
            kept.checks[0], answer=msgspec.structs.replace(kept.checks[0].answer, situation=situation)
        )
        made = expected_of(msgspec.structs.replace(kept, checks=(checked,)), held, friday)
        return made.outcome, made.withheld

    assert row() == (Outcome.VALID, False)
    assert row("pending") == (Outcome.IN_PROGRESS, False)
    assert row("ended") == (Outcome.CHECK, False)
    for situation in ("welfare-ticket", "welfare-unregistered", "special-expense"):
        assert row(situation)[1], situation
    assisted = msgspec.structs.replace(patient, subsidies=(Subsidy("12130012", "1234567"),))
    other = msgspec.structs.replace(patient, subsidies=(Subsidy("54130012", "1234567"),))
    assert row(held=assisted)[1]
    assert not row(held=other)[1]
    old = expected_of(kept, patient, friday + timedelta(days=1))
    assert (old.outcome, old.confirmed) == (Outcome.LAST_KNOWN, friday)


def test_the_next_list_is_that_of_the_next_day_with_appointments() -> None:
    friday = EVENING.date()

    assert next_list_day(friday, lambda day: day.weekday() == 0).isoformat() == "2026-11-23"
    assert next_list_day(friday, lambda _: False).isoformat() == "2026-11-21"
