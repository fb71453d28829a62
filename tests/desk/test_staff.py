"""How a password of the staff is kept."""

import hashlib
import subprocess
import sys

from .desks import PASSWORD

_KEPT = """
import sys
from kaihoken.desk.staff.staff import Hashed
kept = Hashed.of(sys.argv[1])
assert kept.is_of(sys.argv[1])
assert not kept.is_of(sys.argv[1] + "x")
print(kept.salt.hex(), kept.digest.hex())
"""


def test_a_password_is_kept_as_scrypt_makes_it_with_32_mb_for_each_guess() -> None:
    """Asked of a program of its own: the work of this one is cut (conftest.py)."""
    command = [sys.executable, "-c", _KEPT, PASSWORD]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    salt, digest = map(bytes.fromhex, said.split())
    assert len(salt) == 16
    assert digest == hashlib.scrypt(PASSWORD.encode(), salt=salt, n=2**15, r=8, p=1, maxmem=2**26, dklen=32)
