"""TLS in the hub: its certificate, the CAs of its clients, and both exchanged while it runs.

TLS 1.3 alone, unless a setting says why 1.2 is taken. A client's certificate is asked for, not demanded, in the
handshake: what may be done without one is decided by `access`, in words. The handshake proves that the client holds its
key and that a CA of the file issued it; its times are left to `access`, which can say whose clock is off.

No session is resumed: each connection proves itself anew, against the CAs of that moment.
"""

import asyncio
import logging
import math
import os
import ssl
import stat
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

import msgspec
from cryptography import x509
from prometheus_client import Metric
from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily

from kaihoken.access import ClientCas, published
from kaihoken.clock import Clock
from kaihoken.hub.settings import Tls
from kaihoken.problems import Problem

WARN_DAYS = 30
_LOOK_SECONDS = 10.0
_DAY = timedelta(days=1)
_NO_CHECK_TIME = 0x200000  # X509_V_FLAG_NO_CHECK_TIME, which the ssl module has no name for
_REVOCATION_LIST = b"-----BEGIN X509 CRL-----"
_CIPHERS_OF_1_2 = "ECDHE+AESGCM:ECDHE+CHACHA20"
_POSIX = os.name == "posix"

_log = logging.getLogger("kaihoken.hub")

_Seen = tuple[tuple[int, int, int, int], ...]
"""What tells whether a file was exchanged, or who may read it: when, how large, which."""


class HubTls:
    """The TLS of one hub. `context` serves every connection as the files were when it was made or last reloaded; `cas`
    are the CAs of clients, `ends` is the instant at which the hub's own certificate ends."""

    def __init__(self, settings: Tls, clock: Clock) -> None:
        """Reads the files. Problem `hub.tls-file` names the one that cannot be used, and why."""
        self._settings = settings
        self._clock = clock
        self._files = tuple(
            Path(name) for name in (settings.certificate, settings.key, settings.client_ca) if name
        )
        self.cas = ClientCas()
        self.ends: datetime | None = None
        self._own: dict[str, str] | None = None
        self.reloads = 0
        self._warned: datetime | None = None
        self._seen = self._look()
        self._current = self._load()
        self.context: ssl.SSLContext | None = None
        if self._current is not None:
            self.context = self._made()
            self.context.sni_callback = self._hand_over

    def reload(self) -> bool:
        """Take the files as they are now; whether that was possible. Files that do not fit leave everything as it was,
        with a warning: whoever exchanges three files does so one after the other."""
        try:
            self._current = self._load()
        except Problem as problem:
            _log.warning("TLS stays as it was: %s (%s)", problem.where, problem.facts["reason"])
            return False
        self.reloads += 1
        _log.warning("TLS: the certificate files were exchanged and are in use")
        return True

    def reload_if_changed(self) -> bool:
        """The same, where a file was exchanged since it was last looked at."""
        seen = self._look()
        if seen == self._seen:
            return False
        self._seen = seen
        return self.reload()

    def warn(self) -> None:
        """A warning, once a day, while the hub's own certificate is about to end or has ended."""
        now = self._clock.now()
        if self.ends is None or self.ends - now > timedelta(days=WARN_DAYS):
            return
        if self._warned is not None and now - self._warned < _DAY:
            return
        self._warned = now
        if self.ends <= now:
            _log.error("the hub's own certificate ended %s: no client goes on", self.ends.isoformat())
        else:
            _log.warning("the hub's own certificate ends %s: renew it", self.ends.isoformat())

    def published(self) -> bytes:
        """What everybody may know: the hub's own certificate, the CAs that clients may have theirs from, and whether
        one is needed."""
        return msgspec.json.encode(
            {
                "certificate": self._own,
                "client_cas": self.cas.published(),
                "binding": self._settings.binding,
            }
        )

    def collect(self) -> Iterator[Metric]:
        """What is told of it. Where TLS ends elsewhere, nothing ends here."""
        yield GaugeMetricFamily(
            "kaihoken_certificate_end_seconds",
            "When the hub's own TLS certificate ends, in seconds since 1970",
            value=math.inf if self.ends is None else self.ends.timestamp(),
        )
        yield CounterMetricFamily(
            "kaihoken_certificate_reloads",
            "Times that exchanged certificate files were taken into use",
            value=self.reloads,
        )

    def _hand_over(self, connection: ssl.SSLObject, _name: str | None, _first: ssl.SSLContext) -> None:
        """Called for each ClientHello, whether it names a server or not: what was loaded last serves it."""
        assert self._current is not None
        connection.context = self._current

    def _load(self) -> ssl.SSLContext | None:
        """The files as they are now. CAs are exchanged last, when everything else fits."""
        context, ends, own = None, None, None
        if self._settings.certificate:
            context = self._made()
            own, ends = _read_chain(Path(self._settings.certificate))
        if self._settings.client_ca:
            path = Path(self._settings.client_ca)
            pem = _content(path)
            if _REVOCATION_LIST in pem:  # passed over, it would look as if it were read
                raise _unusable(path, "a revocation list is not read here: disable the certificate")
            try:
                self.cas.replace(pem)
            except Problem as problem:
                raise _unusable(path, str(problem.facts["reason"])) from None
        self.ends, self._own = ends, own
        return context

    def _made(self) -> ssl.SSLContext:
        settings = self._settings
        certificate, key = Path(settings.certificate), Path(settings.key)
        if _POSIX and _state(key).st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            raise _unusable(key, "others may read it: chmod 600")
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_3
        if settings.allow_1_2_because:
            context.minimum_version = ssl.TLSVersion.TLSv1_2
            context.set_ciphers(_CIPHERS_OF_1_2)
        context.num_tickets = 0
        context.options |= ssl.OP_NO_TICKET | ssl.OP_NO_RENEGOTIATION | ssl.OP_NO_COMPRESSION
        context.set_alpn_protocols(["http/1.1"])
        try:
            context.load_cert_chain(certificate, key, password=_no_passphrase)
        except (OSError, ValueError) as error:  # SSLError is an OSError
            raise _unusable(certificate, _reason(error)) from None
        if settings.client_ca:
            path = Path(settings.client_ca)
            try:
                context.load_verify_locations(cadata=_content(path).decode("ascii"))
            except (ssl.SSLError, ValueError):
                raise _unusable(path, "not a file of CA certificates") from None
            context.verify_mode = ssl.CERT_OPTIONAL
            context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN | ssl.VerifyFlags(_NO_CHECK_TIME)
        return context

    def _look(self) -> _Seen:
        seen = []
        for file in self._files:
            with suppress(OSError):
                state = file.stat()
                seen.append((state.st_mtime_ns, state.st_ctime_ns, state.st_size, state.st_ino))
        return tuple(seen)


async def keep_fresh(tls: HubTls, seconds: float = _LOOK_SECONDS) -> None:
    """Looks after the files every so many seconds until it is cancelled."""
    while True:
        tls.warn()
        await asyncio.sleep(seconds)
        tls.reload_if_changed()


def _read_chain(path: Path) -> tuple[dict[str, str], datetime]:
    """What may be told of the hub's own certificate, and when the first of its chain ends. OpenSSL has taken the file,
    but it may have been exchanged since, and there are certificates that only one of the two can read."""
    try:
        chain = x509.load_pem_x509_certificates(_content(path))
        return published(chain[0]), min(one.not_valid_after_utc for one in chain)
    except (ValueError, x509.InvalidVersion):
        raise _unusable(path, "not a file of certificates") from None


def _state(path: Path) -> os.stat_result:
    try:
        return path.stat()
    except OSError as error:
        raise _unusable(path, _reason(error)) from None


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise _unusable(path, _reason(error)) from None


def _reason(error: Exception) -> str:
    """Without a path or a content: what the operating system or OpenSSL calls it."""
    if isinstance(error, ssl.SSLError):
        return error.reason or "not a certificate with its key"
    return error.strerror if isinstance(error, OSError) and error.strerror else "not a PEM file"


def _unusable(path: Path, reason: str) -> Problem:
    return Problem("hub.tls-file", where=str(path), reason=reason)


def _no_passphrase() -> bytes:
    """A key that wants one is refused: nobody sits at the hub to type it."""
    return b""
