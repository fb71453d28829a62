"""`python -m bench [--large]`: run everything, print the table, write it to docs/benchmarks.md."""

import argparse
import asyncio
import os
import shutil
import statistics
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import httpx
import msgspec

from bench import lists, postgres, proving, rotating, verifying
from bench.machine import Load, RunningHub, hub, make_load, noop
from bench.nation import Nation, as_fhir, as_json, as_oqs, keeping, nation, wrk_script
from kaihoken.clock import SystemClock
from kaihoken.coverage import Coverage

ROOT = Path(__file__).resolve().parent.parent
TABLE = ROOT / "docs" / "benchmarks.md"
ROUNDS = 5
SECONDS = 4
KILLED_AFTER = 3
MADE_IN = {100_000: 10, 10_000_000: 900}  # seconds
HUB_PORT, NOOP_PORT = 8471, 8472
MEBIBYTE = 1 << 20


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table. `better` is "high" or "low"."""

    measure: str
    target: float
    better: str
    measured: float
    shown: str

    @property
    def met(self) -> bool:
        return self.measured >= self.target if self.better == "high" else self.measured <= self.target


def main() -> None:
    """Measure and write."""
    arguments = _arguments()
    folder = Path(arguments.folder)
    people = arguments.people or (10_000_000 if arguments.large else 1_000_000)
    main_nation = nation(folder / f"nation-{people}", people)
    small = nation(folder / "nation-100000", 100_000)
    rows: list[Row] = []
    for measured in _measures(arguments, main_nation, small, folder):
        rows += measured
        for row in measured:
            print(f"{'ok  ' if row.met else 'MISS'} {row.measure}: {row.shown}", flush=True)
    if not arguments.people:
        _write(rows, people, arguments.note)


def _measures(
    arguments: argparse.Namespace, main_nation: Nation, small: Nation, folder: Path
) -> Iterator[list[Row]]:
    """The rows of the table, as they are measured."""
    yield [*_made_in(small), *_made_in(main_nation)]
    yield _sqlite(main_nation, folder)
    yield _fhir(main_nation, folder)
    yield _after_a_kill(main_nation, folder)
    yield _by_size(small, main_nation, folder)
    if not arguments.without_postgres:
        yield _postgres(folder, min(main_nation.people, 1_000_000))
    yield _while_registering(main_nation, folder, 1_000_000 if arguments.large else arguments.rows)
    yield _lists(main_nation, folder, 1_000_000 if arguments.large else arguments.items)
    if not arguments.large:
        yield _while_rotating(main_nation, folder)
    yield _proofs(folder, arguments.records or (100_000_000 if arguments.large else 1_000_000))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("--large", action="store_true", help="10 million people")
    parser.add_argument("--people", type=int, help="another size than the published ones (writes no table)")
    parser.add_argument("--folder", default=str(ROOT / "bench-store"), help="where nations are kept")
    parser.add_argument("--rows", type=int, default=100_000, help="rows to register while questions run")
    parser.add_argument("--records", type=int, help="another size of the log whose records are proved")
    parser.add_argument("--items", type=int, default=100_000, help="people of the list that is answered")
    parser.add_argument("--without-postgres", action="store_true")
    parser.add_argument("--note", default="", help="a line about the machine, for the table")
    return parser.parse_args()


def _scripts(folder: Path, asked: Nation, running: RunningHub) -> tuple[Path, Path]:
    token = running.token("clinic")
    today = SystemClock().today()
    plain = wrk_script(folder / "json.lua", [as_json(c) for c in asked.coverages], "application/json", token)
    oqs = wrk_script(
        folder / "oqs.lua", [as_oqs(c, today) for c in asked.coverages], "application/xml", token
    )
    return plain, oqs


def _sqlite(asked: Nation, folder: Path) -> list[Row]:
    """Questions over HTTP against the no-op, JSON against OQS, memory and start: interleaved in one run."""
    with hub(asked.folder, HUB_PORT) as running, noop(NOOP_PORT) as nothing:
        plain, oqs = _scripts(folder, asked, running)
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
    _refuse_bad([*json, *xml])
    rate, p99 = _median(json), statistics.median(load.p99_ms for load in json)
    floor = _median(least)
    ratio, wire = rate / floor, _median(xml) / rate
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


def _fhir(asked: Nation, folder: Path) -> list[Row]:
    """The same questions in FHIR and in JSON, in turn in one run."""
    with hub(asked.folder, HUB_PORT) as running:
        plain, _ = _scripts(folder, asked, running)
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
    _refuse_bad([*json, *fhir])
    rate, of_json = _median(fhir), _median(json)
    shown = f"{rate / of_json:.2f} ({rate:,.0f}/s ÷ {of_json:,.0f}/s)"
    return [Row("FHIR ÷ JSON answer rate", 0.6, "high", rate / of_json, shown)]


def _sampled(running: RunningHub, asked: Nation, url: str, script: Path) -> list[tuple[Coverage, bytes]]:
    loader = threading.Thread(target=make_load, args=(url, script, SECONDS))
    loader.start()
    kept = asyncio.run(verifying.sample(running, asked.coverages, SECONDS))
    loader.join()
    return kept


def _after_a_kill(asked: Nation, folder: Path) -> list[Row]:
    """How long until the hub answers again when it was killed in the middle of answering."""
    with hub(asked.folder, HUB_PORT) as running:
        plain, _ = _scripts(folder, asked, running)
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


def _by_size(small: Nation, large: Nation, folder: Path) -> list[Row]:
    """Time per question among many people against among few: both hubs at once, asked in turn."""
    rates: dict[int, list[Load]] = {small.people: [], large.people: []}
    with hub(small.folder, HUB_PORT) as few, hub(large.folder, HUB_PORT + 5) as many:
        asked = {
            small.people: (few, _scripts(_made(folder / "few"), small, few)[0]),
            large.people: (many, _scripts(_made(folder / "many"), large, many)[0]),
        }
        for _ in range(ROUNDS):
            for people, (running, script) in asked.items():
                rates[people].append(make_load(f"{running.url}/v1/eligibility-checks", script, SECONDS))
    ratio = _median(rates[small.people]) / _median(rates[large.people])
    name = f"time per question at {large.people:,} people ÷ at {small.people:,}"
    return [Row(name, 1.3, "low", ratio, f"{ratio:.2f}")]


def _made(folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    return folder


def _postgres(folder: Path, people: int) -> list[Row]:
    kept = folder / f"nation-pg-{people}"  # all of it: keys without their database would open nothing
    with postgres.server(kept / "postgres") as (address, yardstick):
        asked = nation(kept, people, address)
        with hub(asked.folder, HUB_PORT, address) as running:
            plain, _ = _scripts(folder, asked, running)
            url = f"{running.url}/v1/eligibility-checks"
            make_load(url, plain, 2)
            selects, loads = [], []
            for _ in range(ROUNDS):
                selects.append(postgres.pgbench_rate(yardstick, SECONDS))
                loads.append(make_load(url, plain, SECONDS))
    _refuse_bad(loads)
    rate, floor = _median(loads), statistics.median(selects)
    return [
        Row(
            "the same on PostgreSQL ÷ pgbench -S",
            0.12,
            "high",
            rate / floor,
            f"{rate / floor:.3f} ({rate:,.0f}/s ÷ {floor:,.0f}/s)",
        )
    ]


def _while_registering(asked: Nation, folder: Path, rows: int) -> list[Row]:
    """p99 of questions while an insurer registers; on a copy, because the nation is kept."""
    copy = folder / "registering"
    shutil.rmtree(copy, ignore_errors=True)
    subprocess.run(["cp", "-r", "--reflink=auto", str(asked.folder), str(copy)], check=True)
    os.sync()  # the copy must not be on its way to the disk while commits wait for it
    changed = Nation(copy, str(copy / "store"), asked.people, None, asked.coverages)
    with hub(copy, HUB_PORT) as running:
        done: list[int] = []
        over = threading.Event()
        writer = threading.Thread(target=_register, args=(running, rows, done, over))
        writer.start()
        loads = []
        while not over.is_set():
            plain, _ = _scripts(folder, changed, running)  # a token lives five minutes
            loads.append(make_load(f"{running.url}/v1/eligibility-checks", plain, SECONDS, clients=16))
        writer.join()
    shutil.rmtree(copy)
    _refuse_bad(loads)
    p99 = statistics.median(load.p99_ms for load in loads)
    shown = f"{p99:.1f} ms over {sum(done):,} rows, {_median(loads):,.0f} questions/s beside them"
    return [Row("p99 of questions while rows register", 25, "low", p99, shown)]


def _while_rotating(asked: Nation, folder: Path) -> list[Row]:
    """The look-up key of everybody is replaced while others ask."""
    changed = rotating.copied(asked, folder / "rotating")
    with hub(changed.folder, HUB_PORT) as running:
        done = rotating.rotated(changed, running, folder)
    shutil.rmtree(changed.folder)
    _refuse_bad(done.loads)
    answers = sum(load.answers for load in done.loads)
    p99 = statistics.median(load.p99_ms for load in done.loads)
    shown = (
        f"{done.nobody} of {answers:,} ({_median(done.loads):,.0f}/s beside it, p99 {p99:.1f} ms); "
        f"{done.seconds:.0f} s, {done.people / done.seconds:,.0f} people a second"
    )
    name = f"questions that failed while the look-up key of {done.people:,} people was replaced"
    return [Row(name, 0, "low", done.nobody, shown)]


def _proofs(folder: Path, records: int) -> list[Row]:
    """Receipt, inclusion and consistency out of a large log."""
    done = proving.proved(folder / "proofs", records)
    shown = (
        f"{done.p99_ms:.2f} ms, median {done.median_ms:.2f} (log made in {done.seconds_to_make:.0f} s, "
        f"{done.bytes_on_disk / 1e9:.1f} GB; {proving.PROOFS} proofs, each verified)"
    )
    return [
        Row(
            f"p99 of a receipt with its inclusion proof among {records:,} records",
            5,
            "low",
            done.p99_ms,
            shown,
        ),
        Row(
            "p99 of a consistency proof there",
            5,
            "low",
            done.consistency_p99_ms,
            f"{done.consistency_p99_ms:.2f} ms",
        ),
    ]


def _lists(asked: Nation, folder: Path, items: int) -> list[Row]:
    """One list alone, in time and memory, and one beside those who ask one by one; on a copy, as registering."""
    file = lists.made_list(asked, folder / "list.ndjson", items)
    alone = lists.copied(asked, folder / "listing")
    os.sync()
    with hub(alone.folder, HUB_PORT) as running:
        listed = lists.run_list(running, file)
    beside = lists.copied(asked, folder / "listing")
    os.sync()
    loads: list[Load] = []
    with hub(beside.folder, HUB_PORT) as running:
        sender = threading.Thread(target=lists.run_list, args=(running, file))
        sender.start()
        while sender.is_alive():
            plain, _ = _scripts(folder, beside, running)  # a token lives five minutes
            loads.append(make_load(f"{running.url}/v1/eligibility-checks", plain, SECONDS, clients=16))
        sender.join()
    shutil.rmtree(folder / "listing")
    file.unlink()
    _refuse_bad(loads)
    million = listed.seconds * 1_000_000 / listed.items
    more = (listed.memory_most - listed.memory_before) / MEBIBYTE
    p99 = statistics.median(load.p99_ms for load in loads)
    told = f"{million:.0f} s ({listed.items:,} in {listed.seconds:.1f} s, {listed.zipped / MEBIBYTE:.0f} MiB of ZIP)"
    others = f"{p99:.1f} ms, {_median(loads):,.0f} questions/s beside it"
    return [
        Row("a list (一括照会) of a million people, by the rate of this one", 120, "low", million, told),
        Row("memory that a list takes", 128, "low", more, f"{more:.0f} MiB over {listed.items:,} people"),
        Row("p99 of questions while a list is answered", 25, "low", p99, others),
    ]


def _register(running: RunningHub, rows: int, done: list[int], over: threading.Event) -> None:
    token = ""
    try:
        with httpx.Client(base_url=running.url, timeout=60) as http:
            for start in range(0, rows, 1000):
                if start % 50_000 == 0:
                    token = running.token("operator")
                answer = http.post(
                    "/v1/registrations",
                    content=_rows(start),
                    headers={"Authorization": f"Bearer {token}", "Idempotency-Key": f"bench-{start}"},
                )
                answer.raise_for_status()
                done.append(answer.json()["registered"])
    finally:
        over.set()


def _rows(start: int) -> bytes:
    return msgspec.json.encode(
        {
            "rows": [
                {
                    "kind": "coverage",
                    "link": f"bench-{number}",
                    "insurer_number": "01130012",
                    "insurer_name": "架空",
                    "symbol": f"bench{number % 977}",
                    "number": str(number),
                    "branch": "00",
                    "relation": "1",
                    "sex": "1",
                    "name": "計測　太郎",
                    "kana": "ｹｲｿｸ ﾀﾛｳ",
                    "birthdate": "1980-01-01",
                    "acquired": "2026-04-01",
                    "match": "visible",
                }
                for number in range(start, start + 1000)
            ]
        }
    )


def _median(loads: Sequence[Load]) -> float:
    return statistics.median(load.per_second for load in loads)


def _refuse_bad(loads: Sequence[Load]) -> None:
    bad = sum(load.bad for load in loads)
    if bad:
        raise SystemExit(
            f"{bad} of {sum(load.answers for load in loads)} answers were errors: nothing is reported"
        )


def _made_in(made: Nation) -> list[Row]:
    """How long it took to make the nation, where this run made it."""
    seconds = made.seconds_to_make
    target = MADE_IN.get(made.people)
    if seconds is None or target is None:
        return []
    return [Row(f"{made.people:,} people made", target, "low", seconds, f"{seconds:.1f} s")]


def _write(rows: Sequence[Row], people: int, note: str) -> None:
    """Put the table of this size into the page. Tables of other sizes and what people wrote stay."""
    lines = [
        f"Last run: {SystemClock().today()}, Python {sys.version.split()[0]}. {note}".rstrip(),
        "",
        "| measure | target | measured | |",
        "|---|---|---|---|",
    ]
    for row in rows:
        sign = "≥" if row.better == "high" else "≤"
        lines.append(
            f"| {row.measure} | {sign} {row.target:g} | {row.shown} | {'✓' if row.met else 'not met'} |"
        )
    page = TABLE.read_text(encoding="utf-8")
    begin, end = f"<!-- {people} people -->", f"<!-- end of {people} -->"
    before, _, rest = page.partition(begin)
    _, _, after = rest.partition(end)
    table = "\n".join(lines)
    TABLE.write_text(f"{before}{begin}\n{table}\n{end}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
