"""How an operator asks a running hub to replace one of its keys: by a file in the folder of keys.

Only the hub may write to its store and sign its log, and it holds the folder. Whoever can put a file there has every
key already, so the file needs no proof. The hub looks every second; it takes the file away once it has done what was
wished, or leaves in its place why it did not.
"""

from enum import StrEnum, auto
from pathlib import Path

import msgspec

from kaihoken.problems import Problem
from kaihoken.store.keyfiles import path_problems, write_private


class Sort(StrEnum):
    """What can be rotated."""

    lookup = auto()
    log = auto()


class _Refused(msgspec.Struct, frozen=True):
    code: str
    facts: dict[str, str]


def wish(folder: Path, sort: Sort) -> None:
    """Ask for another key of that sort; asking twice is one wish. Problems `store.path`, `store.full`."""
    withdraw(folder, sort)
    write_private(_wish(folder, sort), b"")


def is_wished(folder: Path, sort: Sort) -> bool:
    """Whether somebody asks for it."""
    return _wish(folder, sort).exists()


def withdraw(folder: Path, sort: Sort) -> None:
    """Take the wish away, and what was said to an earlier one."""
    with path_problems(folder):
        _wish(folder, sort).unlink(missing_ok=True)
        _refusal(folder, sort).unlink(missing_ok=True)


def refuse(folder: Path, sort: Sort, problem: Problem) -> None:
    """Leave why, and take the wish away. Problems `store.path`, `store.full`: then the wish stands, because a wish that
    is gone without a reason was granted."""
    told = _Refused(problem.code, {name: str(value) for name, value in problem.facts.items()})
    with path_problems(folder):
        _refusal(folder, sort).unlink(missing_ok=True)
        write_private(_refusal(folder, sort), msgspec.json.encode(told))
        _wish(folder, sort).unlink(missing_ok=True)


def require_not_refused(folder: Path, sort: Sort) -> None:
    """Raises the Problem for which a wish was refused, once."""
    path = _refusal(folder, sort)
    with path_problems(path):
        if not path.exists():
            return
        told = msgspec.json.decode(path.read_bytes(), type=_Refused)
        path.unlink()
    raise Problem(told.code, **told.facts)


def _wish(folder: Path, sort: Sort) -> Path:
    return folder / f"rotate-{sort.value}.wish"


def _refusal(folder: Path, sort: Sort) -> Path:
    return folder / f"rotate-{sort.value}.refused"
