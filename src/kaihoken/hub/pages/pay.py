"""「窓口でいくら払う？」: what a visit costs, an open page."""

from collections.abc import Mapping

from kaihoken.hub.machine import Machine
from kaihoken.hub.pages.open_page import answer_of, answered, open_pages
from kaihoken.payment.counter import Bill, Visit, counter_bill, sources_of, visit_asked
from kaihoken.payment.pages import BEYOND_FIRST, EMPTY, Typed, asked_of, choices, data_of, typed, view_of
from kaihoken.web import Language


class PayPage:
    """What a visit costs (see `open_page.Calculation`)."""

    path = "/pay"

    def __init__(self, machine: Machine) -> None:
        self._clock = machine.clock
        self._pages = open_pages(machine, {"p": "payment"})

    def page(self, form: Mapping[str, str] | None, language: Language) -> tuple[str, int]:
        """The form, its answer or its faults, and the status."""
        if form is None:
            return self._page(language, EMPTY), 200
        filled, answer = answered(typed(form, self._clock.today()), self._bill)
        return self._page(language, filled, answer), 422 if answer is None else 200

    def data(self, form: Mapping[str, str]) -> bytes:
        """The bill as JSON."""
        visit, bill = answer_of(typed(form, self._clock.today()), self._bill)
        return data_of(visit, bill, sources_of(visit, bill))

    def _bill(self, filled: Typed) -> tuple[Visit, Bill]:
        visit = visit_asked(asked_of(filled, self._clock.today()))
        return visit, counter_bill(visit)

    def _page(self, language: Language, filled: Typed, answer: tuple[Visit, Bill] | None = None) -> str:
        return self._pages.render(
            "pay.html",
            language,
            here=self.path,
            again=filled.again if filled is not EMPTY else None,
            form=filled,
            choices=choices(self._clock.today(), language),
            opened=filled.has_any(BEYOND_FIRST),
            view=view_of(*answer, sources_of(*answer), language) if answer is not None else None,
        )
