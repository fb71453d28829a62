"""How an operator's command trusts the hub that it asks."""

import ssl
from pathlib import Path

from kaihoken.problems import Problem


def trusting(ca: Path | None, certificate: Path | None) -> ssl.SSLContext | bool:
    """How a hub is trusted: by the CAs of a file, or those of the machine; `certificate` is a PEM file with a client's
    certificate and its key. Raises Problem `access.key-file`."""
    if ca is None and certificate is None:
        return True
    for file in (ca, certificate):
        if file is not None and not file.is_file():
            raise Problem("access.key-file", where=str(file), reason="not there")
    try:
        context = ssl.create_default_context(cafile=ca)
    except OSError:
        raise Problem("access.key-file", where=str(ca), reason="not certificates of a CA") from None
    if certificate is not None:
        try:
            context.load_cert_chain(certificate)
        except (OSError, ValueError):
            raise Problem(
                "access.key-file", where=str(certificate), reason="not a certificate with its key"
            ) from None
    return context
