"""あとで確認する人: visits whose coverage is not clear yet, until each is settled."""

from kaihoken.desk.followup.book import FollowUps, Open
from kaihoken.desk.followup.case import Call, Case, Outcome, Ticked, is_unclear
from kaihoken.desk.followup.path import PathStep, may_declare, path_of
from kaihoken.desk.followup.recheck import Half, Rechecking, half_of, numbers_of, question_of
from kaihoken.desk.followup.standing import FOLLOW_UP, Happening, Standing

__all__ = [
    "FOLLOW_UP",
    "Call",
    "Case",
    "FollowUps",
    "Half",
    "Happening",
    "Open",
    "Outcome",
    "PathStep",
    "Rechecking",
    "Standing",
    "Ticked",
    "half_of",
    "is_unclear",
    "may_declare",
    "numbers_of",
    "path_of",
    "question_of",
]
