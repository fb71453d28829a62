"""加算 of eligibility and medical DX, base fees and telehealth items, as the dated rule files hold them. 1点 is 10 yen.

A number that no official text was found for is `unconfirmed` by itself (`rules.Sourced`); a number that is not known is
null. What an item demands is as sure as its file.
"""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Annotated, ClassVar, TypeAlias

import msgspec

from kaihoken import rules

Percent: TypeAlias = Annotated[float, msgspec.Meta(ge=0, le=100)]
Code: TypeAlias = Annotated[str, msgspec.Meta(pattern=r"^\d{9}$")]
Level: TypeAlias = Annotated[int, msgspec.Meta(ge=1, le=3)]


class Kind(StrEnum):
    """Which 点数表 an item stands in."""

    MEDICAL = "medical"  # 医科
    DENTAL = "dental"  # 歯科
    PHARMACY = "pharmacy"  # 調剤


class Occasion(StrEnum):
    """What an item is added to."""

    FIRST = "first"  # 初診
    LATER = "later"  # 再診・外来診療料
    DISPENSING = "dispensing"  # 調剤
    ADMISSION = "admission"  # 入院初日


class Record(StrEnum):
    """Whether the patient's records must have been had by オンライン資格確認 (or from another institution)."""

    ANY = "any"
    HAD = "had"
    NOT_HAD = "not-had"  # also 取得が困難


class Fact(StrEnum):
    """What a facility does or has, as the 施設基準 ask it."""

    ONLINE_CLAIMS = "online-claims"
    ONLINE_CLAIMS_PROMISED = "online-claims-promised"  # 届出: オンライン請求を始める予定
    ONLINE_ELIGIBILITY = "online-eligibility"
    VIEW_IN_ROOM = "view-in-room"  # 診察室等で閲覧・活用
    E_PRESCRIPTION = "e-prescription"
    CHART_SHARING = "chart-sharing"  # 電子カルテ情報共有サービス
    SECURITY = "security"  # 医療情報システムの安全管理
    FREE_STATEMENT = "free-statement"  # 明細書の無償交付
    HEALTH_ADVICE = "health-advice"  # マイナポータルの情報に基づく健康管理の相談
    QUESTIONNAIRE = "questionnaire"  # 標準的な問診票
    POSTING = "posting"  # 院内掲示
    WEB = "web"  # ウェブサイトへの掲載
    FILED = "filed"  # 施設基準の届出
    ORDINARY_PHARMACY = "ordinary-pharmacy"  # 特別調剤基本料Bでない
    GUIDELINE = "guideline"  # オンライン診療指針に沿う
    TRAINED_DOCTOR = "trained-doctor"
    INSIDE_CLINIC = "inside-clinic"  # 原則として医療機関の中で
    EMERGENCY_PLAN = "emergency-plan"
    LARGE_HOSPITAL = "large-hospital"  # 200床以上
    REMOTE_AREA = "remote-area"  # へき地診療所・へき地医療拠点病院
    NURSE_BESIDE = "nurse-beside"  # D to P with N


class Some(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """At least so many of these."""

    of: tuple[Fact, ...]
    at_least: int = 1


class Rival(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What may not be claimed beside an item: in the same month, or with `filed` at all by who has filed the item.
    `codes` are its 診療行為コード as far as known."""

    name: str
    codes: tuple[Code, ...]
    filed: bool = False


class Item(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One item of the fee table.

    It is claimed once in `months` calendar months (None: as often as it happens), together with all of its `group` and
    of the groups in `counts`. `demands` must all be so, and `some` of others; in place of one of them stands another by
    `instead`; `waived` (経過措置) would be demanded and counts as met for this time. `usage` is the level of
    マイナ保険証利用率 (1 the highest).
    """

    key: str
    name: str
    kind: Kind
    occasion: Occasion
    group: str
    points: rules.Sourced[int | None]
    code: rules.Sourced[Code | None]
    months: rules.Sourced[int | None]
    record: Record = Record.ANY
    counts: tuple[str, ...] = ()
    demands: tuple[Fact, ...] = ()
    some: Some | None = None
    instead: Mapping[Fact, Fact] = {}
    waived: tuple[Fact, ...] = ()
    usage: Level | None = None
    rivals: tuple[Rival, ...] = ()


class InformationItems(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """電子的保健医療情報活用加算, 医療情報・システム基盤整備体制充実加算, 医療情報取得加算
    (rule family payment/information-add-ons)."""

    family: ClassVar[str] = "payment/information-add-ons"

    items: tuple[Item, ...]


class StructureItems(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """医療DX推進体制整備加算, 電子的診療情報連携体制整備加算 (rule family payment/structure-add-ons)."""

    family: ClassVar[str] = "payment/structure-add-ons"

    items: tuple[Item, ...]


class BaseFees(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """初診料, 再診料, 外来診療料 and what every bill has beside them (rule family payment/base-fees)."""

    family: ClassVar[str] = "payment/base-fees"

    items: tuple[Item, ...]


class TelehealthItems(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Items of オンライン診療 (rule family payment/telehealth)."""

    family: ClassVar[str] = "payment/telehealth"

    items: tuple[Item, ...]


class Levels(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """マイナ保険証利用率 in percent that each level needs, the highest first; `children` for the lowest level where
    many small children come (小児特例), None where there is none."""

    percents: tuple[Percent, ...]
    children: Percent | None


class UsageRate(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """レセプト件数ベース マイナ保険証利用率 (rule family payment/usage-rate): the best of the rates of the months that
    lie `months_before` the month of the claim."""

    family: ClassVar[str] = "payment/usage-rate"

    levels: rules.Sourced[Levels]
    months_before: rules.Sourced[tuple[int, ...]]

    def needed(self, level: int, *, children: bool) -> float:
        """The percent for a level (1 the highest)."""
        law = self.levels.value
        level = min(level, len(law.percents))
        if children and law.children is not None and level == len(law.percents):
            return law.children
        return law.percents[level - 1]


def add_on_items(on: date) -> tuple[Item, ...]:
    """The add-ons of a day of all three fee tables. Problem `rules.no_version` before 2008-04-01."""
    return rules.load(InformationItems, on=on).items + rules.load(StructureItems, on=on).items


def base_items(on: date) -> tuple[Item, ...]:
    """初診料, 再診料 and the like. Problem `rules.no_version` before 2018-04-01."""
    return rules.load(BaseFees, on=on).items
