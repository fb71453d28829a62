"""`kaihoken workforce residents`: 臨床研修の募集定員上限, in the parts that make it."""

import math
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Final

import typer

from kaihoken import rules
from kaihoken.workforce.areas import prefectures
from kaihoken.workforce.printing import Form, FormOption, Row, print_rows
from kaihoken.workforce.tables import LongTable, figures, load_sound
from kaihoken.workforce.training.asking import OnOption, TablesOption, day_of, standing_of
from kaihoken.workforce.training.basis import needed
from kaihoken.workforce.training.residents import (
    ResidentQuotaRules,
    base_seats,
    density_addition,
    island_addition,
    national_cap,
    provisional_cap,
    smoothed,
)

PART_COLUMNS: Final = ("part", "part_ja", "seats")
CAP_COLUMNS: Final = (
    "prefecture_code",
    "prefecture",
    "base",
    "density_addition",
    "island_addition",
    "other_additions",
    "provisional",
    "cap",
    "at_most",
)

_MORE: Final = (
    "duty_entrants",
    "density",
    "island_population",
    "other_additions",
    "hires_before",
    "cap_before",
)


def residents(
    tables: TablesOption = None,
    applicants: Annotated[int | None, typer.Option(help="全国の応募者数 / applicants of the nation")] = None,
    expected: Annotated[
        float | None,
        typer.Option(help="全国の研修医の見込み（なければ公表値） / residents expected in the nation"),
    ] = None,
    nation_density: Annotated[
        float | None, typer.Option(help="全国の 100 km² あたり医師数 / the nation's doctors per 100 km²")
    ] = None,
    base: Annotated[float | None, typer.Option(help="基本となる数 / the base")] = None,
    duty_entrants: Annotated[float, typer.Option(help="地域枠入学者数 / entrants of 地域枠")] = 0.0,
    addition: Annotated[
        list[float] | None, typer.Option(help="加算する数（何度でも） / what is added, each")
    ] = None,
    provisional: Annotated[float | None, typer.Option(help="仮上限 / the provisional cap")] = None,
    hires: Annotated[float | None, typer.Option(help="前々年の採用数 / hires of two years before")] = None,
    before: Annotated[float | None, typer.Option(help="前年の上限 / the cap of the year before")] = None,
    on: OnOption = None,
    form: FormOption = Form.TABLE,
) -> None:
    """臨床研修の募集定員上限: 全国、仮上限、激変緩和 / the cap of residents in the parts that make it."""
    day = day_of(on)
    notes, facts = standing_of(ResidentQuotaRules, on=day)
    if tables is not None:
        rows = _prefectures(load_sound("resident-quota", tables), expected, nation_density, day)
        print_rows(CAP_COLUMNS, rows, form, notes=notes, facts=facts, decimals=1)
        return
    parts: list[tuple[str, str, float | None]] = []
    if applicants is not None:
        parts.append(("nation", "全国の上限", national_cap(applicants, on=day)))
    if base is not None:
        provisional = provisional_cap(base, duty_entrants, tuple(addition or ()), on=day)
        parts += [("base", "基本となる数", base), *(("addition", "加算", one) for one in addition or ())]
    if provisional is not None:
        parts.append(("provisional", "仮上限", provisional))
        if hires is not None and before is not None:
            cap = smoothed(provisional, hires, before, on=day)
            parts += [("cap", "激変緩和後の上限", cap.cap), ("at_most", "多くても", cap.at_most)]
    if not parts:
        raise typer.BadParameter("--tables FOLDER | --applicants N | --base N | --provisional N")
    rows = [{"part": part, "part_ja": name, "seats": seats} for part, name, seats in parts]
    print_rows(PART_COLUMNS, rows, form, notes=notes, facts=facts, decimals=1)


def _prefectures(
    table: LongTable, expected: float | None, nation_density: float | None, day: date
) -> list[Row]:
    codes = tuple(str(code) for code in prefectures())
    people = figures(table, [("place", codes), ("measure", ("population", "seats"))])
    more = table.grid([("place", codes), ("measure", _MORE)])[0]
    if expected is None:
        national = rules.load(ResidentQuotaRules, on=day).national
        expected = needed(None if national is None else national.residents, "--expected")
    found = base_seats(expected, people[:, 0], people[:, 1], on=day).base
    return [
        {
            "prefecture_code": code,
            "prefecture": name,
            **_cap(
                float(found[at]),
                float(people[at, 0]),
                dict(zip(_MORE, more[at].tolist(), strict=True)),
                nation_density,
                day,
            ),
        }
        for at, (code, name) in enumerate(prefectures().items())
    ]


def _cap(
    base: float, population: float, given: Mapping[str, float], nation_density: float | None, day: date
) -> dict[str, float | None]:
    """A prefecture's cap as far as its figures reach: without one of them there is no provisional cap."""
    known = {name: value for name, value in given.items() if not math.isnan(value)}
    density = island = provisional = cap = at_most = None
    if "density" in known and nation_density is not None:
        density = density_addition(base, known["density"], nation_density, on=day)
    if "island_population" in known:
        island = island_addition(base, known["island_population"], population, on=day)
    other = known.get("other_additions")
    if density is not None and island is not None and other is not None and "duty_entrants" in known:
        provisional = provisional_cap(base, known["duty_entrants"], (density, island, other), on=day)
    if provisional is not None and {"hires_before", "cap_before"} <= set(known):
        kept = smoothed(provisional, known["hires_before"], known["cap_before"], on=day)
        cap, at_most = kept.cap, kept.at_most
    return {
        "base": base,
        "density_addition": density,
        "island_addition": island,
        "other_additions": other,
        "provisional": provisional,
        "cap": cap,
        "at_most": at_most,
    }
