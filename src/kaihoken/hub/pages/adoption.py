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
from kaihoken.hub.pages.open_page import answer_of, answered, open_pages
from kaihoken.web import Language


class AdoptionPage:
    """The adoption sheet (see `open_page.Calculation`)."""

    path = "/adoption"

    def __init__(self, machine: Machine) -> None:
        self._clock = machine.clock
        self._pages = open_pages(machine, {"a": "adoption"})

    def page(self, form: Mapping[str, str] | None, language: Language) -> tuple[str, int]:
        """The form, its answer or its faults, and the status."""
        if form is None:
            return self._page(language, EMPTY_FORM), 200
        filled, sheet = answered(sheet_form(form, self._clock.today()), self._sheet)
        return self._page(language, filled, sheet), 422 if sheet is None else 200

    def data(self, form: Mapping[str, str]) -> bytes:
        """The sheet as JSON."""
        return as_json(sheet_data(answer_of(sheet_form(form, self._clock.today()), self._sheet)))

    def _sheet(self, filled: SheetForm) -> Sheet:
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
