"""What a clinic must know before it buys, as the dated rule files hold it. Yen are whole yen with tax.

Parts of a whole are pairs (numerator, denominator), so that a share of money is never a float. A value that one source
alone tells is `unconfirmed` by itself (`rules.Sourced`).
"""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Annotated, ClassVar, Literal, TypeAlias

import msgspec

from kaihoken.payment.fees import Kind
from kaihoken.rules import Sourced

Yen: TypeAlias = Annotated[int, msgspec.Meta(ge=0)]
Years: TypeAlias = Annotated[int, msgspec.Meta(ge=1)]
Parts: TypeAlias = tuple[int, int]
Range: TypeAlias = tuple[Yen, Yen]


class FacilityKind(StrEnum):
    """Which ceiling a facility has. A chain pharmacy is 大型チェーン薬局: 40,000 prescriptions a month in its group."""

    HOSPITAL = "hospital"
    CLINIC = "clinic"
    DENTAL_CLINIC = "dental-clinic"
    PHARMACY = "pharmacy"
    CHAIN_PHARMACY = "chain-pharmacy"


FEE_TABLE: Mapping[FacilityKind, Kind] = {
    FacilityKind.HOSPITAL: Kind.MEDICAL,
    FacilityKind.CLINIC: Kind.MEDICAL,
    FacilityKind.DENTAL_CLINIC: Kind.DENTAL,
    FacilityKind.PHARMACY: Kind.PHARMACY,
    FacilityKind.CHAIN_PHARMACY: Kind.PHARMACY,
}
"""Whose add-ons a facility claims."""


class Claims(StrEnum):
    """How a facility sends its claims."""

    ONLINE = "online"
    DISC = "disc"  # 光ディスク等
    PAPER = "paper"  # 書面による請求が認められている


class Terms(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The subsidy of some kinds of facility that order so many readers: `share` of the cost up to `cost_ceiling`
    (事業額の上限), never more than `ceiling`. Who orders more readers than any terms name has those of the most."""

    kinds: tuple[FacilityKind, ...]
    readers: int
    cost_ceiling: Sourced[Yen]
    share: Sourced[Parts]
    ceiling: Sourced[Yen]


class Difference(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who goes live in this time is paid up to the terms of another day of order (差額の交付)."""

    live_from: date
    live_to: date
    terms_of: date


class Deadlines(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Last days: of the contract with the maker, of being live, of asking for the money."""

    live: Sourced[date]
    apply: Sourced[date]
    contract: Sourced[date] | None = None


class Postponed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Later last days for whose 猶予届 was accepted, by the number of its reason (猶予類型)."""

    reasons: tuple[int, ...]
    live: Sourced[date]
    apply: Sourced[date]


class Subsidies(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """医療情報化支援基金 by the day on which the card reader is ordered (rule family adoption/subsidy).

    `free_readers` are given in kind, each worth up to `reader_yen`; `round_down_to` is to which yen a sum is cut.
    """

    family: ClassVar[str] = "adoption/subsidy"

    reader_yen: Sourced[Yen]
    free_readers: Mapping[FacilityKind, int]
    round_down_to: Sourced[Annotated[int, msgspec.Meta(ge=1)]]
    terms: tuple[Terms, ...]
    difference: Difference | None = None
    deadlines: Deadlines | None = None
    postponed: tuple[Postponed, ...] = ()

    def terms_for(self, kind: FacilityKind, readers: int) -> Terms | None:
        """What holds for a facility, None where there is no subsidy."""
        own = [one for one in self.terms if kind in one.kinds and one.readers <= max(readers, 1)]
        return max(own, key=lambda one: one.readers, default=None)


class Purpose(StrEnum):
    """What a subsidy for a narrower purpose is for."""

    HOME_VISITS = "home-visits"  # 訪問診療等の居宅同意取得型
    ONLINE_CARE = "online-care"  # オンライン診療等の居宅同意取得型
    OTHER_ENTRANCE = "other-entrance"  # 通常とは異なる動線の外来
    SIMPLE_CHECK = "simple-check"  # 資格確認限定型


class NarrowerScheme(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A subsidy for a purpose: who may have it (of them only who sends `claims` so), up to how much, by when."""

    key: Purpose
    kinds: tuple[FacilityKind, ...]
    yen: Sourced[Yen]
    apply: Sourced[date]
    claims: tuple[Claims, ...] = tuple(Claims)


class Narrower(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Subsidies for narrower purposes that can be asked for on a day (rule family adoption/narrower)."""

    family: ClassVar[str] = "adoption/narrower"

    schemes: tuple[NarrowerScheme, ...]


class Asset(StrEnum):
    """Classes of 減価償却資産."""

    READER = "reader"
    COMPUTER = "computer"
    NETWORK = "network"
    CABLE = "cable"
    SOFTWARE = "software"


class Closing(StrEnum):
    """Why property is given up before its time, where that matters."""

    DISASTER = "disaster"
    FIRE = "fire"
    SUCCESSION = "succession"  # 承継: the same care goes on under another code
    GIVEN_ON = "given-on"  # 無償譲渡 to a facility that goes on with オンライン資格確認
    UNAVOIDABLE = "unavoidable"  # 死亡・病気・高齢等


class ClosingReason(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whether money is returned for this reason; `standing` says how sure that is."""

    key: Closing
    returns: bool
    standing: Sourced[bool]


class Depreciation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """財産処分 by the day on which the property is given up (rule family adoption/depreciation): 定額法 over `lives` in
    years. A started year does not count as passed; a subsidy is split over what was bought by cost."""

    family: ClassVar[str] = "adoption/depreciation"

    lives: Mapping[Asset, Sourced[Years]]
    part_of_a_year: Sourced[Literal["dropped"]]
    allocation: Sourced[Literal["by-cost"]]
    reasons: tuple[ClosingReason, ...]


class PostponementKind(StrEnum):
    """猶予類型 1 to 6."""

    SYSTEM = "system"  # システム整備中
    LINE = "line"  # 光回線のネットワーク環境が整備されていない
    HOME_VISITS = "home-visits"  # 訪問診療のみ
    WORKS = "works"  # 改築工事中・臨時施設
    CLOSING = "closing"  # 廃止・休止の計画
    HARDSHIP = "hardship"  # その他特に困難な事情


class Postponement(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Until when a duty waits: to a day at the latest, or so many months after the reason has ended. `contract_by` is
    when the contract with the maker must have been made."""

    number: int
    reason: PostponementKind
    until: Sourced[date | None]
    months_after: int = 0
    contract_by: date | None = None


class DutyKind(StrEnum):
    """What a facility is bound to."""

    ONLINE_ELIGIBILITY = "online-eligibility"
    ONLINE_CLAIMS = "online-claims"


class Duty(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A duty from a day on: who is bound, which way of claiming exempts, and for what it is postponed to whoever filed
    by `file_by`."""

    key: DutyKind
    since: date
    kinds: tuple[FacilityKind, ...]
    exempt_claims: Sourced[tuple[Claims, ...]]
    file_by: date | None = None
    postponed: tuple[Postponement, ...] = ()


class Duties(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is known on a day of duties in force and to come (rule family adoption/duties)."""

    family: ClassVar[str] = "adoption/duties"

    duties: tuple[Duty, ...]


class Part(StrEnum):
    """What a line of a quote is for."""

    READER = "reader"
    TERMINAL = "terminal"
    CERTIFICATE = "certificate"
    NETWORK = "network"
    CABLE = "cable"
    LINE_SETUP = "line-setup"
    PACKAGE = "package"
    MODIFICATION = "modification"
    SETUP = "setup"
    CUSTOMISING = "customising"
    OPTION = "option"
    MAINTENANCE = "maintenance"
    LINE_FEE = "line-fee"


class Covered(StrEnum):
    """Which subsidy pays for a line: the reader in kind, the cost of the system (事業額), or none."""

    READER = "reader"
    SYSTEM = "system"
    NONE = "none"


class UsualPart(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A usual line: by which words it is known, whether it is paid once, which subsidy covers it, what it is as an
    asset, whether one is `needed` and whether one is enough (`single`), and what it costs as far as known."""

    key: Part
    words: tuple[str, ...]
    when: Literal["once", "running"]
    subsidy: Covered
    needed: bool
    single: bool
    yen: Sourced[Range | None]
    asset: Asset | None = None


class UsualQuote(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a quote usually holds (rule family adoption/quote): its `total` once without the reader, what it costs a
    month (`monthly`), its parts."""

    family: ClassVar[str] = "adoption/quote"

    total: Sourced[Range]
    monthly: Sourced[Range]
    parts: tuple[UsualPart, ...]

    def part(self, key: Part) -> UsualPart:
        """The usual line of a kind; every kind has one."""
        return next(one for one in self.parts if one.key is key)


class Effects(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Claims that come back, and those that a check at the counter would have spared (rule family adoption/effects).

    `claims_a_year` and `transcription_errors_a_year` are those of 支払基金; `lost_coverage` is the part of all claims
    that comes back because coverage had ended; `misread_fields` are those of transcription errors. `switched_claims`
    are the ways of claiming whose claims are switched to the right insurer (振替), whether or not the facility checks
    online. Claims go out by `claim_day` of the following month.
    """

    family: ClassVar[str] = "adoption/effects"

    claims_a_year: int
    transcription_errors_a_year: int
    lost_coverage: Sourced[Parts]
    misread_fields: tuple[str, ...]
    switched_claims: tuple[Claims, ...]
    claim_day: int
    medicines_lag_days: Sourced[int]
