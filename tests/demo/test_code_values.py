"""Whoever builds against the sandbox meets every value of every code list that an answer can hold: all its cases are
asked in every carrier, and what comes back is held against the lists. A value that is missing has its reason."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Literal

import httpx
import msgspec
import pytest
import yaml
from lxml import etree

from kaihoken import rules
from kaihoken.clock import SystemClock
from kaihoken.consent import Care
from kaihoken.coverage.client import (
    CertificateCheck,
    Consent,
    ConsentWithdrawal,
    FaceCheck,
    FacilitySettingsChange,
    Hub,
)
from kaihoken.coverage.oqs import Encoding, Request, RequestHeader, SearchInfo, write_request
from kaihoken.coverage.oqs.wire import RESPONSE_BODY, RESPONSE_HEADER, Element, Form
from kaihoken.identity import InsurerNumber
from kaihoken.people import Case, CertificateAsk, NumberAsk, sandbox_cases, sandbox_facility

from ..generated.demonstration import CLIENT, demonstration
from ..polling import until

pytestmark = pytest.mark.process

SILENT = yaml.safe_load(Path(__file__).with_name("values_that_never_leave.yaml").read_text(encoding="utf-8"))
ELSEWHERE: Mapping[str, str] = SILENT.pop("lists")
BLOCK = "<QualificationConfirmSearchInfo>"


def coded(
    elements: tuple[Element, ...] = (*RESPONSE_HEADER, *RESPONSE_BODY),
) -> Iterator[tuple[str, str, str]]:
    """Every element of an answer that holds a code: its name, the attribute in our JSON, its list."""
    for element in elements:
        if element.form is not Form.SEARCH:
            yield from coded(element.children)
        if element.codes and element.form in (Form.CODE, Form.FLAG):
            yield element.name, element.attribute, element.codes
        if element.form is Form.ENCODING:
            yield element.name, element.attribute, "OQSCD005"


def wire_values(message: str) -> Iterator[tuple[str, str]]:
    """Every leaf of a message, without what the asker said."""
    root = etree.fromstring(message[message.index("<XmlMsg") :])
    for echoed in root.iter("QualificationConfirmSearchInfo"):
        echoed.getparent().remove(echoed)
    yield from ((leaf.tag, leaf.text) for leaf in root.iter() if len(leaf) == 0 and leaf.text)


def json_values(value: object, path: str = "") -> Iterator[tuple[str, object]]:
    """Every leaf of an answer in JSON, under the names of the way to it."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from json_values(inner, f"{path}.{name}")
    elif isinstance(value, list):
        for inner in value:
            yield from json_values(inner, path)
    else:
        yield path, value


# Where our JSON holds what an element of the wire does, for what is asked by card and has no message.
PATHS = {
    "QualificationValidity": ".validity",
    "InsuredCardClassification": ".results.classification",
    "PersonalFamilyClassification": ".results.relation",
    "Sex1": ".results.sex",
    "Sex2": ".results.sex_other",
    "ReasonOfLoss": ".results.loss_reason",
    "PreschoolClassification": ".results.preschool",
    "LimitApplicationCertificateRelatedConsFlg": ".results.limit_consent.flag",
    "LimitApplicationCertificateClassification": ".results.limit.classification",
    "LimitApplicationCertificateClassificationFlag": ".results.limit.category",
    "SpecificDiseasesCertificateRelatedConsFlg": ".results.disease_consent.flag",
    "SpecificDiseasesDiseaseCategory": ".results.diseases.category",
    "TicketType": ".results.tickets.ticket_type",
    "MedicalTreatmentType": ".results.tickets.treatment_type",
    "SingleOrCombinedUse": ".results.tickets.single_or_combined",
    "StatusOfSocialInsurance": ".results.tickets.social_insurance",
}


def message_of(case: Case, encoding: Encoding) -> bytes:
    ask = case.ask
    assert isinstance(ask, NumberAsk)
    return write_request(
        Request(
            header=RequestHeader(
                qualification_confirmation_date=SystemClock().today(),
                medical_institution_code=sandbox_facility(),
                arbitrary_file_identifier="values",
            ),
            search=SearchInfo(
                insurer_number=InsurerNumber.as_written(ask.insurer_number).wire,
                symbol=ask.symbol or None,
                number=ask.number,
                branch=ask.branch or None,
                birthdate=ask.birthdate,
                limit_consent="limit" in ask.consents,
            ),
            encoding=encoding,
        )
    ).content


def shown_by(hub: Hub, url: str) -> Mapping[str, set[str]]:
    """The values that each element holds, over all cases and carriers."""
    shown: defaultdict[str, set[str]] = defaultdict(set)
    names = {path: element for element, path in PATHS.items()}
    token = {"authorization": f"Bearer {hub.token()}"}
    with httpx.Client(base_url=url, verify=False, timeout=30) as http:
        for case in sandbox_cases(SystemClock().today()):
            if case.rehearsal is not None and case.rehearsal.play == "delay":
                continue
            asked = http.post("/v1/eligibility-checks", content=msgspec.json.encode(case.ask), headers=token)
            for path, value in json_values(asked.json().get("answer", {})):
                if path in names and value not in (None, False):
                    shown[names[path]].add("1" if value is True else str(value))
            if isinstance(case.ask, NumberAsk):
                for encoding in Encoding:
                    headers = {**token, "content-type": "application/xml"}
                    answer = http.post("/oqs/search", content=message_of(case, encoding), headers=headers)
                    add(shown, answer.content.decode(encoding.codec))
            if isinstance(case.ask, CertificateAsk):
                face = http.post("/oqs/face", content=msgspec.json.encode(case.ask), headers=token)
                add(shown, face.text)
    for chosen in chosen_at_the_reader(hub):
        add(shown, chosen)
    add(shown, listed(hub))
    add(shown, asked_again(hub))
    return shown


def add(shown: defaultdict[str, set[str]], message: str) -> None:
    if message.startswith("<"):
        for element, text in wire_values(message):
            shown[element].add(text)


def chosen_at_the_reader(hub: Hub) -> list[str]:
    """What `face` holds once the facility has the reader ask for the form of the prescription: each that there is."""
    hub.change_facility_settings(FacilitySettingsChange(prescriptions="2", prescription_timing="2"))
    ask = next(
        case.ask for case in sandbox_cases(SystemClock().today()) if isinstance(case.ask, CertificateAsk)
    )
    asked = [FaceCheck(issuer=ask.issuer, serial=ask.serial, prescription_form=form) for form in FORMS]
    return [hub.face(one).content.decode() for one in asked]


FORMS: tuple[Literal["1", "2"], ...] = ("1", "2")


LISTED = ("guild", "limit-third")
"""Whose limit this facility has not seen, and whose it saw when the cases were asked one by one."""


def listed(hub: Hub) -> str:
    """The results of a list (一括照会) of two cases."""
    cases = {case.key: case for case in sandbox_cases(SystemClock().today())}
    messages = [message_of(cases[name], Encoding.UTF_8).decode() for name in LISTED]
    blocks = [message[message.index(BLOCK) : message.index("</MessageBody>")] for message in messages]
    head = messages[0].partition(BLOCK)[0]
    return carried(hub, "OQSmuquc", "".join((head, *blocks, TAIL)))


def asked_again(hub: Hub) -> str:
    """The results of a list of home care: of one who consented at the reader, and took a part of it back."""
    cases = {case.key: case for case in sandbox_cases(SystemClock().today())}
    ask = cases["dialysis"].ask
    assert isinstance(ask, CertificateAsk)
    both = (Consent.LIMIT, Consent.DISEASE)
    given = hub.give_consent(
        CertificateCheck(issuer=ask.issuer, serial=ask.serial, consents=both, care=Care.HOME)
    )
    (consent,) = given.consents
    hub.withdraw_consent(ConsentWithdrawal(id=consent.id, reason="patient", items=("disease",)))
    today = f"<ConsentDateFrom>{SystemClock().today():%Y%m%d}</ConsentDateFrom>"
    return carried(hub, "OQSmuhvq", f"{HEAD}{BLOCK}{today}</QualificationConfirmSearchInfo>{TAIL}")


HEAD = (
    f"<XmlMsg><MessageHeader><MedicalInstitutionCode>{sandbox_facility()}</MedicalInstitutionCode></MessageHeader>"
    "<MessageBody>"
)
TAIL = "</MessageBody></XmlMsg>"


def carried(hub: Hub, stem: str, message: str) -> str:
    """A list sent, and its results once they are there."""
    received = hub.oqs(message.encode(), f"/oqs/{stem}01").content.decode()
    number = received.partition("<ReceptionNumber>")[2].partition("<")[0]
    question = f"{HEAD}<ReceptionNumber>{number}</ReceptionNumber>{TAIL}".encode()

    def results() -> str | None:
        told = hub.oqs(question, f"/oqs/{stem}02").content.decode()
        return None if "<SegmentOfResult>2<" in told else told

    return until(results)


def gaps(shown: Mapping[str, set[str]]) -> list[str]:
    """What no case shows and nothing explains, and what is explained but shown."""
    found = []
    by_list: defaultdict[str, set[str]] = defaultdict(set)
    for element, _, codes in coded():
        by_list[codes] |= shown.get(element, set())
        if not shown.get(element):
            found.append(f"{element}: never shown")
    for codes, values in by_list.items():
        explained = set(SILENT.get(codes, {}))
        every = set(rules.code_list(codes).codes)
        found += [f"{codes} {value}: never shown" for value in sorted(every - values - explained)]
        found += [f"{codes} {value}: explained, but shown" for value in sorted(values & explained)]
        found += [f"{codes} {value}: not of the list" for value in sorted((values | explained) - every)]
    return found


def test_every_value_that_may_leave_is_shown_by_a_case(tmp_path: Path) -> None:
    with demonstration(tmp_path) as demo, Hub(demo.url, CLIENT, demo.key) as hub:
        shown = shown_by(hub, demo.url)

    assert gaps(shown) == []
    assert gaps({**shown, "ReasonOfLoss": {"01", "03", "99"}}) == ["OQSCD008 02: never shown"]
    assert "OQSCD016 3: explained, but shown" in gaps({**shown, "PharmacistsInfoConsFlg": {"3"}})


def test_every_list_on_the_wire_is_looked_at() -> None:
    lists = {codes for _, _, codes in coded()}

    assert set(SILENT) <= lists
    assert lists | set(ELSEWHERE) == set(every_list())
    assert lists & set(ELSEWHERE) == set()
    assert set(PATHS) <= {element for element, _, _ in coded()}


def every_list() -> list[str]:
    return [path.stem for path in Path(rules.__file__).parent.glob("codes/*.yaml")]


def test_every_reason_is_written() -> None:
    reasons = [
        *ELSEWHERE.values(),
        *(why for one in SILENT.values() for why in one.values()),
    ]

    assert len(reasons) > 10
    assert [why for why in reasons if not isinstance(why, str) or len(why.split()) < 3] == []
