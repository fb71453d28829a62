"""A receiver written from the reference's account of real ones, knowing nothing of this program.

It is strict where any of them is: it finds its answer by the literal tag, refuses a declared character set that is not
the configured one or differs from the header's code, stops at a code it does not know, at an element it does not know,
at one that stands twice, and wants the specific diseases nested. It does not care about order.
"""

import json
import re
import time
import xml.dom.minidom
from dataclasses import dataclass
from typing import Any

CODES = {
    "ReferenceClassification": "1 2",
    "SegmentOfResult": "1 2 9",
    "CharacterCodeIdentifier": "0 1",
    "ProcessingResultStatus": "1 2",
    "QualificationValidity": "1 2 3 4 5 6",
    "PrescriptionIssueSelect": "1 2",
    "InsuredCardClassification": "01 02 03 04 05 06 07 A1",
    "PersonalFamilyClassification": "1 2",
    "Sex1": "1 2 3",
    "Sex2": "1 2 3",
    "PreschoolClassification": "1",
    "ReasonOfLoss": "01 02 03 99",
    "LimitApplicationCertificateRelatedConsFlg": "0 1",
    "LimitApplicationCertificateClassification": "01 02 03",
    "LimitApplicationCertificateClassificationFlag": (
        "A01 A02 A03 A04 A05 A06 B01 B02 B03 B04 B05 B06 B07 B08 B09 B10"
    ),
    "SpecificDiseasesCertificateRelatedConsFlg": "0 1",
    "SpecificDiseasesDiseaseCategory": "1 2 3",
    "SpecificHealthCheckupsInfoConsFlg": "0 1",
    "PharmacistsInfoConsFlg": "0 1",
    "DiagnosisInfoConsFlg": "0 1",
    "OperationInfoConsFlg": "0 1",
    "TicketType": "01 02",
    "MedicalTreatmentType": "01 02 03 04 05",
    "SingleOrCombinedUse": "01 02",
    "StatusOfSocialInsurance": "01 02",
    "InsuredPartialContributionRatio": "010 020 030",
    "ElderlyRecipientContributionRatio": "010 020 030",
}
DAYS = [
    "QualificationConfirmationDate",
    "Birthdate",
    "QualificationDate",
    "DisqualificationDate",
    "InsuredCertificateIssuanceDate",
    "InsuredCardValidDate",
    "InsuredCardExpirationDate",
    "ElderlyRecipientCertificateDate",
    "ElderlyRecipientValidStartDate",
    "ElderlyRecipientValidEndDate",
    "LimitApplicationCertificateDate",
    "LimitApplicationCertificateValidStartDate",
    "LimitApplicationCertificateValidEndDate",
    "LimitApplicationCertificateLongTermDate",
    "SpecificDiseasesCertificateDate",
    "SpecificDiseasesValidStartDate",
    "SpecificDiseasesValidEndDate",
    "MedicalTicketValidDate",
    "MedicalTicketExpirationDate",
]
INSTANTS = [
    "ProcessExecutionTime",
    "LimitApplicationCertificateRelatedConsTime",
    "SpecificDiseasesCertificateRelatedConsTime",
    "SpecificHealthCheckupsInfoConsTime",
    "SpecificHealthCheckupsInfoAvailableTime",
    "PharmacistsInfoConsTime",
    "PharmacistsInfoAvailableTime",
    "DiagnosisInfoConsTime",
    "DiagnosisInfoAvailableTime",
    "OperationInfoConsTime",
    "OperationInfoAvailableTime",
]
NUMBERS = ["SpecificDiseasesSelfPay", "SelfPayAmount"]
KANA = ["NameKana", "NameOfOtherKana"]
TEXTS = [
    "MedicalInstitutionCode",
    "ArbitraryFileIdentifier",
    "ErrorCode",
    "ErrorMessage",
    "ProcessingResultCode",
    "ProcessingResultMessage",
    "InsurerNumber",
    "InsuredCardSymbol",
    "InsuredIdentificationNumber",
    "InsuredBranchNumber",
    "InsuredName",
    "Name",
    "NameOfOther",
    "Address",
    "PostNumber",
    "InsurerName",
    "ReferenceNumber",
    "ArbitraryIdentifier",
    "IssueNumber",
    "MedicalTreatmentMonth",
    "DesignatedMedicalInstitutionCode",
    "DesignatedMedicalInstitutionName",
    "DistrictContactName",
]
GROUPS = [
    "XmlMsg",
    "MessageHeader",
    "MessageBody",
    "QualificationConfirmSearchInfo",
    "ResultOfQualificationConfirmation",
    "ElderlyRecipientCertificateInfo",
    "LimitApplicationCertificateRelatedInfo",
    "SpecificDiseasesCertificateInfo",
    "MedicalTicketInfo",
]
LISTS = {
    "ResultList": "ResultOfQualificationConfirmation",
    "SpecificDiseasesCertificateList": "SpecificDiseasesCertificateInfo",
    "PublicExpenseResultList": "MedicalTicketInfo",
}
REQUIRED_HEADER = [
    "ProcessExecutionTime",
    "QualificationConfirmationDate",
    "MedicalInstitutionCode",
    "ReferenceClassification",
    "SegmentOfResult",
    "CharacterCodeIdentifier",
]

Tree = dict[str, Any]


class RefusedError(Exception):
    """The receiver would have stopped here."""


@dataclass(frozen=True)
class Receiver:
    """Configured, like the real ones, with one character set and the name of the facility."""

    facility: str
    encoding: str = "utf-8"

    def read_xml(self, data: bytes, identifier: str) -> Tree:
        """The answer to the question that carried this identifier."""
        literal = f"<ArbitraryFileIdentifier>{identifier}</ArbitraryFileIdentifier>".encode(self.encoding)
        if len(re.findall(re.escape(literal), data)) != 1:
            raise RefusedError("this is not the answer to my question")
        if re.search(rb"<!|<\?(?!xml )", data):
            raise RefusedError("declarations and instructions are not for me")
        text = data.decode(self.encoding)
        declared = re.match(r'<\?xml version="1\.0" encoding="([^"]+)"\?>', text)
        if declared is None or {"utf-8": "UTF-8", "cp932": "Shift_JIS"}[self.encoding] != declared[1]:
            raise RefusedError("the character set is not the one I am set to")
        document = xml.dom.minidom.parseString(text[declared.end() :].strip().encode())
        tree = {document.documentElement.tagName: self._tree(document.documentElement)}
        return self._checked(tree)

    def read_json(self, data: bytes) -> Tree:
        """The answer in the other carrier, in the same form as from `read_xml`."""
        return self._checked(json.loads(data.decode("utf-8"), object_pairs_hook=_unique))

    def _tree(self, element: xml.dom.minidom.Element) -> Any:
        if element.attributes.length:
            raise RefusedError(f"attributes on {element.tagName}")
        children = [node for node in element.childNodes if node.nodeType == node.ELEMENT_NODE]
        texts = "".join(node.data for node in element.childNodes if node.nodeType == node.TEXT_NODE)
        if element.tagName in LISTS:
            return [{child.tagName: self._tree(child)} for child in children]
        if element.tagName in GROUPS:
            if texts:
                raise RefusedError(f"text beside the elements of {element.tagName}")
            return _unique([(child.tagName, self._tree(child)) for child in children])
        if children:
            raise RefusedError(f"elements inside {element.tagName}")
        return texts

    def _checked(self, tree: Tree) -> Tree:
        if set(tree) != {"XmlMsg"} or set(tree["XmlMsg"]) != {"MessageHeader", "MessageBody"}:
            raise RefusedError("not an XmlMsg")
        _check("XmlMsg", tree["XmlMsg"])
        header, body = tree["XmlMsg"]["MessageHeader"], tree["XmlMsg"]["MessageBody"]
        if missing := [name for name in REQUIRED_HEADER if name not in header]:
            raise RefusedError(f"missing: {missing}")
        if header["CharacterCodeIdentifier"] != {"utf-8": "0", "cp932": "1"}[self.encoding]:
            raise RefusedError("文字コード識別 does not agree")
        if header["MedicalInstitutionCode"] != self.facility:
            raise RefusedError("an answer for somebody else")
        if "ProcessingResultStatus" not in body:
            raise RefusedError("no status")
        if ("ErrorCode" in header) != (header["SegmentOfResult"] != "1"):
            raise RefusedError("an error code belongs to an answer that is not normal")
        results = [item["ResultOfQualificationConfirmation"] for item in body.get("ResultList", [])]
        welfare = any(result.get("InsuredCardClassification") == "A1" for result in results)
        if body.get("QualificationValidity") == "6" and not welfare:
            raise RefusedError("6 is for 医療扶助")
        for result in results:
            if result.get("InsuredCardClassification") != "A1" and "PublicExpenseResultList" in result:
                raise RefusedError("a 医療券 without 医療扶助")
            if len(result.get("InsurerNumber", "        ")) != 8:
                raise RefusedError("保険者番号 has eight characters")
        return tree


def _unique(pairs: list[tuple[str, Any]]) -> Tree:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise RefusedError("an element stands twice")
    return found


def _check(name: str, value: Any) -> None:
    if name in LISTS:
        if not value:
            raise RefusedError(f"{name} is empty")
        for item in value:
            if set(item) != {LISTS[name]}:
                raise RefusedError(f"{name} holds {set(item)}")
            _check(LISTS[name], item[LISTS[name]])
    elif name in GROUPS:
        for child, inner in value.items():
            _check(child, inner)
    elif not isinstance(value, str):
        raise RefusedError(f"{name} is not a text")
    elif name in CODES:
        if value not in CODES[name].split():
            raise RefusedError(f"{name} is {value!r}")
    elif name in DAYS:
        _moment(name, value, "%Y%m%d", 8)
    elif name in INSTANTS:
        _moment(name, value, "%Y%m%d%H%M%S", 14)
    elif name in NUMBERS:
        if not value.isdigit():
            raise RefusedError(f"{name} is {value!r}")
    elif name in KANA:
        if not re.fullmatch("[ -~｡-ﾟ]+", value):
            raise RefusedError(f"{name} is not half-width")
    elif name not in TEXTS:
        raise RefusedError(f"{name} is not known")


def _moment(name: str, value: str, form: str, digits: int) -> None:
    try:
        time.strptime(value, form)
    except ValueError:
        raise RefusedError(f"{name} is {value!r}") from None
    if len(value) != digits:
        raise RefusedError(f"{name} is {value!r}")
