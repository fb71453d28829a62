"""患者ファイル・予約: lists of the レセコン that come in, and what differs that goes back out."""

from kaihoken.desk.files.appointing import can_be_taken_off
from kaihoken.desk.files.columns import FIELDS_OF, Columns, Field, Guess, Kind, kind_of
from kaihoken.desk.files.differences import Charset, Difference, as_csv, differences_of
from kaihoken.desk.files.files import Files, faults_in_words
from kaihoken.desk.files.folder import FileFolder
from kaihoken.desk.files.intake import Export, Intake, Outcome, Taken, Way
from kaihoken.desk.files.table import LARGEST_FILE, Table

__all__ = [
    "FIELDS_OF",
    "LARGEST_FILE",
    "Charset",
    "Columns",
    "Difference",
    "Export",
    "Field",
    "FileFolder",
    "Files",
    "Guess",
    "Intake",
    "Kind",
    "Outcome",
    "Table",
    "Taken",
    "Way",
    "as_csv",
    "can_be_taken_off",
    "differences_of",
    "faults_in_words",
    "kind_of",
]
