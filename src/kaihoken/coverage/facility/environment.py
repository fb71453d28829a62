"""What a facility has set for itself, and what follows from it. Pure.

Kept is only what a facility said; whatever else holds is the default of the day (rule families consent/items and
coverage/facility-settings). An item of consent that is not used (利用しない, OQSCD037) is not asked at the reader, and
is neither taken nor shown.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from functools import lru_cache
from typing import ClassVar, Final

import msgspec

from kaihoken import rules
from kaihoken.consent import ConsentItems, Item, Standing
from kaihoken.problems import Problem

PRESCRIPTIONS: Final = "OQSCD038"
"""電子処方箋利用区分."""

PRESCRIPTION_TIMING: Final = "OQSCD039"
"""処方箋発行形態選択タイミング."""

USED: Final = {True: "1", False: "0"}
"""利用設定 (OQSCD037) of whether an item is used."""

_BOTH_FORMS: Final = "2"  # 電子処方箋と紙の処方箋の併用
_WITH_THE_CHECK: Final = "2"  # 資格確認時に確認する


class FacilityDefaults(msgspec.Struct, frozen=True):
    """What holds of prescriptions until a facility says otherwise (rule family coverage/facility-settings)."""

    family: ClassVar[str] = "coverage/facility-settings"

    prescriptions: rules.Sourced[str]
    prescription_timing: rules.Sourced[str]

    def __post_init__(self) -> None:
        _check_code(self.prescriptions.value, PRESCRIPTIONS, "prescriptions")
        _check_code(self.prescription_timing.value, PRESCRIPTION_TIMING, "prescription_timing")


class Said(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a facility said, as it is kept: members and items in alphabetical order."""

    prescription_timing: str = ""
    prescriptions: str = ""
    unused: tuple[Item, ...] = ()
    used: tuple[Item, ...] = ()


NOTHING_SAID: Final = Said()


class FacilitySettings(msgspec.Struct, frozen=True):
    """The settings of a facility on a day. `items` are all that exist, in the order in which a reader asks them, each
    with whether it is used (OQSCD037)."""

    items: Mapping[Item, bool]
    used: frozenset[Item]
    prescriptions: str  # OQSCD038
    prescription_timing: str  # OQSCD039

    @property
    def asked(self) -> tuple[Item, ...]:
        """The items that a reader asks, in its order."""
        return tuple(item for item, is_used in self.items.items() if is_used)

    @property
    def asks_prescription(self) -> bool:
        """Whether a reader asks, with the check of the coverage, if the prescription is wanted electronic or on
        paper."""
        return self.prescriptions == _BOTH_FORMS and self.prescription_timing == _WITH_THE_CHECK


class Difference(msgspec.Struct, frozen=True):
    """One setting that is another one afterwards: an item of consent (OQSCD037), "prescriptions" (OQSCD038) or
    "prescription_timing" (OQSCD039), each by its code."""

    setting: str
    before: str
    after: str


@lru_cache(maxsize=1024)
def settings_of(said: Said, today: date) -> FacilitySettings:
    """What holds on a day for a facility that said so much."""
    defaults = rules.load(FacilityDefaults, on=today)
    own = {**dict.fromkeys(said.used, True), **dict.fromkeys(said.unused, False)}
    terms = rules.load(ConsentItems, on=today).items
    items = {item: own.get(item, term.used) for item, term in terms.items()}
    return FacilitySettings(
        items=items,
        used=frozenset(item for item, is_used in items.items() if is_used),
        prescriptions=said.prescriptions or defaults.prescriptions.value,
        prescription_timing=said.prescription_timing or defaults.prescription_timing.value,
    )


def changed(
    said: Said,
    today: date,
    items: Mapping[Item, bool],
    prescriptions: str | None = None,
    prescription_timing: str | None = None,
) -> Said:
    """What a facility has said once it changes some of it; what is not named stays.

    Problems `consent.item-unknown` for an item that does not exist yet, `oqs.unknown-code`.
    """
    known = rules.load(ConsentItems, on=today).items
    for item in items:
        if item not in known:
            raise Problem("consent.item-unknown", where="items", item=item.value)
    if prescriptions is not None:
        _check_code(prescriptions, PRESCRIPTIONS, "prescriptions")
    if prescription_timing is not None:
        _check_code(prescription_timing, PRESCRIPTION_TIMING, "prescription_timing")
    own = {**dict.fromkeys(said.used, True), **dict.fromkeys(said.unused, False), **items}
    return Said(
        prescription_timing=said.prescription_timing if prescription_timing is None else prescription_timing,
        prescriptions=said.prescriptions if prescriptions is None else prescriptions,
        unused=tuple(sorted(item for item, is_used in own.items() if not is_used)),
        used=tuple(sorted(item for item, is_used in own.items() if is_used)),
    )


def differences(before: FacilitySettings, after: FacilitySettings) -> tuple[Difference, ...]:
    """What a change of settings changes for the facility, in the order in which settings are told."""
    was, is_now = _codes(before), _codes(after)
    return tuple(
        Difference(name, was[name], code)
        for name, code in is_now.items()
        if name in was and was[name] != code
    )


def _codes(settings: FacilitySettings) -> dict[str, str]:
    used = {item.value: USED[is_used] for item, is_used in settings.items.items()}
    return {
        **used,
        "prescriptions": settings.prescriptions,
        "prescription_timing": settings.prescription_timing,
    }


def check_used(settings: FacilitySettings, items: Iterable[Item]) -> None:
    """Problem `consent.item-not-used` for an item that the facility does not use."""
    if unused := sorted(set(items) - settings.used):
        raise Problem("consent.item-not-used", where="consents", item=unused[0].value)


def shown_of(settings: FacilitySettings, found: Standing) -> Standing:
    """What of some consents a facility is told: of items that it uses."""
    return Standing(
        {item: grant for item, grant in found.alive.items() if item in settings.used},
        {item: ended for item, ended in found.over.items() if item in settings.used},
    )


def _check_code(code: str, codes: str, where: str) -> None:
    if code not in rules.code_list(codes):
        raise Problem("oqs.unknown-code", where=where, element=where, list=codes)
