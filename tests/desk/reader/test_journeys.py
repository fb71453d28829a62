"""From a card on the reader to the answer at the reception, and every way in which that does not come about."""

from datetime import UTC, datetime
from pathlib import Path

from kaihoken.desk.checked import By
from kaihoken.desk.reader import Stage

from ..desks import a_covered_patient
from .readers import a_card, a_reader

IN_GRACE = datetime(2026, 10, 1, 0, 0, tzinfo=UTC)
LONG_PAST = datetime(2026, 5, 1, 0, 0, tzinfo=UTC)


async def test_a_card_with_its_pin_ends_in_an_answer_of_the_patient_of_the_file(tmp_path: Path) -> None:
    async with a_reader(tmp_path) as desk:
        patient = a_covered_patient(desk.counter)

        ended = await desk.confirmed(a_card())

        assert ended is Stage.DONE
        (visit,) = desk.visits
        assert (visit.patient, visit.source) == (patient.patient, "reader")
        (checked,) = visit.checks
        assert (checked.by, checked.staff, checked.answer.validity) == (By.CARD, "", "1")
        assert checked.answer.results[0].medicine_consent is not None
