"""患者のカードリーダー: from a card that is put on it until the hub's answer stands at the reception.

`flow` is the table, `operation` one operation by it, both pure; `serving` leads the cards of the machine's readers
through it; `Reader` is what the patient's screen and the reception hold.
"""

from kaihoken.desk.reader.flow import ASKED_OF_PATIENT, ENDED, FLOW, Attention, Happened, Stage
from kaihoken.desk.reader.operation import PRESCRIPTION, WHO, CardRead, Operation, Question, Touch
from kaihoken.desk.reader.questioning import Questioning
from kaihoken.desk.reader.reader import VISUAL, VISUAL_SHELF, OtherPerson, Reader
from kaihoken.desk.reader.screens import COOKIE, Screens
from kaihoken.desk.reader.serving import Serving
from kaihoken.desk.reader.terms import ReaderTerms, reader_terms

__all__ = [
    "ASKED_OF_PATIENT",
    "COOKIE",
    "ENDED",
    "FLOW",
    "PRESCRIPTION",
    "VISUAL",
    "VISUAL_SHELF",
    "WHO",
    "Attention",
    "CardRead",
    "Happened",
    "Operation",
    "OtherPerson",
    "Question",
    "Questioning",
    "Reader",
    "ReaderTerms",
    "Screens",
    "Serving",
    "Stage",
    "Touch",
    "reader_terms",
]
