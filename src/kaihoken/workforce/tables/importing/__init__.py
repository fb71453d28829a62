"""取り込み: official files as downloaded, and filled templates, as tables with findings."""

from kaihoken.workforce.tables.importing.cells import Absent, read_number
from kaihoken.workforce.tables.importing.findings import Finding, Imported
from kaihoken.workforce.tables.importing.headings import TOTAL
from kaihoken.workforce.tables.importing.long import LongTable
from kaihoken.workforce.tables.importing.reading import read_table

__all__ = ["TOTAL", "Absent", "Finding", "Imported", "LongTable", "read_number", "read_table"]
