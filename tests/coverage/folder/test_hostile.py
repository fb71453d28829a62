"""What may lie in `req`, be it by mistake or on purpose: each is answered or left, and the requests beside it are
answered."""

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from kaihoken.coverage.folder import Agent
from kaihoken.coverage.folder.arrival import AGREEING_UNFINISHED
from kaihoken.coverage.oqs import LARGEST_LIST

from .agents import REQUEST, Scene, answer_to, rounds

CANARY = "山田太郎12345678"
GOOD = "OQSsiquc01req_good.xml"
GIGABYTE = 1 << 30


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    scene = Scene(tmp_path)
    scene.put(GOOD)
    return scene


@pytest.fixture
async def agent(scene: Scene) -> AsyncIterator[Agent]:
    agent = scene.agent()
    yield agent
    await agent.stop()
    agent.shelves.close()
    assert scene.result("OQSsiquc01res_good.xml") == answer_to(REQUEST)
    assert not [line for line in [*scene.told, repr(agent.state)] if CANARY in line or "山田" in line]


@pytest.mark.parametrize(
    "name",
    [
        f"{CANARY}.xml",
        f"OQSsiquc01req_{'x' * 200}.xml",
        f"OQSsiquc01req_{CANARY}\n.xml",
        f"OQSsiquc01req_{CANARY}\x1b[31m.xml",
        f"OQSsiquc01req_\r\n{CANARY}.xml",
        "OQSsiquc01req_..xml",
        "con.xml",
    ],
    ids=ascii,
)
async def test_a_name_of_another_form_comes_back_under_that_name(
    scene: Scene, agent: Agent, name: str
) -> None:
    scene.put(name)
    await rounds(agent)

    error = f"{name.removesuffix('.xml')}.err"
    assert scene.names("res") == sorted(["OQSsiquc01res_good.xml", name, error])
    assert scene.result(name) == REQUEST
    assert scene.result(error).startswith(b"KHK2118")
    assert scene.names("req") == []


@pytest.mark.parametrize(
    "suffix",
    [
        "あ" * 70,
        os.fsdecode(b"\x8e\x52\x93\x63"),  # 山田 in Shift_JIS
        *(f"{mark}lmx {CANARY}" for mark in ("\u202e", "\u200f", "\u2028", "\u0085")),
    ],
    ids=ascii,
)
async def test_a_suffix_is_free_and_is_never_said(scene: Scene, agent: Agent, suffix: str) -> None:
    scene.put(f"OQSsiquc01req_{suffix}.xml")
    await rounds(agent)

    assert scene.result(f"OQSsiquc01res_{suffix}.xml") == answer_to(REQUEST)
    assert not [line for line in scene.told if suffix in line]


async def test_a_request_in_a_zip_is_refused_and_another_zip_is_nobodys(scene: Scene, agent: Agent) -> None:
    scene.put("OQSsiquc01req_a.zip", b"PK\x03\x04 locked")
    scene.put("backup.zip", b"PK\x03\x04")
    await rounds(agent, AGREEING_UNFINISHED + 1)

    assert scene.names("res") == ["OQSsiquc01req_a.err", "OQSsiquc01req_a.zip", "OQSsiquc01res_good.xml"]
    assert scene.result("OQSsiquc01req_a.err").startswith(b"KHK2142")
    assert scene.names("req") == ["backup.zip"]


async def test_a_gigabyte_is_refused_without_being_read_or_written_again(scene: Scene, agent: Agent) -> None:
    huge = scene.folder / "req" / "OQSmuquc01req_huge.xml"
    with huge.open("wb") as opened:
        opened.truncate(GIGABYTE)
    read = agent.shelves.peek(huge.name)
    await rounds(agent, AGREEING_UNFINISHED + 2)

    assert read is not None
    assert len(read) == LARGEST_LIST + 1
    assert scene.result("OQSmuquc01req_huge.err").startswith(b"KHK2101")
    came_back = (scene.folder / "res" / "OQSmuquc01req_huge.xml").stat()
    assert came_back.st_size == GIGABYTE
    assert came_back.st_blocks * 512 < GIGABYTE // 100
    assert [path for path, _, _ in scene.asked] == ["/oqs/search"]


async def test_where_the_disk_knows_no_second_name_too_large_a_file_is_copied(
    scene: Scene, agent: Agent, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_links(*_: object, **__: object) -> None:
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr(os, "link", no_links)
    scene.put("OQSmuquc01req_large.xml", b" " * (LARGEST_LIST + 1))
    await rounds(agent, AGREEING_UNFINISHED + 2)

    assert len(scene.result("OQSmuquc01req_large.xml")) == LARGEST_LIST + 1


async def test_what_is_no_file_is_left_and_holds_nothing_up(scene: Scene, agent: Agent) -> None:
    req = scene.folder / "req"
    os.mkfifo(req / f"{CANARY}-pipe.xml")
    (req / f"{CANARY}-folder.xml").mkdir()
    (req / f"{CANARY}-dangling.xml").symlink_to(scene.folder / "nowhere")
    (req / f"{CANARY}-device.xml").symlink_to("/dev/zero")
    await rounds(agent, AGREEING_UNFINISHED + 1)

    assert len(scene.names("req")) == 4
    assert scene.names("res") == ["OQSsiquc01res_good.xml"]


async def test_a_second_name_of_a_file_elsewhere_leaves_that_as_it_is(scene: Scene, agent: Agent) -> None:
    elsewhere = scene.folder / "elsewhere.xml"
    elsewhere.write_bytes(REQUEST)
    os.link(elsewhere, scene.folder / "req" / "OQSsiquc01req_linked.xml")
    os.link(elsewhere, scene.folder / "req" / f"{CANARY}.xml")
    await rounds(agent)

    assert scene.result("OQSsiquc01res_linked.xml") == answer_to(REQUEST)
    assert elsewhere.read_bytes() == REQUEST
    (scene.folder / "res" / f"{CANARY}.xml").write_bytes(b"changed by who fetched it")
    assert elsewhere.read_bytes() == REQUEST


async def test_a_file_that_may_not_be_read_waits_and_is_counted(
    scene: Scene, agent: Agent, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = scene.folder / "req" / f"OQSsiquc01req_{CANARY}.xml"
    closed.write_bytes(REQUEST)
    really = os.open

    def opened(path: Path, *arguments: int, **more: int) -> int:
        if Path(path).name == closed.name:
            raise PermissionError(13, "Permission denied")
        return really(path, *arguments, **more)

    with monkeypatch.context() as patched:
        patched.setattr(os, "open", opened)
        await rounds(agent, AGREEING_UNFINISHED + 1)
    assert agent.state.arriving == 1
    await rounds(agent)

    assert agent.state.arriving == 0
    assert len(scene.names("res")) == 2


async def test_another_file_put_in_its_place_since_it_was_read_is_read_anew(
    scene: Scene, agent: Agent
) -> None:
    half, whole = REQUEST[:40], REQUEST.replace(b"<a>", b"<a>2")
    name, peek = "OQSsiquc01req_a.xml", agent.shelves.peek
    scene.put(name)
    await agent.round()

    def slow(asked: str) -> bytes | None:
        content = peek(asked)
        if asked == name:
            scene.put(name, half)
        return content

    agent.shelves.peek = slow
    await rounds(agent, 1)
    assert scene.names("req") == [name]
    agent.shelves.peek = peek
    await rounds(agent, 1)
    scene.put(name, whole)
    await rounds(agent)

    assert [message for _, message, _ in scene.asked if message != REQUEST] == [whole]
    assert scene.result("OQSsiquc01res_a.xml") == answer_to(whole)


async def test_of_two_that_followed_each_other_under_one_name_none_is_lost(
    scene: Scene, agent: Agent, monkeypatch: pytest.MonkeyPatch
) -> None:
    name, rename = "OQSsiquc01req_a.xml", os.rename
    second, third = (REQUEST.replace(b"<a>", b"<a>" + number) for number in (b"2", b"3"))
    scene.put(name)
    await agent.round()

    def crossing(source: Path, target: Path) -> None:
        if Path(source).name == name and Path(source).parent.name == "req":
            Path(source).write_bytes(second)
            rename(source, target)
            scene.put(name, third)
        else:
            rename(source, target)

    with monkeypatch.context() as patched:
        patched.setattr(os, "rename", crossing)
        await rounds(agent, 1)
    await rounds(agent)

    assert sorted(message for _, message, _ in scene.asked) == sorted([REQUEST, second, third])


async def test_hundreds_at_once_are_answered_from_the_first_on(
    scene: Scene, agent: Agent, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "fsync", lambda _: None)  # of no matter here, and slow
    many = 500
    for number in range(many):
        (scene.folder / "req" / f"OQSsiquc01req_{number}.xml").write_bytes(REQUEST)
    await rounds(agent, 2)
    assert 1 < len(scene.asked) < 40, "the first are asked before the last are taken"
    while agent.state.arriving or agent.state.waiting:
        await rounds(agent, 1)
    await rounds(agent, 1)

    assert len(scene.names("res")) == many + 1
    assert len({key for _, _, key in scene.asked}) == many + 1
    assert len(scene.asked) == many + 1
