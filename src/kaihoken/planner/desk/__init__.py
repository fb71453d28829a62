"""キャリアの記録: the pages on which the sealed book of careers is opened, behind a sign-in. A site of its own.

The planner's public pages and these share words and looks and nothing else: another application, another port, another
origin, and only this one holds the store and its keys.
"""

from kaihoken.planner.desk.frame import Desk
from kaihoken.planner.desk.site import careers_desk

__all__ = ["Desk", "careers_desk"]
