"""根拠: which dated rule a result was reckoned by, and how sure that rule is."""

from dataclasses import dataclass
from datetime import date

from kaihoken import rules
from kaihoken.problems import Problem
from kaihoken.rules import RuleFamily, Status


@dataclass(frozen=True, slots=True)
class Basis:
    """The rule file of a result, its status, and the names of what the file says was not found."""

    file: str
    status: Status
    sha256: str
    not_found: tuple[str, ...]


def basis(kind: type[RuleFamily], *, on: date, planned: bool = False) -> Basis:
    """The basis of the rules in force on a day, or with `planned` of those that are announced."""
    book = rules.PACKAGED
    found = book.version_planned(kind.family, on=on) if planned else book.version(kind, on=on)
    absent = found.values.get("not_found")
    names = tuple(str(name) for name in absent) if isinstance(absent, list | tuple) else ()
    return Basis(found.file, found.status, found.sha256, names)


def needed(value: float | None, name: str, reason: str = "入力待ち") -> float:
    """The value, or Problem `workforce.training-input` where there is none."""
    if value is None or value != value:
        raise Problem("workforce.training-input", where=name, input=name, reason=reason)
    return value
