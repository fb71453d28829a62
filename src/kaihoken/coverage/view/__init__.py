"""An answer for people at a counter: what stands largest, what to do, the line to copy, the tables. Pure.

Its parts of a page are `templates/answer_parts.html` of this room, its words those of this room (`c(…)` in templates).
"""

from typing import TYPE_CHECKING

from kaihoken.faces import lazily

if TYPE_CHECKING:
    from kaihoken.coverage.view.again import retold
    from kaihoken.coverage.view.facts import Fact, Group, as_read, asked_facts, label, reading_of
    from kaihoken.coverage.view.page import STATES, AnswerView, Compared, Step, state_of, view_of
    from kaihoken.coverage.view.question_form import (
        EMPTY,
        FIELDS,
        PATIENT,
        PRESENTED,
        Typed,
        check_of,
        filled_with,
        typed,
    )

__all__ = [
    "EMPTY",
    "FIELDS",
    "PATIENT",
    "PRESENTED",
    "STATES",
    "AnswerView",
    "Compared",
    "Fact",
    "Group",
    "Step",
    "Typed",
    "as_read",
    "asked_facts",
    "check_of",
    "filled_with",
    "label",
    "reading_of",
    "retold",
    "state_of",
    "typed",
    "view_of",
]

if not TYPE_CHECKING:
    __getattr__ = lazily(__name__)
