"""アクセス: who has a hospital within 30 and 60 minutes, and who would not if one closed. There is no index here."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from math import isnan
from typing import Final

from markupsafe import Markup

from kaihoken.planner.access_map import settlement_map
from kaihoken.planner.asked import Answer, Asked, Elsewhere, File, Shown
from kaihoken.planner.reaching import (
    COLUMNS,
    EMERGENCY,
    Closing,
    Group,
    Ways,
    closing,
    department,
    geography,
    members,
    municipalities_of,
    nearest_of,
    people_across_sea,
    reach_of,
    shares_of,
    together,
    ways_of,
)
from kaihoken.web import Language, messages
from kaihoken.workforce import Area, Row, as_csv, as_json
from kaihoken.workforce.access import LIMITS, Reach
from kaihoken.workforce.closure import Need, NeedKind
from kaihoken.workforce.portrait import Atlas

CSV_COLUMNS: Final = (
    "need",
    "municipality_code",
    "municipality",
    "age",
    "residents",
    "within_30",
    "within_60",
    "share_30",
    "share_60",
    "unreachable",
)
CLOSING_COLUMNS: Final = (
    "need",
    "municipality_code",
    "municipality",
    "limit",
    "age",
    "residents",
    "within_before",
    "within_after",
    "newly_beyond",
)
_PARTS: Final = ("near", "middle", "far", "unreachable")


@dataclass(frozen=True, slots=True)
class Seen:
    """One need as the page shows it: the area, its municipalities, and how it was measured."""

    need: Need
    all: Group
    municipalities: tuple[Group, ...]
    reach: Reach

    @property
    def parts(self) -> tuple[tuple[str, tuple[str, ...], str], ...]:
        """Each part of the residents with its people by age and its share of all."""
        return tuple(
            (name, tuple(persons(one) for one in part), percent(float(part[-1]), float(self.all.people[-1])))
            for name, part in zip(_PARTS, self.all.parts(), strict=True)
        )

    @property
    def rows(self) -> tuple[tuple[Group, tuple[str, ...]], ...]:
        """The area and its municipalities with their shares: each age within the first limit, then the second."""
        return tuple((one, shares(one)) for one in (self.all, *self.municipalities))


def access_start(atlas: Atlas, asked: Asked) -> Answer:
    """The country by prefecture, or the areas of the one that is asked for (`prefecture`); a `name` leads to its area.
    Problem `workforce.area-unknown`."""
    name, chosen = asked.query.get("name", ""), asked.query.get("prefecture", "")
    if name:
        return Elsewhere(f"/access/{atlas.index.areas.find(name).code}")
    prefecture = atlas.prefectures.areas.find(chosen) if chosen else None
    listed = (
        atlas.index.areas.within(prefecture.prefecture_code) if prefecture else atlas.prefectures.areas.areas
    )
    areas = {str(code): str(area) for code, area in atlas.index.areas.of_municipality.items()}
    held: defaultdict[str, list[Group]] = defaultdict(list)
    ways = ways_of(atlas, asked)
    for group in municipalities_of(EMERGENCY, shares_of(EMERGENCY, ways).codes, ways):
        held[areas.get(group.code, "") if prefecture else group.code[:2]].append(group)
    groups = [together(held[one.code], one.code, one.name) for one in listed]
    whole = together(groups, "", "")
    return Shown(
        "access_start.html",
        {
            "prefecture": prefecture,
            "rows": [(one, shares(one)) for one in (whole, *groups)],
            "people": persons(float(whole.people[-1])),
            "reach": reach_of(EMERGENCY, ways),
            "sea": persons(people_across_sea(EMERGENCY, ways)),
            "how": ways.measured,
            "credits": geography().credits,
        },
    )


def access(atlas: Atlas, asked: Asked) -> Shown:
    """One area, with a `department` beside emergencies, and what changes where the facility `close` closes.

    Problems `workforce.area-unknown`, `workforce.department-unknown`, `workforce.facility-unknown`.
    """
    area, needs, row = _asked(atlas, asked)
    ways = ways_of(atlas, asked, members(atlas.index.areas, area.code))
    seen = _seen(atlas, area, needs, ways)
    land, words = geography(), messages("planner")
    codes = members(atlas.index.areas, area.code)
    return Shown(
        "access.html",
        {
            "area": area,
            "seen": seen,
            "names": [need_name(need, asked.language) for need in needs],
            "query": {name: asked.query[name] for name in ("department", "close") if asked.query.get(name)},
            "department": needs[-1].group,
            "departments": [
                (one.code, words.text(f"department.{one.code}", asked.language))
                for one in land.facilities.book.groups
            ],
            "choices": _choices(needs, codes, ways),
            "closed": None if row is None else (land.facilities.ids[row], land.facilities.names[row]),
            "closings": [_changes(one, asked.language) for one in closing(row, needs, ways)]
            if row is not None
            else [],
            "picture": settlement_map(needs[-1], area, codes, ways, asked.language),
            "sea": persons(people_across_sea(needs[-1], ways, codes)),
            "how": ways.measured,
            "thin": area.prefecture_code in land.thin,
            "credits": land.credits,
        },
    )


def access_json(atlas: Atlas, asked: Asked) -> File:
    """What the page shows, each municipality by age, with how it was measured."""
    area, needs, row = _asked(atlas, asked)
    ways = ways_of(atlas, asked, members(atlas.index.areas, area.code))
    seen = _seen(atlas, area, needs, ways)
    land, words = geography(), messages("planner")
    facts: dict[str, object] = {
        "area": {"code": area.code, "name": area.name, "prefecture": area.prefecture},
        "measured": [
            {
                "need": _key(one.need),
                "distances": one.reach.source,
                "status": one.reach.status.value,
                "residents": one.reach.settlements.assumption,
                "facilities": one.reach.suppliers,
                "facilities_without_place": one.reach.unplaced,
                "facilities_at_municipal_office": one.reach.roughly_placed,
                "people_across_sea": people_across_sea(one.need, ways, members(atlas.index.areas, area.code)),
            }
            for one in seen
        ],
        "lists_thin_here": area.prefecture_code in land.thin,
        "credits": land.credits,
    }
    if row is not None:
        facts["closing"] = {
            "facility": land.facilities.ids[row],
            "name": land.facilities.names[row],
            "rows": list(_closing_rows(closing(row, needs, ways))),
        }
    notes = (words.text("access.no-index", asked.language), measured_note(ways, asked.language))
    return File(as_json(CSV_COLUMNS, _rows(seen), notes=notes, facts=facts).encode(), "application/json")


def access_csv(atlas: Atlas, asked: Asked) -> File:
    """Each municipality by age for a spreadsheet; with `close` what changes in it."""
    area, needs, row = _asked(atlas, asked)
    ways = ways_of(atlas, asked, members(atlas.index.areas, area.code))
    if row is None:
        return _spreadsheet(
            as_csv(CSV_COLUMNS, _rows(_seen(atlas, area, needs, ways))), f"kaihoken-access-{area.code}"
        )
    text = as_csv(CLOSING_COLUMNS, _closing_rows(closing(row, needs, ways)))
    return _spreadsheet(text, f"kaihoken-closing-{geography().facilities.ids[row]}")


def access_rows(atlas: Atlas, asked: Asked) -> tuple[Area, list[Row], str]:
    """The area, its municipalities by age, `CSV_COLUMNS` of each, and how they were measured. Problems as `access`."""
    area, needs, _ = _asked(atlas, asked)
    ways = ways_of(atlas, asked, members(atlas.index.areas, area.code))
    return area, list(_rows(_seen(atlas, area, needs, ways))), measured_note(ways, "ja")


def measured_note(ways: Ways, language: Language) -> str:
    """What the measure knows of the sea and of seasons: a service's roads, links of a folder, or nothing."""
    words, how = messages("planner"), ways.measured
    if ways.travel.service:
        return words.text("access.measured.service", language, source=how.distances.source)
    if how.links:
        return words.text("access.measured.links", language, count=len(how.links), day=str(how.day))
    return words.text("access.measured.sea", language)


def need_name(need: Need, language: Language) -> Markup:
    """What people go there for, in words for a page."""
    name = f"department.{need.group}" if need.kind is NeedKind.DEPARTMENT else "access.emergency"
    return messages("planner").html(name, language)


def shares(group: Group) -> tuple[str, ...]:
    """The shares of a group as they are printed: each age within the first limit, then within the second."""
    return tuple(
        percent(float(part), float(whole))
        for within in group.within
        for part, whole in zip(within, group.people, strict=True)
    )


def percent(part: float, whole: float) -> str:
    """One decimal; all and none are said only where it is all and none, and 「－」 where nobody lives."""
    if not whole:
        return "－"
    shown = f"{100 * part / whole:.1f}%"
    if shown == "100.0%" and part < whole:
        return "99.9%"
    return "0.1%" if shown == "0.0%" and part > 0 else shown


def persons(count: float) -> str:
    """People in whole numbers: they are spread over places in parts."""
    return f"{count:,.0f}"


def _asked(atlas: Atlas, asked: Asked) -> tuple[Area, tuple[Need, ...], int | None]:
    area = atlas.index.areas.find(asked.named["code"])
    chosen, closed = asked.query.get("department", ""), asked.query.get("close", "")
    needs = (EMERGENCY, department(chosen)) if chosen else (EMERGENCY,)
    return area, needs, geography().facilities.position(closed) if closed else None


def _seen(atlas: Atlas, area: Area, needs: tuple[Need, ...], ways: Ways) -> list[Seen]:
    codes = members(atlas.index.areas, area.code)
    found = []
    for need in needs:
        groups = municipalities_of(need, codes, ways)
        whole = together(groups, area.code, area.name)
        found.append(Seen(need, whole, groups, reach_of(need, ways)))
    return found


def _choices(needs: tuple[Need, ...], codes: Collection[str], ways: Ways) -> list[tuple[str, str, str]]:
    """Whose closing can be looked at: each facility that is somebody's nearest here for one of the needs, with its
    name and of how many people (of the need for which they are most)."""
    facilities, most = geography().facilities, dict[int, float]()
    for need in needs:
        for row, count in nearest_of(need, codes, ways):
            most[row] = max(count, most.get(row, 0.0))
    listed = sorted(most.items(), key=lambda one: facilities.ids[one[0]])
    return [(facilities.ids[row], facilities.names[row], persons(count)) for row, count in listed]


def _key(need: Need) -> str:
    return need.group or str(need.kind)


def _rows(seen: list[Seen]) -> Iterator[Row]:
    for one in seen:
        for group in one.municipalities:
            for column, age in enumerate(COLUMNS):
                people = float(group.people[column])
                near, far = (float(within[column]) for within in group.within)
                yield {
                    "need": _key(one.need),
                    "municipality_code": group.code,
                    "municipality": group.name,
                    "age": age,
                    "residents": people,
                    "within_30": near,
                    "within_60": far,
                    "share_30": near / people if people else None,
                    "share_60": far / people if people else None,
                    "unreachable": float(group.unreachable[column]),
                }


def _closing_rows(closings: tuple[Closing, ...]) -> Iterator[Row]:
    known = geography().settlements.municipalities
    for one in closings:
        before, after = one.effect.before, one.effect.after
        for row in one.effect.touched():
            code = before.codes[row]
            for at, limit in enumerate(LIMITS):
                for column, age in enumerate(COLUMNS):
                    yield {
                        "need": _key(one.need),
                        "municipality_code": code,
                        "municipality": known[code].name if code in known else code,
                        "limit": limit,
                        "age": age,
                        "residents": float(before.people[row, column]),
                        "within_before": float(before.within[at, row, column]),
                        "within_after": float(after.within[at, row, column]),
                        "newly_beyond": float(one.effect.newly_beyond[at, row, column]),
                    }


def _changes(one: Closing, language: Language) -> dict[str, object]:
    """What the page says of a closing: how many cross each limit, how much farther it is, and where."""
    found = one.effect
    known = geography().settlements.municipalities
    rows = []
    for row in found.touched():
        code = found.before.codes[row]
        name = f"{known[code].prefecture}{known[code].name}" if code in known else code
        for at, limit in enumerate(LIMITS):
            people = float(found.before.people[row, -1])
            was, then = (float(each.within[at, row, -1]) for each in (found.before, found.after))
            newly = tuple(persons(each) for each in found.newly_beyond[at, row])
            rows.append((name, f"{limit:g}", percent(was, people), percent(then, people), newly))
    return {
        "name": need_name(one.need, language),
        "beyond": [persons(float(each[-1])) for each in one.newly_beyond],
        "farther": persons(found.farther),
        "added": "－" if isnan(found.added) else f"{found.added:.1f}",
        "rows": rows,
    }


def _spreadsheet(text: str, name: str) -> File:
    return File(b"\xef\xbb\xbf" + text.encode(), "text/csv; charset=utf-8", f"{name}.csv")
