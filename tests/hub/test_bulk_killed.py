"""SIGKILL in each of the four steps of a list: nothing is asked or recorded twice, and nothing is lost."""

import asyncio
import io
import json
import zipfile
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import apsw
import httpx
import msgspec
import pytest

from kaihoken.audit import Log
from kaihoken.coverage.bulk import check_bulk
from kaihoken.coverage.bulk.reception import PART
from kaihoken.store import open_store

from .. import polling
from .hub import a_question, a_row
from .process import HubProcess, make_hub

pytestmark = pytest.mark.process

KILLED = (httpx.NetworkError, httpx.RemoteProtocolError)
ITEMS = 12 * PART


@pytest.fixture
def hub(tmp_path: Path) -> HubProcess:
    hub = make_hub(tmp_path)
    with hub.alive():
        token = hub.token("operator")
        headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": "first"}
        hub.http.post("/v1/registrations", json={"rows": [a_row()]}, headers=headers).raise_for_status()
    return hub


def rows() -> Iterator[bytes]:
    for number in range(ITEMS):
        row = a_question(id=str(number))
        del row["by"]
        yield json.dumps(row).encode() + b"\n"


def stands(hub: HubProcess, sql: str) -> int:
    """A number in the store of a hub, running or not."""
    (file,) = (hub.folder / "store").glob("*.sqlite3")
    with closing(apsw.Connection(str(file), flags=apsw.SQLITE_OPEN_READWRITE)) as connection:
        connection.set_busy_timeout(5000)
        ((found,),) = connection.execute(sql)
    assert isinstance(found, int)
    return found


def until(hub: HubProcess, sql: str, least: int) -> None:
    """Wait until the store says so."""
    polling.until(
        lambda: stands(hub, sql) >= least,
        lambda: f"{sql} stays below {least}; {hub.said.read_text()}",
        every=0.002,
    )


def sent(hub: HubProcess) -> str:
    headers = {
        "Authorization": f"Bearer {hub.token('clinic')}",
        "Content-Type": "application/x-ndjson",
        "Idempotency-Key": "tomorrow",
    }
    answer = hub.http.post("/v1/bulk-checks", content=b"".join(rows()), headers=headers)
    assert answer.status_code == 200, answer.text
    number: str = answer.json()["reception_number"]
    return number


def post(hub: HubProcess, path: str, **question: str) -> httpx.Response:
    headers = {"Authorization": f"Bearer {hub.token('clinic')}"}
    return hub.http.post(f"/v1/bulk-checks/{path}", json=question, headers=headers)


def fetched(hub: HubProcess, number: str) -> list[str]:
    """The ids of everybody in the results, once there are results."""
    polling.until(lambda: post(hub, "status", reception_number=number).json()["state"] == "done")
    packed = post(hub, "results", reception_number=number, format="zip")
    with zipfile.ZipFile(io.BytesIO(packed.content)) as archive:
        return [json.loads(line)["id"] for line in archive.read("results.ndjson").splitlines()]


async def _recorded(folder: Path) -> tuple[Counter[str], list[str]]:
    """How many records there are of each kind, and what the check of the store finds."""
    kinds: Counter[str] = Counter()
    store = await open_store(folder / "store", read_only=True)
    try:
        log = await Log.open(store)
        for batch in await log.batches(0, await log.size()):
            for chunk in await log.chunks(batch):
                kind, _, body = chunk[16:].partition(b"\n")
                carrier = (
                    msgspec.json.decode(body).get("carrier", "") if kind == b"eligibility.answer" else ""
                )
                kinds[f"{kind.decode()} {carrier}".strip()] += 1
        return kinds, [one.english async for one in check_bulk(store)]
    finally:
        await store.close()


def once_each(hub: HubProcess, ids: list[str]) -> None:
    """Everybody was answered and recorded once, and the store is what the log says."""
    hub.kill()
    kinds, found = asyncio.run(_recorded(hub.folder))
    assert ids == [str(number) for number in range(ITEMS)]
    assert kinds["eligibility.answer bulk"] == ITEMS
    assert kinds["bulk.answered"] == ITEMS // PART
    assert kinds["bulk.received"] == 1
    assert found == []


def test_killed_while_the_list_arrives(hub: HubProcess) -> None:
    def cut_off() -> Iterator[bytes]:
        for number, row in enumerate(rows()):
            if number == 5 * PART:
                until(hub, "SELECT count(*) FROM bulk_list", 4)
                hub.kill()
            yield row

    hub.start()
    headers = {"Authorization": f"Bearer {hub.token('clinic')}", "Content-Type": "application/x-ndjson"}
    with pytest.raises((*KILLED, RuntimeError)):
        hub.http.post("/v1/bulk-checks", content=cut_off(), headers=headers)
    assert stands(hub, "SELECT count(*) FROM bulk_list") >= 4

    with hub.alive():
        number = sent(hub)
        ids = fetched(hub, number)
        assert stands(hub, "SELECT count(*) FROM bulk_job") == 1
        once_each(hub, ids)


def test_killed_when_the_list_is_received(hub: HubProcess) -> None:
    hub.start()
    number = sent(hub)
    hub.kill()

    with hub.alive():
        assert sent(hub) == number  # who did not hear the answer sends again
        once_each(hub, fetched(hub, number))


def test_killed_again_and_again_while_it_is_answered(hub: HubProcess) -> None:
    hub.start()
    number = sent(hub)
    for parts in (1, 4, 7):
        until(hub, "SELECT max(parts_answered) FROM bulk_job", parts)
        hub.kill()
        assert asyncio.run(_recorded(hub.folder))[1] == []
        hub.start()
    once_each(hub, fetched(hub, number))


def test_killed_while_results_leave(hub: HubProcess) -> None:
    hub.start()
    number = sent(hub)
    until(hub, "SELECT count(*) FROM bulk_job WHERE state = 'done'", 1)
    headers = {"Authorization": f"Bearer {hub.token('clinic')}"}
    wanted = {"reception_number": number, "format": "zip"}
    with hub.http.stream("POST", "/v1/bulk-checks/results", json=wanted, headers=headers) as answer:
        assert answer.status_code == 200
        hub.kill()  # the record stands before the first byte

    with hub.alive():
        once_each(hub, fetched(hub, number))
        kinds, _ = asyncio.run(_recorded(hub.folder))
        assert kinds["bulk.fetched"] == 2
