"""One A3 sheet of an area: its number, what makes it, what would change it, for a table of people to read together."""

from datetime import date

from kaihoken.identity import to_wareki
from kaihoken.workforce.documents.print import rendered_sheet
from kaihoken.workforce.index import explain, reading
from kaihoken.workforce.pictures import OUTLINES_CREDIT
from kaihoken.workforce.portrait import (
    Atlas,
    ages_of,
    difference_of,
    factors_of,
    map_of_index,
    municipalities_of,
    reach_of,
    standing_at,
    trend_of,
)

_CLASSES = {"minority": "少数", "middle": "中程度", "majority": "多数", "missing": "入力待ち"}


def area_sheet(atlas: Atlas, area: str, *, caution: str, made_on: date) -> str:
    """The sheet as HTML, A3 landscape. Problem `workforce.area-unknown`."""
    found = atlas.index.areas.find(area)
    row = atlas.index.areas.position(found.code)
    explanation = explain(atlas.index, row)
    one = standing_at(atlas.index, row)
    return rendered_sheet(
        one=one,
        look=_CLASSES[one.look],
        nation=atlas.nation,
        map=map_of_index(atlas, "ja", (found.code,)),
        picture=difference_of(explanation, "ja"),
        reading=reading(explanation, "ja"),
        reach=reach_of(atlas, row, "ja"),
        factors=factors_of(one, "ja"),
        trend=trend_of(atlas, found.code, "ja"),
        together=atlas.doctors.rows.name(atlas.doctors.rows.row(found.code)),
        ages=ages_of(atlas, row, "ja"),
        municipalities=municipalities_of(atlas, found.code),
        caution=caution,
        sources=(
            "「医師偏在指標」（厚生労働省, 令和6年1月公表版）を加工して作成",
            atlas.doctors.source.credit,
            atlas.residents.source.credit,
            OUTLINES_CREDIT,
        ),
        made=str(to_wareki(made_on)),
    )
