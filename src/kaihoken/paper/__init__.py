"""Papers as PDF: the typeface, the sheet and the blocks that flow down its pages, for the forms of any room.

>>> sheet = Sheet(Printing(Clinic("港クリニック"), at=clock.now(), demonstration=True), "お知らせ")
>>> sheet.title("お知らせ")
>>> sheet.paragraph("明日は休みます。")
>>> sheet.finished("oshirase.pdf").content[:5]
b'%PDF-'

A form stands in the room whose concern it is. The typeface and ReportLab (of the extra `desk`) are read when the first
paper is made.
"""

from typing import TYPE_CHECKING

from kaihoken.faces import lazily

if TYPE_CHECKING:
    from kaihoken.paper.fields import Choice, Field, Ticks, put_fields
    from kaihoken.paper.given import Clinic, Paper, Patient, Printing, in_era, yen
    from kaihoken.paper.lines import Line, Piece, read_markup
    from kaihoken.paper.marks import HEIGHT, Box, Text
    from kaihoken.paper.sheet import ACROSS, BODY, FICTITIOUS, LEFT, SMALL, Sheet, Words, heights
    from kaihoken.paper.table import Cell, Column, put_table
    from kaihoken.paper.words import spoken

__all__ = [
    "ACROSS",
    "BODY",
    "FICTITIOUS",
    "HEIGHT",
    "LEFT",
    "SMALL",
    "Box",
    "Cell",
    "Choice",
    "Clinic",
    "Column",
    "Field",
    "Line",
    "Paper",
    "Patient",
    "Piece",
    "Printing",
    "Sheet",
    "Text",
    "Ticks",
    "Words",
    "heights",
    "in_era",
    "put_fields",
    "put_table",
    "read_markup",
    "spoken",
    "yen",
]

if not TYPE_CHECKING:
    __getattr__ = lazily(__name__)
