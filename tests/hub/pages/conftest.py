"""The site on which the tests of people's pages run."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from .people import Site, a_site


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def site(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Site]:
    """A demonstration with people, one for each module that asks for it."""
    async with a_site(tmp_path_factory.mktemp("site")) as made:
        yield made
