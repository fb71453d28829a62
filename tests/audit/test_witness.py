"""A log that does not extend what its witness saw is refused; a witness that is away disturbs nobody."""

import asyncio
import os
import shutil
import stat
from datetime import datetime, timedelta
from pathlib import Path

import httpx
import pytest

from kaihoken.audit import Committer, FileWitness, Head, check_head, witness_at, witness_of
from kaihoken.audit.head import head_json, signed_head
from kaihoken.audit.witness import Feed
from kaihoken.audit.witness_url import UrlWitness
from kaihoken.clock import FixedClock
from kaihoken.problems import Problem
from kaihoken.store import open_store

from .builders import BORN, SomeKey, SomeKeys, a_clock, a_new_log, a_store, committed, later, the_log

KEYS = SomeKeys().public()


class SlowWitness:
    """Takes heads when it is let, or fails."""

    def __init__(self) -> None:
        self.heads: list[Head] = []
        self.open = asyncio.Event()
        self.failing = False
        self.third = asyncio.Event()

    async def append(self, head: Head) -> None:
        await self.open.wait()
        if self.failing:
            raise Problem("audit.witness_unreachable", reason="test")
        self.heads.append(head)
        if len(self.heads) >= 3:
            self.third.set()

    async def last(self) -> Head | None:
        return self.heads[-1] if self.heads else None

    async def close(self) -> None:
        """Nothing to close."""


@pytest.fixture
def witness(tmp_path: Path) -> FileWitness:
    return FileWitness(tmp_path / "witness")


async def test_the_last_head_is_with_the_witness_when_a_hub_has_closed(
    tmp_path: Path, witness: FileWitness
) -> None:
    async with a_new_log(tmp_path / "store", witness=witness) as committer:
        await committed(committer, "a", "b")

    last = await witness.last()
    assert last is not None
    assert last.size == 3
    check_head(last, KEYS)


async def test_a_growing_log_is_witnessed_at_every_tick_and_a_resting_one_every_minute(
    tmp_path: Path, witness: FileWitness
) -> None:
    clock = a_clock()
    async with a_new_log(tmp_path / "store", clock=clock, witness=witness) as committer:
        assert committer.feed is not None
        born = committer.head.time_ms

        async def ticked(seconds: float) -> None:
            assert committer.feed is not None
            later(clock, seconds=seconds)
            committer.tick()
            await committer.feed.drain()

        await ticked(0)
        for seconds in (1, 58.999, 0.001, 1):
            await ticked(seconds)
        await committed(committer, "a")
        await ticked(1)
        assert committer.feed.witnessed == committer.head
        await committed(committer, "b")
        await ticked(1)

    assert [head and (head.size, head.time_ms - born) for head in witness.heads()] == [
        (1, 0),
        (1, 60_000),
        (2, 62_000),
        (3, 63_000),
    ]


class HurryingClock(FixedClock):
    """A minute passes whenever somebody looks."""

    def now(self) -> datetime:
        return later(self, minutes=1).at


async def test_the_ticker_ticks_by_itself(tmp_path: Path) -> None:
    slow = SlowWitness()
    slow.open.set()
    store = await a_store(tmp_path / "store")
    committer = await Committer.open(store, SomeKeys(), HurryingClock(BORN), slow, tick_seconds=0.001)
    await asyncio.wait_for(slow.third.wait(), 10)
    await committer.close()
    await store.close()

    assert {head.size for head in slow.heads} == {1}


async def test_a_witness_that_hangs_or_fails_does_not_hold_up_questions(tmp_path: Path) -> None:
    slow = SlowWitness()
    async with a_new_log(tmp_path / "store", witness=slow) as committer:
        assert committer.feed is not None
        committer.tick()
        await committed(committer, "a", "b")
        committer.tick()
        slow.failing = True
        slow.open.set()
        await committer.feed.drain()
        assert (committer.feed.failures, committer.feed.witnessed) == (2, None)

        slow.failing = False
        committer.tick()
        await committer.feed.drain()
        assert (committer.feed.failures, committer.feed.witnessed) == (2, committer.head)
        assert [head.size for head in slow.heads] == [3]


async def test_the_hubs_log_says_when_a_witness_begins_to_fail_and_when_it_ends(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    witness = SlowWitness()
    witness.open.set()
    feed = Feed(witness)

    async def offered(*sizes: int) -> None:
        for size in sizes:
            feed.offer(a_head(size))
            await feed.drain()

    await offered(1)
    witness.failing = True
    await offered(2, 3, 4)
    witness.failing = False
    await offered(5, 6)

    assert [(record.levelname, record.getMessage()) for record in caplog.records] == [
        (
            "WARNING",
            "the witness does not take the heads of the log: The witness cannot be reached (test)",
        ),
        ("WARNING", "the witness takes heads again, after 3 that it did not"),
    ]


async def a_grown_log(folder: Path, witness: FileWitness | None = None) -> None:
    async with a_new_log(folder, witness=witness) as committer:
        await committed(committer, "a")


async def refused(folder: Path, location: Path, *, begins: bool = False) -> str:
    store = await open_store(folder)
    try:
        with pytest.raises(Problem) as raised:
            async with witness_of(store, str(location), begins=begins):
                pass
        return raised.value.code
    finally:
        await store.close()


async def accepted(folder: Path, location: str, *, begins: bool = False) -> bool:
    store = await open_store(folder)
    try:
        async with witness_of(store, location, begins=begins) as found:
            return found is not None
    finally:
        await store.close()


async def test_a_witness_in_a_folder_that_is_not_there_does_not_answer(tmp_path: Path) -> None:
    await a_grown_log(tmp_path / "store")
    away = tmp_path / "not mounted" / "witness"

    assert await refused(tmp_path / "store", away) == "audit.witness_unreachable"
    assert await refused(tmp_path / "store", away, begins=True) == "audit.witness_unreachable"
    assert not away.parent.exists()


@pytest.mark.parametrize("left", [None, b"", b'{"log_id":"torn'], ids=["gone", "empty", "torn"])
async def test_a_witness_with_nothing_is_not_taken_for_the_one_of_a_log_that_has_grown(
    tmp_path: Path, witness: FileWitness, left: bytes | None
) -> None:
    await a_grown_log(tmp_path / "store", witness)
    location = tmp_path / "witness"
    assert await accepted(tmp_path / "store", str(location))
    location.unlink()
    if left is not None:
        location.write_bytes(left)

    assert await refused(tmp_path / "store", location) == "audit.witness_empty"
    assert await accepted(tmp_path / "store", str(location), begins=True)
    assert not await accepted(tmp_path / "store", "")


async def test_the_first_witness_of_a_log_that_has_just_begun_needs_no_word(tmp_path: Path) -> None:
    await (await a_store(tmp_path / "store")).close()
    assert await accepted(tmp_path / "store", str(tmp_path / "witness"))
    async with the_log(tmp_path / "store"):
        pass

    assert await accepted(tmp_path / "store", str(tmp_path / "witness"))


async def test_a_witness_that_has_heads_is_not_new(tmp_path: Path, witness: FileWitness) -> None:
    await a_grown_log(tmp_path / "store", witness)

    assert await refused(tmp_path / "store", tmp_path / "witness", begins=True) == "audit.witness_not_new"


async def test_only_the_newest_head_waits_for_a_slow_witness() -> None:
    slow = SlowWitness()
    feed = Feed(slow)
    await feed.drain()
    heads = [a_head(size) for size in (1, 2, 3, 4)]
    for head in heads:
        feed.offer(head)
    await asyncio.sleep(0)
    for head in heads:
        feed.offer(head)
    slow.open.set()
    await feed.drain()

    assert slow.heads == [heads[3], heads[3]]


async def test_a_rolled_back_store_is_refused(tmp_path: Path, witness: FileWitness) -> None:
    store = tmp_path / "store"
    async with a_new_log(store, witness=witness) as committer:
        await committed(committer, "a")
    shutil.copytree(store, tmp_path / "earlier")
    async with the_log(store, witness=witness) as committer:
        await committed(committer, "b")
    shutil.rmtree(store)
    shutil.copytree(tmp_path / "earlier", store)

    with pytest.raises(Problem, match=r"audit\.rolled_back"):
        async with the_log(store, witness=witness):
            pass


async def test_a_store_that_was_emptied_is_refused(tmp_path: Path, witness: FileWitness) -> None:
    async with a_new_log(tmp_path / "store", witness=witness):
        pass

    with pytest.raises(Problem, match=r"audit\.rolled_back"):
        async with a_new_log(tmp_path / "new", witness=witness):
            pass


@pytest.mark.parametrize("more", [1, 2, 5])
async def test_a_forked_log_is_refused_whatever_its_length(
    more: int, tmp_path: Path, witness: FileWitness
) -> None:
    store = tmp_path / "store"
    async with a_new_log(store) as committer:
        await committed(committer, "a")
    shutil.copytree(store, tmp_path / "fork")
    async with the_log(store, witness=witness) as committer:
        await committed(committer, "b", "c")
    async with the_log(tmp_path / "fork") as committer:
        await committed(committer, *["x"] * more)

    with pytest.raises(Problem, match=r"audit\.forked" if more > 1 else r"audit\.rolled_back"):
        async with the_log(tmp_path / "fork", witness=witness):
            pass


async def test_the_same_log_further_on_is_accepted(tmp_path: Path, witness: FileWitness) -> None:
    store = tmp_path / "store"
    async with a_new_log(store, witness=witness) as committer:
        await committed(committer, *"abc")
    async with the_log(store) as committer:
        await committed(committer, *"defg")

    async with the_log(store, witness=witness) as committer:
        assert committer.head.size == 8


async def test_another_log_of_the_same_hub_is_refused(tmp_path: Path, witness: FileWitness) -> None:
    async with a_new_log(tmp_path / "one", witness=witness):
        pass
    async with a_new_log(tmp_path / "two") as committer:
        await committed(committer, "a")

    with pytest.raises(Problem, match=r"audit\.other_log"):
        async with the_log(tmp_path / "two", witness=witness):
            pass


async def test_a_head_that_the_hub_did_not_sign_is_refused(tmp_path: Path, witness: FileWitness) -> None:
    async with a_new_log(tmp_path / "store") as committer:
        pass
    head = committer.head
    await witness.append(a_head(1, log_id=head.log_id, key=SomeKey(5)))

    with pytest.raises(Problem, match=r"audit\.head_refused"):
        async with the_log(tmp_path / "store", witness=witness):
            pass


async def test_no_time_lies_before_what_was_witnessed(tmp_path: Path, witness: FileWitness) -> None:
    clock = a_clock()
    async with a_new_log(tmp_path / "store", clock=clock, witness=witness) as committer:
        later(clock, hours=1)
        committer.tick()
    async with the_log(tmp_path / "store", witness=witness) as committer:
        await committed(committer, "a")

        assert committer.head.time_ms == (BORN + timedelta(hours=1)).timestamp() * 1000


def a_head(size: int, log_id: str = "5" * 32, key: SomeKey | None = None) -> Head:
    return signed_head(
        key or SomeKey(1),
        log_id=log_id,
        size=size,
        batch_size=1,
        batch_root=bytes(32),
        tree_root=bytes(32),
        time_ms=int(BORN.timestamp() * 1000),
    )


async def test_a_line_that_a_crash_has_torn_is_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "witness"
    witness = FileWitness(path)
    assert await witness.last() is None
    await witness.append(a_head(1))
    with path.open("ab") as file:
        file.write(head_json(a_head(2)).encode()[:90])
    assert await witness.last() == a_head(1)
    await witness.append(a_head(3))

    assert await witness.last() == a_head(3)
    assert [head and head.size for head in witness.heads()] == [1, None, 3]


async def test_a_new_file_has_its_name_for_good_before_the_head_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[str] = []
    fsync = os.fsync

    def noted(descriptor: int) -> None:
        synced.append("folder" if stat.S_ISDIR(os.fstat(descriptor).st_mode) else "file")
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", noted)
    witness = FileWitness(tmp_path / "witness")

    await witness.append(a_head(1))
    await witness.append(a_head(2))

    assert synced == ["file", "folder", "file"]


async def test_a_whole_head_is_found_behind_many_torn_ones(tmp_path: Path) -> None:
    path = tmp_path / "witness"
    witness = FileWitness(path)
    await witness.append(a_head(1))
    with path.open("ab") as file:
        file.write((b"torn" * 30 + b"\n") * 100)

    assert await witness.last() == a_head(1)


async def test_a_file_without_a_head_has_no_last_one(tmp_path: Path) -> None:
    (tmp_path / "witness").write_bytes(b"torn\n")

    assert await FileWitness(tmp_path / "witness").last() is None


async def test_a_witness_that_cannot_be_read_or_written_says_so(tmp_path: Path) -> None:
    folder = FileWitness(tmp_path)
    with pytest.raises(Problem, match=r"audit\.witness_unreachable"):
        await folder.append(a_head(1))
    with pytest.raises(Problem, match=r"audit\.witness_unreachable"):
        await folder.last()
    with pytest.raises(Problem, match=r"audit\.witness_unreachable"):
        list(folder.heads())
    await folder.close()


@pytest.mark.parametrize("line", ["{}\n", '{"log_id":1}\n', "]}\n"])
async def test_a_witness_with_something_else_says_so(line: str, tmp_path: Path) -> None:
    (tmp_path / "witness").write_text(line, encoding="utf-8")

    with pytest.raises(Problem, match=r"audit\.witness_unreadable"):
        await FileWitness(tmp_path / "witness").last()


class Remote:
    """A witness on the other side of HTTP."""

    def __init__(self) -> None:
        self.held = b""
        self.status = 0
        self.down = False

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if self.down:
            raise httpx.ConnectError("down")
        if self.status:
            return httpx.Response(self.status)
        if request.method == "POST":
            self.held = request.content
            return httpx.Response(204)
        return httpx.Response(200, content=self.held) if self.held else httpx.Response(404)

    def witness(self) -> UrlWitness:
        client = httpx.AsyncClient(transport=httpx.MockTransport(self))
        return UrlWitness("https://witness.example/heads", client)


async def test_a_witness_behind_a_url_keeps_the_last_head() -> None:
    remote = Remote()
    witness = remote.witness()
    assert await witness.last() is None
    await witness.append(a_head(1))
    await witness.append(a_head(2))

    assert await witness.last() == a_head(2)
    await witness.close()


async def test_a_url_that_refuses_or_is_away_says_so() -> None:
    remote = Remote()
    witness = remote.witness()
    remote.status = 500
    with pytest.raises(Problem, match=r"audit\.witness_unreachable"):
        await witness.append(a_head(1))
    with pytest.raises(Problem, match=r"audit\.witness_unreachable"):
        await witness.last()
    remote.down = True
    with pytest.raises(Problem, match=r"audit\.witness_unreachable"):
        await witness.append(a_head(1))


async def test_a_hub_does_not_start_without_its_witness(tmp_path: Path) -> None:
    remote = Remote()
    remote.down = True

    with pytest.raises(Problem, match=r"audit\.witness_unreachable"):
        async with a_new_log(tmp_path / "store", witness=remote.witness()):
            pass


async def test_a_location_names_its_kind_of_witness(tmp_path: Path) -> None:
    remote = witness_at("https://witness.example/heads")
    assert isinstance(remote, UrlWitness)
    await remote.close()
    assert isinstance(witness_at(str(tmp_path / "witness")), FileWitness)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
async def test_a_witness_on_this_machine_may_be_reached_in_the_clear_and_through_no_proxy(
    host: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")  # nobody listens there
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    asked: list[bytes] = []

    async def nothing_yet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append(await reader.readline())
        writer.write(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(nothing_yet, "127.0.0.1") as server:
        remote = witness_at(f"http://{host}:{server.sockets[0].getsockname()[1]}/heads")
        assert await remote.last() is None
        await remote.close()

    assert asked == [b"GET /heads HTTP/1.1\r\n"]


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("http://witness.example/heads", "witness.example"),
        ("http://clerk:geheim@192.0.2.1:8080/heads", "192.0.2.1"),
        ("http://127.0.0.1@witness.example/heads", "witness.example"),
        ("http://127.0.0.1.example/heads", "127.0.0.1.example"),
        ("http:///heads", ""),
        ("http://[::1/heads", ""),
    ],
)
def test_a_witness_on_another_machine_is_reached_by_https_alone(url: str, host: str) -> None:
    with pytest.raises(Problem) as refused:
        witness_at(url)

    assert (refused.value.code, refused.value.facts) == ("audit.witness_plain", {"host": host})
