"""Who is not clear yet: the path that is walked, the list until it is settled, and the looks by number in between."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from pathlib import Path

import msgspec
import pytest
import pytest_asyncio

from kaihoken.claims.month import claim_day_of
from kaihoken.clock import FixedClock
from kaihoken.desk.checked import By
from kaihoken.desk.day import Visit
from kaihoken.desk.followup import FOLLOW_UP, Standing, half_of

from ..hub.hub import Hub, a_hub, a_row
from ..stepping import check_edges
from .desks import Counter, a_covered_patient, a_desk
from .sandbox import asked, register_sandbox

ASKED = "/v1/eligibility-checks"


@pytest_asyncio.fixture
async def hub(tmp_path: Path) -> AsyncIterator[Hub]:
    async with a_hub(tmp_path / "store", tmp_path) as hub:
        await hub.register(a_row(lost="2026-11-01"))
        yield hub


@pytest_asyncio.fixture
async def counter(hub: Hub, tmp_path: Path) -> AsyncIterator[Counter]:
    async with a_desk(tmp_path / "desk", hub) as desk:
        await desk.sign_in()
        yield desk


async def an_ended_visit(counter: Counter, **known: object) -> Visit:
    """A patient whose coverage has ended, asked about by the file."""
    visit = counter.arrived(a_covered_patient(counter, **known))
    await counter.post(f"/visit/{visit.visit}/check")
    return counter.desk.day.get(visit.visit)


def at(counter: Counter, *when: int) -> None:
    """It is that time in Tokyo."""
    assert isinstance(counter.hub.clock, FixedClock)
    year, month, day, hour, minute = when
    counter.hub.clock.at = datetime(year, month, day, hour, minute, tzinfo=UTC)


def morning(counter: Counter, day: date) -> None:
    at(counter, day.year, day.month, day.day, 0, 30)


def noon(counter: Counter, day: date) -> None:
    at(counter, day.year, day.month, day.day, 3, 10)


def questions(counter: Counter) -> int:
    return counter.wire.sent.count(ASKED)


def standing(counter: Counter, visit: Visit) -> Standing:
    return counter.desk.follow_ups.of(counter.desk.day.get(visit.visit)).standing


def test_the_table_has_these_edges() -> None:
    unclear = {
        "asked": "asked",
        "replied": "replied",
        "confirmed": "confirmed",
        "settled": "settled",
    }
    edges = {(state, event): to for state in ("open", "asked", "replied") for event, to in unclear.items()}
    edges |= {
        ("confirmed", "lost"): "open",
        ("confirmed", "settled"): "settled",
        ("settled", "lost"): "open",
    }
    check_edges(FOLLOW_UP, edges)


async def test_who_is_not_clear_stands_on_the_list_with_reason_day_and_next_step(counter: Counter) -> None:
    visit = await an_ended_visit(counter)

    page = (await counter.http.get("/follow-up")).text

    assert visit.last is not None
    assert "山田　太郎" in page
    assert visit.last.answer.words.staff in page
    assert "11月20日（金）" in page
    assert "12月10日（木）" in page
    assert visit.last.answer.steps[0].text in page


async def test_who_is_covered_never_stood_there(counter: Counter) -> None:
    await counter.hub.register(a_row(link="link-2", number="57", branch="00"), key="2")
    visit = counter.arrived(a_covered_patient(counter, insured_number="57", branch="00"))
    await counter.post(f"/visit/{visit.visit}/check")

    assert counter.desk.follow_ups.open() == []


async def test_a_step_is_ticked_with_its_result_and_by_whom(counter: Counter) -> None:
    visit = await an_ended_visit(counter)

    ticked = await counter.post(
        f"/visit/{visit.visit}/tick", kind="use-card", outcome="failed", note="カードを忘れた"
    )
    page = (await counter.http.get(f"/visit/{visit.visit}")).text
    unknown = await counter.post(f"/visit/{visit.visit}/tick", kind="receive", outcome="done")

    assert ticked.status_code == 303
    assert "だめだった" in page
    assert "カードを忘れた" in page
    assert "受付A" in page
    assert unknown.status_code == 422


async def test_the_insurer_is_asked_replies_and_the_case_is_settled(counter: Counter) -> None:
    visit = await an_ended_visit(counter)

    nobody = await counter.post(f"/visit/{visit.visit}/call", who="", phone="", due="")
    await counter.post(f"/visit/{visit.visit}/call", who="架空健保", phone="03-0000-0000", due="2026-11-24")
    on_list = (await counter.http.get("/follow-up")).text
    assert nobody.status_code == 422
    assert standing(counter, visit) is Standing.ASKED
    assert "架空健保 の返事を待っています" in on_list
    assert "11月24日（火）" in on_list

    await counter.post(f"/visit/{visit.visit}/reply", reply="12月1日から国保")
    assert standing(counter, visit) is Standing.REPLIED
    assert "12月1日から国保" in (await counter.http.get(f"/visit/{visit.visit}")).text

    await counter.post(f"/visit/{visit.visit}/settle", note="返金 0円")
    twice = await counter.post(f"/visit/{visit.visit}/settle", note="")
    assert standing(counter, visit) is Standing.SETTLED
    assert twice.status_code == 409
    assert counter.desk.follow_ups.open() == []


async def test_a_case_is_kept_over_a_restart(hub: Hub, tmp_path: Path) -> None:
    async with a_desk(tmp_path / "desk", hub) as counter:
        await counter.sign_in()
        visit = await an_ended_visit(counter)
        await counter.post(f"/visit/{visit.visit}/call", who="架空健保", phone="", due="")

    async with a_desk(tmp_path / "desk", hub) as counter:
        (line,) = counter.desk.follow_ups.open()

    assert line.case.standing is Standing.ASKED
    assert line.case.call is not None
    assert line.case.call.who == "架空健保"


async def test_a_declaration_is_printed_where_the_steps_have_it_and_by_a_number_only_beside_the_card(
    counter: Counter,
) -> None:
    visit = await an_ended_visit(counter)

    page = (await counter.http.get(f"/visit/{visit.visit}")).text
    assert page.count("預り証を印刷") == 1
    without = await counter.post(f"/visit/{visit.visit}/declaration")
    beside = await counter.post(f"/visit/{visit.visit}/declaration", card="yes")
    deposit = await counter.post(f"/visit/{visit.visit}/deposit", yen="3,000")
    wrong = await counter.post(f"/visit/{visit.visit}/deposit", yen="三千円")

    assert without.status_code == 409
    assert beside.content.startswith(b"%PDF-")
    assert deposit.content.startswith(b"%PDF-")
    assert wrong.status_code == 422
    case = counter.desk.follow_ups.of(visit)
    assert case.declared is not None
    assert case.deposit_yen == 3000


async def test_nobody_presented_anything_so_there_is_no_declaration(counter: Counter, hub: Hub) -> None:
    visit = await an_ended_visit(counter)
    said = {"insurer_number": "01130012", "symbol": "12-34", "number": "56", "branch": "01"}
    await counter.post(f"/visit/{visit.visit}/numbers", **said, birthdate="1980-01-01", presented="nothing")

    refused = await counter.post(f"/visit/{visit.visit}/declaration", card="yes")

    assert refused.status_code == 409
    assert "申立書は使えません" in refused.text


async def test_a_covered_patient_gets_no_paper(counter: Counter) -> None:
    await counter.hub.register(a_row(link="link-2", number="57", branch="00"), key="2")
    visit = counter.arrived(a_covered_patient(counter, insured_number="57", branch="00"))
    await counter.post(f"/visit/{visit.visit}/check")

    assert (await counter.post(f"/visit/{visit.visit}/declaration", card="yes")).status_code == 409
    assert (await counter.post(f"/visit/{visit.visit}/deposit", yen="")).status_code == 409


async def test_a_half_day_asks_once_also_after_a_restart(hub: Hub, tmp_path: Path) -> None:
    async with a_desk(tmp_path / "desk", hub) as counter:
        await counter.sign_in()
        visit = await an_ended_visit(counter)
        assert await counter.desk.rechecking.run() == 0  # asked this morning already
        noon(counter, date(2026, 11, 20))
        assert await counter.desk.rechecking.run() == 1
        assert await counter.desk.rechecking.run() == 0

    async with a_desk(tmp_path / "desk", hub) as counter:
        assert await counter.desk.rechecking.run() == 0
        morning(counter, date(2026, 11, 21))
        assert await counter.desk.rechecking.run() == 1
        asked_about = counter.desk.day.get(visit.visit).checks

    assert [one.answer.on for one in asked_about] == [date(2026, 11, 20)] * 3


async def test_while_the_line_is_down_it_is_later_and_not_lost(counter: Counter) -> None:
    await an_ended_visit(counter)
    noon(counter, date(2026, 11, 20))
    counter.wire.down = True

    assert await counter.desk.rechecking.run() == 0
    assert await counter.desk.rechecking.run() == 0
    before = questions(counter)
    assert await counter.desk.rechecking.run() == 0
    assert questions(counter) == before  # a line that is known to be down is not asked over

    counter.wire.down = False
    await counter.http.get("/")
    await counter.desk.line.asked(counter.desk.hub.document("/ready"))
    assert await counter.desk.rechecking.run() == 1


async def test_it_ends_with_the_claim_day(counter: Counter) -> None:
    await an_ended_visit(counter)

    noon(counter, date(2026, 12, 10))
    assert len(counter.desk.rechecking.jobs()) == 1
    noon(counter, date(2026, 12, 11))
    assert counter.desk.rechecking.jobs() == []
    assert len(counter.desk.follow_ups.open()) == 1
    assert "過ぎています" in (await counter.http.get("/follow-up")).text


async def test_nobody_is_asked_about_before_the_morning(counter: Counter) -> None:
    await an_ended_visit(counter)
    at(counter, 2026, 11, 20, 22, 59)  # 7:59 of the next day

    assert counter.desk.rechecking.jobs() == []
    at(counter, 2026, 11, 20, 23, 0)
    assert len(counter.desk.rechecking.jobs()) == 1


async def test_what_the_hub_refuses_is_not_put_again_in_that_half_day(counter: Counter) -> None:
    await an_ended_visit(counter, birthdate=date(1880, 1, 1))
    visit = counter.desk.day.today()[0]
    assert visit.checks == ()
    await asked_ended(counter, visit)
    noon(counter, date(2026, 11, 20))
    before = questions(counter)

    assert await counter.desk.rechecking.run() == 0
    assert await counter.desk.rechecking.run() == 0
    assert questions(counter) == before + 1
    morning(counter, date(2026, 11, 21))
    await counter.desk.rechecking.run()
    assert questions(counter) == before + 2


async def asked_ended(counter: Counter, visit: Visit) -> None:
    """An answer that is not clear, for a patient whose file cannot be asked by."""
    other = counter.arrived(a_covered_patient(counter, "00999"))
    await counter.post(f"/visit/{other.visit}/check")
    answered = counter.desk.day.get(other.visit).last
    assert answered is not None
    counter.desk.day.put(msgspec.structs.replace(visit, checks=(answered,)))
    counter.desk.day.put(msgspec.structs.replace(other, checks=()))


async def test_a_check_that_finds_the_coverage_settles_it_where_no_paper_is_out(counter: Counter) -> None:
    visit = await an_ended_visit(counter)
    await counter.hub.register(a_row(lost=None), key="corrected")
    noon(counter, date(2026, 11, 20))

    await counter.desk.rechecking.run()

    assert standing(counter, visit) is Standing.SETTLED


async def test_with_a_deposit_the_coverage_is_known_and_the_money_still_to_settle(counter: Counter) -> None:
    visit = await an_ended_visit(counter)
    await counter.post(f"/visit/{visit.visit}/deposit", yen="3000")
    await counter.hub.register(a_row(lost=None), key="corrected")
    noon(counter, date(2026, 11, 20))

    await counter.desk.rechecking.run()

    assert standing(counter, visit) is Standing.CONFIRMED
    assert counter.desk.rechecking.jobs() == []
    page = (await counter.http.get("/follow-up")).text
    assert "3,000 円" in page
    assert "差額があれば精算して" in page
    await counter.post(f"/visit/{visit.visit}/settle", note="")
    assert counter.desk.follow_ups.open() == []


async def test_an_answer_after_the_settling_that_is_not_clear_opens_it_again(counter: Counter) -> None:
    visit = await an_ended_visit(counter)
    await counter.post(f"/visit/{visit.visit}/settle", note="")
    assert standing(counter, visit) is Standing.SETTLED

    noon(counter, date(2026, 11, 20))
    await counter.post(f"/visit/{visit.visit}/check")

    assert standing(counter, visit) is Standing.OPEN


async def test_a_card_alone_is_never_asked_about_again_and_the_list_says_whom_to_telephone(
    counter: Counter,
) -> None:
    await register_sandbox(counter.hub)
    known = counter.patient("00777", name="見本　健", phone="090-0000-0000")
    await asked(counter, "left-job-by-card", counter.arrived(known))
    await asked(counter, "left-job-by-card")
    before = questions(counter)
    noon(counter, date(2026, 11, 20))

    assert await counter.desk.rechecking.run() == 0
    assert questions(counter) == before
    page = (await counter.http.get("/follow-up")).text
    assert "見本　健 さんに電話します（090-0000-0000）" in page
    assert "本人に電話して" in page


async def test_after_a_card_the_numbers_of_the_file_are_asked_and_never_the_certificate(
    counter: Counter,
) -> None:
    await register_sandbox(counter.hub)
    visit = await asked(counter, "left-job-by-card", counter.arrived(a_covered_patient(counter)))
    counter.wire.bodies.clear()
    noon(counter, date(2026, 11, 20))

    assert await counter.desk.rechecking.run() == 1
    assert [one.by for one in counter.desk.day.get(visit.visit).checks] == [By.CARD, By.NUMBER]
    sent = [msgspec.json.decode(body) for body in counter.wire.bodies if body.startswith(b"{")]
    assert {one["by"] for one in sent if "by" in one} == {"number"}


async def test_a_visit_that_is_not_settled_is_not_forgotten(counter: Counter) -> None:
    visit = await an_ended_visit(counter)
    settled = await an_ended_visit(counter, number="00232")
    await counter.post(f"/visit/{settled.visit}/settle", note="")
    counter.days_pass(200)

    counter.desk.day.forget(100, counter.desk.follow_ups.still_wanted())

    assert [one.visit for one in counter.desk.day.since(date.min)] == [visit.visit]


@pytest.mark.parametrize(
    ("care", "last"),
    [
        (date(2026, 11, 1), date(2026, 12, 10)),
        (date(2026, 12, 31), date(2027, 1, 10)),
        (date(2028, 1, 31), date(2028, 2, 10)),
    ],
)
def test_claims_are_sent_by_the_tenth_of_the_next_month(care: date, last: date) -> None:
    assert claim_day_of(care) == last


def test_a_half_day_begins_at_eight_and_at_noon() -> None:
    def half(hour: int, minute: int) -> tuple[str, bool] | None:
        return half_of(datetime(2026, 11, 20, hour, minute, tzinfo=UTC))

    assert half(22, 59) is None
    assert half(23, 0) == ("2026-11-21", False)
    assert half(2, 59) == ("2026-11-20", False)
    assert half(3, 0) == ("2026-11-20", True)
    assert half(14, 59) == ("2026-11-20", True)
    assert half(15, 0) is None
