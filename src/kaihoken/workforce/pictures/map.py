"""A map of areas by class: read in grey, on a photocopy, by keyboard and by ear."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from markupsafe import Markup

from kaihoken.workforce.pictures.ink import FILL, HATCHED, INK, MARK, RULE, Look, Picture, Share, Third
from kaihoken.workforce.pictures.outlines import Outline, Outlines

Box = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Shade:
    """How one area is drawn: its look, whether its class cannot be told (境界: a dashed edge), what is said of it, and
    where it leads."""

    look: Look | Third | Share
    words: str
    borderline: bool = False
    href: str = ""


def map_of(
    drawn: Outlines,
    shades: Mapping[str, Shade],
    *,
    title: str,
    view: Box | None = None,
    selected: Collection[str] = (),
) -> Picture:
    """The map. An area without a shade is drawn as 入力待ち. `view` is a part of the map (see `Outlines.around`);
    those `selected` get an edge of their own, drawn last."""
    left, top, width, height = view or (-60, -60, drawn.width + 120, drawn.height + 120)
    unit = max(width, height) / 1000
    seen = [area for area in drawn.areas if _inside(area, (left, top, width, height))]
    missing = Shade("missing", "－")
    hatched = any(shade.look in HATCHED for shade in shades.values())
    parts = [_hatching(unit)] if hatched else []
    parts += [_area(area, shades.get(area.code, missing), unit) for area in seen]
    parts += [_dashed(area, unit) for area in seen if shades.get(area.code, missing).borderline]
    if view is None:
        parts += [
            Markup(
                '<rect class="inset" x="{}" y="{}" width="{}" height="{}" fill="none" stroke="{}"'
                ' stroke-width="{:.1f}"/>'
            ).format(box[0], box[1], box[2] - box[0], box[3] - box[1], RULE, unit)
            for box in drawn.insets
        ]
    parts += [_chosen(area, unit) for area in seen if area.code in selected]
    leads = any(shade.href for shade in shades.values())
    return Picture(Markup("").join(parts), (left, top, width, height), title, "map", leads)


def legend_of(looks: Mapping[Look, str], *, borderline: str = "") -> Picture:
    """The looks with their words, one below the other."""
    rows = [
        Markup(
            '<rect x="1" y="{}" width="26" height="16" fill="{}" stroke="{}" stroke-width="1"{}/>'
            '<text x="36" y="{}" font-size="14" fill="{}">{}</text>'
        ).format(
            24 * row + 2,
            _fill(look),
            RULE,
            Markup(' class="look {}"').format(look),
            24 * row + 15,
            INK,
            words,
        )
        for row, (look, words) in enumerate(looks.items())
    ]
    if borderline:
        y = 24 * len(rows)
        rows.append(
            Markup(
                '<rect x="1" y="{}" width="26" height="16" fill="{}" stroke="{}" stroke-width="2"'
                ' stroke-dasharray="4 3"/>'
                '<text x="36" y="{}" font-size="14" fill="{}">{}</text>'
            ).format(y + 2, FILL["middle"], INK, y + 15, INK, borderline)
        )
    return Picture(
        Markup("").join([_hatching(1.4), *rows]),
        (0, 0, 240, 24 * len(rows)),
        "、".join(looks.values()),
        "legend",
    )


def _inside(area: Outline, view: Box) -> bool:
    left, top, width, height = view
    return (
        area.box[2] > left and area.box[0] < left + width and area.box[3] > top and area.box[1] < top + height
    )


def _fill(look: Look | Third | Share) -> str:
    return "url(#minority-hatched)" if look in HATCHED else FILL[look]


def _hatching(unit: float) -> Markup:
    """少数 is told from 中程度 by lines as well, so that a copy in grey still tells them. The lines are drawn slanting
    in an upright tile: not every program that makes paper turns a pattern."""
    tile = 9.0 * unit
    lines = " ".join(
        f"M{tile * x1:.2f} {tile * y1:.2f}L{tile * x2:.2f} {tile * y2:.2f}"
        for x1, y1, x2, y2 in ((0, 1, 1, 0), (-0.25, 0.25, 0.25, -0.25), (0.75, 1.25, 1.25, 0.75))
    )
    return Markup(
        '<defs><pattern id="minority-hatched" width="{0}" height="{0}" patternUnits="userSpaceOnUse">'
        '<rect width="{0}" height="{0}" fill="{1}"/><path d="{2}" stroke="#5f7fae" stroke-width="{3}"/>'
        "</pattern></defs>"
    ).format(f"{tile:.2f}", FILL["minority"], lines, f"{1.2 * unit:.2f}")


def _area(area: Outline, shade: Shade, unit: float) -> Markup:
    path = Markup(
        '<path class="area {}" data-code="{}" d="{}" fill="{}" stroke="{}" stroke-width="{}"><title>{}</title></path>'
    ).format(shade.look, area.code, area.path, _fill(shade.look), RULE, f"{0.8 * unit:.1f}", shade.words)
    if shade.look == "missing":
        middle = (area.box[0] + area.box[2]) // 2, (area.box[1] + area.box[3]) // 2
        path += Markup(
            '<text class="absent" x="{}" y="{}" font-size="{}" text-anchor="middle">－</text>'
        ).format(*middle, f"{12 * unit:.0f}")
    if not shade.href:
        return path
    return Markup('<a href="{}" tabindex="-1">{}</a>').format(shade.href, path)


def _dashed(area: Outline, unit: float) -> Markup:
    return Markup(
        '<path class="borderline" d="{}" fill="none" stroke="{}" stroke-width="{}" stroke-dasharray="{} {}"/>'
    ).format(area.path, INK, f"{2 * unit:.1f}", f"{5 * unit:.1f}", f"{4 * unit:.1f}")


def _chosen(area: Outline, unit: float) -> Markup:
    return Markup(
        '<path class="chosen" d="{}" fill="none" stroke="{}" stroke-width="{}" stroke-linejoin="round"/>'
    ).format(area.path, MARK, f"{4 * unit:.1f}")
