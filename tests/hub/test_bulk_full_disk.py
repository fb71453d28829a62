"""What who sent a list is told while the disk is full, in both carriers; afterwards it is as if nothing had been."""

import json
from pathlib import Path

import apsw
import pytest

from kaihoken.coverage.bulk import check_bulk
from kaihoken.coverage.bulk.reception import PART

from ..disks import Fault
from .hub import problem_in
from .test_bulk_checks import a_list as rows
from .test_bulk_checks import asked, done, results, sent, status
from .test_bulk_messages import XML, a_block, a_question, answered, reception
from .test_bulk_messages import a_list as message
from .test_readiness import on_a_faulty_disk

FULL = Fault(1, apsw.FullError, lasting=True)


async def test_a_list_that_cannot_be_kept_is_refused_in_both_carriers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with on_a_faulty_disk(tmp_path, monkeypatch) as (hub, disk):
        await hub.token("clinic")
        disk.fail(FULL)
        ours = await sent(hub, rows(asked()), **{"Idempotency-Key": "k"})
        theirs = await hub.post("/oqs/OQSmuquc01", message(a_block()), **{"Content-Type": XML})

        assert (ours.status_code, problem_in(ours)) == (507, "store.full")
        assert (theirs.status_code, problem_in(theirs)) == (507, "store.full")
        assert "<SegmentOfResult>9</SegmentOfResult>" in theirs.text

        disk.mend()
        again = await sent(hub, rows(asked()), **{"Idempotency-Key": "k"})
        assert (await done(hub, again.json()["reception_number"]))["normal"] == 1
        assert reception(await hub.post("/oqs/OQSmuquc01", message(a_block()), **{"Content-Type": XML}))


async def test_results_do_not_leave_while_nobody_can_note_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with on_a_faulty_disk(tmp_path, monkeypatch) as (hub, disk):
        number = (await sent(hub, rows(asked(), asked(number="999")))).json()["reception_number"]
        in_a_message = reception(
            await hub.post("/oqs/OQSmuquc01", message(a_block()), **{"Content-Type": XML})
        )
        await answered(hub)
        disk.fail(FULL)
        page, packed = await results(hub, number), await results(hub, number, format="zip")
        theirs = await hub.post("/oqs/OQSmuquc02", a_question(in_a_message), **{"Content-Type": XML})

        assert [problem_in(one) for one in (page, packed, theirs)] == ["store.full"] * 3
        assert not any("山田" in one.text for one in (page, packed, theirs))
        assert (await status(hub, number)).json()["state"] == "done"

        disk.mend()
        lines = [json.loads(line) for line in (await results(hub, number)).text.splitlines()]
        assert [line["answer"]["validity"] for line in lines] == ["1", "4"]


async def test_a_job_waits_for_space_and_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with on_a_faulty_disk(tmp_path, monkeypatch) as (hub, disk):
        people = [asked(id=str(number)) for number in range(2 * PART)]
        number = (await sent(hub, rows(*people))).json()["reception_number"]
        disk.fail(FULL)
        waits = await results(hub, number)
        answered_so_far = (await status(hub, number)).json()["normal"]

        assert problem_in(waits) == "coverage.bulk-in-progress"
        assert answered_so_far < 2 * PART
        disk.mend()
        await done(hub, number)
        lines = [json.loads(line) for line in (await results(hub, number)).text.splitlines()]
        assert [line["id"] for line in lines] == [row["id"] for row in people]
        assert [one.english async for one in check_bulk(hub.machine.store)] == []
