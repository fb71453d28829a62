"""The rule book: dated files by family, and the version that is in force on a day.

A day that no version covers is a problem, never answered with the nearest one; planned versions are only seen by
`load_as_planned`. What was read stays in memory: the files do not change while a program runs.
"""

import hashlib
from collections.abc import Iterable
from datetime import date
from importlib.resources.abc import Traversable
from typing import TypeVar

import msgspec

from kaihoken.problems import Problem
from kaihoken.rules.document import Document, read_file
from kaihoken.rules.version import RuleFamily, Status, Version

F = TypeVar("F", bound=RuleFamily)

CODES_FOLDER = "codes"
DIGEST_LENGTH = 16

# Days come from questions: the caches must not grow with what strangers ask.
_CACHE_LIMIT = 8192


class _Header(msgspec.Struct, frozen=True, kw_only=True):
    schema: int
    effective_from: date
    effective_to: date | None
    published: date | None
    status: Status
    source: str
    url: str | None = None


class RuleBook:
    """The rules in one folder. `kaihoken.rules` holds the packaged one; tests open others."""

    def __init__(self, root: Traversable) -> None:
        self._root = root
        self._documents: dict[str, tuple[tuple[Version, Document], ...]] = {}
        self._loaded: dict[tuple[type[RuleFamily], date], RuleFamily] = {}
        self._digests: dict[tuple[tuple[type[RuleFamily], ...], date], str] = {}

    def load(self, kind: type[F], *, on: date) -> F:
        """The rules of a family in force on a day.

        `kind` is the Struct that the room declares (see `RuleFamily`). Raises Problem `rules.no_version` where no
        version covers the day, `rules.overlap` where several do, `rules.invalid` and `rules.unreadable` for a fault
        in a file. The same object comes back for the same family and day.
        """
        found = self._loaded.get((kind, on))
        if isinstance(found, kind):
            return found
        if len(self._loaded) >= _CACHE_LIMIT:
            self._loaded.clear()
        made = values_of(kind, *self._in_force(kind.family, on))
        self._loaded[kind, on] = made
        return made

    def load_as_planned(self, kind: type[F], *, on: date) -> F:
        """The rules of a family on a day if what is planned comes about: the planned version where one covers the
        day, else the one in force. For simulations only; raises as `load` does."""
        return values_of(kind, *self._as_planned(kind.family, on))

    def version(self, kind: type[RuleFamily], *, on: date) -> Version:
        """The file in force on a day: its dates, status and source. Raises as `load` does."""
        return self.version_named(kind.family, on=on)

    def version_named(self, family: str, *, on: date) -> Version:
        """The same for a family by its name."""
        return self._in_force(family, on)[0]

    def version_planned(self, family: str, *, on: date) -> Version:
        """The file that `load_as_planned` reads."""
        return self._as_planned(family, on)[0]

    def digest(self, *kinds: type[RuleFamily], on: date) -> str:
        """16 hex digits that name the exact files which these families use on a day: the start of a SHA-256 over
        their paths and the SHA-256 of their bytes, in any order of the families. Raises as `load` does."""
        found = self._digests.get((kinds, on))
        if found is None:
            if len(self._digests) >= _CACHE_LIMIT:
                self._digests.clear()
            found = digest_of(self.version(kind, on=on) for kind in kinds)
            self._digests[kinds, on] = found
        return found

    def digest_planned(self, *kinds: type[RuleFamily], on: date) -> str:
        """The same for the files that `load_as_planned` reads."""
        return digest_of(self._as_planned(kind.family, on)[0] for kind in kinds)

    def families(self) -> tuple[str, ...]:
        """Every family that has a file, by name."""
        return families_in(self._root)

    def versions(self, family: str) -> tuple[Version, ...]:
        """Every version of a family by its first day, planned ones included. Raises Problem `rules.no_family`."""
        return tuple(version for version, _ in self._family(family))

    def _in_force(self, family: str, on: date) -> tuple[Version, Document]:
        found = [pair for pair in self._covering(family, on) if pair[0].status is not Status.PLANNED]
        if not found:
            raise Problem("rules.no_version", where=family, family=family, day=on.isoformat())
        return _only(found, family, on)

    def _as_planned(self, family: str, on: date) -> tuple[Version, Document]:
        planned = [pair for pair in self._covering(family, on) if pair[0].status is Status.PLANNED]
        return _only(planned, family, on) if planned else self._in_force(family, on)

    def _covering(self, family: str, on: date) -> list[tuple[Version, Document]]:
        return [pair for pair in self._family(family) if pair[0].covers(on)]

    def _family(self, family: str) -> tuple[tuple[Version, Document], ...]:
        known = self._documents.get(family)
        if known is None:
            known = tuple(
                sorted(
                    (read_version(file, family) for file in family_files(self._root, family)),
                    key=lambda pair: (pair[0].effective_from, pair[0].file),
                )
            )
            self._documents[family] = known
        return known


def digest_of(versions: Iterable[Version]) -> str:
    """The digest that names these files (see `RuleBook.digest`)."""
    lines = sorted(f"{version.file} {version.sha256}\n" for version in versions)
    return hashlib.sha256("".join(lines).encode()).hexdigest()[:DIGEST_LENGTH]


def _only(found: list[tuple[Version, Document]], family: str, on: date) -> tuple[Version, Document]:
    if len(found) > 1:
        raise Problem("rules.overlap", where=found[1][0].file, family=family, day=on.isoformat())
    return found[0]


def families_in(root: Traversable) -> tuple[str, ...]:
    """Every folder below the rules folder that holds a YAML file, without the code lists."""
    return tuple(sorted(set(_families(root, ""))))


def family_files(root: Traversable, family: str) -> list[Traversable]:
    """The YAML files of a family. Raises Problem `rules.no_family` where there is none."""
    folder = root.joinpath(*family.split("/"))
    files = [file for file in folder.iterdir() if file.name.endswith(".yaml")] if folder.is_dir() else []
    if not files:
        raise Problem("rules.no_family", where=family, family=family)
    return files


def read_version(file: Traversable, family: str) -> tuple[Version, Document]:
    """One dated file, its values not looked at yet. Raises Problem `rules.invalid` or `rules.unreadable`."""
    path = f"{family}/{file.name}"
    document, content = read_file(file, path)
    data = dict(document.data)
    values = data.pop("values", None)
    header = document.convert(data, _Header)
    if not isinstance(values, dict):
        raise document.problem("values", "the values are missing")
    if file.name != f"{header.effective_from.isoformat()}.yaml":
        raise document.problem(
            "effective_from", f"the file is named {file.name}: name it after its first day"
        )
    if header.effective_to is not None and header.effective_to < header.effective_from:
        raise document.problem("effective_to", "the last day lies before the first")
    version = Version(
        family=family,
        file=path,
        schema=header.schema,
        effective_from=header.effective_from,
        effective_to=header.effective_to,
        published=header.published,
        status=header.status,
        source=header.source,
        url=header.url,
        sha256=hashlib.sha256(content).hexdigest(),
        values=values,
    )
    return version, document


def values_of(kind: type[F], version: Version, document: Document) -> F:
    """The values of a file as the family's Struct. Raises Problem `rules.invalid`."""
    expected: int = getattr(kind, "schema", 1)
    if version.schema != expected:
        raise document.problem("schema", f"this program reads version {expected}, not {version.schema}")
    return document.convert(version.values, kind, "values")


def _families(folder: Traversable, name: str) -> Iterable[str]:
    for below in folder.iterdir():
        if below.is_dir() and not below.name.startswith(("_", ".")) and below.name != CODES_FOLDER:
            yield from _families(below, f"{name}/{below.name}".removeprefix("/"))
        elif name and below.name.endswith(".yaml"):
            yield name
