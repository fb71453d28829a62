"""一部負担金の割合: which share of the bill the law asks of a patient."""

from typing import TYPE_CHECKING

from kaihoken.faces import lazily

if TYPE_CHECKING:
    from kaihoken.payment.shares.law import DeclaredShare, StatutoryShare
    from kaihoken.payment.shares.share import Share, ShareKind, ShareQuestion, declared_share, statutory_share

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
