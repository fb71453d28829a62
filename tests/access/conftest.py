"""The fixtures of these tests: see builders."""

from collections.abc import Callable

import pytest

from kaihoken.access import Limits, PrivateKey, make_key

from .builders import Door, a_door


@pytest.fixture(scope="session")
def key() -> PrivateKey:
    return make_key()


@pytest.fixture
def door(key: PrivateKey) -> Door:
    return a_door(key)


@pytest.fixture
def door_with(key: PrivateKey) -> Callable[[Limits], Door]:
    """A door with limits of its own."""
    return lambda limits: a_door(key, limits)
