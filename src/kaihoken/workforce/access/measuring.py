"""測り方: how far it is as somebody asks for it: a table of times, a service, or great circles, with links of a season.

Nothing of a service is asked unless it is named. What a planner's folder holds (`links`, `designated-places`,
`travel-times`) is used from there; without it a great circle crosses the sea, and that is said.
"""

import threading
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final, TypeAlias

import httpx
import numpy as np
import typer

from kaihoken.problems import Problem
from kaihoken.rules import Status
from kaihoken.workforce.access.distance import Distances, Measure, great_circle
from kaihoken.workforce.access.land import shipped_land
from kaihoken.workforce.access.links import Closure, Link, linked
from kaihoken.workforce.access.links_table import DESIGNATED, LINKS, RefusedLink, islands_of, links_of
from kaihoken.workforce.access.matrices import Asking, MatrixDistances
from kaihoken.workforce.access.own_file import usable
from kaihoken.workforce.access.own_table import OwnTable
from kaihoken.workforce.access.services import MatrixService, OpenRouteService, Osrm, Valhalla
from kaihoken.workforce.access.settlements import Settlements, settlements
from kaihoken.workforce.access.travel import TravelRule
from kaihoken.workforce.tables import file_of

TIMES: Final = "travel-times"

FARTHEST: Final = 120.0
"""Minutes (or kilometres) up to which a service is asked."""
_SECONDS: Final = 30.0
"""How long a service may take over one block."""
_SERVICES: Final = ("osrm", "valhalla", "openrouteservice")


class TimeOfYear(StrEnum):
    """A season, for links that do not hold all year."""

    SUMMER = "summer"
    WINTER = "winter"

    def day(self, today: date) -> date:
        """The first day of February or of August that is looked at."""
        return date(today.year, 2 if self is TimeOfYear.WINTER else 8, 1)


TravelOption: TypeAlias = Annotated[
    str,
    typer.Option(
        "--travel",
        metavar="KIND=URL",
        help="所要時間を聞くサービス（osrm= valhalla= openrouteservice=） / a service for times",
    ),
]
TravelKeyOption: TypeAlias = Annotated[
    str,
    typer.Option(
        "--travel-key", envvar="KAIHOKEN_TRAVEL_SECRET", help="そのサービスの鍵 / key of that service"
    ),
]
TimesOption: TypeAlias = Annotated[
    Path | None,
    typer.Option("--travel-times", help="所要時間の表 (travel-times) / your own table of times", exists=True),
]
LinksOption: TypeAlias = Annotated[
    Path | None,
    typer.Option("--links", help="船便・冬期閉鎖の表 (links) / ferries, roads, closures", exists=True),
]
FolderOption: TypeAlias = Annotated[
    Path | None,
    typer.Option("--data", help="自分の表のフォルダー / folder of your own tables", exists=True),
]
TimeOption: TypeAlias = Annotated[
    TimeOfYear | None,
    typer.Option("--season", help="夏か冬の日でみる（なければ今日） / look at summer or winter"),
]


@dataclass(frozen=True, slots=True)
class Measuring:
    """What was asked for. `service` is kind=URL with its `key`; files stand before those of the `folder`, whose table
    of times is used `by_times` alone: for the country it has too few."""

    service: str = ""
    key: str = ""
    times: Path | None = None
    links: Path | None = None
    folder: Path | None = None
    season: TimeOfYear | None = None
    by_times: bool = True

    def people(self, codes: tuple[str, ...] | None) -> Settlements:
        """Who is looked at: those of some municipalities, or the country. Raises Problem `workforce.region-needed`
        where each pair has its price and no region is named."""
        if codes is None and self.costly:
            raise Problem("workforce.region-needed", where="--area")
        return settlements() if codes is None else settlements().within(*codes)

    @property
    def costly(self) -> bool:
        """Whether each pair has its price, so that a region is to be asked for rather than the country."""
        return bool(self.service or self.files[0])

    @property
    def in_minutes(self) -> bool:
        """Whether minutes alone are told: by a table of times, and of ferries and roads."""
        return any(file is not None for file in self.files[:2])

    def _file(self, table: str, given: Path | None) -> Path | None:
        if given is not None or self.folder is None:
            return given
        return file_of(table, self.folder)

    @property
    def files(self) -> tuple[Path | None, Path | None, Path | None]:
        """Those of times, links and designated places."""
        return (
            self._file(TIMES, self.times) if self.by_times else None,
            self._file(LINKS, self.links),
            self._file(DESIGNATED, None),
        )


@dataclass(frozen=True, slots=True)
class Measured:
    """Distances as they were asked for, with the links of a `day`. `refused` are rows of links that are none,
    `bad_rows` how many rows of the files could not be read, `asking` how a service answered."""

    distances: Distances
    day: date
    links: tuple[Link, ...]
    refused: tuple[RefusedLink, ...]
    bad_rows: int
    asking: Asking | None

    @property
    def by_air(self) -> bool:
        """Whether a way is a great circle, which crosses the sea unless links part it."""
        return self.distances.status is not Status.CONFIRMED

    def notes(self) -> tuple[str, ...]:
        """What has to stand beside the numbers."""
        source = self.distances.source
        assumed = "（未確認の仮定） / an unconfirmed assumption" if self.by_air else ""
        told = [f"距離: {source}{assumed}"]
        if self.links:
            told.append(f"経路の表: {self.day} にあてはまるもの / links that hold on that day")
        if self.by_air and not any(isinstance(link, Closure) for link in self.links):
            told.append(
                "離島の表がないため、直線は海をこえます（入力待ち: links, designated-places） / "
                "no islands are loaded: a straight line crosses the sea"
            )
        if self.refused or self.bad_rows:
            rows = "; ".join(
                f"{one.kind} {one.here}→{one.there} {one.field}: {one.reason}" for one in self.refused
            )
            told.append(f"使わなかった行 {len(self.refused) + self.bad_rows} / rows left out {rows}".rstrip())
        if self.asking is not None:
            told.append(f"{FARTHEST:g} までをサービスに聞いた / asked up to {FARTHEST:g}")
            if self.asking.pairs:
                told.append(
                    f"答えがなく到達できないとした組 {self.asking.pairs} / pairs without an answer, "
                    "counted as unreachable"
                )
        return tuple(told)

    def facts(self) -> dict[str, object]:
        """The same for JSON."""
        return {
            "source": self.distances.source,
            "status": self.distances.status.value,
            "day": self.day,
            "links": len(self.links),
            "links_refused": len(self.refused),
            "rows_left_out": self.bad_rows,
            "asked_up_to": None if self.asking is None else FARTHEST,
            "pairs_without_answer": 0 if self.asking is None else self.asking.pairs,
        }


def measure(asked: Measuring, rule: TravelRule, today: date, *, minutes: bool = True) -> Measured:
    """Distances in minutes by car, or in kilometres.

    Raises Problem `workforce.travel-unknown` for a service that is none, or one beside a table of times,
    `workforce.own-file-unusable`, and what `read_table` raises.
    """
    day = today if asked.season is None else asked.season.day(today)
    times, link_file, designated_file = asked.files
    if asked.service and asked.times:
        raise Problem("workforce.travel-unknown", where="--travel-times", travel=asked.service)
    bad_rows, asking = 0, None
    base: Distances
    measured_in: Measure = "minutes" if minutes else "km"
    if asked.service:
        asking = Asking()
        base = MatrixDistances(
            service_of(asked.service, asked.key),
            measured_in,
            httpx.Client(timeout=_SECONDS),
            threading.Event().wait,
            rule.assumptions.fastest_kilometres_per_hour,
            FARTHEST,
            asking,
        )
    elif times is not None:
        base, bad_rows = _times(times)
        if not minutes:
            raise Problem("workforce.travel-unknown", where="--travel-times", travel=times.name)
    else:
        base = great_circle(rule, minutes_by="car" if minutes else None)
    links: tuple[Link, ...] = ()
    refused: tuple[RefusedLink, ...] = ()
    if link_file is not None:
        table, left_out = usable(link_file, LINKS)
        bad_rows += left_out
        links, refused = links_of(table, settlements(), shipped_land())
    if designated_file is not None and base.status is not Status.CONFIRMED:
        table, left_out = usable(designated_file, DESIGNATED)
        bad_rows += left_out
        links += islands_of(table, shipped_land())
    distances = linked(base, links, day) if links else base
    return Measured(distances, day, links, refused, bad_rows, asking)


def service_of(text: str, key: str = "") -> MatrixService:
    """A service from kind=URL. Raises Problem `workforce.travel-unknown`."""
    kind, _, url = text.partition("=")
    if kind not in _SERVICES or not url.startswith(("http://", "https://")):
        raise Problem("workforce.travel-unknown", where="--travel", travel=text)
    if kind == "osrm":
        return Osrm(url)
    return Valhalla(url) if kind == "valhalla" else OpenRouteService(url, key)


def _times(file: Path) -> tuple[OwnTable, int]:
    table, left_out = usable(file, TIMES)
    known = ~np.isnan(table.values)
    rows = zip(
        table.keys["place"][known].tolist(),
        table.keys["second"][known].tolist(),
        table.values[known].tolist(),
        strict=True,
    )
    pairs = {(here, there): (minutes, np.inf) for here, there, minutes in rows}
    return OwnTable(file.name, "minutes", pairs, ()), left_out
