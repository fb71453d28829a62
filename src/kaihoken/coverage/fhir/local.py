"""Our own extensions: what R4 and JP Core have no place for, described once.

Each row says where an extension stands, what it holds and what it means; the writers take their URLs and value types
from here, and /fhir/StructureDefinition serves the same rows. A value is a kind of R4 (`string`, `date`, …) or the name
of one of our code systems (`OQSCD012`), and is then a Coding.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Literal

import msgspec

from kaihoken.coverage.fhir.elements import Coding, Extension
from kaihoken.coverage.fhir.uris import code_system, extension

On = Literal["Coverage", "Patient", "CoverageEligibilityRequest", "CoverageEligibilityResponse", "Consent"]


class Part(msgspec.Struct, frozen=True):
    """One part of an extension with parts: `field` is the member of the struct that it tells."""

    name: str
    value: str
    field: str


class Local(msgspec.Struct, frozen=True):
    """One extension of ours: a single `value`, or `parts`."""

    name: str
    on: On
    ja: str
    en: str
    value: str = ""
    parts: tuple[Part, ...] = ()
    many: bool = False
    also: On | None = None  # where else it may stand

    @property
    def url(self) -> str:
        return extension(self.name)


_ISSUED = (Part("issued", "date", "issued"),)
_VALID = (Part("validFrom", "date", "valid_from"), Part("validTo", "date", "valid_to"))
_SAID = (Part("kind", "code", "kind"), Part("text", "string", "text"))

LOCAL: Mapping[str, Local] = MappingProxyType(
    {
        row.name: row
        for row in (
            # Coverage
            Local("classification", "Coverage", "被保険者証区分", "Kind of certificate", "OQSCD010"),
            Local("acquired", "Coverage", "資格取得年月日", "First day of the coverage", "date"),
            Local("lost", "Coverage", "資格喪失年月日", "First day without the coverage", "date"),
            Local("loss-reason", "Coverage", "資格喪失事由", "Why the coverage ended", "OQSCD008"),
            Local("issued", "Coverage", "交付年月日", "Day on which the certificate was issued", "date"),
            Local("preschool", "Coverage", "未就学", "Not yet at school", "boolean"),
            Local(
                "late-elderly-share",
                "Coverage",
                "後期高齢者の一部負担金の割合（%）",
                "Share of 後期高齢者 in percent",
                "integer",
            ),
            Local(
                "elderly-certificate",
                "Coverage",
                "高齢受給者証",
                "Certificate of those from 70 to 74, with their share",
                parts=(*_ISSUED, *_VALID, Part("sharePercent", "integer", "share_percent")),
            ),
            Local(
                "limit-certificate",
                "Coverage",
                "限度額適用認定証",
                "Ceiling certificate",
                parts=(
                    Part("classification", "OQSCD011", "classification"),
                    Part("category", "OQSCD012", "category"),
                    *_ISSUED,
                    *_VALID,
                    Part("longTerm", "date", "long_term"),
                ),
            ),
            Local(
                "specific-disease",
                "Coverage",
                "特定疾病療養受療証",
                "Certificate for a specific disease",
                parts=(
                    Part("category", "OQSCD013", "category"),
                    *_ISSUED,
                    *_VALID,
                    Part("monthlyLimitYen", "integer", "monthly_limit_yen"),
                ),
                many=True,
            ),
            Local(
                "medical-ticket",
                "Coverage",
                "医療券・調剤券",
                "Ticket of medical assistance",
                parts=(
                    Part("type", "OQSCD018", "ticket_type"),
                    Part("month", "date", "month"),
                    Part("facility", "string", "facility"),
                    Part("facilityName", "string", "facility_name"),
                    Part("issueNumber", "string", "issue_number"),
                    *_VALID,
                    Part("treatmentType", "OQSCD019", "treatment_type"),
                    Part("selfPayYen", "integer", "self_pay_yen"),
                    Part("singleOrCombined", "OQSCD020", "single_or_combined"),
                    Part("socialInsurance", "OQSCD021", "social_insurance"),
                    Part("districtContact", "string", "district_contact"),
                ),
                many=True,
            ),
            Local(
                "consent-state",
                "Coverage",
                "同意の状態",
                "A consent as it stands",
                parts=(
                    Part("item", "code", ""),
                    Part("flag", "OQSCD016", "flag"),
                    Part("givenAt", "instant", "given_at"),
                    Part("availableUntil", "instant", "available_until"),
                    Part("id", "string", "id"),
                ),
                many=True,
            ),
            # Patient
            Local("sex-other", "Patient", "性別（Sex2）", "Sex under the special handling", "OQSCD007"),
            Local(
                "name-reading",
                "Patient",
                "外字のある氏名の読める形",
                "The name in readable characters",
                "string",
            ),
            Local(
                "name-flagged",
                "Patient",
                "氏名に外字か●がある",
                "The name holds ● or an external character",
                "boolean",
            ),
            # CoverageEligibilityResponse
            Local(
                "validity",
                "CoverageEligibilityResponse",
                "資格有効性",
                "Validity of the coverage",
                "OQSCD006",
            ),
            Local(
                "situation",
                "CoverageEligibilityResponse",
                "状況",
                "What is behind the official code",
                "situation",
            ),
            Local("way", "CoverageEligibilityResponse", "照会のしかた", "Way of asking", "code"),
            Local(
                "words",
                "CoverageEligibilityResponse",
                "状況のことば（窓口・患者）",
                "The situation in words, for staff and patient",
                parts=(
                    Part("title", "string", "title"),
                    Part("staff", "string", "staff"),
                    Part("patient", "string", "patient"),
                ),
            ),
            Local(
                "share",
                "CoverageEligibilityResponse",
                "一部負担金の割合",
                "The share and what it rests on",
                parts=(
                    *_SAID,
                    Part("basis", "code", "basis"),
                    Part("ask", "string", "ask"),
                    Part("percent", "integer", "percent"),
                    Part("low", "integer", "low"),
                    Part("high", "integer", "high"),
                ),
            ),
            Local(
                "due",
                "CoverageEligibilityResponse",
                "割合の代わりに払う額",
                "What is paid in place of the share",
                parts=(
                    Part("basis", "code", "basis"),
                    Part("text", "string", "text"),
                    Part("yen", "integer", "yen"),
                ),
            ),
            Local(
                "step",
                "CoverageEligibilityResponse",
                "次にすること",
                "What to do next",
                parts=_SAID,
                many=True,
            ),
            Local(
                "advisory",
                "CoverageEligibilityResponse",
                "気をつけること",
                "What to watch",
                parts=_SAID,
                many=True,
            ),
            Local(
                "difference",
                "CoverageEligibilityResponse",
                "照会との違い",
                "How the register differs from what was asked",
                parts=(
                    *_SAID,
                    Part("field", "string", "field"),
                    Part("asked", "string", "asked"),
                ),
                many=True,
            ),
            Local("since", "CoverageEligibilityResponse", "いつから", "Since when", "date"),
            Local(
                "rules",
                "CoverageEligibilityResponse",
                "決まりの版",
                "Digest of the rules behind it",
                "string",
            ),
            Local("receipt", "CoverageEligibilityResponse", "受領証", "Receipt: docs/audit.md", "string"),
            Local(
                "answer-hash",
                "CoverageEligibilityResponse",
                "答えのハッシュ",
                "SHA-256 of the answer",
                "string",
            ),
            Local(
                "facts-known-at",
                "CoverageEligibilityResponse",
                "どこまでの登録で答えたか",
                "Commit of the facts",
                "integer",
            ),
            # Consent
            Local(
                "care",
                "Consent",
                "診療区分",
                "Form of care",
                "OQSCD028",
                also="CoverageEligibilityRequest",
            ),
            Local("means", "Consent", "同意のしかた", "By which means it was given", "code"),
            Local("examined-on", "Consent", "診療日", "Day of the examination", "date"),
            Local("expiry-reason", "Consent", "同意有効期限切れ理由", "Why an item has ended", "OQSCD031"),
            Local(
                "spoken",
                "Consent",
                "口頭の同意を記録した職員の印",
                "Sign of who recorded spoken words",
                parts=(Part("staff", "string", "staff"), Part("at", "instant", "spoken_at")),
                also="CoverageEligibilityRequest",
            ),
            # CoverageEligibilityRequest
            Local(
                "user-certificate",
                "CoverageEligibilityRequest",
                "利用者証明用電子証明書",
                "The certificate whose possession a terminal has checked",
                parts=(Part("issuer", "string", "issuer"), Part("serial", "string", "serial")),
            ),
            Local(
                "presented",
                "CoverageEligibilityRequest",
                "提示されたもの",
                "What was put on the counter",
                "code",
            ),
            Local(
                "consent",
                "CoverageEligibilityRequest",
                "患者の同意",
                "What the patient agreed to show",
                "code",
                many=True,
            ),
            Local(
                "known-at",
                "CoverageEligibilityRequest",
                "いつの時点の登録で",
                "As known at this instant",
                "instant",
            ),
        )
    }
)
"""Every extension of ours by its name."""


def valued(name: str, value: object) -> Extension:
    """An extension with a single value, as its row says."""
    url, make = _VALUED[name]
    return make(url, value)


def parted(name: str, shown: msgspec.Struct, *more: Extension) -> Extension:
    """An extension with the parts of a struct of the answer; what the struct leaves empty is left out."""
    url, readers = _PARTED[name]
    parts = [*more]
    for part, field, make in readers:
        value = getattr(shown, field)
        if value is not None and value != "":
            parts.append(make(part, value))
    return Extension(url=url, extension=tuple(parts))


def coded(system: str) -> Callable[[str, object], Extension]:
    """Makes extensions that hold a code of one of our systems."""
    where = code_system(system)
    return lambda url, code: Extension(url=url, value_coding=Coding(system=where, code=str(code)))


Make = Callable[[str, object], Extension]

_PLAIN: Mapping[str, Make] = MappingProxyType(
    {
        kind: (lambda member: lambda url, value: Extension(url=url, **{member: value}))(f"value_{kind}")
        for kind in ("string", "code", "date", "instant", "integer", "boolean", "identifier")
    }
)


def _maker(value: str) -> Make:
    return _PLAIN.get(value) or coded(value)


_MAKERS: Mapping[str, Make] = MappingProxyType(
    {
        kind: _maker(kind)
        for row in LOCAL.values()
        for kind in (row.value, *(part.value for part in row.parts))
        if kind
    }
)
_VALUED: Mapping[str, tuple[str, Make]] = MappingProxyType(
    {row.name: (row.url, _MAKERS[row.value]) for row in LOCAL.values() if row.value}
)
_PARTED: Mapping[str, tuple[str, tuple[tuple[str, str, Make], ...]]] = MappingProxyType(
    {
        row.name: (
            row.url,
            tuple((part.name, part.field, _MAKERS[part.value]) for part in row.parts if part.field),
        )
        for row in LOCAL.values()
        if row.parts
    }
)
