"""A list on SQLite and on PostgreSQL: the same four steps, the same answers, and the log agrees."""

from datetime import timedelta
from pathlib import Path

from kaihoken.coverage import check_limits_shown
from kaihoken.coverage.bulk import check_bulk, forget_jobs

from .hub import Hub, a_hub, a_row, problem_in
from .test_bulk_checks import answered, asked, status


async def found(hub: Hub) -> list[str]:
    store = hub.machine.store
    bulk = [one.english async for one in check_bulk(store)]
    return bulk + [one.english async for one in check_limits_shown(store)]


async def test_a_list_is_answered_compared_and_forgotten(location: str | Path, tmp_path: Path) -> None:
    async with a_hub(location, tmp_path) as hub:
        await hub.register(a_row())
        await hub.ask(consents=["limit"])
        lines = await answered(hub, asked(id="a"), asked(number="999"), "wrong")
        assert [line.get("answer", {}).get("validity") for line in lines] == ["1", "4", None]
        assert lines[0]["answer"]["results"][0]["limit_changed"] == "0"
        assert problem_in(await status(hub, "\0")) == "coverage.bulk-unknown"
        assert await found(hub) == []

        machine = hub.machine
        later = machine.clock.now() + timedelta(days=1)
        assert await forget_jobs(machine.store, machine.committer, later) == 1
        assert await forget_jobs(machine.store, machine.committer, later) == 0
        assert await found(hub) == []
