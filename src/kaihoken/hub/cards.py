"""What a hub makes of its settings about cards: whom it trusts, and which questions about a card it takes."""

import logging
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

import httpx

from kaihoken.audit import Committer
from kaihoken.card.certificate import Trust, read_roots
from kaihoken.card.holders import HolderLine
from kaihoken.card.presence import Presences
from kaihoken.card.revocation import CrlSource, OcspSource, RevocationSource, files_in, served_at
from kaihoken.clock import Clock
from kaihoken.coverage import CardDesk, CardLinks, CardQuestions, CardTrust, Registrar
from kaihoken.hub.settings import HubSettings
from kaihoken.problems import Problem
from kaihoken.store import LookupKey, Store

_OCSP: Final = "ocsp+"
_WEB: Final = ("http://", "https://")
_PATIENCE_SECONDS: Final = 3.0  # somebody stands at the counter

_log = logging.getLogger("kaihoken.hub")


@asynccontextmanager
async def trusting(settings: HubSettings, clock: Clock) -> AsyncIterator[CardTrust | None]:
    """Whom a hub trusts about cards, while it runs; None where it pins no authority. Problems `hub.card-roots`,
    `card.root-unfit`, `card.root-twice`."""
    if not settings.card_roots:
        yield None
        return
    roots = _roots(settings.card_roots)
    async with httpx.AsyncClient(timeout=_PATIENCE_SECONDS) as line:
        source = _revocation(settings.card_revocation, line, clock)
        holders = HolderLine(settings.card_holders, line) if settings.card_holders else None
        yield CardTrust(roots, source, settings.card_attested, holders)


def _revocation(where: str, line: httpx.AsyncClient, clock: Clock) -> RevocationSource:
    """Who says what was revoked. What comes is signed by the authority: how the line is encrypted, and through which
    proxy it goes, says nothing."""
    if not where.removeprefix(_OCSP).startswith(_WEB):
        return CrlSource(files_in(Path(where)), clock)
    if where.startswith(_OCSP):
        return OcspSource(where.removeprefix(_OCSP), line, clock)
    return CrlSource(served_at(where, line), clock)


def taking_cards(
    settings: HubSettings,
    trust: CardTrust | None,
    committer: Committer,
    lookup_keys: Sequence[LookupKey],
    clock: Clock,
    ticks: Callable[[], int],
    registrar: Registrar,
) -> tuple[CardQuestions, CardDesk | None]:
    """The questions about cards that a hub takes, and its desk for cards, where it pins an authority."""
    proved_only = settings.card_questions == "proved"
    if trust is None:
        return CardQuestions(proved_only=proved_only), None
    presences = Presences(lookup_keys, trust.roots)
    links = None
    if trust.holders is not None:
        issuers = frozenset(one.known_as for one in trust.roots.issuers)
        links = CardLinks(registrar.truth, committer, trust.holders, issuers)
    desk = CardDesk(settings.issuer, trust, presences, committer, lookup_keys, clock, ticks, links)
    return CardQuestions(presences, proved_only=proved_only), desk


def warn_of_unproved_cards(settings: HubSettings, store: Store) -> None:
    """Tells the operator of a real store that any terminal's word for a card is taken."""
    if settings.card_questions == "any" and store.purpose != "demo":
        _log.warning(
            'questions by certificate are taken on a terminal\'s word: card_questions = "proved" asks for a proof'
        )


def _roots(file: str) -> Trust:
    try:
        content = Path(file).read_bytes()
    except OSError as error:
        raise Problem("hub.card-roots", where=file, reason=error.strerror or "?") from None
    return Trust(read_roots(content))
