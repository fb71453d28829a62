"""SIGKILL in each step of a list of 照会番号: nothing is registered twice, and nothing that was told is lost."""

import asyncio
import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from lxml import etree

from kaihoken.audit import Log
from kaihoken.coverage import check_projection, check_registrations
from kaihoken.coverage.bulk import check_bulk
from kaihoken.coverage.bulk.reception import PART
from kaihoken.identity import NORMALISATION_VERSION
from kaihoken.store import FileKeys, open_store

from .. import polling
from .hub import a_row
from .process import HubProcess, make_hub
from .test_bulk_killed import KILLED, stands, until
from .test_bulk_links import block, registrations
from .test_bulk_messages import a_question, reception

pytestmark = pytest.mark.process

ITEMS = 6 * PART
XML = {"Content-Type": "application/xml"}
SAID = "SELECT count(*) FROM assertion"


@pytest.fixture
def hub(tmp_path: Path) -> HubProcess:
    hub = make_hub(tmp_path)
    with hub.alive():
        headers = {"Authorization": f"Bearer {hub.token('operator')}"}
        for first in range(0, ITEMS, 400):
            rows = [a_row(link=f"link-{one}", number=str(one)) for one in range(first + 1, first + 401)]
            answer = hub.http.post(
                "/v1/registrations", json={"rows": rows}, headers={**headers, "Idempotency-Key": f"k{first}"}
            )
            assert answer.json()["registered"] == len(rows), answer.text
    return hub


LIST = registrations(
    *(block(ReferenceNumber=f"P-{one}", InsuredIdentificationNumber=str(one)) for one in range(1, ITEMS + 1))
)


def sent(hub: HubProcess) -> str:
    headers = {"Authorization": f"Bearer {hub.token('clinic')}", **XML, "Idempotency-Key": "tomorrow"}
    return reception(hub.http.post("/oqs/OQSmuimm01", content=LIST, headers=headers))


def asked_for(hub: HubProcess, number: str, **headers: str) -> httpx.Response:
    headers = {"Authorization": f"Bearer {hub.token('clinic')}", **XML, **headers}
    return hub.http.post("/oqs/OQSmuimm02", content=a_question(number), headers=headers)


def fetched(hub: HubProcess, number: str) -> list[tuple[str | None, str | None]]:
    """The number and the status of every block, once there are results."""

    def whole() -> bytes | None:
        answer = asked_for(hub, number, Accept="application/zip")
        if answer.headers["content-type"] == "application/zip":
            return answer.content
        assert "<SegmentOfResult>2</SegmentOfResult>" in answer.text, answer.text
        return None

    with zipfile.ZipFile(io.BytesIO(polling.until(whole))) as archive:
        root = etree.fromstring(archive.read(archive.namelist()[0]))
    return [
        (unit.findtext(".//ReferenceNumber"), unit.findtext("ProcessingResultStatus"))
        for unit in root.iterfind("MessageBody/BulkRegistrationUnit")
    ]


async def _found(folder: Path) -> tuple[int, list[str]]:
    """How many records there are of parts that were answered, and what the checks of the store find."""
    keys = FileKeys(folder / "keys").lookup_keys(NORMALISATION_VERSION)
    store = await open_store(folder / "store", read_only=True)
    try:
        log, parts = await Log.open(store), 0
        for batch in await log.batches(0, await log.size()):
            chunks = await log.chunks(batch)
            parts += sum(chunk[16:].startswith(b"bulk.answered\n") for chunk in chunks)
        wrong = [one.english async for one in check_bulk(store)]
        wrong += [one.english async for one in check_projection(store, keys)]
        wrong += [one.english async for one in check_registrations(store)]
        return parts, wrong
    finally:
        await store.close()


def once_each(hub: HubProcess, number: str) -> None:
    """Every number is registered once, told once, and found; the store is what the log says."""
    told = fetched(hub, number)
    assert told == [(f"P-{one}", "1") for one in range(1, ITEMS + 1)]
    headers = {"Authorization": f"Bearer {hub.token('clinic')}"}
    for one in (1, PART, PART + 1, ITEMS):
        question = {"by": "reference", "reference_number": f"P-{one}", "birthdate": "1980-01-01"}
        answer = hub.http.post("/v1/eligibility-checks", json=question, headers=headers).json()["answer"]
        assert (answer["situation"], answer["results"][0]["number"]) == ("valid", str(one))
    hub.kill()
    assert stands(hub, SAID) == 2 * ITEMS, "each person's coverage, and one link each"
    assert asyncio.run(_found(hub.folder)) == (ITEMS // PART, [])


def test_killed_while_the_list_arrives(hub: HubProcess) -> None:
    def cut_off() -> Iterator[bytes]:
        yield LIST[: len(LIST) // 2]
        hub.kill()
        yield LIST[len(LIST) // 2 :]

    hub.start()
    headers = {"Authorization": f"Bearer {hub.token('clinic')}", **XML}
    with pytest.raises((*KILLED, RuntimeError)):
        hub.http.post("/oqs/OQSmuimm01", content=cut_off(), headers=headers)
    assert stands(hub, SAID) == ITEMS

    with hub.alive():
        once_each(hub, sent(hub))


def test_killed_when_the_list_is_received(hub: HubProcess) -> None:
    hub.start()
    number = sent(hub)
    hub.kill()

    with hub.alive():
        assert sent(hub) == number  # who did not hear the answer sends again
        assert stands(hub, "SELECT count(*) FROM bulk_job") == 1
        once_each(hub, number)


def test_killed_again_and_again_while_it_is_registered(hub: HubProcess) -> None:
    hub.start()
    number = sent(hub)
    for parts in (1, 2, 4):
        until(hub, "SELECT max(parts_answered) FROM bulk_job", parts)
        hub.kill()
        answered = stands(hub, "SELECT max(parts_answered) FROM bulk_job")
        assert stands(hub, SAID) == ITEMS + answered * PART, "a part and its links stand together"
        assert asyncio.run(_found(hub.folder)) == (answered, [])
        hub.start()
    once_each(hub, number)


def test_killed_while_results_leave(hub: HubProcess) -> None:
    hub.start()
    number = sent(hub)
    until(hub, "SELECT count(*) FROM bulk_job WHERE state = 'done'", 1)
    headers = {"Authorization": f"Bearer {hub.token('clinic')}", **XML, "Accept": "application/zip"}
    with hub.http.stream("POST", "/oqs/OQSmuimm02", content=a_question(number), headers=headers) as answer:
        assert answer.status_code == 200
        hub.kill()

    with hub.alive():
        once_each(hub, number)
