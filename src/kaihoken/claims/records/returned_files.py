"""What a returned file holds beside the records of a receipt: 返戻理由 and the 履歴管理ブロック."""

from datetime import date
from functools import cache, lru_cache

import msgspec

from kaihoken import rules
from kaihoken.claims.records.layout import ClaimLayout, ReturnedLayout, layout_of

_KEPT = 64


@lru_cache(maxsize=_KEPT)
def returned_layout(kind: type[ClaimLayout], month: date) -> ReturnedLayout:
    """The layout of a returned file whose receipts are of that kind, in the month that its head names, given by its
    first day: the records of the receipt as they were claimed, and what a returned file adds. Problem
    `rules.no_version`."""
    claimed = layout_of(kind, month)
    receipt = tuple(record for record in claimed.records if record.place == "receipt")
    return msgspec.structs.replace(
        rules.load(ReturnedLayout, on=month),
        point_tables=claimed.point_tables,
        begins=claimed.begins,
        marks=claimed.marks,
        records=receipt + layout_of(ReturnedLayout, month).records,
        borrowed=(),
    )


@cache
def history_layout() -> ReturnedLayout:
    """The records of the 履歴管理ブロック, and the fields in front of each, as in the newest version."""
    newest = rules.PACKAGED.versions(ReturnedLayout.family)[-1].effective_from
    return rules.load(ReturnedLayout, on=newest)
