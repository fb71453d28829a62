"""Of a demonstration: the tray of virtual cards that a visitor puts on the reader."""

from kaihoken.desk.visitors.pages import ROWS

__all__ = ["ROWS"]
