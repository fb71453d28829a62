"""A request of a レセコン in the folder of a running desk is answered beside everything else."""

import asyncio
from pathlib import Path

from kaihoken.desk import DeskSettings

from ..hub.hub import BASE, a_hub, a_message, a_row
from ..polling import until
from .desks import a_desk


async def test_a_request_is_answered_and_waits_while_the_line_is_down(tmp_path: Path) -> None:
    place = tmp_path / "OQS"
    for name in ("req", "res", "face"):
        (place / name).mkdir(parents=True)
    settings = DeskSettings(folder=str(tmp_path / "desk"), hub=BASE, requests=str(place))

    async with (
        a_hub(tmp_path / "store", tmp_path) as hub,
        a_desk(tmp_path / "desk", hub, settings) as counter,
    ):
        await hub.register(a_row())
        carrier = counter.desk.carrier
        assert carrier is not None
        counter.wire.down = True
        (place / "req" / "OQSsiquc01req_0001.xml").write_bytes(a_message())

        await asyncio.to_thread(
            until, lambda: carrier.state.waiting == 1 and carrier.state.held_up is not None
        )
        assert list((place / "res").iterdir()) == []
        counter.wire.down = False
        await asyncio.to_thread(until, lambda: (place / "res" / "OQSsiquc01res_0001.xml").is_file())

        assert (
            b"<QualificationValidity>1</QualificationValidity>"
            in (place / "res" / "OQSsiquc01res_0001.xml").read_bytes()
        )
        await asyncio.to_thread(until, lambda: carrier.state.waiting == 0)
