"""What goes wrong at a desk, counted by kind and day. No persons.

>>> desk.troubles.count(Kind.CARD_LEFT)
>>> desk.troubles.count(Kind.HUB_REFUSAL, "access.client-disabled")
"""

from kaihoken.desk.troubles.kinds import KINDS, Kind
from kaihoken.desk.troubles.log import Counted, Month, Troubles

__all__ = ["KINDS", "Counted", "Kind", "Month", "Troubles"]
