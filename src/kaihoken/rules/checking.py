"""Everything that can be wrong with the rules without anybody asking for them, found in one go."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from importlib.resources.abc import Traversable
from itertools import pairwise

from kaihoken.problems import Problem
from kaihoken.rules.book import CODES_FOLDER, families_in, family_files, read_version, values_of
from kaihoken.rules.code_lists import CodeBook
from kaihoken.rules.contents import Contents, read_contents, struct_of
from kaihoken.rules.document import Document
from kaihoken.rules.version import Status, Version


def check(root: Traversable, today: date) -> list[Problem]:
    """What is wrong with the rules in a folder, in the order of the files; empty when all is well.

    Each file reads and fits the Struct that its room declares; the versions of a family follow each other without gap
    or overlap, and one of them is in force today; no planned version's day has come; every code list is there; no file
    lies where nothing reads it.
    """
    contents = read_contents(root)
    found = list(_stray_files(root))
    for family in families_in(root):
        found.extend(_family(root, family, contents, today))
    found.extend(
        Problem("rules.undeclared", where=family, family=family, reason="the family has no file")
        for family in sorted(set(contents.families) - set(families_in(root)))
    )
    found.extend(_code_lists(root, contents))
    return found


def _family(root: Traversable, family: str, contents: Contents, today: date) -> Iterator[Problem]:
    readable: list[tuple[Version, Document]] = []
    for file in family_files(root, family):
        try:
            readable.append(read_version(file, family))
        except Problem as problem:
            yield problem
    yield from _sequence(family, [version for version, _ in readable])
    yield from _due(readable, today)
    yield from _values(family, readable, contents, today)


def _sequence(family: str, versions: Iterable[Version]) -> Iterator[Problem]:
    """Gaps and overlaps between the versions in force, and among the planned ones only overlaps: a plan may leave days
    to the law that it does not change."""
    in_order = sorted(versions, key=lambda version: version.effective_from)
    for planned in (False, True):
        line = [version for version in in_order if (version.status is Status.PLANNED) is planned]
        for earlier, later in pairwise(line):
            if earlier.effective_to is None or earlier.effective_to >= later.effective_from:
                day = later.effective_from.isoformat()
                yield Problem("rules.overlap", where=later.file, family=family, day=day)
            elif not planned and earlier.effective_to + timedelta(days=1) < later.effective_from:
                yield Problem(
                    "rules.gap",
                    where=later.file,
                    family=family,
                    first=(earlier.effective_to + timedelta(days=1)).isoformat(),
                    last=(later.effective_from - timedelta(days=1)).isoformat(),
                )


def _silent_today(family: str, versions: Sequence[Version], today: date) -> Iterator[Problem]:
    """A family that says nothing of the day on which it is looked at."""
    in_force = [version for version in versions if version.status is not Status.PLANNED]
    if in_force and not any(
        version.effective_from <= today and (version.effective_to is None or today <= version.effective_to)
        for version in in_force
    ):
        yield Problem("rules.no_version", where=family, family=family, day=today.isoformat())


def _due(readable: Iterable[tuple[Version, Document]], today: date) -> Iterator[Problem]:
    """Planned versions whose day has come: until somebody decides, the law before them is still what loads."""
    for version, _ in readable:
        if version.status is Status.PLANNED and version.effective_from <= today:
            day = version.effective_from.isoformat()
            yield Problem("rules.plan_due", where=version.file, file=version.file, day=day)


def _values(
    family: str, readable: Sequence[tuple[Version, Document]], contents: Contents, today: date
) -> Iterator[Problem]:
    declared = contents.families.get(family)
    if declared is None:
        yield Problem("rules.undeclared", where=family, family=family, reason="it is not in the table")
        return
    try:
        kind = struct_of(family, declared)
    except Problem as problem:
        yield problem
        return
    if not getattr(kind, "may_end", False):
        yield from _silent_today(family, [version for version, _ in readable], today)
    for version, document in readable:
        try:
            values_of(kind, version, document)
        except Problem as problem:
            yield problem


def _code_lists(root: Traversable, contents: Contents) -> Iterator[Problem]:
    book = CodeBook(root)
    for number in sorted({*contents.expected_code_lists(), *book.numbers()}):
        try:
            book.code_list(number)
        except Problem as problem:
            yield problem


def _stray_files(root: Traversable) -> Iterator[Problem]:
    """Files that are packaged with the rules but that no loader looks at: a misspelt name would silently lose a law."""
    for below in sorted(root.iterdir(), key=lambda entry: entry.name):
        if below.is_dir() and not below.name.startswith("__"):
            for path in _unread(below, below.name):
                yield Problem("rules.stray_file", where=path, file=path)


def _unread(folder: Traversable, name: str) -> Iterator[str]:
    for below in sorted(folder.iterdir(), key=lambda entry: entry.name):
        path = f"{name}/{below.name}"
        if below.is_dir():
            yield from _unread(below, path)
        elif not below.name.endswith(".yaml") or (name == CODES_FOLDER) != below.name.startswith("OQSCD"):
            yield path
