"""カードの忘れ物: the list of cards that lie in the clinic, and the sheet for who lost one."""

from kaihoken.desk.lostandfound.pages import ROWS

__all__ = ["ROWS"]
