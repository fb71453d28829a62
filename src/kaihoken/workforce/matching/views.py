"""Who sees what of a matching: a doctor his own list and post, a post its own doctors, the council counts alone."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

from kaihoken.problems import Problem
from kaihoken.workforce.matching.criteria import MatchingOrder, order_at
from kaihoken.workforce.matching.posts import Market, Matching, Post
from kaihoken.workforce.matching.stable import extended_seats

K = TypeVar("K")


@dataclass(frozen=True, slots=True)
class DoctorView:
    """What a doctor sees: his list, his post and which of his wishes it was (from 1); None where there is none."""

    doctor: str
    wishes: tuple[str, ...]
    post: str | None
    wish: int | None


@dataclass(frozen=True, slots=True)
class PostView:
    """What a post sees: its seats, the criteria that order it, and its doctors. Not who else wished for it, nor where
    anybody ranked it."""

    post: str
    seats: int
    criteria: tuple[str, ...]
    doctors: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RegionCount:
    """A region in counts; None where a count is hidden."""

    region: str
    seats: int
    minimum: int
    filled: int | None


@dataclass(frozen=True, slots=True)
class CouncilView:
    """What the council (地域医療対策協議会) sees: counts, small ones hidden.

    `by_wish`: how many doctors have their first, second, … wish, and under None those with no post. `by_place`: how
    many have the first, second, … quarter of places in the order of the post where they are.
    """

    doctors: int
    extended_seats: int
    regions: tuple[RegionCount, ...]
    by_wish: Mapping[int | None, int | None]
    by_place: Mapping[int, int | None]
    suppress_below: int


def view_for_doctor(market: Market, matching: Matching, key: str) -> DoctorView:
    """Raises Problem `workforce.matching-unknown` for a key that takes no part."""
    for doctor in market.doctors:
        if doctor.key == key:
            post = matching.post_of[key]
            return DoctorView(
                key, doctor.wishes, post, None if post is None else doctor.wishes.index(post) + 1
            )
    raise Problem("workforce.matching-unknown", where=key)


def view_for_post(market: Market, matching: Matching, order: MatchingOrder, code: str) -> PostView:
    """Raises Problem `workforce.matching-unknown` for a code that is not there."""
    for post in market.posts:
        if post.code == code:
            used = [one.key for one in order.criteria if post.criteria is None or one.key in post.criteria]
            return PostView(code, post.seats, tuple(used), matching.doctors_at(code))
    raise Problem("workforce.matching-unknown", where=code)


def view_for_council(market: Market, matching: Matching, order: MatchingOrder) -> CouncilView:
    """Counts by region, by wish and by place, each hidden where it is small or could be told from the others."""
    least = order.suppress_below.value
    regions = sorted({post.region for post in market.posts})
    of_post = {post.code: post for post in market.posts}
    filled = Counter(of_post[post].region for post in matching.post_of.values() if post is not None)
    shown = hidden({region: filled[region] for region in regions}, least)
    return CouncilView(
        len(market.doctors),
        extended_seats(market),
        tuple(
            RegionCount(
                region,
                sum(post.seats for post in market.posts if post.region == region),
                market.minimum.get(region, 0),
                shown[region],
            )
            for region in regions
        ),
        hidden(_by_wish(market, matching), least),
        hidden(_by_place(market, matching, order, of_post), least),
        least,
    )


def hidden(counts: Mapping[K, int], least: int) -> dict[K, int | None]:
    """Counts with those from 1 to below `least` hidden (None), and as many of the next smallest as it takes that the
    hidden ones cannot be told from the total: they must be two or more, and together at least `least`. A 0 stands."""
    small = {key for key, count in counts.items() if 0 < count < least}
    rest = sorted((count, place, key) for place, (key, count) in enumerate(counts.items()) if count >= least)
    while small and rest and (len(small) < 2 or sum(counts[key] for key in small) < least):
        small.add(rest.pop(0)[2])
    return {key: None if key in small else count for key, count in counts.items()}


def _by_wish(market: Market, matching: Matching) -> dict[int | None, int]:
    longest = max((len(doctor.wishes) for doctor in market.doctors), default=0)
    counts: dict[int | None, int] = dict.fromkeys(range(1, longest + 1), 0)
    counts[None] = 0
    for doctor in market.doctors:
        post = matching.post_of[doctor.key]
        counts[None if post is None else doctor.wishes.index(post) + 1] += 1
    return counts


def _by_place(
    market: Market, matching: Matching, order: MatchingOrder, of_post: Mapping[str, Post]
) -> dict[int, int]:
    counts = dict.fromkeys((1, 2, 3, 4), 0)
    for post in of_post.values():
        places = {doctor: place for place, doctor in enumerate(order_at(post, market, order))}
        for doctor in matching.doctors_at(post.code):
            counts[1 + 4 * places[doctor] // len(places)] += 1
    return counts
