"""The central system: one ASGI application over one store and one log. Assembly only; decisions live below."""

from kaihoken.hub.application import Assemble
from kaihoken.hub.pages.card_wallet import CardWallet, HeldCard
from kaihoken.hub.pages.showcase import Case, Showcase
from kaihoken.hub.pages.start import with_pages
from kaihoken.hub.rehearsal import Rehearsal, rehearsing
from kaihoken.hub.serving.server import listening_at, server_of
from kaihoken.hub.settings import HubSettings

__all__ = [
    "Assemble",
    "CardWallet",
    "Case",
    "HeldCard",
    "HubSettings",
    "Rehearsal",
    "Showcase",
    "listening_at",
    "rehearsing",
    "server_of",
    "with_pages",
]
