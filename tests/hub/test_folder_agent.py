"""`kaihoken oqs folder` as a process, beside a hub as a process: both killed, and nothing lost, nothing twice."""

import json
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from lxml import etree

from kaihoken.coverage.oqs import parse_face_name

from ..polling import until
from .hub import a_message, a_row
from .process import FACILITY, HubProcess, make_hub
from .test_consents import CARD, LINKED_CARD

pytestmark = pytest.mark.process

_PATIENCE = 60.0


def command(hub: HubProcess, folder: Path, *more: str) -> list[str]:
    return [
        *(sys.executable, "-m", "kaihoken", "oqs", "folder", "--hub", hub.url, "--client", "clinic"),
        *("--key", str(hub.folder / "clinic.jwk"), "--every", "0.05"),
        *("--req", str(folder / "req"), "--res", str(folder / "res"), *more),
    ]


@contextmanager
def agent(hub: HubProcess, folder: Path, *more: str) -> Iterator[subprocess.Popen[bytes]]:
    with (folder / "said.txt").open("ab") as said:
        running = subprocess.Popen(command(hub, folder, *more), stdout=said, stderr=said)
    try:
        yield running
    finally:
        running.kill()
        running.wait()


def folders(tmp_path: Path) -> Path:
    folder = tmp_path / "oqs"
    for name in ("req", "res"):
        (folder / name).mkdir(parents=True)
    return folder


def today() -> str:
    """In Japan."""
    return time.strftime("%Y%m%d", time.gmtime(time.time() + 9 * 3600))


def registered(hub: HubProcess, *rows: dict[str, object]) -> None:
    headers = {"Authorization": f"Bearer {hub.token('operator')}", "Idempotency-Key": "first"}
    answer = hub.http.post("/v1/registrations", json={"rows": rows}, headers=headers)
    assert answer.json()["refused"] == 0, answer.text


def put(folder: Path, number: int, encoding: str) -> None:
    message = a_message(encoding, day=today(), identifier=f"id-{number}")
    (folder / f"{number}.tmp").write_bytes(message)
    (folder / f"{number}.tmp").rename(folder / "req" / f"OQSsiquc01req_{number:04}.xml")


def test_killed_again_and_again_it_loses_nothing_and_answers_nothing_twice(tmp_path: Path) -> None:
    hub, folder, many = make_hub(tmp_path), folders(tmp_path), 12
    chance = random.Random(7)
    taken: dict[str, bytes] = {}

    def collect() -> None:
        for path in sorted((folder / "res").iterdir()):
            assert path.name not in taken, f"a second {path.name}"
            taken[path.name] = path.read_bytes()
            path.unlink()

    def all_are_taken() -> bool:
        collect()
        return len(taken) > many

    with hub.alive():
        for number in range(many):
            put(folder, number, ("UTF-8", "Shift_JIS")[number % 2])
        for _ in range(3):
            with agent(hub, folder):
                time.sleep(0.6 + chance.random() * 0.4)  # how long it lives is the case
            collect()
    # The line is down: what is left waits.
    put(folder, many, "UTF-8")
    (folder / "said.txt").write_text("")
    with agent(hub, folder):
        until(lambda: "nothing is lost" in (folder / "said.txt").read_text())
        with hub.alive():
            until(all_are_taken, lambda: sorted(taken))

    assert sorted(taken) == [f"OQSsiquc01res_{number:04}.xml" for number in range(many + 1)]
    for number in range(many):
        answer = taken[f"OQSsiquc01res_{number:04}.xml"].decode(("utf-8", "cp932")[number % 2])
        assert f"<ArbitraryFileIdentifier>id-{number}</ArbitraryFileIdentifier>" in answer
        assert "<SegmentOfResult>1</SegmentOfResult>" in answer
    assert list((folder / "req").iterdir()) == []
    said = (folder / "said.txt").read_text(encoding="utf-8")
    assert "nothing is lost" in said
    assert "0101" not in said  # of the birthdate


def test_once_it_carries_what_is_there_and_ends(tmp_path: Path) -> None:
    hub, folder = make_hub(tmp_path), folders(tmp_path)
    put(folder, 1, "Shift_JIS")

    down = subprocess.run(command(hub, folder, "--once", "--json"), capture_output=True, check=False)
    with hub.alive():
        up = subprocess.run(
            command(hub, folder, "--once", "--archive", str(folder / "kept")),
            capture_output=True,
            check=False,
        )

    assert (down.returncode, up.returncode) == (1, 0)
    said = [json.loads(line) for line in down.stdout.splitlines()]
    assert any("nothing is lost" in one["said"] for one in said)
    assert [path.name for path in (folder / "res").iterdir()] == ["OQSsiquc01res_0001.xml"]
    assert len(list((folder / "kept").rglob("*.xml"))) == 1


def test_told_to_end_it_ends(tmp_path: Path) -> None:
    hub, folder = make_hub(tmp_path), folders(tmp_path)
    with agent(hub, folder) as running:
        until(lambda: "Ctrl+C" in (folder / "said.txt").read_text())
        running.terminate()
        assert running.wait(_PATIENCE) == 0


@pytest.mark.parametrize(
    ("more", "code"),
    [
        (("--work", "nowhere/../oqs/req"), "oqs.folder-apart"),
        (("--certificate", "no-such-file"), "access.key-file"),
        (("--authority", "said.txt"), "access.key-file"),
    ],
)
def test_what_was_said_wrongly_is_told(tmp_path: Path, more: tuple[str, str], code: str) -> None:
    hub, folder = make_hub(tmp_path), folders(tmp_path)
    (folder / "said.txt").write_text("no certificate")
    option, value = more
    place = str(folder / "req") if option == "--work" else str(folder / value)

    ran = subprocess.run(command(hub, folder, option, place), capture_output=True, check=False)

    assert ran.returncode in (1, 2)
    assert code in ran.stderr.decode()


def test_a_card_at_the_reader_is_answered_into_face(tmp_path: Path) -> None:
    hub, folder = make_hub(tmp_path), folders(tmp_path)
    (folder / "face").mkdir()
    with hub.alive():
        registered(hub, a_row(), LINKED_CARD)
        for number, question in (
            ("1", {**CARD, "consents": ["limit"]}),
            ("2", {**CARD, "serial": "99"}),
            ("3", {"by": "number", "insurer_number": "01130012"}),
        ):
            (folder / "req" / f"OQSsiquc01req_face_{number}.json").write_text(json.dumps(question))
        once = ("--face", str(folder / "face"), "--once")
        ran = subprocess.run(command(hub, folder, *once), capture_output=True, check=False)

    assert ran.returncode == 0, ran.stderr.decode()
    answers = {}
    for path in (folder / "face").iterdir():
        assert parse_face_name(path.name).facility == FACILITY
        answer = etree.fromstring(path.read_bytes())
        answers[answer.findtext(".//QualificationValidity")] = answer
    assert set(answers) == {"1", "4"}  # the second card is nobody's
    shown = {leaf.tag: leaf.text for leaf in answers["1"].iter()}
    assert (shown["ReferenceClassification"], shown["Name"]) == ("1", "山田　太郎")
    assert shown["LimitApplicationCertificateRelatedConsFlg"] == "1"
    assert sorted(path.name for path in (folder / "res").iterdir()) == [
        "OQSsiquc01req_face_3.err",
        "OQSsiquc01req_face_3.json",
    ]
    assert list((folder / "req").iterdir()) == []
    assert "山田" not in ran.stderr.decode()
    assert LINKED_CARD["serial"] not in ran.stderr.decode()
