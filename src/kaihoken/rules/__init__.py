"""規則: everything that a ministry can change, as dated YAML with its source, and the code lists of the wire.

>>> rules.load(StatutoryShare, on=clock.today())
>>> rules.code_list("OQSCD006").label("1")
'有効'
"""

from importlib.resources import files

from kaihoken.rules.book import RuleBook
from kaihoken.rules.code_lists import Code, CodeBook, CodeList
from kaihoken.rules.document import Document, require_plain
from kaihoken.rules.document import read_given as read_document
from kaihoken.rules.version import RuleFamily, Sourced, Status, Version

PACKAGED = RuleBook(files("kaihoken.rules"))
"""The rules that ship with the program."""

CODES = CodeBook(files("kaihoken.rules"))
"""The code lists that ship with the program."""

load = PACKAGED.load
load_as_planned = PACKAGED.load_as_planned
version = PACKAGED.version
digest = PACKAGED.digest
digest_planned = PACKAGED.digest_planned
code_list = CODES.code_list

__all__ = [
    "CODES",
    "PACKAGED",
    "Code",
    "CodeBook",
    "CodeList",
    "Document",
    "RuleBook",
    "RuleFamily",
    "Sourced",
    "Status",
    "Version",
    "code_list",
    "digest",
    "digest_planned",
    "load",
    "load_as_planned",
    "read_document",
    "require_plain",
    "version",
]
