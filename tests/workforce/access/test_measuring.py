"""How far it is as somebody asks: files of links, islands and times, services behind a URL; and what the sea parts."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import numpy as np
import pytest
from tests.workforce.access.test_links import SUMMER, WINTER
from tests.workforce.access.test_matrices import (
    DESTINATIONS,
    ORIGINS,
    URL,
    osrm,
    route_service,
    valhalla,
)
from typer.testing import CliRunner

from kaihoken.problems import Problem
from kaihoken.workforce.access import (
    great_circle,
    published_facilities,
    reach_emergency,
    settlements,
    travel_rule,
)
from kaihoken.workforce.access.land import across_sea, shipped_land
from kaihoken.workforce.access.matrices import MatrixDistances
from kaihoken.workforce.access.measuring import Measuring, TimeOfYear, measure
from kaihoken.workforce.access.services import Osrm
from kaihoken.workforce.commands import app

RULE = travel_rule(SUMMER)
AWASHIMA, MURAKAMI = "15586", "15212"
"""粟島浦村, an island of one village without a hospital, and the town its ferry goes to."""


def told(*arguments: str) -> dict:
    done = CliRunner().invoke(app, [*arguments, "--format", "json"])
    assert done.exception is None, done.exception
    return json.loads(done.stdout)


def everybody(made: dict) -> dict[str, dict]:
    return {row["code"]: row for row in made["rows"] if row["age"] == "all" and row["limit"] == 60.0}


def islands(folder: Path) -> Path:
    """Awashima is designated, and so is Murakami: on the mainland, with islets."""
    text = f"市区町村コード,特別豪雪地帯,離島\n{AWASHIMA},0,1\n{MURAKAMI},0,1\n"
    (folder / "designated-places.csv").write_text(text, encoding="utf-8")
    return folder


def links(folder: Path, *rows: str) -> Path:
    file = folder / "links.csv"
    head = "発地コード,着地コード,種類,所要時間,始まりの月,終わりの月"
    file.write_text("\n".join((head, *rows)) + "\n", encoding="utf-8")
    return file


def reached(*arguments: str) -> dict[str, dict]:
    return everybody(told("reach", "--area", "下越", "--by", "municipality", *arguments))


def test_without_a_table_an_island_looks_near_and_the_sea_is_said() -> None:
    made = told("reach", "--area", "下越", "--by", "municipality")
    island = everybody(made)[AWASHIMA]

    assert island["within"] == island["residents"] == island["across_sea"] > 0
    assert everybody(made)[MURAKAMI]["across_sea"] == 0
    assert any("海をこえます" in note for note in made["notes"])


def test_an_island_is_unreachable_until_a_ferry_goes(tmp_path: Path) -> None:
    alone = reached("--data", str(islands(tmp_path)))[AWASHIMA]
    ferry = links(tmp_path, f"{AWASHIMA},{MURAKAMI},船便,30,5,10")
    sailed = reached("--data", str(tmp_path), "--links", str(ferry), "--season", "summer")
    winter = reached("--data", str(tmp_path), "--season", "winter")

    assert (alone["within"], alone["unreachable"]) == (0.0, alone["residents"])
    assert sailed[AWASHIMA]["unreachable"] == 0.0
    assert sailed[AWASHIMA]["within"] > 0.0
    assert winter[AWASHIMA]["unreachable"] == alone["residents"]
    assert winter[MURAKAMI] == reached()[MURAKAMI]


def test_winter_closes_a_pass(tmp_path: Path) -> None:
    village = "15581"  # 関川村 has no emergency hospital
    asked = (
        "--links",
        str(links(tmp_path, f"{village},{MURAKAMI},冬期閉鎖,,12,4", f"{village},,閉鎖,,12,4")),
    )
    summer, winter = (reached(*asked, "--season", season)[village] for season in ("summer", "winter"))

    assert (summer["unreachable"], winter["unreachable"]) == (0.0, winter["residents"])


def test_rows_that_are_no_links_are_named_and_the_others_hold(tmp_path: Path) -> None:
    file = links(
        tmp_path,
        f"{AWASHIMA},,閉鎖,,1,12",
        f"{AWASHIMA},{MURAKAMI},閉鎖,,,",
        f"99999,{MURAKAMI},船便,30,,",
        f"{AWASHIMA},15100,船便,,,",
        f"{AWASHIMA},15101,ほうき,3,,",
    )
    made = measure(Measuring(links=file), RULE, SUMMER)

    assert [(one.there, one.field) for one in made.refused] == [
        (MURAKAMI, "months"),
        (MURAKAMI, "place"),
        ("15100", "minutes"),
    ]
    assert (len(made.links), made.bad_rows) == (1, 1)
    assert any("使わなかった行 4" in note for note in made.notes())


def test_an_island_of_several_municipalities_is_closed_as_one(tmp_path: Path) -> None:
    amami = sorted(shipped_land().zone("46222"))
    file = links(tmp_path, *(f"{code},,閉鎖,,1,12" for code in amami))
    (closure,) = measure(Measuring(links=file), RULE, SUMMER).links

    assert len(amami) == 5
    assert closure.zone == frozenset(amami)


@pytest.mark.parametrize(
    ("season", "day"), [(TimeOfYear.WINTER, (2, 1)), (TimeOfYear.SUMMER, (8, 1)), (None, (1, 15))]
)
def test_a_season_is_a_day_of_this_year(season: TimeOfYear | None, day: tuple[int, int]) -> None:
    made = measure(Measuring(season=season), RULE, WINTER)

    assert (made.day.month, made.day.day) == day


def test_lands_are_islands_and_the_main_islands() -> None:
    land = shipped_land()
    honshu, tajiri, naoshima, awaji, hamamatsu = land.of(
        np.array(["13101", "27362", "37364", "28205", "22138"])
    )

    assert honshu == tajiri == hamamatsu
    assert len({honshu, naoshima, awaji, *land.of(np.array(["01101", "40101", "36201", "47201"]))}) == 7


def test_people_across_the_sea_are_those_whose_nearest_is_on_another_land() -> None:
    near, facilities = settlements().within(AWASHIMA, MURAKAMI), published_facilities()
    found = reach_emergency(near, facilities, great_circle(RULE, minutes_by="car"))

    np.testing.assert_array_equal(
        across_sea(found, facilities, shipped_land()), near.municipality == AWASHIMA
    )


@contextmanager
def answering(answers) -> Iterator[str]:
    """A server on this machine that answers as a service's page says."""

    class Service(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            size = int(self.headers.get("content-length", 0))
            request = httpx.Request(
                self.command,
                f"http://service{self.path}",
                headers=dict(self.headers),
                content=self.rfile.read(size),
            )
            answer = answers(request)
            self.send_response(answer.status_code)
            self.send_header("content-length", str(len(answer.content)))
            self.end_headers()
            self.wfile.write(answer.content)

        def do_POST(self) -> None:
            self.do_GET()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Service)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize(
    ("kind", "answers", "name"),
    [
        ("osrm", osrm, "OSRM"),
        ("valhalla", valhalla, "Valhalla"),
        ("openrouteservice", route_service, "openrouteservice"),
    ],
)
def test_a_service_is_asked_over_http_for_the_region(kind: str, answers, name: str) -> None:
    def quick(request: httpx.Request) -> httpx.Response:
        return answers(request, lambda _, there: None if there[1] > 141.9 else 1200.0)

    with answering(quick) as url:
        asked = (
            "reach",
            "--area",
            "釜石",
            "--by",
            "municipality",
            "--age",
            "all",
            "--travel",
            f"{kind}={url}",
        )
        made = told(*asked, "--travel-key", "the-key")

    assert made["distance"]["source"] == f"{name} 127.0.0.1"
    assert (made["distance"]["status"], made["distance"]["asked_up_to"]) == ("confirmed", 120.0)
    shares = [row["share"] for row in made["rows"]]
    # As the answer is 20 minutes (Valhalla counts seconds too), everybody is within 30.
    assert shares == [1.0] * len(shares)
    assert "the-key" not in json.dumps(made)


def test_a_service_that_falls_silent_leaves_unreachable_rows_and_says_how_many() -> None:
    answered = []

    def once(request: httpx.Request) -> httpx.Response:
        if answered:
            return httpx.Response(503)
        answered.append(request)
        return osrm(request)

    waits: list[float] = []
    client = httpx.Client(transport=httpx.MockTransport(once))
    distances = MatrixDistances(Osrm(URL, side=1), "minutes", client, waits.append, 120.0, 60.0)
    found = distances.nearest(ORIGINS, DESTINATIONS)

    assert len(found.cost) == 3
    assert np.isinf(found.cost).sum() == 2
    assert (distances.asking.answered, distances.asking.pairs) == (1, 2 * len(DESTINATIONS))
    assert len(waits) == 3 * 4


def test_the_nearest_of_a_service_is_the_least_of_all_pairs() -> None:
    def asked(request: httpx.Request) -> httpx.Response:
        return osrm(request)

    client = httpx.Client(transport=httpx.MockTransport(asked))
    distances = MatrixDistances(Osrm(URL, side=1), "minutes", client, [].append, 120.0, 60.0)

    np.testing.assert_array_equal(
        distances.nearest(ORIGINS, DESTINATIONS).cost,
        distances.within(ORIGINS, DESTINATIONS, 60.0).nearest().cost,
    )


def test_a_table_of_times_is_used_in_the_place_of_the_map(tmp_path: Path) -> None:
    file = tmp_path / "travel-times.csv"
    hospital = published_facilities().ids[published_facilities().position("岩手県立釜石病院")]
    file.write_text(f"コード,着地コード,所要時間\n03211,{hospital},25\n", encoding="utf-8")
    rows = everybody(told("reach", "--area", "釜石", "--by", "municipality", "--travel-times", str(file)))

    assert rows["03211"]["share"] == 1.0
    assert rows["03461"]["unreachable"] == rows["03461"]["residents"] > 0


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("--travel", "teleport=http://127.0.0.1:1", "--area", "釜石"), "workforce.travel-unknown"),
        (("--travel", "osrm=http://127.0.0.1:1"), "workforce.region-needed"),
        (("--travel", "osrm=http://routes.example", "--area", "釜石"), "access.hub-plain"),
    ],
)
def test_what_cannot_be_asked_is_refused(arguments: tuple[str, ...], code: str) -> None:
    done = CliRunner().invoke(app, ["reach", *arguments])

    assert isinstance(done.exception, Problem)
    assert done.exception.code == code


def test_a_file_that_is_another_table_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "links.csv"
    file.write_text("a,b\n1,2\n", encoding="utf-8")

    with pytest.raises(Problem) as raised:
        measure(Measuring(links=file), RULE, SUMMER)
    assert raised.value.code == "workforce.own-file-unusable"
