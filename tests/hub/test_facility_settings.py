"""環境設定 over HTTP: seen and changed by the facility itself, on record, and held to in every carrier."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from kaihoken.audit import Entry
from kaihoken.audit.retention import destroy_bodies
from kaihoken.clock import FixedClock
from kaihoken.coverage.facility import Difference, check_facilities
from kaihoken.coverage.facility.recorded import SETTINGS_CHANGED
from kaihoken.store import Finding, Note, Statement, Write, create_store, inspect

from .fhir import a_request
from .hub import FACILITY, NOW, OTHER_FACILITY, Hub, a_hub, a_message, a_question, problem_in
from .test_bulk_visits import lines_of
from .test_consents import CARD, HOME, ask_again, give, given, with_a_patient

BY_CARD = {**CARD, "consents": ["medicine", "operation"]}
DEFAULTS = ["medicine", "health-checkup", "limit", "disease", "subsidy"]


async def settings(hub: Hub, client_id: str = "clinic") -> dict[str, Any]:
    headers = {"Authorization": f"Bearer {await hub.token(client_id)}"}
    answer = await hub.http.get("/v1/facility-settings", headers=headers)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def change(hub: Hub, body: object, client_id: str = "clinic") -> httpx.Response:
    return await hub.post("/v1/facility-settings/changes", body, client_id)


def settings_message(facility: str = FACILITY, **texts: str) -> bytes:
    """An OQS message about settings."""
    body = "".join(f"<{name}>{text}</{name}>" for name, text in texts.items())
    return (
        f"<XmlMsg><MessageHeader><MedicalInstitutionCode>{facility}</MedicalInstitutionCode>"
        "<ArbitraryFileIdentifier>s-1</ArbitraryFileIdentifier></MessageHeader>"
        f"<MessageBody>{body}</MessageBody></XmlMsg>"
    ).encode()


async def test_each_facility_has_its_own(location: str | Path, tmp_path: Path) -> None:
    async with a_hub(location, tmp_path) as hub:
        assert (await settings(hub))["asked"] == DEFAULTS
        answer = await change(hub, {"items": {"diagnosis": True, "subsidy": False}, "prescriptions": "2"})
        again = await change(hub, {"prescription_timing": "2"})

        assert answer.json()["asked"] == ["medicine", "health-checkup", "diagnosis", "limit", "disease"]
        assert answer.json()["asks_prescription"] is False
        told = again.json()
        assert (told["prescriptions"], told["prescription_timing"]) == ("2", "2")
        assert told["asks_prescription"] is True
        assert (told["items"]["diagnosis"], told["items"]["subsidy"]) == (True, False)
        assert await settings(hub) == await settings(hub, "same-clinic") == told
        assert (await settings(hub, "other-clinic"))["asked"] == DEFAULTS
    async with a_hub(location, tmp_path, after=hub) as later:
        assert await settings(later) == told, "it is kept"


async def test_a_change_is_on_record_once(tmp_path: Path) -> None:
    async with a_hub(tmp_path / "store", tmp_path) as hub:
        await hub.token("clinic")
        size = hub.machine.committer.head.size
        answers = await asyncio.gather(*(change(hub, {"items": {"test": True}}) for _ in range(5)))
        await settings(hub)

        assert {answer.status_code for answer in answers} == {200}
        assert hub.machine.committer.head.size == size + 1
        log = hub.machine.committer.log
        (chunk,) = await log.chunks(await log.batch(size))
        kind, _, body = chunk[16:].partition(b"\n")
        record = json.loads(body)
        assert kind == b"facility.settings"
        assert list(record) == sorted(record)
        assert {name: record[name] for name in ("by", "client", "used", "unused", "prescriptions")} == {
            "by": FACILITY, "client": "clinic", "used": ["test"], "unused": [], "prescriptions": "",
        }  # fmt: skip


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ({"items": {"x-ray": True}}, "coverage.request-shape"),
        ({"items": {"test": "yes"}}, "coverage.request-shape"),
        ({"facility": OTHER_FACILITY}, "coverage.request-shape"),
        ({"prescriptions": "4"}, "oqs.unknown-code"),
        ({"prescription_timing": "0"}, "oqs.unknown-code"),
        (b"{", "coverage.request-json"),
        (b'{"items": {"test": true, "test": false}}', "coverage.request-repeated"),
    ],
)
async def test_what_cannot_be_set_changes_nothing(tmp_path: Path, body: object, problem: str) -> None:
    async with a_hub(tmp_path / "store", tmp_path) as hub:
        assert problem_in(await change(hub, body)) == problem
        assert (await settings(hub))["asked"] == DEFAULTS


async def test_an_item_that_is_not_used_is_passed_over_in_every_carrier_and_the_answer_says_so(
    tmp_path: Path,
) -> None:
    async with a_hub(tmp_path / "store", tmp_path) as hub:
        await with_a_patient(hub)
        await change(hub, {"items": {"limit": False}})
        by_card = (await hub.post("/v1/eligibility-checks", BY_CARD)).json()["answer"]
        spoken = (await hub.ask(consents=["limit"])).json()["answer"]
        in_fhir = await hub.post("/fhir/CoverageEligibilityRequest", a_request(consents=("limit",)))
        others = [
            await hub.post("/oqs/face", BY_CARD),
            await hub.ask_oqs(a_message(consent="1")),
            await hub.ask("other-clinic", consents=["limit"]),
        ]

        for answer in (by_card, spoken):
            assert answer["validity"] == "1"
            assert "consent-not-used" in [one["kind"] for one in answer["advisories"]]
        assert "medicine_consent" in by_card["results"][0]
        assert "operation_consent" not in by_card["results"][0]
        assert not spoken["results"][0].get("limit")
        assert (in_fhir.status_code, "consent-not-used" in in_fhir.text) == (200, True)
        assert [answer.status_code for answer in others] == [200, 200, 200]
        assert "LimitApplicationCertificateRelatedInfo" not in others[1].text
        assert "consent-not-used" not in others[2].text

        await change(hub, {"items": {"operation": True, "limit": True}})
        shown = (await hub.post("/v1/eligibility-checks", BY_CARD)).json()["answer"]["results"][0]
        assert {"medicine_consent", "operation_consent"} <= set(shown)
        assert (await hub.ask(consents=["limit"])).json()["answer"]["results"][0]["limit"]


async def test_by_itself_a_consent_to_such_an_item_is_refused(tmp_path: Path) -> None:
    async with a_hub(tmp_path / "store", tmp_path) as hub:
        await with_a_patient(hub)
        await change(hub, {"items": {"limit": False}})
        spoken = a_question(consents=["limit"], spoken={"staff": "desk-2"})

        for number, body in enumerate((BY_CARD, spoken)):
            assert problem_in(await give(hub, body, str(number))) == "consent.item-not-used"


async def test_a_consent_of_before_shows_only_while_its_item_is_used(
    location: str | Path, tmp_path: Path
) -> None:
    async with a_hub(location, tmp_path) as hub:
        await with_a_patient(hub)
        await given(hub, HOME)
        await change(hub, {"items": {"medicine": False}})
        less = (await ask_again(hub)).json()["answer"]["results"][0]
        nothing = await ask_again(hub, items=["medicine"])
        await change(hub, {"items": {"medicine": True}})
        again = (await ask_again(hub)).json()["answer"]["results"][0]

        assert "limit_consent" in less
        assert "medicine_consent" not in less
        assert problem_in(nothing) == "consent.none-standing"
        assert {"limit_consent", "medicine_consent"} <= set(again)


async def test_the_messages_see_and_change_the_same_settings(tmp_path: Path) -> None:
    async with a_hub(tmp_path / "store", tmp_path, unconfirmed="OQSsiinq OQSsiupd") as hub:
        xml = {"Content-Type": "application/xml"}
        before = await hub.post("/oqs/OQSsiinq01", settings_message(), **xml)
        changed = await hub.post(
            "/oqs/OQSsiupd01",
            settings_message(
                OperationInfoUseFlg="1", PublicMedicalHubUseFlg="0", ElectronicPrescriptionUse=" 3 "
            ),
            **xml,
        )
        tree = {"XmlMsg": {"MessageHeader": {"MedicalInstitutionCode": FACILITY}, "MessageBody": {}}}
        after = await hub.post("/oqs/OQSsiinq01", tree)

        for told in ("<SegmentOfResult>1<", "<ArbitraryFileIdentifier>s-1<", "<ProcessingResultStatus>1<"):
            assert told in before.text
            assert told in changed.text
        assert "<OperationInfoUseFlg>0</OperationInfoUseFlg>" in before.text
        assert "<PharmacistsInfoUseFlg>1</PharmacistsInfoUseFlg>" in before.text
        assert "<OperationInfoUseFlg>1</OperationInfoUseFlg>" in changed.text
        body = after.json()["XmlMsg"]["MessageBody"]
        assert (body["OperationInfoUseFlg"], body["PublicMedicalHubUseFlg"]) == ("1", "0")
        assert (body["ElectronicPrescriptionUse"], body["PrescriptionIssueSelectTiming"]) == ("3", "1")
        assert "QualificationConfirmSearchInfo" not in body
        told = await settings(hub)
        assert (told["items"]["operation"], told["items"]["subsidy"], told["prescriptions"]) == (
            True,
            False,
            "3",
        )
        strange = await hub.post("/oqs/OQSsiupd01", settings_message(TestInfoUseFlg="2"), **xml)
        assert problem_in(strange) == "oqs.unknown-code"
        assert "/XmlMsg/MessageBody/TestInfoUseFlg" in strange.text
        early = await hub.post("/oqs/OQSsiupd01", settings_message(ElectronicPrescriptionUse="9"), **xml)
        assert problem_in(early) == "oqs.unknown-code"
        theirs = await hub.post("/oqs/OQSsiupd01", settings_message(OTHER_FACILITY), **xml)
        assert (theirs.status_code, problem_in(theirs)) == (403, "coverage.other-facility")


async def test_a_message_about_an_item_that_is_not_there_yet_is_refused_with_its_place(
    tmp_path: Path,
) -> None:
    early = FixedClock(datetime(2024, 12, 10, 1, tzinfo=UTC))
    async with a_hub(tmp_path / "store", tmp_path, clock=early, unconfirmed="OQSsiupd") as hub:
        answer = await hub.post(
            "/oqs/OQSsiupd01", settings_message(AllergyInfoUseFlg="1"), **{"Content-Type": "application/xml"}
        )

        assert problem_in(answer) == "consent.item-unknown"
        assert "（/XmlMsg/MessageBody/AllergyInfoUseFlg）" in answer.text


async def behind_the_back(hub: Hub, sql: str) -> None:
    await hub.machine.store.transaction([Write(Statement("plant", sql, sql), [()])])


async def findings(hub: Hub) -> list[str]:
    return [told.where async for told in check_facilities(hub.machine.store) if isinstance(told, Finding)]


async def test_settings_that_the_log_does_not_know_are_found(location: str | Path, tmp_path: Path) -> None:
    async with a_hub(location, tmp_path) as hub:
        await change(hub, {"items": {"test": True}})
        await change(hub, {"items": {"test": False}}, "other-clinic")
        assert await findings(hub) == []
        assert [one async for one in inspect(hub.machine.store) if isinstance(one, Finding)] == []

        await behind_the_back(hub, f"UPDATE facility_setting SET said = '{{}}' WHERE facility = '{FACILITY}'")
        assert await findings(hub) == [f"facility {FACILITY}"]
        await behind_the_back(hub, "DELETE FROM facility_setting")
        assert await findings(hub) == [f"facility {FACILITY}", f"facility {OTHER_FACILITY}"]


@pytest.mark.parametrize(
    "planted",
    ["said_before = '{}'", "changed_ms = changed_ms + 1", "client = 'other-clinic'"],
)
async def test_a_last_change_that_the_log_does_not_know_is_found(tmp_path: Path, planted: str) -> None:
    async with a_hub(tmp_path / "store", tmp_path) as hub:
        await change(hub, {"items": {"test": True}})
        await change(hub, {"items": {"test": False}})
        assert await findings(hub) == []

        await behind_the_back(hub, f"UPDATE facility_setting SET {planted}")
        assert await findings(hub) == [f"facility {FACILITY}"]


async def test_the_last_change_says_who_changed_what_when(location: str | Path, tmp_path: Path) -> None:
    clock = FixedClock(NOW)
    async with a_hub(location, tmp_path, clock=clock) as hub:
        book = hub.machine.facilities
        assert await book.last_change(FACILITY) is None
        await change(hub, {"items": {"test": True}})
        clock.at += timedelta(minutes=5)
        await change(hub, {"items": {"limit": False, "medicine": True}, "prescriptions": "2"}, "same-clinic")
        last = await book.last_change(FACILITY)

        assert last is not None
        assert (last.client, last.at) == ("same-clinic", clock.at)
        assert last.changed == (Difference("limit", "1", "0"), Difference("prescriptions", "0", "2"))
        assert await book.last_change(OTHER_FACILITY) is None


async def test_a_list_shows_no_item_that_is_not_used(tmp_path: Path) -> None:
    async with a_hub(tmp_path / "store", tmp_path) as hub:
        await with_a_patient(hub)
        await given(hub, HOME)
        (before,) = await lines_of(hub)
        await change(hub, {"items": {"medicine": False}})
        (after,) = await lines_of(hub, language="en")

        assert {"limit_consent", "medicine_consent"} <= set(before["answer"]["results"][0])
        assert "medicine_consent" not in after["answer"]["results"][0]
        assert "limit_consent" in after["answer"]["results"][0]


async def test_a_record_of_settings_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    async with a_hub(tmp_path / "store", tmp_path) as hub:
        await hub.machine.committer.commit([Entry(SETTINGS_CHANGED, b'{"row":1}')])
        size = hub.machine.committer.head.size

        assert await findings(hub) == [f"batch {size - 1}"]


async def test_a_damaged_batch_is_told(tmp_path: Path) -> None:
    async with a_hub(tmp_path / "store", tmp_path) as hub:
        await change(hub, {"items": {"test": True}})
        size = hub.machine.committer.head.size
        await behind_the_back(hub, f"UPDATE log_batch SET leaves = x'00' WHERE seq = {size - 1}")

        assert f"batch {size - 1}" in await findings(hub)


@asynccontextmanager
async def a_hub_that_destroyed_the_record_of_a_change(folder: Path) -> AsyncIterator[Hub]:
    clock = FixedClock(NOW)
    async with a_hub(folder / "store", folder, clock=clock) as hub:
        await change(hub, {"items": {"test": True}})
        clock.at += timedelta(days=365 * 8)
        today = clock.at.date()
        await destroy_bodies(hub.machine.committer, today - timedelta(days=365 * 7), today)
        yield hub


async def test_where_records_were_destroyed_settings_are_not_compared(tmp_path: Path) -> None:
    async with a_hub_that_destroyed_the_record_of_a_change(tmp_path) as hub:
        (note,) = [told async for told in check_facilities(hub.machine.store)]
        assert note == Note(
            "facility settings",
            f"記録が廃棄されていて確かめられません: {FACILITY}",
            f"not compared, records were destroyed: {FACILITY}",
        )


async def test_what_stood_before_is_not_compared_where_the_record_of_it_was_destroyed(tmp_path: Path) -> None:
    async with a_hub_that_destroyed_the_record_of_a_change(tmp_path) as hub:
        await change(hub, {"items": {"test": False}})
        assert await findings(hub) == []
        await change(hub, {"items": {"test": True}})
        assert await findings(hub) == []

        await behind_the_back(hub, "UPDATE facility_setting SET said_before = '{}'")
        assert await findings(hub) == [f"facility {FACILITY}"]


async def test_what_is_changed_beside_the_check_is_no_finding(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with a_hub(tmp_path / "store", tmp_path) as hub:
        store, read = hub.machine.store, 0
        fetch = store.fetch

        async def meanwhile(asked: Statement, params: tuple[object, ...] = ()) -> list[tuple[object, ...]]:
            nonlocal read
            if asked.name == "read the settings of facilities to compare":
                read += 1
                if read == 2:
                    await change(hub, {"items": {"test": True}})
            return await fetch(asked, params)

        monkeypatch.setattr(store, "fetch", meanwhile)

        assert await findings(hub) == []
        assert read == 3


async def test_a_store_without_a_log_has_no_settings(tmp_path: Path) -> None:
    store = await create_store(tmp_path / "store", purpose="demo", clock=FixedClock(NOW))
    try:
        assert [told async for told in check_facilities(store)] == []
    finally:
        await store.close()
