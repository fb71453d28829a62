"""The reception: who may come in, today's list, a check by the numbers of the file, and a line that is cut."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest_asyncio

from kaihoken.desk.checked import By, Checked
from kaihoken.problems import Problem

from ..hub.hub import a_hub, a_row
from .answers import an_answer
from .desks import PASSWORD, SIGN, Counter, a_covered_patient, a_desk


@pytest_asyncio.fixture
async def counter(tmp_path: Path) -> AsyncIterator[Counter]:
    async with a_hub(tmp_path / "store", tmp_path) as hub, a_desk(tmp_path / "desk", hub) as desk:
        await hub.register(a_row())
        await desk.sign_in()
        yield desk


async def test_a_check_stands_on_the_list_with_its_share_and_is_kept(
    counter: Counter, tmp_path: Path
) -> None:
    visit = counter.arrived(a_covered_patient(counter))

    before = await counter.http.get("/")
    asked = await counter.post(f"/visit/{visit.visit}/check")
    shown = await counter.http.get(asked.headers["location"])
    after = await counter.http.get("/list")

    assert "未確認 1" in before.text
    assert asked.status_code == 303
    assert "有効" in shown.text
    assert "3割" in shown.text
    assert "未確認 0" in after.text
    kept = counter.desk.day.get(visit.visit)
    assert [one.staff for one in kept.checks] == [SIGN]
    assert [one.last for one in counter.desk.patients.all()] == [kept.last]


async def test_in_easy_words_what_went_wrong_has_its_readings_above_the_words(counter: Counter) -> None:
    visit = counter.arrived(a_covered_patient(counter))
    counter.desk.day.trouble(visit, "card.certificate-revoked")

    kept = (await counter.http.get(f"/easy/visit/{visit.visit}")).text
    over = (await counter.http.get(f"/easy/visit/{visit.visit}/questionnaire.json")).text

    for page in (kept, over):
        assert "<ruby>受付<rp>（</rp><rt>うけつけ</rt><rp>）</rp></ruby>" in page
        assert "受付（" not in page


async def test_when_the_line_is_cut_the_last_known_is_shown_as_no_check_of_today(counter: Counter) -> None:
    visit = counter.arrived(a_covered_patient(counter))
    await counter.post(f"/visit/{visit.visit}/check")
    counter.days_pass(2)
    counter.wire.down = True
    later = counter.arrived(counter.desk.patients.all()[0])

    refused = await counter.post(f"/visit/{later.visit}/check")

    assert later.visit != visit.visit
    assert refused.status_code == 502
    assert "今日の確認ではありません" in refused.text
    assert "2日前" in refused.text
    assert counter.desk.day.get(later.visit).checks == ()
    assert "回線 おそい" in refused.text
    again = await counter.post(f"/visit/{later.visit}/check")
    assert "回線 切れています" in again.text


async def test_nobody_sees_the_list_without_signing_in(tmp_path: Path) -> None:
    async with a_hub(tmp_path / "store", tmp_path) as hub, a_desk(tmp_path / "desk", hub) as counter:
        a_covered_patient(counter)

        page = await counter.http.get("/")
        part = await counter.http.get("/list", headers={"Accept": "application/json"})
        form = await counter.http.post("/search", data={"text": "山田"})

        assert page.headers["location"] == "/sign-in"
        assert part.json()["code"] == "desk.sign-in-first"
        assert form.status_code == 401
        assert "山田" not in form.text


async def test_guessing_a_password_is_slowed_down(tmp_path: Path) -> None:
    async with a_hub(tmp_path / "store", tmp_path) as hub, a_desk(tmp_path / "desk", hub) as counter:

        async def attempt(password: str) -> int:
            answer = await counter.http.post("/sign-in", data={"sign": SIGN, "password": password})
            return answer.status_code

        assert [await attempt("wrong") for _ in range(6)] == [401] * 5 + [429]
        assert await attempt(PASSWORD) == 429
        hub.ticks.pass_seconds(301)
        assert await attempt(PASSWORD) == 303


async def test_a_form_of_another_site_is_refused(counter: Counter) -> None:
    elsewhere = await counter.http.post(
        "/search", data={"text": "山田"}, headers={"Origin": "https://elsewhere.example"}
    )
    renamed = await counter.http.get("/", headers={"Host": "rebound.example"})

    assert (elsewhere.status_code, renamed.status_code) == (403, 403)


async def test_a_patient_is_found_by_number_name_and_kana_in_either_width(counter: Counter) -> None:
    a_covered_patient(counter)
    counter.patient("00300", name="山本　次郎", kana="ﾔﾏﾓﾄ ｼﾞﾛｳ")

    def found(text: str) -> list[str]:
        return [one.number for one in counter.desk.patients.search(text)]

    assert found("231") == ["00231"]
    assert found("山") == ["00231", "00300"]
    assert found("やまだ") == found("ヤマダ") == found("ﾔﾏﾀﾞﾀﾛｳ") == ["00231"]
    assert found("ジロウ") == ["00300"]
    assert found(" ") == []


async def test_who_may_be_taken_for_somebody_else_is_told(counter: Counter) -> None:
    patient = a_covered_patient(counter)
    twin = a_covered_patient(counter, "00999", kana="ﾔﾏﾀﾞ ﾀﾛｳ", name="山田　太朗")
    a_covered_patient(counter, "01000", name="山田　太郎", birthdate=None)

    alike = counter.desk.patients.like(patient)
    page = await counter.http.get(f"/visit/{counter.arrived(patient).visit}")

    assert alike == [twin]
    assert "よく似た患者がほかに 1名います" in page.text


async def test_who_changes_the_language_stays_with_the_patient(counter: Counter) -> None:
    visit = counter.arrived(a_covered_patient(counter))

    shown = await counter.http.get(f"/visit/{visit.visit}")
    refused = await counter.post(f"/visit/{visit.visit}/see", document="no such")
    narrowed = await counter.http.get("/?only=unchecked")

    assert f'href="/en/visit/{visit.visit}"' in shown.text
    assert f'href="/en/visit/{visit.visit}"' in refused.text
    assert 'href="/en/?only=unchecked"' in narrowed.text


async def test_who_was_stopped_at_the_reader_stands_first_until_there_is_an_answer(counter: Counter) -> None:
    visit = counter.arrived(a_covered_patient(counter))
    counter.desk.day.trouble(visit, "card.certificate-expired")

    stopped = await counter.http.get("/list")
    shown = await counter.http.get(f"/visit/{visit.visit}")
    await counter.post(f"/visit/{visit.visit}/check")
    answered = await counter.http.get("/list")

    assert stopped.text.index("受付に来ます") < stopped.text.index('class="picks"')
    assert "リーダーで止まった" in stopped.text
    assert Problem("card.certificate-expired").mend("ja") in shown.text
    assert "リーダーで止まった" not in answered.text
    assert "受付に来ます" not in answered.text


async def test_who_is_sent_here_by_an_unclear_answer_stands_first_until_somebody_begins(
    counter: Counter,
) -> None:
    visit = counter.arrived(a_covered_patient(counter))
    unclear = an_answer("ended", "2", kind="certificate")
    for by in (By.NUMBER, By.CARD):
        seen = Checked(at=counter.desk.clock.now(), by=by, answer=unclear, answer_hash="", receipt="")
        counter.desk.day.put(msgspec.structs.replace(visit, checks=(seen,)))
        assert ("受付に来ます" in (await counter.http.get("/list")).text) is (by is By.CARD)

    opened = await counter.http.get(f"/visit/{visit.visit}")
    await counter.post(f"/visit/{visit.visit}/call", who="架空健保", phone="", due="")
    begun = await counter.http.get("/list")

    assert "受付に来ます" not in opened.text
    assert "受付に来ます" not in begun.text


async def test_numbers_that_are_not_all_there_are_told_above_the_form(counter: Counter) -> None:
    visit = counter.arrived(a_covered_patient(counter))

    refused = await counter.post(f"/visit/{visit.visit}/numbers", insurer_number="01130012", number="")

    assert refused.status_code == 422
    above, _, form = refused.text.partition('<form class="form question"')
    told = re.findall(r'href="#([^"]*-[^"]*)"', above.partition('role="alert"')[2])
    assert told == ["field-number", "field-birthdate", "choice-presented-error"]
    assert all(f'id="{one}"' in form for one in told)


async def test_while_the_line_is_down_taking_down_comes_first(counter: Counter) -> None:
    visit = counter.arrived(a_covered_patient(counter))
    counter.wire.down = True

    refused = (await counter.post(f"/visit/{visit.visit}/check")).text.partition("<dialog")[0]

    (first,) = re.findall(r'class="button first"[^>]*>([^<]*)', refused)
    assert first == "見たものを書きとめる"
