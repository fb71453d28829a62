"""The papers that a clinic prints, as PDF: typed values in, bytes out; no store, no network, no clock of their own.

>>> printing = Printing(Clinic("港クリニック"), at=clock.now(), by="受付A", demonstration=True)
>>> deposit_receipt(Deposit(patient, (Left("本日の診療費として", 3000),)), printing).content[:5]
b'%PDF-'

Each function gives a `Paper`: its bytes, its pages, and the characters that the font lacks (printed as 〓). What is not
known is left as room to be written by hand. The font and ReportLab are read when the first paper is made.
"""

from kaihoken.desk.papers.declaration import Declaration, DeclarationForm, declaration
from kaihoken.desk.papers.failure_report import FailureMode, FailureUse, Looked, failure_report
from kaihoken.desk.papers.lost_card import LostCard, StopLine, lost_card_sheet
from kaihoken.desk.papers.notice import Down, Outage, wall_notice
from kaihoken.desk.papers.prechecked import Expected, Outcome, prechecked_list
from kaihoken.desk.papers.questionnaire import Item, Prefilled, StandardQuestions, questionnaire
from kaihoken.desk.papers.receipt import Deposit, Left, deposit_receipt

__all__ = [
    "Declaration",
    "DeclarationForm",
    "Deposit",
    "Down",
    "Expected",
    "FailureMode",
    "FailureUse",
    "Item",
    "Left",
    "Looked",
    "LostCard",
    "Outage",
    "Outcome",
    "Prefilled",
    "StandardQuestions",
    "StopLine",
    "declaration",
    "deposit_receipt",
    "failure_report",
    "lost_card_sheet",
    "prechecked_list",
    "questionnaire",
    "wall_notice",
]
