"""再照会 by list: those who consented in home or online care, each answered as by themselves, and nobody else."""

import json
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio
from lxml import etree

from kaihoken.clock import FixedClock
from kaihoken.consent import Care, Period
from kaihoken.coverage import Asker, check_limits_shown
from kaihoken.coverage.bulk import check_bulk, visits_order

from .hub import FACILITY, NOW, OTHER_FACILITY, Hub, a_hub, a_question, a_row, problem_in
from .test_bulk_checks import answered as listed_by_number
from .test_bulk_checks import asked, done, results, sent
from .test_bulk_messages import answered, reception
from .test_consents import CARD, LIMIT, LINKED_CARD, PATIENT, SUBSIDY, ask_again, given, withdraw

XML, JSON = "application/xml", "application/json"
TODAY = "2026-11-20"
HOME = {**CARD, "care": "home", "consents": ["limit", "disease", "subsidy", "medicine", "operation"]}
ONLINE = {**CARD, "care": "online", "consents": ["limit"], "examined_on": "2026-11-23"}
SOMEBODY_ELSE = {**LINKED_CARD, "link": "link-57", "serial": "57"}


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOW)


@pytest_asyncio.fixture
async def hub(tmp_path: Path, clock: FixedClock) -> AsyncIterator[Hub]:
    async with a_hub(tmp_path / "store", tmp_path, clock) as hub:
        disease = {"category": "1", "valid_from": "2026-01-01", "monthly_limit_yen": 10000}
        seen = {"address": "東京都", "postal_code": "100-0000", "limits": [LIMIT], "diseases": [disease]}
        rows = (a_row(**seen), LINKED_CARD, SUBSIDY)
        more = (a_row(link="link-57", number="57"), SOMEBODY_ELSE)
        assert (await hub.register(*rows, *more, key="patients")).json()["refused"] == 0
        used = await hub.post("/v1/facility-settings/changes", {"items": {"operation": True}})
        assert used.status_code == 200, used.text
        yield hub


async def ordered(hub: Hub, client: str = "clinic", **order: object) -> httpx.Response:
    body = json.dumps({"kind": "home-visits", "given_from": TODAY, **order}).encode()
    return await sent(hub, body, client, **{"Content-Type": JSON})


async def lines_of(hub: Hub, client: str = "clinic", **order: object) -> list[dict[str, Any]]:
    received = await ordered(hub, client, **order)
    assert received.status_code == 200, received.text
    number = received.json()["reception_number"]
    assert (await done(hub, number, client))["state"] == "done"
    page = await results(hub, number, client)
    assert page.status_code == 200, page.text
    return [json.loads(line) for line in page.text.splitlines()]


async def a_key(hub: Hub) -> str:
    """The key of the clinic."""
    client = hub.machine.gate.registry.get("clinic")
    assert client is not None
    return client.keys[0].public.key_id


def a_request(stem: str, treatment: str = "", facility: str = FACILITY, **days: str) -> tuple[str, bytes]:
    flag = f"<MedicalTreatmentFlag>{treatment}</MedicalTreatmentFlag>" if treatment else ""
    inner = "".join(f"<{name}>{day}</{name}>" for name, day in days.items()) + flag
    return f"/oqs/{stem}01", (
        f"<XmlMsg><MessageHeader><MedicalInstitutionCode>{facility}</MedicalInstitutionCode></MessageHeader>"
        f"<MessageBody><QualificationConfirmSearchInfo>{inner}</QualificationConfirmSearchInfo></MessageBody></XmlMsg>"
    ).encode()


async def units_of(hub: Hub, stem: str, number: str) -> list[Any]:
    await answered(hub)
    question = (
        f"<XmlMsg><MessageHeader><MedicalInstitutionCode>{FACILITY}</MedicalInstitutionCode></MessageHeader>"
        f"<MessageBody><ReceptionNumber>{number}</ReceptionNumber></MessageBody></XmlMsg>"
    ).encode()
    told = await hub.post(f"/oqs/{stem}02", question, **{"Content-Type": XML})
    assert problem_in(told) == "", told.text
    return list(etree.fromstring(told.content).iterfind(".//BulkConfirmUnit"))


async def test_a_list_holds_who_consented_and_answers_as_if_asked_alone(hub: Hub) -> None:
    await given(hub, HOME)

    (line,) = await lines_of(hub)

    alone = (await ask_again(hub)).json()["answer"]
    assert line["answer"] == alone
    (result,) = alone["results"]
    assert (alone["kind"], result["limit"]["category"], result["address"]) == ("standing", "A03", "東京都")
    assert [subsidy["payer_number"] for subsidy in alone["subsidies"]] == ["81136244"]
    assert await lines_of(hub, "other-clinic") == []
    assert await lines_of(hub, kind="online-visits") == []
    assert await lines_of(hub, given_from="2026-11-01", given_to="2026-11-19") == []
    assert [one.english async for one in check_bulk(hub.machine.store)] == []


async def test_what_was_consented_to_and_is_over_is_told_as_over(hub: Hub) -> None:
    consent = await given(hub, HOME)
    await withdraw(hub, consent["id"], items=["medicine", "disease", "limit"], reason="patient")

    (line,) = await lines_of(hub)

    (result,) = line["answer"]["results"]
    over = {"flag": "2", "given_at": "2026-11-20T00:30:00Z", "id": consent["id"]}
    assert result["medicine_consent"] == result["disease_consent"] == over
    assert result["operation_consent"] == {**over, "flag": "1"}
    assert not {"diseases", "limit", "limit_consent"} & set(result)
    assert line["answer"] == (await ask_again(hub)).json()["answer"]


async def test_whose_consents_are_all_over_is_in_no_list(hub: Hub, clock: FixedClock) -> None:
    await given(hub, ONLINE)
    by_examination = {"kind": "online-visits", "given_from": None, "examined_from": "2026-11-23"}
    clock.at += timedelta(days=3)
    hub._tokens.clear()
    assert len(await lines_of(hub, **by_examination)) == 1
    clock.at += timedelta(days=1)
    hub._tokens.clear()
    assert await lines_of(hub, **by_examination) == []
    assert await lines_of(hub, kind="online-visits") == []


async def test_who_withdraws_after_the_list_was_made_is_not_shown(hub: Hub) -> None:
    consent, other = await given(hub, HOME), await given(hub, {**HOME, "serial": "57"}, key="2")
    bulk, period = hub.machine.bulk, Period(hub.clock.today(), hub.clock.today())
    lines = await bulk.visits[Care.HOME].lines(FACILITY, period)
    await withdraw(hub, consent["id"], reason="patient")
    order = visits_order(Care.HOME, period, "json")
    job = await bulk.reception.receive(Asker("clinic", FACILITY, await a_key(hub)), order, lines)
    end = await done(hub, job.number)

    assert (end["normal"], end["errors"]) == (1, 1)
    told = [json.loads(line) for line in (await results(hub, end["reception_number"])).text.splitlines()]
    gone, there = sorted(told, key=lambda line: "answer" in line)  # they consented in the same moment
    assert (gone["problem"]["code"], gone["problem"]["facts"]) == ("consent.none-standing", {"reason": "2"})
    assert there["answer"]["results"][0]["medicine_consent"]["id"] == other["id"]


async def test_a_limit_that_a_list_showed_was_seen(hub: Hub) -> None:
    await given(hub, HOME)
    (before,) = await listed_by_number(hub, asked())
    await lines_of(hub)
    (after,) = await listed_by_number(hub, asked())

    assert [line["answer"]["results"][0]["limit_changed"] for line in (before, after)] == ["1", "0"]
    assert [one.english async for one in check_limits_shown(hub.machine.store)] == []


async def test_as_messages(hub: Hub) -> None:
    consent = await given(hub, HOME)
    await withdraw(hub, consent["id"], items=["medicine", "disease"])
    path, request = a_request("OQSmuhvq", "2", ConsentDateFrom="20261101", ConsentDateTo="20261120")
    number = reception(await hub.post(path, request, **{"Content-Type": XML}))

    (unit,) = await units_of(hub, "OQSmuhvq", number)

    (result,) = unit.findall("ResultOfQualificationConfirmation")
    told = {element.tag: element.text for element in result if "Cons" in element.tag}
    assert unit.findtext("QualificationValidity") == "1"
    assert result.findtext("Address") == "東京都"
    assert told == {
        "LimitApplicationCertificateRelatedConsFlg": "1",
        "LimitApplicationCertificateRelatedConsTime": "20261120093000",
        "SpecificDiseasesCertificateRelatedConsFlg": "2",
        "SpecificDiseasesCertificateRelatedConsTime": "20261120093000",
        "PharmacistsInfoConsFlg": "2",
        "PharmacistsInfoConsTime": "20261120093000",
        "OperationInfoConsFlg": "1",
        "OperationInfoConsTime": "20261120093000",
    }
    other = await hub.post("/oqs/OQSmuonq02", request, **{"Content-Type": XML})
    assert problem_in(other) == "oqs.missing-element"


async def test_online_by_the_day_of_the_examination_as_a_tree(hub: Hub) -> None:
    await given(hub, ONLINE)
    days = {"ExaminationDateFrom": "20261123", "ExaminationDateTo": " ", "MedicalTreatmentFlag": "3"}
    tree = {
        "XmlMsg": {
            "MessageHeader": {"MedicalInstitutionCode": FACILITY},
            "MessageBody": {"QualificationConfirmSearchInfo": days},
        }
    }
    taken = await hub.post("/oqs/OQSmuonq01", tree, **{"Content-Type": JSON})

    (unit,) = await units_of(hub, "OQSmuonq", reception(taken))

    (result,) = unit.findall("ResultOfQualificationConfirmation")
    assert (
        result.findtext(
            "LimitApplicationCertificateRelatedInfo/LimitApplicationCertificateClassificationFlag"
        )
        == "A03"
    )


@pytest.mark.parametrize(
    ("stem", "treatment", "days", "problem"),
    [
        ("OQSmuhvq", "3", {"ConsentDateFrom": "20261101"}, "consent.list-care"),
        ("OQSmuonq", "2", {"ConsentDateFrom": "20261101"}, "consent.list-care"),
        ("OQSmuhvq", "5", {"ConsentDateFrom": "20261101"}, "oqs.unknown-code"),
        ("OQSmuhvq", "2", {}, "consent.list-period"),
        ("OQSmuhvq", "2", {"ExaminationDateFrom": "20261101"}, "consent.list-period"),
        ("OQSmuonq", "", {"ConsentDateTo": "20261101", "ExaminationDateTo": "20261101"}, "consent.list-period"),
        ("OQSmuhvq", "", {"ConsentDateFrom": "20261102", "ConsentDateTo": "20261101"}, "consent.period"),
        ("OQSmuhvq", "", {"ConsentDateFrom": "20251119", "ConsentDateTo": "20261120"}, "consent.period"),
        ("OQSmuhvq", "", {"ConsentDateFrom": "20261131"}, "oqs.impossible-date"),
    ],
)  # fmt: skip
async def test_a_message_that_names_no_list(
    hub: Hub, stem: str, treatment: str, days: dict[str, str], problem: str
) -> None:
    path, request = a_request(stem, treatment, **days)
    assert problem_in(await hub.post(path, request, **{"Content-Type": XML})) == problem


async def test_another_facility_is_not_asked_for(hub: Hub) -> None:
    path, request = a_request("OQSmuhvq", facility=OTHER_FACILITY, ConsentDateFrom="20261101")
    assert problem_in(await hub.post(path, request, **{"Content-Type": XML})) == "coverage.other-facility"


@pytest.mark.parametrize(
    ("order", "problem"),
    [
        ({"given_from": None}, "consent.list-period"),
        ({"examined_from": TODAY}, "coverage.request-shape"),
        ({"kind": "online-visits", "examined_from": TODAY}, "consent.list-period"),
        ({"given_from": "2025-11-19"}, "consent.period"),
        ({"given_from": "x"}, "identity.date"),
    ],
)
async def test_an_order_that_names_no_list(hub: Hub, order: dict[str, object], problem: str) -> None:
    assert problem_in(await ordered(hub, **order)) == problem


async def test_the_record_of_an_answer_says_what_was_shown_and_what_is_over(hub: Hub) -> None:
    consent = await given(hub, HOME)
    await withdraw(hub, consent["id"], items=["medicine"])
    (line,) = await lines_of(hub)
    log = hub.machine.committer.log
    chunks = [chunk[16:].partition(b"\n") for chunk in await log.chunks(await log.batch(line["batch"]))]
    (record,) = [json.loads(body) for kind, _, body in chunks if kind == b"eligibility.answer"]

    assert (record["carrier"], record["kind"], record["by"]) == ("bulk", "standing", FACILITY)
    assert "medicine" not in record["consents"]
    assert "medicine_consent" not in record["fields"]
    assert "medicine_consent_over" in record["fields"]
    assert record["answer_hash"] == line["answer_hash"]


async def test_a_question_at_the_desk_tells_nothing_of_what_is_over(hub: Hub) -> None:
    consent = await given(hub, HOME)
    await withdraw(hub, consent["id"], items=["medicine"])

    (result,) = (await hub.post("/v1/eligibility-checks", a_question())).json()["answer"]["results"]

    assert not any(name.endswith("_consent") for name in result)
    assert PATIENT["number"] == result["number"]
