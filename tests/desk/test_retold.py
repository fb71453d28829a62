"""An answer that is kept is told in the language of who looks."""

from pathlib import Path

import msgspec
import pytest

from kaihoken.coverage import Answer
from kaihoken.coverage.view import retold
from kaihoken.people import CertificateAsk, NumberAsk, sandbox_cases

from ..hub.hub import a_hub, a_row
from .desks import a_covered_patient, a_desk
from .sandbox import asked, register_sandbox


def said_in(answer: Answer) -> Answer:
    """Without what is shown of records: a consent is kept anew by each question."""
    return msgspec.structs.replace(answer, results=())


async def test_every_case_of_the_sandbox_is_told_as_if_it_had_been_asked_in_that_language(
    tmp_path: Path,
) -> None:
    async with a_hub(tmp_path / "store", tmp_path) as hub, a_desk(tmp_path / "desk", hub) as counter:
        await register_sandbox(hub)
        for case in sandbox_cases(hub.clock.today()):
            if not isinstance(case.ask, CertificateAsk | NumberAsk):
                continue
            first, other = [
                (await asked(counter, case.key, language=one)).checks[-1].answer for one in ("ja", "en")
            ]
            assert said_in(retold(first, "en")) == said_in(other), case.key
            assert said_in(retold(other, "ja")) == said_in(first), case.key
            assert retold(first, "ja") is first


async def test_the_page_of_a_visit_the_list_and_the_follow_up_change_their_language(tmp_path: Path) -> None:
    async with a_hub(tmp_path / "store", tmp_path) as hub, a_desk(tmp_path / "desk", hub) as counter:
        await hub.register(a_row(lost="2026-11-01"))
        await counter.sign_in()
        patient = a_covered_patient(counter)
        visit = counter.arrived(patient)
        await counter.post(f"/visit/{visit.visit}/check")
        answer = counter.desk.day.get(visit.visit).checks[-1].answer
        said = retold(answer, "en")
        pages = [f"/visit/{visit.visit}", "/follow-up", f"/patients/{patient.patient}"]
        shown = [(await counter.http.get(f"/en{page}")).text for page in pages]

    assert answer.words.staff != said.words.staff
    assert [words in page for page, words in zip(shown, (said.words.staff,) * 2, strict=False)] == [True] * 2
    assert said.steps[0].text in shown[0]
    assert said.words.title in shown[2]
    assert all(answer.words.staff not in page for page in shown)


@pytest.mark.parametrize(
    "of_another_version", [{"language": "fr"}, {"situation": "half-covered"}, {"kind": "by-thought"}]
)
async def test_what_another_version_wrote_stays_as_it_is(
    tmp_path: Path, of_another_version: dict[str, str]
) -> None:
    async with a_hub(tmp_path / "store", tmp_path) as hub:
        await hub.register(a_row())
        said = (await hub.ask()).json()["answer"]
    answer = msgspec.structs.replace(msgspec.convert(said, Answer), **of_another_version)

    assert retold(answer, "en") is answer
