"""What the XML reader takes, what it gives back unchanged, and which problem names which element."""

from datetime import date

import pytest

from kaihoken.coverage.oqs import Encoding, Request, read_request, salvage
from kaihoken.problems import Problem

from .messages import FACILITY, HEADER_ELEMENTS, IDENTIFIER, SEARCH_ELEMENTS, a_document, xml_of

SEARCH = "/XmlMsg/MessageBody/QualificationConfirmSearchInfo"
HEADER = "/XmlMsg/MessageHeader"
SJIS = '<?xml version="1.0" encoding="Shift_JIS"?>'


def refused(document: str | bytes, transport: str | None = None) -> Problem:
    data = document if isinstance(document, bytes) else document.encode()
    with pytest.raises(Problem) as caught:
        read_request(data, transport)
    assert caught.value.title("ja")
    assert caught.value.mend("en")
    return caught.value


def read(document: str, encoding: str = "utf-8") -> Request:
    return read_request(document.encode(encoding))


def without(elements: dict[str, str], name: str) -> dict[str, str]:
    return {other: text for other, text in elements.items() if other != name}


def test_an_ordinary_question_is_read_whole() -> None:
    request = read(a_document())

    assert request.header.qualification_confirmation_date == date(2026, 11, 20)
    assert request.header.medical_institution_code == FACILITY
    assert request.header.arbitrary_file_identifier == IDENTIFIER
    search = request.search
    assert (search.insurer_number, search.symbol, search.number, search.branch) == (
        "06132013",
        "12-34",
        "567890",
        "01",
    )
    assert search.birthdate == date(1980, 1, 2)
    assert search.limit_consent
    assert search.arbitrary_identifier is None
    assert request.encoding is Encoding.UTF_8
    assert request.unknown_elements == 0


@pytest.mark.parametrize("insurer_number", ["  138057", "00138057", "138057"])
def test_an_insurer_number_stays_as_it_was_padded(insurer_number: str) -> None:
    request = read(a_document(search=SEARCH_ELEMENTS | {"InsurerNumber": insurer_number}))

    assert request.search.insurer_number == insurer_number


def test_elements_are_found_in_any_order_and_around_line_breaks() -> None:
    search = "\n  ".join(xml_of({name: SEARCH_ELEMENTS[name]}) for name in reversed(SEARCH_ELEMENTS))
    header = "\r\n\t".join(xml_of({name: HEADER_ELEMENTS[name]}) for name in reversed(HEADER_ELEMENTS))
    document = (
        f"<XmlMsg>\n<MessageBody><QualificationConfirmSearchInfo>{search}</QualificationConfirmSearchInfo>"
        f"</MessageBody>\n<MessageHeader>{header}</MessageHeader></XmlMsg>\n"
    )

    assert read(document) == read(a_document())


def test_a_question_spread_over_lines_is_the_same_question() -> None:
    assert read(a_document().replace("><", ">\r\n  <")) == read(a_document())


def test_what_is_not_known_is_passed_over_and_counted() -> None:
    search = xml_of(SEARCH_ELEMENTS | {"Later": "1"}) + "<Later><InsurerNumber>1</InsurerNumber></Later>"
    header = xml_of(HEADER_ELEMENTS) + "<!-- a remark --><?instruction?><n:Later xmlns:n='urn:n'/>"
    request = read(a_document(header, search))

    assert request.unknown_elements == 3
    assert request.search.insurer_number == "06132013"


def test_what_stands_beside_the_known_parts_is_passed_over() -> None:
    document = a_document().replace("<MessageBody>", "<MessageTail/><MessageBody><Later/>")

    assert read(document).unknown_elements == 2


def test_attributes_and_comments_inside_a_text_are_passed_over() -> None:
    document = a_document().replace(
        "<Birthdate>19800102</Birthdate>", "<Birthdate id='1'>1980<!-- -->01<?x?>02</Birthdate>"
    )

    assert read(document).search.birthdate == date(1980, 1, 2)


def test_the_optional_elements_may_be_left_out() -> None:
    search = {
        name: text
        for name, text in SEARCH_ELEMENTS.items()
        if name not in ("InsuredCardSymbol", "InsuredBranchNumber")
    }
    request = read(a_document(without(HEADER_ELEMENTS, "ArbitraryFileIdentifier"), search))

    assert request.header.arbitrary_file_identifier is None
    assert request.search.symbol is None
    assert request.search.branch is None


@pytest.mark.parametrize("empty", ["<InsuredBranchNumber/>", "<InsuredBranchNumber></InsuredBranchNumber>"])
def test_an_empty_branch_is_not_a_missing_one(empty: str) -> None:
    document = a_document().replace("<InsuredBranchNumber>01</InsuredBranchNumber>", empty)

    assert read(document).search.branch == ""


def test_the_askers_own_key_comes_along() -> None:
    request = read(a_document(search=SEARCH_ELEMENTS | {"ArbitraryIdentifier": "chart-7"}))

    assert request.search.arbitrary_identifier == "chart-7"


def test_a_consent_that_was_not_given_is_read_so() -> None:
    flag = "LimitApplicationCertificateRelatedConsFlg"

    assert not read(a_document(search=SEARCH_ELEMENTS | {flag: "0"})).search.limit_consent


def test_white_space_around_codes_and_days_is_tolerated_and_kept_for_the_echo() -> None:
    search = SEARCH_ELEMENTS | {
        "Birthdate": "\n 19800102 ",
        "LimitApplicationCertificateRelatedConsFlg": " 1 ",
        "InsuredIdentificationNumber": " 567890 ",
    }
    header = HEADER_ELEMENTS | {
        "QualificationConfirmationDate": " 20261120 ",
        "MedicalInstitutionCode": f" {FACILITY}\n",
    }
    request = read(a_document(header, search))

    assert request.search.birthdate == date(1980, 1, 2)
    assert request.search.limit_consent
    assert request.search.number == " 567890 "
    assert request.header.medical_institution_code == FACILITY
    assert request.search.as_sent == ("06132013", "12-34", " 567890 ", "01", "\n 19800102 ", " 1 ", None)


def test_escaped_texts_and_cdata_are_read_as_what_they_say() -> None:
    document = a_document(search=SEARCH_ELEMENTS | {"InsuredCardSymbol": "&lt;&#x8A18;&amp;<![CDATA[<号>]]>"})

    assert read(document).search.symbol == "<記&<号>"


class TestCharacterSets:
    @pytest.mark.parametrize(
        "name",
        ["Shift_JIS", "shift-jis", "SHIFT_JIS", "Windows-31J", "MS932", "x-sjis", "csShiftJIS", "cp932"],
    )
    def test_shift_jis_is_read_under_all_its_names(self, name: str) -> None:
        declaration = f'<?xml version="1.0" encoding="{name}" standalone="yes"?>'
        request = read(
            a_document(search=SEARCH_ELEMENTS | {"InsuredCardSymbol": "①髙渋"}, declaration=declaration),
            "cp932",
        )

        assert request.search.symbol == "①髙渋"
        assert request.encoding is Encoding.SHIFT_JIS

    @pytest.mark.parametrize("unusual", ["", " <!-- -->"])
    def test_shift_jis_is_read_by_pattern_and_by_parser(self, unusual: str) -> None:
        document = a_document(search=SEARCH_ELEMENTS | {"InsuredCardSymbol": "ソ表"}, declaration=SJIS)

        assert read(document + unusual, "cp932").search.symbol == "ソ表"

    @pytest.mark.parametrize(
        "declaration", ["", "<?xml version='1.0'?>", '<?xml version="1.0" encoding="utf-8"?>']
    )
    @pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
    def test_utf8_is_read_with_or_without_mark_and_declaration(self, declaration: str, mark: bytes) -> None:
        document = a_document(search=SEARCH_ELEMENTS | {"InsuredCardSymbol": "渋谷"}, declaration=declaration)
        request = read_request(mark + document.encode())

        assert request.search.symbol == "渋谷"
        assert request.encoding is Encoding.UTF_8

    def test_the_transport_may_name_the_character_set(self) -> None:
        document = a_document(search=SEARCH_ELEMENTS | {"InsuredCardSymbol": "渋谷"}, declaration="")
        request = read_request(document.encode("cp932"), "Shift_JIS")

        assert request.search.symbol == "渋谷"
        assert request.encoding is Encoding.SHIFT_JIS
        assert read_request(document.encode(), "utf-8").search.symbol == "渋谷"

    def test_a_declaration_that_the_bytes_belie_is_refused(self) -> None:
        kanji = SEARCH_ELEMENTS | {"InsuredCardSymbol": "渋谷区"}

        for data in (
            a_document(search=kanji).encode("cp932"),
            a_document(search=kanji, declaration="").encode("cp932"),
            a_document(search=kanji, declaration=SJIS).encode(),
            b"\xef\xbb\xbf" + a_document(declaration=SJIS).encode(),
        ):
            assert refused(data).code == "oqs.encoding-mismatch"

    def test_the_line_of_the_first_wrong_byte_is_told(self) -> None:
        document = a_document(search=SEARCH_ELEMENTS | {"InsuredCardSymbol": "\n渋谷"})

        assert refused(document.encode("cp932")).where == "line 2"

    @pytest.mark.parametrize("stray", [b"\x80", b"\x81", b"\xa0", b"\xfd", b"\xfe", b"\xff"])
    def test_a_byte_that_shift_jis_does_not_have_is_refused(self, stray: bytes) -> None:
        data = a_document(declaration=SJIS).encode().replace(b"12-34", b"12" + stray)

        assert refused(data).code == "oqs.encoding-mismatch"

    def test_half_width_kana_in_shift_jis_are_not_taken_for_utf8(self) -> None:
        document = a_document(search=SEARCH_ELEMENTS | {"InsuredCardSymbol": "ﾃｱ"}, declaration=SJIS)

        assert document.encode("cp932").decode("utf-8", "ignore") != document
        assert read(document, "cp932").search.symbol == "ﾃｱ"

    def test_two_declarations_that_disagree_are_refused(self) -> None:
        assert refused(a_document(), "Shift_JIS").code == "oqs.encoding-mismatch"

    def test_other_character_sets_are_not_taken(self) -> None:
        declared = a_document(declaration='<?xml version="1.0" encoding="EUC-JP"?>')

        assert refused(declared).facts == {"declared": "EUC-JP", "taken": "UTF-8, Shift_JIS"}
        assert refused(declared).code == "oqs.encoding-unsupported"
        assert refused(a_document(declaration="").encode("utf-16")).code == "oqs.encoding-unsupported"
        assert refused(a_document(declaration=""), "latin1").code == "oqs.encoding-unsupported"
        assert refused(a_document(declaration=""), "a name <of> nothing").facts["declared"] == "?"

    def test_the_code_in_the_header_must_agree(self) -> None:
        utf8 = HEADER_ELEMENTS | {"CharacterCodeIdentifier": "0"}
        sjis = HEADER_ELEMENTS | {"CharacterCodeIdentifier": " 1 "}

        assert read(a_document(utf8)).encoding is Encoding.UTF_8
        assert read(a_document(sjis, declaration=SJIS)).encoding is Encoding.SHIFT_JIS
        problem = refused(a_document(sjis))
        assert (problem.code, problem.where) == ("oqs.encoding-mismatch", f"{HEADER}/CharacterCodeIdentifier")


class TestTheIdentifierOfTheSender:
    def identifier(self, markup: str, encoding: str = "utf-8") -> tuple[str | None, bytes | None]:
        declaration = SJIS if encoding == "cp932" else ""
        header = xml_of(HEADER_ELEMENTS).replace(
            f"<ArbitraryFileIdentifier>{IDENTIFIER}</ArbitraryFileIdentifier>", markup
        )
        parts = read(a_document(header, declaration=declaration), encoding).header
        source = parts.identifier_source
        return parts.arbitrary_file_identifier, source and source.content

    def tag(self, text: str) -> str:
        return f"<ArbitraryFileIdentifier>{text}</ArbitraryFileIdentifier>"

    @pytest.mark.parametrize("text", ["A0Zb9_-+/abc=", " two words ", "日本語", ""])
    def test_plain_text_needs_no_source(self, text: str) -> None:
        assert self.identifier(self.tag(text)) == (text, None)

    @pytest.mark.parametrize(
        ("raw", "text"),
        [("a>b", "a>b"), ("a&#66;c", "aBc"), ("&quot;a&quot;", '"a"'), ("a\r\nb", "a\nb")],
    )
    def test_another_way_to_write_it_is_kept(self, raw: str, text: str) -> None:
        assert self.identifier(self.tag(raw)) == (text, raw.encode())

    def test_our_own_way_to_escape_needs_no_source(self) -> None:
        assert self.identifier(self.tag("a&amp;b&lt;c&gt;")) == ("a&b<c>", None)

    def test_a_character_with_two_codes_in_shift_jis_keeps_its_own(self) -> None:
        two_codes = b"\x87\x90"
        document = a_document(HEADER_ELEMENTS | {"ArbitraryFileIdentifier": "≒"}, declaration=SJIS)
        data = document.encode("cp932").replace("≒".encode("cp932"), two_codes)
        header = read_request(data).header

        assert header.arbitrary_file_identifier == "≒"
        assert header.identifier_source is not None
        assert header.identifier_source.content == two_codes
        assert header.identifier_source.encoding is Encoding.SHIFT_JIS

    def test_a_character_that_shift_jis_lacks_keeps_its_reference(self) -> None:
        assert self.identifier(self.tag("a&#x1F600;"), "cp932") == ("a\U0001f600", b"a&#x1F600;")

    @pytest.mark.parametrize(
        "markup",
        [
            "<ArbitraryFileIdentifier a='1'>x&#65;</ArbitraryFileIdentifier>",
            "<ArbitraryFileIdentifier><![CDATA[xA]]></ArbitraryFileIdentifier>",
            "<!--<ArbitraryFileIdentifier>&no;</ArbitraryFileIdentifier>-->"
            "<ArbitraryFileIdentifier >xA</ArbitraryFileIdentifier>",
        ],
    )
    def test_a_tag_that_is_not_literal_has_no_source(self, markup: str) -> None:
        assert self.identifier(markup) == ("xA", None)


class TestProblems:
    @pytest.mark.parametrize("name", ["QualificationConfirmationDate", "MedicalInstitutionCode"])
    @pytest.mark.parametrize("unusual", ["", "<!-- -->"])
    def test_a_missing_header_element_is_named(self, name: str, unusual: str) -> None:
        problem = refused(a_document(without(HEADER_ELEMENTS, name)) + unusual)

        assert (problem.code, problem.where) == ("oqs.missing-element", f"{HEADER}/{name}")

    @pytest.mark.parametrize(
        "name",
        [
            "InsurerNumber",
            "InsuredIdentificationNumber",
            "Birthdate",
            "LimitApplicationCertificateRelatedConsFlg",
        ],
    )
    @pytest.mark.parametrize("empty", [None, "", "  "])
    def test_a_missing_or_empty_search_element_is_named(self, name: str, empty: str | None) -> None:
        search = without(SEARCH_ELEMENTS, name) if empty is None else SEARCH_ELEMENTS | {name: empty}
        problem = refused(a_document(search=search))

        assert (problem.code, problem.where) == ("oqs.missing-element", f"{SEARCH}/{name}")

    @pytest.mark.parametrize(
        ("part", "path"),
        [
            ("MessageHeader", HEADER),
            ("MessageBody", "/XmlMsg/MessageBody"),
            ("QualificationConfirmSearchInfo", SEARCH),
        ],
    )
    def test_a_missing_part_is_named(self, part: str, path: str) -> None:
        problem = refused(a_document().replace(part, "Other"))

        assert (problem.code, problem.where) == ("oqs.missing-element", path)

    @pytest.mark.parametrize("name", list(SEARCH_ELEMENTS))
    def test_a_second_element_of_a_name_is_refused(self, name: str) -> None:
        search = xml_of(SEARCH_ELEMENTS) + xml_of({name: SEARCH_ELEMENTS[name]})
        problem = refused(a_document(search=search))

        assert (problem.code, problem.where) == ("oqs.duplicate-element", f"{SEARCH}/{name}")

    @pytest.mark.parametrize(
        ("once", "twice", "path"),
        [
            ("<MessageBody>", "<MessageHeader/><MessageBody>", HEADER),
            ("</MessageBody>", "<QualificationConfirmSearchInfo/></MessageBody>", SEARCH),
            (
                "</MessageHeader>",
                "<MedicalInstitutionCode/></MessageHeader>",
                f"{HEADER}/MedicalInstitutionCode",
            ),
        ],
    )
    def test_a_second_part_is_refused(self, once: str, twice: str, path: str) -> None:
        problem = refused(a_document().replace(once, twice))

        assert (problem.code, problem.where) == ("oqs.duplicate-element", path)

    @pytest.mark.parametrize(
        "day", ["19800230", "1980012", "19800102T", "１９８００１０２", "1980-1-2", "00000000"]
    )
    def test_a_day_that_does_not_exist_is_refused(self, day: str) -> None:
        birthdate = refused(a_document(search=SEARCH_ELEMENTS | {"Birthdate": day}))
        asked = refused(a_document(HEADER_ELEMENTS | {"QualificationConfirmationDate": day}))

        assert (birthdate.code, birthdate.where) == ("oqs.impossible-date", f"{SEARCH}/Birthdate")
        assert asked.where == f"{HEADER}/QualificationConfirmationDate"

    @pytest.mark.parametrize(
        ("name", "longest"),
        [
            ("InsurerNumber", 8),
            ("InsuredCardSymbol", 20),
            ("InsuredIdentificationNumber", 20),
            ("InsuredBranchNumber", 2),
            ("ArbitraryIdentifier", 50),
        ],
    )
    def test_a_text_that_is_too_long_is_refused(self, name: str, longest: int) -> None:
        fits = a_document(search=SEARCH_ELEMENTS | {name: "号" * longest + " "})
        problem = refused(a_document(search=SEARCH_ELEMENTS | {name: "号" * (longest + 1)}))

        assert read(fits)
        assert (problem.code, problem.where) == ("oqs.too-long", f"{SEARCH}/{name}")
        assert problem.facts["longest"] == longest

    def test_an_identifier_of_the_file_has_fifty_characters_at_most(self) -> None:
        problem = refused(a_document(HEADER_ELEMENTS | {"ArbitraryFileIdentifier": "x" * 51}))

        assert (problem.code, problem.where) == ("oqs.too-long", f"{HEADER}/ArbitraryFileIdentifier")

    @pytest.mark.parametrize("code", ["991000000", "99100000071", "９９１０００００００７", "99-1000000"])
    def test_a_facility_code_has_ten_digits(self, code: str) -> None:
        problem = refused(a_document(HEADER_ELEMENTS | {"MedicalInstitutionCode": code}))

        assert (problem.code, problem.where) == (
            "oqs.not-a-facility-code",
            f"{HEADER}/MedicalInstitutionCode",
        )

    @pytest.mark.parametrize("flag", ["2", "true", "01"])
    def test_a_consent_is_one_or_nought(self, flag: str) -> None:
        name = "LimitApplicationCertificateRelatedConsFlg"
        problem = refused(a_document(search=SEARCH_ELEMENTS | {name: flag}))

        assert (problem.code, problem.where) == ("oqs.unknown-code", f"{SEARCH}/{name}")

    def test_an_element_inside_a_text_is_refused(self) -> None:
        problem = refused(a_document(search=SEARCH_ELEMENTS | {"Birthdate": "<Year>1980</Year>"}))

        assert (problem.code, problem.where) == ("oqs.not-a-text", f"{SEARCH}/Birthdate")

    @pytest.mark.parametrize("root", ["XmlMessage", "x:XmlMsg xmlns:x='urn:x'", "XmlMsg xmlns='urn:x'"])
    def test_another_root_is_refused(self, root: str) -> None:
        end = root.split()[0]
        document = a_document().replace("<XmlMsg>", f"<{root}>").replace("</XmlMsg>", f"</{end}>")

        assert refused(document).code == "oqs.unknown-root"

    def test_where_the_form_breaks_is_told(self) -> None:
        problem = refused(a_document(declaration="") + "\n<")

        assert problem.code == "oqs.not-well-formed"
        assert problem.where.startswith("line 2, column ")

    def test_facts_never_hold_what_was_asked(self) -> None:
        secret = "19990231"
        for problem in (
            refused(a_document(search=SEARCH_ELEMENTS | {"Birthdate": secret})),
            refused(a_document(search=SEARCH_ELEMENTS | {"InsuredIdentificationNumber": secret * 3})),
            refused(a_document(search=SEARCH_ELEMENTS | {"InsurerNumber": f"<{'A' + secret}/>"})),
        ):
            assert (
                secret not in f"{problem} {problem.where} {problem.facts} {problem.title()} {problem.mend()}"
            )


class TestSalvage:
    def test_the_literal_tag_is_found_in_what_cannot_be_read(self) -> None:
        broken = a_document(declaration=SJIS)[:-20].encode("cp932") + b"\x80"
        salvaged = salvage(broken)

        assert salvaged.arbitrary_file_identifier == IDENTIFIER
        assert salvaged.encoding is Encoding.SHIFT_JIS
        assert salvaged.identifier_source is None

    @pytest.mark.parametrize(("day", "read"), [("20261119", date(2026, 11, 19)), ("20261131", None)])
    def test_the_day_asked_about_is_found_where_there_is_one(self, day: str, read: date | None) -> None:
        broken = a_document(HEADER_ELEMENTS | {"QualificationConfirmationDate": day})[:-20]

        assert salvage(broken.encode()).qualification_confirmation_date == read

    def test_the_senders_way_to_write_it_is_kept(self) -> None:
        salvaged = salvage(b"<ArbitraryFileIdentifier>a>&#66;</ArbitraryFileIdentifier>")

        assert salvaged.arbitrary_file_identifier == "a>B"
        assert salvaged.identifier_source is not None
        assert salvaged.identifier_source.content == b"a>&#66;"

    @pytest.mark.parametrize(
        "data",
        [
            b"",
            b"nothing",
            b"<ArbitraryFileIdentifier>&bomb;</ArbitraryFileIdentifier>",
            b"<ArbitraryFileIdentifier>\xff</ArbitraryFileIdentifier>",
            b'<?xml version="1.0" encoding="klingon"?><x/>',
            b" " * (1 << 16) + b"<ArbitraryFileIdentifier>far</ArbitraryFileIdentifier>",
        ],
    )
    def test_what_could_not_stand_in_an_answer_is_left(self, data: bytes) -> None:
        salvaged = salvage(data)

        assert salvaged.arbitrary_file_identifier is None
        assert salvaged.identifier_source is None
        assert salvaged.encoding is Encoding.UTF_8
