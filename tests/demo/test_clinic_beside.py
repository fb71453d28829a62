"""The clinic of a demonstration: its PC beside the hub, cards on its reader, the line cut, the power gone and back."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import msgspec
import pytest

from kaihoken import cli
from kaihoken.demo.claims import CLAIM_FILE, HOUSES
from kaihoken.demo.folder import CLIENT, Folder
from kaihoken.people.receipts import Truth

from ..polling import until

pytestmark = pytest.mark.process

HTML = {"Accept": "text/html"}


class Visit:
    """A visitor's browser, at the visitor's page and at the desk."""

    def __init__(self, ready: dict[str, str]) -> None:
        self.visitors = ready["visitors"].rstrip("/")
        self.desk = ready["desk"].rstrip("/")
        self.hub = ready["address"]
        self.http = httpx.Client(headers=HTML, timeout=60, follow_redirects=True)

    def answers(self) -> bool:
        try:
            return self.http.get(f"{self.desk}/sign-in").status_code == 200
        except httpx.TransportError:
            return False

    def post(self, address: str, **form: str) -> httpx.Response:
        parts = urlsplit(address)
        return self.http.post(address, data=form, headers={"Origin": f"{parts.scheme}://{parts.netloc}"})

    def sign_in(self) -> None:
        assert self.post(f"{self.desk}/sign-in", sign="受付A").status_code == 200

    def switch(self, **what: str) -> str:
        return self.post(f"{self.visitors}/switch", **what).text

    def page(self, path: str) -> str:
        return self.http.get(f"{self.desk}{path}").text


@contextmanager
def a_demonstration(folder: Path) -> Iterator[tuple[subprocess.Popen[str], Visit]]:
    command = [sys.executable, "-m", "kaihoken", "demo", "--port", "0", "--json", "--count", "30"]
    command += ["--folder", str(folder)]
    with (
        (folder.parent / "stderr").open("w") as told,
        subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=told,
            text=True,
            encoding="utf-8",
            start_new_session=True,  # a terminal of its own, where Ctrl-C reaches every process
        ) as process,
    ):
        try:
            assert process.stdout is not None
            visit = Visit(json.loads(process.stdout.readline()))
            until(visit.answers)
            yield process, visit
        finally:
            process.kill()


class Found(msgspec.Struct):
    """What `claims check --json` says of a finding: the number of its receipt, "" for one of the file."""

    receipt: str


class Checked(msgspec.Struct):
    """What `claims check --json` says."""

    findings: list[Found]
    verdicts: list[msgspec.Raw]


def assert_the_claims_say_what_was_planted(
    place: Folder, visit: Visit, capsys: pytest.CaptureFixture[str]
) -> None:
    """The claims that the visitor's page offers, asked about at the hub: what went wrong is found and nothing else."""
    asking = ["--hub", visit.hub, "--as", CLIENT, "--key", str(place.facility_key), "--json"]
    told: dict[str, Checked] = {}
    for house in HOUSES:
        offered = visit.http.get(f"{visit.visitors}/claims/{house}/{CLAIM_FILE}")
        file = place.path / f"{house}.UKE"
        file.write_bytes(offered.raise_for_status().content)
        assert cli.run(["claims", "check", str(file), *asking]) == 1
        told[f"{house}/{CLAIM_FILE}"] = msgspec.json.decode(capsys.readouterr().out, type=Checked)

    lines = (place.claims / "truth.jsonl").read_bytes().splitlines()
    truth = [msgspec.json.decode(line, type=Truth) for line in lines]
    wrong = {(one.file, one.number) for one in truth if one.trouble}
    assert {(name, one.receipt) for name, checked in told.items() for one in checked.findings} == wrong
    assert sum(len(checked.verdicts) for checked in told.values()) == len(truth) > len(wrong)


def test_a_card_is_put_on_the_reader_the_line_is_cut_and_the_power_comes_back(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with a_demonstration(tmp_path / "demo") as (process, visit):
        visit.sign_in()
        until(lambda: "18-appointment-card" in visit.page("/cards"))
        assert "マイナンバーカードを" in visit.page("/reader")  # this screen has the reader

        laid = visit.post(f"{visit.visitors}/request", back="").text
        assert "OQSsiquc01res_" in laid
        assert "&lt;QualificationValidity&gt;1" in laid

        visit.post(f"{visit.desk}/cards/put", card="18-appointment-card")
        until(lambda: "診察券" in visit.page("/reader"))
        visit.post(f"{visit.desk}/cards/put", card="01-worker")
        until(lambda: "暗証番号" in visit.page("/reader"))

        assert "http://127.0.0.1:8000" not in visit.page("/doctor")  # it knows the hub where it is today

        assert_the_claims_say_what_was_planted(Folder(tmp_path / "demo"), visit, capsys)

        visit.switch(line="down")
        until(lambda: "回線 切れています" in visit.page("/"))
        visit.switch(line="up")
        until(lambda: "回線 正常" in visit.page("/"))

        visit.switch(power="cut")
        assert not visit.answers()
        assert visit.http.get(f"{visit.visitors}/state").json() is False
        visit.switch(power="back")
        until(visit.answers)
        visit.sign_in()
        assert "架空　一郎" in visit.page("/")

        os.killpg(process.pid, signal.SIGINT)
        assert process.wait(30) == 0
        assert not visit.answers()
    assert "Traceback" not in (tmp_path / "stderr").read_text("utf-8")


def test_the_clinic_ends_with_a_demonstration_that_is_killed(tmp_path: Path) -> None:
    with a_demonstration(tmp_path / "demo") as (process, visit):
        process.kill()

        until(lambda: not visit.answers())


def test_the_switches_are_for_the_visitors_page_alone(tmp_path: Path) -> None:
    with a_demonstration(tmp_path / "demo") as (_, visit):
        elsewhere = visit.http.post(
            f"{visit.visitors}/switch", data={"power": "cut"}, headers={"Origin": "https://elsewhere.example"}
        )
        renamed = visit.http.get(visit.visitors, headers={"Host": "rebound.example"})

        assert (elsewhere.status_code, renamed.status_code) == (403, 403)
        assert visit.answers()
