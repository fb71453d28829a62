"""The numbers of the law on 一部負担金の割合, as the rule files hold them. Shares are whole percent."""

from datetime import date
from typing import Annotated, ClassVar, TypeAlias

import msgspec

Percent: TypeAlias = Annotated[int, msgspec.Meta(ge=0, le=100, multiple_of=10)]
Age: TypeAlias = Annotated[int, msgspec.Meta(ge=0, le=150)]


class ReducedShare(msgspec.Struct, frozen=True):
    """The generation whose share at 70 to 74 stayed below the statutory one (軽減特例措置)."""

    born_until: date
    percent: Percent


class ElderlyShares(msgspec.Struct, frozen=True):
    """70 to 74: `high_income_percent` is for 現役並み所得者."""

    general_percent: Percent
    high_income_percent: Percent
    reduced: ReducedShare | None


class LateElderlyShares(msgspec.Struct, frozen=True):
    """後期高齢者医療: its 法別番号 and the shares that a 広域連合 can register."""

    law: str
    percents: tuple[Percent, ...]


class WholeThenClaim(msgspec.Struct, frozen=True):
    """特別療養費: the 被保険者証区分 (OQSCD010) that stand for it, and the age up to whose following 31 March nobody
    may be put under it."""

    classifications: tuple[str, ...]
    spared_until_age: Age | None


class StatutoryShare(msgspec.Struct, frozen=True):
    """一部負担金の割合 by age and scheme (rule family share/statutory). `preschool_percent` holds to the 31 March of
    未就学, with `preschool_until_age` (before 2008) to the end of the month in which that age is reached."""

    family: ClassVar[str] = "share/statutory"

    preschool_percent: Percent
    ordinary_percent: Percent
    elderly: ElderlyShares
    late_elderly: LateElderlyShares
    whole_then_claim: WholeThenClaim
    insurance_laws: tuple[
        str, ...
    ]  # 法別番号 of the insurances with these shares; "" and "00" stand for 国保
    preschool_until_age: Age | None = None


class DeclaredPercents(msgspec.Struct, frozen=True):
    """Shares with which a counter calculates on a 被保険者資格申立書."""

    preschool: Percent
    ordinary: Percent
    elderly: tuple[Percent, ...]


class DeclaredShare(msgspec.Struct, frozen=True):
    """The 被保険者資格申立書 (rule family share/declaration). No percents: the form did not exist yet."""

    family: ClassVar[str] = "share/declaration"

    percents: DeclaredPercents | None
