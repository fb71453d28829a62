"""A claim file asked about at a hub in one list: what is told, what leaves the machine, and what is kept where the line
breaks."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import date
from pathlib import Path

import httpx
import msgspec
import pytest

from kaihoken.claims.checks import examine
from kaihoken.claims.eligibility import Answers, CareDay, Eligibility, HubSource, days_in
from kaihoken.claims.recheck import ClaimVerdict
from kaihoken.claims.uke import read
from kaihoken.coverage.client import Hub, HubProblem, Patience
from kaihoken.problems import Problem

from ...coverage.people import COMPANY, covered_by
from ...hub.hub import BASE, a_hub, a_row
from ...hub.hub import Hub as InProcess
from ..files import a_file
from .claimed import lines_of_claim, receipts_in

CHANGE = date(2026, 10, 15)
OWN = covered_by()
NOBODY = covered_by(number="999")
DAYS_OF_PAGES = 1_050
"""Questions that take more than one page of results."""

Respond = Callable[[httpx.Request], None]


class Wire(httpx.BaseTransport):
    """A blocking client's line to a hub that runs in a loop beside it. `before` may break it."""

    def __init__(self, hub: InProcess, loop: asyncio.AbstractEventLoop) -> None:
        self._hub = hub
        self._loop = loop
        self.before: Respond = lambda _: None
        self.asked: list[tuple[str, bytes]] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.before(request)
        self.asked.append((request.url.path, request.content))

        async def sent() -> tuple[int, httpx.Headers, bytes]:
            line = self._hub.http._transport
            again = httpx.Request(
                request.method, request.url, headers=request.headers, content=request.content
            )
            answer = await line.handle_async_request(again)
            return answer.status_code, answer.headers, await answer.aread()

        status, headers, content = asyncio.run_coroutine_threadsafe(sent(), self._loop).result()
        return httpx.Response(status, headers=headers, content=content)


class Asked:
    """A clinic that asks the hub about its file, as often as a test likes."""

    def __init__(self, hub: InProcess, folder: Path) -> None:
        self.hub = hub
        self.kept = folder / "RECEIPTC.UKE.eligibility"
        self.wire = Wire(hub, asyncio.get_running_loop())
        self.looks = 600.0

    async def source(self, work: Callable[[HubSource], Answers | Eligibility]) -> Answers | Eligibility:
        def asking() -> Answers | Eligibility:
            with Hub(
                BASE, "clinic", self.hub.keys["clinic"], clock=self.hub.clock, ticks=self.hub.ticks,
                transport=self.wire, patience=Patience(attempts=1),
            ) as hub:  # fmt: skip
                return work(HubSource(hub, self.kept, lambda _: None, self.looks))

        return await asyncio.to_thread(asking)

    async def days(self, days: Sequence[CareDay]) -> Answers:
        answers = await self.source(lambda source: source.ask(days))
        assert isinstance(answers, Answers)
        return answers

    def sent(self, path: str) -> list[bytes]:
        """The bodies of what was asked at a path."""
        return [body for asked, body in self.wire.asked if asked == path]


@pytest.fixture
async def clinic(tmp_path: Path) -> AsyncIterator[Asked]:
    async with a_hub(tmp_path / "store", tmp_path) as hub:
        for key, row in (
            ("own", a_row(lost=CHANGE.isoformat(), loss_reason="03")),
            ("new", a_row(insurer_number=COMPANY, number="9", acquired=CHANGE.isoformat())),
            ("other", a_row(link="link-sato", number="57", name="佐藤　花子", kana="ｻﾄｳ ﾊﾅｺ")),
        ):
            assert (await hub.register(row, key=key)).json()["refused"] == 0
        yield Asked(hub, tmp_path)


def questions(count: int) -> list[CareDay]:
    """So many questions about one who is there, told apart by how the 番号 is written."""
    return [
        CareDay("01130012", "12-34", "0" * (place % 15) + "57", "01", date(1980, 1, 1), _day(place // 15))
        for place in range(count)
    ]


def _day(place: int) -> date:
    return date.fromordinal(date(2026, 11, 20).toordinal() - place)


async def test_every_claim_of_a_file_is_told_of_and_linked_to_the_log(clinic: Asked) -> None:
    file = a_file(
        lines_of_claim(OWN, 3, 20, place=1),
        lines_of_claim(OWN, 16, place=2),
        lines_of_claim(covered_by(number="57"), 3, place=3, branch=""),
        lines_of_claim(NOBODY, 3, place=4),
    )
    receipts = receipts_in(file)

    eligibility = await clinic.source(lambda source: Eligibility.asked(receipts, source))

    assert isinstance(eligibility, Eligibility)
    assert (eligibility.asking.source, eligibility.asking.asked, eligibility.asking.answered) == ("hub", 5, 5)
    for _ in examine(read([file]), (eligibility.check,)):
        pass
    told = eligibility.verdicts
    assert [one.verdict for one in told] == [
        ClaimVerdict.SPLIT, ClaimVerdict.SWITCHED, ClaimVerdict.BRANCH_FIXED, ClaimVerdict.UNKNOWN,
    ]  # fmt: skip
    assert [one.to for part in told[:2] for one in part.parts] == [None, None, None]
    assert told[2].branch == "01"
    assert all(len(day.answer_hash) == 64 and day.batch is not None for one in told for day in one.days)
    assert COMPANY.encode() not in clinic.kept.read_bytes()


async def test_nothing_but_the_numbers_and_what_is_compared_leaves_the_machine(clinic: Asked) -> None:
    await clinic.days(days_in(receipts_in(a_file(lines_of_claim(OWN, 3, kana="ヤマダ　タロウ")))))

    (body,) = clinic.sent("/v1/bulk-checks")
    (row,) = (json.loads(line) for line in body.splitlines())
    assert row.keys() == {
        "insurer_number", "symbol", "number", "branch", "birthdate", "on", "id", "kana", "name", "sex", "relation",
    }  # fmt: skip
    assert {path for path, _ in clinic.wire.asked} == {
        "/.well-known/oauth-authorization-server", "/oauth/token", "/v1/bulk-checks", "/v1/bulk-checks/status",
        "/v1/bulk-checks/results",
    }  # fmt: skip


async def test_what_is_registered_otherwise_is_told_and_the_registered_value_is_not(clinic: Asked) -> None:
    mistyped = lines_of_claim(OWN, 3, 20, name="佐藤　花子", kana="サトウ　ハナコ", sex="2", type="1116")
    days = days_in(receipts_in(a_file(mistyped)))

    answers = await clinic.days(days)

    assert [answers.by_day[day].differs for day in days] == [
        ("sex", "relation", "kana", "name"),
        ("sex", "kana", "name"),  # another insurer's by then: whether insured or dependant says nothing
    ]
    assert not any(registered.encode() in clinic.kept.read_bytes() for registered in (OWN.name, OWN.kana))


async def test_answers_are_kept_for_the_owner_alone(clinic: Asked) -> None:
    await clinic.days(questions(1))

    assert clinic.kept.stat().st_mode & 0o777 == 0o600


async def test_a_hub_that_dies_in_the_middle_leaves_what_was_known_and_goes_on_later(clinic: Asked) -> None:
    days = questions(DAYS_OF_PAGES)
    pages = 0

    def second_page_breaks(request: httpx.Request) -> None:
        nonlocal pages
        pages += request.url.path.endswith("/results")
        if pages > 1:
            raise httpx.ConnectError("gone", request=request)

    clinic.wire.before = second_page_breaks
    first = await clinic.days(days)

    assert first.broke == "access.hub-unreachable"
    assert first.by_day.keys() == set(days[:1000])

    clinic.wire.before = lambda _: None
    clinic.wire.asked.clear()
    second = await clinic.days(days)

    assert (second.broke, len(second.by_day)) == ("", DAYS_OF_PAGES)
    assert second.by_day.items() >= first.by_day.items()
    assert clinic.sent("/v1/bulk-checks") == []
    assert len(clinic.sent("/v1/bulk-checks/results")) == 1


async def test_a_line_of_the_kept_file_that_broke_off_costs_no_other(clinic: Asked) -> None:
    days = questions(DAYS_OF_PAGES)
    await clinic.days(days)
    lines = clinic.kept.read_bytes().splitlines(keepends=True)
    clinic.kept.write_bytes(b"".join(lines[:2]) + lines[2][:40])

    again = await clinic.days(days)

    assert len(again.by_day) == DAYS_OF_PAGES
    assert len(clinic.sent("/v1/bulk-checks")) == 1


async def test_a_file_that_was_answered_to_its_end_is_asked_about_anew(clinic: Asked) -> None:
    await clinic.days(questions(2))
    await clinic.days(questions(2))

    assert len(clinic.sent("/v1/bulk-checks")) == 2


async def test_other_questions_are_another_list(clinic: Asked) -> None:
    clinic.wire.before = breaking("/results")
    assert (await clinic.days(questions(1))).by_day == {}
    clinic.wire.before = lambda _: None

    assert len((await clinic.days(questions(2))).by_day) == 2
    assert len(clinic.sent("/v1/bulk-checks")) == 2


async def test_nobody_there_leaves_every_day_unanswered(clinic: Asked) -> None:
    clinic.wire.before = breaking("")

    answers = await clinic.days(questions(2))

    assert (answers.by_day, answers.broke) == ({}, "access.hub-unreachable")


async def test_a_list_that_the_hub_has_forgotten_is_sent_again(clinic: Asked) -> None:
    clinic.wire.before = breaking("/results")
    await clinic.days(questions(1))
    sent, *_ = clinic.kept.read_bytes().splitlines(keepends=True)
    clinic.kept.write_bytes(sent.replace(json.loads(sent)["reception_number"].encode(), b"1" * 24))
    clinic.wire.before = lambda _: None

    assert len((await clinic.days(questions(1))).by_day) == 1


async def test_a_list_that_takes_too_long_is_left_for_the_next_run(clinic: Asked) -> None:
    clinic.hub.machine.bulk.working.take = lambda _: None  # nobody answers it
    clinic.looks = 1.0

    assert (await clinic.days(questions(1))).broke == "claims.eligibility-late"


async def test_a_client_that_may_not_ask_is_told_so(clinic: Asked) -> None:
    clinic.hub.keys["clinic"] = clinic.hub.keys["other-clinic"]

    with pytest.raises(HubProblem) as caught:
        await clinic.days(questions(1))
    assert caught.value.status in (400, 401)


async def test_a_row_that_the_hub_refuses_is_marked_and_costs_no_other(clinic: Asked) -> None:
    (good,) = questions(1)
    late = CareDay(good.insurer, good.symbol, good.number, good.branch, good.birthdate, date(2027, 1, 1))

    answers = await clinic.days([good, late])

    assert answers.by_day[good].finding == "as-written"
    assert (answers.by_day[late].finding, answers.by_day[late].problem) == (None, "coverage.future")


async def test_what_a_hub_did_not_look_up_for_too_many_numbers_of_nobody_is_not_answered(
    clinic: Asked,
) -> None:
    nobodys = [
        msgspec.structs.replace(one, number=f"8{place:05}") for place, one in enumerate(questions(700))
    ]

    answers = await clinic.days(nobodys)

    assert answers.broke == "access.not-found-burst"
    assert 0 < len(answers.by_day) < len(nobodys)
    assert {answer.finding for answer in answers.by_day.values()} == {"unconfirmable"}


async def test_a_list_that_the_hub_refuses_as_a_whole_is_told_as_such(clinic: Asked) -> None:
    clinic.hub.machine.bulk.working._may_ask = lambda _: False

    with pytest.raises(HubProblem, match=r"coverage\.bulk-asker-disabled"):
        await clinic.days(questions(1))

    clinic.hub.machine.bulk.working._may_ask = lambda _: True
    assert len((await clinic.days(questions(1))).by_day) == 1


async def test_what_is_no_kept_file_is_as_if_it_were_not_there(clinic: Asked) -> None:
    clinic.kept.write_bytes(b'{"type":"page","answers":{},"next":""}\n')

    assert len((await clinic.days(questions(1))).by_day) == 1


async def test_without_a_question_nobody_is_asked(clinic: Asked) -> None:
    assert (await clinic.days([])).by_day == {}
    assert clinic.wire.asked == []


async def test_answers_that_cannot_be_kept_are_a_problem_of_the_disk(clinic: Asked) -> None:
    clinic.kept = clinic.kept / "nowhere"

    with pytest.raises(Problem, match=r"claims\.eligibility-unkept"):
        await clinic.days(questions(1))


def breaking(end: str) -> Respond:
    """The line breaks at a path that ends so."""

    def before(request: httpx.Request) -> None:
        if request.url.path.endswith(end):
            raise httpx.ConnectError("gone", request=request)

    return before
