"""The course of a call: when it is repeated, how long it waits, what it raises."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

import httpx
import msgspec
import pytest

from kaihoken.access import METADATA_PATH, make_key
from kaihoken.access.base64url import decode
from kaihoken.clock import FixedClock
from kaihoken.coverage.client import (
    AsyncHub,
    CertificateRow,
    FacilitySettingsChange,
    Hub,
    HubProblem,
    NumberCheck,
    NumberRow,
    Patience,
)
from kaihoken.coverage.client.access import Access
from kaihoken.coverage.client.calls import Granted
from kaihoken.problems import Problem

NOW = datetime(2026, 11, 20, 0, 30, tzinfo=UTC)
SECOND = 1_000_000_000

QUESTION = NumberCheck(insurer_number="01139906", number="1061", birthdate=date(1970, 7, 7))
ROW = CertificateRow(
    link="l", issuer="CN=a,C=JP", serial="1", not_before=date(2026, 1, 1), not_after=date(2030, 1, 1)
)
ANSWER = {
    "answer_hash": "00",
    "answered_at": "2026-11-20T00:30:00Z",
    "facts_known_at": 1,
    "receipt": {},
    "unchanged": True,
}
REGISTERED = {"rows": [], "registered": 0, "unchanged": 0, "refused": 0}

Answerer = Callable[[httpx.Request], httpx.Response]


def metadata(**changed: str) -> httpx.Response:
    return httpx.Response(
        200, json={"issuer": "http://hub.test", "token_endpoint": "http://hub.test/oauth/token", **changed}
    )


@dataclass
class Scene:
    """A hub that answers as it is told, in order; the last answer goes on. Tokens are always given, and where."""

    answers: list[httpx.Response | httpx.HTTPError]
    asked: list[httpx.Request] = field(default_factory=list)
    waited: list[float] = field(default_factory=list)
    ticks: int = 0
    found: int = 0

    def respond(self, request: httpx.Request) -> httpx.Response:
        if request.url.path == METADATA_PATH:
            self.found += 1
            return metadata()
        self.asked.append(request)
        if request.url.path == "/oauth/token":
            number = sum(one.url.path == "/oauth/token" for one in self.asked)
            granted = {"access_token": f"token-{number}", "token_type": "Bearer", "expires_in": 300}
            return httpx.Response(200, json=granted)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, httpx.HTTPError):
            raise answer
        return answer

    @property
    def paths(self) -> list[str]:
        return [request.url.path for request in self.asked]

    def hub(self, **more: object) -> Hub:
        return Hub(
            "http://hub.test/",
            "clinic",
            make_key(),
            clock=FixedClock(NOW),
            ticks=lambda: self.ticks,
            sleep=self.waited.append,
            patience=Patience(spread=lambda: 1.0),
            transport=httpx.MockTransport(self.respond),
            **more,
        )


def refusal(status: int, code: str, **headers: str) -> httpx.Response:
    told = {
        "code": code,
        "title": "it",
        "detail": "do",
        "title_ja": "それ",
        "detail_ja": "こう",
        "status": status,
    }
    return httpx.Response(status, json=told, headers={k.replace("_", "-"): v for k, v in headers.items()})


def answered() -> httpx.Response:
    return httpx.Response(200, json=ANSWER)


def test_one_token_serves_many_questions() -> None:
    scene = Scene([answered()])
    hub = scene.hub()

    for _ in range(3):
        hub.check(QUESTION)

    assert scene.paths == ["/oauth/token", *["/v1/eligibility-checks"] * 3]
    assert scene.asked[-1].headers["authorization"] == "Bearer token-1"


def test_the_facilitys_own_settings_are_read_and_changed() -> None:
    told = {
        "items": {},
        "asked": [],
        "prescriptions": "0",
        "prescription_timing": "1",
        "asks_prescription": False,
    }
    scene = Scene([httpx.Response(200, json=told)])
    hub = scene.hub()

    assert hub.facility_settings() == hub.change_facility_settings(FacilitySettingsChange(prescriptions="0"))

    read, changed = scene.asked[1:]
    assert (read.method, read.url.path) == ("GET", "/v1/facility-settings")
    assert (changed.method, changed.url.path) == ("POST", "/v1/facility-settings/changes")
    assert msgspec.json.decode(changed.content)["prescriptions"] == "0"
    assert read.headers["authorization"] == changed.headers["authorization"]


def test_a_call_tells_what_it_does_before_a_hub_is_named() -> None:
    assert Hub.check.__doc__ == AsyncHub.check.__doc__
    assert "(POST /v1/eligibility-checks)" in (Hub.check.__doc__ or "")


def test_a_token_is_renewed_before_it_ends() -> None:
    scene = Scene([answered()])
    hub = scene.hub()
    hub.check(QUESTION)
    scene.ticks += 269 * SECOND
    hub.check(QUESTION)
    scene.ticks += 1 * SECOND
    hub.check(QUESTION)

    assert scene.paths.count("/oauth/token") == 2
    assert scene.asked[-1].headers["authorization"] == "Bearer token-2"


def test_a_token_that_the_hub_no_longer_takes_is_fetched_once_more() -> None:
    scene = Scene([answered(), refusal(401, "access.token-refused"), answered()])
    hub = scene.hub()
    hub.check(QUESTION)
    hub.check(QUESTION)

    assert scene.asked[-1].headers["authorization"] == "Bearer token-2"
    assert scene.waited == []


def test_a_token_that_is_refused_twice_is_said() -> None:
    scene = Scene([refusal(401, "access.token-refused")])

    with pytest.raises(HubProblem) as raised:
        scene.hub().check(QUESTION)

    assert raised.value.code == "access.token-refused"
    assert scene.paths.count("/v1/eligibility-checks") == 2


@pytest.mark.parametrize("status", [502, 503, 504])
def test_a_question_is_asked_again_where_the_hub_cannot_just_now(status: int) -> None:
    scene = Scene([refusal(status, "store.busy"), refusal(status, "store.busy"), answered()])

    assert scene.hub().check(QUESTION).unchanged
    assert scene.waited == [0.5, 1.0]


def test_a_question_is_asked_again_where_the_line_was_down() -> None:
    scene = Scene([httpx.ConnectError("down"), httpx.ReadTimeout("late"), answered()])

    assert scene.hub().check(QUESTION).unchanged
    assert scene.waited == [0.5, 1.0]


def test_it_waits_as_long_as_the_hub_asks_for() -> None:
    scene = Scene([refusal(429, "access.too-many-requests", retry_after="7"), answered()])

    assert scene.hub().check(QUESTION).unchanged
    assert scene.waited == [7.0]


def test_longer_than_its_patience_it_does_not_wait() -> None:
    scene = Scene([refusal(429, "access.not-found-burst", retry_after="31"), answered()])

    with pytest.raises(HubProblem) as raised:
        scene.hub().check(QUESTION)

    assert (raised.value.status, raised.value.retry_after) == (429, 31.0)
    assert scene.waited == []


def test_after_its_attempts_it_says_why() -> None:
    scene = Scene([httpx.ConnectError("down")])

    with pytest.raises(HubProblem) as raised:
        scene.hub().check(QUESTION)

    assert scene.waited == [0.5, 1.0, 2.0]
    assert (raised.value.code, raised.value.status, raised.value.where) == (
        "access.hub-unreachable",
        0,
        "http://hub.test",
    )
    assert "ConnectError" in raised.value.title("en")


@pytest.mark.parametrize(
    ("status", "code"),
    [(400, "coverage.request-number"), (403, "access.scope-missing"), (500, "hub.internal")],
)
def test_what_would_be_refused_again_is_not_repeated(status: int, code: str) -> None:
    scene = Scene([refusal(status, code), answered()])

    with pytest.raises(HubProblem) as raised:
        scene.hub().check(QUESTION)

    assert (raised.value.code, raised.value.status, raised.value.entry.status) == (code, status, status)
    assert raised.value.title("ja") == "それ"
    assert raised.value.mend("en") == "do"
    assert scene.waited == []


def test_a_code_of_a_newer_hub_is_told_as_the_hub_words_it() -> None:
    scene = Scene([refusal(422, "tomorrow.new")])

    with pytest.raises(HubProblem) as raised:
        scene.hub().check(QUESTION)

    assert (raised.value.code, raised.value.entry.oqs, raised.value.entry.status) == ("tomorrow.new", "", 422)


def test_an_answer_that_is_none_is_said_with_its_status() -> None:
    for answer in (httpx.Response(200, text="<html>"), httpx.Response(404, text="<html>")):
        with pytest.raises(HubProblem, match=r"access\.hub-unreachable") as raised:
            Scene([answer]).hub().check(QUESTION)
        assert str(answer.status_code) in raised.value.title("en")


def test_a_registration_is_repeated_under_one_key_with_the_same_bytes() -> None:
    scene = Scene(
        [
            httpx.ReadTimeout("late"),
            refusal(409, "store.in_progress"),
            refusal(503, "store.unconfirmed"),
            httpx.Response(200, json=REGISTERED),
        ]
    )

    scene.hub().register([ROW])

    sent = [one for one in scene.asked if one.url.path == "/v1/registrations"]
    assert len(sent) == 4
    assert len({one.headers["idempotency-key"] for one in sent}) == 1
    assert len({one.content for one in sent}) == 1


def test_two_registrations_have_two_keys_and_a_given_key_is_used() -> None:
    scene = Scene([httpx.Response(200, json=REGISTERED)])
    hub = scene.hub()
    hub.register([ROW])
    hub.register([ROW])
    hub.register([ROW], "mine")

    keys = [one.headers["idempotency-key"] for one in scene.asked if "registrations" in one.url.path]
    assert len(set(keys)) == 3
    assert keys[-1] == "mine"


def test_a_message_comes_back_as_it_is_even_where_it_is_refused() -> None:
    content = (
        b'<?xml version="1.0" encoding="Shift_JIS"?><XmlMsg>\x82\xa0<ErrorCode>KHK2102</ErrorCode></XmlMsg>'
    )
    refused = httpx.Response(413, content=content, headers={"content-type": "application/xml"})

    answer = Scene([refused]).hub().oqs(b"<XmlMsg/>")

    assert (answer.content, answer.status, answer.media_type) == (content, 413, "application/xml")


def test_a_message_that_cannot_be_answered_just_now_is_asked_again_and_then_said() -> None:
    content = b"<XmlMsg><ErrorCode>KHK0514</ErrorCode></XmlMsg>"
    busy = httpx.Response(
        429, content=content, headers={"content-type": "application/xml", "retry-after": "2"}
    )
    scene = Scene([busy])

    with pytest.raises(HubProblem) as raised:
        scene.hub().oqs(b"<XmlMsg/>")

    assert raised.value.code == "access.too-many-requests"
    assert scene.waited == [2.0, 2.0, 2.0]


def test_without_a_key_only_what_is_open_can_be_asked() -> None:
    scene = Scene([httpx.Response(200, json={"status": "ready"})])
    hub = Hub("http://hub.test", transport=httpx.MockTransport(scene.respond))

    assert hub.document("/ready") == {"status": "ready"}
    with pytest.raises(Problem, match=r"access\.token-missing"):
        hub.check(QUESTION)


def test_the_token_request_is_repeated_with_a_fresh_proof() -> None:
    scene = Scene([answered()])
    forms: list[bytes] = []

    def respond(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/oauth/token":
            forms.append(request.content)
            if len(forms) == 1:
                return refusal(503, "access.busy")
        return scene.respond(request)

    hub = Hub(
        "http://hub.test",
        "clinic",
        make_key(),
        scopes=("oqs",),
        clock=FixedClock(NOW),
        sleep=scene.waited.append,
        transport=httpx.MockTransport(respond),
    )
    hub.check(QUESTION)

    assert len(forms) == len(set(forms)) == 2
    assert forms[0].endswith(b"scope=oqs")


def test_the_proof_goes_where_the_metadata_say_and_names_the_hub_that_was_configured() -> None:
    asked: list[httpx.Request] = []

    def respond(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        if request.url.path == METADATA_PATH:
            return metadata(token_endpoint="http://hub.test/moved/here")
        return httpx.Response(200, json={"access_token": "t", "token_type": "Bearer", "expires_in": 300})

    hub = Hub("http://hub.test/", "clinic", make_key(), transport=httpx.MockTransport(respond))

    assert hub.token() == "t"
    assert [str(one.url) for one in asked] == [
        f"http://hub.test{METADATA_PATH}",
        "http://hub.test/moved/here",
    ]
    assertion = dict(httpx.QueryParams(asked[1].content.decode()))["client_assertion"]
    claims = msgspec.json.decode(decode(assertion.split(".")[1]) or b"")
    assert claims["aud"] == "http://hub.test"
    assert "authorization" not in asked[0].headers


def test_the_metadata_are_read_once_and_again_after_a_refusal() -> None:
    scene = Scene([answered()])
    hub = scene.hub()
    for _ in range(3):
        hub.check(QUESTION)
        scene.ticks += 300 * SECOND
    assert (scene.paths.count("/oauth/token"), scene.found) == (3, 1)

    refusals = [refusal(404, "hub.no-route")]

    def respond(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/oauth/token" and refusals:
            return refusals.pop()
        return scene.respond(request)

    moved = Hub(
        "http://hub.test", "clinic", make_key(), ticks=lambda: 0, transport=httpx.MockTransport(respond)
    )
    with pytest.raises(HubProblem, match=r"hub\.no-route"):
        moved.check(QUESTION)
    assert moved.check(QUESTION).unchanged
    assert scene.found == 3


@pytest.mark.parametrize(
    "changed",
    [{"issuer": "http://other.test"}, {"token_endpoint": "http://other.test/oauth/token"}],
)
def test_metadata_of_another_hub_are_refused_and_no_proof_is_made(changed: dict[str, str]) -> None:
    asked: list[str] = []

    def respond(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.path)
        return metadata(**changed)

    hub = Hub("http://hub.test", "clinic", make_key(), transport=httpx.MockTransport(respond))
    for _ in range(2):
        with pytest.raises(HubProblem, match=r"access\.metadata-refused") as raised:
            hub.check(QUESTION)
        assert raised.value.status == 0, "as good as nobody: nothing of what waits is given up"

    assert asked == [METADATA_PATH] * 2


@pytest.mark.parametrize("client", [Hub, AsyncHub])
@pytest.mark.parametrize("url", ["http://hub.test", "http://127.0.0.1.example:8000", "hub.test"])
def test_a_hub_on_another_machine_is_not_asked_in_the_clear(client: type[Hub | AsyncHub], url: str) -> None:
    with pytest.raises(Problem, match=r"access\.hub-plain"):
        client(url, "clinic", make_key())


@pytest.mark.parametrize("client", [Hub, AsyncHub])
def test_a_hub_on_this_machine_is_asked_in_the_clear_and_through_no_proxy(
    client: type[Hub | AsyncHub], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")

    assert client("http://127.0.0.1:8000")._http.trust_env is False
    assert client("https://hub.test")._http.trust_env is True


def test_metadata_that_cannot_be_had_just_now_are_asked_for_again() -> None:
    scene = Scene([answered()])
    away = [refusal(503, "hub.stopping"), httpx.Response(200, text="<html>")]

    def respond(request: httpx.Request) -> httpx.Response:
        if request.url.path == METADATA_PATH and away:
            return away.pop(0)
        return scene.respond(request)

    hub = Hub(
        "http://hub.test",
        "clinic",
        make_key(),
        sleep=scene.waited.append,
        patience=Patience(spread=lambda: 1.0),
        transport=httpx.MockTransport(respond),
    )
    with pytest.raises(HubProblem, match=r"access\.hub-unreachable"):
        hub.check(QUESTION)

    assert scene.waited == [0.5]
    assert hub.check(QUESTION).unchanged


def test_a_client_that_is_not_let_in_is_told_so_at_once() -> None:
    def respond(request: httpx.Request) -> httpx.Response:
        if request.url.path == METADATA_PATH:
            return metadata()
        return refusal(401, "access.client-disabled")

    waited: list[float] = []
    hub = Hub(
        "http://hub.test", "clinic", make_key(), sleep=waited.append, transport=httpx.MockTransport(respond)
    )

    with pytest.raises(HubProblem, match=r"access\.client-disabled"):
        hub.check(QUESTION)
    assert waited == []


def test_who_asks_again_how_far_a_list_is_waits_as_the_client_does() -> None:
    waited: list[float] = []

    Hub("https://hub.test", "clinic", make_key(), sleep=waited.append).pause(2.5)

    assert waited == [2.5]


def test_nothing_of_the_person_is_in_what_is_shown(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    scene = Scene([refusal(400, "coverage.request-number")])

    with pytest.raises(HubProblem) as raised:
        scene.hub().check(QUESTION)

    shown = caplog.text + str(raised.value) + repr(raised.value) + repr(raised.value.__context__)
    assert "1061" not in shown
    assert "1970" not in shown
    assert msgspec.json.encode(QUESTION) == scene.asked[-1].content


def test_waits_are_spread_so_that_not_all_come_back_at_once() -> None:
    low, high = Patience(spread=lambda: 0.0), Patience(spread=lambda: 1.0)

    assert [low.before(n, None) for n in (2, 3, 9)] == [0.25, 0.5, None]
    assert [high.before(n, None) for n in (2, 3, 9)] == [0.5, 1.0, None]
    assert Patience(attempts=20).before(15, None) == 30.0


def test_a_list_is_sent_a_person_a_line_and_its_results_come_page_by_page() -> None:
    received = {
        "reception_number": "r-1",
        "received_at": "2026-11-20T00:30:00Z",
        "kind": "number",
        "items": 3,
    }
    status = {**received, "state": "done", "normal": 2, "errors": 1}
    pages = [
        httpx.Response(200, text='{"line":1,"id":"a"}\n{"line":2}\n', headers={"kaihoken-next-cursor": "2"}),
        httpx.Response(200, text='{"line":3,"problem":{"code":"identity.date","detail_ja":"こう"}}\n'),
    ]
    scene = Scene([httpx.Response(200, json=received), httpx.Response(200, json=status), *pages])
    row = NumberRow(insurer_number="01139906", number="1061", birthdate=date(1970, 7, 7), id="a")
    with scene.hub() as hub:
        assert hub.send_list([row, row, row]).items == 3
        assert hub.list_status("r-1").state == "done"
        rows = list(hub.list_results("r-1"))

    sent = [one for one in scene.asked if "bulk" in one.url.path]
    assert sent[0].content == 3 * (msgspec.json.encode(row) + b"\n")
    assert sent[0].headers["idempotency-key"]
    assert [msgspec.json.decode(one.content)["cursor"] for one in sent[2:]] == ["", "2"]
    assert [row.line for row in rows] == [1, 2, 3]
    assert rows[2].problem is not None
    assert rows[2].problem.code == "identity.date"


def test_a_token_that_another_took_the_place_of_is_not_forgotten() -> None:
    access = Access(None, lambda: 0)
    access.keep(Granted("new", "Bearer", 300))

    access.forget("old")
    assert access.held == "new"
    access.forget("new")
    assert access.held == ""


def test_what_is_queued_in_fhir_has_no_receipt_and_may_tell_nothing() -> None:
    queued = {"resourceType": "CoverageEligibilityResponse", "outcome": "queued"}
    scene = Scene([httpx.Response(202, json=queued), httpx.Response(202, json={**queued, "contained": []})])
    hub = scene.hub(verify_with={})

    assert hub.fhir({}) == queued
    with pytest.raises(Problem, match=r"audit\.receipt"):
        hub.fhir({})


@pytest.mark.parametrize(
    "told",
    [
        {"resourceType": "OperationOutcome", "issue": []},
        {"resourceType": "OperationOutcome", "issue": [{"details": {"coding": []}}]},
        {"resourceType": "Patient"},
    ],
)
def test_a_refusal_that_names_no_code_is_said_with_its_status(told: object) -> None:
    with pytest.raises(HubProblem, match=r"access\.hub-unreachable") as raised:
        Scene([httpx.Response(400, json=told)]).hub().fhir({})

    assert raised.value.status == 400


def test_a_refusal_in_fhir_without_a_translation_keeps_its_text() -> None:
    details = {"coding": [{"display": "fhir.gone"}], "text": "もうありません"}
    told = {"resourceType": "OperationOutcome", "issue": [{"details": details, "diagnostics": "x"}]}

    with pytest.raises(HubProblem, match=r"fhir\.gone") as raised:
        Scene([httpx.Response(410, json=told)]).hub().fhir_read("Patient", "x.p")

    assert raised.value.title("ja") == raised.value.title("en") == "もうありません"
    assert (raised.value.where, raised.value.status) == ("", 410)


def test_a_message_with_a_number_of_no_catalogue_is_said_with_its_status() -> None:
    content = b"<XmlMsg><ErrorCode>KHK9999</ErrorCode></XmlMsg>"
    busy = httpx.Response(429, content=content, headers={"content-type": "application/xml"})

    with pytest.raises(HubProblem, match=r"access\.hub-unreachable"):
        Scene([busy]).hub().oqs(b"<XmlMsg/>")


async def test_the_client_for_asyncio_waits_asks_again_and_pages_as_the_other_does() -> None:
    scene = Scene(
        [
            httpx.ConnectError("down"),
            answered(),
            httpx.Response(200, text='{"line":1}\n', headers={"kaihoken-next-cursor": "2"}),
            httpx.Response(200, text='{"line":2}\n'),
        ]
    )

    async def sleep(seconds: float) -> None:
        scene.waited.append(seconds)

    hub = AsyncHub(
        "http://hub.test",
        "clinic",
        make_key(),
        sleep=sleep,
        patience=Patience(spread=lambda: 1.0),
        transport=httpx.MockTransport(scene.respond),
    )
    async with hub:
        first = await hub.token()
        checked = await hub.check(QUESTION)
        rows = [row.line async for row in hub.list_results("r-1")]
        again = await hub.token()

    assert checked.unchanged
    assert rows == [1, 2]
    assert scene.waited == [0.5]
    assert first == again == "token-1"
    assert scene.hub().token() == "token-2"
