"""What a hub says of a list (一括照会): that it was received, how far it is, and one line for each row."""

from datetime import datetime
from typing import Literal

import msgspec

from kaihoken.coverage.answer import Answer
from kaihoken.coverage.client.problem import Told


class ListReceived(msgspec.Struct, frozen=True):
    """受付: the list stands whole."""

    reception_number: str
    received_at: datetime
    items: int


class ListStatus(msgspec.Struct, frozen=True):
    """How far it is. `normal` and `errors` are rows that were answered."""

    reception_number: str
    state: Literal["received", "working", "done", "refused"]
    items: int
    normal: int
    errors: int


class ListResult(msgspec.Struct, frozen=True):
    """One row: its line in the list, the id that was sent with it, and an answer or a problem."""

    line: int
    id: str = ""
    answer: Answer | None = None
    answer_hash: str = ""
    problem: Told | None = None


class ListPage(msgspec.Struct, frozen=True):
    """At most a thousand rows. `next` is the cursor of the page after it, "" at the end."""

    rows: tuple[ListResult, ...]
    next: str = ""
