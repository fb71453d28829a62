"""The folder agent: requests that a clinic's software writes into `req` are asked at a hub, results come into `res`.

What decides is pure (`passage`, `arrival`, `outcome`); `shelves` holds the files, `agent` the course of a round. A
program that has the agent as a part of it uses `Carrier`, and shows its `FolderState`; `notices_of` tells of any other
folder in the same way.

>>> carrier = Carrier(Folders(req, res, work), ask_at(hub), print, SystemClock())
>>> carrier.start()
>>> carrier.state.waiting, carrier.state.held_up
(0, None)
"""

from typing import TYPE_CHECKING

from kaihoken.faces import lazily

if TYPE_CHECKING:
    from kaihoken.coverage.folder.agent import EVERY_SECONDS, STAY_MINUTES, Agent, Ask, Tell, ask_at
    from kaihoken.coverage.folder.arrival import Arrival, Look, Spacing
    from kaihoken.coverage.folder.carrier import Carrier
    from kaihoken.coverage.folder.disk import DiskThread
    from kaihoken.coverage.folder.noticing import Looking, Notices, Told, notices_of
    from kaihoken.coverage.folder.places import PLACES, Places, usual_places
    from kaihoken.coverage.folder.placing import put_request
    from kaihoken.coverage.folder.report import Ended, FolderState, Trouble, Unread
    from kaihoken.coverage.folder.shelves import Folders, Shelves

__all__ = [
    "EVERY_SECONDS",
    "PLACES",
    "STAY_MINUTES",
    "Agent",
    "Arrival",
    "Ask",
    "Carrier",
    "DiskThread",
    "Ended",
    "FolderState",
    "Folders",
    "Look",
    "Looking",
    "Notices",
    "Places",
    "Shelves",
    "Spacing",
    "Tell",
    "Told",
    "Trouble",
    "Unread",
    "ask_at",
    "notices_of",
    "put_request",
    "usual_places",
]

if not TYPE_CHECKING:
    __getattr__ = lazily(__name__)
