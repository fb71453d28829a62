"""Names for requests that nobody has, and the folders that software expects."""

from datetime import date
from pathlib import Path

import pytest

from kaihoken.coverage.folder import Folders, put_request, usual_places
from kaihoken.coverage.folder.watching import folders_for
from kaihoken.coverage.oqs import fresh_name
from kaihoken.problems import Problem

from .agents import NOW, REQUEST, Scene, answer_to, rounds

DAY = date(2026, 11, 20)


def name(*used: str) -> str:
    return str(fresh_name("OQSsiquc", "01", DAY, used))


@pytest.mark.parametrize(
    ("used", "number"),
    [
        ((), "0001"),
        (("OQSsiquc01req_202611200007.xml", "OQSsiquc01req_202611200003.xml"), "0008"),
        (("OQSmuquc02res_202611200041.zip",), "0042"),  # of whatever kind
        ((".OQSsiquc01req_202611200041.xml.part",), "0042"),
        (("OQSsiquc01req_202611190041.xml",), "0001"),  # yesterday's
        (("OQSsiquc01req_2026112000410.xml", "OQSsiquc01req_20261120x.xml", "notes.txt", "a"), "0001"),
    ],
)
def test_a_fresh_name_is_the_day_and_the_next_number(used: tuple[str, ...], number: str) -> None:
    assert name(*used) == f"OQSsiquc01req_20261120{number}.xml"


def test_a_day_has_nine_thousand_nine_hundred_and_ninety_nine_of_them() -> None:
    assert name("OQSsiquc01req_202611209998.xml") == "OQSsiquc01req_202611209999.xml"
    with pytest.raises(Problem, match=r"oqs\.folder-names-used-up"):
        name("OQSsiquc01req_202611209999.xml")


def test_an_interface_that_is_not_known_has_no_names() -> None:
    with pytest.raises(Problem, match=r"oqs\.file-name"):
        fresh_name("OQSsiquc", "02", DAY, ())


async def test_a_request_that_is_put_is_answered_and_its_name_not_given_again_on_its_way(
    tmp_path: Path,
) -> None:
    scene = Scene(tmp_path, archive=True)
    agent = scene.agent()
    given = []
    for _ in range(3):  # in req, in the queue, in res
        given.append(put_request(scene.folders, "OQSsiquc", "01", REQUEST, DAY))
        await agent.round()
    await rounds(agent)
    assert scene.result(str(given[0].result())) == answer_to(REQUEST)
    for path in (tmp_path / "res").iterdir():
        path.unlink()
    given.append(put_request(scene.folders, "OQSsiquc", "01", REQUEST, DAY))  # what is kept counts too
    agent.shelves.close()

    assert [str(one) for one in given] == [
        f"OQSsiquc01req_20261120000{number}.xml" for number in (1, 2, 3, 4)
    ]
    assert NOW.date() == DAY


def test_two_that_choose_a_name_at_once_have_two(tmp_path: Path) -> None:
    folders = Folders(*(tmp_path / kind for kind in ("req", "res", "work")))
    for kind in ("req", "res"):
        (tmp_path / kind).mkdir()
    hidden = tmp_path / "req" / ".OQSsiquc01req_202611200001.xml.part"

    def names(_: object) -> list[str]:
        hidden.write_bytes(b"half")  # another's, since the names were read
        return []

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("kaihoken.coverage.folder.placing._names", names)
        given = put_request(folders, "OQSsiquc", "01", REQUEST, DAY)

    assert str(given) == "OQSsiquc01req_202611200002.xml"
    assert hidden.read_bytes() == b"half"


def test_windows_has_a_usual_place_and_others_have_none() -> None:
    places = usual_places("win32")
    assert places is not None
    assert [str(place) for place in (places.req, places.res, places.face)] == [
        r"C:\OQS\req",
        r"C:\OQS\res",
        r"C:\OQS\face",
    ]
    assert usual_places("linux") is usual_places("darwin") is None


def test_the_folders_are_the_usual_ones_unless_others_are_named(tmp_path: Path) -> None:
    usual = folders_for("win32", None, None, None, None, None)
    assert (str(usual.req), str(usual.res), str(usual.face)) == (r"C:\OQS\req", r"C:\OQS\res", r"C:\OQS\face")

    own = folders_for("win32", None, tmp_path / "res", None, None, None)
    assert (str(own.req), own.res, own.work, own.face) == (
        r"C:\OQS\req",
        tmp_path / "res",
        tmp_path / "oqs-work",
        None,
    )


@pytest.mark.parametrize(("req", "res"), [(None, None), ("req", None), (None, "res")])
def test_elsewhere_they_must_be_named(tmp_path: Path, req: str | None, res: str | None) -> None:
    places = [tmp_path / place if place else None for place in (req, res)]
    with pytest.raises(Problem, match=r"oqs\.folder-unnamed"):
        folders_for("linux", *places, None, None, None)
    assert folders_for("linux", tmp_path / "req", tmp_path / "res", None, None, None).face is None
