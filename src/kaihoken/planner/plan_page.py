"""計画: the numbers of a prefecture's 医師確保計画. The page, the DOCX and the PDF show one chapter."""

from collections.abc import Mapping
from typing import Final

import msgspec

from kaihoken.planner.asked import Asked, File, Shown
from kaihoken.planner.map_page import linked_map
from kaihoken.problems import Problem
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
from kaihoken.workforce.plan import PrefecturePlan, Spread, minority_prefectures, plan_of
from kaihoken.workforce.portrait import Atlas, standing_at

_WORD: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def prefectures_of_plans(atlas: Atlas, asked: Asked) -> Shown:
    """Which prefecture."""
    return Shown("plans.html", {"prefecture": None})


def plan(atlas: Atlas, asked: Asked) -> Shown:
    """The plan of a prefecture. Without `spread` the page asks for it: the guideline, as far as it was read, names
    none. Problems `workforce.area-unknown` and `planner.spread-unknown`."""
    found = atlas.prefectures.areas.find(asked.named["code"])
    if "spread" not in asked.query:
        few = found.prefecture_code in minority_prefectures()
        return Shown("plans.html", {"prefecture": found, "spreads": tuple(Spread), "few": few})
    made = plan_asked(atlas, asked)
    codes = tuple(area.area_code for area in made.areas)
    whole = made.whole
    return Shown(
        "plan.html",
        {
            "plan": made,
            "one": standing_at(atlas.prefectures, atlas.prefectures.areas.position(found.code)),
            "map": linked_map(atlas, asked.language, codes),
            "more": None
            if whole.sum_of_targets is None
            else signed(whole.sum_of_targets - whole.physicians, 0),
            "sections": [_section(section) for section in _chapter(atlas, made).sections],
            "codes": frozenset(codes),
            "spreads": tuple(Spread),
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
    return plan_of(found.prefecture_code, on=asked.today, spread=_spread(asked.query))


def _spread(query: Mapping[str, str]) -> Spread:
    given = query.get("spread", "")
    if given not in tuple(Spread):
        known = ", ".join(Spread)
        raise Problem("planner.spread-unknown", where="spread", given=given or "－", known=known)
    return Spread(given)


def _chapter(atlas: Atlas, made: PrefecturePlan) -> Document:
    return chapter_of(made, atlas, caution=messages("workforce").text("caution", "ja"))


def _section(section: Section) -> tuple[str, list[Paragraph | Table]]:
    """A section of the chapter as the page shows it: the map, of which the page has one with links, is left out."""
    return section.title, [block for block in section.blocks if not isinstance(block, Figure)]


def _file(made: PrefecturePlan, ending: str) -> str:
    return f"kaihoken-plan-{made.prefecture_code}-{made.spread}.{ending}"
