"""Whose certificate stands behind a connection: of the TLS that ends here, or of a proxy's `Client-Cert` (RFC 9440);
and from which address a proxy's client came (`X-Forwarded-For`).

Both arrive as the `tls` extension of ASGI, which only the server writes. The header is believed where a proxy's Unix
socket is configured, and taken out of the request there; a request that still has it came another way, and whoever
sent it wants to be taken for somebody else. An address that is claimed elsewhere is nobody's, and passed over: proxies
of the callers' own houses write it too.
"""

from ipaddress import ip_address

from kaihoken.access import Certificate, read_certificate
from kaihoken.hub.exchange import Request
from kaihoken.problems import Problem

CLIENT_CERT = b"client-cert"
CLIENT_CERT_CHAIN = b"client-cert-chain"
FORWARDED_FOR = b"x-forwarded-for"
_HEADERS = frozenset({CLIENT_CERT, CLIENT_CERT_CHAIN})

Headers = list[tuple[bytes, bytes]]
TlsExtension = dict[object, object]


def certificate_of(request: Request) -> Certificate | None:
    """The certificate of a request's connection. Problem `access.certificate-header` where a header claims one,
    `access.certificate-malformed` where it cannot be read."""
    if CLIENT_CERT in request.headers or CLIENT_CERT_CHAIN in request.headers:
        raise Problem("access.certificate-header")
    if request.tls is None:
        return None
    chain = request.tls["client_cert_chain"]
    assert isinstance(chain, list)
    return read_certificate(str(chain[0])) if chain else None


def extension_of(certificate: str, version: int | None = None) -> TlsExtension:
    """The `tls` extension of a connection with that certificate (PEM), "" for none."""
    return {
        "server_cert": None,
        "client_cert_chain": [certificate] if certificate else [],
        "client_cert_name": None,  # read where it is needed
        "client_cert_error": None,
        "tls_version": version,
        "cipher_suite": None,
    }


def taken_from(headers: Headers) -> TlsExtension | None:
    """What a proxy says of a request's client, taken out of the headers; None where it says nothing. A header that
    stands twice or in another form than RFC 9440's names no certificate that can be read."""
    said = [value for name, value in headers if name == CLIENT_CERT]
    headers[:] = [header for header in headers if header[0] not in _HEADERS]
    if not said:
        return None
    value = said[0].strip() if len(said) == 1 else b""
    base64 = value[1:-1] if len(value) > 2 and value[:1] == value[-1:] == b":" else b"-"
    return extension_of(
        f"-----BEGIN CERTIFICATE-----\n{base64.decode('ascii', 'replace')}\n-----END CERTIFICATE-----\n"
    )


def address_taken_from(headers: Headers) -> str:
    """From where a proxy says that a request came, taken out of the headers: the last address, which the proxy itself
    wrote; all before it is what the client claims. "" where it says none, or no plain address: all such requests are
    then counted as of one caller."""
    said = [value for name, value in headers if name == FORWARDED_FOR]
    headers[:] = [header for header in headers if header[0] != FORWARDED_FOR]
    last = said[-1].rpartition(b",")[2].strip() if said else b""
    try:
        return str(ip_address(last.decode("ascii")))
    except ValueError:  # UnicodeDecodeError is one
        return ""
