"""請求前点検の画面: the month's claim file as a picture, the work by yen, the days until it must be sent, and
the eligibility of every day of care."""

from kaihoken.desk.claims import eligibility, pages

ROWS = (*pages.ROWS, *eligibility.ROWS)
"""The pages of claims."""

__all__ = ["ROWS"]
