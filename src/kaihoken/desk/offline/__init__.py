"""回線が切れている間の書きとめ: what was seen while the hub could not be asked, and its settlement afterwards."""

from kaihoken.desk.offline.entries import SETTLE, Entries
from kaihoken.desk.offline.entry import (
    ENTRY,
    Decision,
    Difference,
    Entry,
    EntryEvent,
    EntryState,
    Seen,
    TakenDown,
)

__all__ = [
    "ENTRY",
    "SETTLE",
    "Decision",
    "Difference",
    "Entries",
    "Entry",
    "EntryEvent",
    "EntryState",
    "Seen",
    "TakenDown",
]
