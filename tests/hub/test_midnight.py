"""A day begins at midnight in Tokyo: every carrier answers for its day, a second before it and a second after it."""

import re
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import httpx
import pytest

from kaihoken.clock import TOKYO, FixedClock

from .hub import Hub, a_hub, a_message, a_row
from .pages.desk import NOW, a_desk, typed

YEARS_END = datetime(2027, 3, 31, 14, 59, 59, tzinfo=UTC)  # 23:59:59 in Tokyo
LEAP_DAY = datetime(2028, 2, 29, 14, 59, 59, tzinfo=UTC)
TWO_SECONDS = timedelta(seconds=2)

VALID, NOT_STARTED, ENDED = ("valid", "1", "1"), ("not-started", "2", "2"), ("ended", "2", "2")


async def told(hub: Hub) -> tuple[str, str, str]:
    """The situation and 資格有効性 in JSON, and 資格有効性 in XML, of today's question."""
    plain = (await hub.ask()).json()["answer"]
    assert plain["on"] == hub.clock.today().isoformat()
    message = await hub.ask_oqs(a_message(day=f"{hub.clock.today():%Y%m%d}"))
    (validity,) = re.findall("<QualificationValidity>(.)<", message.text)
    return plain["situation"], plain["validity"], validity


@pytest.mark.parametrize("last_second", [YEARS_END, LEAP_DAY], ids=["31 March", "29 February"])
@pytest.mark.parametrize(
    ("of_today", "of_tomorrow", "before", "after"),
    [
        ([], ["acquired"], NOT_STARTED, VALID),
        ([], ["lost"], VALID, ENDED),
        (["acquired"], ["lost"], VALID, ENDED),
        (["acquired"], [], VALID, VALID),
    ],
    ids=["begins", "ends", "lasted one day", "began"],
)
async def test_what_is_registered_for_a_day_is_true_from_its_first_second(
    location: str | Path,
    tmp_path: Path,
    last_second: datetime,
    of_today: list[str],
    of_tomorrow: list[str],
    before: tuple[str, str, str],
    after: tuple[str, str, str],
) -> None:
    clock = FixedClock(last_second)
    today, tomorrow = clock.today(), clock.today() + timedelta(days=1)
    days = {**dict.fromkeys(of_today, f"{today}"), **dict.fromkeys(of_tomorrow, f"{tomorrow}")}
    reason = {"loss_reason": "03"} if "lost" in days else {}

    async with a_hub(location, tmp_path, clock) as hub:
        assert (await hub.register(a_row(**days, **reason))).json()["registered"] == 1
        assert await told(hub) == before
        clock.at += TWO_SECONDS
        assert (clock.today(), await told(hub)) == (tomorrow, after)


async def test_a_question_for_tomorrow_is_one_for_today_two_seconds_later(tmp_path: Path) -> None:
    clock = FixedClock(YEARS_END)
    async with a_hub(tmp_path / "store", tmp_path, clock) as hub:
        await hub.register(a_row())
        refused = await hub.ask(on="2027-04-01")
        clock.at += TWO_SECONDS
        answered = await hub.ask(on="2027-04-01")

    assert (refused.status_code, refused.json()["code"]) == (400, "coverage.future")
    assert answered.json()["answer"]["situation"] == "valid"


async def test_the_page_answers_for_its_day(tmp_path: Path) -> None:
    clock = FixedClock(NOW)
    async with a_desk(tmp_path, clock) as desk:
        year, month, day = re.findall(r"この資格は(\d+)年(\d+)月(\d+)日から", await page_of(desk))[0]
        first = datetime.combine(date(int(year), int(month), int(day)), time(), TOKYO)

        clock.at = (first - timedelta(seconds=1)).astimezone(UTC)
        before = await page_of(desk)
        clock.at += TWO_SECONDS
        after = await page_of(desk)

    assert "まだ始まっていません" in before
    assert "まだ始まっていません" not in after
    assert "資格は有効です" not in before
    assert "資格は有効です" in after


async def page_of(desk: httpx.AsyncClient) -> str:
    """The answer about the sandbox's person whose coverage has not started."""
    person = {"insurer_number": "06139901", "symbol": "100", "number": "1231", "birthdate": "2002-04-02"}
    return (await desk.post("/answer", data=typed(**person))).text
