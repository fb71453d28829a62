"""What facilities and hub say to each other about the settings of a facility: the bodies of /v1/facility-settings."""

from collections.abc import Mapping

import msgspec

from kaihoken.consent import Item
from kaihoken.coverage.facility.environment import FacilitySettings
from kaihoken.coverage.shape import read_message


class FacilitySettingsChange(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a facility changes; what is left out stays. Of `items` whether each is used (利用設定, OQSCD037);
    `prescriptions` is OQSCD038, `prescription_timing` OQSCD039."""

    items: Mapping[Item, bool] = {}
    prescriptions: str | None = None
    prescription_timing: str | None = None


class FacilitySettingsAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """The settings of the asking facility. A reader asks the items in `asked`, in that order, and where
    `asks_prescription` is true also in which form the prescription is wanted: `prescription_form` of `/oqs/face`
    (OQSCD017)."""

    items: Mapping[Item, bool]
    asked: tuple[Item, ...]
    prescriptions: str
    prescription_timing: str
    asks_prescription: bool


_decoder = msgspec.json.Decoder(FacilitySettingsChange)
_NAMES = frozenset((*FacilitySettingsChange.__struct_fields__, *(item.value for item in Item)))


def read_change(body: bytes) -> FacilitySettingsChange:
    """The change in a body. Problems of `read_message`."""
    return read_message(body, _decoder, _NAMES)


def said_of_settings(settings: FacilitySettings) -> bytes:
    """The answer about settings."""
    return msgspec.json.encode(
        FacilitySettingsAnswer(
            items=settings.items,
            asked=settings.asked,
            prescriptions=settings.prescriptions,
            prescription_timing=settings.prescription_timing,
            asks_prescription=settings.asks_prescription,
        )
    )
