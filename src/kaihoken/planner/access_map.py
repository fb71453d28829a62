"""アクセスの地図: areas by the share of residents beyond 30 or 60 minutes, and the settlements of one area as dots."""

from collections.abc import Collection
from typing import Final

import numpy as np
import numpy.typing as npt

from kaihoken.planner.asked import Asked, File, Shown
from kaihoken.planner.reaching import (
    EMERGENCY,
    Ways,
    department,
    geography,
    people_across_sea,
    reach_of,
    ways_of,
)
from kaihoken.problems import Problem
from kaihoken.web import Language, messages, path_in
from kaihoken.workforce import Area, Row, as_csv
from kaihoken.workforce.access import LIMITS, ReachShares, by_area
from kaihoken.workforce.closure import Need, NeedKind, wanted
from kaihoken.workforce.pictures import Picture, Places, Shade, Share, dots_of, map_of, outlines
from kaihoken.workforce.portrait import Atlas

EDGES: Final = (0.01, 0.05, 0.20)
"""Shares of residents at which the next darker step begins."""
STEPS: Final[tuple[Share, ...]] = ("share-0", "share-1", "share-2", "share-3")
COLUMNS: Final = (
    "area_code",
    "prefecture",
    "area",
    "residents",
    "beyond_30",
    "beyond_60",
    "share_beyond_30",
    "share_beyond_60",
    "unreachable",
)


def access_map(atlas: Atlas, asked: Asked) -> Shown:
    """The country's areas for a need (`department`, else emergencies) and a `limit` of 30 or 60 minutes. Problems
    `workforce.department-unknown`, `workforce.limit-unknown`."""
    need, limit = _need(asked), _limit(asked)
    ways = ways_of(atlas, asked)
    shares = by_area(reach_of(need, ways), atlas.index.areas)
    far = beyond(shares, limit)
    words = messages("planner")
    named = need.group if need.kind is NeedKind.DEPARTMENT else ""
    return Shown(
        "access_map.html",
        {
            "map": _map(atlas, far, limit, asked.language),
            "need": words.html(f"department.{named}" if named else "access.emergency", asked.language),
            "department": named,
            "departments": [
                (one.code, words.text(f"department.{one.code}", asked.language))
                for one in geography().facilities.book.groups
            ],
            "limit": limit,
            "limits": LIMITS,
            "steps": [
                (look, *ends, int(np.count_nonzero([step(one) == look for one in far.tolist()])))
                for look, ends in zip(STEPS, zip((0.0, *EDGES), (*EDGES, 1.0), strict=True), strict=True)
            ],
            "rows": [
                (
                    area,
                    f"{shares.people[row, -1]:,.0f}",
                    *(_percent(beyond(shares, one)[row]) for one in LIMITS),
                )
                for row, area in enumerate(atlas.index.areas.areas)
            ],
            "reach": reach_of(need, ways),
            "how": ways.measured,
            "sea": f"{people_across_sea(need, ways):,.0f}",
            "credits": geography().credits,
        },
    )


def access_map_csv(atlas: Atlas, asked: Asked) -> File:
    """The same for a spreadsheet."""
    shares = by_area(reach_of(_need(asked), ways_of(atlas, asked)), atlas.index.areas)
    text = as_csv(COLUMNS, (_row(shares, row, area) for row, area in enumerate(atlas.index.areas.areas)))
    return File(b"\xef\xbb\xbf" + text.encode(), "text/csv; charset=utf-8", "kaihoken-access-map.csv")


def settlement_map(need: Need, area: Area, codes: Collection[str], ways: Ways, language: Language) -> Picture:
    """The settlements of an area by their minutes, and the facilities that answer the need."""
    land, people, found = geography(), ways.people, reach_of(need, ways)
    drawn = outlines("municipalities", 0.5)
    inside = np.isin(people.municipality, np.array(sorted(codes), dtype=np.str_))
    places, cost = people.places.take(inside), found.cost[inside]
    kinds = np.select(
        [cost <= LIMITS[0], cost <= LIMITS[1], np.isfinite(cost)], ["near", "middle", "far"], "unreachable"
    )
    serving = wanted(land.facilities, need) & land.facilities.located
    marks = drawn.at(land.facilities.longitude[serving], land.facilities.latitude[serving])
    title = messages("planner").text("access.dots", language, area=area.name)
    dots = Places(drawn.at(places.lng, places.lat), people.total[inside], kinds.astype(np.str_))
    return dots_of(drawn, codes, dots, marks, title=title)


def beyond(shares: ReachShares, limit: float) -> npt.NDArray[np.float64]:
    """The share of each area's residents beyond a limit; NaN where nobody lives."""
    return np.asarray(1.0 - shares.shares()[shares.limits.index(limit), :, -1], dtype=np.float64)


def step(share: float) -> Share | None:
    """How dark a share is drawn; None where nobody lives."""
    if np.isnan(share):
        return None
    return STEPS[int(np.searchsorted(EDGES, share, side="right"))]


def _map(atlas: Atlas, far: npt.NDArray[np.float64], limit: float, language: Language) -> Picture:
    words = messages("planner")
    shades = {
        str(area.code): Shade(
            step(share) or "missing",
            f"{area.prefecture} {area.name} {_percent(share)}",
            href=path_in(language, f"/access/{area.code}"),
        )
        for area, share in zip(atlas.index.areas.areas, far.tolist(), strict=True)
    }
    return map_of(
        outlines("area330"), shades, title=words.text("access.map.title", language, minutes=f"{limit:g}")
    )


def _row(shares: ReachShares, row: int, area: Area) -> Row:
    near, far = (float(part) for part in shares.beyond()[:, row, -1])
    share_near, share_far = (float(1.0 - part) for part in shares.shares()[:, row, -1])
    return {
        "area_code": area.code,
        "prefecture": area.prefecture,
        "area": area.name,
        "residents": float(shares.people[row, -1]),
        "beyond_30": near,
        "beyond_60": far,
        "share_beyond_30": share_near,
        "share_beyond_60": share_far,
        "unreachable": float(shares.unreachable[row, -1]),
    }


def _percent(share: float) -> str:
    return "－" if np.isnan(share) else f"{100 * share:.1f}%"


def _need(asked: Asked) -> Need:
    chosen = asked.query.get("department", "")
    return department(chosen) if chosen else EMERGENCY


def _limit(asked: Asked) -> float:
    text = asked.query.get("limit", "") or f"{LIMITS[0]:g}"
    found = next((one for one in LIMITS if f"{one:g}" == text), None)
    if found is None:
        raise Problem(
            "workforce.limit-unknown",
            where="limit",
            limit=text,
            known=", ".join(f"{one:g}" for one in LIMITS),
        )
    return found
