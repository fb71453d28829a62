"""The operator's log names every token that is issued or refused and whoever is refused; no flood fills it."""

import json
import logging
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from kaihoken.access import Issuer, Limit, Limits, Reply, make_key
from kaihoken.hub.gate_log import LOGGER, GateLog
from kaihoken.hub.serving.server import LogLine
from kaihoken.problems import Problem

from .hub import Hub, Ticker, a_hub

FEW = Limits(
    logged_caller=Limit(count=1, seconds=60, burst=3), logged_overall=Limit(count=1, seconds=60, burst=5)
)


@pytest.fixture
async def hub(tmp_path: Path) -> AsyncIterator[Hub]:
    async with a_hub(tmp_path / "store", tmp_path) as hub:
        yield hub


@pytest.fixture(autouse=True)
def heard(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    with caplog.at_level(logging.INFO, LOGGER):
        yield


def lines(caplog: pytest.LogCaptureFixture) -> list[dict[str, object]]:
    """What was written since the last call."""
    said = [json.loads(record.getMessage()) for record in caplog.records if record.name == LOGGER]
    caplog.clear()
    return said


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


async def test_a_token_that_is_issued_is_told_with_client_and_key(
    hub: Hub, caplog: pytest.LogCaptureFixture
) -> None:
    await hub.http.post("/oauth/token", data=hub.token_form("clinic"))
    await hub.http.post("/oqs/auth", json={"client_assertion": hub.assertion("clinic")})

    who = {"client": "clinic", "key": hub.keys["clinic"].public.key_id}
    assert lines(caplog) == [
        {"event": "token-issued", "route": "/oauth/token", **who},
        {"event": "token-issued", "route": "/oqs/auth", **who},
    ]


async def test_a_token_that_is_refused_is_told_with_whoever_was_claimed_and_is_enrolled(
    hub: Hub, caplog: pytest.LogCaptureFixture
) -> None:
    own, strange = hub.keys["clinic"], make_key()

    def proof(client: str, key: object = own, audience: str = "") -> dict[str, str]:
        assert isinstance(key, type(own))
        audience = audience or hub.machine.settings.audience
        return {"client_assertion": Issuer(client, key, audience, hub.clock).assertion()}

    for sent in (
        proof("clinic", strange),
        proof("yamada-taro", strange),
        proof("clinic", audience="https://elsewhere.example/oauth/token"),
        {"client_assertion": "山田 太郎"},
        {"name": "山田 太郎"},
    ):
        assert (await hub.http.post("/oqs/auth", json=sent)).status_code in (400, 401)

    refused = {"event": "token-refused", "route": "/oqs/auth"}
    assert lines(caplog) == [
        {**refused, "claimed": "clinic", "problem": "access.assertion-refused"},
        {**refused, "problem": "access.assertion-refused"},
        {**refused, "claimed": "clinic", "key": own.public.key_id, "problem": "access.assertion-audience"},
        {**refused, "problem": "access.assertion-malformed"},
        {**refused, "problem": "access.request-malformed"},
    ]


async def test_refused_access_is_told_with_row_and_caller_and_nothing_else_is(
    hub: Hub, caplog: pytest.LogCaptureFixture
) -> None:
    token = await hub.token("operator")
    who = {"client": "operator", "key": hub.keys["operator"].public.key_id}
    lines(caplog)

    assert (await hub.ask(client_id="operator")).status_code == 403
    assert (await hub.http.get("/fhir/Patient/0123456789", headers=bearer("0" * 43))).status_code == 401
    assert (await hub.http.post("/v1/eligibility-checks", content=b"{}")).status_code == 401
    assert (await hub.http.get("/v1/yamada", headers=bearer(token))).status_code == 404
    assert (await hub.ask(birthdate="1990-13-01")).status_code == 422

    assert [line for line in lines(caplog) if line["event"] != "token-issued"] == [
        {"event": "refused", "route": "/v1/eligibility-checks", **who, "problem": "access.scope-missing"},
        {"event": "refused", "route": "/fhir/Patient/{id}", "problem": "access.token-refused"},
        {"event": "refused", "route": "/v1/eligibility-checks", "problem": "access.token-missing"},
    ]


def test_a_line_says_its_instant_in_utc(monkeypatch: pytest.MonkeyPatch) -> None:
    record = logging.makeLogRecord({"name": LOGGER, "msg": "said", "created": 86_400.25, "msecs": 250.0})
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    try:
        assert LogLine().format(record) == "1970-01-02T00:00:00.250Z Level None kaihoken.gate said"
    finally:
        monkeypatch.undo()
        time.tzset()


def test_one_network_of_the_new_protocol_fills_the_log_as_one(caplog: pytest.LogCaptureFixture) -> None:
    log = GateLog(FEW, Ticker())

    for number in range(5):
        log.refused(Problem("access.token-missing"), "/live", f"2001:db8::{number:x}")
        log.token(
            "/oauth/token", Reply(401, (), b"", refused="access.assertion-refused"), f"2001:db8::{number:x}"
        )

    assert len(lines(caplog)) == 3


async def test_who_asks_too_often_is_told(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    limits = Limits(facility=Limit(count=1, seconds=60, burst=1))
    async with a_hub(tmp_path / "store", tmp_path, limits=limits) as hub:
        await hub.ask()
        lines(caplog)
        assert (await hub.ask()).status_code == 429

    (said,) = lines(caplog)
    assert (said["event"], said["client"], said["problem"]) == (
        "refused",
        "clinic",
        "access.too-many-requests",
    )


async def test_a_flood_is_written_so_often_and_the_rest_is_counted(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with a_hub(tmp_path / "store", tmp_path, limits=FEW) as hub:
        await hub.token("operator")
        lines(caplog)
        for _ in range(50):
            await hub.http.post("/v1/eligibility-checks", content=b"{}")
        assert len(lines(caplog)) == 3, "what one caller may fill"

        await hub.ask(client_id="operator")
        (other,) = lines(caplog)
        assert (other["client"], other["left_out"]) == ("operator", 47), "others are heard beside a flood"

        for _ in range(4):
            await hub.ask(client_id="operator")
        assert len(lines(caplog)) == 1, "what all together may fill"
        hub.ticks.pass_seconds(60)
        await hub.http.post("/v1/eligibility-checks", content=b"{}")
        assert [line["left_out"] for line in lines(caplog)] == [3]
        for _ in range(5):
            await hub.http.post("/v1/eligibility-checks", content=b"{}")
        lines(caplog)

    assert lines(caplog) == [{"event": "left-out", "left_out": 5}], "the hub has stopped"
