"""The orders of a running desk: each is carried on a step at a time, and a step that is done stands in the safe."""

import asyncio
import secrets
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta

import msgspec

from kaihoken.clock import Clock
from kaihoken.coverage.client import AsyncHub, HubProblem, ListResult, NumberRow, Told
from kaihoken.desk.checked import By, Checked
from kaihoken.desk.line import Line
from kaihoken.desk.orders.order import Order, OrderEvent, OrderState, Why, why
from kaihoken.desk.safe import Drop, Put, Safe

SHELF = "order"
_KEPT_DAYS = 31
_NOT_OF_THE_LIST = frozenset({401, 403, 408, 425})
"""Statuses that speak of the line or the desk; another refusal below 500 speaks of the list itself."""
_FORGOTTEN = "coverage.bulk-unknown"
_TOO_MANY = 429

Keep = Callable[[Order, Sequence[ListResult], Put], None]
"""Writes the answers of an order down together with the `Put` of the order, in one transaction."""


class Orders:
    """The lists of one desk."""

    def __init__(self, safe: Safe, hub: AsyncHub, line: Line, clock: Clock) -> None:
        """Reads those that are kept. Problem `desk.safe-broken`."""
        self._safe = safe
        self._hub = hub
        self._line = line
        self._clock = clock
        self._all = {one.key: one for one in safe.all(SHELF, Order)}
        self._turn = asyncio.Lock()  # a button and the clock may want the same step at once
        self._forget()

    def get(self, key: str) -> Order | None:
        """The order of that key, while it is kept."""
        return self._all.get(key)

    def newest(self, about: str, day: date) -> Order | None:
        """The order that was drawn last for that day."""
        those = [one for one in self._all.values() if one.about == about and one.day == day]
        return max(those, key=lambda one: one.drawn_at, default=None)

    def open(self, about: str) -> Order | None:
        """The first order of which something is still to come."""
        those = [one for one in self._all.values() if one.about == about and one.is_open]
        return min(those, key=lambda one: one.drawn_at, default=None)

    def draw(
        self,
        about: str,
        day: date,
        rows: Sequence[NumberRow],
        left_out: Sequence[tuple[str, Why]] = (),
        *,
        staff: str = "",
        key: str = "",
        beside: Sequence[Put | Drop] = (),
    ) -> Order:
        """Write an order down, with what belongs to the same event, under `key` or one of its own. Without rows nothing
        is asked: it is kept as one that has ended. Problem `store.full`."""
        now = self._clock.now()
        order = Order(
            key=key or new_key(),
            about=about,
            day=day,
            drawn_at=now,
            rows=tuple(rows),
            left_out=tuple(left_out),
            asked=len(rows),
            staff=staff,
            state=OrderState.DRAWN if rows else OrderState.KEPT,
            ended_at=None if rows else now,
        )
        self._safe.write([_put(order), *beside])
        self._all[order.key] = order
        return order

    async def step(self, key: str, keep: Keep) -> Order:
        """Carry an order one step on: send it, or look whether it is answered and then keep the answers. One that has
        ended stays as it is. Raises the HubProblems of the line: then it stands where it stood."""
        async with self._turn:
            order = self._all[key]
            try:
                if order.state is OrderState.DRAWN:
                    sent = await self._line.asked(self._hub.send_list(order.rows, order.key))
                    return self._write(order.received(sent.reception_number))
                if order.state is OrderState.SENT:
                    return await self._look(order, keep)
            except HubProblem as problem:
                return self._refused(order, problem)
            return order

    async def _look(self, order: Order, keep: Keep) -> Order:
        status = await self._line.asked(self._hub.list_status(order.reception_number))
        if status.state == "refused":
            return self._write(order.ended(OrderEvent.REFUSE, self._clock.now(), _told(status.problem)))
        if status.state != "done":
            return order
        results = await self._line.asked(self._fetched(order))
        problems = [(one.id, told) for one in results if (told := _told(one.problem)) is not None]
        ended = msgspec.structs.replace(
            order.ended(OrderEvent.ANSWERED, self._clock.now()), left_out=(*order.left_out, *problems)
        )
        keep(ended, results, _put(ended))
        self._all[ended.key] = ended
        return ended

    async def _fetched(self, order: Order) -> list[ListResult]:
        return [one async for one in self._hub.list_results(order.reception_number)]

    def _refused(self, order: Order, problem: HubProblem) -> Order:
        """What a refusal does to an order; raised again where it speaks of the line."""
        if problem.code == _FORGOTTEN and order.state is OrderState.SENT:
            return self._write(order.ended(OrderEvent.FORGOTTEN, self._clock.now(), why(problem)))
        of_the_list = 400 <= problem.status < 500 and problem.status not in {*_NOT_OF_THE_LIST, _TOO_MANY}
        if not of_the_list or problem.code == "store.in_progress":
            raise problem
        return self._write(order.ended(OrderEvent.REFUSE, self._clock.now(), why(problem)))

    def _write(self, order: Order) -> Order:
        self._safe.write([_put(order)])
        self._all[order.key] = order
        return order

    def _forget(self) -> None:
        before = self._clock.today() - timedelta(days=_KEPT_DAYS)
        old = [key for key, one in self._all.items() if one.day < before and not one.is_open]
        if old:
            self._safe.write([Drop(SHELF, key) for key in old])
            for key in old:
                del self._all[key]


def new_key() -> str:
    """A key that no other order has."""
    return secrets.token_urlsafe(24)


def row_checked(result: ListResult, now: datetime, staff: str) -> Checked | None:
    """The answer in a row of a list as it is kept; None where the row has a problem."""
    if result.answer is None:
        return None
    return Checked(
        at=result.answered_at or now,
        by=By.LIST,
        answer=result.answer,
        answer_hash=result.answer_hash,
        receipt="",
        staff=staff,
    )


def _told(problem: Told | None) -> Why | None:
    """What a hub says of a row or of a list."""
    return None if problem is None else Why(problem.code, problem.title_ja or problem.title, problem.title)


def _put(order: Order) -> Put:
    return Put(SHELF, order.key, order)
