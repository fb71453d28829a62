"""The four steps of a bulk job (一括照会): 要求, 受付, 処理中, 結果, as one table. Pure: no clock and no store.

A job begins with a list that arrives in parts. Only when the list stands whole is it received (受付) and given its
number; then its parts are answered one after the other (処理中) until there are results (結果). A list that breaks off
leaves nothing. A job that may not be answered any more is refused as a whole; results are forgotten after some days.

Everything that holds a job (`store`, `working`, `reception`) asks `LIFE` what follows; the drawing in docs/bulk.md is
made from the same table.
"""

from enum import StrEnum
from typing import Final

from kaihoken.transitions import Transitions


class State(StrEnum):
    """Where a job stands. The value is how the store and our JSON write it."""

    ARRIVING = "arriving"  # 要求: parts of the list come in; it has no number that anybody knows
    RECEIVED = "received"  # 受付: the whole list stands and the asker has the reception number
    WORKING = "working"  # 処理中: some parts are answered, others are not
    DONE = "done"  # 結果: every part is answered
    REFUSED = "refused"  # as a whole: what was not answered will not be
    FORGOTTEN = "forgotten"  # nothing of it stands, and its number is known no more


class Event(StrEnum):
    """What happens to a job."""

    PART_ARRIVES = "part-arrives"
    LIST_IS_WHOLE = "list-is-whole"
    BREAKS_OFF = "breaks-off"  # the sender leaves, the list cannot be read, or the hub dies
    PART_ANSWERED = "part-answered"
    LAST_PART_ANSWERED = "last-part-answered"
    REFUSE = "refuse"  # who asked may not ask any more
    FETCH = "fetch"  # results leave
    FORGET = "forget"  # the days for which results are kept are over


LIFE: Final = Transitions(
    State.ARRIVING,
    {
        State.ARRIVING: {
            Event.PART_ARRIVES: State.ARRIVING,
            Event.LIST_IS_WHOLE: State.RECEIVED,
            Event.BREAKS_OFF: State.FORGOTTEN,
        },
        State.RECEIVED: {
            Event.PART_ANSWERED: State.WORKING,
            Event.LAST_PART_ANSWERED: State.DONE,
            Event.REFUSE: State.REFUSED,
        },
        State.WORKING: {
            Event.PART_ANSWERED: State.WORKING,
            Event.LAST_PART_ANSWERED: State.DONE,
            Event.REFUSE: State.REFUSED,
        },
        State.DONE: {Event.FETCH: State.DONE, Event.FORGET: State.FORGOTTEN},
        State.REFUSED: {Event.FORGET: State.FORGOTTEN},
        State.FORGOTTEN: {},
    },
)
"""From where to where, and by what."""

OPEN: Final = frozenset({State.RECEIVED, State.WORKING})
"""Something of the job waits to be answered."""

ENDED: Final = frozenset({State.DONE, State.REFUSED, State.FORGOTTEN})
"""Nothing of the job will be answered any more."""
