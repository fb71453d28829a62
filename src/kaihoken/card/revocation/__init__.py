"""失効: whether the authority has taken a certificate back, asked of its list (CRL) or its responder (OCSP).

A `RevocationSource` answers good, revoked or unknown, with the SHA-256 of what it looked at. Unknown is never good: who
needs an answer asks `require_good`, which refuses both.
"""

from typing import TYPE_CHECKING

from kaihoken.faces import lazily

if TYPE_CHECKING:
    from kaihoken.card.revocation.crl import CrlSource, Fetch, crl_file, files_in, judge_crl, served_at
    from kaihoken.card.revocation.ocsp import OcspSource, judge_ocsp
    from kaihoken.card.revocation.status import RevocationSource, Standing, Status, Why, require_good

__all__ = [
    "CrlSource",
    "Fetch",
    "OcspSource",
    "RevocationSource",
    "Standing",
    "Status",
    "Why",
    "crl_file",
    "files_in",
    "judge_crl",
    "judge_ocsp",
    "require_good",
    "served_at",
]

if not TYPE_CHECKING:
    __getattr__ = lazily(__name__)
