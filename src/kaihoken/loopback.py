"""Whether a host is this very machine: only there may anything travel without TLS."""

from ipaddress import IPv6Address, ip_address
from urllib.parse import urlsplit

from kaihoken.problems import Problem


def is_loopback(host: str) -> bool:
    """An address of the loopback interface, or `localhost`. Other names are not looked up: what they lead to may change
    after they were asked about. Nothing at all is every address of the machine, so it is none."""
    try:
        address = ip_address(host)
    except ValueError:
        return host.lower() == "localhost"
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        return address.ipv4_mapped.is_loopback
    return address.is_loopback


def plain_host(url: str) -> str | None:
    """The host that a URL would reach in the clear beyond this machine; None where it is https, or goes no further."""
    if url.startswith("https://"):
        return None
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return ""
    return None if is_loopback(host) else host


def require_https(hub: str) -> None:
    """A hub is asked over https, http being for one on this very machine. Problem `access.hub-plain`."""
    host = plain_host(hub)
    if host is not None:
        raise Problem("access.hub-plain", host=host)
