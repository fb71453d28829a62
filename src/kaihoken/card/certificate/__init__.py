"""電子証明書: reading one strictly, who issued it, what it may be used for, and until when.

`UserCertificate.read` takes the bytes of a card, `Trust.issuer_of` finds the pinned root that signed them,
`check_use` asks whether it proves who holds the card, `require_valid` whether it does so now. Whether it was revoked is
asked of `kaihoken.card.revocation`. None of this reads a clock, a file or the line.
"""

from typing import TYPE_CHECKING

from kaihoken.faces import lazily

if TYPE_CHECKING:
    from kaihoken.card.certificate.document import EXPONENT, KEY_BITS, LARGEST, UserCertificate, rsa_key_of
    from kaihoken.card.certificate.profile import CertificateProfile
    from kaihoken.card.certificate.trust import Issuer, Root, Trust, read_roots
    from kaihoken.card.certificate.use import check_use
    from kaihoken.card.certificate.validity import (
        CertificateUse,
        Validity,
        require_valid,
        validity_by_day,
        validity_of,
    )

__all__ = [
    "EXPONENT",
    "KEY_BITS",
    "LARGEST",
    "CertificateProfile",
    "CertificateUse",
    "Issuer",
    "Root",
    "Trust",
    "UserCertificate",
    "Validity",
    "check_use",
    "read_roots",
    "require_valid",
    "rsa_key_of",
    "validity_by_day",
    "validity_of",
]

if not TYPE_CHECKING:
    __getattr__ = lazily(__name__)
