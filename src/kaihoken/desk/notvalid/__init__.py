"""「有効」でないとき: the steps that are taken, their papers, and the list until everybody is settled."""

from kaihoken.desk.notvalid import listing, printing, steps

ROWS = (*steps.ROWS, *printing.ROWS, *listing.ROWS)
"""The pages and forms of who is to be followed up."""

__all__ = ["ROWS"]
