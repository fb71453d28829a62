"""Tomorrow's list: which day it is of, when it is asked, and what is kept of its answers."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import date, time, timedelta
from typing import Final

from kaihoken.clock import TOKYO, Clock, tokyo_day
from kaihoken.coverage.client import ListResult, NumberRow
from kaihoken.desk.asking import check_of_file
from kaihoken.desk.day import Day, Source, Visit
from kaihoken.desk.evening.expecting import expected_of
from kaihoken.desk.events import Events
from kaihoken.desk.orders import Order, Orders, OrderState, Why, row_checked, why
from kaihoken.desk.papers import prechecked_list
from kaihoken.desk.patients import Patients
from kaihoken.desk.safe import Put
from kaihoken.paper import Paper, Printing
from kaihoken.problems import Problem

EVENING: Final = "evening"
"""What an order of tomorrow's list is about."""

_DAYS_AHEAD = 7
_SHRED_AFTER = timedelta(days=1)
"""The paper is of use on its day; on the next it goes."""

_BUSY, _QUIET = 0.5, 30.0
"""Seconds between looks: while a list is being answered, and otherwise."""


class Evening:
    """Asks for tomorrow's list of one desk. `at` is the time of day in Tokyo from which it does so by itself, None for
    never; `trouble` is what stopped it last, None while nothing did."""

    def __init__(
        self, orders: Orders, day: Day, patients: Patients, clock: Clock, events: Events, at: time | None
    ) -> None:
        self._orders = orders
        self._day = day
        self._patients = patients
        self._clock = clock
        self._events = events
        self._at = at
        self.trouble: Problem | None = None

    def of(self, day: date) -> Order | None:
        """The list that was drawn last for a day."""
        return self._orders.newest(EVENING, day)

    def next_day(self) -> date:
        """The day that is to be asked about next: see `next_list_day`."""
        return next_list_day(self._clock.today(), lambda day: bool(self._expected(day)))

    def due(self) -> date | None:
        """The day about which a list is to be asked now by itself, once: in the evening the next day with appointments;
        before that today, where the evening was missed and nobody of today's list was asked yet."""
        if self._at is None:
            return None
        today = self._clock.today()
        late = self._clock.now().astimezone(TOKYO).time() >= self._at
        day = self.next_day() if late else today
        expected = self._expected(day)
        missed = late or not any(one.checks for one in expected)
        return day if expected and missed and self.of(day) is None else None

    def ask(self, day: date, staff: str = "") -> Order:
        """The order for a day: the one that is under way, or a new one of everybody who is expected. Nothing is sent
        yet. Problem `store.full`."""
        under_way = self.of(day)
        if under_way is not None and under_way.is_open:
            return under_way
        rows: list[NumberRow] = []
        left_out: list[tuple[str, Why]] = []
        for visit in self._expected(day):
            row = self._row(visit)
            if isinstance(row, NumberRow):
                rows.append(row)
            else:
                left_out.append((visit.visit, row))
        order = self._orders.draw(EVENING, day, rows, left_out, staff=staff)
        self._events.bump("day")
        return order

    async def step(self, order: Order) -> Order:
        """Carry the order one step on. Raises as `Orders.step`."""
        after = await self._orders.step(order.key, self._keep)
        if after.state is not order.state:
            self._events.bump("day")
        return after

    async def carry_on(self) -> bool:
        """One step of what is due or under way; whether more of it is to come. Raises as `step`."""
        order = self._orders.open(EVENING)
        if order is None:
            day = self.due()
            if day is None:
                return False
            order = self.ask(day)
        after = await self.step(order)
        if after.state is OrderState.LOST and after.day >= self._clock.today():
            after = self.ask(after.day, after.staff)
        return after.is_open

    def paper(self, day: date, printing: Printing) -> Paper:
        """The list of a day to print, as it is known now. Problems of papers."""
        order = self.of(day)
        confirmed_on = tokyo_day(order.drawn_at) if order is not None else self._clock.today()
        rows = [expected_of(one, self._patients.get(one.patient), confirmed_on) for one in self._day.of(day)]
        return prechecked_list(day, rows, printing, shred_by=day + _SHRED_AFTER, confirmed_on=confirmed_on)

    async def watch(self, sleep: Callable[[float], Awaitable[None]]) -> None:
        """Ask by itself when it is time, until cancelled. What stops it is told on the page, and tried again."""
        while True:
            seconds = _QUIET
            try:
                seconds = _BUSY if await self.carry_on() else _QUIET
                self.trouble = None
            except Problem as problem:
                self.trouble = problem
            await sleep(seconds)

    async def finish(self, day: date, sleep: Callable[[float], Awaitable[None]], seconds: float) -> Order:
        """Ask about a day and wait until everything is answered, at most so long. Raises as `step`; TimeoutError."""
        order = self.ask(day)
        async with asyncio.timeout(seconds):
            while order.is_open:
                before, order = order, await self.step(order)
                if order == before:
                    await sleep(_BUSY)
        return order

    def _expected(self, day: date) -> list[Visit]:
        return [one for one in self._day.of(day) if one.source is Source.APPOINTMENT]

    def _row(self, visit: Visit) -> NumberRow | Why:
        """The question about a visit, or why it cannot be asked."""
        patient = self._patients.get(visit.patient)
        if patient is None:
            return why(Problem("desk.no-such-patient"))
        try:
            check = check_of_file(patient)
        except Problem as problem:
            return why(problem)
        return NumberRow(
            insurer_number=check.insurer_number,
            symbol=check.symbol,
            number=check.number,
            branch=check.branch,
            birthdate=check.birthdate,
            id=visit.visit,
        )

    def _keep(self, order: Order, results: Sequence[ListResult], beside: Put) -> None:
        now = self._clock.now()
        self._day.keep_each(
            [(one.id, row) for one in results if (row := row_checked(one, now, order.staff))], [beside]
        )


def next_list_day(today: date, has_visits: Callable[[date], bool]) -> date:
    """The next day with appointments within a week (after a Saturday often Monday), tomorrow where there is none."""
    days = [today + timedelta(days=ahead) for ahead in range(1, _DAYS_AHEAD + 1)]
    return next((day for day in days if has_visits(day)), days[0])
