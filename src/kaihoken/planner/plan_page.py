"""計画: the numbers of a prefecture's 医師確保計画. The page, the DOCX and the PDF show one chapter."""

from typing import Final

import msgspec

from kaihoken.planner.asked import Asked, File, Shown
from kaihoken.planner.map_page import linked_map
from kaihoken.planner.plan_frame import POPULATIONS, Frame, frame_of
from kaihoken.planner.plan_tables import supply_pictures, tables_of
from kaihoken.web import messages
from kaihoken.workforce.documents import (
    Document,
    Figure,
    Paragraph,
    Section,
    Table,
    chapter_of,
    docx_of,
    html_of,
    pdf_of,
)
from kaihoken.workforce.pictures import signed
from kaihoken.workforce.plan import PrefecturePlan, Spread, minority_prefectures, plan_of, plan_periods
from kaihoken.workforce.portrait import Atlas, standing_at
from kaihoken.workforce.tables import entry

_WORD: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def prefectures_of_plans(atlas: Atlas, asked: Asked) -> Shown:
    """Which prefecture."""
    return Shown("plans.html", {"prefecture": None})


def plan(atlas: Atlas, asked: Asked) -> Shown:
    """The plan of a prefecture. Without `spread` the page asks for it: the guideline, as far as it was read, names
    none. Problems `workforce.area-unknown`, `planner.spread-unknown`, `planner.plan-frame`, and what the folder's
    tables raise."""
    found = atlas.prefectures.areas.find(asked.named["code"])
    if "spread" not in asked.query:
        few = found.prefecture_code in minority_prefectures()
        return Shown("plans.html", {"prefecture": found, "spreads": tuple(Spread), "few": few})
    frame = frame_of(asked)
    made = _plan(atlas, frame, found.prefecture_code)
    codes = tuple(area.area_code for area in made.areas)
    whole = made.whole
    return Shown(
        "plan.html",
        {
            "plan": made,
            "frame": frame,
            "one": standing_at(atlas.prefectures, atlas.prefectures.areas.position(found.code)),
            "map": linked_map(atlas, asked.language, codes),
            "more": None
            if whole.sum_of_targets is None
            else signed(whole.sum_of_targets - whole.physicians, 0),
            "supply": supply_pictures(made, tables_of(atlas.data, frame.rules_of), asked.language),
            "waiting": [(one.entry, [entry(table) for table in one.tables]) for one in made.awaited],
            "sections": [_section(section) for section in _chapter(atlas, made).sections],
            "codes": frozenset(codes),
            "spreads": tuple(Spread),
            "periods": plan_periods(),
            "populations": POPULATIONS,
            "counts": atlas.index.counts(),
            "thresholds": atlas.index.thresholds,
        },
    )


def plan_docx(atlas: Atlas, asked: Asked) -> File:
    """The chapter for an officer to go on writing. Problems as `plan`, and `workforce.pango-missing`."""
    made = plan_asked(atlas, asked)
    return File(docx_of(_chapter(atlas, made)), _WORD, _file(made, "docx"))


def plan_pdf(atlas: Atlas, asked: Asked) -> File:
    """The chapter on paper. Problems as `plan_docx`."""
    made = plan_asked(atlas, asked)
    return File(pdf_of(html_of(_chapter(atlas, made))), "application/pdf", _file(made, "pdf"))


def plan_json(atlas: Atlas, asked: Asked) -> File:
    """The plan's numbers, not rounded, with the ministry's caution. Problems as `plan`."""
    caution = messages("planner").text("caution", asked.language)
    body = msgspec.json.encode({"caution": caution, "plan": plan_asked(atlas, asked)})
    return File(body, "application/json")


def plan_asked(atlas: Atlas, asked: Asked) -> PrefecturePlan:
    """The plan that a query asks for. Problems as `plan`."""
    found = atlas.prefectures.areas.find(asked.named["code"])
    return _plan(atlas, frame_of(asked), found.prefecture_code)


def _plan(atlas: Atlas, frame: Frame, code: str) -> PrefecturePlan:
    return plan_of(
        code,
        on=frame.rules_of,
        spread=frame.spread,
        population=frame.population,
        inputs=tables_of(atlas.data, frame.rules_of),
        as_planned=frame.period.planned,
        made_on=frame.today,
    )


def _chapter(atlas: Atlas, made: PrefecturePlan) -> Document:
    return chapter_of(made, atlas, caution=messages("workforce").text("caution", "ja"))


def _section(section: Section) -> tuple[str, list[Paragraph | Table]]:
    """A section of the chapter as the page shows it: the map, of which the page has one with links, is left out."""
    return section.title, [block for block in section.blocks if not isinstance(block, Figure)]


def _file(made: PrefecturePlan, ending: str) -> str:
    return f"kaihoken-plan-{made.prefecture_code}-{made.spread}.{ending}"
