"""What the clinic claimed in earlier months, as far as the checks of this month ask for it: who had which add-on when.

A person is known by a keyed digest of what the receipts say, so nothing of earlier files stays but days and codes."""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import date
from secrets import token_bytes

from kaihoken.claims.receipt import Receipt, billed_on
from kaihoken.identity import canonical_number, canonical_symbol
from kaihoken.payment.fees import add_on_of


class EarlierClaims:
    """Add-ons by person. Fed with the receipts of earlier files, then asked about those of this one."""

    def __init__(self) -> None:
        self._key = token_bytes(16)
        self._claimed: dict[bytes, list[tuple[str, date]]] = {}

    def take(self, receipts: Iterable[Receipt]) -> None:
        """Remembers the add-ons of these receipts."""
        for receipt in receipts:
            for unit in receipt.units:
                for act in unit.acts:
                    if add_on_of(act.code):
                        days = [(act.code, day) for day in billed_on(act, receipt.month)]
                        self._claimed.setdefault(self._person(receipt), []).extend(days)

    def of(self, receipt: Receipt) -> Sequence[tuple[str, date]]:
        """Codes and days that were claimed for the person of a receipt."""
        return self._claimed.get(self._person(receipt), ())

    def _person(self, receipt: Receipt) -> bytes:
        """By number, birth date and sex, not by the insurer: who changed the job is still the same patient, and the
        number of the chart says so where there is one."""
        insurance = receipt.insurance
        number = (canonical_symbol(insurance.symbol), canonical_number(insurance.number)) if insurance else ()
        who = (receipt.chart,) if receipt.chart else number
        said = "\x1f".join((*who, receipt.birthdate.isoformat() if receipt.birthdate else "", receipt.sex))
        return hashlib.blake2b(said.encode(), key=self._key, digest_size=16).digest()
