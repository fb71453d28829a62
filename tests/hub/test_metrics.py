"""What the hub counts is what happened, is documented, and names nobody."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from prometheus_client.metrics_core import GaugeMetricFamily
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.samples import Sample

from kaihoken.audit import Entry
from kaihoken.problems import Problem
from kaihoken.store import SqliteStore

from .hub import FACILITY, INSURER, Hub, a_hub, a_message, a_question, a_row, a_tree

DOCS = Path(__file__).resolve().parents[2] / "docs" / "alerts.md"
LABELS = {"carrier", "validity", "code", "status", "le", "of", "key"}


async def exposition(hub: Hub) -> str:
    token = await hub.token("operator")
    read = await hub.http.get("/metrics", headers={"Authorization": f"Bearer {token}"})
    assert read.headers["content-type"].startswith("text/plain; version=")
    return read.text


async def samples(hub: Hub) -> Iterator[Sample]:
    families = text_string_to_metric_families(await exposition(hub))
    return iter([sample for family in families for sample in family.samples])


async def a_day(hub: Hub) -> None:
    """A little of everything."""
    await hub.register(a_row(), a_row(number=""), key="1")
    await hub.register(a_row(), a_row(number=""), key="1")
    await hub.ask()
    await hub.ask(birthdate="1990-01-01")
    await hub.ask(birthdate="1990-13-01")
    await hub.ask_oqs(a_message())
    await hub.ask_oqs(a_message(birthdate="19901301"))
    await hub.ask_oqs(a_tree(), content_type="application/json")
    await hub.ask("operator")
    await hub.http.post("/v1/eligibility-checks", json=a_question())
    await hub.http.get("/nowhere")
    await hub.http.put("/live")


async def test_everything_is_counted_once(tmp_path: Path) -> None:
    async with a_hub(tmp_path / "store", tmp_path) as hub:
        await a_day(hub)
        counted = {(one.name, tuple(sorted(one.labels.items()))): one.value for one in await samples(hub)}

    def value(name: str, **labels: str) -> float:
        return counted[name, tuple(sorted(labels.items()))]

    assert value("kaihoken_answers_total", carrier="json", validity="1") == 1
    assert value("kaihoken_answers_total", carrier="json", validity="4") == 1
    assert value("kaihoken_answers_total", carrier="oqs-xml", validity="1") == 1
    assert value("kaihoken_answers_total", carrier="oqs-json", validity="1") == 1
    assert value("kaihoken_refusals_total", code="identity.date") == 1
    assert value("kaihoken_refusals_total", code="oqs.impossible-date") == 1
    assert value("kaihoken_refusals_total", code="access.scope-missing") == 1
    assert value("kaihoken_refusals_total", code="access.token-missing") == 1
    assert value("kaihoken_refusals_total", code="hub.path") == 1
    assert value("kaihoken_refusals_total", code="hub.method") == 1
    assert value("kaihoken_registration_rows_total", status="registered") == 1
    assert value("kaihoken_registration_rows_total", status="refused") == 1
    assert value("kaihoken_question_seconds_count") == 8
    assert value("kaihoken_question_seconds_bucket", le="+Inf") == 8
    assert value("kaihoken_failures_total") == 0
    assert value("kaihoken_ready") == 1
    clients = len(hub.keys)
    assert value("kaihoken_log_size") == 1 + clients + 1 + 4, "birth, clients, one registration, four answers"
    assert value("kaihoken_log_head_age_seconds") >= 0
    batches = value("kaihoken_log_size")
    assert value("kaihoken_commit_records_count") == batches - 1, "birth comes before there is a writer"
    assert value("kaihoken_commit_records_sum") >= batches - 1
    assert value("kaihoken_commit_seconds_count") == batches - 1
    assert value("kaihoken_commit_queue", of="questions") == 0
    assert value("kaihoken_commit_queue", of="slices") == 0
    assert value("kaihoken_lookup_keys") == 1
    assert (
        value("kaihoken_key_age_seconds", key="log") == value("kaihoken_key_age_seconds", key="lookup") == 0
    )
    assert value("kaihoken_store_bytes") > 0
    assert value("kaihoken_store_unmerged_bytes") > 0
    assert value("kaihoken_store_free_bytes") > 0


async def test_no_label_names_anybody(tmp_path: Path) -> None:
    async with a_hub(tmp_path / "store", tmp_path) as hub:
        await a_day(hub)
        found = list(await samples(hub))

    assert {label for one in found for label in one.labels} <= LABELS
    told = " ".join(value for one in found for name, value in one.labels.items() if name != "le")
    assert [secret for secret in (FACILITY, INSURER, "clinic", "山田", "56") if secret in told] == []


async def test_every_metric_is_documented_and_every_documented_one_is_there(tmp_path: Path) -> None:
    """Also those that have counted nothing yet: the type of each stands in the text."""
    page = DOCS.read_text(encoding="utf-8")
    documented = {
        line.split("`")[1].partition("{")[0] for line in page.splitlines() if line.startswith("| `kaihoken_")
    }
    async with a_hub(tmp_path / "store", tmp_path) as hub:
        text = await exposition(hub)
    there = {line.split()[2] for line in text.splitlines() if line.startswith("# TYPE ")}

    assert there == documented


@pytest.mark.postgres
async def test_a_database_tells_its_size_and_no_disk(tmp_path: Path, postgres_url: str) -> None:
    async with a_hub(postgres_url, tmp_path) as hub:
        there = {one.name: one.value for one in await samples(hub)}

    assert there["kaihoken_store_bytes"] > 1_000_000
    assert not {"kaihoken_store_free_bytes", "kaihoken_store_unmerged_bytes"} & there.keys()


async def test_a_store_that_cannot_be_asked_hides_no_other_number(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def failed(self: SqliteStore) -> None:
        raise Problem("store.failed", reason="test")

    monkeypatch.setattr(SqliteStore, "extent", failed)
    async with a_hub(tmp_path / "store", tmp_path) as hub:
        there = {one.name for one in await samples(hub)}

    assert "kaihoken_ready" in there
    assert "kaihoken_store_bytes" not in there


async def test_who_waits_for_a_commit_is_counted_and_so_are_batches(tmp_path: Path) -> None:
    async with a_hub(tmp_path / "store", tmp_path) as hub:
        committer = hub.machine.committer
        before = committer.pulse.records.counts[2]  # three or four records
        waiting = [asyncio.ensure_future(committer.commit([Entry("test", b"{}")])) for _ in range(3)]
        bulk = [asyncio.ensure_future(committer.commit_slice([Entry("test", b"{}")])) for _ in range(2)]
        await asyncio.sleep(0)
        seen = committer.waiting
        await asyncio.gather(*waiting, *bulk)

        assert seen == (3, 2)
        assert committer.waiting == (0, 0)
        assert committer.pulse.records.counts[2] == before + 1, "three questions and one slice"


async def test_other_parts_of_a_hub_tell_their_own_numbers(tmp_path: Path) -> None:
    async with a_hub(tmp_path / "store", tmp_path) as hub:
        hub.machine.metrics.also(lambda: [GaugeMetricFamily("more", "more", value=7)])
        there = {one.name: one.value for one in await samples(hub)}

    assert there["more"] == 7
