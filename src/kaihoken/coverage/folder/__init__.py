"""The folder agent: requests that a clinic's software writes into `req` are asked at a hub, results come into `res`.

What decides is pure (`passage`, `arrival`, `outcome`); `shelves` holds the files, `agent` the course of a round.
"""

from kaihoken.coverage.folder.agent import Agent, ask_at
from kaihoken.coverage.folder.shelves import Folders, Shelves

__all__ = ["Agent", "Folders", "Shelves", "ask_at"]
