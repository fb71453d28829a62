"""A desk that is there at once, and serves no other machine."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from kaihoken.access import make_key
from kaihoken.clock import FixedClock
from kaihoken.desk import Appointment, DeskSettings, enrolment_of_key, make_desk, new_patient, serve
from kaihoken.desk.running import running
from kaihoken.problems import Problem

NINE = datetime(2026, 11, 20, 0, 0, tzinfo=UTC)


async def test_a_desk_that_was_made_has_its_patients_and_its_day(tmp_path: Path) -> None:
    make_key().save(tmp_path / "key")
    patient = new_patient("00001", name="架空　一郎")
    enrolment = enrolment_of_key(
        "http://127.0.0.1:9", "clinic", "9910000007", "架空の診療所", "desk-1", tmp_path / "key"
    )
    make_desk(tmp_path / "desk", enrolment, {"受付A": "password"}, [patient], [Appointment(patient, NINE)])

    settings = DeskSettings(folder=str(tmp_path / "desk"))
    async with running(settings, FixedClock(NINE)) as desk:
        assert desk.patients.all() == [patient]
        assert [visit.name for visit in desk.day.today()] == ["架空　一郎"]
        assert desk.staff.require("受付A", "password").sign == "受付A"
        assert desk.enrolment == enrolment


def test_a_desk_serves_this_machine_alone() -> None:
    with pytest.raises(Problem) as refused:
        serve(DeskSettings(host="192.0.2.1"))

    assert refused.value.code == "desk.plain-http"


async def test_a_proxy_carries_nothing_in_the_clear_to_another_machine(tmp_path: Path) -> None:
    make_key().save(tmp_path / "key")
    enrolment = enrolment_of_key(
        "http://hub.example", "clinic", "9910000007", "架空の診療所", "desk-1", tmp_path / "key"
    )
    make_desk(tmp_path / "desk", enrolment, {}, [], [])
    settings = DeskSettings(
        folder=str(tmp_path / "desk"), hub="http://hub.example", proxy="http://127.0.0.1:9"
    )

    with pytest.raises(Problem) as refused:
        async with running(settings, FixedClock(NINE)):
            pass

    assert refused.value.code == "access.hub-plain"
