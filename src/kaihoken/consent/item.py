"""What is consented to, in which form of care, by which means, and why it ended: the words of a consent."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import NewType

PersonId = bytes
"""The random id by which the register names a person (16 bytes)."""

ConsentId = NewType("ConsentId", bytes)
"""16 random bytes that name one giving of consent."""


class Item(StrEnum):
    """One thing that a person lets a facility see (同意項目). The last six came with 電子カルテ情報共有."""

    LIMIT = "limit"  # 限度額適用認定証関連
    DISEASE = "disease"  # 特定疾病療養受療証
    SUBSIDY = "subsidy"  # 公費・地方単独 (PMH)
    HEALTH_CHECKUP = "health-checkup"  # 特定健診
    MEDICINE = "medicine"  # 薬剤情報
    DIAGNOSIS = "diagnosis"  # 診療情報
    OPERATION = "operation"  # 手術情報
    DISEASE_NAME = "disease-name"  # 傷病名
    INFECTION = "infection"  # 感染症
    ALLERGY = "allergy"  # アレルギー
    CONTRAINDICATION = "contraindication"  # 薬剤禁忌
    TEST = "test"  # 検査
    PRESCRIPTION = "prescription"  # 処方


COVERAGE_ITEMS = frozenset({Item.LIMIT, Item.DISEASE, Item.SUBSIDY})
"""Items of the coverage itself, shown in the answer. All others are medical: the answer says only that they may be
seen, and until when."""

MEDICAL_ITEMS = frozenset(Item) - COVERAGE_ITEMS


class Care(StrEnum):
    """診療区分: the form of care for which a consent is given."""

    OUTPATIENT = "outpatient"  # 外来
    HOME = "home"  # 訪問診療等
    ONLINE = "online"  # オンライン診療等
    EMERGENCY = "emergency"  # 救急時


TREATMENT_CODE: Mapping[Care, str] = MappingProxyType(
    {Care.OUTPATIENT: "1", Care.HOME: "2", Care.ONLINE: "3", Care.EMERGENCY: "4"}
)
"""診療区分 as OQSCD028 writes it."""


class Means(StrEnum):
    """How a consent was given."""

    CARD = "card"  # at the reader, with the card or a phone that stands for it
    SPOKEN = "spoken"  # to staff, who recorded it
    HOME = "home"  # 居宅同意取得型: on a device that is not the facility's reader
    OWN_PAGE = "own-page"  # on the person's own page
    UNOBTAINABLE = "unobtainable"  # 同意取得困難: nobody could be asked (OQSCD016 3)


class EndReason(StrEnum):
    """Why a consent ended before its time, or because its care did."""

    FACILITY = "facility"  # 医療機関取消
    PATIENT = "patient"  # 患者取消
    CHANGED_USE = "changed-use"  # 用途変更取消
    CARE_OVER = "care-over"  # the care for which it was given has ended
