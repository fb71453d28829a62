"""訓練: a morning without line, walked through by the staff with made-up patients at a desk made for it."""

from typing import TYPE_CHECKING

from kaihoken.faces import lazily

if TYPE_CHECKING:
    from kaihoken.desk.drill.clinic import FACILITY, NAME, MadeUp, made_up
    from kaihoken.desk.drill.guide import GUIDE, Guide
    from kaihoken.desk.drill.pages import ROWS, as_data
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

if not TYPE_CHECKING:
    __getattr__ = lazily(__name__)
