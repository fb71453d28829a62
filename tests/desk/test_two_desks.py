"""Two desks in one clinic: two PCs, one facility, one hub, and one folder into which the レセコン writes."""

import asyncio
from functools import partial
from pathlib import Path

import pytest

from kaihoken.coverage.folder import Carrier
from kaihoken.desk import carrying
from kaihoken.desk.settings import DeskSettings

from ..hub.hub import BASE, NOW, a_hub, a_message, a_row
from ..polling import until
from .desks import Counter, a_covered_patient, a_desk, carried_on, lists_at


async def test_each_request_has_one_answer_and_the_other_desk_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(carrying, "Carrier", partial(Carrier, again_after=0.01))
    place = tmp_path / "OQS"
    for name in ("req", "res", "face"):
        (place / name).mkdir(parents=True)

    def put(*numbers: int) -> None:
        for number in numbers:
            file = place / "req" / f"OQSsiquc01req_{number:04}.xml"
            file.write_bytes(a_message(identifier=f"abc-{number}"))

    async def answered(count: int) -> None:
        await asyncio.to_thread(until, lambda: len(list((place / "res").iterdir())) == count)

    def settings(name: str) -> DeskSettings:
        return DeskSettings(folder=str(tmp_path / name), hub=BASE, requests=str(place))

    def carried(counter: Counter) -> int:
        assert counter.desk.carrier is not None
        return counter.desk.carrier.state.answered

    async with a_hub(tmp_path / "store", tmp_path) as hub:
        await hub.register(a_row())
        async with a_desk(tmp_path / "b", hub, settings("b"), terminal="desk-2") as second:
            async with a_desk(tmp_path / "a", hub, settings("a")) as first:
                put(1, 2, 3)
                await answered(3)
                await asyncio.to_thread(until, lambda: not list((place / "req").iterdir()))
                both = (first, second)
                await asyncio.to_thread(until, lambda: sorted(map(carried, both)) == [0, 3])
                assert carrying.folder_trouble(first.desk.carrier) is None
                assert carrying.folder_trouble(second.desk.carrier) is None
            put(4)
            await answered(4)

    results = {one.name: one.read_bytes() for one in (place / "res").iterdir()}
    assert sorted(results) == [f"OQSsiquc01res_{number:04}.xml" for number in (1, 2, 3, 4)]
    for number, content in enumerate((results[name] for name in sorted(results)), start=1):
        assert f"<ArbitraryFileIdentifier>abc-{number}<".encode() in content


async def test_the_same_patient_is_on_both_and_each_keeps_what_it_asked(tmp_path: Path) -> None:
    async with (
        a_hub(tmp_path / "store", tmp_path) as hub,
        a_desk(tmp_path / "a", hub) as first,
        a_desk(tmp_path / "b", hub, terminal="desk-2") as second,
    ):
        await hub.register(a_row())
        for counter in (first, second):
            counter.signed_in()
            counter.expected(a_covered_patient(counter), NOW)
        asked = await asyncio.gather(*(one.post("/visit/visit-00231/check") for one in (first, second)))
        for counter in (first, second):
            counter.desk.evening.ask(NOW.date())
            await carried_on(counter.desk.evening.carry_on)

        assert [one.status_code for one in asked] == [303, 303]
        assert [len(one.desk.day.get("visit-00231").checks) for one in (first, second)] == [2, 2]
        assert await lists_at(hub) == 2
