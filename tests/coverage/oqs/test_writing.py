"""What leaves: order, echo, padding, escaping, characters that a set does not have, and codes that may not leave."""

import json
import re
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta, timezone
from xml.etree import ElementTree

import msgspec
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from kaihoken.coverage.answer import ConsentShown, ElderlyShown, LimitShown, Result
from kaihoken.coverage.oqs import (
    Encoding,
    IdentifierSource,
    Replaced,
    Request,
    RequestHeader,
    Response,
    SearchInfo,
    read_request,
    read_request_json,
    write_request,
    write_request_json,
    write_response,
    write_response_json,
)
from kaihoken.coverage.oqs.wire import RESULT, SEARCH
from kaihoken.problems import Problem

from .messages import AT, DAY, FACILITY, IDENTIFIER, a_document, a_request, a_result, a_search, an_answer
from .strict_client import Receiver

RESULT_PATH = "/XmlMsg/MessageBody/ResultList/ResultOfQualificationConfirmation"
BOTH = [Encoding.UTF_8, Encoding.SHIFT_JIS]


def text_of(response: Response) -> str:
    return write_response(response).content.decode(response.header.encoding.codec)


def element(name: str, *results: Result) -> str | None:
    """The text of the first element of a name in an answer, the same in both carriers."""
    response = an_answer(*results)
    root = ElementTree.fromstring(write_response(response).content)
    in_xml = next((node.text or "" for node in root.iter(name)), None)
    in_json = re.search(rf'"{name}":("(?:[^"\\]|\\.)*")', write_response_json(response).content.decode())
    assert in_xml == (in_json and json.loads(in_json[1]))
    return in_xml


def test_elements_stand_in_the_order_of_the_interface() -> None:
    names = re.findall(
        "<([A-Za-z0-9]+)>", text_of(an_answer(a_result(limit_consent=ConsentShown(flag="1", given_at=AT))))
    )

    assert names[:9] == [
        "XmlMsg",
        "MessageHeader",
        "ProcessExecutionTime",
        "QualificationConfirmationDate",
        "MedicalInstitutionCode",
        "ArbitraryFileIdentifier",
        "ReferenceClassification",
        "SegmentOfResult",
        "CharacterCodeIdentifier",
    ]
    assert names[9:14] == [
        "MessageBody",
        "ProcessingResultStatus",
        "QualificationValidity",
        "ResultList",
        "ResultOfQualificationConfirmation",
    ]
    assert names[14:20] == [
        "InsuredCardClassification",
        "InsurerNumber",
        "InsuredCardSymbol",
        "InsuredIdentificationNumber",
        "InsuredBranchNumber",
        "PersonalFamilyClassification",
    ]
    assert names[-7:] == [
        "QualificationConfirmSearchInfo",
        "InsurerNumber",
        "InsuredCardSymbol",
        "InsuredIdentificationNumber",
        "InsuredBranchNumber",
        "Birthdate",
        "LimitApplicationCertificateRelatedConsFlg",
    ]


@pytest.mark.parametrize("encoding", BOTH)
def test_declaration_and_code_name_the_same_character_set(encoding: Encoding) -> None:
    content = write_response(an_answer(a_result(), encoding=encoding)).content

    assert content.startswith(f'<?xml version="1.0" encoding="{encoding.value}"?>\n<XmlMsg>'.encode())
    assert f"<CharacterCodeIdentifier>{encoding.identifier}</".encode() in content


def test_json_is_utf8_whatever_was_asked_for() -> None:
    content = write_response_json(an_answer(a_result(), encoding=Encoding.SHIFT_JIS)).content

    assert json.loads(content)["XmlMsg"]["MessageHeader"]["CharacterCodeIdentifier"] == "0"


@pytest.mark.parametrize(
    ("canonical", "sent"), [("00138057", "  138057"), ("06132013", "06132013"), ("39131156", "39131156")]
)
def test_a_national_health_insurer_is_padded_with_two_spaces(canonical: str, sent: str) -> None:
    assert element("InsurerNumber", a_result(insurer_number=canonical)) == sent


@pytest.mark.parametrize("received", ["ﾔﾏﾀﾞ ﾀﾛｳ", "ヤマダ タロウ", "やまだ たろう", "ヤマダ　タロウ"])
def test_kana_leave_half_width(received: str) -> None:
    assert element("NameKana", a_result(kana=received)) == "ﾔﾏﾀﾞ ﾀﾛｳ"


def test_a_share_has_three_digits() -> None:
    elderly = ElderlyShown(valid_from=DAY, share_percent=20)

    assert element("InsuredPartialContributionRatio", a_result(share_percent=10)) == "010"
    assert element("ElderlyRecipientContributionRatio", a_result(elderly=elderly)) == "020"


def test_an_instant_leaves_in_japanese_time() -> None:
    late = datetime(2026, 12, 31, 15, 0, 0, 999999, tzinfo=UTC)
    elsewhere = late.astimezone(timezone(timedelta(hours=-5)))

    for instant in (late, elsewhere):
        consent = ConsentShown(flag="1", given_at=instant)
        assert (
            element("LimitApplicationCertificateRelatedConsTime", a_result(limit_consent=consent))
            == "20270101000000"
        )


def test_a_time_without_a_zone_is_no_instant() -> None:
    naive = AT.replace(tzinfo=None)
    with pytest.raises(ValueError, match="time zone"):
        write_response(an_answer(a_result(limit_consent=ConsentShown(flag="1", given_at=naive))))


def test_a_day_of_an_early_year_keeps_eight_digits() -> None:
    assert element("Birthdate", a_result(birthdate=date(899, 1, 2))) == "08990102"


@pytest.mark.parametrize("nothing", [None, ""])
def test_what_is_not_there_has_no_element(nothing: str | None) -> None:
    result = a_result(symbol=nothing, relation=nothing, other_kana=nothing, sex_other=nothing)

    for name in ("PersonalFamilyClassification", "NameOfOtherKana", "Sex2", "PreschoolClassification"):
        assert element(name, result) is None
    assert "InsuredCardSymbol" not in text_of(an_answer(result, search=None))
    assert element("ResultList") is None


def test_preschool_is_said_only_of_preschool_children() -> None:
    assert element("PreschoolClassification", a_result(preschool=True)) == "1"
    assert element("PreschoolClassification", a_result(preschool=False)) is None


class TestEcho:
    @pytest.mark.parametrize("encoding", BOTH)
    @pytest.mark.parametrize(
        "sent",
        [
            {"InsurerNumber": "  138057", "InsuredBranchNumber": ""},
            {"InsurerNumber": "00138057", "InsuredCardSymbol": "記号－１", "Birthdate": "\n19800102 "},
            {"InsuredIdentificationNumber": " ０００１ ", "ArbitraryIdentifier": "a&lt;b&gt;&amp;\"'"},
            {"InsuredCardSymbol": "&#13;\t\n"},
        ],
    )
    def test_the_question_comes_back_as_it_was(self, encoding: Encoding, sent: dict[str, str]) -> None:
        search = {
            "InsurerNumber": "06132013",
            "InsuredIdentificationNumber": "1",
            "Birthdate": "19800102",
            "LimitApplicationCertificateRelatedConsFlg": "0",
        } | sent
        order = [element.name for element in SEARCH if element.name in search]
        markup = "".join(f"<{name}>{search[name]}</{name}>" for name in order)
        declaration = f'<?xml version="1.0" encoding="{encoding.value}"?>'
        request = read_request(a_document(search=markup, declaration=declaration).encode(encoding.codec))
        answer = an_answer(encoding=request.encoding, search=request.search)

        assert markup.encode(encoding.codec) in write_response(answer).content
        in_json = json.loads(write_response_json(answer).content)["XmlMsg"]["MessageBody"]
        assert list(in_json["QualificationConfirmSearchInfo"]) == order

    def test_a_question_made_here_is_written_in_the_form_of_the_wire(self) -> None:
        answer = an_answer(search=a_search(symbol=None, limit_consent=False))

        assert (
            "<QualificationConfirmSearchInfo><InsurerNumber>06132013</InsurerNumber>"
            "<InsuredIdentificationNumber>567890</InsuredIdentificationNumber>"
            "<InsuredBranchNumber>01</InsuredBranchNumber><Birthdate>19800102</Birthdate>"
            "<LimitApplicationCertificateRelatedConsFlg>0</LimitApplicationCertificateRelatedConsFlg>"
            "</QualificationConfirmSearchInfo></MessageBody></XmlMsg>"
        ) in text_of(answer)

    @pytest.mark.parametrize("encoding", BOTH)
    @pytest.mark.parametrize(
        "raw",
        [
            b"202611200001",
            b"a&#x1F600;",
            b" A b ",
            b"a&amp;b",
            b"a>b",
            b"&#65;&quot;",
            b"x\r\ny",
            "日本".encode("cp932"),
        ],
    )
    def test_the_literal_tag_comes_back_byte_for_byte(self, encoding: Encoding, raw: bytes) -> None:
        if encoding is Encoding.UTF_8:
            raw = raw.decode("cp932").encode()
        tag = b"<ArbitraryFileIdentifier>" + raw + b"</ArbitraryFileIdentifier>"
        data = (
            a_document(declaration=f'<?xml version="1.0" encoding="{encoding.value}"?>')
            .encode()
            .replace(f"<ArbitraryFileIdentifier>{IDENTIFIER}</ArbitraryFileIdentifier>".encode(), tag)
        )
        request = read_request(data)
        answer = an_answer(a_result(), encoding=request.encoding)
        header = msgspec.structs.replace(
            answer.header,
            arbitrary_file_identifier=request.header.arbitrary_file_identifier,
            identifier_source=request.header.identifier_source,
        )
        written = write_response(Response(header=header, body=answer.body))

        assert written.content.count(tag) == 1
        assert written.replaced == ()

    def test_bytes_of_another_character_set_are_not_spliced_in(self) -> None:
        answer = an_answer(encoding=Encoding.UTF_8)
        source = IdentifierSource(encoding=Encoding.SHIFT_JIS, content=b"\x87\x90")
        header = msgspec.structs.replace(
            answer.header, arbitrary_file_identifier="≒", identifier_source=source
        )

        assert "<ArbitraryFileIdentifier>≒<" in text_of(Response(header=header, body=answer.body))

    def test_a_source_without_a_text_is_not_spliced_in(self) -> None:
        answer = an_answer()
        source = IdentifierSource(encoding=Encoding.UTF_8, content=b"x")
        header = msgspec.structs.replace(
            answer.header, arbitrary_file_identifier=None, identifier_source=source
        )

        assert "ArbitraryFileIdentifier" not in text_of(Response(header=header, body=answer.body))

    def test_private_characters_of_the_asker_come_back_as_they_came(self) -> None:
        for encoding in BOTH:
            answer = an_answer(a_result(name="𠮷田"), encoding=encoding, search=a_search(symbol="\ue000"))
            written = write_response(answer)
            assert "\ue000".encode(encoding.codec) in written.content
            assert all("SearchInfo" not in item.where for item in written.replaced)

    @pytest.mark.parametrize("nothing", ["\uf8f0", "\uf8f1", "\uf8f2", "\uf8f3"])
    def test_a_byte_that_no_reader_takes_is_not_written_for_the_asker_either(self, nothing: str) -> None:
        request = a_request(symbol=f"1{nothing}2", encoding=Encoding.SHIFT_JIS)
        written = write_request(request)

        assert read_request(written.content).search.symbol == "1●2"
        assert [item.readable for item in written.replaced] == [False]


class TestCharacters:
    def test_a_name_in_utf8_leaves_as_registered(self) -> None:
        assert element("Name", a_result(name="𠮷田　●﨑髙\U000e0100")) == "𠮷田　●﨑髙\U000e0100"

    @pytest.mark.parametrize(
        "lost", ["\ue000", "\uf8ff", "\U000f0000", "\U0010fffd", "\x00", "\x1b", "\x85", "\ud800", "\uffff"]
    )
    def test_what_no_receiver_could_read_becomes_a_dot(self, lost: str) -> None:
        answer = an_answer(a_result(name=f"山{lost}田"))

        assert element("Name", a_result(name=f"山{lost}田")) == "山●田"
        for written in (write_response(answer), write_response_json(answer)):
            assert written.replaced == (Replaced(where=f"{RESULT_PATH}/Name", readable=False),)

    def test_every_replaced_character_is_told_with_its_place(self) -> None:
        disease_name = a_result(name="𠮷\ue000", insured_name="𠮷田", address="〜")
        written = write_response(an_answer(a_result(), disease_name, encoding=Encoding.SHIFT_JIS))

        assert written.replaced == (
            Replaced(where=f"{RESULT_PATH}/InsuredName", readable=True),
            Replaced(where=f"{RESULT_PATH}/Name", readable=True),
            Replaced(where=f"{RESULT_PATH}/Name", readable=False),
            Replaced(where=f"{RESULT_PATH}/Address", readable=True),
        )
        assert "<Name>吉●</Name>" in written.content.decode("cp932")

    @pytest.mark.parametrize("sign", "﹤﹥﹠")
    def test_a_stand_in_that_is_markup_is_escaped(self, sign: str) -> None:
        written = write_response(an_answer(a_result(name=f"山{sign}田"), encoding=Encoding.SHIFT_JIS))
        root = ElementTree.fromstring(re.sub("<[?].*?[?]>", "", written.content.decode("cp932")))

        name = root.find(".//Name")
        assert name is not None
        assert name.text in ("山<田", "山>田", "山&田")

    @pytest.mark.parametrize("encoding", BOTH)
    def test_markup_in_a_text_is_only_text(self, encoding: Encoding) -> None:
        evil = "</Name><Name>&amp;]]><!--\r\n"
        response = an_answer(a_result(name=evil, symbol=evil), encoding=encoding)
        document = text_of(response)
        root = ElementTree.fromstring(document.split("\n", 1)[1])

        assert [node.text for node in root.iter("Name")] == [evil]
        assert document.count("<Name>") == 1

    def test_no_character_changes_in_shift_jis_without_being_told(self) -> None:
        """Every character of Unicode that Python's codec would take for another."""
        silent = [
            char
            for char in map(chr, range(0xA0, 0x30000))
            if (content := char.encode("cp932", "ignore")) and content.decode("cp932") != char
        ]
        assert silent
        for char in silent:
            assert write_response(an_answer(a_result(name=char), encoding=Encoding.SHIFT_JIS)).replaced


class TestCodes:
    @pytest.mark.parametrize(
        ("change", "path", "codes"),
        [
            ({"classification": "99"}, "InsuredCardClassification", "OQSCD010"),
            ({"relation": "3"}, "PersonalFamilyClassification", "OQSCD009"),
            ({"sex": "9"}, "Sex1", "OQSCD007"),
            ({"loss_reason": "3"}, "ReasonOfLoss", "OQSCD008"),
            (
                {"disease_consent": ConsentShown(flag="2")},
                "SpecificDiseasesCertificateRelatedConsFlg",
                "OQSCD016",
            ),
            ({"medicine_consent": ConsentShown(flag="3")}, "PharmacistsInfoConsFlg", "OQSCD016"),
            (
                {"limit": LimitShown(classification="01", category="C01", valid_from=DAY)},
                "LimitApplicationCertificateRelatedInfo/LimitApplicationCertificateClassificationFlag",
                "OQSCD012",
            ),
        ],
    )
    def test_a_code_that_receivers_do_not_know_never_leaves(
        self, change: dict[str, object], path: str, codes: str
    ) -> None:
        for write in (write_response, write_response_json):
            with pytest.raises(Problem) as caught:
                write(an_answer(a_result(**change)))
            assert caught.value.code == "oqs.code-not-allowed"
            assert caught.value.where == f"{RESULT_PATH}/{path}"
            assert caught.value.facts == {"list": codes}
            assert caught.value.title()

    @pytest.mark.parametrize(
        ("validity", "classification"),
        [("6", "01"), ("6", None), ("5", "A1"), ("7", "01"), ("0", "01")],
    )
    def test_a_validity_leaves_only_where_it_is_specified(
        self, validity: str, classification: str | None
    ) -> None:
        results = () if classification is None else (a_result(classification=classification),)
        for write in (write_response, write_response_json):
            with pytest.raises(Problem) as caught:
                write(an_answer(*results, validity=validity))
            assert caught.value.code == "oqs.code-not-allowed"
            assert caught.value.where == "/XmlMsg/MessageBody/QualificationValidity"

    def test_unregistered_is_for_public_assistance_also_beside_insurance(self) -> None:
        both = (a_result(), a_result(classification="A1", insurer_number="12130013"))

        assert "<QualificationValidity>6<" in text_of(an_answer(*both, validity="6"))


SENT = st.text(
    st.characters(codec="cp932", exclude_characters="\x80\uf8f0\uf8f1\uf8f2\uf8f3\r¢£¬‖−〜"), max_size=8
)
IN_JSON_TOO = SENT.filter(lambda text: not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f]", text))
FILLED = IN_JSON_TOO.filter(lambda text: text.strip() != "")


@st.composite
def requests(draw: st.DrawFn) -> Request:
    return Request(
        header=RequestHeader(
            qualification_confirmation_date=draw(st.dates()),
            medical_institution_code=draw(st.from_regex("[0-9]{10}", fullmatch=True)),
            arbitrary_file_identifier=draw(st.none() | IN_JSON_TOO),
        ),
        search=SearchInfo(
            insurer_number=draw(FILLED),
            symbol=draw(st.none() | IN_JSON_TOO),
            number=draw(FILLED),
            branch=draw(st.none() | st.sampled_from(["", "01", " 1"])),
            birthdate=draw(st.dates()),
            limit_consent=draw(st.booleans()),
            arbitrary_identifier=draw(st.none() | IN_JSON_TOO),
        ),
        encoding=draw(st.sampled_from(BOTH)),
    )


@given(requests())
@settings(max_examples=200)
def test_a_question_that_was_written_is_read_as_it_was(request: Request) -> None:
    written = write_request(request)
    assume(request.encoding is Encoding.UTF_8 or not passes_for_utf8(written.content))
    read = read_request(written.content)
    in_json = write_request_json(request)

    assert written.replaced == in_json.replaced == ()
    assert unsent(read) == request
    assert unsent(read_request_json(in_json.content)) == msgspec.structs.replace(
        request, encoding=Encoding.UTF_8
    )
    assert write_request(read).content == written.content


def passes_for_utf8(content: bytes) -> bool:
    """A rare kanji before half-width kana can be one Japanese character in UTF-8 (鯀ｿ): refused, because the other way
    round it would be a name that became another."""
    with suppress(UnicodeDecodeError):
        return not content.decode("utf-8").isascii()
    return False


def unsent(request: Request) -> Request:
    """Without the texts as they were sent."""
    return msgspec.structs.replace(
        request,
        header=msgspec.structs.replace(request.header, identifier_source=None),
        search=msgspec.structs.replace(request.search, as_sent=()),
    )


NAMES = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12)
CONSENTS = st.builds(ConsentShown, flag=st.sampled_from("01"), given_at=st.sampled_from([None, AT]))


@st.composite
def results(draw: st.DrawFn) -> Result:
    """A coverage with any text in any free field, and everything else there or not."""
    texts = [element.attribute for element in RESULT if element.form == "text"]
    changes: dict[str, object] = {name: draw(st.none() | NAMES) for name in texts}
    changes["kana"] = draw(st.none() | st.text("ｱｲｳﾞ -アイ　", min_size=1))
    for day in ("birthdate", "acquired", "lost", "issued", "valid_from", "valid_to"):
        changes[day] = draw(st.none() | st.dates())
    for consent in ("limit_consent", "disease_consent", "medicine_consent"):
        changes[consent] = draw(st.none() | CONSENTS)
    changes["share_percent"] = draw(st.sampled_from([None, 10, 20, 30]))
    changes["preschool"] = draw(st.booleans())
    changes["insurer_number"] = draw(st.sampled_from([None, "00138057", "06132013"]))
    return a_result(**changes)


@given(st.lists(results(), max_size=2), st.sampled_from(BOTH))
@settings(max_examples=100)
def test_both_carriers_say_the_same_and_the_strict_receiver_reads_both(
    coverages: list[Result], encoding: Encoding
) -> None:
    response = an_answer(*coverages, encoding=encoding)
    written = write_response(response)
    in_json = write_response_json(response)
    xml_tree = Receiver(FACILITY, encoding.codec).read_xml(written.content, IDENTIFIER)
    json_tree = Receiver(FACILITY).read_json(in_json.content)

    if encoding is Encoding.UTF_8:
        assert json_tree == xml_tree
        assert len(written.replaced) == len(in_json.replaced)
    else:
        xml_tree["XmlMsg"]["MessageHeader"]["CharacterCodeIdentifier"] = "0"
        if not written.replaced:
            assert json_tree == xml_tree
