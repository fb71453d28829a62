"""キャリア形成プログラム: timelines of duty, what of it is done, the accreditation of work in short areas, and the
sealed book of names.

The names are imported when they are first used, so that `kaihoken store check` holds the book against the log where no
library of planning is installed.
"""

from typing import TYPE_CHECKING

from kaihoken.faces import lazily

if TYPE_CHECKING:
    from kaihoken.workforce.careers.accreditation import (
        Assessment,
        Experience,
        Lacking,
        ShortageAreaAccreditation,
        Spell,
        assess,
        may_manage,
    )
    from kaihoken.workforce.careers.book import Career, CareerBook, Opener, Unnamed
    from kaihoken.workforce.careers.checking import Fault, Wrong, check_book
    from kaihoken.workforce.careers.counting import PostCount, PostCounts, counts
    from kaihoken.workforce.careers.designation import (
        Designation,
        Designations,
        ShortArea,
        of_plan,
        read_designations,
    )
    from kaihoken.workforce.careers.diary import calendar, entries
    from kaihoken.workforce.careers.judging import Judged, by_the_index, duty_of, judge
    from kaihoken.workforce.careers.life import LIFE, Event, State
    from kaihoken.workforce.careers.opening import OpenedBook, opened_book
    from kaihoken.workforce.careers.reading import ReadCareer, read_careers
    from kaihoken.workforce.careers.reckoning import Reason, Reckoning, Remark, reckon
    from kaihoken.workforce.careers.resealing import Resealed, reseal
    from kaihoken.workforce.careers.sealing import CareerKeys
    from kaihoken.workforce.careers.telling import sentences, state_in_words
    from kaihoken.workforce.careers.terms import CareerProgramme, SmallCounts
    from kaihoken.workforce.careers.timeline import Happening, Interruption, Post, Timeline

__all__ = [
    "LIFE",
    "Assessment",
    "Career",
    "CareerBook",
    "CareerKeys",
    "CareerProgramme",
    "Designation",
    "Designations",
    "Event",
    "Experience",
    "Fault",
    "Happening",
    "Interruption",
    "Judged",
    "Lacking",
    "OpenedBook",
    "Opener",
    "Post",
    "PostCount",
    "PostCounts",
    "ReadCareer",
    "Reason",
    "Reckoning",
    "Remark",
    "Resealed",
    "ShortArea",
    "ShortageAreaAccreditation",
    "SmallCounts",
    "Spell",
    "State",
    "Timeline",
    "Unnamed",
    "Wrong",
    "assess",
    "by_the_index",
    "calendar",
    "check_book",
    "counts",
    "duty_of",
    "entries",
    "judge",
    "may_manage",
    "of_plan",
    "opened_book",
    "read_careers",
    "read_designations",
    "reckon",
    "reseal",
    "sentences",
    "state_in_words",
]

if not TYPE_CHECKING:
    __getattr__ = lazily(__name__)
