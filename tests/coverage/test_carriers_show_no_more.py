"""The matrix, carrier by carrier: what each of them writes is what the expectation lets through, and nothing else.

Every way of asking, situation and consent is walked with a coverage whose every value stands out, and the bytes of our
JSON, of the reader's message in XML and JSON, and of the FHIR resources are searched for each of them.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from itertools import product
from pathlib import Path

import msgspec
import pytest
import yaml

from kaihoken.consent import Care, Grant, Item, Means
from kaihoken.consent.item import ConsentId
from kaihoken.coverage import (
    Coverage,
    LimitCertificate,
    MedicalTicket,
    PublicExpense,
    QuestionKind,
    Situation,
    SpecificDisease,
    oqs,
)
from kaihoken.coverage.answer import Answer, ShareSaid, Words
from kaihoken.coverage.disclosure import Disclosure, dated, disclose
from kaihoken.coverage.fhir.covered import coverage_of, numbers_of, patient_of, subsidy_of
from kaihoken.coverage.fhir.elements import encode
from kaihoken.coverage.history import CommitSequence
from kaihoken.coverage.oqs_api import face_of
from kaihoken.coverage.question import Found

from .people import FACILITY, TODAY, covered_by
from .test_disclosure import (
    ASKED_AGAIN,
    CONSENTS,
    EVERY,
    EXPECTED,
    WAYS,
    Way,
    a_verdict,
    disclosed,
)

NOW = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)
TICKET = MedicalTicket(
    "01", date(2026, 11, 1), FACILITY, "券面医院", "1", date(2026, 11, 1), date(2026, 11, 30), "02"
)
SUBSIDY = PublicExpense("81136244", "1234566", "見本の医療費助成", date(2025, 4, 1))
TELLING: dict[str, tuple[str, ...]] = {
    "whoever": ("山田　太郎",),
    "address": ("東京都架空区1-2-3", "100-0001"),
    "limit": ("A03",),
    "disease": ("43210",),
    "tickets": ("券面医院",),
    "subsidies": ("1234566", "見本の医療費助成"),
}
"""Values that stand nowhere else, by the sort of the expectation they are of."""

FLAGS = {item: f"{stem}ConsFlg" for item, stem in {
    Item.HEALTH_CHECKUP: "SpecificHealthCheckupsInfo",
    Item.MEDICINE: "PharmacistsInfo",
    Item.DIAGNOSIS: "DiagnosisInfo",
    Item.OPERATION: "OperationInfo",
    Item.DISEASE_NAME: "DiagnosisName",
    Item.INFECTION: "InfectiousInfo",
    Item.ALLERGY: "AllergyInfo",
    Item.CONTRAINDICATION: "ContraindicationInfo",
    Item.TEST: "TestInfo",
    Item.PRESCRIPTION: "PrescriptionInfo",
}.items()}  # fmt: skip
"""The elements of the consents to medical items, as public software names them."""


def a_coverage() -> Coverage:
    return covered_by(
        limits=(LimitCertificate("01", "A03", None, date(2026, 8, 1), None),),
        diseases=(SpecificDisease("1", None, date(2026, 1, 1), None, 43210),),
        tickets=(TICKET,),
    )


def found_for(way: Way, situation: Situation, consents: frozenset[Item], hidden: bool) -> Found:
    verdict = msgspec.structs.replace(
        a_verdict(situation, a_coverage(), subsidies=(SUBSIDY,), non_disclosure=hidden), tickets=(TICKET,)
    )
    kind = way if isinstance(way, QuestionKind) else QuestionKind.STANDING
    shown = dated(disclosed(way, verdict, consents), dict.fromkeys(consents, GRANT))
    answer = Answer(
        on=TODAY,
        kind=kind.value,
        situation=situation.value,
        validity="1",
        words=Words(title="", staff="", patient=""),
        share=ShareSaid(kind="value", basis="statute", text="", percent=30),
        steps=(),
        results=shown.results,
        subsidies=shown.subsidies,
        language="ja",
        rules="",
    )
    return Found(answer, verdict, NOW, CommitSequence(1))


GRANT = Grant(
    ConsentId(bytes(16)), bytes(16), FACILITY, Care.HOME, frozenset(Item), Means.HOME, NOW, NOW, TODAY
)


def as_json(found: Found) -> bytes:
    return msgspec.json.encode(found.answer)


def as_xml(found: Found) -> bytes:
    return oqs.write_response(face_of(FACILITY, found)).content


def as_oqs_json(found: Found) -> bytes:
    return oqs.write_response_json(face_of(FACILITY, found)).content


def as_fhir(found: Found) -> bytes:
    parts = [encode(patient_of(result, "m", "p", FACILITY)) for result in found.answer.results]
    parts += [
        encode(coverage_of(found.answer, result, numbers_of(result), "c", "p"))
        for result in found.answer.results
    ]
    parts += [encode(subsidy_of(subsidy, "s", "p", 2)) for subsidy in found.answer.subsidies]
    return b"".join(parts)


CARRIERS: dict[str, Callable[[Found], bytes]] = {
    "json": as_json,
    "oqs-xml": as_xml,
    "oqs-json": as_oqs_json,
    "fhir": as_fhir,
}
NOT_WRITTEN = {"oqs-xml": {"subsidies"}, "oqs-json": {"subsidies"}}
"""What a carrier has no place for: how PMH writes 公費 is not public."""


def may_leave(sort: str, way: Way, situation: Situation, consents: frozenset[Item], hidden: bool) -> bool:
    entry = EXPECTED.sorts[sort]
    return (
        situation.value in EXPECTED.situations(way, sort)
        and (bool(consents) or way not in ASKED_AGAIN)
        and (entry.get("consent") is None or Item(entry["consent"]) in consents)
        and not (hidden and entry.get("hidden_by_non_disclosure", False))
    )


def cells() -> Iterator[tuple[Way, Situation, frozenset[Item], bool]]:
    yield from product(WAYS, Situation, CONSENTS, (False, True))


@pytest.mark.parametrize("carrier", CARRIERS)
def test_a_carrier_writes_what_the_expectation_lets_through_and_nothing_else(carrier: str) -> None:
    wrong, walked, seen = [], 0, set()
    for way, situation, consents, hidden in cells():
        content = CARRIERS[carrier](found_for(way, situation, consents, hidden)).decode()
        for sort, values in TELLING.items():
            expected = may_leave(sort, way, situation, consents, hidden) and (
                sort not in NOT_WRITTEN.get(carrier, ())
            )
            cell = (way.value, situation.value, sorted(consents), hidden, sort)
            wrong += [(*cell, value) for value in values if (value in content) != expected]
            if expected:
                seen.add(sort)
        walked += 1

    assert wrong == []
    assert walked == len(WAYS) * len(Situation) * len(CONSENTS) * 2
    assert seen == set(TELLING) - NOT_WRITTEN.get(carrier, set())


@pytest.mark.parametrize("carrier", ["oqs-xml", "oqs-json"])
def test_the_readers_message_carries_each_medical_consent_with_its_times(carrier: str) -> None:
    wrong = []
    for way, situation, consents, hidden in cells():
        content = CARRIERS[carrier](found_for(way, situation, consents, hidden)).decode()
        for item, flag in FLAGS.items():
            expected = may_leave(item.value, way, situation, consents, hidden)
            stem = flag.removesuffix("ConsFlg")
            told = {name: f"{stem}{name}" in content for name in ("ConsFlg", "ConsTime", "AvailableTime")}
            if set(told.values()) != {expected}:
                wrong.append((way.value, situation.value, item.value, told))

    assert wrong == []


def test_the_walk_is_of_every_way_that_the_expectation_names() -> None:
    text = Path(__file__).with_name("disclosure_expected.yaml").read_text("utf-8")

    assert set(yaml.safe_load(text)["ways"]) == {way.value for way in WAYS}
    assert frozenset(Item) == EVERY
    assert isinstance(disclose(a_verdict(), QuestionKind.STANDING, EVERY, TODAY), Disclosure)
