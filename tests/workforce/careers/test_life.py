"""The life of a participant: every edge of the table, and that nothing else can happen."""

from kaihoken.workforce.careers.life import COUNTS, LIFE, State

from ...stepping import check_edges

EDGES = {
    ("enrolled", "begin"): "working",
    ("enrolled", "leave"): "left",
    ("working", "pause"): "paused",
    ("working", "breach"): "in-breach",
    ("working", "leave"): "left",
    ("working", "complete"): "completed",
    ("paused", "resume"): "working",
    ("paused", "breach"): "in-breach",
    ("paused", "leave"): "left",
    ("in-breach", "remedy"): "working",
    ("in-breach", "leave"): "left",
}


def test_every_step_is_as_written_here_and_no_other() -> None:
    check_edges(LIFE, EDGES)
    assert {state.value for state in LIFE.ends} == {"left", "completed"}


def test_days_count_in_work_alone() -> None:
    assert {State.WORKING} == COUNTS
