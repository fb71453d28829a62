"""From req to res: answers, refusals, order, the line being down."""

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import httpx
import pytest

from kaihoken.access import METADATA_PATH, make_key
from kaihoken.coverage.client import AsyncHub, OqsAnswer
from kaihoken.coverage.folder import Agent, Folders, Shelves, ask_at, shelves
from kaihoken.coverage.folder.arrival import AGREEING_UNFINISHED
from kaihoken.coverage.oqs import LARGEST_MESSAGE
from kaihoken.problems import Problem

from .agents import CARD, FACED, REQUEST, SECOND, Scene, T, Turns, answer_to, down, here, refused, rounds


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    return Scene(tmp_path)


@pytest.fixture
async def agent(scene: Scene) -> AsyncIterator[Agent]:
    agent = scene.agent()
    yield agent
    await agent.stop()
    agent.shelves.close()


async def test_a_request_is_answered_byte_for_byte_and_put_away(scene: Scene, agent: Agent) -> None:
    scene.put()
    await rounds(agent)

    assert scene.result() == answer_to(REQUEST)
    assert scene.all_files() == ["res/OQSsiquc01res_a.xml"]
    ((path, message, key),) = scene.asked
    assert (path, message) == ("/oqs/search", REQUEST)
    assert key


async def test_an_answered_request_is_kept_where_that_is_wanted(tmp_path: Path) -> None:
    scene = Scene(tmp_path, archive=True)
    agent = scene.agent()
    scene.put()
    await rounds(agent)
    scene.put()
    await rounds(agent)

    kept = [path for path in scene.all_files() if path.startswith("archive/2026-11-20/")]
    assert len(kept) == 2
    assert all((tmp_path / path).read_bytes() == REQUEST for path in kept)


async def test_a_request_that_is_being_written_is_left_until_it_is_whole(scene: Scene, agent: Agent) -> None:
    for end in range(0, len(REQUEST), 9):
        scene.put(content=REQUEST[:end])
        await rounds(agent, 2)
    assert scene.asked == []
    scene.put()
    await rounds(agent, 2)

    assert scene.result() == answer_to(REQUEST)


async def test_what_is_moved_in_is_taken_as_well(scene: Scene, agent: Agent) -> None:
    (scene.folder / "elsewhere.tmp").write_bytes(REQUEST)
    os.rename(scene.folder / "elsewhere.tmp", scene.folder / "req" / "OQSsiquc01req_a.xml")
    await rounds(agent)

    assert scene.result() == answer_to(REQUEST)


async def test_a_request_that_is_taken_back_is_forgotten(scene: Scene, agent: Agent) -> None:
    scene.put()
    await agent.round()
    (scene.folder / "req" / "OQSsiquc01req_a.xml").unlink()
    await rounds(agent)

    assert scene.asked == []
    assert scene.all_files() == []


@pytest.mark.parametrize(
    "name", [".OQSsiquc01req_a.xml", "~OQSsiquc01req_a.xml", "OQSsiquc01req_a.tmp", "a.err"]
)
async def test_what_belongs_to_a_writer_is_left_alone(scene: Scene, agent: Agent, name: str) -> None:
    scene.put(name)
    await rounds(agent)

    assert scene.all_files() == [f"req/{name}"]


async def test_a_link_is_nobody_s_request(scene: Scene, agent: Agent) -> None:
    (scene.folder / "secret").write_bytes(REQUEST)
    (scene.folder / "req" / "OQSsiquc01req_a.xml").symlink_to(scene.folder / "secret")
    (scene.folder / "req" / "OQSsiquc01req_b.xml").mkdir()
    await rounds(agent, AGREEING_UNFINISHED + 1)

    assert scene.asked == []
    assert scene.names("res") == []


async def test_a_link_put_in_the_place_of_a_request_is_not_followed(scene: Scene, agent: Agent) -> None:
    (scene.folder / "secret").write_bytes(REQUEST)
    peek = agent.shelves.peek

    def slow(name: str) -> bytes | None:
        content = peek(name)
        (scene.folder / "req" / name).unlink()
        (scene.folder / "req" / name).symlink_to(scene.folder / "secret")
        return content

    scene.put()
    await agent.round()
    agent.shelves.peek = slow
    await rounds(agent)

    assert scene.asked == []
    assert scene.names("res") == []


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("OQSsiquc01req_a.xml", b"<!DOCTYPE a><XmlMsg></XmlMsg>", "KHK2102 oqs.dtd"),
        ("OQSsiquc01req_a.xml", b" " * LARGEST_MESSAGE + REQUEST, "KHK2101 oqs.too-large"),
        ("OQSsiquc01res_a.xml", REQUEST, "KHK2118 oqs.file-name"),
        ("nobody-knows.xml", REQUEST, "KHK2118 oqs.file-name"),
    ],
)
async def test_what_is_refused_on_the_spot_comes_back_with_words(
    scene: Scene, agent: Agent, name: str, content: bytes, code: str
) -> None:
    scene.put(name, content)
    await rounds(agent, AGREEING_UNFINISHED + 1)

    assert scene.asked == []
    assert scene.names("res") == [f"{Path(name).stem}.err", name]
    assert (scene.folder / "res" / name).read_bytes() == content
    assert (scene.folder / "res" / f"{Path(name).stem}.err").read_bytes().startswith(code.encode())
    assert scene.names("req") == []


async def test_an_interface_that_the_hub_does_not_have_is_refused_in_words(
    scene: Scene, agent: Agent
) -> None:
    scene.trouble = [refused(404, "hub.path")]
    scene.put("OQSsihvd01req_a.xml")
    await rounds(agent)

    assert scene.names("res") == ["OQSsihvd01req_a.err", "OQSsihvd01req_a.xml"]
    told = (scene.folder / "res" / "OQSsihvd01req_a.err").read_bytes()
    assert told.startswith(b"KHK2131 oqs.interface-not-served")
    assert scene.names("req") == []


async def test_another_refusal_of_the_hub_keeps_its_own_words(scene: Scene, agent: Agent) -> None:
    scene.trouble = [refused(415, "hub.content-type")]
    scene.put()
    await rounds(agent)

    assert b"hub.content-type" in (scene.folder / "res" / "OQSsiquc01req_a.err").read_bytes()


async def test_an_answer_that_is_no_message_is_not_put_into_res(scene: Scene, agent: Agent) -> None:
    async def page(*_: object) -> OqsAnswer:
        return OqsAnswer(b"<html>", "text/html")

    agent.ask = page
    scene.put()
    await rounds(agent)

    assert scene.names("res") == ["OQSsiquc01req_a.err", "OQSsiquc01req_a.xml"]


@pytest.mark.parametrize(
    "trouble", [down(), refused(503, "store.busy"), refused(401, "access.client-disabled")], ids=str
)
async def test_while_the_line_is_down_everything_waits_and_it_is_said_once(
    scene: Scene, agent: Agent, trouble: object
) -> None:
    scene.trouble = [trouble, trouble, trouble]
    names = [f"OQSmuquc01req_{number}.xml" for number in range(5)]
    for name in names:
        scene.put(name)
    await rounds(agent, 20)
    assert len(scene.asked) == 1

    scene.ticks += 1 * SECOND
    await rounds(agent, 20)
    scene.ticks += 1 * SECOND  # the second pause is of two seconds
    await rounds(agent, 20)
    assert len(scene.asked) == 2
    scene.ticks += 1 * SECOND
    await rounds(agent, 20)
    scene.ticks += 4 * SECOND
    await rounds(agent, 20)

    assert scene.names("res") == [name.replace("req", "res") for name in names]
    assert len({key for _, _, key in scene.asked}) == 5  # asked again under the same key
    assert sum("nothing is lost" in line for line in scene.told) == 1
    assert sum("the hub answers again" in line for line in scene.told) == 1


async def test_it_waits_as_long_as_the_hub_asks_for_and_never_longer_than_half_a_minute_otherwise(
    scene: Scene, agent: Agent
) -> None:
    scene.trouble = [refused(429, "access.too-many-requests", **{"retry-after": "90"}), *[down()] * 9]
    scene.put()
    await rounds(agent)
    scene.ticks += 89 * SECOND
    await rounds(agent)
    assert len(scene.asked) == 1
    scene.ticks += 1 * SECOND
    for _ in range(9):
        await rounds(agent)
        scene.ticks += 30 * SECOND
    await rounds(agent)

    assert scene.names("res") == ["OQSsiquc01res_a.xml"]


async def test_questions_that_wait_for_each_other_keep_their_order(scene: Scene, agent: Agent) -> None:
    let_go, began = asyncio.Event(), []

    async def ask(path: str, message: bytes, key: str) -> OqsAnswer:
        began.append(path)
        await let_go.wait()
        return OqsAnswer(b"<XmlMsg></XmlMsg>", "application/xml")

    agent.ask = ask
    names = ("OQSmuquc01req_a.xml", "OQSmuquc02req_b.xml", "OQSmuimm01req_c.xml", "OQSsiquc01req_d.xml")
    for second, name in enumerate(names):
        scene.put(name)
        os.utime(scene.folder / "req" / name, (second, second))
    for _ in range(4):
        await agent.round()
        await asyncio.sleep(0)
    assert sorted(began) == ["/oqs/OQSmuimm01", "/oqs/OQSmuquc01", "/oqs/search"]
    let_go.set()
    await agent.settled()
    await rounds(agent)

    assert began[-1] == "/oqs/OQSmuquc02"
    assert len(scene.names("res")) == 4


async def test_a_request_is_asked_once_though_the_look_that_saw_it_waiting_comes_back_late(
    scene: Scene, agent: Agent
) -> None:
    answered, looked, back, ended = (asyncio.Event() for _ in range(4))
    began: list[str] = []
    beside: list[asyncio.Task[None]] = []

    async def ask(path: str, message: bytes, key: str) -> OqsAnswer:
        began.append(key)
        if len(began) <= agent.most:
            await answered.wait()
        else:
            back.set()
            await ended.wait()
        return OqsAnswer(b"<XmlMsg></XmlMsg>", "application/xml")

    async def late(work: Callable[[], T]) -> T:
        agent.on_disk = here
        done = work()
        looked.set()
        await back.wait()
        return done

    async def the_first_are_answered() -> None:
        await looked.wait()
        answered.set()

    async def between_rounds(_: float) -> None:
        await asyncio.sleep(0)
        if looked.is_set():
            await asyncio.sleep(0)
            ended.set()
            await agent.settled()
            raise asyncio.CancelledError
        if began:
            agent.on_disk = late
            beside.append(asyncio.create_task(the_first_are_answered()))

    agent.ask, agent.most = ask, 2
    for name in "abc":
        scene.put(f"OQSsiquc01req_{name}.xml")

    with pytest.raises(asyncio.CancelledError):
        await agent.run(Turns(between_rounds))

    assert len(began) == len(set(began)) == 3


async def test_only_a_few_are_asked_at_once(scene: Scene, agent: Agent) -> None:
    let_go, began = asyncio.Event(), []

    async def ask(path: str, message: bytes, key: str) -> OqsAnswer:
        began.append(key)
        await let_go.wait()
        return OqsAnswer(b"<XmlMsg></XmlMsg>", "application/xml")

    agent.ask = ask
    for number in range(9):
        scene.put(f"OQSsiquc01req_{number}.xml")
    for _ in range(4):
        await agent.round()
        await asyncio.sleep(0)
    assert len(began) == agent.most
    let_go.set()
    for _ in range(3):
        await rounds(agent)

    assert len(scene.names("res")) == 9


async def test_what_is_asked_when_the_agent_stops_is_asked_again_under_its_key(scene: Scene) -> None:
    keys = []

    async def ask(path: str, message: bytes, key: str) -> OqsAnswer:
        keys.append(key)
        await asyncio.Event().wait()
        raise AssertionError

    first = scene.agent()
    first.ask = ask
    scene.put()
    for _ in range(3):
        await first.round()
        await asyncio.sleep(0)
    await first.stop()
    first.shelves.close()
    assert scene.names("res") == []
    second = scene.agent()
    await rounds(second)
    second.shelves.close()

    assert scene.result() == answer_to(REQUEST)
    assert [key for _, _, key in scene.asked] == keys


async def test_the_same_name_again_is_another_request(scene: Scene, agent: Agent) -> None:
    scene.put()
    await rounds(agent)
    scene.put(content=REQUEST.replace(b"<a>", b"<a>1"))
    await rounds(agent)

    assert len(scene.asked) == 2
    assert scene.result() == answer_to(REQUEST.replace(b"<a>", b"<a>1"))


async def test_a_result_that_cannot_be_placed_waits(scene: Scene, agent: Agent) -> None:
    (scene.folder / "res").rmdir()
    scene.put()
    await rounds(agent)
    assert any("cannot be put in its place" in line for line in scene.told)
    (scene.folder / "res").mkdir()
    await rounds(agent)

    assert scene.result() == answer_to(REQUEST)
    assert len(scene.asked) == 1


async def test_a_disk_that_fails_costs_nothing(
    scene: Scene, agent: Agent, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(agent.shelves, "decide", full)
        scene.put()
        await rounds(agent)
    assert any("No space left" in line for line in scene.told)
    scene.ticks += 2 * SECOND
    await rounds(agent)

    assert scene.result() == answer_to(REQUEST)


async def test_the_agent_goes_on_through_a_bad_disk_and_ends_when_told(scene: Scene, agent: Agent) -> None:
    (scene.folder / "req").rename(scene.folder / "away")
    times = 0

    async def turn(_: float) -> None:
        nonlocal times
        times += 1
        await agent.settled()
        if times == 3:
            (scene.folder / "away").rename(scene.folder / "req")
            scene.put()
        if times == 8:
            raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        await agent.run(Turns(turn), 0.3)

    assert scene.result() == answer_to(REQUEST)
    assert sum("cannot be used just now" in line for line in scene.told) == 1
    assert sum("can be used again" in line for line in scene.told) == 1


async def test_what_nobody_foresaw_is_told_without_its_words_and_waits_by_itself(
    scene: Scene, agent: Agent
) -> None:
    scene.trouble = [ValueError("山田太郎"), None, ValueError("山田太郎")]
    names = ("OQSsiquc01req_a.xml", "OQSsiquc01req_b.xml")
    for second, name in enumerate(names):
        scene.put(name)
        os.utime(scene.folder / "req" / name, (second, second))
    await rounds(agent, 20)
    assert scene.names("res") == ["OQSsiquc01res_b.xml"]
    assert len(scene.asked) == 2

    scene.ticks += 1 * SECOND
    await rounds(agent, 20)
    assert len(scene.asked) == 3
    scene.ticks += 1 * SECOND
    await rounds(agent, 20)
    assert len(scene.asked) == 3, "the second pause is of two seconds"
    scene.ticks += 1 * SECOND
    await rounds(agent, 20)

    assert scene.names("res") == ["OQSsiquc01res_a.xml", "OQSsiquc01res_b.xml"]
    assert len({key for _, _, key in scene.asked}) == 2
    assert len([line for line in scene.told if line.endswith("held-up: ValueError")]) == 2
    assert not [line for line in scene.told if "山田" in line]


async def test_what_comes_after_a_request_that_fails_in_its_lane_keeps_its_place(
    scene: Scene, agent: Agent
) -> None:
    scene.trouble = [ValueError()]
    for second, name in enumerate(("OQSmuquc01req_a.xml", "OQSmuquc02req_b.xml")):
        scene.put(name)
        os.utime(scene.folder / "req" / name, (second, second))
    await rounds(agent, 20)
    assert [path for path, _, _ in scene.asked] == ["/oqs/OQSmuquc01"]

    scene.ticks += 1 * SECOND
    await rounds(agent, 20)

    assert [path for path, _, _ in scene.asked] == ["/oqs/OQSmuquc01", "/oqs/OQSmuquc01", "/oqs/OQSmuquc02"]


async def test_once_ends_when_nothing_is_left_or_the_line_is_down(scene: Scene, agent: Agent) -> None:
    async def sleep(_: float) -> None:
        scene.slept.append(0.3)

    scene.put()
    assert await agent.once(sleep, 0.3)
    assert scene.names("res") == ["OQSsiquc01res_a.xml"]
    scene.trouble = [down()]
    scene.put("OQSsiquc01req_b.xml")
    assert not await agent.once(sleep, 0.3)
    scene.ticks += 1 * SECOND
    scene.trouble = [ValueError()]
    assert not await agent.once(sleep, 0.3)
    scene.ticks += 1 * SECOND
    assert await agent.once(sleep, 0.3)


async def test_once_does_not_wait_for_what_is_no_file(scene: Scene, agent: Agent) -> None:
    async def sleep(_: float) -> None:
        scene.slept.append(0.3)
        assert len(scene.slept) < 50, "nothing will come of it"

    (scene.folder / "req" / "OQSsiquc01req_a.xml").mkdir()
    (scene.folder / "req" / "OQSsiquc01req_b.xml").symlink_to(scene.folder / "elsewhere")
    scene.put("OQSsiquc01req_c.xml")

    assert await agent.once(sleep, 0.3)
    assert scene.names("res") == ["OQSsiquc01res_c.xml"]
    for name in (
        "OQSsiquc01req_a.xml",
        "OQSsiquc01req_b.xml",
    ):  # put in the place of a file since it was seen
        assert agent.shelves.peek(name) is None


async def test_nothing_that_it_says_names_a_file_or_a_person(scene: Scene, agent: Agent) -> None:
    scene.trouble = [down(), None, refused(404, "hub.path")]
    scene.put("OQSsiquc01req_山田太郎.xml")
    await rounds(agent)
    scene.ticks += 2 * SECOND
    await rounds(agent)
    scene.put("山田太郎.xml")
    scene.put("OQSsihvd01req_山田太郎.xml")
    await rounds(agent)

    assert len(scene.told) > 6
    assert not [line for line in scene.told if "山田" in line]


async def test_a_file_that_its_writer_takes_back_at_the_last_moment_is_not_asked(
    scene: Scene, agent: Agent
) -> None:
    peek = agent.shelves.peek

    def slow(name: str) -> bytes | None:
        content = peek(name)
        (scene.folder / "req" / name).unlink()
        return content

    scene.put()
    await agent.round()
    agent.shelves.peek = slow
    await rounds(agent)

    assert scene.asked == []
    assert scene.all_files() == []


async def test_a_file_that_cannot_be_read_just_now_is_given_time(
    scene: Scene, agent: Agent, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Held:
        def __enter__(self) -> "Held":
            return self

        def __exit__(self, *_: object) -> None: ...

        def read(self, _: int) -> bytes:
            raise OSError(13, "Permission denied")

    def held(descriptor: int, _: str) -> Held:
        os.close(descriptor)
        return Held()

    scene.put()
    with monkeypatch.context() as patched:
        patched.setattr(os, "fdopen", held)
        await rounds(agent)
    assert scene.asked == []
    await rounds(agent)

    assert scene.result() == answer_to(REQUEST)


def test_a_lock_that_cannot_be_had_is_said_as_what_it_is(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: Path) -> None:
        raise Problem("store.path", where="lock", reason="EIO")

    monkeypatch.setattr(shelves, "FolderLock", broken)

    with pytest.raises(Problem, match=r"store\.path"):
        scene.agent()


@pytest.mark.parametrize(
    ("path", "media"), [("/oqs/search", "application/xml"), ("/oqs/face", "application/json")]
)
async def test_a_hub_is_asked_in_the_manner_of_the_path(path: str, media: str) -> None:
    asked: list[httpx.Request] = []

    def respond(request: httpx.Request) -> httpx.Response:
        if request.url.path == METADATA_PATH:
            here = {"issuer": "http://hub.test", "token_endpoint": "http://hub.test/oauth/token"}
            return httpx.Response(200, json=here)
        if request.url.path == "/oauth/token":
            return httpx.Response(200, json={"access_token": "t", "token_type": "Bearer", "expires_in": 300})
        asked.append(request)
        return httpx.Response(200, content=FACED, headers={"content-type": "application/xml"})

    async with AsyncHub(
        "http://hub.test", "clinic", make_key(), transport=httpx.MockTransport(respond)
    ) as hub:
        answer = await ask_at(hub)(path, b"{}", "key")

    (request,) = asked
    assert answer.content == FACED
    assert (request.url.path, request.headers["content-type"], request.content) == (path, media, b"{}")
    assert request.headers.get("idempotency-key", "key") == "key"


async def test_two_agents_do_not_share_a_folder(scene: Scene, agent: Agent) -> None:
    with pytest.raises(Problem, match=r"oqs\.folder-in-use"):
        scene.agent()


@pytest.mark.parametrize("missing", ["req", "res"])
def test_a_folder_that_is_not_there_is_said(scene: Scene, missing: str) -> None:
    (scene.folder / missing).rmdir()

    with pytest.raises(Problem, match=r"oqs\.folder-missing"):
        scene.agent()


@pytest.mark.parametrize("same", ["res", "work"])
def test_folders_that_are_one_are_refused(scene: Scene, same: str) -> None:
    req = scene.folder / "req"
    places = {"res": scene.folder / "res", "work": scene.folder / "work", same: req}

    with pytest.raises(Problem, match=r"oqs\.folder-apart"):
        Shelves(Folders(req, places["res"], places["work"]), scene.agent)


def test_folders_on_two_drives_are_refused(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    folders, real = scene.folders, Path.stat

    def on_two_drives(path: Path, *, follow_symlinks: bool = True) -> os.stat_result:
        found = list(real(path, follow_symlinks=follow_symlinks))
        if path == folders.res:
            found[2] += 1  # st_dev
        return os.stat_result(found)

    monkeypatch.setattr(Path, "stat", on_two_drives)
    with pytest.raises(Problem, match=r"oqs\.folder-apart"):
        scene.agent()


CARD_NAME = "OQSsiquc01req_face_1.json"


async def test_a_card_s_answer_goes_to_face_and_a_number_s_to_res(tmp_path: Path) -> None:
    scene = Scene(tmp_path, face=True)
    agent = scene.agent()
    scene.put()
    scene.put(CARD_NAME, CARD)
    await rounds(agent)

    key = next(key for path, _, key in scene.asked if path == "/oqs/face")
    face = f"OQSsiquc01res_face_9910000007{key}_20261120093001.xml"
    assert scene.all_files() == [f"face/{face}", "res/OQSsiquc01res_a.xml"]
    assert (tmp_path / "face" / face).read_bytes() == FACED
    assert ("/oqs/face", CARD, key) in scene.asked
    assert any(said.startswith("OQSsiquc01face ") for said in scene.told)


async def test_a_card_that_is_refused_comes_back_into_res(tmp_path: Path) -> None:
    scene = Scene(tmp_path, face=True, trouble=[refused(400, "coverage.face-by-card")])
    agent = scene.agent()
    scene.put(CARD_NAME, CARD)
    await rounds(agent)

    assert scene.names("face") == []
    assert scene.names("res") == ["OQSsiquc01req_face_1.err", CARD_NAME]
    assert (tmp_path / "res" / CARD_NAME).read_bytes() == CARD
    assert b"coverage.face-by-card" in (tmp_path / "res" / "OQSsiquc01req_face_1.err").read_bytes()


async def test_without_a_face_folder_cards_are_left_where_they_are(scene: Scene, agent: Agent) -> None:
    scene.put(CARD_NAME, CARD)
    await rounds(agent)

    assert scene.asked == []
    assert scene.all_files() == [f"req/{CARD_NAME}"]


async def test_a_card_s_answer_waits_for_the_folder_that_was_taken_away(tmp_path: Path) -> None:
    scene = Scene(tmp_path, face=True)
    scene.put(CARD_NAME, CARD)
    first = scene.agent()
    (tmp_path / "face").rmdir()
    await rounds(first)
    first.shelves.close()
    scene.face = False
    second = scene.agent()
    await rounds(second)
    second.shelves.close()
    assert len(scene.asked) == 1
    assert sum("cannot be put in its place" in said for said in scene.told) > 1

    scene.face = True
    (tmp_path / "face").mkdir()
    third = scene.agent()
    await rounds(third)
    third.shelves.close()

    assert len(scene.asked) == 1
    assert len(scene.names("face")) == 1
    assert [path for path in scene.all_files() if not path.startswith("face/")] == []


async def test_a_list_may_be_longer_than_a_question(scene: Scene, agent: Agent) -> None:
    long = REQUEST.replace(b"<a>", b"<a>" + b" " * LARGEST_MESSAGE)
    scene.put("OQSmuquc01req_a.xml", long)
    scene.put("OQSsiquc01req_a.xml", long)
    await rounds(agent)

    assert [path for path, _, _ in scene.asked] == ["/oqs/OQSmuquc01"]
    assert scene.names("res") == ["OQSmuquc01res_a.xml", "OQSsiquc01req_a.err", "OQSsiquc01req_a.xml"]
