"""患者一覧の画面: one patient's file, lists that come in, who may be taken for whom, and differences to take out."""

from kaihoken.desk.patient_list.bringing import ROWS as BRINGING_ROWS
from kaihoken.desk.patient_list.pages import ROWS as PAGES_ROWS

__all__ = ["ROWS"]

ROWS = (*BRINGING_ROWS, *PAGES_ROWS)
"""The pages of the patients: those with a name of their own stand before that of one patient."""
