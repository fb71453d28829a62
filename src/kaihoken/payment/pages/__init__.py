"""「窓口でいくら払う？」: the form, the answer as people read it, the same as data. Pure.

Its parts of a page are `templates/pay_parts.html` of this room, its words those of this room.
"""

from typing import TYPE_CHECKING

from kaihoken.faces import lazily

if TYPE_CHECKING:
    from kaihoken.payment.pages.data import data_of
    from kaihoken.payment.pages.form import (
        BEYOND_FIRST,
        EMPTY,
        FIELDS,
        Choices,
        Typed,
        asked_of,
        choices,
        typed,
    )
    from kaihoken.payment.pages.view import BillView, LimitView, ReckoningView, view_of

__all__ = [
    "BEYOND_FIRST",
    "EMPTY",
    "FIELDS",
    "BillView",
    "Choices",
    "LimitView",
    "ReckoningView",
    "Typed",
    "asked_of",
    "choices",
    "data_of",
    "typed",
    "view_of",
]

if not TYPE_CHECKING:
    __getattr__ = lazily(__name__)
