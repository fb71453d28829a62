"""医療扶助 by month: everybody with a 医療券 of the facility, and nobody else."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from lxml import etree

from kaihoken.coverage import check_projection
from kaihoken.coverage.bulk import check_bulk
from kaihoken.identity import NORMALISATION_VERSION

from .hub import FACILITY, OTHER_FACILITY, Hub, a_hub, a_row, problem_in
from .test_bulk_checks import done, results, sent
from .test_bulk_messages import answered, fetched, reception

XML, JSON = "application/xml", "application/json"


def a_ticket(**more: str) -> dict[str, object]:
    return {
        "ticket_type": "01", "month": "2026-11-01", "facility": FACILITY, "facility_name": "架空医院",
        "issue_number": "1", "valid_from": "2026-11-01", "valid_to": "2026-11-30", "treatment_type": "02", **more,
    }  # fmt: skip


def assisted(number: str, *tickets: dict[str, object], **more: object) -> dict[str, object]:
    """Somebody under 医療扶助, with tickets."""
    return {
        "kind": "coverage", "link": f"w-{number}", "insurer_number": "12139903", "insurer_name": "架空市福祉事務所",
        "number": number, "classification": "A1", "name": "見本　蘭", "kana": "ﾐﾎﾝ ﾗﾝ", "sex": "2",
        "birthdate": "1970-05-01", "acquired": "2024-04-01", "match": "visible", "address": "架空県",
        "postal_code": "100-0000", "tickets": list(tickets), **more,
    }  # fmt: skip


@pytest_asyncio.fixture
async def hub(tmp_path: Path) -> AsyncIterator[Hub]:
    async with a_hub(tmp_path / "store", tmp_path) as hub:
        registered = await hub.register(
            a_row(),
            a_row(link="w-1234566", number="77"),
            assisted("1234566", a_ticket()),
            assisted("2345674", a_ticket(month="2026-10-01", valid_from="2026-10-01", valid_to="2026-10-31")),
            assisted("3456782", a_ticket(facility=OTHER_FACILITY)),
            assisted("4567890", a_ticket(), a_ticket(issue_number="2")),
            assisted("5678907"),
        )
        assert registered.json()["refused"] == 0, registered.text
        yield hub


async def months(hub: Hub, month: str, client: str = "clinic") -> list[dict[str, Any]]:
    received = await sent(
        hub, json.dumps({"kind": "tickets", "month": month}).encode(), client, **{"Content-Type": JSON}
    )
    assert received.status_code == 200, received.text
    number = received.json()["reception_number"]
    end = await done(hub, number, client)
    assert end["state"] == "done"
    page = await results(hub, number, client)
    assert page.status_code == 200, page.text
    return [json.loads(line)["answer"] for line in page.text.splitlines()]


async def test_a_month_holds_everybody_with_a_ticket_of_the_facility(hub: Hub) -> None:
    answers = await months(hub, "2026-11")

    numbers = sorted([result["number"] for result in answer["results"]] for answer in answers)
    assert numbers == [["4567890"], ["77", "1234566"]]  # insurance and 医療扶助 side by side
    (both,) = [answer for answer in answers if len(answer["results"]) == 2]
    insurance, welfare = both["results"]
    assert insurance["limit_changed"] == "1"
    assert [ticket["facility"] for ticket in welfare["tickets"]] == [FACILITY]
    assert all("address" not in result for answer in answers for result in answer["results"])


async def test_another_month_and_another_facility_have_their_own(hub: Hub) -> None:
    (october,) = await months(hub, "2026-10")
    assert (october["on"], october["results"][0]["number"]) == ("2026-10-31", "2345674")
    (other,) = await months(hub, "2026-11", "other-clinic")
    assert other["results"][0]["number"] == "3456782"


async def test_a_month_of_nobody_is_a_list_of_nobody(hub: Hub) -> None:
    assert await months(hub, "2026-09") == []


async def test_a_ticket_that_was_taken_back_is_in_no_month(hub: Hub) -> None:
    await hub.register(assisted("4567890"), key="2")
    assert [len(answer["results"]) for answer in await months(hub, "2026-11")] == [2]


async def test_a_month_as_messages(hub: Hub) -> None:
    header = f"<MessageHeader><MedicalInstitutionCode>{FACILITY}</MedicalInstitutionCode></MessageHeader>"
    month = "<MedicalTreatmentMonth>202611</MedicalTreatmentMonth>"
    in_a_block = f"<QualificationConfirmSearchInfo>{month}</QualificationConfirmSearchInfo>"
    for body in (month, in_a_block):
        message = f"<XmlMsg>{header}<MessageBody>{body}</MessageBody></XmlMsg>".encode()
        taken = await hub.post("/oqs/OQSmutic01", message, **{"Content-Type": XML})
        number = reception(taken)
        await answered(hub)
        question = (
            f"<XmlMsg>{header}<MessageBody><ReceptionNumber>{number}</ReceptionNumber></MessageBody></XmlMsg>"
        ).encode()
        told = await hub.post("/oqs/OQSmutic02", question, **{"Content-Type": XML})
        units = etree.fromstring(told.content).findall(".//BulkConfirmUnit")
        assert sorted(len(unit.findall("ResultOfQualificationConfirmation")) for unit in units) == [1, 2]
        assert len(told.text.split("<MedicalTicketInfo>")) == 4
        assert problem_in(await fetched(hub, question)) == "coverage.bulk-unknown"  # a list of another kind
    tree = {
        "XmlMsg": {
            "MessageHeader": {"MedicalInstitutionCode": FACILITY},
            "MessageBody": {"QualificationConfirmSearchInfo": {"MedicalTreatmentMonth": "202611"}},
        }
    }
    assert reception(await hub.post("/oqs/OQSmutic01", tree, **{"Content-Type": JSON}))
    packed = await hub.post("/oqs/OQSmutic02", question, **{"Content-Type": XML, "Accept": "application/zip"})
    assert b"OQSmutic02res_" in packed.content


@pytest.mark.parametrize("month", ["202613", "20261", "", "2026-11", "９９９９１１"])
async def test_a_month_that_cannot_be(hub: Hub, month: str) -> None:
    message = (
        f"<XmlMsg><MessageHeader><MedicalInstitutionCode>{FACILITY}</MedicalInstitutionCode></MessageHeader>"
        f"<MessageBody><MedicalTreatmentMonth>{month}</MedicalTreatmentMonth></MessageBody></XmlMsg>"
    ).encode()
    told = await hub.post("/oqs/OQSmutic01", message, **{"Content-Type": XML})
    assert problem_in(told) in ("oqs.impossible-date", "oqs.missing-element")


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (b'{"kind": "tickets", "month": "2026-13"}', "identity.date"),
        (b'{"kind": "other", "month": "2026-11"}', "coverage.request-shape"),
        (b"{", "coverage.request-json"),
        (b"x" * 70_000, "hub.body-too-large"),
    ],
)
async def test_an_order_that_cannot_be_read(hub: Hub, body: bytes, problem: str) -> None:
    assert problem_in(await sent(hub, body, **{"Content-Type": JSON})) == problem


async def test_places_of_tickets_are_checked_and_known_to_the_keys(hub: Hub) -> None:
    keys = hub.machine.keys.lookup_keys(NORMALISATION_VERSION)
    assert [one.english async for one in check_projection(hub.machine.store, keys)] == []
    await months(hub, "2026-11")
    assert [one.english async for one in check_bulk(hub.machine.store)] == []
