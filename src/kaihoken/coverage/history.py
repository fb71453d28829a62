"""What insurers said of a person, when they said it, and how it is packed.

A history is every assertion about one person in commit order. An assertion is never changed: a later one about the
same `subject` takes its place for everybody who asks after its commit (`believed`). Periods are half-open: a coverage
acquired on the 1st and lost on the 16th is in force from the 1st to the 15th (資格喪失年月日 is the first day without).

The packed form is a MessagePack array of assertions and is what the look-up row holds: appending an assertion
never rewrites the ones before it.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Literal, NewType

import msgspec

CommitSequence = NewType("CommitSequence", int)
"""Position of a commit batch in the hub's log. "Known at" an instant resolves to one."""

PersonId = NewType("PersonId", bytes)
"""16 random bytes: the only name of a person that records and other rooms know."""

MatchState = Literal["pending", "visible", "suspended-1", "suspended-2", "suspended-3", "corrected"]
"""Where the match with J-LIS stands (本人確認). `corrected` is visible again after the insurer mended it."""


class _Packed(msgspec.Struct, frozen=True, array_like=True, gc=False, tag=True):
    """Base of what is packed: positions, not names, so fields are only ever appended, with a default."""


class ElderlyCertificate(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """高齢受給者証 (70 to 74). Days inclusive; `share_percent` is 10, 20 or 30."""

    issued: date | None
    valid_from: date
    valid_to: date | None
    share_percent: int


class LimitCertificate(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """限度額適用認定証 and its kin. Days inclusive. `long_term` is the first day of the month from which more than
    90 days in hospital count (長期該当)."""

    classification: str  # OQSCD011
    category: str  # OQSCD012
    issued: date | None
    valid_from: date
    valid_to: date | None
    long_term: date | None = None


class SpecificDisease(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """特定疾病療養受療証. `monthly_limit_yen` is 自己負担限度額."""

    category: str  # OQSCD013
    issued: date | None
    valid_from: date
    valid_to: date | None
    monthly_limit_yen: int


class MedicalTicket(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """医療券・調剤券 of 医療扶助 for one month and one facility."""

    ticket_type: str  # OQSCD018
    month: date  # first day of 診療年月
    facility: str  # 指定医療機関コード, 10 digits
    facility_name: str
    issue_number: str
    valid_from: date
    valid_to: date
    treatment_type: str  # OQSCD019
    self_pay_yen: int = 0
    single_or_combined: str = "01"  # OQSCD020
    social_insurance: str = "02"  # OQSCD021
    district_contact: str = ""


class Coverage(_Packed, frozen=True, tag="C"):
    """資格: one period of one person with one insurer, as the insurer registered it.

    医療扶助 is a coverage of classification A1: `insurer_number` is the 公費負担者番号, `number` the 受給者番号.
    Numbers and names are verbatim as registered (names may hold ●); comparing is `identity`'s work.
    """

    insurer_number: str  # 8 digits; 国保 6 digits with two zeros in front
    insurer_name: str
    symbol: str  # 記号, "" where there is none
    number: str  # 番号
    branch: str  # 枝番, two digits or ""
    classification: str  # OQSCD010
    relation: str  # OQSCD009, "" for 後期高齢者
    insured_name: str  # 被保険者 (世帯主) 氏名
    name: str
    kana: str  # half-width
    sex: str  # OQSCD007, on the face of the certificate
    birthdate: date
    postal_code: str  # NNN-NNNN or ""
    address: str
    acquired: date
    lost: date | None = None  # first day without
    loss_reason: str = ""  # OQSCD008
    issued: date | None = None
    valid_from: date | None = None
    valid_to: date | None = None  # inclusive: of the certificate, not of the coverage
    share_percent: int | None = None  # 後期高齢者 only
    match: MatchState = "visible"
    non_disclosure: bool = False  # 不開示 (DV等): address never leaves
    received: date | None = None  # day on which the notification reached the insurer (届出)
    other_name: str = ""  # 通称
    other_kana: str = ""
    sex_other: str = ""  # Sex2
    elderly: ElderlyCertificate | None = None
    limits: tuple[LimitCertificate, ...] = ()
    diseases: tuple[SpecificDisease, ...] = ()
    tickets: tuple[MedicalTicket, ...] = ()
    withdrawn: bool = False  # the insurer took the whole period back (wrong link): it never was

    def in_force(self, on: date) -> bool:
        """Whether the coverage runs on that day, whatever the certificate's own dates say."""
        return self.acquired <= on and (self.lost is None or on < self.lost)


class PublicExpense(_Packed, frozen=True, tag="P"):
    """公費・地方単独: a subsidy beside the insurance. Period half-open."""

    payer_number: str  # 公費負担者番号, 8 digits
    recipient_number: str  # 受給者番号, 7 digits
    scheme: str  # what staff call it: 子ども医療費助成
    start: date
    end: date | None = None  # first day without
    self_pay_yen: int | None = None  # what the patient still pays per day, where it is a fixed sum
    withdrawn: bool = False

    def in_force(self, on: date) -> bool:
        return self.start <= on and (self.end is None or on < self.end)


class Certificate(_Packed, frozen=True, tag="J"):
    """利用者証明用電子証明書 that stands for this person. `serial` with its issuer finds the person."""

    issuer: str
    serial: str  # decimal
    not_before: date
    not_after: date  # last day
    revoked: date | None = None
    withdrawn: bool = False  # linked to the wrong person, taken back


class ReferenceLink(_Packed, frozen=True, tag="R"):
    """照会番号: the number that a facility itself gives this patient, for the coverage whose numbers stand beside it.

    Numbers are verbatim: 照会番号 as the facility sent it, the others as the insurer registered them. When the person
    has another coverage the link still speaks of this one, so it is registered anew.
    """

    facility: str  # 医療機関コード, 10 digits
    reference_number: str
    insurer_number: str
    symbol: str
    number: str
    branch: str
    registered: date  # day in Asia/Tokyo
    withdrawn: bool = False  # the facility took it back: it was for somebody else, or is not wanted any more


Fact = Coverage | PublicExpense | Certificate | ReferenceLink


class Assertion(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One thing said once. `subject` numbers the things said about this person: the next assertion with the same
    subject supersedes this one from its commit on. The first assertion about a person also holds the `link` under
    which insurers register them, so that a new look-up key can be given to it."""

    subject: int
    commit: CommitSequence
    recorded_at: datetime
    source: str  # who said it: an insurer number, "j-lis", a 福祉事務所
    fact: Fact
    link: str = ""


class History(msgspec.Struct, frozen=True, gc=False):
    """Everything said of one person, in commit order."""

    person: PersonId
    assertions: tuple[Assertion, ...]


_encode = msgspec.msgpack.Encoder().encode
_decode_assertion = msgspec.msgpack.Decoder(Assertion).decode
_decode_assertions = msgspec.msgpack.Decoder(tuple[Assertion, ...]).decode


def pack_assertion(assertion: Assertion) -> bytes:
    """The bytes of one assertion: the same in the truth table and inside a packed history."""
    return _encode(assertion)


class _Packed6(msgspec.Struct, array_like=True, gc=False):
    """The parts of a packed assertion, each still packed."""

    subject: msgspec.Raw
    commit: msgspec.Raw
    recorded_at: msgspec.Raw
    source: msgspec.Raw
    fact: msgspec.Raw
    link: msgspec.Raw


_decode_parts = msgspec.msgpack.Decoder(_Packed6).decode
_NO_COMMIT = msgspec.Raw(b"\x00")


def without_commit(body: bytes) -> bytes:
    """The stored bytes of an assertion with commit 0: as they were before the commit that they are in had its number.
    Raises msgspec.DecodeError for what is no assertion."""
    parts = _decode_parts(body)
    parts.commit = _NO_COMMIT
    return _encode(parts)


def unpack_assertion(body: bytes) -> Assertion:
    """The assertion in a row of the truth table."""
    assertion: Assertion = _decode_assertion(body)
    return assertion


def pack_history(packed_assertions: Sequence[bytes]) -> bytes:
    """The look-up row's bytes from the packed assertions in commit order."""
    count = len(packed_assertions)
    if count < 16:
        header = bytes((0x90 | count,))
    elif count < 1 << 16:
        header = b"\xdc" + count.to_bytes(2, "big")
    else:
        header = b"\xdd" + count.to_bytes(4, "big")
    return header + b"".join(packed_assertions)


def unpack_history(person: PersonId, packed: bytes) -> History:
    """The history in a look-up row."""
    return History(person, unpack_assertions(packed))


def unpack_assertions(packed: bytes) -> tuple[Assertion, ...]:
    """The assertions in a look-up row."""
    assertions: tuple[Assertion, ...] = _decode_assertions(packed)
    return assertions


def believed(history: History, known_at: CommitSequence) -> list[Fact]:
    """What the system held to be true of this person once commit `known_at` was in: for each subject the last
    assertion up to there, without what was withdrawn. In the order in which subjects first came up."""
    last: dict[int, Fact] = {}
    for assertion in history.assertions:
        if assertion.commit <= known_at:
            last[assertion.subject] = assertion.fact
    return [fact for fact in last.values() if not fact.withdrawn]


def believed_now(history: History) -> list[Fact]:
    """What the system holds to be true of this person with everything that was ever said."""
    last = {assertion.subject: assertion.fact for assertion in history.assertions}
    return [fact for fact in last.values() if not fact.withdrawn]
