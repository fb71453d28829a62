"""The outlines that maps are drawn from: every area is there, and neighbours meet."""

import re

import numpy as np
import pytest

from kaihoken.workforce import area_set, prefectures
from kaihoken.workforce.pictures import Layer, outlines
from kaihoken.workforce.pictures.outlines import projected


@pytest.mark.parametrize(
    ("layer", "codes"), [("area330", area_set("330").codes), ("area339", area_set("339").codes)]
)
def test_every_area_has_an_outline(layer: Layer, codes: tuple[str, ...]) -> None:
    drawn = outlines(layer)

    assert sorted(area.code for area in drawn.areas) == list(codes)
    assert all(area.path.startswith("M") and area.path.endswith("z") for area in drawn.areas)


def test_prefectures_are_called_by_their_names() -> None:
    assert {area.code for area in outlines("prefectures").areas} == set(prefectures().values())


def test_the_map_lies_within_its_size_and_each_path_within_its_box() -> None:
    drawn = outlines()

    for area in drawn.areas:
        left, top, right, bottom = area.box
        assert 0 <= left <= right <= drawn.width
        assert 0 <= top <= bottom <= drawn.height
        x, y = (int(number) for number in re.findall(r"M(\d+) (\d+)", area.path)[0])
        assert left <= x <= right
        assert top <= y <= bottom


def points(path: str) -> set[tuple[int, int]]:
    found = set()
    for start, steps in re.findall(r"M(\d+ \d+)l([^z]*)", path):
        at = np.array([int(number) for number in start.split()])
        found.add((int(at[0]), int(at[1])))
        numbers = np.array([int(number) for number in steps.split()]).reshape(-1, 2)
        found |= {(int(x), int(y)) for x, y in at + np.cumsum(numbers, axis=0)}
    return found


def test_neighbours_share_their_border() -> None:
    paths = {area.code: area.path for area in outlines().areas}

    kamaishi, miyako, naha = (points(paths[code]) for code in ("0306", "0307", "4703"))
    assert len(kamaishi & miyako) > 3
    assert not kamaishi & naha


def test_far_islands_are_drawn_inside_their_insets() -> None:
    drawn = outlines()
    okinawa = next(area for area in drawn.areas if area.code == "4703")

    (left, top, right, bottom), ogasawara = drawn.insets
    assert left < okinawa.box[0] < okinawa.box[2] < right
    assert top < okinawa.box[1] < okinawa.box[3] < bottom
    assert ogasawara[2] <= drawn.width
    assert ogasawara[3] <= drawn.height + 40


def test_the_projection_keeps_north_up_and_east_to_the_right() -> None:
    sapporo, kagoshima, middle = projected(np.array([[141.35, 43.06], [130.55, 31.6], [137.5, 38.0]]))

    assert sapporo[0] > middle[0] > kagoshima[0]
    assert sapporo[1] > middle[1] > kagoshima[1]
    assert middle[0] == pytest.approx(0)
