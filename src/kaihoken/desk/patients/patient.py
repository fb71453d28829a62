"""One patient of the clinic."""

from datetime import date

import msgspec

from kaihoken.desk.checked import Checked


class Subsidy(msgspec.Struct, frozen=True):
    """公費 as the clinic's file holds it. What a hub does not mention stays: absent is not ended."""

    payer_number: str
    recipient_number: str


class OnFile(msgspec.Struct, frozen=True, kw_only=True):
    """What the clinic's own file says of a patient, verbatim. `number` is 患者番号; "" and None: it does not say."""

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


class Patient(OnFile, frozen=True, kw_only=True):
    """A patient as the file has them, and the last answer of a hub. `patient` is the desk's own key for them
    (random)."""

    patient: str
    last: Checked | None = None

    @property
    def can_be_asked(self) -> bool:
        """Whether the file holds what a question by number needs."""
        return bool(self.insurer_number and self.insured_number and self.birthdate)
