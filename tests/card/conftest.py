"""A TEST authority with one card, at a fixed instant."""

from pathlib import Path

import pytest

from kaihoken.card.authority import TestAuthority
from kaihoken.card.certificate import Issuer, UserCertificate
from kaihoken.clock import FixedClock

from .authorities import an_authority, read_back
from .papers import NOW, key


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOW)


@pytest.fixture
def authority(tmp_path: Path, clock: FixedClock) -> TestAuthority:
    return an_authority(tmp_path / "authority", clock)


@pytest.fixture
def card(authority: TestAuthority) -> tuple[UserCertificate, Issuer]:
    return read_back(authority, authority.issue(key("card").public_key()))
