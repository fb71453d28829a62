"""TEST authorities of the tests: their roots are made once per process, their books are each its own."""

import tempfile
from datetime import timedelta
from functools import cache
from pathlib import Path

from kaihoken.card.authority import NewCertificate, TestAuthority
from kaihoken.card.authority.roots import FILE
from kaihoken.card.certificate import Issuer, UserCertificate
from kaihoken.clock import FixedClock
from kaihoken.store import make_private_folder, write_private

from .papers import NOW

DAY = timedelta(days=1)


@cache
def _roots() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        TestAuthority.made(Path(folder) / "authority", FixedClock(NOW))
        return (Path(folder) / "authority" / FILE).read_bytes()


def roots_in(folder: Path) -> None:
    """Puts the roots of the tests into a folder, so that none need be made there."""
    make_private_folder(folder)
    write_private(folder / FILE, _roots())


def an_authority(folder: Path, clock: FixedClock | None = None) -> TestAuthority:
    """One that has issued nothing yet."""
    roots_in(folder)
    return TestAuthority(folder, clock or FixedClock(NOW))


def read_back(authority: TestAuthority, new: NewCertificate) -> tuple[UserCertificate, Issuer]:
    """The certificate as a hub reads it, and the root that it finds for it."""
    found = UserCertificate.read(new.certificate)
    return found, authority.trust().issuer_of(found)
