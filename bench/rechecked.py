"""`python -m bench.rechecked FOLDER CLAIMS`: a year of claims held against twice as many periods, and beside it the raw
hash join of DuckDB on the same tables. The tables are made once, in a process of their own, and kept in the folder.

Prints what it measured as JSON; `bench.rechecking` makes rows of it. Needs the libraries of planners.

What is compared:

- the *raw join* writes down the pairs of a claim and a coverage of equal insurer, birth date and 番号 that ran on the
  first day of care: two keys and a range. The same *counted* writes nothing: the least that anybody could ask of these
  tables, and the stricter measure, which is told beside it;
- the *recheck join* is the statement `pairs`, as the recheck runs it: it compares 記号, 枝番 and the last day
  as well, and writes down what it finds of every pair;
- the *whole recheck* is everything from the checked tables to the verdicts, the lists and the report in their files.
  A row of its own says what it comes to with reading and checking the two Parquet files before.

These joins run in turn, on the tables that the recheck just used; medians.
"""

import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from hashlib import blake2b
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import duckdb

from kaihoken.claims.recheck import Recheck
from kaihoken.claims.recheck.statement import statement
from kaihoken.claims.recheck.written import write_lists

Measured = dict[str, float]

THREADS: Final = 2
MEMORY: Final = "6GB"
TIMES: Final = 5
DISK: Final = 700
"""Bytes of disk for each claim while it runs: its tables, what is read of them, what does not fit into memory."""

_COVERAGES = """
    with people as (
        select
            i::integer as person,
            date '2026-01-01' + (hash(i) % 330)::integer as change,
            case hash(i + 5) % 50 when 0 then -10 when 1 then -10 else
                case when hash(i + 5) % 5 = 2 then 20 else 0 end end as gap,
            date '1936-01-01' + (hash(i + 6) % 30000)::integer as birthdate,
            case when hash(i + 9) % 50 = 0 then 0 else 1 end as renumbered
        from range({people}) as t(i)
    )
    select
        person,
        lpad((1000000 + hash(person * 2 + k * renumbered) % 3400 * 10)::varchar, 8, '0') as insurer_number,
        case when hash(person + k * renumbered) % 3 = 0
            then '国' || (hash(person * 3 + k * renumbered) % 1700)::varchar
            else lpad((hash(person * 3 + k * renumbered) % 100000)::varchar, 8, '0') end as symbol,
        lpad((1 + hash(person * 2 + k * renumbered) % 9999999)::varchar, 7, '0') as number,
        lpad((hash(person) % 5)::varchar, 2, '0') as branch,
        birthdate,
        case k when 0 then date '2015-04-01' else change end as from_day,
        case k when 0 then change - gap end as until_day,
        case when k = 0 then case when hash(person + 8) % 100 = 0 then '01' else '03' end end as loss_reason,
        '01' as kind,
        timestamptz '2026-01-01 00:00:00+09:00' as recorded_at,
        null::timestamptz as superseded_at
    from people, range(2) as u(k)
"""
"""Two periods a person, the second with another insurer: in every fifth case after a gap, in every 25th before the
first has ended. Every fiftieth person comes back under the numbers of before, so that these fit two periods; of them,
too, every 25th is covered twice for ten days."""

_CLAIMS = """
    with visits as (
        select
            i,
            (hash(i + 99) % {people})::integer as person,
            date '2026-01-01' + (hash(i + 3) % 334)::integer as first_day,
            hash(i + 77) % 100 > 0 as timely
        from range({claims}) as t(i)
    ),
    placed as (
        select v.*, least(
            extract(day from first_day) + hash(i + 4) % 14, extract(day from last_day(first_day))
        )::integer as again
        from visits as v
    )
    select
        'C' || i::varchar as claim_id,
        c.insurer_number,
        c.symbol,
        case when hash(i) % 50 = 0 then '9999999999' else ltrim(c.number, '0') end as number,
        case when hash(i + 1) % 50 = 0 then '' else c.branch end as branch,
        c.birthdate,
        date_trunc('month', first_day)::date as month,
        list_distinct([extract(day from first_day)::integer, again]) as days,
        (hash(i) % 3000)::integer as points,
        hash(i + 2) % 20 = 0 as public_payer
    from placed as p
    inner join '{coverages}' as c
        on c.person = p.person and (c.until_day is null) = (
            timely and first_day >= date '2026-01-01' + (hash(p.person) % 330)::integer)
"""
"""One or two visits in a month of 2026: 1 in 100 by the numbers of the period before, 2 by numbers that nobody has."""

_RAW = """
    select c.claim, v.coverage from claims as c inner join coverages as v
        on c.owner = v.owner and c.number_key = v.number_key
        and c.first_day between v.acquired and v.lost - 1
"""

_JOINS = {
    "counted": f"select count(*) from ({_RAW})",
    "raw": f"create or replace temp table raw as {_RAW}",
    "joined": f"create or replace temp table pairs as {statement('pairs')}",
}


def _files(folder: Path, claims: int) -> tuple[Path, Path]:
    """Where the two tables stand. Their names change with what makes them."""
    version = blake2b((_COVERAGES + _CLAIMS).encode(), digest_size=3).hexdigest()
    return folder / f"claims-{claims}-{version}.parquet", folder / f"coverages-{claims * 2}-{version}.parquet"


def make(folder: Path, claims: int) -> None:
    """Makes the two tables as Parquet."""
    files = _files(folder, claims)
    for file, select in zip(reversed(files), (_COVERAGES, _CLAIMS), strict=True):
        if not file.exists():
            made = file.with_suffix(".making")
            text = select.format(people=claims, claims=claims, coverages=files[1])
            duckdb.execute(f"set memory_limit = '{MEMORY}'; set threads = {THREADS}")
            duckdb.execute(f"set temp_directory = '{folder}/making'")
            duckdb.execute(f"copy ({text}) to '{made}' (format parquet, compression zstd)")
            made.rename(file)


def _measured(folder: Path, claims: int) -> Measured:
    files = _files(folder, claims)
    with TemporaryDirectory(dir=folder) as working:
        run = Recheck(spill=Path(working) / "spill", memory=MEMORY, threads=THREADS)
        read, read_cpu = _taken(lambda: run.read([("claims", files[0])], files[1]))
        decided, decided_cpu = _taken(run.decide)
        written, written_cpu = _taken(lambda: write_lists(run.database, Path(working), "parquet"))
        told = run.told()
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        if told.claims != claims or told.refused:
            raise SystemExit(f"{told.claims} of {claims} claims have a verdict: nothing is reported")
        joins: dict[str, list[tuple[float, float]]] = {name: [] for name in _JOINS}
        for _ in range(TIMES):
            for name, text in _JOINS.items():
                joins[name].append(_taken(lambda asked=text: run.database.execute(asked).fetchall()))
        disk = sum(file.stat().st_size for file in Path(working).rglob("*") if file.is_file())
        run.close()
    return {
        "claims": claims,
        "read": read,
        "decided": decided + written,
        "cpu": decided_cpu + written_cpu,
        "read_cpu": read_cpu,
        **{name: statistics.median(seconds for seconds, _ in taken) for name, taken in joins.items()},
        **{f"{name}_cpu": statistics.median(cpu for _, cpu in taken) for name, taken in joins.items()},
        "mebibytes": peak,
        "gigabytes": (disk + sum(file.stat().st_size for file in files)) / 1e9,
        "load": os.getloadavg()[2],
        "unlike": sum(row.claims for row in told.rows if row.verdict != "as-written"),
    }


def _taken(work: Callable[[], object]) -> tuple[float, float]:
    """Seconds by the clock and of processor."""
    began, cpu = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - began, time.process_time() - cpu


def main() -> None:
    """Measures, once the tables are there."""
    folder, claims = Path(sys.argv[1]), int(sys.argv[2])
    if sys.argv[3:] == ["make"]:
        make(folder, claims)
        return
    folder.mkdir(parents=True, exist_ok=True)
    free, needed = shutil.disk_usage(folder).free, claims * DISK
    print(
        f"{needed / 1e9:.0f} GB of disk in {folder}, {free / 1e9:.0f} are free", file=sys.stderr, flush=True
    )
    if free < needed:
        raise SystemExit("too little disk: nothing is measured")
    if not all(file.exists() for file in _files(folder, claims)):
        making = [sys.executable, "-m", "bench.rechecked", str(folder), str(claims), "make"]
        subprocess.run(making, check=True)  # so that its memory is not that of the recheck
    print(json.dumps(_measured(folder, claims)))


if __name__ == "__main__":
    main()
