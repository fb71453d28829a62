"""The sheet for patients about the add-on: what it is, how much, what a マイナ保険証 changes, and that they choose."""

from collections.abc import Sequence

from kaihoken.paper import BODY, SMALL, Paper, Printing, Sheet, in_era, spoken
from kaihoken.payment.fees.law import Item, Record
from kaihoken.payment.fees.notice import put_items
from kaihoken.web import Language, messages


def patient_sheet(items: Sequence[Item], printing: Printing, language: Language = "ja") -> Paper:
    """The sheet in one language. `items` are those that the clinic claims (`notice.reached`). It names nobody and says
    what is so with and without the card alike. Raises what `Sheet` raises."""
    said = messages("payment")
    sheet = Sheet(printing, said.text("handout.title", "ja"), stamp=in_era(printing.on))
    size = BODY + 1

    def tell(name: str) -> None:
        sheet.paragraph(spoken(said, f"handout.{name}", language), size)
        sheet.space(4)

    def begin(name: str) -> None:
        sheet.heading(spoken(said, f"handout.{name}", language))

    sheet.paragraph(spoken(said, "handout.title", language), 19, weight="bold")
    sheet.space(6)
    begin("what")
    tell("what-it-is")
    begin("how-much")
    put_items(sheet, items, language)
    sheet.space(4)
    tell("total")
    begin("card")
    changes = ["cheaper" if _cheaper(items) else "same", "sees", "writes", "ceiling"]
    sheet.numbered([spoken(said, f"handout.{name}", language) for name in changes], size)
    begin("without")
    tell("free-choice")
    sheet.space(4)
    sheet.rule()
    sheet.space(6)
    sheet.paragraph(spoken(said, "handout.ask", language), SMALL + 1)
    if printing.clinic.telephone:
        sheet.paragraph(printing.clinic.telephone, BODY)
    return sheet.finished("kasan-annai.pdf")


def _cheaper(items: Sequence[Item]) -> bool:
    """Whether an item costs less when records were had."""
    had = {item.occasion: item.points.value or 0 for item in items if item.record is Record.HAD}
    return any(
        had.get(item.occasion, 0) < (item.points.value or 0)
        for item in items
        if item.record is Record.NOT_HAD and item.occasion in had
    )
