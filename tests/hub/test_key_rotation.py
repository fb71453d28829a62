"""Keys are replaced under a hub that answers: everybody is found at every moment, and every receipt holds after it."""

import asyncio
import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from sqlalchemy import func, select

from kaihoken import cli
from kaihoken.access.limits import Limit, Limits
from kaihoken.audit import FileWitness, KindReader, checked_receipt, public_keys
from kaihoken.audit.verifier import keys_from_json, receipt_from_json, verify_receipt
from kaihoken.clock import SystemClock
from kaihoken.hub.upkeep import key_keeper
from kaihoken.hub.upkeep.key_keeper import KeyKeeper
from kaihoken.problems import Problem
from kaihoken.store import FileKeys, Rotated, Sort, Step, Store, Write, asking, statement, wish
from kaihoken.store.rotation import reached_by
from kaihoken.store.schema import lookup

from ..polling import until
from .hub import Hub, a_hub, a_question, a_row
from .process import HubProcess, make_hub

VERSIONS = statement(
    "rows by version", select(lookup.c.key_version, func.count()).group_by(lookup.c.key_version)
)
PEOPLE = 25
MANY = Limits(facility=Limit(count=1_000_000, seconds=1, burst=1_000_000))


@pytest.fixture(autouse=True)
def small_slices(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(key_keeper, "PEOPLE_PER_SLICE", 4)
    monkeypatch.setattr(key_keeper, "_LOOKS_EVERY", 0.01)


def row(number: int) -> dict[str, object]:
    return a_row(number=str(number), link=f"link-{number}")


async def register(hub: Hub, *numbers: int) -> None:
    answer = await hub.register(*map(row, numbers), key=f"people-{numbers}")
    assert answer.json()["registered"] == len(numbers)


async def found(hub: Hub, *numbers: int) -> list[int]:
    """Who of these is not answered as covered."""
    answers = [await hub.post("/v1/eligibility-checks", a_question(number=str(number))) for number in numbers]
    assert {answer.status_code for answer in answers} == {200}, answers[-1].text
    told = [answer.json()["answer"]["validity"] for answer in answers]
    return [number for number, validity in zip(numbers, told, strict=True) if validity != "1"]


async def versions(store: Store) -> list[object]:
    return [version for version, _ in await store.fetch(VERSIONS)]


async def test_everybody_is_found_while_the_look_up_key_is_replaced_and_who_comes_meanwhile_too(
    location: str | Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with a_hub(location, tmp_path, limits=MANY) as hub:
        await register(hub, *range(1, PEOPLE + 1))
        rotation = hub.machine.key_keeper
        steps: list[Step] = []
        missing: list[int] = []
        came: list[int] = []
        write = rotation.write

        async def and_ask(step: Step, writes: Sequence[Write]) -> None:
            await write(step, writes)
            steps.append(step)
            number = 100 + len(steps)
            await register(hub, number)
            came.append(number)
            missing.extend(await found(hub, *range(1, PEOPLE + 1, 6), *came))

        monkeypatch.setattr(rotation, "write", and_ask)
        done = await rotation.rotate_lookup()

        assert missing == []
        assert done.version == 2
        assert done.retired == [1]
        assert {step.name for step in steps} == {"noted", "keyed", "dropped", "retired"}
        assert len([step for step in steps if step.name == "keyed"]) > PEOPLE // 4
        assert await found(hub, *range(1, PEOPLE + 1), *came) == []
        assert await versions(hub.machine.store) == [2]
        await register(hub, 99)
        assert await found(hub, 99) == []
        again = await hub.register(row(1), key="again")
        assert again.json()["unchanged"] == 1, "the link is found under the new key"
    keys = FileKeys(tmp_path / "keys")
    assert [version for version, _ in keys.lookup_created()] == [2]
    where = ["--store", str(location), "--keys", str(tmp_path / "keys")]
    assert await asyncio.to_thread(cli.run, ["store", "check", *where]) == 0
    assert await asyncio.to_thread(cli.run, ["audit", "verify", *where]) == 0


async def test_questions_never_stop_while_everybody_is_keyed_again(
    location: str | Path, tmp_path: Path
) -> None:
    async with a_hub(location, tmp_path, limits=MANY) as hub:
        await register(hub, *range(1, PEOPLE + 1))
        rotating = asyncio.create_task(hub.machine.key_keeper.rotate_lookup())
        missing: list[int] = []
        asked = 0
        while not rotating.done() or asked < PEOPLE:
            missing += await found(hub, asked % PEOPLE + 1)
            asked += 1

        assert (await rotating).version == 2
        assert missing == []


class KilledError(BaseException):
    """The process ends here."""


@pytest.mark.parametrize("dies_at", ["noted", "keyed", "dropped", "retired"])
async def test_a_hub_that_was_killed_goes_on_when_it_starts_again(
    location: str | Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, dies_at: str
) -> None:
    async with a_hub(location, tmp_path, limits=MANY) as hub:
        await register(hub, *range(1, PEOPLE + 1))
        rotation = hub.machine.key_keeper
        write = rotation.write
        seen: list[str] = []

        async def die(step: Step, writes: Sequence[Write]) -> None:
            seen.append(step.name)
            if step.name == dies_at and (dies_at != "keyed" or seen.count("keyed") > 3):
                raise KilledError
            await write(step, writes)

        monkeypatch.setattr(rotation, "write", die)
        with pytest.raises(KilledError):
            await rotation.rotate_lookup()
        before = FileKeys(tmp_path / "keys").lookup_keys(1)
        reached, last = await reached_by(hub.machine.store, before[0])

    assert len(before) == 2
    assert last == PEOPLE
    assert reached == {"noted": 0, "keyed": 12}.get(dies_at, PEOPLE)

    steps: list[Step] = []
    kept = KeyKeeper.write

    async def noted(self: KeyKeeper, step: Step, writes: Sequence[Write]) -> None:
        steps.append(step)
        await kept(self, step, writes)

    monkeypatch.setattr(KeyKeeper, "write", noted)
    async with a_hub(location, tmp_path, limits=MANY, after=hub) as again:
        while len(FileKeys(tmp_path / "keys").lookup_created()) > 1:
            assert await found(again, 1, PEOPLE) == []
        assert await found(again, *range(1, PEOPLE + 1)) == []
        assert await versions(again.machine.store) == [2]

    keyed = [step.until for step in steps if step.name == "keyed"]
    assert keyed == [step for step in (4, 8, 12, 16, 20, 24, 25) if step > reached], (
        "not from the start again"
    )


async def test_the_records_of_a_rotation_say_how_far_it_came_and_name_nobody(tmp_path: Path) -> None:
    async with a_hub(tmp_path / "store", tmp_path, limits=MANY) as hub:
        await register(hub, *range(1, PEOPLE + 1))
        first = hub.machine.committer.committed_seq + 1
        await hub.machine.key_keeper.rotate_lookup()
        log = hub.machine.committer.log
        records = [
            (await log.record(seq, 0)) for seq in range(first, hub.machine.committer.committed_seq + 1)
        ]

    assert {one.kind for one in records} == {key_keeper.LOOKUP_ROTATION}
    bodies = [json.loads(one.body) for one in records]
    assert all(list(body) == sorted(body) for body in bodies), "canonical"
    assert [body["until"] for body in bodies if body["step"] == "keyed"] == [4, 8, 12, 16, 20, 24, 25]


async def test_the_log_goes_on_under_a_new_key_and_receipts_of_both_hold(
    location: str | Path, tmp_path: Path
) -> None:
    async with a_hub(location, tmp_path, limits=MANY) as hub:
        await register(hub, 1)
        old = await hub.post("/v1/eligibility-checks", a_question(number="1"))
        old_head = hub.machine.committer.head

        key_id = await hub.machine.key_keeper.rotate_log()

        new_head = hub.machine.committer.head
        new = await hub.post("/v1/eligibility-checks", a_question(number="1"))
        published = (await hub.http.get("/.well-known/kaihoken-log-keys.json")).content
        head = (await hub.http.get("/v1/log/head")).json()
        proof = (await hub.http.get("/v1/log/inclusion", params={"batch": old_head.size - 1})).content

    keys = keys_from_json(published)
    first, second = sorted(keys.values(), key=lambda key: key.valid_from)
    assert (old_head.key_id, new_head.key_id, head["key_id"]) == (first.key_id, key_id, key_id)
    assert first.valid_to == second.valid_from
    assert second.valid_to is None
    assert old_head.time_ms < new_head.time_ms
    for answer, signed_by in ((old, first), (new, second)):
        receipt = receipt_from_json(json.dumps(answer.json()["receipt"]))
        verify_receipt(receipt, keys)
        assert receipt.head.key_id == signed_by.key_id
    assert json.loads(proof)["head"]["key_id"] == key_id, (
        "what was signed before stands under the new key too"
    )

    seen = [one for one in FileWitness(tmp_path / "witness.jsonl").heads() if one is not None]
    assert {one.key_id for one in seen} == {first.key_id, second.key_id}
    verify = ["audit", "verify", "--store", str(location), "--keys", str(tmp_path / "keys")]
    assert await asyncio.to_thread(cli.run, [*verify, "--witness", str(tmp_path / "witness.jsonl")]) == 0
    async with a_hub(location, tmp_path, limits=MANY, after=hub) as again:
        assert await found(again, 1) == []
        assert again.machine.committer.head.key_id == key_id


async def test_a_log_key_is_replaced_again_and_again_while_questions_run(tmp_path: Path) -> None:
    async with a_hub(tmp_path / "store", tmp_path, limits=MANY) as hub:
        await register(hub, 1)
        keeps, missing = hub.machine.key_keeper, []
        for _ in range(5):
            rotating = asyncio.create_task(keeps.rotate_log())
            while not rotating.done():
                missing += await found(hub, 1)
            await rotating
        assert missing == []
        assert len(public_keys(hub.machine.keys)) == 6
        log = hub.machine.committer.log
        batches = await log.batches(0, await log.size())
        for batch in batches:
            checked_receipt((await log.receipt(batch.seq, 0)).decode(), public_keys(hub.machine.keys))


async def rotations(hub: Hub) -> list[object]:
    """The id of the key that each record of a rotation names."""
    log = hub.machine.committer.log
    reader = KindReader(log, key_keeper.LOG_ROTATION)
    batches = [entries or [] async for _, entries in reader.batches(0, await log.size())]
    return [json.loads(entry.body)["key"] for entries in batches for entry in entries]


async def test_a_log_key_that_began_while_nothing_could_be_committed_goes_on_record_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(key_keeper, "_TRIES_AGAIN_AFTER", 2)
    async with a_hub(tmp_path / "store", tmp_path, limits=MANY) as hub:
        committer = hub.machine.committer
        with monkeypatch.context() as patch:

            async def full(*_: object) -> None:
                raise Problem("store.full", where="test")

            patch.setattr(committer, "commit_slice", full)
            assert await asking.ask_hub(tmp_path / "keys", Sort.log, "")
            assert await rotations(hub) == []
            assert "the record of the newest log key waits: store.full" in caplog.text
        while not await rotations(hub):
            assert await found(hub, 1) == [1]

        assert await rotations(hub) == [committer.head.key_id]
    assert len(FileKeys(tmp_path / "keys").log_keys()) == 2


async def test_a_log_key_whose_hub_was_killed_before_its_record_is_told_by_the_next(
    location: str | Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with a_hub(location, tmp_path, limits=MANY) as hub:

        async def dies(*_: object) -> None:
            raise KilledError

        monkeypatch.setattr(hub.machine.committer, "commit_slice", dies)
        with pytest.raises(KilledError):
            await hub.machine.key_keeper.rotate_log()
    for _ in range(2):
        async with a_hub(location, tmp_path, limits=MANY, after=hub) as again:
            while not await rotations(again):
                assert await found(again, 1) == [1]
            assert await rotations(again) == [again.machine.committer.head.key_id]


async def test_keys_that_another_program_signs_with_too_stay(tmp_path: Path) -> None:
    async with a_hub(tmp_path / "store", tmp_path, limits=MANY) as hub:
        other = FileKeys(tmp_path / "keys").log_keys()[-1]
        other.sign(b"a command that reads the hub's keys")
        before = hub.machine.committer.head.key_id

        with pytest.raises(Problem, match=r"store\.log_key_in_use"):
            await hub.machine.key_keeper.rotate_log()

        await register(hub, 1)
        assert await found(hub, 1) == []
        assert hub.machine.committer.head.key_id == before


async def test_what_is_wished_is_done_or_answered(tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    async with a_hub(tmp_path / "store", tmp_path, limits=MANY) as hub:
        await register(hub, 1, 2)
        told: list[tuple[int, int]] = []
        asked = [
            await asking.ask_hub(folder, sort, str(tmp_path / "store"), lambda *so_far: told.append(so_far))
            for sort in Sort
        ]
        other = FileKeys(folder).log_keys()[-1]
        other.hold()
        with pytest.raises(Problem, match=r"store\.log_key_in_use"):
            await asking.ask_hub(folder, Sort.log, "")
        assert await found(hub, 1, 2) == []

    assert asked == [True, True]
    keys = FileKeys(folder)
    assert ([version for version, _ in keys.lookup_created()], len(keys.log_keys())) == ([2], 2)
    assert sorted(path.name for path in folder.iterdir()) == ["log-1.json", "log-2.json", "lookup-2.json"]


async def test_a_full_disk_of_keys_does_not_end_the_keeper(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    folder = tmp_path / "keys"

    def full(path: Path, content: bytes) -> None:
        raise Problem("store.full", where=path.name)

    async with a_hub(tmp_path / "store", tmp_path, limits=MANY) as hub:
        other = FileKeys(folder).log_keys()[-1]
        other.hold()
        wish.wish(folder, Sort.log)
        with monkeypatch.context() as patch:
            patch.setattr(wish, "write_private", full)
            while "why could not be left" not in caplog.text:
                assert await found(hub, 1) == [1]
        assert wish.is_wished(folder, Sort.log)
        other.let_go()

        assert await asking.ask_hub(folder, Sort.log, "")


async def test_a_rotation_that_cannot_end_is_told_and_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async with a_hub(tmp_path / "store", tmp_path, limits=MANY) as hub:
        await register(hub, 1)
        keeps = hub.machine.key_keeper
        fails = [Problem("store.full", where="test"), Problem("store.full", where="test")]
        done = keeps.rotate_lookup

        async def once_full() -> Rotated:
            if fails:
                FileKeys(tmp_path / "keys").rotate_lookup(hub.clock) if len(fails) == 2 else None
                hub.machine.keys.replace(FileKeys(tmp_path / "keys"))
                raise fails.pop()
            return await done()

        monkeypatch.setattr(keeps, "rotate_lookup", once_full)
        monkeypatch.setattr(key_keeper, "_TRIES_AGAIN_AFTER", 2)
        wish.wish(tmp_path / "keys", Sort.lookup)
        while "has ended" not in caplog.text:
            assert await found(hub, 1) == []
        with pytest.raises(Problem, match=r"store\.full"):
            wish.require_not_refused(tmp_path / "keys", Sort.lookup)

    assert "the lookup key was not replaced: store.full" in caplog.text
    assert "does not end: store.full" in caplog.text


async def test_nobody_hears_where_no_hub_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "HEARS_WITHIN", 0.0)
    monkeypatch.setattr(asking, "LOOKS_EVERY", 0.0)
    async with a_hub(tmp_path / "store", tmp_path / "other"):
        FileKeys.create(tmp_path / "keys", SystemClock())

        assert not await asking.ask_hub(tmp_path / "keys", Sort.log, str(tmp_path / "store"))
        assert not wish.is_wished(tmp_path / "keys", Sort.log)


@pytest.mark.process
def test_the_commands_choose_the_hub_that_runs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    hub = make_hub(tmp_path)
    where = ["--keys", str(tmp_path / "keys"), "--store", str(tmp_path / "store")]
    with hub.alive():
        register_over(hub, 30)
        codes = [cli.run(["keys", "rotate", sort, *where, "--json"]) for sort in ("log", "lookup")]
        published = hub.http.get("/.well-known/kaihoken-log-keys.json").json()["keys"]
        assert [ask_over(hub, hub.token("clinic"), number) for number in (0, 29)] == ["1", "1"]
    at_rest = [cli.run(["keys", "rotate", sort, *where, "--json"]) for sort in ("log", "lookup")]

    listed = [json.loads(line)["keys"] for line in capsys.readouterr().out.splitlines()]
    assert (codes, at_rest) == ([0, 0], [0, 0])
    assert len(published) == 2
    assert [key["name"] for key in listed[1] if key["sort"] == "lookup"] == ["2"]
    assert [key["name"] for key in listed[3] if key["sort"] == "lookup"] == ["3"]
    assert len([key for key in listed[3] if key["sort"] == "log"]) == 3
    with hub.alive():
        assert [ask_over(hub, hub.token("clinic"), number) for number in (0, 29)] == ["1", "1"]


@pytest.mark.process
def test_a_hub_killed_in_the_middle_of_a_rotation_ends_it_after_its_start(tmp_path: Path) -> None:
    hub = make_hub(tmp_path)
    with hub.alive():
        register_over(hub, 600)
        wish.wish(tmp_path / "keys", Sort.lookup)
        until((tmp_path / "keys" / "lookup-2.json").exists, every=0.001)
        hub.kill()
    with hub.alive():
        token = hub.token("clinic")
        while len(FileKeys(tmp_path / "keys").lookup_created()) > 1:
            assert ask_over(hub, token, 599) == "1"
        assert [ask_over(hub, token, number) for number in range(0, 600, 37)] == ["1"] * 17
        hub.kill()

    check = ["store", "check", "--store", str(tmp_path / "store"), "--keys", str(tmp_path / "keys")]
    assert cli.run(check) == 0


def register_over(hub: HubProcess, people: int) -> None:
    token = hub.token("operator")
    for start in range(0, people, 200):
        rows = [row(number) for number in range(start, min(start + 200, people))]
        answer = hub.http.post(
            "/v1/registrations",
            json={"rows": rows},
            headers={"Authorization": f"Bearer {token}", "Idempotency-Key": f"{start}"},
        )
        assert answer.json()["registered"] == len(rows)


def ask_over(hub: HubProcess, token: str, number: int) -> str:
    answer = hub.http.post(
        "/v1/eligibility-checks",
        json=a_question(number=str(number)),
        headers={"Authorization": f"Bearer {token}"},
    )
    assert answer.status_code == 200, answer.text
    validity: str = answer.json()["answer"]["validity"]
    return validity


@pytest.mark.process
def test_a_hub_whose_store_is_not_named_replaces_its_look_up_key_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    hub = make_hub(tmp_path)
    monkeypatch.chdir(tmp_path)
    with hub.alive():
        register_over(hub, 3)
        code = cli.run(["keys", "rotate", "lookup", "--keys", str(tmp_path / "keys")])
        assert ask_over(hub, hub.token("clinic"), 2) == "1"

    assert code == 0
    assert [version for version, _ in FileKeys(tmp_path / "keys").lookup_created()] == [2]


def test_keys_that_something_else_holds_are_told_as_such(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(asking, "HEARS_WITHIN", 0.0)
    held = FileKeys.create(tmp_path / "keys", SystemClock()).log_keys()[-1]
    held.hold()

    code = cli.run(["keys", "rotate", "log", "--keys", str(tmp_path / "keys")])

    assert code == 2
    assert "store.log_key_in_use" in capsys.readouterr().err
    assert len(FileKeys(tmp_path / "keys").log_keys()) == 1
