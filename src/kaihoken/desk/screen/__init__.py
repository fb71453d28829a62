"""The patient's screen at the card reader: one question at a time, in large type and easy words."""

from kaihoken.desk.screen.pages import ROWS

__all__ = ["ROWS"]
