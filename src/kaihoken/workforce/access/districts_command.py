"""`kaihoken workforce districts`: candidates of districts without a doctor, to be looked through."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Final

import typer

from kaihoken import shipped
from kaihoken.clock import SystemClock
from kaihoken.workforce.access.facilities import thin
from kaihoken.workforce.access.facility_tables import CLINICS, HOSPITALS, coverage, published_facilities
from kaihoken.workforce.access.institutions import published_institutions
from kaihoken.workforce.access.no_doctor_districts import (
    DistrictFindings,
    candidates,
    care_places,
    district_criteria,
)
from kaihoken.workforce.access.region import RegionArgument, SetOption, municipalities, set_named
from kaihoken.workforce.access.settlements import Settlements, settlements
from kaihoken.workforce.printing import Form, FormOption, Row, print_rows
from kaihoken.workforce.tables import read_own_table

COLUMNS: Final = (
    "municipality_code",
    "municipality",
    "centre",
    "residents",
    "places",
    "institution_km",
    "unsure",
    "state",
)
CLOSED_TEMPLATE: Final = "id\n"
"""Ids of facilities or institutions that filed 休診届."""


def districts(
    where: RegionArgument,
    closed: Annotated[
        Path | None,
        typer.Option(help="休診届を出した施設の id（CSV、見出し id） / ids that filed 休診届", exists=True),
    ] = None,
    areas: SetOption = "330",
    form: FormOption = Form.TABLE,
) -> None:
    """無医地区の候補（4 km・50 人） / candidates of districts without a doctor: a list to look through."""
    codes = municipalities(where, set_named(areas))
    people = settlements().within(*codes)
    criteria = district_criteria(SystemClock().today())
    text = CLOSED_TEMPLATE if closed is None else closed.read_text(encoding="utf-8")
    shut, bad = read_own_table(text, CLOSED_TEMPLATE, lambda row: row["id"] or ("id", "empty"))
    care = care_places(published_facilities(), published_institutions(), closed=shut)
    found = candidates(people, care, criteria, thin_prefectures=thin(coverage()))
    print_rows(
        COLUMNS,
        list(_rows(found, people)),
        form,
        notes=_notes(found, people, len(bad)),
        facts={
            "criteria": {"radius_km": criteria.radius_km, "residents": criteria.residents},
            "districts": len(found.districts),
            "residents": sum(one.residents for one in found.districts),
            "too_few": found.too_few,
            "people_in_too_few": found.people_in_too_few,
            "settlements": {"assumption": found.assumption},
        },
        decimals=1,
    )


def _rows(found: DistrictFindings, people: Settlements) -> Iterator[Row]:
    for one in found.districts:
        known = people.municipalities.get(one.municipality)
        yield {
            "municipality_code": one.municipality,
            "municipality": f"{known.prefecture}{known.name}" if known else None,
            "centre": one.key.removeprefix(one.municipality),
            "residents": one.residents,
            "places": one.places,
            "institution_km": one.institution_km,
            "unsure": " ".join(one.unsure) or None,
            "state": one.state.value,
        }


def _notes(found: DistrictFindings, people: Settlements, bad_rows: int) -> tuple[str, ...]:
    left_out = [f"使わなかった行 {bad_rows} / rows left out"] if bad_rows else []
    return (
        "候補です。無医地区かどうかは都道府県の調査が決めます / candidates: the prefecture's survey decides",
        "住民は市区町村の町丁目の点に均等に分けた（仮定）ので、調査（2022年: 557 地区）よりずっと多い / "
        "residents are spread evenly, so far more than the survey's 557 districts of 2022",
        "交通（定期便・車・往診）は入っていない / transport is not looked at",
        *left_out,
        *people.credits,
        *(shipped.credit(name) for name in (HOSPITALS, CLINICS)),
        published_institutions().credit,
    )
