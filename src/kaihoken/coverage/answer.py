"""What leaves the house in answer to a question: the fields that disclosure let through, in named form.

Every carrier (our JSON, OQS as XML or JSON, later FHIR) writes from these structs and from nothing else, so no
carrier can show what another hides. `None` or an empty tuple means that the field does not leave: because there is
none, or because this question may not see it.
"""

from datetime import date, datetime

import msgspec


class Shown(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """Base of what leaves: named fields, absent ones left out."""


class ElderlyShown(Shown, frozen=True, kw_only=True):
    """高齢受給者証."""

    issued: date | None = None
    valid_from: date
    valid_to: date | None = None
    share_percent: int


class LimitShown(Shown, frozen=True, kw_only=True):
    """限度額適用認定証. `classification` is OQSCD011, `category` OQSCD012."""

    classification: str
    category: str
    issued: date | None = None
    valid_from: date
    valid_to: date | None = None
    long_term: date | None = None


class DiseaseShown(Shown, frozen=True, kw_only=True):
    """特定疾病療養受療証. `category` is OQSCD013."""

    category: str
    issued: date | None = None
    valid_from: date
    valid_to: date | None = None
    monthly_limit_yen: int


class TicketShown(Shown, frozen=True, kw_only=True):
    """医療券・調剤券. Codes as in OQSCD018 to 021; `month` is the first day of 診療年月."""

    ticket_type: str
    month: date
    facility: str
    facility_name: str
    issue_number: str
    valid_from: date
    valid_to: date
    treatment_type: str
    self_pay_yen: int = 0
    single_or_combined: str = "01"
    social_insurance: str = "02"
    district_contact: str = ""


class ConsentShown(Shown, frozen=True, kw_only=True):
    """One consent as it stands: `flag` is OQSCD001 or OQSCD016. `given_at` is None where it holds for the question
    alone: then the answer's own instant dates it, and equal facts have equal answers. One that stands longer has the
    `id` by which it is withdrawn, and the last instant at which it is there, where time ends it."""

    flag: str
    given_at: datetime | None = None
    available_until: datetime | None = None
    id: str | None = None


class Result(Shown, frozen=True, kw_only=True):
    """One coverage as it may leave (ResultOfQualificationConfirmation)."""

    classification: str | None = None  # OQSCD010
    insurer_number: str | None = None  # canonical 8 digits; a carrier pads as it must
    insurer_name: str | None = None
    symbol: str | None = None
    number: str | None = None
    branch: str | None = None
    relation: str | None = None  # OQSCD009
    insured_name: str | None = None
    name: str | None = None
    kana: str | None = None
    other_name: str | None = None
    other_kana: str | None = None
    sex: str | None = None
    sex_other: str | None = None
    birthdate: date | None = None
    postal_code: str | None = None
    address: str | None = None
    acquired: date | None = None
    lost: date | None = None
    loss_reason: str | None = None  # OQSCD008
    issued: date | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    share_percent: int | None = None  # 後期高齢者
    preschool: bool = False  # OQSCD015
    elderly: ElderlyShown | None = None
    limit_consent: ConsentShown | None = None
    limit: LimitShown | None = None
    limit_changed: str | None = (
        None  # OQSCD014, in lists: whether the limit is another than this facility last saw
    )
    disease_consent: ConsentShown | None = None
    diseases: tuple[DiseaseShown, ...] = ()
    health_checkup_consent: ConsentShown | None = None
    medicine_consent: ConsentShown | None = None
    diagnosis_consent: ConsentShown | None = None
    operation_consent: ConsentShown | None = None
    disease_name_consent: ConsentShown | None = None
    infection_consent: ConsentShown | None = None
    allergy_consent: ConsentShown | None = None
    contraindication_consent: ConsentShown | None = None
    test_consent: ConsentShown | None = None
    prescription_consent: ConsentShown | None = None
    reference_number: str | None = None  # 照会番号
    tickets: tuple[TicketShown, ...] = ()
    # A name that holds ● or an external character: what it is read as, for people only (never on the OQS wire).
    name_reading: str | None = None
    name_flagged: bool = False


class PublicExpenseShown(Shown, frozen=True, kw_only=True):
    """公費・地方単独 beside the insurance."""

    payer_number: str
    recipient_number: str
    scheme: str
    start: date
    end: date | None = None
    self_pay_yen: int | None = None


class Words(Shown, frozen=True, kw_only=True):
    """The situation in words. `title` is the official or plain word that stands largest on a page."""

    title: str
    staff: str
    patient: str


class ShareSaid(Shown, frozen=True, kw_only=True):
    """The share: `kind` value, range, whole-then-claim or unknown; percents where they apply. `ask` is what the counter
    asks or looks at where the share is not settled."""

    kind: str
    basis: str
    text: str
    ask: str | None = None
    percent: int | None = None
    low: int | None = None
    high: int | None = None


class DueSaid(Shown, frozen=True, kw_only=True):
    """What the patient pays in place of the share: `basis` subsidy (公費・医療費助成: at most `yen` a day) or ticket
    (医療券: `yen` in the month). Without `yen` the paper has to be seen."""

    basis: str
    text: str
    yen: int | None = None


class StepSaid(Shown, frozen=True, kw_only=True):
    """One thing to do next."""

    kind: str
    text: str


class AdvisorySaid(Shown, frozen=True, kw_only=True):
    """One thing to watch."""

    kind: str
    text: str


class DifferenceSaid(Shown, frozen=True, kw_only=True):
    """One way in which the register differs from what was asked. `field` names the field of the first result."""

    kind: str
    field: str
    asked: str
    text: str


class Answer(Shown, frozen=True, kw_only=True):
    """What an eligibility check answers: the same for the same facts, whenever it is asked."""

    on: date  # 資格確認日
    kind: str  # number, certificate, standing
    situation: str
    validity: str | None = None  # OQSCD006
    words: Words
    share: ShareSaid
    due: DueSaid | None = (
        None  # what is paid where a 公費 or a 医療券 that may be shown takes the place of the share
    )
    steps: tuple[StepSaid, ...]
    results: tuple[Result, ...] = ()
    subsidies: tuple[PublicExpenseShown, ...] = ()
    differences: tuple[DifferenceSaid, ...] = ()
    advisories: tuple[AdvisorySaid, ...] = ()
    since: date | None = None
    language: str
    rules: str  # digest of the rule files behind the decision
