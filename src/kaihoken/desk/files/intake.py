"""A file that came in, as the desk keeps it: first its rows, then what became of them. And who took data out."""

from datetime import datetime
from enum import StrEnum

import msgspec

from kaihoken.desk.files.columns import Columns, Field, Kind
from kaihoken.desk.files.rows import BadRow
from kaihoken.desk.files.table import Table


class Way(StrEnum):
    """How a file came."""

    UPLOAD = "upload"
    COMMAND = "command"
    FOLDER = "folder"


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What an import did. `absent` are some of the patients that the file does not name, of `absent_count`; `alike`
    how many of those it wrote may be taken for somebody else; `outside` appointments of days that are over or far."""

    at: datetime
    kind: Kind
    header: tuple[str, ...]
    new: int = 0
    changed: int = 0
    same: int = 0
    off: int = 0
    outside: int = 0
    absent: tuple[str, ...] = ()
    absent_count: int = 0
    alike: int = 0
    bad: tuple[BadRow, ...] = ()


class Intake(msgspec.Struct, frozen=True, kw_only=True):
    """One file. `table` is there until it was imported, `outcome` from then on; `refused` is the code of why it could
    not be read at all. `staff` is the sign of who brought it, "" for a folder. `digest` tells the same file again."""

    intake: str
    at: datetime
    way: Way
    digest: bytes
    staff: str = ""
    table: Table | None = None
    outcome: Outcome | None = None
    refused: str = ""


class Confirmed(msgspec.Struct, frozen=True):
    """Columns that a person confirmed, with the header for which they did."""

    at: datetime
    staff: str
    fingerprint: str
    header: tuple[str, ...]
    columns: Columns

    @property
    def meanings(self) -> dict[str, Field]:
        """What each heading means."""
        at = {column: field for field, column in self.columns.at.items()}
        return {heading: at[column] for column, heading in enumerate(self.header) if column in at}


class Taken(StrEnum):
    """What was taken out of the desk."""

    DIFFERENCES = "differences"
    BAD_ROWS = "bad-rows"


class Export(msgspec.Struct, frozen=True, kw_only=True):
    """Who of the staff took what out, when, and how many rows: for an auditor."""

    at: datetime
    staff: str
    what: Taken
    rows: int
    way: Way
