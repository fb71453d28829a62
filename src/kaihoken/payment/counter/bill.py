"""The bill of one visit: what goes into it, and what comes out. Yen are whole."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum

import msgspec

from kaihoken.payment.ceiling import Ceiling
from kaihoken.payment.counter.assistance import Assistance
from kaihoken.payment.counter.limit import MonthLimit
from kaihoken.payment.meals import MealCharge
from kaihoken.payment.shares import Share, ShareQuestion


class MonthSoFar(msgspec.Struct, frozen=True, gc=False):
    """This month at this institution before the visit: the points of the care, and the 一部負担金 for it, by share and
    limit and as rounded at the counter, whoever paid it in the end. `left_yen` is what national 公費 left of that,
    where they paid any."""

    points: int = 0
    share_yen: int = 0
    left_yen: int | None = None

    @property
    def counted_yen(self) -> int:
        """What of it counts toward the limit once national 公費 have paid."""
        return self.share_yen if self.left_yen is None else self.left_yen


class Visit(msgspec.Struct, frozen=True, kw_only=True):
    """One day at one institution: `points` of what was done, by `share`; `ordinary_share` is the one by which an
    insurer refunds 特別療養費. `limit` is that of the month, None where it is not known or none holds. Several of
    `assistance` are applied in the order of claims."""

    on: date
    points: int
    share: Share
    ordinary_share: Share | None = None
    limit: MonthLimit | None = None
    month: MonthSoFar = MonthSoFar()
    assistance: tuple[Assistance, ...] = ()
    meals: MealCharge | None = None


class Payer(StrEnum):
    """Who bears a part."""

    PATIENT = "patient"
    INSURER = "insurer"
    PUBLIC = "public"  # 公費
    LOCAL = "local"  # 地方単独


class Borne(msgspec.Struct, frozen=True, gc=False):
    """What one of them bears; `law` is the 法別番号 of a 公費 or subsidy."""

    payer: Payer
    yen: int
    law: str = ""


class BillLine(msgspec.Struct, frozen=True):
    """One line of the working: the id of the message that says it, its sum, and its facts."""

    id: str
    yen: int
    facts: Mapping[str, int | str] = {}


class Reckoning(msgspec.Struct, frozen=True, kw_only=True):
    """A bill at one share. `patient_yen` is paid today for the care, `due_yen` with the meals, as far as these are
    known. `borne` sums to the cost, the patient's part before rounding; `rounding_yen` is what rounding adds to it
    and stays with the institution. `refunds` come back later, on application, from whom they name. `capped`: a limit
    and not the share made the sum. `limit` is that of the month at the cost so far, with why."""

    percent: int
    patient_yen: int
    due_yen: int
    rounding_yen: int
    borne: tuple[Borne, ...]
    refunds: tuple[Borne, ...]
    lines: tuple[BillLine, ...]
    capped: bool
    limit: Ceiling | None


class Bill(msgspec.Struct, frozen=True, kw_only=True):
    """What a visit costs and who pays. One reckoning where the share is known; those of the lowest and the highest
    lawful share where it is not, with the `question` that settles it; none where nothing can be said but the question.
    `open` are message ids of what would change the sum and is not known; `unconfirmed` of what the sum rests on and no
    text of the law was read for."""

    on: date
    points: int
    cost_yen: int
    share: Share
    reckonings: tuple[Reckoning, ...]
    question: ShareQuestion | None
    open: tuple[str, ...]
    unconfirmed: tuple[str, ...]
    meals: MealCharge | None

    @property
    def due_yen(self) -> int | None:
        """What the patient pays today, where that is one sum."""
        sums = {one.due_yen for one in self.reckonings}
        return sums.pop() if len(sums) == 1 else None
