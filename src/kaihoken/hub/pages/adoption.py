"""「導入の前に」: what a clinic asks before it buys, an open page."""

from collections.abc import Mapping

from kaihoken.adoption import (
    EMPTY_FORM,
    Sheet,
    SheetForm,
    adoption_sheet,
    as_json,
    sheet_choices,
    sheet_data,
    sheet_form,
    sheet_view,
)
from kaihoken.hub.machine import Machine
from kaihoken.problems import Problem
from kaihoken.web import Assets, Language, Pages


class AdoptionPage:
    """The adoption sheet (see `open_page.Calculation`)."""

    path = "/adoption"

    def __init__(self, machine: Machine) -> None:
        self._clock = machine.clock
        demo = machine.store.purpose == "demo"
        self._pages = Pages("hub", assets=Assets("web", "hub"), demo=demo, words={"a": "adoption"})

    def page(self, form: Mapping[str, str] | None, language: Language) -> tuple[str, int]:
        """The form, its answer or its faults, and the status."""
        if form is None:
            return self._page(language, EMPTY_FORM), 200
        filled = sheet_form(form, self._clock.today())
        try:
            sheet = self._sheet(filled)
        except Problem as problem:
            return self._page(language, filled if filled.faults else filled.at_fault(problem)), 422
        return self._page(language, filled, sheet), 200

    def data(self, form: Mapping[str, str]) -> bytes:
        """The sheet as JSON."""
        return as_json(sheet_data(self._sheet(sheet_form(form, self._clock.today()))))

    def _sheet(self, filled: SheetForm) -> Sheet:
        """The sheet of a form. Raises its first fault, or the Problem of making the sheet."""
        for problem in filled.faults.values():
            raise problem
        assert filled.facts is not None, "a form without faults has facts"
        return adoption_sheet(filled.facts, self._clock.today())

    def _page(self, language: Language, filled: SheetForm, sheet: Sheet | None = None) -> str:
        return self._pages.render(
            "adoption.html",
            language,
            here=self.path,
            again=filled.again if filled is not EMPTY_FORM else None,
            form=filled,
            choices=sheet_choices(filled, self._clock.today(), language),
            view=sheet_view(sheet, language) if sheet is not None else None,
        )
