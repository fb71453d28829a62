"""The limit of a month at one institution, as a bill needs it: by the class that is shown, else by age and share."""

from collections.abc import Iterable
from datetime import date

import msgspec

from kaihoken.payment.ceiling import (
    AgeGroup,
    Ceiling,
    Limits,
    MonthTable,
    Setting,
    SpecifiedDisease,
    ceiling_of,
    class_without_certificate,
    month_table,
)


class MonthLimit(msgspec.Struct, frozen=True, gc=False):
    """限度額 of one person: `name` is the 適用区分, "" where nobody knows it. Then the share decides from 70 on, and
    under 70 there is none: the whole share is asked for, but of who shows 特定疾病療養受療証 no more than the highest
    class pays with it. `halved`: 75歳到達月. `national`: whether 国保 insures them, which has measures of its own
    for the classes; None where nobody said."""

    group: AgeGroup
    name: str = ""
    setting: Setting = Setting.OUTPATIENT
    multiple: bool = False
    halved: bool = False
    disease: SpecifiedDisease | None = None
    national: bool | None = None

    def at(self, on: date, percent: int, cost_yen: int) -> Ceiling | None:
        """The limit of the month of `on` for care of so much at this share. None where none holds. Problems of
        `ceiling_of`."""
        name = self.name or class_without_certificate(self.group, percent, on) or self._highest(on)
        if name is None:
            return None
        return ceiling_of(
            on,
            name,
            cost_yen,
            setting=self.setting,
            multiple=self.multiple,
            halved=self.halved,
            disease=self.disease,
        )

    def lowest(self, on: date, percent: int) -> int:
        """The lowest limit that anybody of that age and share has in this month: below it, it does not matter that the
        class is not known."""
        table = month_table(on)
        return min(self._whole(table.whole[name]) for name in self._possible(table, percent))

    def classes(self, on: date, percent: int) -> tuple[str, ...]:
        """The classes that anybody of that age and share can have in this month, 一般 of 後期 by its name at that
        share."""
        table = month_table(on)
        names = tuple(self._possible(table, percent))
        if self.group is not AgeGroup.FROM_75:
            return names
        general = table.elderly.without_certificate[self.group].get(percent, table.elderly.general)
        return tuple(general if name == table.elderly.general else name for name in names)

    def _highest(self, on: date) -> str | None:
        return None if self.disease is None else next(iter(month_table(on).under_70.classes))

    def _possible(self, table: MonthTable, percent: int) -> Iterable[str]:
        """The classes of who pays this share. Who is free of resident tax pays the lowest one of their age."""
        if self.group is AgeGroup.UNDER_70:
            return table.under_70.classes
        rows, shares = table.elderly.classes, table.elderly.without_certificate[self.group]
        if shares.get(percent) in rows and rows[shares[percent]].taxable_from:
            return (name for name, row in rows.items() if row.taxable_from)
        if self.group is AgeGroup.FROM_75 and percent > min(shares):
            return (shares[percent],)
        return (name for name, row in rows.items() if not row.taxable_from)

    def _whole(self, limits: Limits) -> int:
        if self.disease is not None:
            return limits.specified_disease
        if self.setting is Setting.OUTPATIENT and limits.outpatient is not None:
            return limits.outpatient
        return limits.base
