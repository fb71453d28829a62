"""The look-up key of a whole nation is replaced while others ask: how long it takes, how long they wait, and that
everybody is found all the while: by number, by card and by 照会番号."""

import asyncio
import shutil
import statistics
import time
from dataclasses import dataclass
from datetime import date
from itertools import chain, islice, zip_longest
from pathlib import Path

import httpx
import msgspec

from bench.machine import HUB_PORT, SECONDS, Load, RunningHub, hub, make_load, median, refuse_bad
from bench.nation import FACILITY, Nation, as_json, card_as_json, copied, enrol, wrk_script
from bench.table import Row
from kaihoken.access import Kind, Scope
from kaihoken.store import FileKeys, Sort, wish

CLIENTS = 16
REFERENCES = 1_000


@dataclass(frozen=True, slots=True)
class _Rotated:
    """What a rotation took, the load beside it, and how many of its answers were none or found nobody."""

    seconds: float
    loads: tuple[Load, ...]
    failed: int


def while_rotating(asked: Nation, folder: Path) -> list[Row]:
    """On a copy, because the nation is kept."""
    changed = copied(asked, folder / "rotating")
    desk = (Kind.FACILITY, FACILITY, {Scope.REFERENCES_WRITE})
    asyncio.run(enrol(changed.folder, changed.store, {"desk": desk}))
    with hub(changed.folder, HUB_PORT) as running:
        bodies = _in_turn(changed, _registered(changed, running))
        done = _rotated(changed, running, folder, bodies)
    shutil.rmtree(changed.folder)
    refuse_bad(done.loads)
    answers = sum(load.answers for load in done.loads)
    shown = (
        f"{done.failed} of {answers:,} by number, card and 照会番号 ({median(done.loads):,.0f}/s beside it; "
        f"{done.seconds:.0f} s, {asked.people / done.seconds:,.0f} people a second)"
    )
    name = f"questions that failed while the look-up key of {asked.people:,} people was replaced"
    p99 = statistics.median(load.p99_ms for load in done.loads)
    waited = f"{p99:.1f} ms, median {statistics.median(load.p50_ms for load in done.loads):.1f} ms"
    return [
        Row(name, 0, "low", done.failed, shown),
        Row(f"p99 of these questions, {CLIENTS} clients", 25, "low", p99, waited),
    ]


def _registered(asked: Nation, running: RunningHub) -> list[bytes]:
    """Gives 照会番号 to people whose coverage runs, and the questions by them."""
    headers = {"Authorization": f"Bearer {running.token('desk')}"}
    questions: list[bytes] = []
    # Each coverage once: a second number would take the place of the first.
    coverages = {as_json(coverage): coverage for coverage in asked.coverages}
    with httpx.Client(base_url=running.url, headers=headers, timeout=60) as http:
        for number, (question, coverage) in enumerate(coverages.items()):
            if len(questions) == REFERENCES:
                break
            reference = f"bench-{number}"
            said = msgspec.json.decode(question, type=dict[str, str])
            del said["by"]
            answer = http.post(
                "/v1/reference-numbers",
                json=said | {"reference_number": reference},
                headers={"Idempotency-Key": reference},
            )
            if answer.is_success and answer.json()["status"] == "registered":
                questions.append(_by_reference(reference, coverage.birthdate))
    return questions


def _by_reference(reference: str, birthdate: date) -> bytes:
    return msgspec.json.encode({"by": "reference", "reference_number": reference, "birthdate": birthdate})


def _in_turn(asked: Nation, by_reference: list[bytes]) -> list[bytes]:
    """Questions of the three kinds, one after the other."""
    if not (asked.cards and by_reference):
        raise SystemExit("nobody has a card, or nobody a 照会番号: not every kind could be asked")
    kinds = (
        [as_json(coverage) for coverage in islice(asked.coverages, 3 * REFERENCES)],
        [card_as_json(card) for card in islice(asked.cards, 3 * REFERENCES)],
        by_reference,
    )
    return [body for body in chain.from_iterable(zip_longest(*kinds)) if body is not None]


def _rotated(asked: Nation, running: RunningHub, folder: Path, bodies: list[bytes]) -> _Rotated:
    """Wishes another look-up key of a running hub and asks until the old one is gone."""
    keys = asked.folder / "keys"
    failed = folder / "failed.txt"
    failed.unlink(missing_ok=True)
    url = f"{running.url}/v1/eligibility-checks"

    def load(seconds: int) -> Load:
        script = _script(folder, bodies, running.token("clinic"), failed)  # a token lives five minutes
        return make_load(url, script, seconds, clients=CLIENTS)

    load(2)
    before = FileKeys(keys).lookup_created()[0][0]
    wish.wish(keys, Sort.lookup)
    began = time.monotonic()
    loads = []
    while [version for version, _ in FileKeys(keys).lookup_created()] != [before + 1]:
        loads.append(load(SECONDS))
    seconds = time.monotonic() - began
    loads.append(load(2))
    missed = failed.read_text(encoding="ascii").count("\n") if failed.exists() else 0
    return _Rotated(seconds, tuple(loads), missed)


def _script(folder: Path, bodies: list[bytes], token: str, failed: Path) -> Path:
    """Everybody who is asked about is there: an answer that knows nobody leaves a line in a file."""
    script = wrk_script(folder / "rotating.lua", bodies, "application/json", token)
    script.write_text(
        f"""{script.read_text(encoding="utf-8")}
local failed = io.open("{failed}", "a")
failed:setvbuf("line")
function response(status, headers, body)
  local situation = body:match('"situation":"([%w-]+)"')
  if status ~= 200 or not situation or situation == "not-found" or situation == "card-not-linked" then
    failed:write(status, " ", situation or "none", "\\n")
  end
end
""",
        encoding="utf-8",
    )
    return script
