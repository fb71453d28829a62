"""What a counter is told when a question came to nothing: what to do there, in place of the words of who integrates."""

from typing import Final

from kaihoken.coverage.client import HubProblem
from kaihoken.desk.line.line import heard_of
from kaihoken.desk.line.standing import UNTRUSTED, WRONG_CLOCK, Heard
from kaihoken.problems import Problem

_BY_CODE: Final = {WRONG_CLOCK: "desk.clock-wrong", UNTRUSTED: "desk.hub-certificate"}
_BY_HEARD: Final = {Heard.NOTHING: "desk.hub-silent", Heard.FAULT: "desk.hub-fault"}
_FULL: Final = "store.full"


def at_counter(problem: Problem) -> Problem:
    """The problem as it is said at a counter; itself where it is about what was asked or typed. A full disk is this
    PC's, unless the hub says it: then it is the hub that is out of order."""
    if not isinstance(problem, HubProblem):
        return Problem("desk.disk-full") if problem.code == _FULL else problem
    code = _BY_CODE.get(problem.code) or _BY_HEARD.get(heard_of(problem), "")
    return Problem(code) if code else problem
