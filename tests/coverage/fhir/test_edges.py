"""What the sandbox does not bring up: answers that show less, ids under other keys, people who are no more there."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import cast

import msgspec
import pytest

from kaihoken.consent import Care, Item, Means, State
from kaihoken.coverage import (
    Certificate,
    Guards,
    History,
    PersonId,
    fhir,
    pack_assertion,
    pack_history,
)
from kaihoken.coverage.answer import PublicExpenseShown, Result
from kaihoken.coverage.consents.messages import ConsentSaid, ItemSaid
from kaihoken.coverage.fhir import japanese
from kaihoken.coverage.fhir.covered import coverage_of, numbers_of, patient_of, subsidy_of
from kaihoken.coverage.history import believed_now
from kaihoken.coverage.inquiry import CertificateInquiry, Consent, NumberInquiry, Presented
from kaihoken.identity import InsurerNumber, kana_full
from kaihoken.problems import Problem
from kaihoken.store import LookupKey, LookupRing, Statement

from .sandbox import ASKER, AT, CASES, answer_to, asking, people, request_of

PERSON = PersonId(bytes(range(16)))
BARE = Result(number="5")
NOTHING = Result(kana="ﾔﾏﾀﾞ")
KEYS = [LookupKey(bytes([version]) * 32, version, 1) for version in (2, 1)]


@dataclass
class OnePerson:
    """A store that knows what it is given of one person."""

    packed: list[tuple[bytes]] = field(default_factory=list)

    async def fetch(self, statement: Statement, params: tuple[object, ...] = ()) -> list[tuple[object, ...]]:
        return [(1, *params, *row) for row in self.packed]


def an_inquiry(**more: object) -> NumberInquiry:
    plain = NumberInquiry(InsurerNumber("01130012"), "", "5", "", date(1980, 1, 1), ASKER.facility)
    return cast("NumberInquiry", msgspec.structs.replace(plain, **more))


def test_a_result_of_which_little_may_be_shown_leaves_the_rest_out() -> None:
    answer = answer_to("valid")[1].found.answer
    bare = msgspec.structs.replace(answer, results=(BARE,))

    coverage = msgspec.json.decode(fhir.encode(coverage_of(bare, BARE, numbers_of(BARE), "c", "#p")))
    patient = msgspec.json.decode(fhir.encode(patient_of(BARE, "", "p", ASKER.facility)))

    assert set(patient) == {"resourceType", "id"}, "JP_Patient is somebody by an identifier"
    assert [one["url"].rpartition("_")[2] for one in coverage["extension"]] == ["InsuredPersonNumber"]
    assert "period" not in coverage
    assert coverage["payor"] == [{"type": "Organization", "display": "保険者は示せません"}]


def test_a_coverage_of_which_no_number_may_be_shown() -> None:
    answer = msgspec.structs.replace(answer_to("valid")[1].found.answer, results=(NOTHING,))

    coverage = msgspec.json.decode(fhir.encode(coverage_of(answer, NOTHING, numbers_of(NOTHING), "c", "#p")))

    assert "extension" not in coverage


def test_a_flagged_name_without_a_readable_form() -> None:
    shown = Result(name="山田", other_name="ヤマダ", other_kana="ﾔﾏﾀﾞ", name_flagged=True, sex_other="2")

    patient = msgspec.json.decode(fhir.encode(patient_of(shown, "", "p", ASKER.facility)))

    assert [one["url"].rpartition("/")[2] for one in patient["extension"]] == ["sex-other", "name-flagged"]
    assert [(one["use"], "family" in one) for one in patient["name"]] == [
        ("official", False),
        ("usual", False),
        ("usual", False),
    ]


@pytest.mark.parametrize("kana", ["ﾔﾏﾀﾞ ﾀﾛｳ", "ｱﾞ ﾟ", "ヤマダ　タロウ", "smith", "ﾊﾟｰｿﾝ"])
def test_a_reading_is_in_full_width_however_it_is_registered(kana: str) -> None:
    patient = patient_of(Result(kana=kana), "", "p", ASKER.facility)

    assert [one.text for one in patient.name] == [" ".join(kana_full(kana).split())]


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("山田　太郎", ("山田", ["太郎"])),
        (" ジョン　スミス  ジュニア ", ("ジョン", ["スミス", "ジュニア"])),
        ("山田", (None, None)),
    ],
)
def test_the_parts_of_a_name_stand_apart_by_a_half_width_space(
    name: str, parts: tuple[str | None, list[str] | None]
) -> None:
    patient = patient_of(Result(name=name), "", "p", ASKER.facility)

    (written,) = msgspec.json.decode(fhir.encode(patient))["name"]
    assert (written.get("family"), written.get("given")) == parts
    assert written["text"] == " ".join(name.split())


def test_a_subsidy_without_end_or_sum() -> None:
    shown = PublicExpenseShown(
        payer_number="88139902", recipient_number="9000019", scheme="x", start=date(2026, 1, 1)
    )

    coverage = msgspec.json.decode(fhir.encode(subsidy_of(shown, "subsidy-1", "#p", 2)))

    assert coverage["period"] == {"start": "2026-01-01"}
    assert "costToBeneficiary" not in coverage


def test_a_period_without_dates_is_left_out() -> None:
    answer = answer_to("valid")[1].found.answer
    request = fhir.read_request(msgspec.json.encode(request_of(CASES["valid"])))
    bare = msgspec.structs.replace(answer, results=(BARE,))

    written = msgspec.json.decode(fhir.response_of(request, bare, AT, ASKER.facility, lambda _: "x", None))

    assert "benefitPeriod" not in written["insurance"][0]
    assert written["contained"][0]["id"] == "x.c"
    assert "error" not in written


def test_an_insurer_that_is_no_number_is_not_named_by_one() -> None:
    asked = fhir.read_request(msgspec.json.encode(request_of(CASES["typo"])))
    numbers = msgspec.structs.replace(
        asked, way=fhir.ByNumber(fhir.Numbers("abc", "", "1", ""), date(1980, 1, 1))
    )
    answer = answer_to("typo")[1].found.answer

    written = msgspec.json.decode(fhir.response_of(numbers, answer, AT, ASKER.facility, lambda _: "x", None))

    assert "identifier" not in written["insurer"]


def test_in_progress_is_queued() -> None:
    body = msgspec.json.encode(request_of(CASES["valid"]))

    written = msgspec.json.decode(asking().queued(body, ASKER.facility, AT))

    assert (written["outcome"], written["servicedDate"]) == ("queued", "2026-11-20")
    assert "insurance" not in written
    assert written["error"][0]["code"]["coding"][0]["code"] == "KHK2117"


@pytest.mark.parametrize(
    ("text", "wide"), [("12-34", "１２－３４"), ("あ ｲ　1", "あイ１"), ("", ""), ("東・12", "東・１２")]
)
def test_full_width_has_no_spaces(text: str, wide: str) -> None:
    assert japanese.wide(text) == wide


@pytest.mark.parametrize("code", ["9950000001", "9910000007"])
def test_a_facility_of_a_kind_that_jp_core_has_no_code_for(code: str) -> None:
    found = fhir.organization_by_id(f"facility-{code}", lambda *_: None)

    assert found is not None
    categories = [one for one in found.extension if one.url.endswith("Category")]
    assert len(categories) == (code[2] == "1")


def test_what_is_not_published_is_none() -> None:
    assert fhir.code_system_document("OQSCD999") is None
    assert fhir.structure_definition("nothing") is None
    assert fhir.organization_by_identifier("urn:x", "1", lambda *_: None) is None


@pytest.mark.parametrize(
    "inquiry",
    [
        an_inquiry(),
        an_inquiry(consents=frozenset(fhir.CONSENTS)),
        CertificateInquiry("CN=x", "17", ASKER.facility, date(2026, 11, 20), Presented.PHONE),
    ],
)
def test_an_id_is_opened_as_it_was_sealed(inquiry: NumberInquiry | CertificateInquiry) -> None:
    older, newer = fhir.Sealer(KEYS[1:]), fhir.Sealer(KEYS)

    sealed = newer.open(older.seal(inquiry, PERSON, BARE, ASKER.facility, AT), ASKER.facility, AT)

    assert sealed.person == PERSON
    assert sealed.consents == inquiry.consents
    assert sealed.presented is inquiry.presented
    assert sealed.by_certificate == isinstance(inquiry, CertificateInquiry)
    with pytest.raises(Problem, match=r"fhir\.not-found"):
        older.open(newer.seal(inquiry, PERSON, BARE, ASKER.facility, AT), ASKER.facility, AT)


def test_a_sealer_goes_with_the_keys_of_a_rotation() -> None:
    newer, older = KEYS
    ring = LookupRing([older])
    sealer = fhir.Sealer(ring)
    before = sealer.seal(an_inquiry(), PERSON, BARE, ASKER.facility, AT)

    ring.replace(KEYS)
    after = sealer.seal(an_inquiry(), PERSON, BARE, ASKER.facility, AT)
    assert {sealer.open(one, ASKER.facility, AT).person for one in (before, after)} == {PERSON}
    ring.replace([newer])

    assert fhir.Sealer([newer]).open(after, ASKER.facility, AT) == sealer.open(after, ASKER.facility, AT)
    with pytest.raises(Problem, match=r"fhir\.not-found"):
        sealer.open(before, ASKER.facility, AT)


def test_a_read_repeats_no_consent_that_was_kept() -> None:
    inquiry = an_inquiry(consents=frozenset({Consent.LIMIT, Consent.MEDICINE}))
    sealer = fhir.Sealer(KEYS)

    sealed = sealer.open(sealer.seal(inquiry, PERSON, BARE, ASKER.facility, AT), ASKER.facility, AT)

    assert sealed.consents == {Consent.LIMIT}


async def test_a_medical_item_needs_the_card() -> None:
    request = request_of(CASES["valid"])
    request["extension"].append(
        {"url": "https://kaihoken.example/fhir/StructureDefinition/consent", "valueCode": "medicine"}
    )

    with pytest.raises(Problem) as problem:
        await asking().submit(ASKER, msgspec.json.encode(request), Guards())
    assert (problem.value.code, problem.value.where) == (
        "consent.means",
        "CoverageEligibilityRequest.extension",
    )


@pytest.mark.parametrize("id_", ["", "a" * 62, "é" * 62, "!" * 62, "a" * 61 + "="])
def test_what_is_no_id_is_not_found(id_: str) -> None:
    with pytest.raises(Problem, match=r"fhir\.not-found"):
        fhir.Sealer(KEYS).open(id_, ASKER.facility, AT)


def test_an_id_ends_an_hour_after_the_answer() -> None:
    sealer = fhir.Sealer(KEYS)
    id_ = sealer.seal(an_inquiry(), PERSON, BARE, ASKER.facility, AT)

    sealer.open(id_, ASKER.facility, AT + fhir.LIFETIME - timedelta(seconds=1))
    with pytest.raises(Problem, match=r"fhir\.gone"):
        sealer.open(id_, ASKER.facility, AT + fhir.LIFETIME)


def stored(person: History) -> bytes:
    return pack_history([pack_assertion(one) for one in person.assertions])


async def read_again(key: str, packed: list[tuple[bytes]]) -> bytes:
    """The coverage of a case, read by its id from a store that holds this of its person."""
    questions = asking(store=OnePerson(packed))
    body, _ = await questions.submit(ASKER, msgspec.json.encode(request_of(CASES[key])), Guards())
    id_ = msgspec.json.decode(body)["contained"][0]["id"]
    return (await questions.read(ASKER, "Coverage", id_, AT, Guards())).payload


@pytest.mark.parametrize("key", ["valid", "valid-by-card", "welfare-and-insurance"])
async def test_a_read_finds_the_question_among_the_facts(key: str) -> None:
    person = answer_to(key)[1].found.verdict.person
    (history,) = (one for one in people() if one.person == person)

    assert b'"Coverage"' in await read_again(key, [(stored(history),)])
    other_facts_first = History(history.person, tuple(reversed(history.assertions)))
    assert b'"Coverage"' in await read_again(key, [(stored(other_facts_first),)])


@pytest.mark.parametrize(
    ("packed", "code"),
    [([], "fhir.not-found"), ([(b"\x91\x01",)], "store.corrupt"), ([(pack_history([]),)], "fhir.gone")],
)
@pytest.mark.parametrize("key", ["valid", "valid-by-card"])
async def test_a_person_who_is_no_more_there(packed: list[tuple[bytes]], code: str, key: str) -> None:
    with pytest.raises(Problem) as problem:
        await read_again(key, packed)
    assert problem.value.code == code


async def test_a_result_that_is_no_longer_shown_is_gone() -> None:
    history = next(one for one in people() if one.person == answer_to("valid")[1].found.verdict.person)
    questions, nobody = asking(), asking([], OnePerson([(stored(history),)]))
    body, _ = await questions.submit(ASKER, msgspec.json.encode(request_of(CASES["valid"])), Guards())

    with pytest.raises(Problem, match=r"fhir\.gone"):
        await nobody.read(ASKER, "Coverage", msgspec.json.decode(body)["contained"][0]["id"], AT, Guards())


async def test_a_coverage_that_is_answered_by_another_is_gone() -> None:
    """The card still stands, but what its id named is not what it answers now."""
    history = next(one for one in people() if one.person == answer_to("valid")[1].found.verdict.person)
    questions = asking(store=OnePerson([(stored(history),)]))
    inquiry = CertificateInquiry("x", "1", ASKER.facility, date(2026, 11, 20))
    card = next(fact for fact in believed_now(history) if isinstance(fact, Certificate))
    inquiry = msgspec.structs.replace(inquiry, issuer=card.issuer, serial=card.serial)
    id_ = fhir.Sealer([LookupKey(bytes(32), 1, 1)]).seal(inquiry, history.person, BARE, ASKER.facility, AT)

    with pytest.raises(Problem, match=r"fhir\.gone"):
        await questions.read(ASKER, "Coverage", f"{id_}.c", AT, Guards())


async def test_the_number_of_another_facility_s_patient_is_not_asked_by() -> None:
    request = request_of(CASES["valid"])
    system = "urn:oid:1.2.392.100495.20.3.51.19910000007"
    request["contained"][0]["identifier"] = [{"system": system, "value": "P-1"}]
    del request["insurance"]

    with pytest.raises(Problem) as problem:
        await asking().submit(ASKER, msgspec.json.encode(request), Guards())
    assert (problem.value.code, problem.value.where) == (
        "coverage.other-facility",
        "CoverageEligibilityRequest.patient.identifier",
    )


async def test_who_may_refuse_is_asked_before() -> None:
    seen: list[str] = []

    async def rehearse(_: object) -> None:
        seen.append("before asking")

    guards = Guards(lambda _: seen.append("admit"), rehearse, lambda _: seen.append("before leaving"))

    await asking().submit(ASKER, msgspec.json.encode(request_of(CASES["valid"])), guards)

    assert seen == ["admit", "before asking", "before leaving"]


@pytest.mark.parametrize(
    ("kind", "body", "agents"),
    [
        (
            "coverage.registration",
            {"by": "01130012", "client": "insurer", "people": ["a" * 32]},
            [True, False],
        ),
        ("client.enrolled", {"by": "操作員", "client_id": "clinic"}, [True, False]),
        ("log.created", {"purpose": "demo", "nothing": None}, [True]),
        ("eligibility.answer", {"by": "9910000007", "client": "", "fields": []}, [True]),
        ("?", {}, [True]),
    ],
)
@pytest.mark.parametrize("leaf", ["ab" * 32, ""])
def test_a_record_is_told_as_far_as_it_can_be_read(
    kind: str, body: dict[str, object], agents: list[bool], leaf: str
) -> None:
    told = msgspec.json.decode(fhir.audit_event("log", 7, 3, 1_800_000_000_000, kind, body, leaf))

    assert [agent["requestor"] for agent in told["agent"]] == agents
    assert (told["id"], told["outcome"]) == ("7.3", "0" if leaf else "12")
    assert ("outcomeDesc" in told) == (not leaf)
    assert ("subtype" in told) == (kind != "?")
    assert len(told["entity"]) == 1 + ("people" in body)


def test_spoken_words_keep_the_sign_of_who_recorded_them() -> None:
    said = ConsentSaid(
        id="0" * 32,
        care=Care.OUTPATIENT,
        treatment="1",
        means=Means.SPOKEN,
        given_at=AT,
        examined_on=date(2026, 11, 20),
        items=(ItemSaid(Item.LIMIT, State.STANDING), ItemSaid(Item.DISEASE, State.EXPIRED)),
        staff="受付1",
        spoken_at=AT,
    )

    told = msgspec.json.decode(fhir.consent_of(said, ASKER.facility))

    assert told["extension"][-1]["extension"][0]["valueString"] == "受付1"
    assert told["status"] == "active"
    (ended,) = told["provision"]["provision"]
    assert set(ended) == {"type", "code"}
