"""Questions in FHIR for tests: a CoverageEligibilityRequest with what it contains."""

from typing import Any
from urllib.parse import urlencode

from .hub import FACILITY

Json = dict[str, Any]

CORE = "http://jpfhir.jp/fhir/core"
MEMBER_ID = "http://jpfhir.jp/fhir/clins/Idsystem/JP_Insurance_memberID"
INSURER_NUMBER = f"{CORE}/mhlw/IdSystem/InsurerNumber"
FACILITY_CODE = f"{CORE}/IdSystem/insurance-medical-institution-no"
OURS = "https://kaihoken.example/fhir"


def a_request(
    insurer_number: str = "01130012",
    symbol: str = "12-34",
    number: str = "56",
    branch: str = "01",
    birthdate: str = "1980-01-01",
    consents: tuple[str, ...] = (),
    facility: str = FACILITY,
    **more: object,
) -> Json:
    """The question that finds 山田 太郎, by the member id of his coverage."""
    purposes = ["validation", *(["benefits"] if "limit" in consents else [])]
    return {
        "resourceType": "CoverageEligibilityRequest",
        "contained": [
            {"resourceType": "Patient", "id": "patient", "birthDate": birthdate},
            {
                "resourceType": "Coverage",
                "id": "coverage",
                "status": "active",
                "identifier": [
                    {"system": MEMBER_ID, "value": f"{insurer_number}:{symbol}:{number}:{branch}"}
                ],
                "beneficiary": {"reference": "#patient"},
                "payor": [{"reference": "#insurer"}],
            },
            {
                "resourceType": "Organization",
                "id": "insurer",
                "identifier": [{"system": INSURER_NUMBER, "value": insurer_number}],
            },
        ],
        "identifier": [{"system": "urn:oid:1.2.3", "value": "abc-1"}],
        "status": "active",
        "purpose": purposes,
        "patient": {"reference": "#patient"},
        "created": "2026-11-20",
        "provider": {"identifier": {"system": FACILITY_CODE, "value": facility}},
        "insurer": {"reference": "#insurer"},
        "insurance": [{"focal": True, "coverage": {"reference": "#coverage"}}],
        **more,
    }


def a_search(birthdate: str, **more: str) -> bytes:
    """The form that finds him: the birthdate stands under a name that differs from type to type."""
    form = {"identifier": f"{MEMBER_ID}|01130012:12-34:56:01", birthdate: "1980-01-01", **more}
    return urlencode(form).encode()


def by_certificate(issuer: str, serial: str, consents: tuple[str, ...] = (), **more: object) -> Json:
    """The same by the certificate of a card."""
    extension: list[Json] = [
        {
            "url": f"{OURS}/StructureDefinition/user-certificate",
            "extension": [
                {"url": "issuer", "valueString": issuer},
                {"url": "serial", "valueString": serial},
            ],
        },
        *({"url": f"{OURS}/StructureDefinition/consent", "valueCode": consent} for consent in consents),
    ]
    return {
        "resourceType": "CoverageEligibilityRequest",
        "status": "active",
        "purpose": ["validation"],
        "patient": {"display": "カードの人"},
        "created": "2026-11-20",
        "insurer": {"display": "不明"},
        "extension": extension,
        **more,
    }
