"""そろっているか: which tables are there, shipped or in a folder of the user's, and which wait (入力待ち)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from kaihoken.problems import Problem
from kaihoken.workforce.areas import AreaSet
from kaihoken.workforce.tables.catalogue import Dimension, Entry, catalogue, entry
from kaihoken.workforce.tables.importing import Imported, LongTable, read_table

SUFFIXES = (".xlsx", ".csv")


class State(StrEnum):
    """Of one table."""

    LOADED = "loaded"
    """In the folder, and read without an error."""
    FAULTY = "faulty"
    """In the folder, with errors that stand in the way."""
    SHIPS = "ships"
    WAITING = "waiting"

    @property
    def ja(self) -> str:
        return {"loaded": "読み込み済み", "faulty": "要確認", "ships": "付属", "waiting": "入力待ち"}[
            self.value
        ]


@dataclass(frozen=True, slots=True, eq=False)
class Presence:
    """A table of the catalogue and whether it is there; `imported` where it is in the folder."""

    entry: Entry
    state: State
    file: str
    imported: Imported[LongTable] | None


def file_of(table: str, folder: Path) -> Path | None:
    """The file of a table in a folder, `<table>.xlsx` or `<table>.csv`."""
    return next((path for suffix in SUFFIXES if (path := folder / f"{table}{suffix}").is_file()), None)


def find_table(
    table: str, folder: Path, *, areas: AreaSet | None = None, given: Mapping[Dimension, str] | None = None
) -> Imported[LongTable] | None:
    """A table of the user's folder, None where the folder has no such file (入力待ち).

    Raises Problem `workforce.data-folder`, `workforce.table-unknown`, and what `read_table` raises.
    """
    wanted = entry(table)
    if not folder.is_dir():
        raise Problem("workforce.data-folder", where=str(folder), folder=str(folder))
    path = file_of(wanted.id, folder)
    return None if path is None else read_table(path, wanted.id, areas=areas, given=given)


def load(
    table: str, folder: Path, *, areas: AreaSet | None = None, given: Mapping[Dimension, str] | None = None
) -> Imported[LongTable]:
    """The same, where the table is needed: raises Problem `workforce.table-waiting` where the folder has it not."""
    found = find_table(table, folder, areas=areas, given=given)
    if found is None:
        raise waiting(entry(table))
    return found


def load_sound(table: str, folder: Path, *, areas: AreaSet | None = None) -> LongTable:
    """The same, to be computed with: raises Problem `workforce.table-faulty` where it has errors."""
    imported = load(table, folder, areas=areas)
    if imported.table is None or imported.errors:
        raise Problem("workforce.table-faulty", where=imported.file, table=table, errors=len(imported.errors))
    return imported.table


def lacking(tables: Iterable[str], folder: Path | None) -> tuple[tuple[str, str], ...]:
    """Those of some tables that neither stand in a folder nor ship, by name and title: 入力待ち. Raises Problem
    `workforce.data-folder`, `workforce.table-unknown`."""
    if folder is not None and not folder.is_dir():
        raise Problem("workforce.data-folder", where=str(folder), folder=str(folder))
    wanted = [entry(table) for table in tables]
    return tuple(
        (one.id, one.ja)
        for one in wanted
        if not one.ships and (folder is None or file_of(one.id, folder) is None)
    )


def waiting(wanted: Entry) -> Problem:
    """That a table is 入力待ち: its name, its template and where it is published."""
    origin = wanted.origins[0]
    published = " ".join(
        part for part in (origin.title, origin.statistics, origin.table, origin.page) if part
    )
    return Problem(
        "workforce.table-waiting", where=wanted.id, name=wanted.ja, table=wanted.id, published=published
    )


def check(folder: Path | None = None, *, areas: AreaSet | None = None) -> tuple[Presence, ...]:
    """Every table of the catalogue in its order, the folder's files read. Raises Problem `workforce.data-folder`."""
    if folder is not None and not folder.is_dir():
        raise Problem("workforce.data-folder", where=str(folder), folder=str(folder))
    return tuple(_presence(one, folder, areas) for one in catalogue().tables)


def _presence(wanted: Entry, folder: Path | None, areas: AreaSet | None) -> Presence:
    path = file_of(wanted.id, folder) if folder is not None else None
    if path is None:
        return Presence(wanted, State.SHIPS if wanted.ships else State.WAITING, "", None)
    imported = read_table(path, wanted.id, areas=areas)
    state = State.FAULTY if imported.table is None or imported.errors else State.LOADED
    return Presence(wanted, state, path.name, imported)
