"""訓練: a morning without line, walked through by the staff with made-up patients at a desk made for it."""

from kaihoken.desk.drill.clinic import FACILITY, NAME, MadeUp, made_up
from kaihoken.desk.drill.pages import GUIDE, ROWS, Guide, as_data
from kaihoken.desk.drill.records import Drills
from kaihoken.desk.drill.rehearsal import Rehearsal, Stage, at_the_evening
from kaihoken.desk.drill.walk import STEPS, WALK, DrillRecord, Event, Place, Taken
from kaihoken.desk.drill.wire import HUB, CutWire

__all__ = [
    "FACILITY",
    "GUIDE",
    "HUB",
    "NAME",
    "ROWS",
    "STEPS",
    "WALK",
    "CutWire",
    "DrillRecord",
    "Drills",
    "Event",
    "Guide",
    "MadeUp",
    "Place",
    "Rehearsal",
    "Stage",
    "Taken",
    "as_data",
    "at_the_evening",
    "made_up",
]
