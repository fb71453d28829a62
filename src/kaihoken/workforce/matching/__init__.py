"""マッチング: doctors to posts, stable, with regional minimum quotas; each sees only its own, the council counts."""

from kaihoken.workforce.matching.criteria import ALLOWED, Criterion, MatchingOrder, lot, order_at
from kaihoken.workforce.matching.posts import Doctor, Facts, Market, Matching, Post
from kaihoken.workforce.matching.reading import EXAMPLE_ROUND, ROUND_FILES, ReadRound, read_round
from kaihoken.workforce.matching.stable import declined, extended_seats, match, regular_seats
from kaihoken.workforce.matching.views import (
    CouncilView,
    DoctorView,
    PostView,
    RegionCount,
    hidden,
    view_for_council,
    view_for_doctor,
    view_for_post,
)

__all__ = [
    "ALLOWED",
    "EXAMPLE_ROUND",
    "ROUND_FILES",
    "CouncilView",
    "Criterion",
    "Doctor",
    "DoctorView",
    "Facts",
    "Market",
    "Matching",
    "MatchingOrder",
    "Post",
    "PostView",
    "ReadRound",
    "RegionCount",
    "declined",
    "extended_seats",
    "hidden",
    "lot",
    "match",
    "order_at",
    "read_round",
    "regular_seats",
    "view_for_council",
    "view_for_doctor",
    "view_for_post",
]
