"""One patient of the clinic."""

from datetime import date

import msgspec

from kaihoken.desk.checked import Checked


class Subsidy(msgspec.Struct, frozen=True):
    """公費 as the clinic's file holds it. What a hub does not mention stays: absent is not ended."""

    payer_number: str
    recipient_number: str


class Patient(msgspec.Struct, frozen=True, kw_only=True):
    """What the clinic's own file says of a patient, verbatim, and the last answer of a hub. `patient` is the desk's own
    key for them (random); `number` is 患者番号. `share_percent` None: the file does not say."""

    patient: str
    number: str
    name: str
    kana: str = ""
    birthdate: date | None = None
    insurer_number: str = ""
    symbol: str = ""
    insured_number: str = ""
    branch: str = ""
    share_percent: int | None = None
    subsidies: tuple[Subsidy, ...] = ()
    phone: str = ""
    last: Checked | None = None

    @property
    def can_be_asked(self) -> bool:
        """Whether the file holds what a question by number needs."""
        return bool(self.insurer_number and self.insured_number and self.birthdate)
