"""The start page: what is on it, what it refuses, and where it may stand at all."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
import pytest_asyncio

from kaihoken.clock import FixedClock
from kaihoken.coverage import Answering
from kaihoken.hub import HubSettings, with_pages
from kaihoken.hub.application import HubApplication
from kaihoken.hub.machine import running
from kaihoken.problems import Problem
from kaihoken.store import FileKeys, Purpose, create_store
from kaihoken.web import LANGUAGES, Language, path_in, read_form

from .desk import BASE, NOW, a_desk, a_showcase, typed

pytestmark = pytest.mark.asyncio(loop_scope="module")

CLOCK = FixedClock(NOW)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def desk(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[httpx.AsyncClient]:
    async with a_desk(tmp_path_factory.mktemp("demonstration"), CLOCK) as http:
        yield http


@pytest.mark.parametrize("language", LANGUAGES)
async def test_each_language_has_its_own_address_and_the_banner(
    desk: httpx.AsyncClient, language: Language
) -> None:
    page = await desk.get(path_in(language, "/"))

    assert page.status_code == 200
    assert f'<html lang="{"en" if language == "en" else "ja"}">' in page.text
    assert page.text.count('class="demo"') == 1
    assert page.text.count('name="case"') == sum(case.listed for case in a_showcase(CLOCK).cases)


@pytest.mark.parametrize(("language", "words"), [("ja@easy", "75さい いじょうの"), ("en", "75 and over")])
async def test_who_is_75_is_among_the_late_elderly(
    desk: httpx.AsyncClient, language: Language, words: str
) -> None:
    assert words in (await desk.get(path_in(language, "/"))).text


async def test_nothing_personal_can_reach_an_address(desk: httpx.AsyncClient) -> None:
    for page in (await desk.get("/"), await desk.post("/answer", data={"case": "valid"})):
        forms = re.findall(r"<form [^>]*>", page.text)
        assert len(forms) >= 2
        assert all('method="post"' in form and "?" not in form for form in forms)
        assert [link for link in re.findall(r'(?:href|action)="([^"]*)"', page.text) if "?" in link] == []


async def test_pages_are_kept_by_nobody_and_framed_by_nobody(desk: httpx.AsyncClient) -> None:
    for page in (await desk.get("/"), await desk.post("/answer", data=typed())):
        assert page.headers["cache-control"] == "no-store"
        assert "frame-ancestors 'none'" in page.headers["content-security-policy"]
        assert page.headers["referrer-policy"] == "no-referrer"
        assert "set-cookie" not in page.headers
        assert page.headers.get_list("cache-control") == ["no-store"]


async def test_what_was_typed_is_kept_and_every_fault_stands_at_its_field(desk: httpx.AsyncClient) -> None:
    page = await desk.post("/en/answer", data=typed(number="", birthdate="1984-02-30", symbol='<b>"x'))

    assert page.status_code == 422
    assert 'value="1984-02-30" class="size-8" required aria-invalid="true"' in page.text
    assert 'value="&lt;b&gt;&#34;x"' in page.text
    assert "<b>" not in page.text
    assert 'href="#field-number"' in page.text
    assert "This is empty. Fill it in" in page.text
    assert page.text.count('id="field-number-error"') == 1
    assert "the calendar has no such day" in page.text
    assert "<title>To be mended — Kaihoken</title>" in page.text


@pytest.mark.parametrize(
    ("headers", "why"),
    [
        ({"Sec-Fetch-Site": "cross-site"}, "another site"),
        ({"Sec-Fetch-Site": "same-site", "Origin": BASE}, "another port of this machine"),
        ({"Sec-Fetch-Site": "", "Origin": "http://evil.example"}, "an old browser on another site"),
        ({"Sec-Fetch-Site": "", "Origin": "null"}, "a sandboxed frame"),
    ],
)
async def test_a_form_from_elsewhere_is_not_taken(
    desk: httpx.AsyncClient, headers: dict[str, str], why: str
) -> None:
    refused = await desk.post("/answer", data={"case": "valid"}, headers=headers)

    assert refused.status_code == 403, why
    assert "hub.other-origin" in refused.text
    assert "verdict-valid" not in refused.text


async def test_an_old_browser_on_our_page_is_known_by_its_origin(tmp_path: Path) -> None:
    async with a_desk(tmp_path, CLOCK) as fresh:
        del fresh.headers["Sec-Fetch-Site"]
        taken = await fresh.post("/answer", data={"case": "valid"}, headers={"Origin": BASE})
        refused = await fresh.post("/answer", data={"case": "valid"})

    assert (taken.status_code, refused.status_code) == (200, 403)


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "192.168.1.4:8000", "", "[", "[::1"]
)
async def test_a_name_that_is_not_this_machine_reaches_no_page(desk: httpx.AsyncClient, host: str) -> None:
    refused = await desk.get("/", headers={"Host": host})

    assert refused.status_code == 403
    assert "hub.other-origin" in refused.text


@pytest.mark.parametrize(
    "path", ["/v1/eligibility-check", "/oqs/searches", "/oauth/tokens", "/.well-known/x"]
)
async def test_a_program_that_mistypes_a_path_is_told_so_whatever_name_it_calls(
    desk: httpx.AsyncClient, path: str
) -> None:
    refused = await desk.post(path, content=b"{}", headers={"Host": "hub.example", "Accept": "*/*"})

    assert (refused.status_code, refused.json()["code"]) == (404, "hub.path")


@pytest.mark.parametrize("host", ["localhost:8000", "127.0.0.1:9000", "[::1]:8000"])
async def test_this_machine_has_several_names(desk: httpx.AsyncClient, host: str) -> None:
    assert (await desk.get("/", headers={"Host": host})).status_code == 200


async def test_an_address_without_an_answer_leads_back_to_the_start(desk: httpx.AsyncClient) -> None:
    led = await desk.get("/en/answer", follow_redirects=False)

    assert (led.status_code, led.headers["location"]) == (303, "/en/")


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/nothing", 404, "hub.path"),
        ("POST", "/", 405, "hub.method"),
        ("PUT", "/answer", 405, "hub.method"),
        ("DELETE", "/en/nothing", 404, "hub.path"),
    ],
)
async def test_what_is_not_there_is_a_page_for_people_and_json_for_programs(
    desk: httpx.AsyncClient, method: str, path: str, status: int, code: str
) -> None:
    person = await desk.request(method, path)
    program = await desk.request(method, path, headers={"Accept": "application/json"})

    assert (person.status_code, program.status_code) == (status, status)
    assert f"<code>{'hub.no-page' if code == 'hub.path' else code}</code>" in person.text
    assert code == "hub.method" or "openapi" not in person.text.split('id="question"')[0]
    assert program.headers["content-type"].startswith("application/problem+json")
    assert program.json()["code"] == code


async def test_head_has_the_length_of_the_page_and_nothing_of_it(desk: httpx.AsyncClient) -> None:
    page, head = await desk.get("/"), await desk.head("/")

    assert head.content == b""
    assert head.headers["content-length"] == page.headers["content-length"]


async def test_the_hub_behind_the_page_still_answers_programs(desk: httpx.AsyncClient) -> None:
    assert (await desk.get("/live")).json() == {"live": True}
    assert (await desk.post("/v1/eligibility-checks", json={})).status_code == 401
    assert (await desk.get("/static/hub/hub.css")).status_code == 200


@pytest.mark.parametrize(
    ("content", "content_type", "code"),
    [
        (b"x=" + b"a" * 20_000, "application/x-www-form-urlencoded", "hub.body-too-large"),
        (
            b"&".join(b"a%d=1" % number for number in range(101)),
            "application/x-www-form-urlencoded",
            "hub.too-many-fields",
        ),
        (b'{"case":"valid"}', "application/json", "hub.content-type"),
        (b"case=valid", "text/plain", "hub.content-type"),
    ],
)
async def test_what_is_no_form_is_refused(
    desk: httpx.AsyncClient, content: bytes, content_type: str, code: str
) -> None:
    refused = await desk.post("/answer", content=content, headers={"Content-Type": content_type})

    assert refused.status_code in (413, 415)
    assert f"<code>{code}</code>" in refused.text


@pytest.mark.parametrize("case", ["no-such-case", "../valid", "<script>"])
async def test_a_case_that_is_not_there_is_said_so(desk: httpx.AsyncClient, case: str) -> None:
    refused = await desk.post("/answer", data={"case": case})

    assert refused.status_code == 404
    assert "<script>" not in refused.text.replace("<script ", "")


async def test_no_field_holds_what_no_database_keeps() -> None:
    assert read_form(b"account=%00a&name=%00&token=x") == {
        "account": "\x1aa",
        "name": "\x1a",
        "token": "x",
    }


async def test_bytes_that_are_no_text_are_read_as_what_is_left(desk: httpx.AsyncClient) -> None:
    content = b"number=%FF%FE&insurer_number=\xff&birthdate=%00"
    refused = await desk.post(
        "/answer", content=content, headers={"Content-Type": "application/x-www-form-urlencoded"}
    )

    assert refused.status_code == 422


@pytest.mark.parametrize(("number", "code"), [("9009", "hub.rehearsed-failure"), ("9002", "oqs.in-progress")])
async def test_a_rehearsal_is_a_page_that_says_what_to_do_and_keeps_the_form(
    desk: httpx.AsyncClient, number: str, code: str
) -> None:
    insurer = "06139901" if number == "9002" else "06139919"
    form = typed(insurer_number=insurer, symbol="900", number=number, birthdate="1980-01-01")

    page = await desk.post("/answer", data=form)

    assert f"<code>{code}</code>" in page.text
    assert page.status_code == Problem(code).entry.status
    assert f'name="number" type="text" value="{number}"' in page.text
    again = page.text.split('role="alert"')[1].split('id="question"')[0]
    assert f'<input type="hidden" name="number" value="{number}">' in again
    assert "もう一度 照会する" in again
    assert "聞" not in again


async def test_when_the_system_fails_the_page_says_what_is_taken_and_never_the_whole_fee(
    desk: httpx.AsyncClient,
) -> None:
    form = typed(insurer_number="06139919", symbol="900", number="9009", birthdate="1980-01-01")

    page = (await desk.post("/answer", data=form)).text

    assert 'class="verdict verdict-failed' in page
    assert page.count('<li class="step">') == 5
    assert "被保険者資格申立書を書いてもらいます。窓口負担は 3割、就学前は 2割" in page
    assert "資格が無いという意味ではありません" in page
    assert not re.search("10割|全額", page.split('id="cases"')[0])


@pytest.mark.parametrize(
    ("language", "what", "to_patient"),
    [
        ("ja", "いま 確認できませんでした", "受付でご案内します"),
        ("ja@easy", "いま 確認（かくにん） できませんでした", "案内（あんない）します"),
        ("en", "Could not be confirmed just now", "That says nothing about your insurance"),
    ],
)
async def test_when_the_system_fails_that_is_the_page_and_the_patient_is_told(
    desk: httpx.AsyncClient, language: Language, what: str, to_patient: str
) -> None:
    form = typed(insurer_number="06139919", symbol="900", number="9009", birthdate="1980-01-01")

    page = (await desk.post(path_in(language, "/answer"), data=form)).text

    words = re.sub("<[^>]+>", "", page)
    assert f"<title>{what} — " in page
    (first, *others) = re.findall(r"<(h\d)[^>]*>(.*?)</h\d>", page, flags=re.DOTALL)
    assert (first[0], re.sub("<[^>]+>", "", first[1]).strip()) == ("h1", what)
    assert "h1" not in {level for level, _ in others}
    assert page.count("<p lang=") == len(LANGUAGES)
    assert to_patient in words


async def test_a_question_still_being_answered_says_so_first(desk: httpx.AsyncClient) -> None:
    form = typed(insurer_number="06139901", symbol="900", number="9002", birthdate="1980-01-01")

    page = (await desk.post("/answer", data=form)).text

    assert "<title>まだ調べています（処理中） — 皆保険</title>" in page
    assert page.count("<h1") == 1
    assert "患者さんへの言葉" not in page


async def test_the_page_says_when_its_people_are_of_another_day(tmp_path: Path) -> None:
    clock = FixedClock(NOW)
    async with a_desk(tmp_path, clock) as fresh:
        today = (await fresh.get("/en/")).text
        clock.at += timedelta(days=1)
        tomorrow = (await fresh.get("/en/")).text

    assert "Made for Fri 20 Nov 2026." in today
    assert "Start kaihoken demo again" in tomorrow


@pytest.mark.parametrize(
    ("purpose", "host"), [("production", "127.0.0.1"), ("demo", "0.0.0.0"), ("demo", "192.168.1.4")]
)
async def test_pages_stand_only_on_a_demo_store_on_this_machine(
    tmp_path: Path, purpose: Purpose, host: str
) -> None:
    keys = FileKeys.create(tmp_path / "keys", CLOCK)
    await (await create_store(tmp_path / "store", purpose=purpose, clock=CLOCK)).close()
    settings = HubSettings(store=str(tmp_path / "store"), keys=str(tmp_path / "keys"), host=host)
    application = HubApplication(lambda: running(settings, keys, CLOCK), with_pages(a_showcase(CLOCK)))

    with pytest.raises(Problem) as refused:
        async with application.opened():
            pass

    assert refused.value.code == "hub.demo-only"


async def test_a_refusal_says_to_a_browser_too_what_may_be_done_and_when(desk: httpx.AsyncClient) -> None:
    refused = await desk.put("/answer", headers={"Accept": "text/html"})

    assert (refused.status_code, refused.headers["allow"]) == (405, "GET, HEAD, POST")
    assert refused.headers["content-type"] == "text/html; charset=utf-8"
    assert 'role="alert"' in refused.text


async def test_what_nobody_foresaw_is_a_page_for_a_browser(
    desk: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def broken(*_: object) -> None:
        raise RuntimeError("山田 太郎 56")

    monkeypatch.setattr(Answering, "ask", broken)

    page = await desk.post("/en/answer", data=typed(), headers={"Accept": "text/html"})

    assert page.status_code == 500
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert 'lang="en"' in page.text
    assert 'role="alert"' in page.text
    assert "Words for the patient" in page.text
    assert page.text.count('<li class="step">') == 4
    assert "RuntimeError at" in caplog.text
    assert "山田" not in page.text + caplog.text
