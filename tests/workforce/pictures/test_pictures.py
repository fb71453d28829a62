"""Pictures say what they show without colour, and stand alone as files."""

import pytest
from lxml import etree

from kaihoken.workforce.pictures import (
    Look,
    Shade,
    Share,
    Step,
    SupplyBand,
    SupplyWords,
    Third,
    by_year,
    map_of,
    outlines,
    pyramid,
    supply_by_area,
    supply_over_years,
    waterfall,
)

SVG = "{http://www.w3.org/2000/svg}"


def test_a_waterfall_leads_from_the_first_number_to_the_last() -> None:
    picture = waterfall(
        ("全国", 255.6), [Step("医師", -107.6), Step("受療率", -40.2)], ("釜石", 107.8), title="差"
    )

    root = etree.fromstring(picture.file.encode())
    words = [text.text for text in root.iter(f"{SVG}text")]
    assert words == ["全国", "255.6", "医師", "−107.6", "受療率", "−40.2", "釜石", "107.8"]
    bars = [(float(bar.get("x", "")), float(bar.get("width", ""))) for bar in root.iter(f"{SVG}rect")]
    assert bars[1][0] + bars[1][1] == bars[0][0] + bars[0][1]
    assert abs(bars[2][0] - bars[3][0] - bars[3][1]) < 0.3


def test_a_number_below_zero_moves_the_axis() -> None:
    picture = waterfall(("a", 10.0), [Step("b", -30.0)], ("c", -20.0), title="d")

    bars = [float(bar.get("x", "")) for bar in etree.fromstring(picture.file.encode()).iter(f"{SVG}rect")]
    assert min(bars) >= 0


def test_a_class_is_told_by_hatching_and_a_borderline_by_dashes() -> None:
    drawn = outlines()
    shades = {
        "0306": Shade("minority", "釜石 少数"),
        "0307": Shade("middle", "宮古 中程度", borderline=True, href="/area/0307"),
    }

    root = etree.fromstring(map_of(drawn, shades, title="地図", selected=["0306"]).file.encode())

    by_code = {path.get("data-code"): path for path in root.iter(f"{SVG}path") if path.get("data-code")}
    assert by_code["0306"].get("fill") == "url(#minority-hatched)"
    assert by_code["0307"].getparent().get("href") == "/area/0307"
    assert by_code["0101"].get("class") == "area missing"
    assert len([path for path in root.iter(f"{SVG}path") if path.get("class") == "borderline"]) == 1
    assert len([path for path in root.iter(f"{SVG}path") if path.get("class") == "chosen"]) == 1


@pytest.mark.parametrize("look", ["minority", "share-3", "share-0", "high"])
def test_a_hatching_that_is_named_is_there(look: Look | Third | Share) -> None:
    root = etree.fromstring(map_of(outlines(), {"0306": Shade(look, "釜石")}, title="地図").file.encode())

    drawn = [path.get("fill", "") for path in root.iter(f"{SVG}path")]
    named = {fill.removeprefix("url(#").removesuffix(")") for fill in drawn if fill.startswith("url(#")}
    assert named == {pattern.get("id") for pattern in root.iter(f"{SVG}pattern")}


def test_a_part_of_the_map_holds_only_what_lies_there() -> None:
    drawn = outlines()

    root = etree.fromstring(map_of(drawn, {}, title="岩手", view=drawn.around(["0306"])).file.encode())

    codes = {path.get("data-code") for path in root.iter(f"{SVG}path")}
    assert "0306" in codes
    assert "4703" not in codes


def test_words_are_escaped() -> None:
    picture = by_year([2020], [1.0], title="<b>")

    assert "<b>" not in picture.svg
    assert "&lt;b&gt;" in picture.svg


def test_a_year_without_a_number_is_no_zero() -> None:
    root = etree.fromstring(by_year([2014, 2016], [None, 12.0], title="t").file.encode())

    assert "－" in [text.text for text in root.iter(f"{SVG}text")]
    assert len(list(root.iter(f"{SVG}rect"))) == 1


def test_the_young_stand_below_the_old() -> None:
    root = etree.fromstring(
        pyramid(["0–4", "5–9"], [1.0, 2.0], [1.0, 2.0], words=("男", "女"), title="t").file.encode()
    )

    assert [text.text for text in root.iter(f"{SVG}text")] == ["男", "女", "5–9", "0–4"]


class TestSupply:
    WORDS = SupplyWords("必要数", "試行", "中央値", "仮定", "供給 {low}–{high}　必要 {need}")

    def test_years_have_a_band_lines_and_the_need(self) -> None:
        bands = [SupplyBand(90, 110, 92, 100, 108), SupplyBand(80, 130, 85, 105, 125)]

        drawn = supply_over_years((2022, 2036), bands, (2036, 150), words=self.WORDS, title="供給").file

        assert drawn.count("<polygon") == 1
        assert drawn.count('stroke-dasharray="5 4"') == 3  # two assumptions, and the legend
        assert "必要数 150" in drawn
        assert "2036" in drawn

    def test_without_runs_there_are_the_two_assumptions_alone(self) -> None:
        drawn = supply_over_years(
            (2022, 2024), [SupplyBand(1, 1), SupplyBand(1, 1)], None, words=self.WORDS, title=""
        ).file

        assert "<polygon" not in drawn
        assert "NaN" not in drawn

    def test_areas_are_drawn_by_their_own_need_and_one_that_waits_has_a_dash(self) -> None:
        rows = [
            ("釜石", SupplyBand(50, 60, 51, 55, 59), 100.0),
            ("宮古", None, 120.0),
            ("二戸", SupplyBand(1, 2), None),
        ]

        drawn = supply_by_area(rows, words=self.WORDS, title="区域").file

        assert "供給 50–60　必要 100" in drawn
        assert drawn.count("－") == 2
        boxes = list(etree.fromstring(drawn.encode()).iter(f"{SVG}rect"))
        (need,) = [float(box.get("x", "")) for box in boxes if box.get("y") == "22.0"]
        (assumed,) = [float(box.get("x", "")) for box in boxes if box.get("stroke-dasharray")]
        assert (assumed - 2) / (need + 0.75 - 2) == pytest.approx(0.5, abs=0.01)
