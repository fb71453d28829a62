"""The right edge of the stored tree: what the tiles hold that are not full yet, and the rows of those that fill."""

from kaihoken.audit import merkle
from kaihoken.audit.batch import leaves_of
from kaihoken.audit.log import TILE_BITS, TILE_WIDTH, Log

TileRow = tuple[int, int, bytes, bytes]
"""level, position, 256 hashes, their root: a row of `log_tile`."""


class Edge:
    """The hashes of the last tile of each level, kept in memory by whoever appends."""

    def __init__(self, size: int, levels: list[list[bytes]]) -> None:
        self._size = size
        self._levels = levels

    @classmethod
    async def read(cls, log: Log, size: int) -> "Edge":
        """The edge of the log's first `size` batches. Problem `audit.damaged` when a part is missing."""
        levels: list[list[bytes]] = []
        level = 0
        while level == 0 or size >> (TILE_BITS * level):
            hashes = await log.tile_hashes(level, size >> (TILE_BITS * (level + 1)))
            levels.append(leaves_of(hashes) if hashes else [])
            level += 1
        return cls(size, levels)

    def filled_by(self, leaf: bytes) -> list[TileRow]:
        """The tiles that one more leaf fills, without appending it: most often none."""
        rows: list[TileRow] = []
        carry = leaf
        for level, hashes in enumerate(self._levels):
            if len(hashes) < TILE_WIDTH - 1:
                break
            full = [*hashes, carry]
            carry = merkle.root(full)
            rows.append((level, self._size >> (TILE_BITS * (level + 1)), b"".join(full), carry))
        return rows

    def append(self, leaf: bytes, filled: list[TileRow]) -> None:
        """Takes the leaf in, with the rows that `filled_by` gave for it, once all of it is durable."""
        level, carry = 0, leaf
        for full, _, _, root in filled:
            self._levels[full].clear()
            level, carry = full + 1, root
        if level == len(self._levels):
            self._levels.append([])
        self._levels[level].append(carry)
        self._size += 1
