"""The table of contents of the rules: which Struct reads a family, what the family is called."""

import tomllib
from collections.abc import Mapping
from importlib import import_module
from importlib.resources.abc import Traversable

import msgspec

from kaihoken.problems import Problem
from kaihoken.rules.version import RuleFamily

FILE = "contents.toml"


class Declared(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A family in the table. `struct` is "module:Name"."""

    struct: str
    ja: str
    en: str


class Contents(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The table. `code_lists` is the number of the last code list."""

    code_lists: int
    families: Mapping[str, Declared]

    def expected_code_lists(self) -> tuple[str, ...]:
        """The numbers that must be there: OQSCD001, OQSCD002, …"""
        return tuple(f"OQSCD{number:03d}" for number in range(1, self.code_lists + 1))


def read_contents(root: Traversable) -> Contents:
    """The table in a rules folder. Raises Problem `rules.undeclared` where it cannot be read."""
    try:
        table = tomllib.loads(root.joinpath(FILE).read_text(encoding="utf-8"))
        return msgspec.convert(table, Contents)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise Problem("rules.undeclared", where=FILE, family="*", reason=str(error)) from error


def struct_of(family: str, declared: Declared) -> type[RuleFamily]:
    """The Struct that a room declares for the family, imported by its name: the rules lie below the rooms and must
    not know them, only what this table says. Raises Problem `rules.undeclared`."""
    module, _, name = declared.struct.partition(":")
    try:
        kind: type[RuleFamily] = getattr(import_module(module), name)
        declares = kind.family
    except (ImportError, AttributeError, ValueError) as error:
        raise Problem("rules.undeclared", where=FILE, family=family, reason=str(error)) from error
    if declares != family:
        reason = f"{declared.struct} declares {declares}"
        raise Problem("rules.undeclared", where=FILE, family=family, reason=reason)
    return kind
