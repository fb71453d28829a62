"""受付の画面: today's list beside one patient's verdict, what to do, and the line to copy."""

from kaihoken.desk.reception import arriving, cover, numbers, pages, visual

ROWS = (*pages.ROWS, *arriving.ROWS, *numbers.ROWS, *visual.ROWS, *cover.ROWS)
"""The reception's pages."""

__all__ = ["ROWS"]
