"""A clinic's PC measured: how long its desk takes until it shows a page, what it holds in memory, and how long it asks
about everybody of tomorrow's list, beside a hub on another core."""

import asyncio
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import date, datetime, timedelta
from datetime import time as time_of_day
from pathlib import Path

import httpx
from lxml import html

from bench.machine import HUB_PORT, LOAD_CORE, RunningHub, hub, pinned, running, until
from bench.nation import FACILITY, Nation
from bench.table import Row
from kaihoken.clock import TOKYO, SystemClock
from kaihoken.coverage import Coverage
from kaihoken.demo.clinic import patient_with
from kaihoken.desk import Appointment, enrolment_of_key, make_desk
from kaihoken.desk.orders import Order, OrderState
from kaihoken.desk.running import running as desk_running
from kaihoken.desk.settings import DeskSettings
from kaihoken.identity import check_digit

PATIENTS = 500
LISTED = 20_000
STARTS = 7
START_SECONDS, MOST_MIB, LIST_SECONDS = 1.5, 150, 10
_PORT = 8472
_DESK = f"http://127.0.0.1:{_PORT}"
_PATIENCE = 120.0
_SIGN, _PASSWORD = "受付A", "bench password"
_HEADING = "患者番号,氏名,カナ,生年月日,保険者番号,記号,番号,枝番,負担割合,電話番号,住所," + ",".join(
    f"公費{place}負担者番号,公費{place}受給者番号" for place in range(1, 5)
)


def opened(asked: Nation) -> list[Row]:
    """The rows, with `PATIENTS` people of the nation in the clinic's file, who all come tomorrow."""
    with hub(asked.folder, HUB_PORT) as answering, tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        _make(folder, answering, asked.coverages[:PATIENTS])
        starts = [_started(folder, answering.url) for _ in range(STARTS)]
        order, seconds = asyncio.run(_asked(folder, answering.url))
        with _serving(folder, answering.url) as process:
            until(_shows_a_page, process)
            held = _memory(process.pid, "VmRSS")
            _bring_in(_long_list())
            most = _memory(process.pid, "VmHWM")
    if order.state is not OrderState.KEPT or order.left_out:
        raise SystemExit(f"{order.state}, {len(order.left_out)} left out: nothing is reported")
    start, bare = statistics.median(starts), statistics.median(_bare() for _ in range(STARTS))
    return [
        Row(
            "desk from its command to its first page",
            START_SECONDS,
            "low",
            start,
            f"{start:.2f} s ({start / bare:.0f} × Python alone; longest of {STARTS}: {max(starts):.2f} s)",
        ),
        Row(
            f"desk's memory with {PATIENTS} patients and tomorrow's answers",
            MOST_MIB,
            "low",
            held,
            f"{held:.0f} MiB",
        ),
        Row(
            f"the most that it held while a list of {LISTED:,} patients came in",
            MOST_MIB,
            "low",
            most,
            f"{most:.0f} MiB",
        ),
        Row(
            f"pre-check of {PATIENTS} patients, from the order to answers that are kept",
            LIST_SECONDS,
            "low",
            seconds,
            f"{seconds:.1f} s",
        ),
    ]


def _make(folder: Path, answering: RunningHub, coverages: Sequence[Coverage]) -> None:
    patients = [patient_with(f"{number:05}", one) for number, one in enumerate(coverages)]
    tomorrow = SystemClock().today() + timedelta(days=1)
    opens = datetime.combine(tomorrow, time_of_day(8), TOKYO)
    appointments = [
        Appointment(one, opens + timedelta(minutes=number)) for number, one in enumerate(patients)
    ]
    key = answering.folder / "clinic.jwk"
    enrolment = enrolment_of_key(answering.url, "clinic", FACILITY, "clinic", "desk-1", key)
    make_desk(folder, enrolment, {_SIGN: _PASSWORD}, patients, appointments)


def _serving(folder: Path, hub_url: str) -> AbstractContextManager[subprocess.Popen[bytes]]:
    command = [*pinned(LOAD_CORE), sys.executable, "-m", "kaihoken", "desk", "serve", "--hub", hub_url]
    return running([*command, "--folder", str(folder), "--port", str(_PORT)], {})


def _started(folder: Path, hub_url: str) -> float:
    began = time.perf_counter()
    with _serving(folder, hub_url) as process:
        until(_shows_a_page, process)
        return time.perf_counter() - began


def _shows_a_page() -> bool:
    return httpx.get(f"{_DESK}/sign-in").status_code == 200


def _bare() -> float:
    began = time.perf_counter()
    with running([*pinned(LOAD_CORE), sys.executable, "-c", "pass"], {}) as process:
        process.wait()
    return time.perf_counter() - began


async def _asked(folder: Path, hub_url: str) -> tuple[Order, float]:
    clock = SystemClock()
    async with desk_running(DeskSettings(folder=str(folder), hub=hub_url), clock) as desk:
        began = time.perf_counter()
        day = clock.today() + timedelta(days=1)
        order = await desk.evening.finish(day, asyncio.sleep, _PATIENCE)
        return order, time.perf_counter() - began


def _long_list() -> bytes:
    """A list as a レセコン writes it: all columns, and for every fifth patient 公費 in all of theirs."""
    row = "1{0:05},試験　{0},ｼｹﾝ {0},{1:%Y%m%d},01130012,12-34,56,01,3,03-1234-5678,東京都架空市試験町1-2-3"
    payers = [f"{kind}13701" for kind in (21, 51, 54, 80)]
    subsidies = "".join(f",{payer}{check_digit(payer)},1234566" for payer in payers)
    none = ",," * len(payers)
    lines = (
        row.format(number, date(1930, 1, 1) + timedelta(days=number))
        + (subsidies if number % 5 == 0 else none)
        for number in range(LISTED)
    )
    return "\r\n".join((_HEADING, *lines)).encode()


def _bring_in(content: bytes) -> None:
    """As somebody of the staff does it on the page, with the columns that it offers."""
    with httpx.Client(
        base_url=_DESK, headers={"Origin": _DESK, "Accept": "text/html"}, timeout=_PATIENCE
    ) as http:
        http.post("/sign-in", data={"sign": _SIGN, "password": _PASSWORD})
        asked = http.post("/patients/import", files={"file": ("list.csv", content, "text/csv")}).headers[
            "location"
        ]
        page = html.document_fromstring(http.get(asked).content)
        form = next(one for one in page.forms if one.action.endswith(asked))
        done = http.post(asked, data={name: value or "" for name, value in form.form_values()})
        said = http.get(done.headers["location"]).text
    if f"{LISTED}" not in said.replace(",", ""):
        raise SystemExit("the list did not come in: nothing is reported")


def _memory(pid: int, which: str) -> float:
    """Mebibytes of a process: `VmRSS` now, `VmHWM` at most so far."""
    found = re.search(rf"{which}:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text(encoding="ascii"))
    assert found is not None
    return int(found[1]) / 1024
