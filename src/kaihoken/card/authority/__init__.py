"""The TEST authority (試験用認証局): three generations of roots under one name, the certificates of virtual cards, what
was taken back. Everything it makes says TEST, and its keys are made anew by each installation.

>>> authority = TestAuthority.at(folder, clock)
>>> new = authority.issue(key.public_key(), Order(born=date(1980, 4, 1), serial=1234567))
>>> card = KeyPair(new.certificate, new.root, key)
>>> authority.revoke(new.number, x509.ReasonFlags.key_compromise)
"""

from typing import TYPE_CHECKING

from kaihoken.faces import lazily

if TYPE_CHECKING:
    from kaihoken.card.authority.authority import NEWEST, ROOTS, NewCertificate, Order, TestAuthority
    from kaihoken.card.authority.ledger import Entry, Number
    from kaihoken.card.authority.life import LIFE, State, Step
    from kaihoken.card.authority.profile import Carrier, TestPerson
    from kaihoken.card.authority.responder import responder_app
    from kaihoken.card.authority.roots import SIGNERS_KNOWN_AS, USERS_KNOWN_AS, new_key

__all__ = [
    "LIFE",
    "NEWEST",
    "ROOTS",
    "SIGNERS_KNOWN_AS",
    "USERS_KNOWN_AS",
    "Carrier",
    "Entry",
    "NewCertificate",
    "Number",
    "Order",
    "State",
    "Step",
    "TestAuthority",
    "TestPerson",
    "new_key",
    "responder_app",
]

if not TYPE_CHECKING:
    __getattr__ = lazily(__name__)
