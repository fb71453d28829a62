"""回線: whether the hub can be asked, since when not, and how long it takes."""

from kaihoken.desk.line.at_counter import at_counter
from kaihoken.desk.line.line import Line, LineView, heard_of
from kaihoken.desk.line.standing import LINE, Heard, LineState

__all__ = ["LINE", "Heard", "Line", "LineState", "LineView", "at_counter", "heard_of"]
