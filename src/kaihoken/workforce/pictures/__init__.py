"""図: maps, waterfalls, years and ages as SVG, for pages and documents alike."""

from kaihoken.workforce.pictures.counts import by_year, pyramid
from kaihoken.workforce.pictures.dots import Dot, Places, dots_of
from kaihoken.workforce.pictures.ink import Look, Picture, Share, Third, noted, signed
from kaihoken.workforce.pictures.map import Shade, legend_of, map_of
from kaihoken.workforce.pictures.outlines import CREDIT as OUTLINES_CREDIT
from kaihoken.workforce.pictures.outlines import Layer, Outlines, outlines
from kaihoken.workforce.pictures.shares import counted, histogram, shares
from kaihoken.workforce.pictures.steps import steps_of
from kaihoken.workforce.pictures.supply import SupplyBand, SupplyWords, supply_by_area, supply_over_years
from kaihoken.workforce.pictures.waterfall import Step, waterfall

__all__ = [
    "OUTLINES_CREDIT",
    "Dot",
    "Layer",
    "Look",
    "Outlines",
    "Picture",
    "Places",
    "Shade",
    "Share",
    "Step",
    "SupplyBand",
    "SupplyWords",
    "Third",
    "by_year",
    "counted",
    "dots_of",
    "histogram",
    "legend_of",
    "map_of",
    "noted",
    "outlines",
    "pyramid",
    "shares",
    "signed",
    "steps_of",
    "supply_by_area",
    "supply_over_years",
    "waterfall",
]
