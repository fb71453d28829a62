"""ハブの受診件数: where the visits that a hub saw went, for themselves and never in a formula of the index."""

from typing import Final

from kaihoken.planner.asked import Asked, Elsewhere, File, Shown
from kaihoken.web import messages
from kaihoken.workforce import Row, as_csv, as_json
from kaihoken.workforce.portrait import Atlas
from kaihoken.workforce.tables import HubVisits

COLUMNS: Final = ("area_code", "prefecture", "area", "staying", "leaving", "coming", "fictional")
PAGE: Final = "/visits"


def visits(atlas: Atlas, asked: Asked) -> Shown:
    """The page; without the table how to come by it."""
    held = _held(atlas)
    return Shown(
        "visits.html", {"visits": held, "rows": _rows(held) if held is not None else [], "own": atlas.own}
    )


def visits_csv(atlas: Atlas, asked: Asked) -> File | Elsewhere:
    """The same for a spreadsheet; each row says whether it is fictional."""
    held = _held(atlas)
    if held is None:
        return Elsewhere(PAGE)
    text = as_csv(COLUMNS, _rows(held))
    return File(b"\xef\xbb\xbf" + text.encode(), "text/csv; charset=utf-8", "kaihoken-hub-visits.csv")


def visits_json(atlas: Atlas, asked: Asked) -> File | Elsewhere:
    """The same as JSON, with what has to stand beside it."""
    held = _held(atlas)
    if held is None:
        return Elsewhere(PAGE)
    words = messages("planner")
    names = ("visits.what", *(("visits.fictional",) if held.fictional else ()))
    notes = [words.text(name, asked.language) for name in names]
    facts = {"fictional": held.fictional}
    return File(as_json(COLUMNS, _rows(held), notes=notes, facts=facts).encode(), "application/json")


def _held(atlas: Atlas) -> HubVisits | None:
    return atlas.own.visits if atlas.own is not None else None


def _rows(held: HubVisits) -> list[Row]:
    """The areas of which the file has a visit, in code order."""
    staying, leaving, coming = held.staying, held.leaving, held.coming
    return [
        {
            "area_code": area.code,
            "prefecture": area.prefecture,
            "area": area.name,
            "staying": float(staying[at]),
            "leaving": float(leaving[at]),
            "coming": float(coming[at]),
            "fictional": held.fictional,
        }
        for at, area in enumerate(held.areas.areas)
        if staying[at] + leaving[at] + coming[at] > 0
    ]
