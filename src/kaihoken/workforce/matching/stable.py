"""Doctors to posts: deferred acceptance with seats and regional minimum quotas, doctors proposing.

Seats of a region up to its minimum are regular; above all regions stand so many extended seats as there are doctors
left when every minimum is met. A region above its minimum uses them up. That is extended-seat deferred acceptance
(Fragiadakis, Iwasaki, Troyan, Ueda & Yokoo, ACM TEAC 4(1), 2016) for regions (Goto, Iwasaki, Kawasaki, Kurata, Yasuda &
Yokoo, Artificial Intelligence 235, 2016: RSDA-RQ). The sets of contracts that fit these seats form a matroid, from
which the posts choose greedily in one common order; so the choice is substitutable, more proposals never mean fewer
accepted, and the result is stable for it and strategy-proof for doctors (Hatfield & Milgrom 2005; Kojima, Tamura &
Yokoo, JET 176, 2018).

What is promised, and tested:
- nobody is sent to a post that he did not name, and no list other than one's true one ever gets a better post;
- nobody whom a doctor precedes at a post that he prefers has that post (no justified envy);
- where a preferred post has a free seat, its region has its minimum and the extended seats are used up: the minimum of
  others is what stands against it;
- where there are doctors enough, and all name all posts, every region has its minimum. Where lists decline a region,
its
  minimum may stay unmet: no mechanism that lets everybody decline and is strategy-proof can promise more. (Two doctors
  who prefer a town to a village that should have one: whoever declines the village gets the town.)
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

from kaihoken.workforce.matching.criteria import MatchingOrder, lot, order_at
from kaihoken.workforce.matching.posts import Market, Matching

_Contract = tuple[str, str]
"""A doctor's key and a post's code."""


def match(market: Market, order: MatchingOrder) -> Matching:
    """The matching of a market. Time: each doctor proposes to each wish at most once. Raises Problem
    `workforce.matching-criterion`."""
    places = _common_order(market, order)
    region = {post.code: post.region for post in market.posts}
    seats = {post.code: post.seats for post in market.posts}
    regular = regular_seats(market)
    extended = extended_seats(market)
    wishes = {doctor.key: doctor.wishes for doctor in market.doctors}
    next_wish = dict.fromkeys(wishes, 0)
    held: list[_Contract] = []
    proposing = [doctor for doctor in wishes if wishes[doctor]]
    while proposing:
        offers = [(doctor, wishes[doctor][next_wish[doctor]]) for doctor in proposing]
        ordered = sorted([*held, *offers], key=places.__getitem__)
        held = _chosen(ordered, region, seats, regular, extended)
        proposing = []
        for doctor, _ in set(ordered) - set(held):
            next_wish[doctor] += 1
            if next_wish[doctor] < len(wishes[doctor]):
                proposing.append(doctor)
    posts = dict(held)
    unconfirmed = ("suppress_below",) if order.suppress_below.status != "confirmed" else ()
    return Matching({doctor: posts.get(doctor) for doctor in wishes}, extended, market.lottery, unconfirmed)


def declined(market: Market, order: MatchingOrder, doctors: tuple[str, ...]) -> tuple[Market, Matching]:
    """The matching again after doctors declined what they were offered, which they always may: they take no part, all
    others' lists stand as they are. Returns the market that it was run for."""
    left = tuple(doctor for doctor in market.doctors if doctor.key not in doctors)
    again = replace(market, doctors=left)
    return again, match(again, order)


def regular_seats(market: Market) -> Mapping[str, int]:
    """The seats of each region that count for its minimum: the minimum, at most the seats that there are."""
    offered: Counter[str] = Counter()
    for post in market.posts:
        offered[post.region] += post.seats
    return {region: min(market.minimum.get(region, 0), seats) for region, seats in offered.items()}


def extended_seats(market: Market) -> int:
    """The seats beyond all minimums: as many as doctors can be left for them. Fixed before any list is read."""
    most = min(len(market.doctors), sum(post.seats for post in market.posts))
    return max(0, most - sum(regular_seats(market).values()))


def _common_order(market: Market, order: MatchingOrder) -> Mapping[_Contract, tuple[int, str, str]]:
    """All contracts in one order that keeps each post's own: first everybody's place at the post, then the post's
    lot."""
    return {
        (doctor, post.code): (place, lot(market.lottery, post.code), post.code)
        for post in market.posts
        for place, doctor in enumerate(order_at(post, market, order))
    }


def _chosen(
    ordered: list[_Contract],
    region: Mapping[str, str],
    seats: Mapping[str, int],
    regular: Mapping[str, int],
    extended: int,
) -> list[_Contract]:
    """The contracts that fit, taken in order."""
    at_post: Counter[str] = Counter()
    in_region: Counter[str] = Counter()
    left = extended
    found = []
    for contract in ordered:
        post = contract[1]
        place = region[post]
        if at_post[post] >= seats[post]:
            continue
        if in_region[place] >= regular[place]:
            if left == 0:
                continue
            left -= 1
        at_post[post] += 1
        in_region[place] += 1
        found.append(contract)
    return found
