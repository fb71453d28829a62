"""What the log answers to everybody is enough for a stranger to check it, and is always the same bytes."""

import json
from pathlib import Path
from typing import Any

import pytest

from kaihoken.audit import Committer, merkle, public
from kaihoken.audit.head import check_head, head_of_json
from kaihoken.problems import Problem

from .builders import SomeKeys, a_clock, a_new_log, committed, later
from .proofs import verify_consistency, verify_inclusion

KEYS = SomeKeys().public()


def hashes(path: list[str]) -> list[bytes]:
    return [bytes.fromhex(step) for step in path]


async def asked(answer: Any) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(await answer)
    return read


@pytest.fixture
async def committer(tmp_path: Path) -> Any:
    async with a_new_log(tmp_path / "store") as committer:
        await committed(committer, *"abcdefgh")
        yield committer


async def test_the_head_is_the_newest_one_signed(committer: Committer) -> None:
    head = head_of_json(json.loads(public.head(committer)))

    assert head == committer.head
    check_head(head, KEYS)


async def test_an_inclusion_answer_proves_a_batch_now_and_then(committer: Committer) -> None:
    for batch, size in ((0, None), (8, None), (3, 4), (3, 7)):
        answer = await asked(public.inclusion(committer, batch, size))
        head = head_of_json(answer["head"])
        check_head(head, KEYS)
        leaf = merkle.leaf_hash(bytes.fromhex(answer["batch_root"]))

        assert (answer["batch"], answer["size"], head.size) == (batch, size or 9, size or 9)
        assert verify_inclusion(leaf, batch, head.size, hashes(answer["path"]), head.tree_root)


async def test_a_consistency_answer_proves_that_one_log_extends_another(committer: Committer) -> None:
    for old, new in ((1, None), (9, None), (3, 7)):
        answer = await asked(public.consistency(committer, old, new))
        head = head_of_json(answer["head"])
        earlier = (await committer.log.batch(old - 1)).head

        assert (answer["from"], answer["to"], head.size) == (old, new or 9, new or 9)
        assert verify_consistency(old, head.size, earlier.tree_root, head.tree_root, hashes(answer["path"]))


async def test_what_is_not_there_is_a_problem(committer: Committer) -> None:
    for answer in (
        public.inclusion(committer, 9),
        public.inclusion(committer, 0, 10),
        public.inclusion(committer, 0, 0),
        public.inclusion(committer, 5, 5),
        public.consistency(committer, 0),
        public.consistency(committer, 10),
        public.consistency(committer, 5, 4),
        public.consistency(committer, 1, 10),
    ):
        with pytest.raises(Problem, match=r"audit\.no_batch"):
            await answer


def test_the_keys_are_a_key_set_with_validity() -> None:
    keys = SomeKeys().rotated(later(a_clock(), days=1).at)

    first, second = json.loads(public.keys(keys))["keys"]

    assert (first["kty"], first["crv"], first["kid"]) == ("OKP", "Ed25519", keys.log[0].key_id)
    assert (first["valid_from"], first["valid_to"]) == (
        "2026-11-20T03:00:00+00:00",
        "2026-11-21T03:00:00+00:00",
    )
    assert second["valid_to"] is None


def test_the_private_part_of_a_key_is_in_no_answer() -> None:
    keys = SomeKeys()
    private = keys.log[0]._key.private_bytes_raw()

    assert private not in public.keys(keys)
    assert set(json.loads(public.keys(keys))["keys"][0]) == {
        "kty",
        "crv",
        "kid",
        "x",
        "valid_from",
        "valid_to",
    }
