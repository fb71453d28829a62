"""The search field of the map: to the page of the area that is meant."""

from kaihoken.planner.asked import Asked, Elsewhere
from kaihoken.workforce.portrait import Atlas


def find(atlas: Atlas, asked: Asked) -> Elsewhere:
    """Problems `workforce.area-unknown` and `workforce.area-ambiguous`, which names the areas of that name."""
    return Elsewhere(f"/area/{atlas.index.areas.find(asked.query.get('name', '').strip()).code}")
