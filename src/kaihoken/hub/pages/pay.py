"""「窓口でいくら払う？」: what a visit costs, an open page."""

from collections.abc import Mapping

from kaihoken.hub.machine import Machine
from kaihoken.payment.counter import Bill, Visit, counter_bill, sources_of, visit_asked
from kaihoken.payment.pages import BEYOND_FIRST, EMPTY, Typed, asked_of, choices, data_of, typed, view_of
from kaihoken.problems import Problem
from kaihoken.web import Assets, Language, Pages


class PayPage:
    """What a visit costs (see `open_page.Calculation`)."""

    path = "/pay"

    def __init__(self, machine: Machine) -> None:
        self._clock = machine.clock
        demo = machine.store.purpose == "demo"
        self._pages = Pages("hub", assets=Assets("web", "hub"), demo=demo, words={"p": "payment"})

    def page(self, form: Mapping[str, str] | None, language: Language) -> tuple[str, int]:
        """The form, its answer or its faults, and the status."""
        if form is None:
            return self._page(language), 200
        filled = typed(form, self._clock.today())
        if filled.faults:
            return self._page(language, filled), 422
        try:
            visit, bill = self._bill(filled)
        except Problem as problem:
            return self._page(language, filled.with_fault(problem)), 422
        return self._page(language, filled, visit, bill), 200

    def data(self, form: Mapping[str, str]) -> bytes:
        """The bill as JSON."""
        filled = typed(form, self._clock.today())
        for problem in filled.faults.values():
            raise problem
        visit, bill = self._bill(filled)
        return data_of(visit, bill, sources_of(visit, bill))

    def _bill(self, filled: Typed) -> tuple[Visit, Bill]:
        visit = visit_asked(asked_of(filled, self._clock.today()))
        return visit, counter_bill(visit)

    def _page(
        self, language: Language, filled: Typed = EMPTY, visit: Visit | None = None, bill: Bill | None = None
    ) -> str:
        return self._pages.render(
            "pay.html",
            language,
            here=self.path,
            again=filled.again if filled is not EMPTY else None,
            form=filled,
            choices=choices(self._clock.today(), language),
            opened=filled.has_any(BEYOND_FIRST),
            view=view_of(visit, bill, sources_of(visit, bill), language)
            if visit is not None and bill is not None
            else None,
        )
