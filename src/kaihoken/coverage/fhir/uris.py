"""The names of things in FHIR: canonical URLs and identifier systems of R4, of JP Core 1.2, and our own.

JP Core's are written exactly as its source has them (jami-fhir-jp-wg/jp-core-v1x), odd capitals included. Ours begin
with `OURS`; what stands behind them is served below /fhir/CodeSystem and /fhir/StructureDefinition.
"""

OURS = "https://kaihoken.example/fhir"

# JP Core: profiles
_CORE = "http://jpfhir.jp/fhir/core"
JP_COVERAGE = f"{_CORE}/StructureDefinition/JP_Coverage"
JP_PATIENT = f"{_CORE}/StructureDefinition/JP_Patient"
JP_ORGANIZATION = f"{_CORE}/StructureDefinition/JP_Organization"

# JP Core: extensions
JP_SYMBOL = f"{_CORE}/Extension/StructureDefinition/JP_Coverage_InsuredPersonSymbol"
JP_NUMBER = f"{_CORE}/Extension/StructureDefinition/JP_Coverage_InsuredPersonNumber"
JP_BRANCH = f"{_CORE}/Extension/StructureDefinition/JP_Coverage_InsuredPersonSubNumber"
JP_PREFECTURE = f"{_CORE}/Extension/StructureDefinition/JP_Organization_PrefectureNo"
JP_POINT_TABLE = f"{_CORE}/Extension/StructureDefinition/JP_Organization_InsuranceOrganizationCategory"
JP_FACILITY_NO = f"{_CORE}/Extension/StructureDefinition/JP_Organization_InsuranceOrganizationNo"

# JP Core: identifiers and code systems
JP_MEMBER_ID = "http://jpfhir.jp/fhir/clins/Idsystem/JP_Insurance_memberID"
JP_COVERAGE_ID = f"{_CORE}/IdSystem/JP_Coverage_id"
JP_INSURER_NUMBER = f"{_CORE}/mhlw/IdSystem/InsurerNumber"
JP_INSURER_NUMBER_OID = "urn:oid:1.2.392.100495.20.3.61"
JP_FACILITY_CODE = f"{_CORE}/IdSystem/insurance-medical-institution-no"
JP_FACILITY_NO_ID = f"{_CORE}/mhlw/IdSystem/MedicalOrganizationID"
JP_RELATIONSHIP = f"{_CORE}/mhlw/CodeSystem/InsuredPersonCategory"
JP_PREFECTURES = f"{_CORE}/mhlw/CodeSystem/PrefectureNo-2digits"
JP_POINT_TABLES = f"{_CORE}/mhlw/CodeSystem/MedicationFeeScoreType"
JP_PATIENT_ID = "urn:oid:1.2.392.100495.20.3.51.1"
"""With the ten digits of a 医療機関コード behind it: the numbers that this facility gives its patients (照会番号)."""

# JP Core: search parameters
JP_SYMBOL_SP = f"{_CORE}/SearchParameter/JP_Coverage_InsuredPersonSymbol_SP"
JP_NUMBER_SP = f"{_CORE}/SearchParameter/JP_Coverage_InsuredPersonNumber_SP"
JP_BRANCH_SP = f"{_CORE}/SearchParameter/JP_Coverage_InsuredPersonSubNumber_SP"

# R4 and HL7's terminology
EN_REPRESENTATION = "http://hl7.org/fhir/StructureDefinition/iso21090-EN-representation"
TRANSLATION = "http://hl7.org/fhir/StructureDefinition/translation"
_HL7 = "http://terminology.hl7.org/CodeSystem"
ACT_CODE = f"{_HL7}/v3-ActCode"
COPAY_TYPE = f"{_HL7}/coverage-copay-type"
BENEFIT_CATEGORY = f"{_HL7}/ex-benefitcategory"
BENEFIT_TYPE = f"{_HL7}/benefit-type"
ORGANIZATION_TYPE = f"{_HL7}/organization-type"
AUDIT_ENTITY_TYPE = f"{_HL7}/audit-entity-type"
CONSENT_SCOPE = f"{_HL7}/consentscope"
PARTICIPATION_TYPE = f"{_HL7}/v3-ParticipationType"
LOINC = "http://loinc.org"
DICOM = "http://dicom.nema.org/resources/ontology/DCM"
UCUM = "http://unitsofmeasure.org"

# Ours
PAYER_NUMBER = f"{OURS}/IdSystem/public-expense-payer"
RECIPIENT_NUMBER = f"{OURS}/IdSystem/public-expense-recipient"
CLIENT_ID = f"{OURS}/IdSystem/client"
PERSON_ID = f"{OURS}/IdSystem/person"
LOG_RECORD = f"{OURS}/IdSystem/log-record"


def code_system(name: str) -> str:
    """The canonical URL of a code system of ours: OQSCD006, situation."""
    return f"{OURS}/CodeSystem/{name}"


def extension(name: str) -> str:
    """The canonical URL of an extension of ours."""
    return f"{OURS}/StructureDefinition/{name}"
