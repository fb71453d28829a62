"""表: the tables of the index and the plan, each one concept with checked columns."""

from kaihoken.workforce.tables.published import (
    AREA_TABLE,
    PREFECTURE_TABLE,
    PublishedComponents,
    published_components,
    published_nation,
    published_prefectures,
)

__all__ = [
    "AREA_TABLE",
    "PREFECTURE_TABLE",
    "PublishedComponents",
    "published_components",
    "published_nation",
    "published_prefectures",
]
