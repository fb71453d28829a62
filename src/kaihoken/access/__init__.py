"""Who may do what: clients and their keys, tokens, scopes, limits (docs/access.md)."""

from kaihoken.access.certificate import Certificate, ClientCas, read_certificate
from kaihoken.access.certificate_binding import Binding, CertificateRule, ClientCertificate, enrolled
from kaihoken.access.client import Client, ClientKey, Registry, Status
from kaihoken.access.client_table import load_registry
from kaihoken.access.enrolment import Enrolment
from kaihoken.access.gate import Gate, open_gate
from kaihoken.access.issuer import Issuer, PrivateKey, load_key, make_key
from kaihoken.access.key import PublicKey, read_public_key
from kaihoken.access.limits import Limit, Limits, Listed, NotFoundBurst
from kaihoken.access.scopes import Kind, Scope
from kaihoken.access.token import Caller, require
from kaihoken.access.token_endpoint import ASSERTION_TYPE, LONGEST_BODY, Reply

__all__ = [
    "ASSERTION_TYPE",
    "LONGEST_BODY",
    "Binding",
    "Caller",
    "Certificate",
    "CertificateRule",
    "Client",
    "ClientCas",
    "ClientCertificate",
    "ClientKey",
    "Enrolment",
    "Gate",
    "Issuer",
    "Kind",
    "Limit",
    "Limits",
    "Listed",
    "NotFoundBurst",
    "PrivateKey",
    "PublicKey",
    "Registry",
    "Reply",
    "Scope",
    "Status",
    "enrolled",
    "load_key",
    "load_registry",
    "make_key",
    "open_gate",
    "read_certificate",
    "read_public_key",
    "require",
]
