"""Work beside the answers that fails is told and counted, and stops neither the hub nor its end."""

import asyncio
import logging

import pytest

from kaihoken.hub.machine import beside
from kaihoken.hub.metrics import Metrics


async def test_work_that_fails_is_told_without_its_values(caplog: pytest.LogCaptureFixture) -> None:
    metrics = Metrics()

    async def counting() -> None:
        raise ValueError("山田花子")

    with caplog.at_level(logging.ERROR, "kaihoken.hub"):
        async with beside(counting(), metrics):
            for _ in range(3):
                await asyncio.sleep(0)
            assert metrics.failures == 1

    assert "counting ended: ValueError at" in caplog.text
    assert "山田" not in caplog.text


async def test_work_ends_with_what_it_stands_beside(caplog: pytest.LogCaptureFixture) -> None:
    metrics, ended = Metrics(), asyncio.Event()

    async def waiting() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    async with beside(waiting(), metrics):
        await asyncio.sleep(0)

    assert ended.is_set()
    assert (metrics.failures, caplog.text) == (0, "")
