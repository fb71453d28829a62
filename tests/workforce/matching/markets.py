"""Markets of doctors and posts, small enough to try everything."""

from datetime import date

from hypothesis import strategies as st

from kaihoken import rules
from kaihoken.workforce.matching import Doctor, Facts, Market, MatchingOrder, Post

ORDER = rules.load(MatchingOrder, on=date(2026, 11, 21))


def a_doctor(key: str, *wishes: str, **facts: Facts) -> Doctor:
    return Doctor(key, wishes, facts)


def a_market(
    doctors: list[Doctor],
    posts: list[Post],
    minimum: dict[str, int] | None = None,
    lottery: str = "架空のくじ",
) -> Market:
    return Market(tuple(doctors), tuple(posts), minimum or {}, lottery)


@st.composite
def markets(
    draw: st.DrawFn, *, most_doctors: int = 5, most_posts: int = 4, everywhere: bool = False
) -> Market:
    """Any lists, facts, seats and minimums; `everywhere`: all name all posts."""
    posts = [
        Post(f"P{number}", draw(st.sampled_from(["town", "village", "island"])), draw(st.integers(0, 3)))
        for number in range(draw(st.integers(1, most_posts)))
    ]
    codes = [post.code for post in posts]
    regions = sorted({post.region for post in posts})
    facts = st.builds(
        Facts,
        duty=st.booleans(),
        returning=st.booleans(),
        home_minutes=st.sampled_from([None, 10.0, 50.0, 55.0]),
    )
    doctors = []
    for number in range(draw(st.integers(0, most_doctors))):
        wishes = draw(st.permutations(codes))
        named = len(codes) if everywhere else draw(st.integers(0, len(codes)))
        doctors.append(
            Doctor(f"d{number}", tuple(wishes[:named]), {region: draw(facts) for region in regions})
        )
    minimum = {region: draw(st.integers(0, 3)) for region in regions if draw(st.booleans())}
    return a_market(doctors, posts, minimum, draw(st.sampled_from(["a", "b", "c"])))
