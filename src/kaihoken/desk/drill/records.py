"""The drills of a desk, in its safe."""

from typing import Final

from kaihoken.desk.drill.walk import DrillRecord
from kaihoken.desk.safe import Put, Safe

SHELF: Final = "drill"


class Drills:
    """What is kept of them: small, and read when somebody looks."""

    def __init__(self, safe: Safe) -> None:
        self._safe = safe

    def all(self) -> list[DrillRecord]:
        """Every drill, the newest first. Problem `desk.safe-broken`."""
        return sorted(self._safe.all(SHELF, DrillRecord), key=lambda one: one.began, reverse=True)

    def keep(self, record: DrillRecord) -> None:
        """Write one down. Problem `store.full`."""
        self._safe.write([Put(SHELF, record.drill, record)])
