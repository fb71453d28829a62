"""The decision about an inquiry: what it found, how sure that is, and what the people at the counter do next.

A verdict holds everything that was found. What of it may leave is `disclosure`'s decision, not taken here.
"""

from datetime import date
from enum import StrEnum

import msgspec

from kaihoken.coverage.history import Coverage, MedicalTicket, PersonId, PublicExpense, ReferenceLink
from kaihoken.payment import Share


class Validity(StrEnum):
    """資格有効性, OQSCD006."""

    VALID = "1"
    INVALID = "2"
    INVALID_NEW_EXISTS = "3"
    NOT_FOUND = "4"
    MULTIPLE = "5"
    VALID_UNREGISTERED = "6"


class Situation(StrEnum):
    """What is behind the official code: finer than the six values, and what words and steps go by."""

    VALID = "valid"
    SPECIAL_EXPENSE = "special-expense"  # 証区分 05: valid, 窓口は全額
    WELFARE_TICKET = "welfare-ticket"  # 医療扶助 with 医療券 for this facility
    WELFARE_UNREGISTERED = "welfare-unregistered"  # 医療扶助, no 医療券 here yet
    ENDED = "ended"
    DECEASED = "deceased"  # ended, and the insurer registered a death
    NOT_STARTED = "not-started"
    NEW_EXISTS = "new-exists"
    OVERLAP = "overlap"  # asked by the older of two coverages that both run
    PENDING = "pending"  # 手続中: registered, match with J-LIS not done
    SUSPENDED = "suspended"  # viewing stopped until the insurer confirms
    NOT_FOUND = "not-found"
    MULTIPLE = "multiple"
    CARD_NOT_LINKED = "card-not-linked"  # 利用登録 not done, or no insurer linked it yet
    CERTIFICATE_REVOKED = "certificate-revoked"
    CERTIFICATE_EXPIRED = "certificate-expired"  # beyond the months of grace


class DifferenceKind(StrEnum):
    """How the register differs from what was asked or from the chart."""

    BRANCH_MISSING = "branch-missing"
    BRANCH = "branch"
    SYMBOL_MISSING = "symbol-missing"
    KANA = "kana"
    NAME = "name"
    SEX = "sex"
    RELATION = "relation"
    SHARE = "share"


class Difference(msgspec.Struct, frozen=True, gc=False):
    """One difference. `field` names the field of the answer that holds the registered value."""

    kind: DifferenceKind
    field: str
    asked: str


class Advisory(StrEnum):
    """What the counter should know although it does not change the verdict."""

    OVERLAP = "overlap"  # another coverage has not been ended by its insurer
    LAG_LIKELY = "lag-likely"  # registration is probably on its way
    PENDING_NEW = "pending-new"  # a newer coverage is 手続中
    SHARE_BLANK = "share-blank"  # the insurer left 負担割合 empty
    NAME_SUBSTITUTED = (
        "name-substituted"  # ● in the name, received or because nothing can stand for a character
    )
    NAME_EXTERNAL = (
        "name-external"  # a character that a claim cannot carry and for which another stands (髙 → 高)
    )
    DOCUMENT_EXPIRED = "document-expired"  # the paper's 有効終了 is past, the coverage is not
    CERTIFICATE_EXPIRES_SOON = "certificate-expires-soon"
    CERTIFICATE_IN_GRACE = "certificate-in-grace"  # expired: coverage only, no medical information
    LONG_TERM = "long-term"  # 長期該当
    MEDICAL_VIEW_STOPPED = "medical-view-stopped"  # suspended, lower levels
    SUBSIDY_NOT_BY_NUMBER = "subsidy-not-by-number"  # 公費 is not told to a question by number: see 受給者証
    SUBSIDY_NOT_CONSENTED = "subsidy-not-consented"  # 公費 was not asked for: see 受給者証
    SUBSIDY_NOT_ONLINE = (
        "subsidy-not-online"  # asked for and not there, which does not mean none: see 受給者証
    )
    CONSENT_NOT_USED = "consent-not-used"  # an item that this facility does not use was consented to
    CARD_SIMULATED = (
        "card-simulated"  # face or visual check by the terminal's word: a simulation of 特定機関認証
    )
    REFERENCE_ANEW = "reference-anew"  # 照会番号 speaks of this coverage, the patient may have another
    CHECK_DIGIT = "check-digit"  # the number asked does not satisfy its check digit


class StepKind(StrEnum):
    """What the counter does next, in the order given."""

    RECEIVE = "receive"  # take the share
    RECEIVE_WITH_SUBSIDY = "receive-with-subsidy"  # take what a 公費 leaves to the patient
    RECEIVE_BY_TICKET = "receive-by-ticket"  # take the 本人支払額 of the 医療券
    RECEIVE_BY_CONFIRMATION = "receive-by-confirmation"  # the 資格確認書 itself is what is gone by
    RECEIVE_WHOLE_THEN_CLAIM = "receive-whole-then-claim"  # 特別療養費
    SEE_ELDERLY_CERTIFICATE = "see-elderly-certificate"  # from 70 to 74
    SEE_LATE_ELDERLY_SHARE = "see-late-elderly-share"  # 後期高齢者医療
    COMPARE = "compare"  # the differences with what was asked and with the chart
    FILL_IN = "fill-in"  # nothing differs, but something was not asked for that the chart may want
    CONFIRM_PERSON = "confirm-person"  # who has come may not be who the number belongs to
    USE_CARD = "use-card"
    ASK_CONFIRMATION = "ask-confirmation"  # 資格確認書
    REKEY_INSURER_NUMBER = "rekey-insurer-number"  # its check digit is wrong
    REKEY = "rekey"
    ASK_BY_NUMBER = "ask-by-number"  # 照会番号 leads nowhere
    ADD_BRANCH = "add-branch"
    SEE_PORTAL = "see-portal"  # マイナポータルの資格画面
    DECLARATION = "declaration"  # 被保険者資格申立書
    DECLARATION_IF_CARD_UNREADABLE = "declaration-if-card-unreadable"
    DECLARATION_WITH_CARD = "declaration-with-card"  # who also has the card may declare
    CALL_INSURER = "call-insurer"
    EARLIER_VISIT = "earlier-visit"
    SETTLE_LATER = "settle-later"  # 後日精算
    CALL_WELFARE_OFFICE = "call-welfare-office"
    REGISTER_CARD = "register-card"  # 利用登録 on the reader
    RENEW_CERTIFICATE = "renew-certificate"
    REISSUE_CERTIFICATE = "reissue-certificate"  # a revoked one cannot be renewed


class ShareBasis(StrEnum):
    """Why the share is what it is."""

    REGISTERED = "registered"  # the insurer registered it
    STATUTE = "statute"  # the law for that age and scheme
    DECLARATION = "declaration"  # the law for a 被保険者資格申立書
    NONE = "none"


class Verdict(msgspec.Struct, frozen=True, gc=False):
    """The decision. `validity` is None where the question itself could not be decided (a revoked certificate).

    `coverages` are those that the verdict speaks of, the one that decides first: for `new-exists` and `overlap` the
    coverage asked for, never the newer one. `non_disclosure` is the person's: an address that one insurer was told to
    hide is not shown from the register of another. `references` are the 照会番号 of the asking facility for the person.
    """

    situation: Situation
    validity: Validity | None
    on: date
    person: PersonId | None
    coverages: tuple[Coverage, ...]
    tickets: tuple[MedicalTicket, ...]
    subsidies: tuple[PublicExpense, ...]
    non_disclosure: bool
    share: Share
    share_basis: ShareBasis
    differences: tuple[Difference, ...]
    advisories: tuple[Advisory, ...]
    steps: tuple[StepKind, ...]
    references: tuple[ReferenceLink, ...] = ()
    since: date | None = None  # 手続中 since; not started: from
