"""請求前点検の画面: the month's claim file as a picture, the work by yen, the days until it must be sent."""

from kaihoken.desk.claims.pages import ROWS

__all__ = ["ROWS"]
