"""An answer for people at a counter: what stands largest, what to do, the line to copy, the tables. Pure.

Its parts of a page are `templates/answer_parts.html` of this room, its words those of this room (`c(…)` in templates).
"""

from kaihoken.coverage.view.facts import Fact, Group, as_read, asked_facts, label, reading_of
from kaihoken.coverage.view.page import STATES, AnswerView, Compared, Step, state_of, view_of

__all__ = [
    "STATES",
    "AnswerView",
    "Compared",
    "Fact",
    "Group",
    "Step",
    "as_read",
    "asked_facts",
    "label",
    "reading_of",
    "state_of",
    "view_of",
]
