"""What clients of the real interface rely on, through HTTP: the literal echo, padded numbers, ● in Shift_JIS."""

from collections.abc import AsyncIterator

import msgspec
import pytest
import pytest_asyncio

from kaihoken.audit import checked_receipt, public_keys

from .hub import FACILITY, Hub, a_hub, a_message, a_question, a_row, a_tree, problem_in

pytestmark = pytest.mark.asyncio(loop_scope="module")

CITY = {"insurer_number": "00138057", "number": "900", "link": "link-900"}
MARKED = {"name": "●田　健", "kana": "ﾏﾙﾀ ｹﾝ", "number": "901", "link": "link-901", "insured_name": "𠮷野　●"}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def hub(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Hub]:
    folder = tmp_path_factory.mktemp("oqs")
    async with a_hub(folder / "store", folder) as hub:
        assert (await hub.register(a_row(), a_row(**CITY), a_row(**MARKED))).json()["registered"] == 3
        yield hub


IDENTIFIERS = [
    b"abc-1",
    b" with spaces ",
    b"a&amp;b",
    b"&#x41;&#66;",
    b"&lt;XmlMsg&gt;",
    b'it\'s "quoted"',
    b"a>b",
    b"]]&gt;",
    b"..%2F..%00",
    b"KHK2108",
    b"x" * 50,
    b"\xe8\xad\x98\xe5\x88\xa5\xe3\x80\x80\xe5\xad\x90",
]
IN_SHIFT_JIS = [
    "識別　子".encode("cp932"),
    "ソ表能".encode("cp932"),  # their second bytes are those of \\ and others
    b"\x87\x9a",  # ∵ has two codes; this is the one that encoding again would not give
    b"\xee\xf9",
    b"\xb1\xb2\xb3",  # half-width kana
    b"~\\",
]


@pytest.mark.parametrize("bad", [False, True], ids=["answered", "refused"])
@pytest.mark.parametrize(
    ("encoding", "identifier"),
    [
        *(("UTF-8", one) for one in IDENTIFIERS),
        *(("Shift_JIS", one) for one in (*IDENTIFIERS[:-1], *IN_SHIFT_JIS)),
    ],
)
async def test_the_file_identifier_comes_back_byte_for_byte(
    hub: Hub, encoding: str, identifier: bytes, bad: bool
) -> None:
    message = a_message(encoding, identifier="@", birthdate="19801301" if bad else "19800101")
    tag = b"<ArbitraryFileIdentifier>" + identifier + b"</ArbitraryFileIdentifier>"

    answer = await hub.ask_oqs(message.replace(b"<ArbitraryFileIdentifier>@</ArbitraryFileIdentifier>", tag))

    assert answer.content.count(tag) == 1
    assert (problem_in(answer) == "oqs.impossible-date") == bad
    assert answer.headers["content-type"] == f"application/xml; charset={encoding}"


@pytest.mark.parametrize("identifier", ["abc-1", 'a"b\\c', "識別　子", " ", "a&amp;b", "\u2028", "x" * 50])
async def test_the_file_identifier_comes_back_in_json(hub: Hub, identifier: str) -> None:
    good = await hub.ask_oqs(a_tree(identifier=identifier), content_type="application/json")
    bad = await hub.ask_oqs(a_tree(identifier=identifier, birthdate="x"), content_type="application/json")

    for answer in (good, bad):
        assert answer.json()["XmlMsg"]["MessageHeader"]["ArbitraryFileIdentifier"] == identifier
    assert problem_in(bad) == "oqs.impossible-date"


@pytest.mark.parametrize("asked", ["  138057", "00138057", "138057", "１３８０５７", "138057  "])
async def test_a_municipal_insurer_is_known_however_it_is_padded(hub: Hub, asked: str) -> None:
    plain = await hub.post("/v1/eligibility-checks", a_question(insurer_number=asked, number="900"))
    xml = await hub.ask_oqs(a_message(insurer=asked, number="900"))
    tree = await hub.ask_oqs(a_tree(insurer=asked, number="900"), content_type="application/json")

    assert plain.json()["answer"]["results"][0]["insurer_number"] == "00138057"
    found, echoed = xml.text.split("<QualificationConfirmSearchInfo>")
    assert "<InsurerNumber>  138057</InsurerNumber>" in found
    assert f"<InsurerNumber>{asked}</InsurerNumber>" in echoed
    body = tree.json()["XmlMsg"]["MessageBody"]
    assert body["ResultList"][0]["ResultOfQualificationConfirmation"]["InsurerNumber"] == "  138057"
    assert body["QualificationConfirmSearchInfo"]["InsurerNumber"] == asked


@pytest.mark.parametrize("number", ["056", "５６", " 56 ", "0056"])
async def test_a_number_is_known_however_it_is_written_and_comes_back_as_registered(
    hub: Hub, number: str
) -> None:
    xml = await hub.ask_oqs(a_message(number=number))

    found, echoed = xml.text.split("<QualificationConfirmSearchInfo>")
    assert "<InsuredIdentificationNumber>56</InsuredIdentificationNumber>" in found
    assert f"<InsuredIdentificationNumber>{number}</InsuredIdentificationNumber>" in echoed


async def test_a_name_with_an_external_character_leaves_readable_in_every_character_set(hub: Hub) -> None:
    plain = (await hub.ask(number="901")).json()["answer"]["results"][0]
    utf8 = await hub.ask_oqs(a_message(number="901"))
    shift_jis = await hub.ask_oqs(a_message("Shift_JIS", number="901"))

    assert plain["name"] == "●田　健"
    assert plain["name_flagged"] is True
    assert "<Name>●田　健</Name>" in utf8.text
    assert "<InsuredName>𠮷野　●</InsuredName>" in utf8.text
    assert "<CharacterCodeIdentifier>0</CharacterCodeIdentifier>" in utf8.text
    text = shift_jis.content.decode("cp932")
    assert text.startswith('<?xml version="1.0" encoding="Shift_JIS"')
    assert "<CharacterCodeIdentifier>1</CharacterCodeIdentifier>" in text
    assert "<Name>●田　健</Name>" in text
    assert "<InsuredName>吉野　●</InsuredName>" in text, "a readable variant of what Shift_JIS does not have"
    assert "<NameKana>ﾏﾙﾀ ｹﾝ</NameKana>" in text


async def test_a_question_in_shift_jis_finds_by_what_it_says(hub: Hub) -> None:
    row = a_row(symbol="ソ表能", number="902", link="link-902")
    assert (await hub.register(row, key="902")).json()["registered"] == 1

    answer = await hub.ask_oqs(a_message("Shift_JIS", symbol="ソ表能", number="902"))

    text = answer.content.decode("cp932")
    assert "<QualificationValidity>1</QualificationValidity>" in text
    assert text.count("<InsuredCardSymbol>ソ表能</InsuredCardSymbol>") == 2


@pytest.mark.parametrize(
    ("content_type", "answered_as"),
    [
        ("application/xml", "application/xml; charset=UTF-8"),
        ("text/xml", "application/xml; charset=UTF-8"),
        ("text/xml; charset=utf-8", "application/xml; charset=UTF-8"),
        ('application/xml; charset="UTF-8"', "application/xml; charset=UTF-8"),
        ("APPLICATION/XML;CHARSET=utf8", "application/xml; charset=UTF-8"),
    ],
)
async def test_the_carrier_follows_the_content_type(hub: Hub, content_type: str, answered_as: str) -> None:
    answer = await hub.ask_oqs(a_message(), content_type=content_type)

    assert (answer.status_code, answer.headers["content-type"]) == (200, answered_as)


@pytest.mark.parametrize(
    "content_type", ["", "text/plain", "application/xml+fhir", "multipart/form-data; boundary=x"]
)
async def test_another_content_type_is_refused(hub: Hub, content_type: str) -> None:
    answer = await hub.ask_oqs(a_message(), content_type=content_type)

    assert (answer.status_code, problem_in(answer)) == (415, "hub.content-type")


@pytest.mark.parametrize(
    ("message", "content_type", "problem"),
    [
        (a_message(), "application/xml; charset=Shift_JIS", "oqs.encoding-mismatch"),
        (a_message("Shift_JIS", symbol="記号"), "application/xml; charset=UTF-8", "oqs.encoding-mismatch"),
        (
            a_message(symbol="記号").replace(b"UTF-8", b"Shift_JIS"),
            "application/xml",
            "oqs.encoding-mismatch",
        ),
        (
            a_message("Shift_JIS", symbol="記号").replace(b"Shift_JIS", b"UTF-8"),
            "application/xml",
            "oqs.encoding-mismatch",
        ),
        (a_message().replace(b"UTF-8", b"UTF-16"), "application/xml", "oqs.encoding-unsupported"),
        (a_tree(), "application/json; charset=Shift_JIS", "oqs.encoding-unsupported"),
        (b'<!DOCTYPE x [<!ENTITY a "b">]>' + a_message(), "application/xml", "oqs.dtd"),
        (
            a_message().replace(b"</Birthdate>", b"</Birthdate><Birthdate>19800101</Birthdate>"),
            "application/xml",
            "oqs.duplicate-element",
        ),
        (
            a_tree().replace(b'"Birthdate":', b'"Birthdate":"19800101","Birthdate":'),
            "application/json",
            "oqs.duplicate-element",
        ),
        (a_message(birthdate="19800230"), "application/xml", "oqs.impossible-date"),
        (
            a_message(insurer="01130013"),
            "application/xml",
            "",
        ),  # a test institution may ask by what cannot exist
        (a_message(birthdate="20300101"), "application/xml", "coverage.birthdate-future"),
        (a_message(birthdate="18000101"), "application/xml", "coverage.birthdate-early"),
        (a_tree(birthdate="18000101"), "application/json", "coverage.birthdate-early"),
        (a_message(branch="1a"), "application/xml", "identity.branch"),
        (a_message(number=""), "application/xml", "oqs.missing-element"),
        (a_message(number="\u200b"), "application/xml", "coverage.request-number"),
        (a_message(number="1" * 21), "application/xml", "oqs.too-long"),
        (a_message(consent="2"), "application/xml", "oqs.unknown-code"),
        (a_message(facility="9910000015"), "application/xml", "coverage.other-facility"),
        (a_message(facility="99"), "application/xml", "oqs.not-a-facility-code"),
        (a_message().replace(b"20261120", b"20261121"), "application/xml", "coverage.future"),
        (a_message().replace(b"20261120", b"20080331"), "application/xml", "coverage.too-early"),
        (b"<a>" * 10_000, "application/xml", "oqs.too-many-elements"),
        (b"{", "application/json", "oqs.not-well-formed"),
        (b'{"a":' * 200 + b"1" + b"}" * 200, "application/json", "oqs.too-many-elements"),
        (b"<XmlMsg/>", "application/xml", "oqs.missing-element"),
        (b"<Message/>", "application/xml", "oqs.unknown-root"),
        (b"", "application/xml", "oqs.not-well-formed"),
    ],
)
async def test_what_cannot_be_read_or_answered_is_said_in_the_message(
    hub: Hub, message: bytes, content_type: str, problem: str
) -> None:
    answer = await hub.ask_oqs(message, content_type=content_type)

    assert problem_in(answer) == problem
    assert answer.status_code == (403 if problem == "coverage.other-facility" else 200)
    if not problem:
        return
    if "json" in content_type:
        header = answer.json()["XmlMsg"]["MessageHeader"]
        assert (header["SegmentOfResult"], header["MedicalInstitutionCode"]) == ("9", FACILITY)
        assert header["ErrorMessage"]
    else:
        text = answer.content.decode("cp932" if "Shift_JIS" in answer.headers["content-type"] else "utf-8")
        assert "<SegmentOfResult>9</SegmentOfResult>" in text
        assert f"<MedicalInstitutionCode>{FACILITY}</MedicalInstitutionCode>" in text
        assert "<ErrorMessage>" in text
    assert "kaihoken-receipt" not in answer.headers


@pytest.mark.parametrize(
    ("media", "taken"), [("application/xml", "UTF-8, Shift_JIS"), ("application/json", "UTF-8")]
)
@pytest.mark.parametrize("charset", ["klingon", "Shift_JIS"])
async def test_who_names_another_character_set_is_told_those_that_his_carrier_takes(
    hub: Hub, media: str, taken: str, charset: str
) -> None:
    message = a_tree() if "json" in media else a_message("UTF-8" if charset == "klingon" else "Shift_JIS")

    answer = await hub.ask_oqs(message, content_type=f"{media}; charset={charset}")

    if media == "application/xml" and charset == "Shift_JIS":
        assert problem_in(answer) == ""
        return
    assert problem_in(answer) == "oqs.encoding-unsupported"
    assert f"使えるもの: {taken}（" in answer.text


DAY = "/XmlMsg/MessageHeader/QualificationConfirmationDate"


@pytest.mark.parametrize(
    ("day", "problem"), [("20991231", "coverage.future"), ("19500101", "coverage.too-early")]
)
@pytest.mark.parametrize("media", ["application/xml", "application/json"])
async def test_a_day_that_cannot_be_asked_about_is_given_back_with_its_place(
    hub: Hub, media: str, day: str, problem: str
) -> None:
    message = a_tree(day=day) if "json" in media else a_message(day=day)

    answer = await hub.ask_oqs(message, content_type=media)

    assert problem_in(answer) == problem
    assert f"（{DAY}）" in answer.text
    assert day in answer.text
    assert "2008-04-01" in answer.text or problem == "coverage.future"


async def test_the_same_days_in_json_are_named_by_their_field(hub: Hub) -> None:
    told = [(await hub.ask(on=day)).json() for day in ("2099-12-31", "2008-03-31")]

    assert [(one["code"], one["where"]) for one in told] == [
        ("coverage.future", "on"),
        ("coverage.too-early", "on"),
    ]
    assert (await hub.ask(on="2008-04-01")).status_code == 200


async def test_the_receipt_of_an_oqs_answer_travels_in_a_header_and_holds(hub: Hub) -> None:
    answer = await hub.ask_oqs(a_message())

    receipt = checked_receipt(answer.headers["kaihoken-receipt"], public_keys(hub.machine.keys))
    record = msgspec.json.decode(receipt.body)
    assert (record["carrier"], record["situation"], record["by"]) == ("oqs-xml", "valid", FACILITY)
