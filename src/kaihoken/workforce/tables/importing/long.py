"""縦長の表: what an importer reads, one figure a record, whatever the sheet looked like."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kaihoken.workforce.tables.catalogue import Entry
from kaihoken.workforce.tables.importing.cells import Absent

Texts = npt.NDArray[np.str_]
Floats = npt.NDArray[np.float64]
Kinds = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True, eq=False)
class LongTable:
    """The figures of one table of the catalogue. Record i: `keys[dimension][i]` say what it is of ("place" and
    "measure", then those of the entry: "sex", "age", "year", "kind", "second"), `values[i]` the figure, NaN where it
    is absent, and `absent[i]` why (`Absent`). An age "total" is the printed sum, of all ages."""

    entry: Entry
    keys: Mapping[str, Texts]
    values: Floats
    absent: Kinds

    def __len__(self) -> int:
        return len(self.values)

    def labels(self, key: str) -> tuple[str, ...]:
        """What stands in a key, in order of appearance."""
        return tuple(dict.fromkeys(self.keys[key].tolist()))

    def grid(self, by: Sequence[tuple[str, Sequence[str]]], **fixed: str) -> tuple[Floats, Kinds]:
        """The figures as an array: one axis for each key of `by` with its labels in their order, at the `fixed` keys.

        NaN and `Absent.BLANK` where the table has no record.
        """
        chosen = np.ones(len(self), dtype=np.bool_)
        for key, value in fixed.items():
            chosen &= self.keys[key] == value
        positions = []
        for key, labels in by:
            order = {text: position for position, text in enumerate(labels)}
            position = np.array([order.get(text, -1) for text in self.keys[key].tolist()], dtype=np.intp)
            chosen &= position >= 0
            positions.append(position)
        shape = tuple(len(labels) for _, labels in by)
        values, absent = np.full(shape, np.nan), np.full(shape, Absent.BLANK, dtype=np.uint8)
        at = tuple(position[chosen] for position in positions)
        values[at] = self.values[chosen]
        absent[at] = self.absent[chosen]
        return values, absent
