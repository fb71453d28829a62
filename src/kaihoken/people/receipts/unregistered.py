"""Subsidies on paper alone: most municipalities are not in PMH, and their people bring a certificate that the register
does not know."""

from datetime import date

from kaihoken.coverage import Coverage, PublicExpense
from kaihoken.identity import age_on
from kaihoken.people.insurers import numbered
from kaihoken.people.numbers import recipient_number

_CHILD_UNTIL = 15
_CHILD_CHANCE = 0.9
_SELF_PAY = (None, None, 200, 500)
_ADULTS = (("54", "指定難病（特定医療費）", 0.012), ("21", "自立支援医療（精神通院）", 0.03))
_DISABLED = 4
_KIND = 7


def unregistered(place: int, coverage: Coverage, month: date, lot: float) -> list[PublicExpense]:
    """The subsidies of a person (by place in the nation) that stand in no register: of children nearly always."""
    if age_on(coverage.birthdate, month) < _CHILD_UNTIL:
        if lot >= _CHILD_CHANCE:
            return []
        pays = _SELF_PAY[place // 5_000 % len(_SELF_PAY)]
        return [_made(place, coverage, "88", "子ども医療費助成", pays)]
    share = 0.0
    for law, name, chance in _ADULTS:
        share += chance
        if lot < share:
            own = _made(place, coverage, law, name, None)
            disabled = place % _DISABLED == 0
            return (
                [own, _made(place, coverage, "80", "重度心身障害者医療費助成", None)] if disabled else [own]
            )
    return []


def _made(place: int, coverage: Coverage, law: str, name: str, pays: int | None) -> PublicExpense:
    prefecture = coverage.insurer_number[2:4]
    return PublicExpense(
        payer_number=numbered(law, prefecture, 601),
        recipient_number=recipient_number(place, _KIND),
        scheme=name,
        start=coverage.birthdate,
        self_pay_yen=pays,
    )
