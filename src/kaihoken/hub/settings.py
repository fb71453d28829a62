"""The hub's settings: read once at the edge (see docs/settings.md)."""

from typing import Annotated, Literal
from urllib.parse import urlsplit

import msgspec

from kaihoken.access import Binding, Limits
from kaihoken.coverage.oqs import turned_on
from kaihoken.loopback import is_loopback, plain_host
from kaihoken.problems import Problem

_RESPONDERS = ("ocsp+http://", "ocsp+https://")


def _is_base(url: str) -> bool:
    """Whether other paths can be written behind a URL."""
    try:
        parts = urlsplit(url)
        named = bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
    plain = url.isascii() and url.isprintable() and not set(url) & set(" ?#@\\")
    return named and plain and parts.scheme in ("http", "https") and not url.endswith("/")


class Tls(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where a hub ends TLS itself, and which certificates of clients it takes."""

    certificate: str = ""  # PEM file of the hub's own chain; none: TLS ends in front of the hub
    key: str = ""  # PEM file of its private key, 0600
    client_ca: str = ""  # PEM file of the CAs that issue clients' certificates; none: none is asked for
    binding: Binding = "offered"  # "required": no token without a certificate, which it is bound to
    proxy_socket: str = ""  # Unix socket of a proxy whose Client-Cert header (RFC 9440) is believed
    allow_1_2_because: str = ""  # why TLS 1.2 is taken, too; none: TLS 1.3 alone
    ended_before_by: str = ""  # what ends TLS before the hub, on its own network: HTTP leaves the machine

    def __post_init__(self) -> None:
        if bool(self.certificate) != bool(self.key):
            raise ValueError("tls.certificate and tls.key: both or neither")
        if self.binding == "required" and not self.client_ca:
            raise ValueError("tls.binding required: name the CAs in tls.client_ca")
        if self.client_ca and not (self.certificate or self.proxy_socket):
            raise ValueError(
                "tls.client_ca: no certificate can arrive without tls.certificate or tls.proxy_socket"
            )
        if self.proxy_socket and not self.client_ca:
            raise ValueError("tls.proxy_socket: name the CAs in tls.client_ca")
        if self.allow_1_2_because and not self.certificate:
            raise ValueError("tls.allow_1_2_because: TLS ends in front of the hub")
        if self.ended_before_by and self.certificate:
            raise ValueError("tls.ended_before_by: the hub ends TLS itself, by tls.certificate")


class HubSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Where a hub keeps its store, keys and witness, and where it listens.

    Problems `oqs.unconfirmed-name`, `oqs.unconfirmed-no-function`."""

    store: str = "kaihoken-store"  # folder (SQLite) or postgresql:// URL
    keys: str = "kaihoken-keys"  # folder of key files, 0700
    witness: str = ""  # path or URL to which heads of the log are appended
    host: str = "127.0.0.1"  # address on which it listens
    port: Annotated[int, msgspec.Meta(ge=1, le=65535)] = 8000  # port on which it listens
    public_url: str = ""  # audience of client assertions, where it differs from http://host:port
    strict_audience: bool = False  # client assertions name the issuer alone (FAPI 2.0), not the endpoint
    log_level: Literal["debug", "info", "warning", "error"] = "warning"  # least severity that is written
    answers_days: Annotated[int, msgspec.Meta(ge=1)] = 30  # for so many days a registration can be repeated
    people: bool = False  # people sign in on pages; then public_url must begin with https://
    hospitals: str = ""  # file with the codes of the hospitals, one a line, for the statistics
    visit_places: str = ""  # file with the area of each facility; counts of visits may be written then
    bulk_days: Annotated[int, msgspec.Meta(ge=1)] = 7  # for so many days the results of a list can be fetched
    bulk_items: Annotated[int, msgspec.Meta(ge=1)] = 2_000_000  # rows of one list at most
    bulk_open: Annotated[int, msgspec.Meta(ge=1)] = 20  # lists of one facility that have not ended
    oqs_unconfirmed: str = ""  # unconfirmed OQS messages that are taken, by name (`kaihoken oqs unconfirmed`)
    card_roots: str = ""  # file of the TEST authorities whose cards are proved (roots.json); none: no card is
    card_revocation: str = ""  # which of their cards were revoked: folder or URL of lists (CRL), or ocsp+URL
    card_questions: Literal["any", "proved"] = "any"  # "proved": no terminal's word about a card it checked
    card_holders: str = ""  # URL of the holder service, by which cards are registered; none: none is
    card_attested: bool = False  # face and visual checks are taken on a terminal's word: a simulation
    limits: Limits = Limits()
    tls: Tls = Tls()

    def __post_init__(self) -> None:
        if bool(self.card_roots) != bool(self.card_revocation):
            raise ValueError("card_roots and card_revocation: both or neither")
        if self.card_revocation.startswith("ocsp+") and not self.card_revocation.startswith(_RESPONDERS):
            raise ValueError("card_revocation: ocsp+http://… or ocsp+https://…")
        if self.card_attested and not self.card_roots:
            raise ValueError("card_attested: no card is proved without card_roots")
        if self.card_holders and not self.card_roots:
            raise ValueError("card_holders: no card is proved without card_roots")
        if self.card_holders and not (_is_base(self.card_holders) and plain_host(self.card_holders) is None):
            raise ValueError("card_holders: https://host[:port][/path]; http on this machine alone")
        if self.public_url and not _is_base(self.public_url):
            raise ValueError("public_url: https://host[:port][/path], without a slash at its end")
        turned_on(self.oqs_unconfirmed)

    @property
    def address(self) -> str:
        """Where it listens."""
        scheme = "https" if self.tls.certificate else "http"
        return f"{scheme}://{self.host}:{self.port}"

    @property
    def issuer(self) -> str:
        """The hub's identifier (RFC 8414): its address for others, as client assertions name it."""
        return self.public_url or self.address

    @property
    def audience(self) -> str:
        """The address of the token endpoint, which client assertions may name as well unless `strict_audience`."""
        return f"{self.issuer}/oauth/token"

    def require_tls(self) -> None:
        """Nothing leaves this machine in the clear: HTTP without TLS is for addresses of the loopback interface, or for
        what ends TLS before the hub, where a setting names it. Problem `hub.plain-http`."""
        public = plain_host(self.public_url) if self.public_url else None
        if public is not None:
            raise Problem("hub.plain-http", where="public_url", host=public)
        if not (self.tls.certificate or self.tls.ended_before_by or is_loopback(self.host)):
            raise Problem("hub.plain-http", where="host", host=self.host)
