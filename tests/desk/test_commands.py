"""`kaihoken desk staff|import|differences|evening|report`: what is done while the desk itself is stopped."""

import stat
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from kaihoken.access import make_key
from kaihoken.clock import TOKYO, SystemClock
from kaihoken.desk import Appointment, commands, make_desk
from kaihoken.desk.checked import By, Checked
from kaihoken.desk.drill import FACILITY, HUB, CutWire, made_up
from kaihoken.desk.enrolment import Enrolment
from kaihoken.desk.patients import Patients
from kaihoken.desk.running import open_safe, running
from kaihoken.desk.staff import Staff

from ..hub.command_line import Run
from .answers import an_answer
from .desks import PASSWORD, SIGN
from .files.lists import a_list, a_row

KEY = make_key()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A desk that is stopped, with three appointments of tomorrow."""
    people = made_up(SystemClock().today())
    enrolment = Enrolment(
        hub=HUB, client="clinic", facility=FACILITY, facility_name="架空", terminal="desk-1", key=KEY.saved()
    )
    at = SystemClock().now().astimezone(TOKYO).replace(hour=9, minute=0) + timedelta(days=1)
    made = tmp_path / "desk"
    make_desk(made, enrolment, {}, people.patients, [Appointment(one, at) for one in people.patients])
    return made


def test_staff_is_let_in_and_no_more(run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("typer.prompt", lambda *_, **__: PASSWORD)
    taken_in = run("desk", "staff", SIGN, "--folder", str(folder))
    safe = open_safe(folder)
    assert Staff(safe, lambda: 0).require(SIGN, PASSWORD).sign == SIGN
    held = run("desk", "staff", "受付B", "--folder", str(folder))
    safe.close()
    out = run("desk", "staff", SIGN, "--remove", "--json", "--folder", str(folder))
    again = run("desk", "staff", SIGN, "--remove", "--folder", str(folder))

    assert (taken_in.code, taken_in.out.decode().strip()) == (0, SIGN)
    assert PASSWORD not in taken_in.out.decode() + taken_in.err
    assert "desk.in-use" in held.err, "a desk that runs has the folder to itself"
    assert out.json == {"sign": SIGN, "removed": True}
    assert "desk.sign-unknown" in again.err


def test_a_list_is_brought_in_and_what_differs_goes_out(run: Run, folder: Path, tmp_path: Path) -> None:
    file, bad, out = tmp_path / "list.csv", tmp_path / "bad.csv", tmp_path / "out.csv"
    file.write_bytes(a_list(a_row(), a_row(患者番号="00232", 生年月日="19800230")))
    where = ("--staff", SIGN, "--folder", str(folder))
    refused = run("desk", "import", str(file), *where, stdin=b"n\n")
    first = run("desk", "import", str(file), "--rejected", str(bad), *where, "--json", stdin=b"y\n")
    second = run("desk", "import", str(file), *where)
    safe = open_safe(folder)
    patients = Patients(safe)
    yamada = patients.numbered("00231")
    assert yamada is not None
    answer = Checked(
        at=SystemClock().now(), by=By.NUMBER, answer=an_answer(number="57"), answer_hash="", receipt=""
    )
    patients.put([msgspec.structs.replace(yamada, last=answer)])
    safe.close()
    written = run("desk", "differences", str(out), *where, "--json")
    over = run("desk", "differences", str(out), *where)

    assert refused.code != 0
    assert "生年月日" in refused.err, "the columns are shown before anything is brought in"
    assert (first.code, first.json["new"], first.json["bad"]) == (1, 1, 1)
    assert "19800230" in bad.read_text(encoding="utf-8-sig")
    assert stat.S_IMODE(bad.stat().st_mode) == 0o600
    assert second.code == 1
    assert "この列でよいですか" not in second.err, "columns that were confirmed are not asked for again"
    assert (written.code, written.json["rows"]) == (0, 1)
    assert "57" in out.read_text(encoding="utf-8-sig")
    assert over.code == 0


def test_the_evening_asks_while_no_desk_runs(
    run: Run, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = SystemClock()
    wire = CutWire(made_up(clock.today()).known, clock)
    monkeypatch.setattr(commands, "running", lambda settings, own: running(settings, own, transport=wire))
    pdf = tmp_path / "list.pdf"
    wire.is_cut = True
    unheard = run("desk", "evening", "--folder", str(folder))
    wire.is_cut = False
    asked = run("desk", "evening", "--pdf", str(pdf), "--folder", str(folder), "--json")
    there = run("desk", "evening", "--pdf", str(pdf), "--folder", str(folder))

    assert "access.hub-unreachable" in unheard.err
    assert asked.code == 0, asked.err
    tomorrow = (clock.today() + timedelta(days=1)).isoformat()
    assert asked.json == {"day": tomorrow, "state": "kept", "asked": 3, "left_out": 0}
    assert pdf.read_bytes().startswith(b"%PDF-")
    assert stat.S_IMODE(pdf.stat().st_mode) == 0o600
    assert there.code == 2, "a file that is there is not written over"
    safe = open_safe(folder)
    assert all(one.last is not None for one in Patients(safe).all())
    safe.close()


def test_a_report_is_shown_first_and_saved_when_somebody_says_so(
    run: Run, folder: Path, tmp_path: Path
) -> None:
    out = tmp_path / "report.txt"
    read = run("desk", "report", "--out", str(out), "--folder", str(folder), stdin=b"n\n")
    assert not out.exists()
    kept = run("desk", "report", "--out", str(out), "--yes", "--folder", str(folder))
    nowhere = run("desk", "report", "--out", str(tmp_path / "none" / "r"), "--yes", "--folder", str(folder))

    assert read.out.decode().startswith("Kaihoken desk report")
    assert out.read_text(encoding="utf-8").startswith("Kaihoken desk report")
    assert kept.code == 0
    assert "訓練" not in out.read_text(encoding="utf-8")
    assert "bytes of HTTP" in kept.out.decode()
    assert "desk.report-unwritable" in nowhere.err
