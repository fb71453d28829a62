"""The pages of the patients: a file is chosen, its columns confirmed, its bad rows saved."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
import pytest_asyncio

from kaihoken.desk.files import Taken

from ..hub.hub import a_hub, a_row
from .desks import SIGN, Counter, a_covered_patient, a_desk
from .files.lists import YAMADA, a_list
from .files.lists import a_row as a_line

LIST = a_list(
    YAMADA, a_line(患者番号="300", 氏名="佐藤　花", 枝番="x"), a_line(患者番号="400", 氏名="山田　太朗")
)


@pytest_asyncio.fixture
async def counter(tmp_path: Path) -> AsyncIterator[Counter]:
    async with a_hub(tmp_path / "store", tmp_path) as hub, a_desk(tmp_path / "desk", hub) as desk:
        await hub.register(a_row())
        await desk.sign_in()
        yield desk


async def upload(counter: Counter, content: bytes) -> httpx.Response:
    return await counter.http.post("/patients/import", files={"file": ("山田太郎.csv", content, "text/csv")})


async def confirmed(counter: Counter, content: bytes) -> httpx.Response:
    """Bring a list in with its columns as they are guessed; the page of what became of it."""
    page = (await upload(counter, content)).headers["location"]
    intake = counter.desk.files.get(page.rpartition("/")[2])
    assert intake.table is not None
    guesses = counter.desk.files.guesses(intake.table)
    form = {field.value: str(guess.column) for field, guess in guesses.items()}
    answer = await counter.post(page, kind="patients", **form)
    return await counter.http.get(answer.headers["location"])


async def test_a_file_is_mapped_once_and_its_bad_rows_are_saved(counter: Counter) -> None:
    where = (await upload(counter, LIST)).headers["location"]
    asked = await counter.http.get(where)
    assert "どの列が何かを確かめる" in asked.text
    assert "山田　太郎" in asked.text
    assert "検証番号" not in (await counter.http.get("/patients/import")).text

    result = await confirmed(counter, LIST)
    known = await upload(counter, LIST + b"\n")
    again = await counter.http.get(known.headers["location"])
    saved = await counter.post(f"{known.headers['location']}/rows")

    assert "1行を受け取れませんでした" in result.text
    assert "新しい患者 2名" in result.text
    assert "枝番は 2 けたの数字です" in result.text
    assert "新しい患者 0名、変わった患者 0名、同じ 2名" in again.text
    assert "佐藤　花" in saved.content.decode("utf-8-sig")
    assert [(one.staff, one.what) for one in counter.desk.files.exports()] == [(SIGN, Taken.BAD_ROWS)]


async def test_columns_that_are_missing_are_asked_for_again_with_what_was_chosen(counter: Counter) -> None:
    where = (await upload(counter, LIST)).headers["location"]

    refused = await counter.post(where, kind="patients", number="0", name="", kana="99")
    other = await counter.http.get(f"{where}?kind=appointments")

    assert refused.status_code == 422
    assert "必要な列が決まっていないか" in refused.text
    assert '<option value="0" selected>患者番号</option>' in refused.text
    assert "予約のファイルとして読み込みます" in other.text
    assert len(counter.desk.patients) == 0


@pytest.mark.parametrize("content", [b"", b"\x81"])
async def test_what_is_no_list_is_refused_on_the_page(counter: Counter, content: bytes) -> None:
    answer = await upload(counter, content)

    assert answer.status_code == 422
    assert counter.desk.files.intakes() == []


async def test_a_body_that_is_no_upload_or_too_large_is_refused(counter: Counter) -> None:
    form = await counter.http.post("/patients/import", data={"file": "x"})
    large = await upload(counter, b"x" * (16 * 1024 * 1024 + 128 * 1024))
    elsewhere = await counter.http.post(
        "/patients/import", files={"file": ("x.csv", LIST)}, headers={"Origin": "https://elsewhere.example"}
    )

    assert (form.status_code, large.status_code, elsewhere.status_code) == (422, 413, 403)


async def test_while_a_long_list_comes_in_pages_are_answered_and_what_they_write_stays(
    counter: Counter,
) -> None:
    await confirmed(counter, a_list(YAMADA))
    visit = counter.arrived(counter.desk.patients.all()[0])
    many = [a_line(患者番号=str(number), 氏名=f"試験　{number}") for number in range(1000, 2000)]
    coming = asyncio.create_task(upload(counter, a_list(YAMADA.replace("03-1234", "03-9999"), *many)))
    answered = 0
    while not coming.done():
        await counter.http.get("/list")
        answered += 1
        await asyncio.sleep(0)  # in this process a page is answered without anybody's turn
        if answered == 2:
            await counter.post(f"/visit/{visit.visit}/check")

    assert (await coming).status_code == 303
    assert answered > 5
    assert len(counter.desk.patients) == 1001
    patient = counter.desk.patients.numbered("00231")
    assert patient is not None
    assert (patient.phone, patient.last) == ("03-9999-5678", counter.desk.day.get(visit.visit).last)
    assert patient.last is not None


async def test_a_list_that_is_brought_in_twice_at_once_is_brought_in_once(counter: Counter) -> None:
    await confirmed(counter, a_list(YAMADA))
    twice = await asyncio.gather(*(upload(counter, a_list(a_line(患者番号="7"))) for _ in range(2)))

    assert [one.status_code for one in twice] == [303, 303]
    assert [one.number for one in counter.desk.patients.all()] == ["00231", "7"]


async def test_differences_are_shown_and_taken_by_somebody(counter: Counter) -> None:
    patient = a_covered_patient(counter, share_percent=20)
    await counter.post(f"/visit/{counter.arrived(patient).visit}/check")

    shown = await counter.http.get("/patients/differences")
    taken = await counter.post("/patients/differences", charset="cp932")
    neither = await counter.post("/patients/differences", charset="ebcdic")
    after = await counter.http.get("/patients/differences")

    assert "ハブとの違い 1件" in shown.text
    assert SIGN in after.text
    assert taken.content.decode("cp932").splitlines()[1].split(",")[2:5] == ["負担割合", "20", "30"]
    assert neither.status_code == 422


async def test_one_patient_shows_file_checks_and_who_is_alike(counter: Counter) -> None:
    patient = a_covered_patient(counter)
    a_covered_patient(counter, "00999", name="山田　太朗")
    await counter.post(f"/visit/{counter.arrived(patient).visit}/check")

    found = await counter.post("/patients", text="231")
    page = await counter.http.get(f"/patients/{patient.patient}")
    alike = await counter.http.get("/patients/alike")
    refused = await counter.post(f"/patients/{patient.patient}/drop", sure="")
    dropped = await counter.post(f"/patients/{patient.patient}/drop", sure="yes")

    assert f"/patients/{patient.patient}" in found.text
    assert "01130012" in page.text
    assert "記号番号で照会" in page.text
    assert "よく似た患者がほかに 1名" in page.text
    assert "よく似た患者 1組" in alike.text
    assert (refused.status_code, dropped.status_code) == (422, 303)
    assert (await counter.http.get(f"/patients/{patient.patient}")).status_code == 404


async def test_an_appointment_is_taken_off_on_the_patients_page(counter: Counter) -> None:
    patient = a_covered_patient(counter)
    today = counter.desk.clock.today()
    content = f"患者番号,予約日,予約時刻\n231,{today:%Y%m%d},9:30".encode()
    where = (await upload(counter, content)).headers["location"]
    await counter.post(where, kind="appointments", number="0", day="1", time="2")
    (visit,) = counter.desk.day.today()
    stranger = counter.arrived(counter.patient("9", name="佐藤　花"))

    shown = await counter.http.get(f"/patients/{patient.patient}")
    other = await counter.post(f"/patients/{patient.patient}/off", visit=stranger.visit)
    off = await counter.post(f"/patients/{patient.patient}/off", visit=visit.visit)

    assert "9:30" in shown.text
    assert (other.status_code, off.status_code) == (404, 303)
    assert counter.desk.day.today() == [stranger]
    begun = await counter.post(f"/patients/{stranger.patient}/off", visit=stranger.visit)
    assert begun.status_code == 409
