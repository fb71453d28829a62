"""Waiting for another process: it can only be looked at again and again, until it shows what is waited for."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

PATIENCE_SECONDS = 120.0
"""Before it counts as stuck. A busy machine is slow, not stuck."""

EVERY_SECONDS = 0.02


def until(
    shown: Callable[[], T | None],
    told: Callable[[], object] = lambda: "",
    *,
    patience: float = PATIENCE_SECONDS,
    every: float = EVERY_SECONDS,
) -> T:
    """The first thing shown that is not None or False; `told` is what a failure tells beside."""
    end = time.monotonic() + patience
    while not (found := shown()):
        assert time.monotonic() < end, told()
        time.sleep(every)
    assert found is not None
    return found
