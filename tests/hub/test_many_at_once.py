"""A thousand identical questions at once: the same answer to each, one record each, and every receipt holds."""

import asyncio
from base64 import b64decode
from collections import Counter
from hashlib import sha256
from pathlib import Path

import msgspec

from kaihoken.access import Limit, Limits
from kaihoken.audit import checked_receipt, public_keys
from kaihoken.coverage.registration.registrar import SLICE

from .hub import Hub, a_hub, a_message, a_row

MANY = 1_000
NO_LIMIT = Limit(count=1_000_000, seconds=1, burst=1_000_000)
# How many questions find time beside one registration is the machine's affair.
WIDE = Limits(facility=NO_LIMIT, overall=NO_LIMIT, not_found=NO_LIMIT)


async def records_since(hub: Hub, size: int) -> int:
    """How many records stand in the batches after the first `size`."""
    log = hub.machine.committer.log
    return sum([(await log.batch(seq)).head.batch_size for seq in range(size, await log.size())])


async def test_a_thousand_identical_questions_have_one_answer_and_a_record_each(
    location: str | Path, tmp_path: Path
) -> None:
    async with a_hub(location, tmp_path, limits=WIDE) as hub:
        await hub.register(a_row(address="東京都架空区1-2-3"))
        await hub.token("clinic")
        size = hub.machine.committer.head.size

        answers = await asyncio.gather(*(hub.ask() for _ in range(MANY)))

        assert Counter(answer.status_code for answer in answers) == {200: MANY}
        shown = {body[: body.index(b',"answer_hash"')] for body in (answer.content for answer in answers)}
        assert len(shown) == 1
        [answer_hash] = {answer.json()["answer_hash"] for answer in answers}
        assert sha256(shown.pop().removeprefix(b'{"answer":')).hexdigest() == answer_hash

        keys = public_keys(hub.machine.keys)
        places: Counter[tuple[int, int]] = Counter()
        for answer in answers:
            text = answer.text
            receipt = checked_receipt(text[text.index('"receipt":') + 10 : -1], keys)
            places[receipt.head.size, receipt.index] += 1
            assert msgspec.json.decode(receipt.body)["answer_hash"] == answer_hash
        assert len(places) == MANY, "no two answers share a record"
        assert hub.machine.committer.head.size - size < MANY, "they were committed together"
        assert await records_since(hub, size) == MANY, "and nothing else was"


async def test_different_questions_at_once_are_not_mixed_up(location: str | Path, tmp_path: Path) -> None:
    async with a_hub(location, tmp_path, limits=WIDE) as hub:
        rows = [
            a_row(link=f"link-{number}", number=str(number), name=f"架空　{number}")
            for number in range(1, 61)
        ]
        assert (await hub.register(*rows)).json()["registered"] == 60
        await hub.token("clinic")

        async def name_of(number: int) -> str:
            answer = await hub.ask(number=str(number))
            found: str = answer.json()["answer"]["results"][0]["name"]
            record = msgspec.json.decode(b64decode(answer.json()["receipt"]["body"]))
            assert record["answer_hash"] == answer.json()["answer_hash"]
            return found

        async def name_in_message(number: int) -> str:
            answer = await hub.ask_oqs(a_message(number=str(number), identifier=f"of-{number}"))
            assert f"<ArbitraryFileIdentifier>of-{number}</ArbitraryFileIdentifier>" in answer.text
            return answer.text.partition("<Name>")[2].partition("</Name>")[0]

        numbers = [number for number in range(1, 61) for _ in range(3)]
        plain, messages = await asyncio.gather(
            asyncio.gather(*map(name_of, numbers)), asyncio.gather(*map(name_in_message, numbers))
        )

        assert plain == messages == [f"架空　{number}" for number in numbers]


async def test_questions_beside_a_registration_see_all_of_a_slice_or_nothing_of_it(
    location: str | Path, tmp_path: Path
) -> None:
    async with a_hub(location, tmp_path, limits=WIDE) as hub:
        await hub.token("clinic")
        rows = [a_row(link=f"link-{number}", number=str(number)) for number in range(1, 301)]
        writing = asyncio.create_task(hub.register(*rows))
        seen: list[str] = []
        while not writing.done():
            first, last = await asyncio.gather(hub.ask(number="1"), hub.ask(number=str(SLICE)))
            seen.append(first.json()["answer"]["validity"] + last.json()["answer"]["validity"])

        assert (await writing).json()["registered"] == 300
        assert set(seen) <= {"44", "41", "11"}, "the second is asked later, never earlier, than the first"
        assert (await hub.ask(number="300")).json()["answer"]["validity"] == "1"
