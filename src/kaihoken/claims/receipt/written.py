"""From the lines of a receipt to what they say."""

from collections.abc import Callable
from datetime import date
from functools import cache, lru_cache

from kaihoken.claims.receipt.receipt import Confirmation, Insurance, PublicPayer, Receipt, VisitDays
from kaihoken.claims.receipt.units import whole
from kaihoken.claims.records import ClaimLayout
from kaihoken.claims.uke import Line, ReceiptLines
from kaihoken.identity import parse_claim_date, parse_claim_month
from kaihoken.problems import Problem

_DISEASES = frozenset(("SY", "HS", "SB"))
_ACTS = frozenset(("SI", "SS", "IY", "TO", "CO", "CZ", "KI", "KA"))
FIRST_MONTH, END_OF_MONTHS = date(2015, 1, 1), date(2100, 1, 1)
"""Months that can be judged: for earlier ones not every rule is known, later ones are typing errors."""
_DATES_KEPT = 1 << 16

At = Callable[[str], int]


def receipt_of(written: ReceiptLines, layout: ClaimLayout) -> Receipt:
    """The receipt that these lines are. Of records that may stand once, the first counts."""
    return _reader(layout).receipt(written)


@cache
def _reader(layout: ClaimLayout) -> "_Reader":
    return _Reader(layout)


class _Reader:
    """Reads receipts of one layout: the positions of the fields are looked up once."""

    def __init__(self, layout: ClaimLayout) -> None:
        self._layout = layout
        common = self._index("RE")
        self._common = tuple(
            common.get(key, 0)
            for key in (
                "number", "type", "month", "name", "kana", "sex", "birthdate", "benefit", "meal_class", "notes",
                "chart", "search",
            )
        )  # fmt: skip
        self._insurance = self._of("HO", "insurer", "symbol", "number", "days", "points", "patient_yen")
        self._public = self._of("KO", "payer", "recipient", "days", "points", "patient_yen")
        self._confirmation = self._of("SN", "payer_kind", "confirmation", "branch")
        self._visits = self._of("JD", "payer_kind", "day")
        (self._counter,) = self._of("MF", "kind")

    def _index(self, record: str) -> dict[str, int]:
        found = self._layout.by_id.get(record)
        return dict(found.index) if found else {}

    def _of(self, record: str, *keys: str) -> tuple[int, ...]:
        index = self._index(record)
        return tuple(index.get(key, 0) for key in keys)

    def receipt(self, written: ReceiptLines) -> Receipt:
        common: Line | None = None
        insurance: Insurance | None = None
        publics: list[PublicPayer] = []
        confirmations: list[Confirmation] = []
        visits: list[VisitDays] = []
        counter = ""
        diseases: list[Line] = []
        acts: list[Line] = []
        for line in written.lines:
            kind = line.fields[0]
            if kind in _ACTS:
                acts.append(line)
            elif kind in _DISEASES:
                diseases.append(line)
            elif kind == "RE":
                common = common or line
            elif kind == "HO":
                insurance = insurance or self._read_insurance(line)
            elif kind == "KO":
                publics.append(self._read_public(line))
            elif kind == "SN":
                confirmations.append(Confirmation(line, *_texts(line.fields, self._confirmation)))
            elif kind == "JD":
                visits.append(self._read_visits(line))
            elif kind == "MF" and not counter:
                (counter,) = _texts(line.fields, (self._counter,))
        fields = common.fields if common else []
        (number, type_code, month, name, kana, sex, birthdate, benefit, meal_class, notes, chart, search) = (
            _texts(fields, self._common)
        )
        return Receipt(
            place=written.place,
            lines=written.lines,
            layout=self._layout,
            common=common,
            number=number,
            type_code=type_code,
            month=month_judged(month),
            name=name,
            kana=kana,
            sex=sex,
            birthdate=day_written(birthdate),
            benefit=benefit,
            meal_class=meal_class,
            notes=_pairs(notes),
            chart=chart,
            search=search,
            insurance=insurance,
            publics=tuple(publics),
            confirmations=tuple(confirmations),
            visits=tuple(visits),
            counter=counter,
            diseases=tuple(diseases),
            acts=tuple(acts),
        )

    def _read_insurance(self, line: Line) -> Insurance:
        insurer, symbol, number, days, points, patient_yen = _texts(line.fields, self._insurance)
        return Insurance(line, insurer, symbol, number, whole(days), whole(points), whole(patient_yen))

    def _read_public(self, line: Line) -> PublicPayer:
        payer, recipient, days, points, patient_yen = _texts(line.fields, self._public)
        return PublicPayer(line, payer, recipient, whole(days), whole(points), whole(patient_yen))

    def _read_visits(self, line: Line) -> VisitDays:
        kind, day = self._visits
        return VisitDays(line, line.at(kind), tuple(line.fields[day : day + 31]))


def _texts(fields: list[str], positions: tuple[int, ...]) -> tuple[str, ...]:
    written = len(fields)
    return tuple(fields[at] if 0 < at < written else "" for at in positions)


@lru_cache(maxsize=1024)
def _pairs(notes: str) -> tuple[str, ...]:
    """特記事項: two digits each."""
    return tuple(notes[at : at + 2] for at in range(0, len(notes), 2))


@lru_cache(maxsize=_DATES_KEPT)
def day_written(text: str) -> date | None:
    """A day as claims write it, None for what is none."""
    try:
        return parse_claim_date(text)
    except Problem:
        return None


@lru_cache(maxsize=1024)
def month_written(text: str) -> date | None:
    """The first day of a month as claims write it, None for what is none."""
    try:
        return parse_claim_month(text)
    except Problem:
        return None


def month_judged(text: str) -> date | None:
    """The first day of a month as claims write it, where the rules of claims speak for it; None for any other."""
    month = month_written(text)
    return month if month is not None and FIRST_MONTH <= month < END_OF_MONTHS else None
