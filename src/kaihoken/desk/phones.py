"""The door by which patients' phones reach their questionnaire: whether it may open, and what its certificate says.

It reads the files of the certificate and its key; it opens no door.
"""

import ssl
from dataclasses import dataclass
from datetime import datetime
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509

from kaihoken.desk.settings import DeskSettings
from kaihoken.problems import Problem
from kaihoken.store import require_private

_FILES = ("phones_certificate", "phones_key")
_WITH_KEY = "access.key-file"


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """The door as the files show it. `unread` is the setting whose file cannot be read, "" where both can; `fits`
    whether key and certificate belong together; `names` are those of the certificate; `problem` is what else keeps it
    shut."""

    name: str
    unread: str = ""
    fits: bool = True
    problem: Problem | None = None
    names: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None

    @property
    def is_named(self) -> bool:
        """Whether the certificate is for the name by which phones come."""
        asked = self.name.lower().rstrip(".")
        return any(asked in (one.lower(), _below(one, asked)) for one in self.names)


def _below(pattern: str, asked: str) -> str:
    """What a name with a star (RFC 6125 §6.4.3) stands for where the name asked for is directly below it."""
    star, _, domain = pattern.lower().partition(".")
    label, _, above = asked.partition(".")
    return f"{label}.{above}" if star == "*" and domain == above and label else ""


def door_seen(settings: DeskSettings) -> Door | None:
    """The door of these settings; None where no phone is let in."""
    if not settings.phones:
        return None
    for setting in _FILES:
        file = getattr(settings, setting)
        if file and not _is_readable(Path(file)):
            return Door(name=settings.phones, unread=setting)
    try:
        require_phones(settings)
    except Problem as problem:
        fits = problem.code != _WITH_KEY
        return Door(name=settings.phones, fits=fits, problem=problem if fits else None)
    shown = x509.load_pem_x509_certificates(Path(settings.phones_certificate).read_bytes())[0]
    return Door(
        name=settings.phones,
        names=_names(shown),
        since=shown.not_valid_before_utc,
        until=shown.not_valid_after_utc,
    )


def require_phones(settings: DeskSettings) -> None:
    """That what lets phones in is there and safe: one address inside a network of the clinic's own, a certificate that
    fits its key, and a key that only its owner may read. Problems `desk.phones-setting`, `access.key-file`,
    `store.keys_open`."""
    for name in ("phones_host", *_FILES):
        if not getattr(settings, name):
            raise Problem("desk.phones-setting", where=name, setting=name)
    try:
        host = ip_address(settings.phones_host)
    except ValueError:
        raise Problem("desk.phones-setting", where="phones_host", setting="phones_host") from None
    if not host.is_private or host.is_unspecified:
        raise Problem("desk.phones-setting", where="phones_host", setting="phones_host")
    key = Path(settings.phones_key)
    try:
        require_private(key)
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(settings.phones_certificate, key, password="")
    except OSError as error:
        raise Problem(_WITH_KEY, where=str(key), reason=type(error).__name__) from None


def _is_readable(file: Path) -> bool:
    try:
        with file.open("rb"):
            return True
    except OSError:
        return False


def _names(shown: x509.Certificate) -> tuple[str, ...]:
    """Only the names of the extension: browsers read no other."""
    try:
        named = shown.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return ()
    addresses = named.get_values_for_type(x509.IPAddress)
    return (*named.get_values_for_type(x509.DNSName), *(str(one) for one in addresses))
