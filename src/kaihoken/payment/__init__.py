"""一部負担: what the patient pays, what is paid back and who bears the rest, as the law of the day has it."""

from typing import TYPE_CHECKING

from kaihoken.faces import lazily

if TYPE_CHECKING:
    from kaihoken.payment.shares import (
        DeclaredShare,
        Share,
        ShareKind,
        ShareQuestion,
        StatutoryShare,
        declared_share,
        statutory_share,
    )

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
