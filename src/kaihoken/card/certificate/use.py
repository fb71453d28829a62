"""What a certificate may be used for: to prove that its card is there, and nothing else.

Who issued it is another question (`Trust`), and so is until when (`validity`).
"""

from datetime import date

from cryptography import x509
from cryptography.x509.oid import ExtensionOID

from kaihoken import rules
from kaihoken.card.certificate.document import UserCertificate
from kaihoken.card.certificate.profile import CertificateProfile
from kaihoken.problems import Problem

# Of these it is known below what they ask for. Any other that calls itself critical must be obeyed, and cannot be.
_UNDERSTOOD = frozenset(
    {ExtensionOID.KEY_USAGE, ExtensionOID.BASIC_CONSTRAINTS, ExtensionOID.CERTIFICATE_POLICIES}
)


def check_use(certificate: UserCertificate, on: date) -> None:
    """Nothing where it is a 利用者証明用電子証明書 by the rules of the day. Problems `card.certificate-extension` (a
    critical one that is not understood), `card.certificate-signature` (it is the 署名用 one), `card.certificate-use`
    (it signs other things than challenges, or is a CA's), `card.certificate-policy` (of no policy that proves a user).
    """
    for extension in certificate.document.extensions:
        if extension.critical and extension.oid not in _UNDERSTOOD:
            raise Problem("card.certificate-extension", oid=extension.oid.dotted_string)
    profile = rules.load(CertificateProfile, on=on)
    usage = _usage(certificate.document)
    if any(map(profile.is_for_digital_signature, certificate.policies)):
        raise Problem("card.certificate-signature")
    if usage is None or _is_authority(certificate.document):
        raise Problem("card.certificate-use")
    if usage.content_commitment:
        raise Problem("card.certificate-signature")
    if not usage.digital_signature or _is_for_more(usage):
        raise Problem("card.certificate-use")
    if not any(map(profile.is_for_user_authentication, certificate.policies)):
        raise Problem("card.certificate-policy")


def _usage(document: x509.Certificate) -> x509.KeyUsage | None:
    """Its key usage, where it insists on it."""
    try:
        found = document.extensions.get_extension_for_class(x509.KeyUsage)
    except x509.ExtensionNotFound:
        return None
    return found.value if found.critical else None


def _is_for_more(usage: x509.KeyUsage) -> bool:
    """Whether the key may do anything beside signing challenges (and what `content_commitment` says)."""
    return (
        usage.key_encipherment
        or usage.data_encipherment
        or usage.key_agreement
        or usage.key_cert_sign
        or usage.crl_sign
    )


def _is_authority(document: x509.Certificate) -> bool:
    try:
        return document.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except x509.ExtensionNotFound:
        return False
