"""キャリア形成プログラム: timelines of duty, what of it is done, the accreditation of work in short areas, and the
sealed book of names."""

from kaihoken.workforce.careers.accreditation import (
    Assessment,
    Experience,
    Interruption,
    Lacking,
    ShortageAreaAccreditation,
    Spell,
    assess,
    may_manage,
)
from kaihoken.workforce.careers.book import Career, CareerBook, Opener, Role
from kaihoken.workforce.careers.checking import Fault, Wrong, check_book
from kaihoken.workforce.careers.counting import PostCount, PostCounts, counts
from kaihoken.workforce.careers.designation import Designation, Designations, ShortArea, of_plan
from kaihoken.workforce.careers.diary import calendar, entries
from kaihoken.workforce.careers.life import LIFE, Event, State
from kaihoken.workforce.careers.reckoning import Reason, Reckoning, Remark, reckon
from kaihoken.workforce.careers.sealing import CareerKeys
from kaihoken.workforce.careers.terms import CareerProgramme, SmallCounts
from kaihoken.workforce.careers.timeline import Happening, Post, Timeline

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
    "Lacking",
    "Opener",
    "Post",
    "PostCount",
    "PostCounts",
    "Reason",
    "Reckoning",
    "Remark",
    "Role",
    "ShortArea",
    "ShortageAreaAccreditation",
    "SmallCounts",
    "Spell",
    "State",
    "Timeline",
    "Wrong",
    "assess",
    "calendar",
    "check_book",
    "counts",
    "entries",
    "may_manage",
    "of_plan",
    "reckon",
]
