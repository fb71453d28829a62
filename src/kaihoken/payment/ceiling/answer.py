"""What a household pays in a month, claim by claim and unit by unit."""

from collections.abc import Mapping

import msgspec

from kaihoken.payment.ceiling.bearers import Funded
from kaihoken.payment.ceiling.one import CeilingKind
from kaihoken.payment.ceiling.working import Line


class Paid(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """One claim: the `share` by percent, the `ceiling` at the counter, what the patient paid there (`counter`), and
    what 公費 bore of the share (`public`)."""

    person: str
    institution: str
    cost: int
    share: int
    ceiling: int
    kind: CeilingKind
    counter: int
    public: int


class UnitMonth(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """A unit's month. `counter` was paid at the counters, `refund` comes back of it as 高額療養費, `supplement` as
    付加給付; `patient` remains. `public` is what 公費 bore of the shares, `insurer_part` the rest of `cost`, and
    `funded` who pays that, where the unit says how it is funded. `benefit` is 高額療養費 in all, in kind and refunded.

    `counts` says whether the month is one for 多数回. For the ceilings of a year: `outpatient` is what each person from
    70 on bears of outpatient care before anything is added to it, `summed` what remains of all that was added up.
    """

    insurer: str
    paid: tuple[Paid, ...]
    cost: int
    counter: int
    refund: int
    supplement: int
    patient: int
    public: int
    insurer_part: int
    funded: Funded | None
    benefit: int
    counts: bool
    outpatient: Mapping[str, int]
    summed: int
    lines: tuple[Line, ...]
    unconfirmed: bool


class HouseholdMonth(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """The answer, unit by unit. `rules` is the digest of the rule files of the month."""

    units: tuple[UnitMonth, ...]
    counter: int
    refund: int
    supplement: int
    patient: int
    rules: str
    unconfirmed: bool
    planned: bool
    announced: bool
