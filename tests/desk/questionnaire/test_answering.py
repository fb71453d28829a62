"""問診票 on a phone or the reader's screen: who reaches it, what it shows, what the reception gets."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import msgspec
import pytest_asyncio
from fhir.resources.R4B.questionnaire import Questionnaire
from fhir.resources.R4B.questionnaireresponse import QuestionnaireResponse

from kaihoken.desk.day import Visit
from kaihoken.desk.metered import ONE
from kaihoken.desk.questionnaire import QUESTIONNAIRE, Standing
from kaihoken.desk.settings import DeskSettings
from kaihoken.desk.site import phones_site

from ...hub.hub import BASE, Hub, a_hub
from ...stepping import check_edges
from ..desks import Counter, a_covered_patient, a_desk
from ..reader.readers import a_card, a_reader

PHONES = "https://uketsuke.example:8443"
FORM = {"": ""}


@pytest_asyncio.fixture
async def hub(tmp_path: Path) -> AsyncIterator[Hub]:
    async with a_hub(tmp_path / "store", tmp_path) as hub:
        yield hub


@pytest_asyncio.fixture
async def counter(hub: Hub, tmp_path: Path) -> AsyncIterator[Counter]:
    settings = DeskSettings(folder=str(tmp_path / "desk"), hub=BASE, phones="uketsuke.example")
    async with a_desk(tmp_path / "desk", hub, settings) as desk:
        await desk.sign_in()
        yield desk


def a_phone(counter: Counter) -> httpx.AsyncClient:
    """A browser in the waiting room."""
    transport = httpx.ASGITransport(app=phones_site(counter.desk), client=("192.168.1.40", 50_000))
    headers = {"Accept": "text/html", "Origin": PHONES}
    return httpx.AsyncClient(transport=transport, base_url=PHONES, headers=headers)


async def opened(counter: Counter, how: str = "phone") -> tuple[Visit, str]:
    """A visit with a questionnaire, and the path of its link."""
    visit = counter.arrived(a_covered_patient(counter))
    answer = await counter.post(f"/visit/{visit.visit}/questionnaire", how=how)
    assert answer.status_code == 303, answer.text
    return visit, f"/q/{counter.desk.questionnaires.link_of(visit.visit)}"


async def go(phone: httpx.AsyncClient, go: str = "next", **form: str) -> httpx.Response:
    return await phone.post("/q", data={"go": go, **form})


async def answered(phone: httpx.AsyncClient, counter: Counter, visit: Visit) -> None:
    """Every question gets an answer, each in another way."""
    said = {
        "referral": {"answer": "none"},
        "symptoms": {"text": "三日前から\r\nせきが出る"},
        "medicines": {"answer": "have", "text": "アムロジピン"},
        "allergy": {"answer": "unknown"},
    }
    while (sheet := counter.desk.questionnaires.of(visit.visit)) and sheet.standing is Standing.ASKING:
        form = said.get(sheet.item)
        done = await (go(phone, item=sheet.item, **form) if form else go(phone, "skip", item=sheet.item))
        assert done.status_code == 303, done.text


def test_the_table_has_these_edges() -> None:
    ends = dict.fromkeys(("stopped", "late", "withdrawn", "day-over"), "closed")
    rows = {
        "open": {"begun": "asking", "withdrawn": "closed", "day-over": "closed"},
        "asking": {"answered": "asking", "answered-last": "review", "back": "asking", **ends},
        "review": {"back": "asking", "sent": "sent", **ends},
        "closed": {"opened": "open"},
    }
    check_edges(QUESTIONNAIRE, {(state, by): to for state, row in rows.items() for by, to in row.items()})


async def test_from_the_link_to_what_the_reception_reads(counter: Counter) -> None:
    visit, link = await opened(counter)
    waiting = (await counter.http.get(f"/visit/{visit.visit}/questionnaire")).text
    assert f"{PHONES}/easy{link}" in waiting
    assert '<svg class="qr"' in waiting

    async with a_phone(counter) as phone:
        assert (await phone.get(link)).status_code == 200
        assert (await phone.post(link, data=FORM)).status_code == 303
        first = (await phone.get("/q")).text
        assert "checked" not in first
        await answered(phone, counter, visit)
        review = (await phone.get("/q")).text
        assert "せきが出る" in review
        thanks = await phone.get((await go(phone, "send")).headers["location"])
        assert "受付に届きました" in thanks.text
        assert "せき" not in thanks.text
        assert (await phone.get("/q")).status_code == 410

    page = (await counter.http.get(f"/visit/{visit.visit}/questionnaire")).text
    assert "三日前から\nせきが出る" in page
    assert "わからない" in page
    assert "答えていない" in page or "こたえていない" in page
    assert "届きました" in (await counter.http.get(f"/visit/{visit.visit}")).text
    again = await counter.post(f"/visit/{visit.visit}/questionnaire", how="screen")
    assert again.status_code == 410


async def test_nothing_of_the_patient_is_on_their_pages_or_in_their_addresses(counter: Counter) -> None:
    visit, link = await opened(counter)
    async with a_phone(counter) as phone:
        seen = [await phone.get(link), await phone.post(link, data=FORM), await phone.get("/q")]
        for one in seen:
            for word in ("山田", "ﾔﾏﾀﾞ", "00231", "1980", visit.visit, visit.patient):
                assert word not in one.text
                assert word not in str(one.url) + one.headers.get("location", "")
        cookie = seen[1].headers["set-cookie"]
    assert {"HttpOnly", "Secure", "SameSite=lax"} <= {part.strip() for part in cookie.split(";")}
    assert len(link.rpartition("/")[2]) == 32  # 192 bits


async def test_a_phone_reaches_the_questionnaire_and_nothing_else(counter: Counter) -> None:
    visit, link = await opened(counter)
    async with a_phone(counter) as phone:
        phone.cookies.update(counter.http.cookies)
        for path in ("/", "/sign-in", f"/visit/{visit.visit}", "/patients", "/reader", "/events"):
            assert (await phone.get(path)).status_code == 404, path
        assert (await phone.get(link, headers={"Host": "127.0.0.1:8001"})).status_code == 403
        assert (await phone.post(link, headers={"Origin": "https://elsewhere.example"})).status_code == 403


async def test_a_link_is_of_one_browser_and_an_unknown_one_looks_the_same(counter: Counter) -> None:
    _, link = await opened(counter)
    async with a_phone(counter) as first, a_phone(counter) as second:
        await first.post(link, data=FORM)
        used, unknown = await second.get(link), await second.get("/q/" + "A" * 32)
        begun, session = await second.post(link, data=FORM), await second.get("/q")
        assert [one.status_code for one in (used, unknown, begun, session)] == [410] * 4
        assert used.text == unknown.text
        assert (await first.get(link)).status_code == 303  # who has begun comes back to it


async def test_what_ends_it_keeps_nothing_that_was_typed(counter: Counter) -> None:
    visit = counter.arrived(a_covered_patient(counter))
    for how in ("withdrawn", "again", "stopped", "late", "quiet", "day over"):
        await counter.post(f"/visit/{visit.visit}/questionnaire", how="phone")
        async with a_phone(counter) as phone:
            await phone.post(f"/q/{counter.desk.questionnaires.link_of(visit.visit)}", data=FORM)
            await go(phone, "skip", item="consent")
            assert (await go(phone, item="referral", answer="have")).status_code == 303
            await end(counter, phone, visit, how)
            assert (await go(phone, item="symptoms", text="せき")).status_code == 410, how
            assert (await phone.get("/q")).status_code == 410, how

        sheet = counter.desk.questionnaires.of(visit.visit)
        assert sheet is not None
        assert sheet.standing is (Standing.OPEN if how == "again" else Standing.CLOSED), how
        assert (sheet.given, sheet.session) == ((), b""), how


async def end(counter: Counter, phone: httpx.AsyncClient, visit: Visit, how: str) -> None:
    match how:
        case "withdrawn":
            await counter.post(f"/visit/{visit.visit}/questionnaire/close")
        case "again":
            await counter.post(f"/visit/{visit.visit}/questionnaire", how="phone")
        case "stopped" | "late":
            await phone.post("/q/leave", data={"why": how})
        case "day over":
            counter.days_pass(1)
        case _:
            counter.hub.ticks.pass_seconds(3 * 3600)


async def test_what_is_no_answer_is_asked_again_with_what_was_written(counter: Counter) -> None:
    visit, link = await opened(counter)
    async with a_phone(counter) as phone:
        await phone.post(link, data=FORM)
        nothing = await go(phone, item="consent")
        await go(phone, "skip", item="consent")
        stranger = await go(phone, item="referral", answer="perhaps")
        await go(phone, "skip", item="referral")
        long = await go(phone, item="symptoms", text="あ" * 401)
        assert [one.status_code for one in (nothing, stranger, long)] == [422] * 3
        assert "まだ答えがありません" in nothing.text
        assert "あ" * 401 in long.text
        await go(phone, item="symptoms", text="あ" * 400)
        await go(phone, "skip", item="symptoms")  # a double touch answers nothing else
        sheet = counter.desk.questionnaires.of(visit.visit)
        assert sheet is not None
        assert sheet.item == "other-care"
        await go(phone, "back")
        assert "あ" * 400 in (await phone.get("/q")).text


async def test_an_answer_is_changed_before_it_is_sent_and_only_then(counter: Counter) -> None:
    visit, link = await opened(counter)
    async with a_phone(counter) as phone:
        await phone.post(link, data=FORM)
        assert (await go(phone, "send")).status_code == 410  # nothing is asked yet
        await answered(phone, counter, visit)
        await go(phone, "change", item="allergy")
        await go(phone, item="allergy", answer="have", text="そば")
        sheet = counter.desk.questionnaires.of(visit.visit)
        assert sheet is not None
        assert sheet.standing is Standing.REVIEW
        given = sheet.of("allergy")
        assert given is not None
        assert (given.answer, given.text) == ("have", "そば")


async def test_it_outlives_the_desk(hub: Hub, tmp_path: Path) -> None:
    settings = DeskSettings(folder=str(tmp_path / "desk"), hub=BASE, phones="uketsuke.example")
    async with a_desk(tmp_path / "desk", hub, settings) as counter:
        await counter.sign_in()
        visit, link = await opened(counter)
        async with a_phone(counter) as phone:
            await phone.post(link, data=FORM)
            await go(phone, "skip", item="consent")
            cookies = dict(phone.cookies)

    kept = (tmp_path / "desk" / "desk.sqlite3").read_bytes()
    assert link.rpartition("/")[2].encode() not in kept

    async with a_desk(tmp_path / "desk", hub, settings) as counter:
        async with a_phone(counter) as phone:
            phone.cookies.update(cookies)
            assert (await go(phone, item="referral", answer="have")).status_code == 303
        sheet = counter.desk.questionnaires.of(visit.visit)
        assert sheet is not None
        assert [one.answer for one in sheet.given] == ["skipped", "have"]
        assert "have" not in repr(sheet) + repr(sheet.given)


class Answer(msgspec.Struct, rename="camel"):
    """An answer, and what was asked further."""

    value_string: str = ""
    value_coding: dict[str, str] = msgspec.field(default_factory=dict)
    item: list["Answered"] = msgspec.field(default_factory=list)


class Answered(msgspec.Struct, rename="camel"):
    """A question with its answers, or its options."""

    link_id: str
    answer: list[Answer] = msgspec.field(default_factory=list)
    answer_option: list[Answer] = msgspec.field(default_factory=list)


class Subject(msgspec.Struct):
    """Of whom it is."""

    identifier: dict[str, str]


class Said(msgspec.Struct):
    """A QuestionnaireResponse, as far as it is looked at."""

    questionnaire: str
    subject: Subject
    item: list[Answered]


class Asked(msgspec.Struct):
    """A Questionnaire, likewise."""

    url: str
    version: str
    item: list[Answered]


async def test_the_answers_go_out_as_fhir_with_the_questions_they_answer(counter: Counter) -> None:
    visit, link = await opened(counter)
    path = f"/visit/{visit.visit}/questionnaire.json"
    assert (await counter.http.get(path)).status_code == 410
    async with a_phone(counter) as phone:
        await phone.post(link, data=FORM)
        await answered(phone, counter, visit)
        await go(phone, "send")

    response = (await counter.http.get(path)).content
    questions = (await counter.http.get("/questionnaire.json")).content

    QuestionnaireResponse.model_validate_json(response)
    Questionnaire.model_validate_json(questions)
    said, asked = msgspec.json.decode(response, type=Said), msgspec.json.decode(questions, type=Asked)
    assert said.questionnaire == f"{asked.url}|{asked.version}"
    assert said.subject.identifier["value"] == "00231"
    assert [one.link_id for one in said.item] == [one.link_id for one in asked.item]
    answers = {one.link_id: one.answer[0] for one in said.item}
    assert answers["symptoms"] == Answer(value_string="三日前から\nせきが出る")
    assert answers["medicines"].value_coding["code"] == "have"
    assert answers["medicines"].item[0].answer == [Answer(value_string="アムロジピン")]
    assert answers["allergy"].value_coding["code"] == "asked-unknown"
    assert answers["referral"].value_coding == {"code": "none", "display": "ない"}
    for item in asked.item:
        given = answers[item.link_id]
        assert given.value_string or given.value_coding in [one.value_coding for one in item.answer_option]


async def test_no_phone_is_let_in_unless_the_clinic_says_so(hub: Hub, tmp_path: Path) -> None:
    async with a_desk(tmp_path / "desk", hub) as counter:
        await counter.sign_in()
        visit = counter.arrived(a_covered_patient(counter))
        refused = await counter.post(f"/visit/{visit.visit}/questionnaire", how="phone")
        page = (await counter.http.get(f"/visit/{visit.visit}/questionnaire")).text

    assert refused.status_code == 400
    assert "設定 phones" in page
    assert 'value="phone"' not in page


async def test_only_a_visit_of_today_is_asked(counter: Counter) -> None:
    visit = counter.arrived(a_covered_patient(counter))
    counter.days_pass(1)

    assert (await counter.post(f"/visit/{visit.visit}/questionnaire", how="screen")).status_code == 409


async def test_a_phone_that_asks_without_end_waits(counter: Counter) -> None:
    async with a_phone(counter) as phone:
        answers = [await phone.get("/q") for _ in range(ONE.burst + 1)]

    assert {one.status_code for one in answers[:-1]} == {410}
    assert answers[-1].status_code == 429
    assert int(answers[-1].headers["Retry-After"]) >= 1


async def test_the_card_answers_for_the_records_that_it_opens(tmp_path: Path) -> None:
    async with a_reader(tmp_path) as desk:
        counter = desk.counter
        await counter.sign_in()
        a_covered_patient(counter)
        await desk.confirmed(a_card())
        await desk.take()
        (visit,) = desk.visits
        await counter.post(f"/visit/{visit.visit}/questionnaire", how="screen")
        waiting = (await counter.http.get("/easy/reader")).text
        link = f"/q/{counter.desk.questionnaires.link_on_screen()}"
        assert link in waiting
        await counter.post(link)
        sheet = counter.desk.questionnaires.of(visit.visit)
        assert sheet is not None
        assert "consent" not in sheet.items
        assert "checkup" not in sheet.items
        while sheet.standing is Standing.ASKING:
            if sheet.item == "medicines":
                assert "この1か月" in (await counter.http.get("/q")).text
            await counter.post("/q", go="skip", item=sheet.item)
            sheet = counter.desk.questionnaires.of(visit.visit)
            assert sheet is not None
        await counter.post("/q", go="send")

        page = (await counter.http.get(f"/visit/{visit.visit}/questionnaire")).text
        paper = await counter.http.get(f"/visit/{visit.visit}/questionnaire.pdf")

    assert page.count("記録から（11月20日（金） 同意）") == 3
    assert "同意した" in page
    assert paper.content.startswith(b"%PDF-")


async def test_who_said_no_at_the_reader_is_asked_everything(tmp_path: Path) -> None:
    async with a_reader(tmp_path) as desk:
        await desk.counter.sign_in()
        await desk.confirmed(a_card(), yes=False)
        (visit,) = desk.visits
        book = desk.counter.desk.questionnaires
        book.begin(book.open(visit, "受付A", on_screen=True))
        sheet = book.of(visit.visit)

    assert sheet is not None
    assert len(sheet.items) == 9


async def test_the_next_patient_on_the_screen_sees_nothing_of_the_last(counter: Counter) -> None:
    first, link = await opened(counter, "screen")
    await counter.post(link)
    await counter.post("/q", go="skip", item="consent")
    await counter.post("/q", item="referral", answer="have")
    last = dict(counter.http.cookies)
    other = counter.arrived(counter.patient("00777", name="見本　花子"))
    await counter.post(f"/visit/{other.visit}/questionnaire", how="screen")
    link = f"/q/{counter.desk.questionnaires.link_on_screen()}"

    assert "はじめる" in (await counter.http.get(link)).text
    await counter.post(link)
    counter.http.cookies.update({"kaihoken-questionnaire": last["kaihoken-questionnaire"]})

    assert (await counter.http.get("/q")).status_code == 410
    ended = counter.desk.questionnaires.of(first.visit)
    assert ended is not None
    assert ended.standing is Standing.CLOSED
