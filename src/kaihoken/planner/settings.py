"""The planner's settings: read once at the edge (see docs/settings.md)."""

from typing import Annotated

import msgspec


class PlannerSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Where the planner's pages are served, and where a prefecture keeps its own tables."""

    host: str = "127.0.0.1"  # address on which the pages are served
    port: Annotated[int, msgspec.Meta(ge=1, le=65535)] = 8010  # port of the pages
    data: str = ""  # folder of the user's own tables; none: what ships alone
    areas: str = "330"  # the areas of those tables: 330, 335, 339, or a CSV file of a grouping of one's own
    travel: str = ""  # service for travel times on the pages of one area, as osrm=URL (or valhalla=)
    travel_secret: str = ""  # key of that service
    demo: bool = False  # fictitious constants are allowed, and every page says so
