"""回線が切れたときの画面: tomorrow's list, what is taken down while nobody can be asked, and its settlement."""

from kaihoken.desk.linedown import bar, failure, settling, taking, tomorrow

ROWS = (*bar.ROWS, *tomorrow.ROWS, *taking.ROWS, *settling.ROWS, *failure.ROWS)
"""The pages of a line that is down."""

__all__ = ["ROWS"]
