"""導入の判断: what a clinic asks before it buys: subsidy, own cost, break-even, what goes back, duties, quotes."""

from typing import TYPE_CHECKING

from kaihoken.faces import lazily

if TYPE_CHECKING:
    from kaihoken.adoption.breakeven import AddOnBreakEven, BreakEven, break_even, break_even_by_add_on
    from kaihoken.adoption.checking import CheckedQuote, Finding, QuoteFinding, check_quote
    from kaihoken.adoption.closing import Held, Return, to_return
    from kaihoken.adoption.cost import Cost, cost_of
    from kaihoken.adoption.duty import Bound, DutyStanding, Situation, duties
    from kaihoken.adoption.effects import ReturnedClaims, returned_claims
    from kaihoken.adoption.facts import AdoptionFacts, read_facts
    from kaihoken.adoption.form import EMPTY_FORM, SheetChoices, SheetForm, sheet_choices, sheet_form
    from kaihoken.adoption.law import Asset, Claims, Closing, FacilityKind, Part
    from kaihoken.adoption.quote import Line, Quote, read_quote
    from kaihoken.adoption.sheet import Offer, Sheet, adoption_sheet
    from kaihoken.adoption.subsidy import Deadline, Purchase, Subsidy
    from kaihoken.adoption.told import as_json, sheet_data
    from kaihoken.adoption.view import SheetView, sheet_view

__all__ = [
    "EMPTY_FORM",
    "AddOnBreakEven",
    "AdoptionFacts",
    "Asset",
    "Bound",
    "BreakEven",
    "CheckedQuote",
    "Claims",
    "Closing",
    "Cost",
    "Deadline",
    "DutyStanding",
    "FacilityKind",
    "Finding",
    "Held",
    "Line",
    "Offer",
    "Part",
    "Purchase",
    "Quote",
    "QuoteFinding",
    "Return",
    "ReturnedClaims",
    "Sheet",
    "SheetChoices",
    "SheetForm",
    "SheetView",
    "Situation",
    "Subsidy",
    "adoption_sheet",
    "as_json",
    "break_even",
    "break_even_by_add_on",
    "check_quote",
    "cost_of",
    "duties",
    "read_facts",
    "read_quote",
    "returned_claims",
    "sheet_choices",
    "sheet_data",
    "sheet_form",
    "sheet_view",
    "to_return",
]

if not TYPE_CHECKING:
    __getattr__ = lazily(__name__)
