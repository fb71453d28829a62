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
    from kaihoken.payment.counter import (
        Asked,
        Assistance,
        Bill,
        Borne,
        LocalSubsidyPatterns,
        MonthLimit,
        MonthSoFar,
        Payer,
        PublicExpenseOrder,
        PublicExpenseTerms,
        Reckoning,
        SubsidyPattern,
        Visit,
        counter_bill,
        local_assistance,
        public_assistance,
        visit_asked,
    )
    from kaihoken.payment.meals import LivingClass, MealCharge, MealClass, living_charge, meal_charge
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
    "Asked",
    "Assistance",
    "Bill",
    "Borne",
    "Ceiling",
    "CeilingKind",
    "DeclaredShare",
    "Line",
    "LivingClass",
    "LocalSubsidyPatterns",
    "MealCharge",
    "MealClass",
    "MonthLimit",
    "MonthSoFar",
    "Payer",
    "PublicExpenseOrder",
    "PublicExpenseTerms",
    "Reckoning",
    "Setting",
    "Share",
    "ShareKind",
    "ShareQuestion",
    "SpecifiedDisease",
    "StatutoryShare",
    "SubsidyPattern",
    "Visit",
    "age_group",
    "ceiling_of",
    "class_named",
    "class_without_certificate",
    "counter_bill",
    "declared_share",
    "living_charge",
    "local_assistance",
    "meal_charge",
    "public_assistance",
    "statutory_share",
    "turns_75_in",
    "visit_asked",
]

if not TYPE_CHECKING:
    __getattr__ = lazily(__name__)
