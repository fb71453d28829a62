"""The sandbox's special numbers: a demo store plays the bad moments that a client must survive.

Which numbers these are is the demonstration's business (it passes them in); a production store plays nothing.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Literal

import msgspec

from kaihoken.coverage import Inquiry, NumberInquiry
from kaihoken.problems import Problem

Play = Literal["in-progress", "abnormal", "delay"]


class Rehearsal(msgspec.Struct, frozen=True):
    """What happens when a number is asked: 処理中, 異常終了, or an answer that comes late."""

    play: Play
    seconds: float = 0.0


Rehearse = Callable[[Inquiry], Awaitable[None]]

_SECONDS_BEFORE_AGAIN = 10  # as the words of the problem say


def rehearsing(rehearsals: Mapping[tuple[str, str], Rehearsal]) -> Rehearse:
    """A player of rehearsals, by canonical 保険者番号 and 番号. Raises Problem `oqs.in-progress` or
    `hub.rehearsed-failure`, which each carrier says in its own form; a delay only waits."""

    async def rehearse(inquiry: Inquiry) -> None:
        if not isinstance(inquiry, NumberInquiry):
            return
        rehearsal = rehearsals.get((inquiry.insurer.canonical, inquiry.canonical[1]))
        if rehearsal is None:
            return
        match rehearsal.play:
            case "delay":
                await asyncio.sleep(rehearsal.seconds)
            case "in-progress":
                raise Problem("oqs.in-progress", retry_after=_SECONDS_BEFORE_AGAIN)
            case "abnormal":
                raise Problem("hub.rehearsed-failure")

    return rehearse
