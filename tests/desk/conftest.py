"""The fixtures of these tests: commands are run as those of a hub are, and a password costs little to guess."""

from collections.abc import Iterator

import pytest

from kaihoken.desk.staff import staff

from ..hub.conftest import run

__all__ = ["little_work_for_passwords", "run"]


@pytest.fixture(scope="session", autouse=True)
def little_work_for_passwords() -> Iterator[None]:
    """Each desk of a test takes somebody in: with the work of a real one that is a sixth of all that these tests do.
    What a real one does is asked in test_staff.py."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(staff, "_WORK", 2)
        yield
