"""With which problems the routes refuse, by what they have in common. OpenAPI and docs/hub.md name them."""

CALLER = (
    "hub.header-repeated",
    "access.token-missing",
    "access.token-refused",
    "access.token-bound",
    "access.token-unbound",
    "access.certificate-header",
    "access.certificate-malformed",
    "access.scope-missing",
    "access.too-many-requests",
)
"""Of every route that asks for a scope."""

BODY = ("hub.disconnected", "hub.content-type", "hub.content-encoding", "hub.stopping", "hub.internal")
"""Of every route that reads a body."""

RECORD = (
    "store.full",
    "store.failed",
    "store.busy",
    "store.unconfirmed",
    "store.unreachable",
    "store.locked",
    "store.corrupt",
    "store.closed",
    "audit.closed",
    "audit.foreign_batch",
)
"""Of every route that leaves a record: it could not be made durable, so nothing was answered or changed."""

INSURER = ("identity.insurer-digits", "identity.check-digit", "identity.law-number", "identity.prefecture")

BIRTHDATE = ("coverage.birthdate-future", "coverage.birthdate-early")

BY_NUMBER = (*INSURER, "identity.branch", "identity.date", *BIRTHDATE)
"""Of what names a person by 番号 and 生年月日 in JSON."""

JSON_OBJECT = ("coverage.request-json", "coverage.request-shape", "coverage.request-repeated")
"""Of every body that is one JSON object."""

TEXTS = ("coverage.request-length", "coverage.request-character", "coverage.request-number")
"""Of the free texts in it."""

REFERENCE_NUMBER = ("coverage.reference-number", "coverage.reference-individual-number")

LINKED = ("coverage.reference-nobody", "coverage.reference-several", "coverage.reference-taken")
"""Why a 照会番号 is not registered."""

CONSENTED = (
    "consent.no-item",
    "consent.item-unknown",
    "consent.means",
    "consent.examination-day",
)
"""Of what brings consents: they cannot be given so."""

CARD_QUESTION = (
    "card.unproved",
    "card.not-taken",
    "card.presence-unknown",
    "card.presence-ended",
    "card.agreement-differs",
)
"""Of a question about a card."""

CARD_PROOF = (
    "card.challenge-ended",
    "card.attested-off",
    "card.certificate-malformed",
    "card.certificate-algorithm",
    "card.not-test-authority",
    "card.certificate-not-yet",
    "card.certificate-expired",
    "card.certificate-extension",
    "card.certificate-signature",
    "card.certificate-use",
    "card.certificate-policy",
    "card.certificate-revoked",
    "card.revocation-unknown",
    "card.signature-refused",
)
"""Why a card on a reader is not proved, in the order in which it is looked at."""

CARD_LINK = (
    "card.holders-off",
    *(problem for problem in CARD_PROOF if problem != "card.attested-off"),
    "card.link-unsigned",
    "card.holder-refused",
    "card.holders-silent",
    "card.link-nobody",
    "card.link-several",
)
"""Why a card is not registered."""

JSON_QUESTION = (
    "access.not-found-burst",
    *CARD_QUESTION,
    *JSON_OBJECT,
    *TEXTS,
    "coverage.request-issuer",
    "coverage.request-serial",
    *REFERENCE_NUMBER,
    *BY_NUMBER,
    "coverage.future",
    "coverage.too-early",
    "coverage.not-known-yet",
    *CONSENTED,
    "consent.staff",
    "consent.instant",
)

FAILURE_MODE = (
    *JSON_OBJECT,
    "identity.digits",
    "identity.date",
    "access.client-unknown",
    "coverage.failure-sign",
    "coverage.failure-called-back",
    "coverage.failure-until",
)
"""Of an operator who opens the system-failure mode."""

FAILURE_CHECK = (
    "access.not-found-burst",
    "coverage.failure-not-open",
    *JSON_OBJECT,
    "coverage.request-character",
    "coverage.failure-items",
    "identity.date",
    *BIRTHDATE,
)
"""Of a question by four items."""

FAILURE_REPORT = (
    *JSON_OBJECT,
    "coverage.request-character",
    "identity.date",
    "coverage.failure-why",
    "coverage.failure-instant",
    "coverage.failure-receipt",
    "coverage.failure-answer",
)
"""Of a report on the use of the mode."""

CLAIM = (
    "access.not-found-burst",
    "coverage.request-json",
    "coverage.request-shape",
    "coverage.request-repeated",
    "coverage.request-length",
    "coverage.request-character",
    "coverage.request-number",
    *INSURER,
    "identity.digits",
    "identity.branch",
    "identity.date",
    *BIRTHDATE,
    "coverage.future",
    "coverage.too-early",
    "coverage.claim-elsewhere",
)
"""Of a question about a claim."""

FHIR_FORM = ("fhir.format", "fhir.search", "fhir.search-in-body", "fhir.required")
"""Of a search that is a form."""

FHIR_LOG = (*RECORD, "audit.damaged", "audit.no_batch")
"""Of records that are read, and of the record of that."""

FHIR_PAGE = ("fhir.format", "fhir.search-in-body", "fhir.page-gone")
"""Of a further page of a search."""

FHIR_READ = (
    "access.not-found-burst",
    "fhir.format",
    "fhir.search",
    "fhir.not-found",
    "fhir.gone",
)

FHIR_SEARCH = (
    "access.not-found-burst",
    "coverage.other-facility",
    *FHIR_FORM,
    "fhir.identifier",
    "fhir.contradiction",
    "coverage.request-number",
    "coverage.reference-number",
    "coverage.reference-individual-number",
    *BY_NUMBER,
)

FHIR_QUESTION = (
    "access.not-found-burst",
    "card.unproved",
    "coverage.other-facility",
    *JSON_OBJECT,
    *TEXTS,
    "coverage.reference-number",
    "coverage.reference-individual-number",
    "coverage.request-issuer",
    "coverage.request-serial",
    "fhir.format",
    "fhir.search",
    "fhir.resource",
    "fhir.deep",
    "fhir.required",
    "fhir.code",
    "fhir.modifier",
    "fhir.reference",
    "fhir.identifier",
    "fhir.contradiction",
    *BY_NUMBER,
    "coverage.future",
    "coverage.too-early",
    "coverage.not-known-yet",
    *CONSENTED,
    "consent.staff",
    "consent.instant",
)

CONSENT_REQUEST = (
    *JSON_OBJECT,
    "identity.date",
)
"""Of a body about consents."""

PATIENT = (
    "access.not-found-burst",
    *CONSENT_REQUEST,
    *TEXTS,
    *REFERENCE_NUMBER,
    *INSURER,
    "identity.branch",
    *BIRTHDATE,
)
"""Of naming a patient."""

OQS_REFUSED = ("access.not-found-burst", "coverage.other-facility", "oqs.too-large")
"""Said in the message too, but with a status of their own."""

OQS_TREE = (
    "oqs.dtd",
    "oqs.not-well-formed",
    "oqs.encoding-mismatch",
    "oqs.encoding-unsupported",
    "oqs.unknown-root",
    "oqs.missing-element",
    "oqs.duplicate-element",
    "oqs.not-a-text",
    "oqs.not-a-group",
)
"""Of every message: it is not the tree that the interface describes."""

OQS_VALUES = (
    "oqs.character-not-allowed",
    "oqs.too-long",
    "oqs.impossible-date",
    "oqs.not-a-facility-code",
    "oqs.unknown-code",
)
"""Of what stands in it."""

OQS_QUESTION = (
    *OQS_TREE,
    "oqs.too-many-elements",
    *OQS_VALUES,
    "oqs.code-not-allowed",
    "coverage.request-number",
    *BIRTHDATE,
    "coverage.future",
    "coverage.too-early",
    *INSURER,
    "identity.branch",
)
"""Said in an answer of status 200, as clients of the real interface expect: 処理結果区分 9 (or 2) with the code."""

OQS_LINK = (
    *(problem for problem in OQS_QUESTION if problem.startswith("oqs.")),
    "coverage.request-number",
    *REFERENCE_NUMBER,
    *LINKED,
    *INSURER,
    "identity.branch",
)
"""Of a 照会番号登録, said as `OQS_QUESTION` is."""

OQS_LIST = (
    *OQS_TREE,
    *OQS_VALUES,
)
"""Of a list as a message, or of one of its people."""

UNCONFIRMED = ("oqs.unconfirmed-off", "oqs.unconfirmed-no-function")
"""Of a message of which nobody confirmed the layout: it is not taken."""

OQS_PATIENT = (
    *OQS_LIST,
    *TEXTS,
    *BIRTHDATE,
    "coverage.future",
    "coverage.too-early",
    *INSURER,
    "identity.branch",
    "consent.none-standing",
)
"""Of a message that names a patient, said as `OQS_QUESTION` is."""

REHEARSED = ("oqs.in-progress", "hub.rehearsed-failure")
"""Of the question routes of a demonstration, which plays bad moments."""

REPEATABLE = (
    "hub.idempotency-key",
    "store.idempotency_key",
    "store.idempotency_mismatch",
    "store.in_progress",
)
"""Of every route that asks for an Idempotency-Key."""

REGISTRATION = (
    *JSON_OBJECT,
    "coverage.too-many-rows",
    *REPEATABLE,
)

LINK = (
    "access.not-found-burst",
    *JSON_OBJECT,
    *TEXTS,
    *REFERENCE_NUMBER,
    *LINKED,
    *BY_NUMBER,
)
"""Of the registration of a 照会番号."""

ROW = (
    "coverage.row-shape",
    "coverage.row-repeated",
    "coverage.row-link",
    "coverage.row-individual-number",
    "coverage.row-number",
    "coverage.row-branch",
    "coverage.row-code",
    "coverage.row-order",
    "coverage.row-early",
    "coverage.row-length",
    "coverage.row-percent",
    "coverage.row-yen",
    "coverage.row-serial",
    "coverage.row-issuer",
    "coverage.row-unborn",
    "coverage.row-characters",
    "coverage.row-kana",
    "coverage.row-postal-code",
    "coverage.row-classification",
    "coverage.row-late-share",
    "coverage.row-elderly",
    "coverage.row-limit",
    "coverage.row-overlap",
    "coverage.row-ticket",
    "coverage.row-other-insurer",
    "coverage.row-match",
    "coverage.link-shared",
    "store.corrupt",
    "identity.digits",
    "identity.name",
    *INSURER,
)
"""Said of one row, in the answer; the other rows are kept."""

BULK_ASKED = (*JSON_OBJECT, "coverage.bulk-unknown")
"""Of every route that names a list."""

BULK_SENT = (
    "coverage.bulk-empty",
    "coverage.bulk-too-many",
    "coverage.bulk-busy",
    *JSON_OBJECT,
    "identity.date",
    "coverage.future",
    "coverage.too-early",
    "consent.period",
    "consent.list-period",
    "consent.list-care",
    "store.idempotency_key",
    "store.idempotency_mismatch",
)

BULK_RESULTS = (
    "coverage.bulk-in-progress",
    "coverage.bulk-asker-disabled",
    "coverage.bulk-kind-off",
    "coverage.bulk-failed",
    "coverage.bulk-cursor",
)

BULK_ROW = (
    "access.not-found-burst",
    *JSON_OBJECT,
    *TEXTS,
    *BY_NUMBER,
    "coverage.future",
    "coverage.too-early",
    "coverage.care-day-old",
    "coverage.bulk-row-long",
    "coverage.bulk-row",
    "coverage.bulk-ticket-gone",
    "consent.none-standing",
    "store.corrupt",
)
"""Said of one row of a list, in its result; the other rows are answered."""

LOG = (
    "hub.query",
    "audit.no_batch",
    "audit.damaged",
    "store.failed",
    "store.unreachable",
    "store.corrupt",
    "hub.internal",
)
"""Of proofs, which read the stored log."""

TOKEN = (
    "access.request-malformed",
    "access.assertion-malformed",
    "access.assertion-refused",
    "access.assertion-audience",
    "access.assertion-time",
    "access.assertion-replayed",
    "access.client-disabled",
    "access.certificate-header",
    "access.certificate-malformed",
    "access.certificate-missing",
    "access.certificate-refused",
    "access.certificate-untrusted",
    "access.certificate-use",
    "access.certificate-early",
    "access.certificate-expired",
    "access.certificate-hub-clock",
    "access.certificate-client-clock",
    "access.scope-not-held",
    "access.too-many-requests",
    "access.busy",
    "hub.body-too-large",
    "hub.disconnected",
    "hub.content-encoding",
    "hub.stopping",
    "hub.internal",
)
