"""The restore drill of a whole nation, on both engines, beside a hub that answers: what `kaihoken hub drill` prints is
put into docs/operate.md as it was printed."""

import os
import re
import subprocess
import sys
import threading
from pathlib import Path

import httpx

from bench import postgres
from bench.machine import HUB_PORT, RunningHub, hub
from bench.nation import Nation, as_json, nation, nation_folder
from bench.table import Row
from kaihoken.clock import SystemClock

PASSPHRASE = "eight words that nobody has ever put together"
RTO_SECONDS = 300
_BEGIN, _END = "<!-- measured drills (make bench) -->", "<!-- end of measured drills -->"
_PAUSE_SECONDS = 0.05  # between two questions of the one who asks meanwhile


def drilled(asked: Nation, folder: Path, page: Path | None) -> list[Row]:
    """The drill in a folder, and from a database to another; its transcripts go into the page."""
    work = folder / "drill"
    work.mkdir(exist_ok=True)
    told = {"SQLite": _beside_a_hub(asked, asked.store, "", work)}
    place = nation_folder(folder / f"nation-pg-{asked.people}")
    with postgres.server(place / "postgres", "drill") as address:
        source = nation(place, asked.people, address["nation"])
        told["PostgreSQL"] = _beside_a_hub(source, source.store, address["drill"], work)
    work.rmdir()
    if page is not None:
        _show(page, asked.people, told)
    return [_row(engine, asked.people, transcript) for engine, transcript in told.items()]


def _beside_a_hub(asked: Nation, store: str, target: str, work: Path) -> str:
    over = threading.Event()
    with hub(asked.folder, HUB_PORT, store) as running:
        asking = threading.Thread(target=_ask, args=(asked, running, over))
        asking.start()
        try:
            return _drill(asked, store, target, work)
        finally:
            over.set()
            asking.join()


def _ask(asked: Nation, running: RunningHub, over: threading.Event) -> None:
    """Somebody asks all the while, one question after the other."""
    with httpx.Client(base_url=running.url, timeout=60) as http:
        for number, coverage in enumerate(asked.coverages):
            if number % 1000 == 0:  # a token lives five minutes
                http.headers["Authorization"] = f"Bearer {running.token('clinic')}"
            answer = http.post(
                "/v1/eligibility-checks",
                content=as_json(coverage),
                headers={"Content-Type": "application/json"},
            )
            answer.raise_for_status()
            if over.wait(_PAUSE_SECONDS):
                return


def _drill(asked: Nation, store: str, target: str, work: Path) -> str:
    passphrase, sealed = work / "passphrase", work / "keys.sealed"
    passphrase.write_text(PASSPHRASE, encoding="utf-8")
    environment = os.environ | {
        "KAIHOKEN_STORE": store,
        "KAIHOKEN_KEYS": str(asked.folder / "keys"),
        "KAIHOKEN_WITNESS": str(asked.folder / "witness.jsonl"),
    }
    kaihoken = [sys.executable, "-m", "kaihoken"]
    phrase = ["--passphrase-file", str(passphrase)]
    to = ["--to", target] if target else []
    try:
        subprocess.run(
            [*kaihoken, "keys", "backup", str(sealed), *phrase],
            env=environment,
            check=True,
            stdout=subprocess.DEVNULL,
        )
        done = subprocess.run(
            [*kaihoken, "hub", "drill", "--sealed", str(sealed), *phrase, "--work", str(work), *to],
            env=environment,
            check=False,
            stdout=subprocess.PIPE,
            text=True,
        )
    finally:
        passphrase.unlink()
        sealed.unlink(missing_ok=True)
    if done.returncode:
        raise SystemExit(f"the drill found something:\n{done.stdout}")
    return done.stdout


def _row(engine: str, people: int, transcript: str) -> Row:
    rto = re.search(r"^RTO ([\d.]+) s", transcript, re.MULTILINE)
    rpo = re.search(r"^RPO (\d+) batches, ([\d.]+) s", transcript, re.MULTILINE)
    if rto is None or rpo is None:
        raise SystemExit(f"the drill told no times:\n{transcript}")
    shown = f"{float(rto[1]):.0f} s (RPO {rpo[1]} batches, {rpo[2]} s: what was done since its backup)"
    name = f"restore drill of {people:,} people, {engine}: RTO"
    return Row(name, RTO_SECONDS, "low", float(rto[1]), shown)


def _show(page: Path, people: int, told: dict[str, str]) -> None:
    """Puts the transcripts between the two marks of the page."""
    blocks = [
        f"{engine}, {people:,} fictional people, {SystemClock().today()}:\n\n```text\n{transcript.strip()}\n```"
        for engine, transcript in told.items()
    ]
    before, _, rest = page.read_text(encoding="utf-8").partition(_BEGIN)
    _, _, after = rest.partition(_END)
    page.write_text(before + "\n\n".join([_BEGIN, *blocks, _END]) + after, encoding="utf-8")
