"""The shipped tables of facilities, read and joined: 医療情報ネット, 病床機能報告; how much they hold."""

import unicodedata
from collections import defaultdict
from datetime import date
from functools import cache

import numpy as np
import polars as pl

from kaihoken import shipped
from kaihoken.workforce.access.departments import department_book, read_departments
from kaihoken.workforce.access.exactness import exactness_of, floats_of
from kaihoken.workforce.access.facilities import (
    Coverage,
    EmergencyLevel,
    Facilities,
    FacilityKind,
)
from kaihoken.workforce.access.institutions import published_institutions
from kaihoken.workforce.areas import prefectures

HOSPITALS = "facilities/hospitals_202506.parquet"
CLINICS = "facilities/clinics_202506.parquet"
BED_REPORT = "facilities/bed_report_r7.parquet"
SURVEY = "population/indicators_2026_municipality.csv"

STATED_ON = date(2025, 6, 1)
"""The day of the lists of hospitals and clinics."""

_FIGURES = (
    "emergency",
    "beds_incl_suspended",
    "beds_high_acute",
    "beds_acute",
    "beds_recovery",
    "beds_chronic",
    "deliveries",
    "doctors",
)

_HOSPITAL_BEDS = 20
_SHORTEST_NAME = 4


@cache
def published_facilities() -> Facilities:
    """The hospitals and clinics that ship, 2025-06, with what 病床機能報告 (令和7年度公表) says of them.

    A report is joined by its id, else by name within its municipality (one bears the other's name as its end), else
    it stands as a facility of its own, whose departments are not known. Sources: 厚生労働省 医療情報ネット
    オープンデータ, 病床機能報告; see `data/manifest.toml`.
    """
    listed = pl.concat([_hospitals(), _clinics()])
    report = _report(listed)
    of_listed = report.filter(pl.col("facility_id").is_not_null()).select("facility_id", *_FIGURES)
    rows = listed.join(of_listed, on="facility_id", how="left").with_columns(
        pl.coalesce("beds", "beds_incl_suspended").alias("beds")
    )
    alone = _alone(report)
    table = pl.concat([rows, alone.select(rows.columns)]).sort("prefecture", "municipality", "facility_id")
    book = department_book(STATED_ON)
    reading = read_departments(table["departments"], book)
    return Facilities(
        book=book,
        ids=tuple(table["facility_id"]),
        names=tuple(table["name"].fill_null("")),
        municipality=table["municipality"].fill_null("").to_numpy().astype(np.str_),
        prefecture=table["prefecture"].to_numpy().astype(np.str_),
        kind=table["kind"].to_numpy().astype(np.int8),
        latitude=floats_of(table, "lat"),
        longitude=floats_of(table, "lng"),
        coordinate=table["coordinate"].to_numpy().astype(np.int8),
        departments=reading.bits,
        departments_known=reading.known,
        emergency=table["emergency"].fill_null(int(EmergencyLevel.NOT_REPORTED)).to_numpy().astype(np.int8),
        beds=floats_of(table, "beds"),
        high_acute=floats_of(table, "beds_high_acute"),
        acute=floats_of(table, "beds_acute"),
        recovery=floats_of(table, "beds_recovery"),
        chronic=floats_of(table, "beds_chronic"),
        deliveries=floats_of(table, "deliveries"),
        doctors=floats_of(table, "doctors"),
        days=floats_of(table, "days"),
        unmapped=reading.unmapped,
    )


@cache
def coverage() -> tuple[Coverage, ...]:
    """How much of each prefecture's institutions `published_facilities` holds, in code order."""
    facilities = published_facilities()
    institutions = published_institutions()
    survey = (
        pl.read_csv(shipped.path(SURVEY), infer_schema_length=0)
        .with_columns(pl.col("muni_code").str.slice(0, 2).alias("prefecture"))
        .group_by("prefecture")
        .agg(
            pl.col("general_hospitals_2023").cast(pl.Int64).sum().alias("hospitals"),
            pl.col("general_clinics_2023").cast(pl.Int64).sum().alias("clinics"),
        )
    )
    of_2023 = {row["prefecture"]: row for row in survey.iter_rows(named=True)}
    found = []
    for code in sorted(of_2023):
        here = facilities.prefecture == code
        listed = int((institutions.prefecture == code).sum())
        hospitals = int((here & (facilities.kind == FacilityKind.HOSPITAL)).sum())
        found.append(
            Coverage(
                prefecture=code,
                hospitals=hospitals,
                clinics=int(here.sum()) - hospitals,
                departments=int((here & facilities.departments_known).sum()),
                institutions=listed or None,
                hospitals_2023=int(of_2023[code]["hospitals"]),
                clinics_2023=int(of_2023[code]["clinics"]),
            )
        )
    return tuple(found)


def _hospitals() -> pl.DataFrame:
    open_days = [f"closed_weekly_{day}" for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")]
    return _read(HOSPITALS).select(
        "facility_id",
        "name",
        pl.col("pref_code").alias("prefecture"),
        pl.col("muni_code").alias("municipality"),
        pl.lit(int(FacilityKind.HOSPITAL)).alias("kind"),
        "lat",
        "lng",
        exactness_of(pl.col("coord_source")).alias("coordinate"),
        "departments",
        pl.col("beds_total").cast(pl.Float64).alias("beds"),
        # 1 is a day on which it is open, whatever the column is called: hospitals are at 1 from Monday to Friday.
        pl.sum_horizontal(open_days, ignore_nulls=False).cast(pl.Float64).alias("days"),
    )


def _clinics() -> pl.DataFrame:
    codes = {name: str(code) for code, name in prefectures().items()}
    return (
        _read(CLINICS)
        .unique("facility_id", keep="first", maintain_order=True)
        .select(
            "facility_id",
            "name",
            pl.col("pref_name").replace_strict(codes).alias("prefecture"),
            pl.col("muni_code").alias("municipality"),
            pl.lit(int(FacilityKind.CLINIC)).alias("kind"),
            "lat",
            "lng",
            exactness_of(pl.col("geocode_level")).alias("coordinate"),
            "departments",
            pl.lit(None, pl.Float64).alias("beds"),
            pl.lit(None, pl.Float64).alias("days"),
        )
    )


def _report(listed: pl.DataFrame) -> pl.DataFrame:
    """病床機能報告 with the facility of each row (`facility_id`, null where none is found) and its columns named."""
    table = _read(BED_REPORT)
    known = set(listed["facility_id"])
    joined = [facility if facility in known else None for facility in table["mhlw_facility_id"]]
    taken = set(joined)
    by_place: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
    for facility, name, municipality in listed.select("facility_id", "name", "municipality").iter_rows():
        if facility not in taken and name and municipality:
            by_place[municipality].append((facility, _spelling(name)))
    names = table.select("facility_name", "muni_code").rows()
    for row, (name, municipality) in enumerate(names):
        if joined[row] is None and municipality:
            joined[row] = _same_name(_spelling(name), by_place[municipality], taken)
            taken.add(joined[row])
    # Where the municipality is absent, the facility has sent no figures: that is no report.
    sent = pl.col("municipality").is_not_null()
    level = (
        pl.when(~sent)
        .then(int(EmergencyLevel.NOT_REPORTED))
        .when(pl.col("is_tertiary_emergency"))
        .then(int(EmergencyLevel.TERTIARY))
        .when(pl.col("is_secondary_emergency"))
        .then(int(EmergencyLevel.SECONDARY))
        .otherwise(int(EmergencyLevel.NONE))
    )
    return table.with_columns(
        pl.Series("facility_id", joined, pl.String),
        level.alias("emergency"),
        (pl.col("doctors_fulltime") + pl.col("doctors_parttime_fte")).alias("doctors"),
    ).select(
        "facility_id",
        "record_id",
        "facility_name",
        "pref_code",
        "muni_code",
        "lat",
        "lng",
        "coord_source",
        *_FIGURES,
    )


def _same_name(name: str, candidates: list[tuple[str, str]], taken: set[str | None]) -> str | None:
    free = [(facility, other) for facility, other in candidates if facility not in taken]
    for alike in (_equal, _ends_alike):
        found = [facility for facility, other in free if alike(name, other)]
        if found:
            return found[0] if len(found) == 1 else None
    return None


def _equal(one: str, other: str) -> bool:
    return one == other


def _ends_alike(one: str, other: str) -> bool:
    shorter = min(len(one), len(other))
    return shorter >= _SHORTEST_NAME and (one.endswith(other) or other.endswith(one))


def _alone(report: pl.DataFrame) -> pl.DataFrame:
    """Reports whose facility is in neither list, as facilities. By law 20 beds make a hospital (医療法第1条の5); a row
    without beds goes by its name."""
    beds = pl.col("beds_incl_suspended")
    hospital = (
        pl.when(beds.is_null())
        .then(pl.col("facility_name").str.contains("病院"))
        .otherwise(beds >= _HOSPITAL_BEDS)
    )
    return report.filter(pl.col("facility_id").is_null()).with_columns(
        pl.col("record_id").alias("facility_id"),
        pl.col("facility_name").alias("name"),
        pl.col("pref_code").alias("prefecture"),
        pl.col("muni_code").alias("municipality"),
        hospital.cast(pl.Int32).alias("kind"),
        exactness_of(pl.col("coord_source")).alias("coordinate"),
        pl.lit(None, pl.String).alias("departments"),
        beds.alias("beds"),
        pl.lit(None, pl.Float64).alias("days"),
    )


def _read(name: str) -> pl.DataFrame:
    return pl.read_parquet(shipped.path(name))


def _spelling(name: str) -> str:
    return "".join(unicodedata.normalize("NFKC", name).split())
