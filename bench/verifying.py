"""Afterwards: were the answers of a run right and on record?

In one round of the run the load maker keeps every answer: each is the one that its record names, its receipt holds
against the published keys, and the store holds the batch. Meanwhile a slow client asks too; its answers are decided
again by the plain `verify` from the truth in the store, as known at their commit.
"""

import asyncio
from collections.abc import Iterator, Sequence
from datetime import date
from hashlib import sha256
from pathlib import Path

import httpx
import msgspec

from bench.machine import RunningHub
from bench.nation import Nation, as_json
from kaihoken.audit import checked_receipt, public_keys
from kaihoken.coverage import (
    CommitSequence,
    Coverage,
    NumberInquiry,
    finder_for,
    place_of_question,
    verify,
)
from kaihoken.identity import NORMALISATION_VERSION, InsurerNumber
from kaihoken.store import FileKeys, Statement, open_store

_ROOTS = Statement(
    "batch roots", "SELECT seq, batch_root FROM log_batch", "SELECT seq, batch_root FROM log_batch"
)
_decode = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
_decode_record = msgspec.json.Decoder(dict[str, object]).decode


async def sample(
    hub: RunningHub, coverages: Sequence[Coverage], seconds: float
) -> list[tuple[Coverage, bytes]]:
    """Answers collected one after the other while others load the hub."""
    kept: list[tuple[Coverage, bytes]] = []
    headers = {"Authorization": f"Bearer {hub.token('clinic')}", "Content-Type": "application/json"}
    loop = asyncio.get_running_loop()
    until = loop.time() + seconds
    async with httpx.AsyncClient(base_url=hub.url, headers=headers, timeout=20) as http:
        for coverage in coverages:
            if loop.time() > until:
                break
            answer = await http.post("/v1/eligibility-checks", content=as_json(coverage))
            answer.raise_for_status()
            kept.append((coverage, answer.content))
    return kept


async def all_on_record(nation: Nation, kept: Path) -> int:
    """How many of the kept answers are on record. SystemExit at the first that is not."""
    keys = public_keys(FileKeys(nation.folder / "keys"))
    store = await open_store(nation.store, read_only=True)
    try:
        roots = {row[0]: row[1] for row in await store.fetch(_ROOTS)}
    finally:
        await store.close()
    count = 0
    for body in _bodies(kept):
        told = _decode(body)
        receipt = checked_receipt(bytes(told["receipt"]).decode(), keys)
        named = _decode_record(receipt.body)["answer_hash"]
        if named != sha256(bytes(told["answer"])).hexdigest():
            raise SystemExit("a receipt is about another answer than the one that it came with")
        if roots.get(receipt.head.size - 1) != receipt.head.batch_root:
            raise SystemExit("the store does not hold the batch of a receipt")
        count += 1
    return count


def _bodies(kept: Path) -> Iterator[bytes]:
    with kept.open("rb") as file:
        while line := file.readline():
            yield file.read(int(line))


async def check(nation: Nation, kept: Sequence[tuple[Coverage, bytes]]) -> int:
    """How many answers were verified. SystemExit at the first that does not hold."""
    holder = FileKeys(nation.folder / "keys")
    keys = public_keys(holder)
    lookup_keys = holder.lookup_keys(NORMALISATION_VERSION)
    store = await open_store(nation.store, read_only=True)
    try:
        finder = finder_for(store)
        for coverage, body in kept:
            text = body.decode()
            checked_receipt(text[text.index('"receipt":') + 10 : -1], keys)
            told = msgspec.json.decode(body)
            inquiry = NumberInquiry(
                InsurerNumber.parse(coverage.insurer_number),
                coverage.symbol,
                coverage.number,
                coverage.branch,
                coverage.birthdate,
                "9910000007",
            )
            (people,) = await finder.find_each([[place_of_question(inquiry, key) for key in lookup_keys]])
            verdict = verify(
                inquiry,
                [stored.history for stored in people],
                date.fromisoformat(told["answer"]["on"]),
                CommitSequence(told["facts_known_at"]),
            )
            if (verdict.validity, verdict.situation) != (
                told["answer"].get("validity"),
                told["answer"]["situation"],
            ):
                raise SystemExit(f"an answer differs from the plain decision: {told['answer']['situation']}")
    finally:
        await store.close()
    return len(kept)
