"""Which troubles there are, and into which receipts they come: each as often as any other that fits."""

from collections import deque

from kaihoken.people.receipts.case import Case, Trouble
from kaihoken.people.receipts.troubles import (
    addons,
    ages,
    changes,
    marks,
    numbers,
    payers,
    persons,
    shape,
    sums,
)

TROUBLES: tuple[Trouble, ...] = (
    *numbers.TROUBLES,
    *persons.TROUBLES,
    *ages.TROUBLES,
    *marks.TROUBLES,
    *sums.TROUBLES,
    *payers.TROUBLES,
    *shape.TROUBLES,
    *addons.TROUBLES,
    *changes.TROUBLES,
)


class Planter:
    """Plants troubles and their lawful twins in turn: the one that waited longest among those that fit a receipt."""

    def __init__(self, troubles: tuple[Trouble, ...] = TROUBLES) -> None:
        self._waiting: deque[tuple[Trouble, bool]] = deque(
            (trouble, lawful) for lawful in (False, True) for trouble in troubles
        )

    def plant(self, case: Case) -> tuple[str, str]:
        """Changes the case. The key of the trouble, and of the trouble whose twin it is: one of them, or neither."""
        for place, (trouble, lawful) in enumerate(self._waiting):
            if (trouble.allow if lawful else trouble.plant)(case):
                del self._waiting[place]
                self._waiting.append((trouble, lawful))
                return ("", trouble.key) if lawful else (trouble.key, "")
        return "", ""
