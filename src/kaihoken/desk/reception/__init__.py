"""受付の画面: today's list beside one patient's verdict, what to do, and the line to copy."""

from kaihoken.desk.reception.pages import ROWS

__all__ = ["ROWS"]
