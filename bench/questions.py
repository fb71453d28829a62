"""Questions over HTTP measured: against a no-op, in each wire format, among few people and many, on both engines, and
after a kill."""

import asyncio
import statistics
import threading
from pathlib import Path

from bench import postgres, verifying
from bench.machine import (
    HUB_PORT,
    MEBIBYTE,
    SECONDS,
    Load,
    RunningHub,
    hub,
    make_load,
    median,
    noop,
    refuse_bad,
)
from bench.nation import Nation, as_fhir, as_oqs, json_script, keeping, nation, nation_folder, wrk_script
from bench.table import Row
from kaihoken.clock import SystemClock
from kaihoken.coverage import Coverage

ROUNDS = 5
KILLED_AFTER = 3
NOOP_PORT = 8472


def over_http(asked: Nation, folder: Path) -> list[Row]:
    """Questions over HTTP against the no-op, JSON against OQS, memory and start: interleaved in one run."""
    with hub(asked.folder, HUB_PORT) as running, noop(NOOP_PORT) as nothing:
        plain, oqs = json_script(folder, asked, running.token("clinic")), _oqs_script(folder, asked, running)
        check_url, search_url = f"{running.url}/v1/eligibility-checks", f"{running.url}/oqs/search"
        make_load(check_url, plain, 2)
        least: list[Load] = []
        json: list[Load] = []
        xml: list[Load] = []
        for _ in range(ROUNDS):
            least.append(make_load(f"{nothing}/", plain, SECONDS))
            json.append(make_load(check_url, plain, SECONDS))
            xml.append(make_load(search_url, oqs, SECONDS))
        answers = folder / "kept.bodies"
        kept = _sampled(running, asked, check_url, keeping(plain, answers))
        memory = running.private_memory() / MEBIBYTE
        start = running.seconds_to_start
    sampled = asyncio.run(verifying.check(asked, kept))
    verified = asyncio.run(verifying.all_on_record(asked, answers))
    answers.unlink()
    refuse_bad([*json, *xml])
    rate, p99 = median(json), statistics.median(load.p99_ms for load in json)
    floor = median(least)
    ratio, wire = rate / floor, median(xml) / rate
    return [
        Row(
            "question by number over HTTP, everything on, SQLite ÷ raw ASGI no-op",
            0.20,
            "high",
            ratio,
            f"{ratio:.3f} ({rate:,.0f}/s ÷ {floor:,.0f}/s; {verified:,} answers of a round "
            f"verified by receipt, {sampled:,} decided again)",
        ),
        Row("p99 of these questions, 64 clients", 10, "low", p99, f"{p99:.1f} ms"),
        Row("OQS XML ÷ JSON answer rate", 0.6, "high", wire, f"{wire:.2f}"),
        Row("hub private memory", 400, "low", memory, f"{memory:.0f} MiB at {asked.people:,} people"),
        Row("hub start", 2, "low", start, f"{start:.2f} s at {asked.people:,} people"),
    ]


def _oqs_script(folder: Path, asked: Nation, running: RunningHub) -> Path:
    today = SystemClock().today()
    bodies = [as_oqs(coverage, today) for coverage in asked.coverages]
    return wrk_script(folder / "oqs.lua", bodies, "application/xml", running.token("clinic"))


def in_fhir(asked: Nation, folder: Path) -> list[Row]:
    """The same questions in FHIR and in JSON, in turn in one run."""
    with hub(asked.folder, HUB_PORT) as running:
        plain = json_script(folder, asked, running.token("clinic"))
        script = wrk_script(
            folder / "fhir.lua",
            [as_fhir(coverage) for coverage in asked.coverages],
            "application/fhir+json",
            running.token("clinic"),
        )
        json: list[Load] = []
        fhir: list[Load] = []
        for _ in range(ROUNDS):
            json.append(make_load(f"{running.url}/v1/eligibility-checks", plain, SECONDS))
            fhir.append(make_load(f"{running.url}/fhir/CoverageEligibilityRequest", script, SECONDS))
    refuse_bad([*json, *fhir])
    rate, of_json = median(fhir), median(json)
    shown = f"{rate / of_json:.2f} ({rate:,.0f}/s ÷ {of_json:,.0f}/s)"
    return [Row("FHIR ÷ JSON answer rate", 0.6, "high", rate / of_json, shown)]


def _sampled(running: RunningHub, asked: Nation, url: str, script: Path) -> list[tuple[Coverage, bytes]]:
    loader = threading.Thread(target=make_load, args=(url, script, SECONDS))
    loader.start()
    kept = asyncio.run(verifying.sample(running, asked.coverages, SECONDS))
    loader.join()
    return kept


def after_a_kill(asked: Nation, folder: Path) -> list[Row]:
    """How long until the hub answers again when it was killed in the middle of answering."""
    with hub(asked.folder, HUB_PORT) as running:
        plain = json_script(folder, asked, running.token("clinic"))
        load = threading.Thread(
            target=make_load, args=(f"{running.url}/v1/eligibility-checks", plain, KILLED_AFTER + 1)
        )
        load.start()
        load.join(KILLED_AFTER)
        running.process.kill()
        load.join()
    with hub(asked.folder, HUB_PORT) as running:
        start = running.seconds_to_start
    return [
        Row(
            "hub start after kill -9 under load", 2, "low", start, f"{start:.2f} s at {asked.people:,} people"
        )
    ]


def by_size(small: Nation, large: Nation, folder: Path) -> list[Row]:
    """Time per question among many people against among few: both hubs at once, asked in turn."""
    rates: dict[int, list[Load]] = {small.people: [], large.people: []}
    with hub(small.folder, HUB_PORT) as few, hub(large.folder, HUB_PORT + 5) as many:
        asked = {
            small.people: (few, json_script(_made(folder / "few"), small, few.token("clinic"))),
            large.people: (many, json_script(_made(folder / "many"), large, many.token("clinic"))),
        }
        for _ in range(ROUNDS):
            for people, (running, script) in asked.items():
                rates[people].append(make_load(f"{running.url}/v1/eligibility-checks", script, SECONDS))
    ratio = median(rates[small.people]) / median(rates[large.people])
    name = f"time per question at {large.people:,} people ÷ at {small.people:,}"
    return [Row(name, 1.3, "low", ratio, f"{ratio:.2f}")]


def _made(folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    return folder


def on_postgres(folder: Path, people: int) -> list[Row]:
    place = nation_folder(
        folder / f"nation-pg-{people}"
    )  # all of it: keys without their database would open nothing
    with postgres.server(place / "postgres", "pgbench") as address:
        asked = nation(place, people, address["nation"])
        with hub(asked.folder, HUB_PORT, asked.store) as running:
            plain = json_script(folder, asked, running.token("clinic"))
            url = f"{running.url}/v1/eligibility-checks"
            make_load(url, plain, 2)
            selects, loads = [], []
            for _ in range(ROUNDS):
                selects.append(postgres.pgbench_rate(address["pgbench"], SECONDS))
                loads.append(make_load(url, plain, SECONDS))
    refuse_bad(loads)
    rate, floor = median(loads), statistics.median(selects)
    return [
        Row(
            "the same on PostgreSQL ÷ pgbench -S",
            0.12,
            "high",
            rate / floor,
            f"{rate / floor:.3f} ({rate:,.0f}/s ÷ {floor:,.0f}/s)",
        )
    ]
