"""照会番号登録 and its result: byte for byte, both carriers, both character sets, there and back."""

import json
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaihoken.coverage.oqs import (
    Encoding,
    RegistrationHeader,
    RegistrationInfo,
    RegistrationRequest,
    RegistrationResponse,
    Salvaged,
    read_registration,
    read_registration_json,
    registered,
    registered_schema,
    registration_refused,
    registration_schema,
    write_registered,
    write_registered_json,
    write_registration,
    write_registration_json,
)
from kaihoken.problems import Problem

from .messages import AT, FACILITY, IDENTIFIER

FOLDER = Path(__file__).parent / "golden" / "registration"


def a_request(encoding: Encoding = Encoding.UTF_8, **more: str | None) -> RegistrationRequest:
    info = RegistrationInfo(
        reference_number="患者0001", insurer_number="06132013", symbol="12-34", number="567890", branch="01"
    )
    header = RegistrationHeader(medical_institution_code=FACILITY, arbitrary_file_identifier=IDENTIFIER)
    return RegistrationRequest(header=header, info=msgspec.structs.replace(info, **more), encoding=encoding)


REFUSED = Problem("oqs.missing-element", where="/XmlMsg/MessageBody", element="MessageBody")
GOLDEN: dict[str, RegistrationResponse] = {
    "registered": registered(a_request(), None, AT),
    "registered-shift-jis": registered(a_request(Encoding.SHIFT_JIS, symbol="", branch=None), None, AT),
    "several": registered(a_request(), Problem("coverage.reference-several"), AT),
    "refused": registration_refused(
        REFUSED, Salvaged(arbitrary_file_identifier=IDENTIFIER), at=AT, facility=None
    ),
}


@pytest.mark.parametrize("name", list(GOLDEN))
def test_a_result_is_written_as_its_golden_files_say(name: str) -> None:
    assert write_registered(GOLDEN[name]).content == (FOLDER / f"{name}.xml").read_bytes()
    assert write_registered_json(GOLDEN[name]).content == (FOLDER / f"{name}.json").read_bytes()


def test_a_message_is_written_as_its_golden_file_says() -> None:
    assert write_registration(a_request()).content == (FOLDER / "request.xml").read_bytes()


def test_no_golden_file_is_left_over() -> None:
    assert {path.stem for path in FOLDER.iterdir()} == {*GOLDEN, "request"}


letters = st.sampled_from("09AZaz-ー－患者ｶﾞ〇 　&<>'\"")
texts = st.text(letters, min_size=1, max_size=20).filter(lambda text: not text.isspace())
optional = st.none() | st.text(st.characters(codec="ascii", min_codepoint=33), max_size=20)


@given(texts, optional, texts, st.sampled_from((None, "", "01")), st.sampled_from(Encoding))
def test_there_and_back(
    reference_number: str, symbol: str | None, number: str, branch: str | None, encoding: Encoding
) -> None:
    request = a_request(
        encoding, reference_number=reference_number, symbol=symbol, number=number, branch=branch
    )
    plain = msgspec.structs.replace(request, encoding=Encoding.UTF_8)

    written = write_registration(request)
    if not written.replaced:
        assert read_registration(written.content) == request
    assert read_registration_json(write_registration_json(plain).content) == plain


def test_unknown_elements_are_passed_over_and_counted() -> None:
    xml = write_registration(a_request()).content
    more = xml.replace(b"<ReferenceNumber>", b"<Later>1</Later><ReferenceNumber>").replace(
        b"<MessageHeader>", b"<Other/><MessageHeader>"
    )
    tree = json.loads(write_registration_json(a_request()).content)
    tree["XmlMsg"]["MessageBody"]["Later"] = "1"

    assert read_registration(more).unknown_elements == 2
    assert read_registration(more).info == a_request().info
    assert read_registration_json(json.dumps(tree).encode()).unknown_elements == 1


def test_an_element_that_stands_twice_is_refused() -> None:
    xml = write_registration(a_request()).content
    twice = xml.replace(b"<InsurerNumber>", b"<InsurerNumber>1</InsurerNumber><InsurerNumber>")
    block = xml[xml.index(b"<ReferenceNumberRegistrationInfo>") : xml.index(b"</MessageBody>")]
    json_twice = write_registration_json(a_request()).content.replace(
        b'"InsurerNumber":', b'"InsurerNumber":"1","InsurerNumber":'
    )

    for read, message in (
        (read_registration, twice),
        (read_registration, xml.replace(block, block * 2)),
        (read_registration_json, json_twice),
    ):
        with pytest.raises(Problem) as refused:
            read(message)
        assert refused.value.code == "oqs.duplicate-element"
        assert "ReferenceNumberRegistrationInfo" in refused.value.where


def test_a_character_set_that_is_belied_is_refused() -> None:
    xml = write_registration(a_request()).content
    belied = xml.replace(
        b"</MessageHeader>", b"<CharacterCodeIdentifier>1</CharacterCodeIdentifier></MessageHeader>"
    )

    with pytest.raises(Problem) as refused:
        read_registration(belied)
    assert refused.value.code == "oqs.encoding-mismatch"


@pytest.mark.parametrize("xml", [True, False])
def test_the_shapes_name_every_element_of_the_golden_files(xml: bool) -> None:
    result = json.dumps(registered_schema(xml=xml))
    asked = json.dumps(registration_schema(xml=xml))
    written = json.loads((FOLDER / "several.json").read_bytes())["XmlMsg"]

    for part in ("MessageHeader", "MessageBody"):
        assert all(f'"{name}"' in result for name in written[part])
    assert all(f'"{name}"' in asked for name in written["MessageBody"]["ReferenceNumberRegistrationInfo"])
