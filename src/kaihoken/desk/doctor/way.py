"""One question along the line, step by step, so that it is known at which step it stops. The edge of the doctor that
speaks to the network; it blocks, and is called in a thread.

A certificate that does not hold is looked at on a second, unverified connection: to say why, and to read the hub's
clock where only the days of the certificate do not fit. Nothing of the desk is sent on either but GET /ready.
"""

import http.client
import socket
import ssl
import time
from contextlib import closing, suppress
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes

from kaihoken.desk.doctor.facts import Certificate, Distrust, Reach, Way
from kaihoken.loopback import plain_host

_PATH: Final = "/ready"
_HTTPS, _HTTP = 443, 80
_NOWHERE: Final = (("192.0.2.1", socket.AF_INET), ("2001:db8::1", socket.AF_INET6))
"""Addresses of documentation: a datagram socket that is pointed at one sends nothing, and fails without a network."""

_DATES: Final = frozenset({9, 10})
_NAMES: Final = frozenset({62, 64})
"""X509_V_ERR_…: not yet valid, expired; another name, another address."""


def look_along(hub: str, proxy: str, tls: ssl.SSLContext | None, seconds: float) -> Way:
    """How far GET /ready gets. `tls` None: the system's CAs."""
    asked, through = urlsplit(hub), urlsplit(proxy)
    way = Way(host=asked.hostname or hub, reach=Reach.BROKEN, proxy=through.hostname or "")
    if plain_host(hub) is not None:
        return replace(way, reach=Reach.PLAIN)
    began = time.monotonic()
    try:
        found = _answered(way, hub, proxy, tls or _of_system(asked.scheme), seconds)
    except ssl.SSLCertVerificationError as error:
        return _distrusted(way, hub, proxy, seconds, _why(error))
    except (OSError, http.client.HTTPException) as error:
        return replace(way, reach=_stopped(error, by_proxy=bool(proxy)))
    return replace(found, seconds=time.monotonic() - began)


def _of_system(scheme: str) -> ssl.SSLContext | None:
    return ssl.create_default_context() if scheme == "https" else None


def _answered(way: Way, hub: str, proxy: str, tls: ssl.SSLContext | None, seconds: float) -> Way:
    with closing(_connection(hub, proxy, tls, seconds)) as connection:
        connection.connect()
        shown = connection.sock
        certificate = _certificate(shown) if isinstance(shown, ssl.SSLSocket) else None
        # Without TLS a proxy is asked for the whole address (RFC 9112 §3.2.2): there is nothing to tunnel.
        asked = f"{hub}{_PATH}" if proxy and tls is None else _PATH
        connection.request("GET", asked, headers={"Accept": "application/json"})
        answer = connection.getresponse()
        content = answer.read(4096)
        is_hub = "json" in (answer.getheader("Content-Type") or "") and content.lstrip().startswith(b"{")
        return replace(
            way,
            reach=Reach.ANSWERED,
            certificate=certificate,
            status=answer.status,
            is_hub=is_hub or answer.status >= http.client.INTERNAL_SERVER_ERROR,
            date=_date(answer.getheader("Date")),
        )


def _distrusted(way: Way, hub: str, proxy: str, seconds: float, why: Distrust) -> Way:
    """The same once more without trust, for the certificate alone; and the clock, where only the days do not fit."""
    blind = ssl.create_default_context()
    blind.check_hostname, blind.verify_mode = False, ssl.CERT_NONE
    with suppress(OSError, http.client.HTTPException):
        seen = _answered(way, hub, proxy, blind, seconds)
        date = seen.date if why is Distrust.DATES else None
        return replace(seen, reach=Reach.UNTRUSTED, distrust=why, date=date, status=0)
    return way


def _connection(
    hub: str, proxy: str, tls: ssl.SSLContext | None, seconds: float
) -> http.client.HTTPConnection:
    asked, through = urlsplit(hub), urlsplit(proxy)
    port = asked.port or (_HTTPS if asked.scheme == "https" else _HTTP)
    host, at = (through.hostname, through.port or _HTTP) if proxy else (asked.hostname, port)
    connection = (
        http.client.HTTPSConnection(host or "", at, timeout=seconds, context=tls)
        if tls is not None
        else http.client.HTTPConnection(host or "", at, timeout=seconds)
    )
    if proxy and tls is not None:
        connection.set_tunnel(asked.hostname or "", port)
    return connection


def _certificate(shown: ssl.SSLSocket) -> Certificate | None:
    content = shown.getpeercert(binary_form=True)
    if not content:
        return None
    read = x509.load_der_x509_certificate(content)
    return Certificate(
        issuer=read.issuer.rfc4514_string(),
        fingerprint=read.fingerprint(hashes.SHA256()).hex(),
        since=read.not_valid_before_utc,
        until=read.not_valid_after_utc,
    )


def _date(header: str | None) -> datetime | None:
    with suppress(ValueError):
        return parsedate_to_datetime(header).astimezone(UTC) if header else None
    return None


def _why(error: ssl.SSLCertVerificationError) -> Distrust:
    if error.verify_code in _DATES:
        return Distrust.DATES
    return Distrust.NAME if error.verify_code in _NAMES else Distrust.AUTHORITY


def _stopped(error: Exception, *, by_proxy: bool) -> Reach:
    if isinstance(error, socket.gaierror):
        return Reach.NO_NAME if _has_network() else Reach.NO_NETWORK
    if isinstance(error, ConnectionRefusedError):
        return Reach.REFUSED
    if isinstance(error, TimeoutError):
        return Reach.SILENT
    if by_proxy and "Tunnel" in str(error):
        return Reach.PROXY
    if isinstance(error, (ssl.SSLError, http.client.HTTPException, ConnectionResetError)):
        return Reach.BROKEN
    return Reach.SILENT if _has_network() else Reach.NO_NETWORK


def _has_network() -> bool:
    """Whether this PC has a way out at all. Nothing is sent."""
    for address, family in _NOWHERE:
        with suppress(OSError), socket.socket(family, socket.SOCK_DGRAM) as way_out:
            way_out.connect((address, 9))
            return True
    return False
