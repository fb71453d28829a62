"""Helper processes that make blocks of people into rows, a few blocks ahead of whoever stores them."""

import asyncio
import gc
import multiprocessing
import os
import signal
from collections import deque
from collections.abc import AsyncGenerator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from datetime import datetime

import msgspec

from kaihoken.coverage import CommitSequence
from kaihoken.identity import NORMALISATION_VERSION
from kaihoken.people.nation import Nation
from kaihoken.people.plan import Plan
from kaihoken.people.rows import Rows, table_rows
from kaihoken.problems import Problem
from kaihoken.store import KeyProvider, LookupKey

BLOCKS_PER_SLICE = 10
"""Blocks in one commit: 50,000 people."""

_AHEAD = 4
"""Blocks made ahead per process: enough to work on while a slice is being written, little enough to hold in memory."""

_FEW = 2
"""Nations of so few blocks are made in this process: starting another takes longer."""


@dataclass(frozen=True, slots=True)
class Order:
    """What the rows of a nation need beside its plan. Person number `first_no` is the first one; the slices are
    committed one after another from `first_commit` on."""

    plan: Plan
    first_no: int
    first_commit: CommitSequence
    recorded_at: datetime

    @property
    def slices(self) -> int:
        return -(-self.plan.blocks // BLOCKS_PER_SLICE)

    def commit(self, block: int) -> CommitSequence:
        """The commit in which a block is stored."""
        return CommitSequence(self.first_commit + block // BLOCKS_PER_SLICE)


class Maker:
    """Makes blocks into rows, in whichever process it is."""

    def __init__(self, order: Order, keys: KeyProvider) -> None:
        self._order = order
        self._nation = Nation(order.plan)
        self._lookup: LookupKey = keys.lookup_keys(NORMALISATION_VERSION)[0]

    def rows(self, block: int) -> Rows:
        """The rows of one block."""
        order = self._order
        first = order.first_no + order.plan.block(block).start
        people = self._nation.block(block)
        return table_rows(people, first, order.commit(block), order.recorded_at, self._lookup)


async def made(order: Order, keys: KeyProvider, processes: int | None = None) -> AsyncGenerator[Rows, None]:
    """The rows of every block in order.

    `processes` is how many helpers work (default: one per processor); 0 works in this process. `keys` must survive
    pickling, because helpers hash numbers themselves. Close it (`aclosing`) when leaving early. Raises Problem
    `people.helper-lost`.
    """
    blocks = order.plan.blocks
    helpers = processes if processes is not None else (os.cpu_count() or 1) if blocks > _FEW else 0
    if helpers == 0:
        maker = Maker(order, keys)
        for block in range(blocks):
            yield maker.rows(block)
        return
    pool = ProcessPoolExecutor(
        helpers, multiprocessing.get_context("spawn"), initializer=_settle_in, initargs=(order, keys)
    )
    try:
        waiting: deque[asyncio.Future[bytes]] = deque()
        asked = 0
        for _ in range(blocks):
            while asked < blocks and len(waiting) < max(helpers * _AHEAD, BLOCKS_PER_SLICE):
                waiting.append(asyncio.wrap_future(pool.submit(_make, asked)))
                asked += 1
            yield _decode(await waiting.popleft())
    except BrokenProcessPool as error:
        raise Problem("people.helper-lost") from error
    finally:
        pool.shutdown(cancel_futures=True)


_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(Rows).decode

_maker: list[Maker] = []
"""The maker of this helper process."""


def _settle_in(order: Order, keys: KeyProvider) -> None:
    # Ctrl-C is for the process that waits; it tells the helpers.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _maker.append(Maker(order, keys))
    # The tables stay for good: the garbage collector need not walk them.
    gc.freeze()


def _make(block: int) -> bytes:
    return _encode(_maker[0].rows(block))
