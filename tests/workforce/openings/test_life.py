"""The procedure of an opening: every edge of the table, and that nothing else can happen."""

from kaihoken.workforce.openings.life import LIFE

from ...stepping import check_edges

WITHDRAWABLE = ("notified", "invited", "requested", "refused", "explained", "recommended", "published")
ACCEPTABLE = ("requested", "refused", "explained", "recommended", "published")
EDGES = {
    ("notified", "invite"): "invited",
    ("invited", "request"): "requested",
    ("invited", "close"): "closed",
    ("requested", "refuse"): "refused",
    ("refused", "explain"): "explained",
    ("explained", "recommend"): "recommended",
    ("recommended", "publish"): "published",
    ("published", "shorten"): "designation-shortened",
    **{(state, "withdraw"): "withdrawn" for state in WITHDRAWABLE},
    **{(state, "accept"): "accepted" for state in ACCEPTABLE},
}


def test_every_step_is_as_written_here_and_four_are_ends() -> None:
    check_edges(LIFE, EDGES)
    assert {state.value for state in LIFE.ends} == {
        "closed",
        "accepted",
        "designation-shortened",
        "withdrawn",
    }
