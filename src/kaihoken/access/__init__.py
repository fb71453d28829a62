"""Who may do what: clients and their keys, tokens, scopes, limits (docs/access.md)."""

from typing import TYPE_CHECKING

from kaihoken.faces import lazily

if TYPE_CHECKING:
    from kaihoken.access.certificate import Certificate, ClientCas, published, read_certificate
    from kaihoken.access.certificate_binding import Binding, CertificateRule, ClientCertificate, enrolled
    from kaihoken.access.client import Client, ClientKey, Registry, Status
    from kaihoken.access.client_messages import (
        LONGEST_MESSAGE,
        OWN_KEY,
        PATHS,
        Change,
        ClientSaid,
        ClientsSaid,
        Disabling,
        NewCertificate,
        NewClient,
        NewKey,
        OwnKey,
        exchange_key,
        make_change,
        page_of,
        read_change,
        said,
    )
    from kaihoken.access.client_table import load_registry
    from kaihoken.access.code import key_of_code, new_code, typed_code
    from kaihoken.access.enrolment import Enrolment
    from kaihoken.access.gate import Gate, open_gate
    from kaihoken.access.hub_metadata import METADATA_PATH, Metadata, token_endpoint_of
    from kaihoken.access.hub_place import CaFile, HubPlace, TlsFile, at_a_hub
    from kaihoken.access.hub_trust import trusting
    from kaihoken.access.issuer import Issuer, PrivateKey, load_key, make_key, read_key
    from kaihoken.access.key import PublicKey, read_public_key
    from kaihoken.access.limits import IN_FAILURE, Limit, Limits, Listed, Meter, NotFoundBurst, network_of
    from kaihoken.access.recorded import check_clients
    from kaihoken.access.scopes import HELD_BY, Kind, Scope
    from kaihoken.access.token import Caller, Ticks, require
    from kaihoken.access.token_endpoint import ASSERTION_TYPE, LONGEST_BODY, Reply
    from kaihoken.access.token_messages import OQS_CREDENTIALS, OQS_TOKEN, TOKEN_ANSWER, TOKEN_FORM

__all__ = [
    "ASSERTION_TYPE",
    "HELD_BY",
    "IN_FAILURE",
    "LONGEST_BODY",
    "LONGEST_MESSAGE",
    "METADATA_PATH",
    "OQS_CREDENTIALS",
    "OQS_TOKEN",
    "OWN_KEY",
    "PATHS",
    "TOKEN_ANSWER",
    "TOKEN_FORM",
    "Binding",
    "CaFile",
    "Caller",
    "Certificate",
    "CertificateRule",
    "Change",
    "Client",
    "ClientCas",
    "ClientCertificate",
    "ClientKey",
    "ClientSaid",
    "ClientsSaid",
    "Disabling",
    "Enrolment",
    "Gate",
    "HubPlace",
    "Issuer",
    "Kind",
    "Limit",
    "Limits",
    "Listed",
    "Metadata",
    "Meter",
    "NewCertificate",
    "NewClient",
    "NewKey",
    "NotFoundBurst",
    "OwnKey",
    "PrivateKey",
    "PublicKey",
    "Registry",
    "Reply",
    "Scope",
    "Status",
    "Ticks",
    "TlsFile",
    "at_a_hub",
    "check_clients",
    "enrolled",
    "exchange_key",
    "key_of_code",
    "load_key",
    "load_registry",
    "make_change",
    "make_key",
    "network_of",
    "new_code",
    "open_gate",
    "page_of",
    "published",
    "read_certificate",
    "read_change",
    "read_key",
    "read_public_key",
    "require",
    "said",
    "token_endpoint_of",
    "trusting",
    "typed_code",
]

if not TYPE_CHECKING:
    __getattr__ = lazily(__name__)
