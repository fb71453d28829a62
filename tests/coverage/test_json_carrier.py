"""The question and its answer in our own JSON."""

import json
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec
import pytest

from kaihoken.coverage import Consent, Found, NumberInquiry, Presented, check, read_check
from kaihoken.coverage.inquiry import CertificateInquiry, Chart, Inquiry
from kaihoken.problems import Problem

from .house import FACILITY_ASKS, INSURER_SAYS, House, a_house, record_of
from .people import FACILITY, TODAY
from .test_rows import CERTIFICATE, COVERAGE, LIMIT, LONG

BY_NUMBER: dict[str, Any] = {
    "by": "number",
    "insurer_number": "01130012",
    "symbol": "12-34",
    "number": "56",
    "branch": "01",
    "birthdate": "1980-01-01",
}
BY_CARD: dict[str, Any] = {"by": "certificate", "issuer": "CN=TEST-CA", "serial": "1234567890"}


@pytest.fixture
async def house(tmp_path: Path) -> Any:
    async with a_house(tmp_path / "store", tmp_path / "keys") as house:
        await house.register(COVERAGE | {"match": "visible", "limits": [LIMIT]}, CERTIFICATE, may_match=True)
        yield house


async def asked(house: House, request: dict[str, Any], **more: Any) -> dict[str, Any]:
    body, _ = await check(house.answering, FACILITY_ASKS, msgspec.json.encode(request), **more)
    answer: dict[str, Any] = msgspec.json.decode(body)
    return answer


async def inquiry_of(house: House, request: dict[str, Any]) -> Inquiry:
    seen: list[Inquiry] = []

    async def look(inquiry: Inquiry) -> None:
        seen.append(inquiry)

    await asked(house, request, before_asking=look)
    return seen[0]


async def test_the_envelope_holds_the_answer_its_hash_its_instants_and_its_receipt(house: House) -> None:
    body, answered = await check(house.answering, FACILITY_ASKS, msgspec.json.encode(BY_NUMBER))
    envelope = msgspec.json.decode(body)

    assert set(envelope) == {"answer", "answer_hash", "answered_at", "facts_known_at", "receipt"}
    assert envelope["answer"]["situation"] == "valid"
    assert envelope["answer_hash"] == answered.answer_hash == sha256(answered.payload).hexdigest()
    assert b'"answer":' + answered.payload in body
    assert (envelope["answered_at"], envelope["facts_known_at"]) == ("2026-11-20T01:00:01Z", 1)
    assert msgspec.json.encode(envelope["receipt"]) == answered.committed.receipt()


async def test_by_card(house: House) -> None:
    answer = await asked(house, BY_CARD | {"consents": ["limit"]})

    assert answer["answer"]["kind"] == "certificate"
    assert answer["answer"]["results"][0]["limit"]["category"] == "A03"


async def test_unchanged_is_said_only_where_nothing_has_changed(house: House) -> None:
    """Also where a consent stands in the question, and a second later."""
    request = BY_NUMBER | {"consents": ["limit"]}
    first = await asked(house, request)
    house.clock.at += timedelta(seconds=1)

    again = await asked(house, request | {"if_unchanged": first["answer_hash"]})
    assert (again["unchanged"], "answer" in again) == (True, False)
    assert again["answer_hash"] == first["answer_hash"]
    assert again["receipt"] != first["receipt"]

    other = await asked(house, request | {"if_unchanged": "0" * 64})
    assert other["answer"] == first["answer"]

    await house.register(COVERAGE | {"match": "visible", "address": "別の住所"}, may_match=True)
    changed = await asked(house, request | {"if_unchanged": first["answer_hash"]})
    assert changed["answer"]["results"][0]["address"] == "別の住所"


async def test_unchanged_is_on_record_like_any_answer(house: House) -> None:
    first = await asked(house, BY_NUMBER)
    request = msgspec.json.encode(BY_NUMBER | {"if_unchanged": first["answer_hash"]})
    _, answered = await check(house.answering, FACILITY_ASKS, request)

    assert record_of(answered)["answer_hash"] == first["answer_hash"]
    assert "name" in record_of(answered)["fields"]


async def test_the_question_is_read_whole(house: House) -> None:
    chart = {"kana": "ヤマダ", "name": "山田", "relation": "1", "share_percent": 30}
    by_number = await inquiry_of(
        house, BY_NUMBER | {"chart": chart, "consents": ["limit", "disease"], "presented": "nothing"}
    )
    by_card = await inquiry_of(house, BY_CARD | {"presented": "phone"})

    assert isinstance(by_number, NumberInquiry)
    assert by_number.chart == Chart("ヤマダ", "山田", "1", 30)
    assert (by_number.presented, by_number.facility) == (Presented.NOTHING, FACILITY)
    assert by_number.consents == {Consent.LIMIT, Consent.DISEASE}
    assert by_card == CertificateInquiry("CN=TEST-CA", "1234567890", FACILITY, TODAY, Presented.PHONE)


async def test_a_long_question_of_short_texts_is_answered(house: House) -> None:
    chart = {"kana": "ヤマダ" * 30, "name": "山田" * 30}
    answer = await asked(house, BY_NUMBER | {"chart": chart})

    assert answer["answer"]["situation"] == "valid"


async def test_a_question_whose_json_is_escaped_is_the_same_question(house: House) -> None:
    question = BY_NUMBER | {"chart": {"kana": "ヤマダ　タロウ", "name": "山田　太郎"}}
    escaped = json.dumps(question).encode()
    assert b"\\u5c71" in escaped

    _, plainly = await check(house.answering, FACILITY_ASKS, msgspec.json.encode(question))
    _, in_escapes = await check(house.answering, FACILITY_ASKS, escaped)

    assert in_escapes.answer_hash == plainly.answer_hash


async def test_day_knowledge_and_language_reach_the_answer(house: House) -> None:
    before = (house.clock.at - timedelta(seconds=1)).isoformat()
    answer = await asked(house, BY_NUMBER | {"on": "2026-11-01", "known_at": before, "language": "en"})

    assert (answer["answer"]["on"], answer["answer"]["language"]) == ("2026-11-01", "en")
    assert answer["answer"]["situation"] == "not-found"


async def test_what_carried_it_is_on_record(house: House) -> None:
    _, answered = await check(house.answering, INSURER_SAYS, msgspec.json.encode(BY_CARD), carrier="page")

    assert (record_of(answered)["carrier"], record_of(answered)["client"]) == ("page", "insurer-1")


async def test_a_question_can_be_refused_before_it_is_asked_and_before_it_is_answered(house: House) -> None:
    seq = house.committer.committed_seq

    async def not_asked(_: Inquiry) -> None:
        raise Problem("oqs.in-progress")

    def not_answered(found: Found) -> None:
        assert found.answer.situation == "valid"
        raise Problem("hub.not-ready")

    with pytest.raises(Problem, match=r"oqs\.in-progress"):
        await asked(house, BY_NUMBER, before_asking=not_asked)
    with pytest.raises(Problem, match=r"hub\.not-ready"):
        await asked(house, BY_NUMBER, before_leaving=not_answered)
    assert house.committer.committed_seq == seq


@pytest.mark.parametrize(
    ("changed", "code", "where"),
    [
        ({"by": "name"}, "coverage.request-shape", "by"),
        ({"surname": "山田"}, "coverage.request-shape", "surname"),
        ({"birthdate": "1980-02-30"}, "identity.date", "birthdate"),
        ({"birthdate": "2030-01-01"}, "coverage.birthdate-future", "birthdate"),
        ({"birthdate": "1800-01-01"}, "coverage.birthdate-early", "birthdate"),
        ({"on": "2026-13-01"}, "identity.date", "on"),
        ({"number": "10\x0061"}, "coverage.request-character", "number"),
        ({"chart": {"kana": "\x1b"}}, "coverage.request-character", "chart.kana"),
        ({"birthdate": None}, "coverage.request-shape", "birthdate"),
        ({"consents": ["all"]}, "coverage.request-shape", "consents[0]"),
        ({"chart": {"kana": 5}}, "coverage.request-shape", "chart.kana"),
        ({"language": "fr"}, "coverage.request-shape", "language"),
        ({"known_at": "2026-11-20T01:00:00"}, "coverage.request-shape", "known_at"),  # whose clock?
        ({"insurer_number": "1130012"}, "identity.insurer-digits", "insurer_number"),
        ({"number": ""}, "coverage.request-number", "number"),
        ({"number": " 　"}, "coverage.request-number", "number"),
        ({"branch": "100"}, "identity.branch", "branch"),
        ({"symbol": LONG}, "coverage.request-length", "symbol"),
        ({"number": LONG}, "coverage.request-length", "number"),
        ({"branch": LONG}, "coverage.request-length", "branch"),
        ({"insurer_number": " " * 200 + "01130012"}, "coverage.request-length", "insurer_number"),
        ({"chart": {"name": LONG}}, "coverage.request-length", "chart.name"),
        ({"on": "2026-11-21"}, "coverage.future", "on"),
        ({"known_at": "2026-11-20T02:00:00Z"}, "coverage.not-known-yet", "known_at"),
    ],
)
async def test_a_question_by_number_is_refused_at_its_field(
    house: House, changed: dict[str, Any], code: str, where: str
) -> None:
    with pytest.raises(Problem) as caught:
        await asked(house, BY_NUMBER | changed)

    assert (caught.value.code, caught.value.where) == (code, where)
    assert "山田" not in str(caught.value.as_rfc9457())


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"issuer": ""}, "coverage.request-length"),
        ({"serial": ""}, "coverage.request-length"),
        ({"issuer": LONG}, "coverage.request-length"),
        ({"serial": LONG}, "coverage.request-length"),
        ({"issuer": "TEST-CA"}, "coverage.request-issuer"),
        ({"issuer": "/C=JP/CN=TEST-CA"}, "coverage.request-issuer"),
        ({"serial": "499602D2"}, "coverage.request-serial"),
        ({"serial": "49:96:02:D2"}, "coverage.request-serial"),
        ({"serial": "abc!"}, "coverage.request-serial"),
        ({"serial": "1" * 51}, "coverage.request-serial"),
    ],
)
async def test_a_question_by_card_is_refused_at_its_field(
    house: House, changed: dict[str, Any], code: str
) -> None:
    seq = house.committer.committed_seq
    with pytest.raises(Problem) as caught:
        await asked(house, BY_CARD | changed)

    assert (caught.value.code, caught.value.where) == (code, *changed)
    assert house.committer.committed_seq == seq


@pytest.mark.parametrize(
    "changed",
    [
        {"serial": "01234567890"},
        {"serial": "１２３４５６７８９０"},
        {"issuer": "cn = TEST-CA, O = 架空, C = JP"},
        {"issuer": "C=JP,O=架空,CN=TEST-CA"},
    ],
)
async def test_a_card_is_found_however_its_reader_names_it(house: House, changed: dict[str, Any]) -> None:
    """The same for what is registered: either side may write it in another way."""
    card = CERTIFICATE | {"issuer": "CN=TEST-CA,O=架空,C=JP"}
    await house.register(card, COVERAGE | {"link": "k-2", "number": "57"}, card | {"link": "k-2"} | changed)
    found = await house.ask(CertificateInquiry("CN=TEST-CA,O=架空,C=JP", "1234567890", FACILITY, TODAY))
    asked_for = BY_CARD | {"issuer": "CN=TEST-CA,O=架空,C=JP"} | changed

    assert found.found.answer.situation == "multiple"
    assert (await asked(house, asked_for))["answer"]["situation"] == "multiple"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b'{"by":"number","number":"\xff"}',
        b'{"by":"number","number":"\\ud800"}',
        b'{"x":' + b"[" * 100_000 + b"]" * 100_000 + b',"by":"number"}',
    ],
)
def test_what_is_no_json_is_refused(body: bytes) -> None:
    with pytest.raises(Problem, match=r"coverage\.request-json"):
        read_check(body)


def test_a_name_that_stands_twice_is_refused() -> None:
    with pytest.raises(Problem) as caught:
        read_check(msgspec.json.encode(BY_NUMBER)[:-1] + b',"number":"57"}')

    assert (caught.value.code, caught.value.where) == ("coverage.request-repeated", "number")


async def test_a_test_institution_is_told_a_wrong_check_digit_beside_not_found(house: House) -> None:
    answer = await asked(house, BY_NUMBER | {"insurer_number": "01130013"})

    assert [said["kind"] for said in answer["answer"]["advisories"]] == ["check-digit"]
    assert [said["kind"] for said in answer["answer"]["steps"]][:2] == ["rekey-insurer-number", "use-card"]


async def test_an_ordinary_facility_is_told_a_wrong_check_digit_before_anything_is_looked_up(
    house: House,
) -> None:
    asker = msgspec.structs.replace(FACILITY_ASKS, facility="1312345670")
    with pytest.raises(Problem) as caught:
        await check(house.answering, asker, msgspec.json.encode(BY_NUMBER | {"insurer_number": "01130013"}))

    assert (caught.value.code, caught.value.where) == ("identity.check-digit", "insurer_number")


def test_instants_need_their_offset() -> None:
    request = read_check(msgspec.json.encode(BY_NUMBER | {"known_at": "2026-11-20T10:00:00+09:00"}))

    assert request.known_at == datetime.fromisoformat("2026-11-20T01:00:00+00:00")
