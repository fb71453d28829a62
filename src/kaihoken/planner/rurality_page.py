"""地理を加えたら（シナリオ）: which areas would be 少数 as well if rurality or access counted beside the index."""

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Final
from urllib.parse import urlencode

import numpy as np

from kaihoken.planner.asked import Asked, File, Shown
from kaihoken.planner.reaching import EMERGENCY, geography, reach_of, ways_of
from kaihoken.problems import Problem
from kaihoken.web import messages
from kaihoken.workforce import Row, as_json
from kaihoken.workforce.access import (
    FACTORS,
    Factor,
    RuralGroups,
    by_area,
    loadings_of,
    of_areas,
    rural_groups,
    rural_places,
    rurality_facts,
)
from kaihoken.workforce.index import IndexClass
from kaihoken.workforce.portrait import Atlas
from kaihoken.workforce.scenario import GeographyAsked, Outcome, geography_scenario, run

COLUMNS: Final = ("area_code", "prefecture", "area", "index", "rank", "share_beyond_60")
_LIMITS: Final[Mapping[str, tuple[int, int]]] = {"wider": (0, 1000), "rank": (1, 100), "beyond": (0, 100)}


def rurality(atlas: Atlas, asked: Asked) -> Shown:
    """The form, and where it says enough who would enter. Problems `planner.scenario-query`,
    `workforce.rurality-loading-unread`, `workforce.scenario-geography`."""
    given = {name: _whole(asked, name) for name in _LIMITS}
    weights = {name: asked.query.get(name, "") for name in FACTORS}
    demo = asked.query.get("demo", "") == "1"
    absent = rural_places(atlas.data).factors.absent()
    groups: RuralGroups | None = None
    outcome: Outcome | None = None
    rows: list[Row] = []
    asks = given["rank"] is not None or given["beyond"] is not None
    lacks = [name for name in FACTORS if name not in absent and not weights[name]]
    unweighted = given["rank"] is not None and bool(lacks) and not demo
    if asks and given["wider"] is not None and not unweighted:
        outcome, groups, rows = _worked_out(atlas, asked)
    return Shown(
        "rurality.html",
        {
            "given": given,
            "limits": _LIMITS,
            "weights": weights,
            "demo": demo,
            "both": asked.query.get("both", "") == "1",
            "absent": absent,
            "unweighted": unweighted,
            "groups": groups,
            "counts": outcome.counts() if outcome else None,
            "before": atlas.index.counts(),
            "rows": rows,
            "thresholds": atlas.index.thresholds,
            "query": urlencode({name: value for name, value in asked.query.items() if value}),
            "how": ways_of(atlas, asked).measured,
            "reach": reach_of(EMERGENCY, ways_of(atlas, asked)),
            "credits": geography().credits,
        },
    )


def rurality_json(atlas: Atlas, asked: Asked) -> File:
    """Who would enter, as data; nothing is asked of an address without a query, and nothing is answered. Problems as
    above, and `workforce.rurality-no-loadings`."""
    words = messages("planner")
    notes = [words.text(name, asked.language) for name in ("rurality.scenario", "caution")]
    if not any(_whole(asked, name) is not None for name in _LIMITS):
        nothing = as_json(COLUMNS, (), notes=notes, facts={"status": "scenario"})
        return File(nothing.encode(), "application/json")
    outcome, groups, rows = _worked_out(atlas, asked)
    facts: dict[str, object] = {
        "status": "scenario",
        "entering": len(outcome.entering(IndexClass.MINORITY)),
        "counts": outcome.counts(),
        "rurality": rurality_facts(groups) if groups is not None else None,
    }
    return File(as_json(COLUMNS, rows, notes=notes, facts=facts).encode(), "application/json")


def _worked_out(atlas: Atlas, asked: Asked) -> tuple[Outcome, RuralGroups | None, list[Row]]:
    wider, rank, beyond = (_whole(asked, name) for name in _LIMITS)
    if wider is None:
        raise Problem("workforce.scenario-geography", where="wider")
    both = asked.query.get("both", "") == "1"
    geographic = GeographyAsked(
        float(wider), None if rank is None else float(rank), None if beyond is None else beyond / 100, both
    )
    groups = None if rank is None else _groups(atlas, asked)
    far = 1.0 - by_area(reach_of(EMERGENCY, ways_of(atlas, asked)), atlas.index.areas).shares()[-1, :, -1]
    shares = _known(atlas.index.areas.codes, far.tolist())
    ranks = {} if groups is None else _known(groups.codes, groups.rank.tolist())
    outcome = run(geography_scenario(geographic, ranks, shares), atlas.index)
    rows: list[Row] = [
        {
            "area_code": one.area.code,
            "prefecture": one.area.prefecture,
            "area": one.area.name,
            "index": one.value_after,
            "rank": ranks.get(str(one.area.code)),
            "share_beyond_60": shares.get(str(one.area.code)),
        }
        for one in outcome.entering(IndexClass.MINORITY)
    ]
    return outcome, groups, rows


def _groups(atlas: Atlas, asked: Asked) -> RuralGroups:
    given = tuple(f"{name}={asked.query[name]}" for name in FACTORS if asked.query.get(name))
    return _ranked(atlas, atlas.data, given, asked.query.get("demo", "") == "1")


@lru_cache(maxsize=16)
def _ranked(atlas: Atlas, folder: Path | None, given: tuple[str, ...], demo: bool) -> RuralGroups:
    loadings: dict[Factor, float] | None = loadings_of(list(given))
    return rural_groups(
        rural_places(folder), *of_areas(atlas.index.areas), loadings=loadings, demo=demo and not given
    )


def _known(codes: tuple[str, ...], values: list[float]) -> dict[str, float]:
    return {str(code): value for code, value in zip(codes, values, strict=True) if not np.isnan(value)}


def _whole(asked: Asked, name: str) -> int | None:
    text = asked.query.get(name, "").strip()
    first, last = _LIMITS[name]
    if not text:
        return None
    if not text.isdecimal() or not first <= int(text) <= last:
        raise Problem("planner.scenario-query", where=name, name=name, value=text, first=first, last=last)
    return int(text)
