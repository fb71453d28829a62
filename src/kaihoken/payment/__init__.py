"""一部負担: what the patient pays. In this first form the statutory share; amounts and ceilings follow."""

from typing import TYPE_CHECKING

from kaihoken.faces import lazily

if TYPE_CHECKING:
    from kaihoken.payment.share import Share, ShareKind, ShareQuestion, declared_share, statutory_share
    from kaihoken.payment.share_law import DeclaredShare, StatutoryShare

__all__ = [
    "DeclaredShare",
    "Share",
    "ShareKind",
    "ShareQuestion",
    "StatutoryShare",
    "declared_share",
    "statutory_share",
]

if not TYPE_CHECKING:
    __getattr__ = lazily(__name__)
