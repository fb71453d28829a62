"""The central system: one ASGI application over one store and one log. Assembly only; decisions live below."""

from kaihoken.hub.application import Assemble
from kaihoken.hub.card_wallet import CardWallet, HeldCard
from kaihoken.hub.pages import with_pages
from kaihoken.hub.rehearsal import Rehearsal, rehearsing
from kaihoken.hub.serving import listening_at, server_of
from kaihoken.hub.settings import HubSettings
from kaihoken.hub.showcase import Case, Showcase

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
