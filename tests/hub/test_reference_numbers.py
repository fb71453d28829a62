"""照会番号 over HTTP: registered once, asked by, shown to nobody else, taken back; in JSON and as OQSsiimm01."""

import asyncio
from pathlib import Path

import httpx
import msgspec
import pytest

from kaihoken.access import Limit, Limits

from .hub import FACILITY, INSURER, OTHER_FACILITY, Hub, a_hub, a_message, a_row, problem_in

NUMBERS = {"insurer_number": INSURER, "symbol": "12-34", "number": "56", "branch": "01"}
SOMEBODY_ELSE = {"link": "link-57", "number": "57"}
LINKED = 'kaihoken_reference_numbers_total{status="registered"}'


async def link(
    hub: Hub, reference_number: str = "P-0001", key: str = "1", client_id: str = "clinic", **more: object
) -> httpx.Response:
    body = {"reference_number": reference_number, **NUMBERS, **more}
    return await hub.post("/v1/reference-numbers", body, client_id, **{"Idempotency-Key": key})


async def unlink(
    hub: Hub, reference_number: str = "P-0001", key: str = "1", client_id: str = "clinic"
) -> httpx.Response:
    body = {"reference_number": reference_number}
    return await hub.post("/v1/reference-number-withdrawals", body, client_id, **{"Idempotency-Key": key})


async def ask(
    hub: Hub, reference_number: str = "P-0001", client_id: str = "clinic", **more: object
) -> httpx.Response:
    question = {"by": "reference", "reference_number": reference_number, "birthdate": "1980-01-01", **more}
    return await hub.post("/v1/eligibility-checks", question, client_id)


def situation(answer: httpx.Response) -> str:
    assert answer.status_code == 200, answer.text
    told: str = answer.json()["answer"]["situation"]
    return told


async def test_registered_asked_by_and_taken_back(location: str | Path, tmp_path: Path) -> None:
    async with a_hub(location, tmp_path) as hub:
        await hub.register(a_row())

        assert (await link(hub)).json() == {"status": "registered"}
        answer = (await ask(hub)).json()["answer"]
        assert (answer["kind"], answer["situation"]) == ("reference", "valid")
        assert answer["results"][0]["reference_number"] == "P-0001"
        assert (await hub.ask()).json()["answer"]["results"][0]["reference_number"] == "P-0001"
        assert (await link(hub, "P-0002", key="2")).json() == {"status": "replaced"}
        assert situation(await ask(hub)) == "not-found"
        assert (await unlink(hub, "P-0002", key="3")).json() == {"status": "withdrawn"}
        assert situation(await ask(hub, "P-0002")) == "not-found"
        assert "reference_number" not in (await hub.ask()).json()["answer"]["results"][0]


async def test_the_oqs_answer_carries_it_too(tmp_path: Path) -> None:
    async with a_hub(tmp_path / "store", tmp_path) as hub:
        await hub.register(a_row())
        await link(hub, "患者 <1>")

        mine = await hub.ask_oqs(a_message())
        theirs = await hub.ask_oqs(a_message(facility=OTHER_FACILITY), "other-clinic")

        assert "<ReferenceNumber>患者 &lt;1&gt;</ReferenceNumber>" in mine.text
        assert "ReferenceNumber" not in theirs.text


async def test_a_repeat_is_answered_with_the_same_bytes_and_does_nothing(
    location: str | Path, tmp_path: Path
) -> None:
    async with a_hub(location, tmp_path) as hub:
        await hub.register(a_row())
        first = await link(hub)
        size = hub.machine.committer.head.size

        again = [await link(hub) for _ in range(3)]

        assert {answer.content for answer in again} == {first.content}
        assert hub.machine.committer.head.size == size
        assert await hub.metric(LINKED) == 1
        other = await link(hub, "P-0002")
        assert (other.status_code, problem_in(other)) == (422, "store.idempotency_mismatch")
        assert (await link(hub, key="2")).json() == {"status": "unchanged"}


async def test_repeats_at_the_same_moment_are_one_registration(location: str | Path, tmp_path: Path) -> None:
    async with a_hub(location, tmp_path) as hub:
        await hub.register(a_row())

        answers = await asyncio.gather(*(link(hub) for _ in range(8)))

        assert {answer.content for answer in answers} == {b'{"status":"registered"}'}
        assert await hub.metric(LINKED) == 1


async def test_two_people_at_the_same_moment_one_has_the_number(location: str | Path, tmp_path: Path) -> None:
    async with a_hub(location, tmp_path) as hub:
        await hub.register(a_row(), a_row(**SOMEBODY_ELSE))

        answers = await asyncio.gather(link(hub), link(hub, key="2", number="57"))

        assert sorted(problem_in(answer) for answer in answers) == ["", "coverage.reference-taken"]


async def test_what_was_refused_leaves_the_key_free(tmp_path: Path) -> None:
    async with a_hub(tmp_path / "store", tmp_path) as hub:
        refused = await link(hub)
        await hub.register(a_row())

        assert (refused.status_code, problem_in(refused)) == (422, "coverage.reference-nobody")
        assert (await link(hub)).json() == {"status": "registered"}


async def test_a_killed_request_is_sent_again_and_loses_nothing(location: str | Path, tmp_path: Path) -> None:
    async with a_hub(location, tmp_path) as hub:
        await hub.register(a_row())
        for turns in (1, 3, 6, 9):
            lost = asyncio.create_task(link(hub, f"P-{turns}", key=f"{turns}"))
            for _ in range(turns):
                await asyncio.sleep(0)
            lost.cancel()
            await asyncio.gather(lost, return_exceptions=True)

            assert (await link(hub, f"P-{turns}", key=f"{turns}")).status_code == 200
            assert situation(await ask(hub, f"P-{turns}")) == "valid"


async def test_a_hub_that_starts_again_knows_the_links_and_the_keys(
    location: str | Path, tmp_path: Path
) -> None:
    async with a_hub(location, tmp_path) as hub:
        await hub.register(a_row())
        first = await link(hub)
    async with a_hub(location, tmp_path, after=hub) as again:
        assert (await link(again)).content == first.content
        assert situation(await ask(again)) == "valid"


@pytest.mark.parametrize(
    ("body", "problem", "where"),
    [
        (b"{", "coverage.request-json", ""),
        (b"[]", "coverage.request-shape", ""),
        ({**NUMBERS}, "coverage.request-shape", "reference_number"),
        ({"reference_number": "1", **NUMBERS, "name": "x"}, "coverage.request-shape", "name"),
        ({"reference_number": "", **NUMBERS}, "coverage.reference-number", "reference_number"),
        (
            {"reference_number": "123456789012", **NUMBERS},
            "coverage.reference-individual-number",
            "reference_number",
        ),
        ({"reference_number": "1", **NUMBERS, "number": " "}, "coverage.request-number", "number"),
        ({"reference_number": "1", **NUMBERS, "symbol": "x" * 201}, "coverage.request-length", "symbol"),
        ({"reference_number": "1", **NUMBERS, "symbol": "\x01"}, "coverage.request-character", "symbol"),
        ({"reference_number": "1", **NUMBERS, "branch": "123"}, "identity.branch", "branch"),
        ({"reference_number": "1", **NUMBERS, "birthdate": "2980-01-01"}, "coverage.birthdate-future", "birthdate"),
        ({"reference_number": "1", **NUMBERS, "birthdate": "1880-01-01"}, "coverage.birthdate-early", "birthdate"),
        ({"reference_number": "1", **NUMBERS, "birthdate": "1980-02-30"}, "identity.date", "birthdate"),
        ({"reference_number": "1", **NUMBERS, "insurer_number": "abc"}, "identity.insurer-digits", "insurer_number"),
        (
            b'{"reference_number":"1","reference_number":"2","insurer_number":"01130012","number":"56"}',
            "coverage.request-repeated",
            "reference_number",
        ),
    ],
)  # fmt: skip
async def test_what_cannot_be_meant_is_refused_with_its_field(
    tmp_path: Path, body: object, problem: str, where: str
) -> None:
    async with a_hub(tmp_path / "store", tmp_path) as hub:
        answer = await hub.post("/v1/reference-numbers", body, **{"Idempotency-Key": "1"})

        assert (problem_in(answer), answer.json().get("where", "")) == (problem, where)


async def test_without_a_key_nothing_is_done(tmp_path: Path) -> None:
    async with a_hub(tmp_path / "store", tmp_path) as hub:
        await hub.register(a_row())
        for path, body in (
            ("/v1/reference-numbers", {"reference_number": "P-1", **NUMBERS}),
            ("/v1/reference-number-withdrawals", {"reference_number": "P-1"}),
        ):
            assert problem_in(await hub.post(path, body)) == "hub.idempotency-key"
        assert situation(await ask(hub, "P-1")) == "not-found"


async def test_another_facility_sees_and_changes_nothing(tmp_path: Path) -> None:
    async with a_hub(tmp_path / "store", tmp_path) as hub:
        await hub.register(a_row())
        await link(hub)

        assert situation(await ask(hub, client_id="other-clinic")) == "not-found"
        assert problem_in(await unlink(hub, client_id="other-clinic")) == "coverage.reference-unknown"
        assert (await link(hub, client_id="other-clinic")).json() == {"status": "registered"}
        assert situation(await ask(hub)) == "valid"
        same = await ask(hub, client_id="same-clinic")
        assert situation(same) == "valid", "every client of one facility has its numbers"


async def test_numbers_that_nobody_has_count_wherever_they_are_tried(tmp_path: Path) -> None:
    few = Limits(not_found=Limit(count=1, seconds=60, burst=3))
    async with a_hub(tmp_path / "store", tmp_path, limits=few) as hub:
        await hub.register(a_row())
        await link(hub)

        tried = [await link(hub, key=f"t{number}", number=f"9{number}") for number in range(3)]
        assert [problem_in(one) for one in tried] == ["coverage.reference-nobody"] * 3
        assert problem_in(await link(hub, key="t4")) == "access.not-found-burst"
        assert problem_in(await hub.ask()) == "access.not-found-burst", "they are questions by number"
        message = a_registration(number="99")
        assert problem_in(await send(hub, message)) == "access.not-found-burst"

        guessed = [await ask(hub, f"P-9{number}") for number in range(3)]
        assert [situation(one) for one in guessed] == ["not-found"] * 3
        assert problem_in(await ask(hub)) == "access.not-found-burst"


async def test_the_right_to_ask_is_not_the_right_to_register(tmp_path: Path) -> None:
    async with a_hub(tmp_path / "store", tmp_path) as hub:
        token = await hub.token("clinic", "eligibility:ask")
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        body = msgspec.json.encode({"reference_number": "1", **NUMBERS})

        answer = await hub.http.post("/v1/reference-numbers", content=body, headers=headers)

        assert problem_in(answer) == "access.scope-missing"
        assert problem_in(await link(hub, client_id="operator")) == "access.scope-missing"


_REGISTRATION = """<?xml version="1.0" encoding="{encoding}"?>
<XmlMsg><MessageHeader><MedicalInstitutionCode>{facility}</MedicalInstitutionCode>
<ArbitraryFileIdentifier>{identifier}</ArbitraryFileIdentifier></MessageHeader>
<MessageBody><ReferenceNumberRegistrationInfo><ReferenceNumber>{reference}</ReferenceNumber>
<InsurerNumber>{insurer}</InsurerNumber><InsuredCardSymbol>{symbol}</InsuredCardSymbol>
<InsuredIdentificationNumber>{number}</InsuredIdentificationNumber>
<InsuredBranchNumber>{branch}</InsuredBranchNumber></ReferenceNumberRegistrationInfo></MessageBody></XmlMsg>"""


def a_registration(encoding: str = "UTF-8", **more: str) -> bytes:
    """A registration as OQS clients send it."""
    values = {
        "encoding": encoding, "facility": FACILITY, "identifier": "abc-1", "reference": "患者1", "insurer": INSURER,
        "symbol": "12-34", "number": "56", "branch": "01", **more,
    }  # fmt: skip
    return _REGISTRATION.format(**values).encode("cp932" if encoding == "Shift_JIS" else "utf-8")


async def send(hub: Hub, message: bytes, content_type: str = "application/xml") -> httpx.Response:
    return await hub.post("/oqs/OQSsiimm01", message, **{"Content-Type": content_type})


@pytest.mark.parametrize("encoding", ["UTF-8", "Shift_JIS"])
async def test_oqs_clients_register_in_either_character_set(tmp_path: Path, encoding: str) -> None:
    async with a_hub(tmp_path / "store", tmp_path) as hub:
        await hub.register(a_row())

        answer = await send(hub, a_registration(encoding, symbol="　12－34"))

        assert answer.headers["content-type"] == f"application/xml; charset={encoding}"
        text = answer.content.decode("cp932" if encoding == "Shift_JIS" else "utf-8")
        assert text == (
            f'<?xml version="1.0" encoding="{encoding}"?>\n<XmlMsg><MessageHeader>'
            "<ProcessExecutionTime>20261120093000</ProcessExecutionTime>"
            f"<MedicalInstitutionCode>{FACILITY}</MedicalInstitutionCode>"
            "<ArbitraryFileIdentifier>abc-1</ArbitraryFileIdentifier>"
            "<SegmentOfResult>1</SegmentOfResult>"
            f"<CharacterCodeIdentifier>{int(encoding == 'Shift_JIS')}</CharacterCodeIdentifier></MessageHeader>"
            "<MessageBody><ReferenceNumberRegistrationInfo><ReferenceNumber>患者1</ReferenceNumber>"
            f"<InsurerNumber>{INSURER}</InsurerNumber><InsuredCardSymbol>　12－34</InsuredCardSymbol>"
            "<InsuredIdentificationNumber>56</InsuredIdentificationNumber>"
            "<InsuredBranchNumber>01</InsuredBranchNumber></ReferenceNumberRegistrationInfo>"
            "<ProcessingResultStatus>1</ProcessingResultStatus></MessageBody></XmlMsg>"
        )
        assert situation(await ask(hub, "患者1")) == "valid"


async def test_the_same_tree_as_json(tmp_path: Path) -> None:
    async with a_hub(tmp_path / "store", tmp_path) as hub:
        await hub.register(a_row())
        info = {"ReferenceNumber": "P-1", "InsurerNumber": INSURER, "InsuredIdentificationNumber": "56"}
        tree = {
            "XmlMsg": {
                "MessageHeader": {"MedicalInstitutionCode": FACILITY},
                "MessageBody": {"ReferenceNumberRegistrationInfo": info},
            }
        }

        answer = (await send(hub, msgspec.json.encode(tree), "application/json")).json()["XmlMsg"]

        assert answer["MessageBody"] == {
            "ReferenceNumberRegistrationInfo": info,
            "ProcessingResultStatus": "1",
        }
        assert answer["MessageHeader"]["SegmentOfResult"] == "1"
        assert situation(await ask(hub, "P-1")) == "valid"


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"number": "99"}, "KHK2203"),
        ({"branch": "", "symbol": ""}, "KHK2204"),
        ({"reference": "taken"}, "KHK2205"),
    ],
)
async def test_a_registration_that_is_refused_gives_the_block_back_with_the_reason(
    tmp_path: Path, more: dict[str, str], code: str
) -> None:
    async with a_hub(tmp_path / "store", tmp_path) as hub:
        await hub.register(
            a_row(),
            a_row(link="link-2", branch="02", birthdate="2010-05-05", relation="2"),
            a_row(**SOMEBODY_ELSE),
        )
        await link(hub, "taken", number="57")

        answer = await send(hub, a_registration(**more))

        assert answer.status_code == 200
        assert "<SegmentOfResult>1</SegmentOfResult>" in answer.text
        assert "<ProcessingResultStatus>2</ProcessingResultStatus>" in answer.text
        assert f"<ProcessingResultCode>{code}</ProcessingResultCode>" in answer.text
        assert "<ReferenceNumberRegistrationInfo>" in answer.text


@pytest.mark.parametrize(
    ("message", "problem", "where"),
    [
        (a_registration(reference=""), "oqs.missing-element", "ReferenceNumber"),
        (a_registration(reference="x" * 51), "oqs.too-long", "ReferenceNumber"),
        (a_registration(reference="1234-5678-9012"), "coverage.reference-individual-number", "ReferenceNumber"),
        (a_registration(number="-" * 21), "oqs.too-long", "InsuredIdentificationNumber"),
        (a_registration(number="\u200b"), "coverage.request-number", "InsuredIdentificationNumber"),
        (a_registration(branch="x"), "identity.branch", "InsuredBranchNumber"),
        (a_registration(insurer="123"), "identity.insurer-digits", "InsurerNumber"),
        (a_registration(facility=OTHER_FACILITY), "coverage.other-facility", "MedicalInstitutionCode"),
        (a_registration(facility="1"), "oqs.not-a-facility-code", "MedicalInstitutionCode"),
        (a_registration().replace(b"ReferenceNumberRegistrationInfo", b"Other"), "oqs.missing-element", "Info"),
        (a_registration() + b"<", "oqs.not-well-formed", "line"),
        (b"<!DOCTYPE x>" + a_registration(), "oqs.dtd", ""),
        (b"<Other/>", "oqs.unknown-root", ""),
    ],
)  # fmt: skip
async def test_a_message_that_cannot_be_meant_is_refused_as_a_whole(
    tmp_path: Path, message: bytes, problem: str, where: str
) -> None:
    async with a_hub(tmp_path / "store", tmp_path) as hub:
        answer = await send(hub, message)

        assert (problem_in(answer), answer.status_code) == (
            problem,
            403 if problem == "coverage.other-facility" else 200,
        )
        assert "<SegmentOfResult>9</SegmentOfResult>" in answer.text
        assert where in answer.text
        assert "QualificationConfirmationDate" not in answer.text


async def test_what_is_no_message_at_all_is_refused_plainly(tmp_path: Path) -> None:
    async with a_hub(tmp_path / "store", tmp_path) as hub:
        answer = await send(hub, b"x", "text/plain")

        assert (answer.status_code, problem_in(answer)) == (415, "hub.content-type")
        nobody = await hub.http.post(
            "/oqs/OQSsiimm01", content=a_registration(), headers={"Content-Type": "application/xml"}
        )
        assert (nobody.status_code, problem_in(nobody)) == (401, "access.token-missing")
        assert "<ArbitraryFileIdentifier>abc-1</ArbitraryFileIdentifier>" in nobody.text


async def test_sent_again_it_says_the_same_and_changes_nothing(location: str | Path, tmp_path: Path) -> None:
    async with a_hub(location, tmp_path) as hub:
        await hub.register(a_row())

        first, again = await send(hub, a_registration()), await send(hub, a_registration())

        assert first.content == again.content
        assert await hub.metric(LINKED) == 1
