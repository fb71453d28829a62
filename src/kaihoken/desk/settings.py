"""The desk's settings: read once at the edge (see docs/settings.md)."""

from typing import Annotated, Literal

import msgspec

from kaihoken.consent import Item

TimeOfDay = Annotated[str, msgspec.Meta(pattern=r"^(([01]\d|2[0-3]):[0-5]\d)?$")]
"""HH:MM, or nothing."""

_ITEM = "|".join(Item)
ItemNames = Annotated[str, msgspec.Meta(pattern=rf"^(({_ITEM})(,({_ITEM}))*)?$")]
"""Items of consent with commas between, or nothing."""


class DeskSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Where a desk keeps its things, which hub it asks, and what is connected."""

    folder: str = ""  # folder of what the desk keeps; none: the place of such things on this system
    hub: str = ""  # address of the hub; none: the one at which the desk is enrolled
    host: str = "127.0.0.1"  # address on which the pages are served
    port: Annotated[int, msgspec.Meta(ge=1, le=65535)] = 8001  # port of the pages
    reader: Literal["virtual", "pcsc"] = "virtual"  # the card reader: our own, or one of the system's PC/SC
    card_roots: str = ""  # file of the TEST authorities whose cards are taken (roots.json); none: no card is
    card_attested: bool = False  # face and visual checks are offered where the hub takes them: a simulation
    asks: ItemNames = ""  # consents that the reader asks (medicine,limit); none: all that the facility uses
    requests: str = ""  # folder (with req, res and face in it) for a レセコン; none: none is watched
    phones: str = ""  # name (of the certificate) by which phones reach the questionnaire; none: no phone does
    phones_host: str = ""  # this PC's address in the clinic's network on which only that is served
    phones_port: Annotated[int, msgspec.Meta(ge=1, le=65535)] = 8443  # port of it
    phones_certificate: str = ""  # PEM file of the certificate for that name, with its chain
    phones_key: str = ""  # PEM file of its key, which only its owner may read
    proxy: str = ""  # HTTP proxy between the clinic and the hub
    patient_files: str = ""  # folder of lists of patients and appointments; none: none is watched
    hub_ca: str = ""  # PEM file of the CAs of the hub's certificate, where it is not a public one
    answer_seconds: Annotated[float, msgspec.Meta(gt=0, le=60)] = 8.0  # so long a counter waits for an answer
    look_seconds: Annotated[float, msgspec.Meta(ge=1, le=3600)] = 15.0  # so often a hub is looked for
    evening_at: TimeOfDay = "18:30"  # when tomorrow's list is asked (Tokyo); none: only by the button
    keep_days: Annotated[int, msgspec.Meta(ge=62, le=400)] = 100  # for so many days a visit is kept
    cards: str = ""  # folder of virtual cards for the virtual reader
    framed_by: str = ""  # address of the one page that may show this desk's pages in a frame (demonstrations)
    cover_minutes: Annotated[int, msgspec.Meta(ge=1, le=120)] = 5  # a screen that nobody touches hides itself
    demo: bool = False  # fictional people, virtual cards, and every page says so
