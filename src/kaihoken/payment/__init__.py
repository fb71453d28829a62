"""一部負担: what the patient pays, what is paid back and who bears the rest, as the law of the day has it."""

from typing import TYPE_CHECKING

from kaihoken.faces import lazily

if TYPE_CHECKING:
    from kaihoken.payment.ceiling import (
        AgeGroup,
        Ceiling,
        CeilingKind,
        Line,
        Setting,
        SpecifiedDisease,
        age_group,
        ceiling_of,
        class_named,
        class_without_certificate,
        turns_75_in,
    )
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
    "AgeGroup",
    "Ceiling",
    "CeilingKind",
    "DeclaredShare",
    "Line",
    "Setting",
    "Share",
    "ShareKind",
    "ShareQuestion",
    "SpecifiedDisease",
    "StatutoryShare",
    "age_group",
    "ceiling_of",
    "class_named",
    "class_without_certificate",
    "declared_share",
    "statutory_share",
    "turns_75_in",
]

if not TYPE_CHECKING:
    __getattr__ = lazily(__name__)
