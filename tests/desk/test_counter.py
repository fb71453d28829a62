"""What the counter does around an answer: the month, the add-on, the file beside it, who is not in the file, papers,
hiding the screen."""

from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import httpx
import pytest_asyncio

from kaihoken import rules
from kaihoken.desk.checked import By
from kaihoken.desk.day import Document, Source
from kaihoken.desk.patients import Subsidy
from kaihoken.desk.reception.add_on import WaysToRecords
from kaihoken.desk.reception.documents import counts_as
from kaihoken.desk.reception.month import confirmed_in, usage_of
from kaihoken.payment.fees import Record

from ..hub.hub import a_hub, a_row
from .desks import Counter, a_covered_patient, a_desk
from .sandbox import asked, register_sandbox

_NUMBERS = {"insurer_number": "01130012", "symbol": "12-34", "number": "56", "branch": "01", "limit": ""}


@pytest_asyncio.fixture
async def counter(tmp_path: Path) -> AsyncIterator[Counter]:
    async with a_hub(tmp_path / "store", tmp_path) as hub, a_desk(tmp_path / "desk", hub) as desk:
        await hub.register(a_row())
        await desk.sign_in()
        yield desk


async def test_a_subsidy_that_the_answer_does_not_mention_stays_in_the_file(counter: Counter) -> None:
    held = Subsidy("88139902", "9000019")
    patient = a_covered_patient(counter, symbol="99-99", subsidies=[held])
    visit = counter.arrived(patient)
    typed = await counter.post(
        f"/visit/{visit.visit}/numbers", **_NUMBERS, birthdate="1980-01-01", presented="number"
    )
    page = (await counter.http.get(typed.headers["location"])).text

    await counter.post(f"/visit/{visit.visit}/adopt")

    assert "回答なし（受給者証を見る。カルテはそのまま）" in page
    after = counter.desk.patients.get(patient.patient)
    assert after is not None
    assert (after.symbol, after.subsidies) == ("12-34", (held,))


async def test_a_subsidy_of_the_answer_is_added_once(counter: Counter) -> None:
    await register_sandbox(counter.hub)
    other = Subsidy("88139910", "9000027")
    visit = counter.arrived(counter.patient("00121", name="架空　空", subsidies=[other]))
    await asked(counter, "child-subsidy", visit)

    await counter.post(f"/visit/{visit.visit}/adopt")
    await counter.post(f"/visit/{visit.visit}/adopt")

    (patient,) = counter.desk.patients.all()
    assert patient.subsidies == (other, Subsidy("88139902", "9000019"))


async def test_what_differs_from_the_file_is_marked_and_only_that(counter: Counter) -> None:
    visit = counter.arrived(a_covered_patient(counter, share_percent=20))
    await counter.post(f"/visit/{visit.visit}/check")

    page = (await counter.http.get(f"/visit/{visit.visit}")).text

    table = page.split('class="facts comparison"')[1].split("</table>")[0]
    assert "違いがあります" in page
    assert table.count("<mark>") == 1
    assert "<mark>3割" in table


async def test_an_answer_that_is_not_valid_is_not_offered_to_the_file(counter: Counter) -> None:
    await counter.hub.register(a_row(lost="2026-11-01"), key="2")
    visit = counter.arrived(a_covered_patient(counter, share_percent=20))
    await counter.post(f"/visit/{visit.visit}/check")

    assert "/adopt" not in (await counter.http.get(f"/visit/{visit.visit}")).text


async def test_the_month_says_who_was_confirmed_when_and_how_and_narrows_the_list(counter: Counter) -> None:
    confirmed = counter.arrived(a_covered_patient(counter))
    await counter.post(f"/visit/{confirmed.visit}/check")
    other = counter.arrived(counter.patient("00300", name="山本　次郎"))

    everybody = (await counter.http.get("/")).text
    narrowed = (await counter.http.get("/?only=unconfirmed")).text

    assert "確認済み 11月20日・番号" in everybody
    assert "今月 未確認 1" in everybody
    assert f"/visit/{other.visit}" in narrowed
    assert f"/visit/{confirmed.visit}" not in narrowed


async def test_the_month_before_confirms_nobody_of_this_one(counter: Counter) -> None:
    patient = a_covered_patient(counter)
    visit = counter.arrived(patient)
    await counter.post(f"/visit/{visit.visit}/check")
    counter.days_pass(11)

    counter.arrived(patient)

    assert "今月 未確認 1" in (await counter.http.get("/")).text


async def test_the_use_of_the_card_counts_each_patient_once_and_nobody_who_has_not_come(
    counter: Counter,
) -> None:
    await register_sandbox(counter.hub)
    by_card = counter.arrived(counter.patient("00107", name="架空　一郎"))
    await asked(counter, "valid-by-card", by_card)
    await asked(counter, "valid-by-card", by_card)
    await asked(counter, "valid", counter.arrived(counter.patient("00108", name="架空　花子")))
    counter.desk.day.arrive(counter.patient("00109", name="予約　だけ"), Source.APPOINTMENT)

    usage = usage_of(counter.desk.day.today())

    assert (usage.with_card, usage.seen, usage.percent) == (1, 2, 50.0)
    assert "1人 ÷ 2人" in (await counter.http.get("/")).text
    assert usage_of([]).percent is None


async def test_the_add_on_stood_here_once_this_month(counter: Counter) -> None:
    patient = a_covered_patient(counter)

    async def line() -> str:
        visit = counter.arrived(patient)
        await counter.post(f"/visit/{visit.visit}/check")
        page = (await counter.http.get(f"/visit/{visit.visit}")).text
        return page.split('id="to-copy"')[1].split("</p>")[0]

    assert "今月まだ（自院分" in await line()
    counter.days_pass(5)
    assert "今月 11月20日 に出ています（自院分）" in await line()
    counter.days_pass(10)
    assert "今月まだ（自院分" in await line()


def test_by_which_ways_of_asking_records_are_had() -> None:
    ways = rules.load(WaysToRecords, on=date(2024, 7, 1))

    assert By.CARD in ways.of(Record.HAD)
    assert By.NUMBER in ways.of(Record.NOT_HAD)
    assert set(By) - set(ways.of(Record.ANY)) == {By.FAILURE}


async def test_a_confirmation_document_is_kept_with_who_saw_it(counter: Counter) -> None:
    visit = counter.arrived(a_covered_patient(counter))
    await counter.post(
        f"/visit/{visit.visit}/numbers", **_NUMBERS, birthdate="1980-01-01", presented="confirmation"
    )

    kept = counter.desk.day.get(visit.visit)
    page = (await counter.http.get(f"/visit/{visit.visit}")).text

    assert kept.last is not None
    assert kept.last.by is By.CONFIRMATION
    assert [(one.document, one.staff) for one in kept.shown] == [(Document.CONFIRMATION, "受付A")]
    assert "受付A が見ました" in page


async def test_a_paper_of_a_subsidy_is_seen_once_a_month(counter: Counter) -> None:
    patient = a_covered_patient(counter, subsidies=[Subsidy("88139902", "9000019")])
    visit = counter.arrived(patient)
    await counter.post(f"/visit/{visit.visit}/check")
    before = (await counter.http.get(f"/visit/{visit.visit}")).text

    await counter.post(f"/visit/{visit.visit}/see", document="subsidy", payer="88139902")
    nothing = await counter.post(f"/visit/{visit.visit}/see", document="")
    after = (await counter.http.get(f"/visit/{visit.visit}")).text

    assert "今月はまだ受給者証を見ていません" in before
    assert "今月 11月20日（金） に受給者証を見ました" in after
    assert nothing.status_code == 422


def test_what_a_paper_counts_as_changes_with_the_law() -> None:
    assert counts_as(Document.CONFIRMATION, date(2026, 11, 20)) == "alone"
    assert counts_as(Document.PRINTED_CARD, date(2026, 3, 31)) == "with-card"
    assert counts_as(Document.PRINTED_CARD, date(2026, 4, 1)) == "not"


async def test_a_stranger_is_named_by_the_answer_and_taken_over_under_a_free_number(counter: Counter) -> None:
    counter.patient("00300", name="山本　次郎")
    begun = await counter.post("/stranger", name="")
    visit = begun.headers["location"].removesuffix("/numbers")
    await counter.post(f"{visit}/numbers", **_NUMBERS, birthdate="1980-01-01", presented="number")
    page = (await counter.http.get(visit)).text

    taken = await counter.post(f"{visit}/take-over", number="300")
    empty = await counter.post(f"{visit}/take-over", number=" ")
    await counter.post(f"{visit}/take-over", number="00400")

    assert "山田　太郎" in page
    assert "カルテにない人です" in page
    assert (taken.status_code, empty.status_code) == (409, 422)
    new = counter.desk.patients.numbered("400")
    assert new is not None
    assert (new.name, new.insured_number, new.birthdate) == ("山田　太郎", "56", date(1980, 1, 1))
    assert new.last is not None
    assert counter.desk.day.get(visit.removeprefix("/visit/")).patient == new.patient


async def test_a_stranger_who_may_be_a_patient_is_joined_to_them(counter: Counter) -> None:
    patient = a_covered_patient(counter, insured_number="old")
    begun = await counter.post("/stranger", name="")
    visit = begun.headers["location"].removesuffix("/numbers")
    await counter.post(f"{visit}/numbers", **_NUMBERS, birthdate="1980-01-01", presented="number")

    page = (await counter.http.get(visit)).text
    await counter.post(f"{visit}/join", patient=patient.patient)

    assert "この人かもしれません" in page
    assert counter.desk.day.get(visit.removeprefix("/visit/")).patient == patient.patient
    assert len(counter.desk.patients) == 1


async def test_a_wrong_number_is_told_at_its_field_and_asks_nobody(counter: Counter) -> None:
    visit = counter.arrived(a_covered_patient(counter))
    before = len(counter.wire.sent)

    wrong = await counter.post(
        f"/visit/{visit.visit}/numbers", **{**_NUMBERS, "birthdate": "1980-13-01", "presented": "number"}
    )

    assert wrong.status_code == 422
    assert 'aria-invalid="true"' in wrong.text
    assert len(counter.wire.sent) == before


async def test_a_search_leaves_the_open_visit_open_without_a_script(counter: Counter) -> None:
    visit = counter.arrived(a_covered_patient(counter))
    counter.patient("00300", name="山本　次郎", kana="ﾔﾏﾓﾄ ｼﾞﾛｳ")

    page = (await counter.post("/search", text="やまもと", visit=visit.visit)).text
    part = (await counter.post("/search/found", text="だれもいない")).text

    assert "山本　次郎" in page
    assert "<h1>山田　太郎</h1>" in page
    assert "見つかりません" in part
    assert "新しい患者として受け付ける" in part


async def test_the_reader_is_told_whose_card_is_awaited_and_not_any_more(counter: Counter) -> None:
    visit = counter.arrived(a_covered_patient(counter))

    await counter.post(f"/visit/{visit.visit}/await-card")
    assert counter.desk.reader.expected == visit.visit
    assert "カードを待っています" in (await counter.http.get(f"/visit/{visit.visit}")).text
    await counter.post(f"/visit/{visit.visit}/await-card")
    assert counter.desk.reader.expected == ""


async def test_nobody_is_looked_at_while_no_reader_waits(counter: Counter) -> None:
    refused = await counter.post("/visual", visual="whatever it is")
    own = await counter.post("/visual/password", chosen="eight or more", own="wrong")

    assert refused.status_code >= 400
    assert own.status_code == 401


async def test_a_covered_screen_hands_out_nothing_until_it_is_lifted(counter: Counter) -> None:
    visit = counter.arrived(a_covered_patient(counter))
    page = f"/visit/{visit.visit}"

    covered = (await counter.http.get(f"/cover?back={page}")).text
    hidden = await counter.http.get(page)
    part = await counter.http.get("/list", headers={"Accept": "application/json"})
    form = await counter.post(f"{page}/check")
    lifted = await counter.post("/cover")

    assert "山田" not in covered
    assert hidden.headers["location"] == "/cover"
    assert part.json()["code"] == "desk.covered"
    assert form.status_code == 409
    assert "山田" not in form.text
    assert lifted.headers["location"] == page
    assert "山田" in (await counter.http.get(page)).text


async def test_what_was_covered_leads_back_to_no_other_site(counter: Counter) -> None:
    for back in ("//elsewhere.example/", "https://elsewhere.example/", "/\\elsewhere.example"):
        await counter.http.get("/cover", params={"back": back})
        lifted: httpx.Response = await counter.post("/cover")
        assert lifted.headers["location"] == "/"


async def test_a_check_that_confirms_nothing_confirms_no_month(counter: Counter) -> None:
    await register_sandbox(counter.hub)

    ended = await asked(counter, "left-job")
    special = await asked(counter, "special-expense")

    assert confirmed_in([ended]) is None
    found = confirmed_in([special])
    assert found is not None
    assert found.by is By.NUMBER
