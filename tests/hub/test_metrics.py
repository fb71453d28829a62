"""What the hub counts is what happened, is documented, and names nobody."""

from collections.abc import Iterator
from pathlib import Path

from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.samples import Sample

from .hub import FACILITY, INSURER, Hub, a_hub, a_message, a_question, a_row, a_tree

DOCS = Path(__file__).resolve().parents[2] / "docs" / "hub.md"
LABELS = {"carrier", "validity", "code", "status", "le"}


async def samples(hub: Hub) -> Iterator[Sample]:
    token = await hub.token("operator")
    read = await hub.http.get("/metrics", headers={"Authorization": f"Bearer {token}"})
    assert read.headers["content-type"].startswith("text/plain; version=")
    families = text_string_to_metric_families(read.text)
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
    assert value("kaihoken_log_size") == 1 + 5 + 1 + 4, "birth, clients, one registration, four answers"
    assert value("kaihoken_log_head_age_seconds") >= 0


async def test_no_label_names_anybody(tmp_path: Path) -> None:
    async with a_hub(tmp_path / "store", tmp_path) as hub:
        await a_day(hub)
        found = list(await samples(hub))

    assert {label for one in found for label in one.labels} <= LABELS
    told = " ".join(value for one in found for value in one.labels.values())
    assert [secret for secret in (FACILITY, INSURER, "clinic", "山田", "56") if secret in told] == []


async def test_every_metric_is_documented_and_every_documented_one_is_there(tmp_path: Path) -> None:
    page = DOCS.read_text(encoding="utf-8")
    documented = {
        line.split("`")[1].partition("{")[0] for line in page.splitlines() if line.startswith("| `kaihoken_")
    }
    async with a_hub(tmp_path / "store", tmp_path) as hub:
        await a_day(hub)
        names = {one.name for one in await samples(hub)}

    there = {name.removesuffix("_bucket").removesuffix("_sum").removesuffix("_count") for name in names}
    assert there - {f"{name.removesuffix('_total')}_created" for name in documented} == documented
