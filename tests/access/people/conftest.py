"""The fixtures of these tests: see house."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from .house import House, a_house


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with a_house(tmp_path / "store", tmp_path / "keys") as made:
        yield made
