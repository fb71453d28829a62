"""Readers: places on which cards lie. One in memory (the default), those of the machine by PC/SC, and a bridge that
lays the same virtual card into a PC/SC daemon's reader. All of it blocks."""

from typing import TYPE_CHECKING

from kaihoken.faces import lazily

if TYPE_CHECKING:
    from kaihoken.card.readers.bridge import VpcdBridge
    from kaihoken.card.readers.in_process import DESK_READERS, InProcessReader, InProcessReaders
    from kaihoken.card.readers.pcsc import PcscReader, PcscReaders
    from kaihoken.card.readers.reader import CardReader, Readers, reader_named

__all__ = [
    "DESK_READERS",
    "CardReader",
    "InProcessReader",
    "InProcessReaders",
    "PcscReader",
    "PcscReaders",
    "Readers",
    "VpcdBridge",
    "reader_named",
]

if not TYPE_CHECKING:
    __getattr__ = lazily(__name__)
