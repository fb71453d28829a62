"""Whether a host is this very machine: only there may anything travel without TLS."""

from ipaddress import IPv6Address, ip_address


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
