"""Fetching a token as a client: what is sent, and what becomes of every answer."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import httpx
import msgspec
import pytest

from kaihoken import cli
from kaihoken.access import ASSERTION_TYPE, PrivateKey, token_request
from kaihoken.access.base64url import decode
from kaihoken.access.token_request import Granted, fetch_token
from kaihoken.clock import FixedClock
from kaihoken.problems import Problem

HUB = "https://hub.example"
CLOCK = FixedClock(datetime(2026, 11, 20, tzinfo=UTC))
GRANTED = {"access_token": "abc", "token_type": "Bearer", "expires_in": 300, "scope": "oqs"}

METADATA = {"issuer": HUB, "token_endpoint": f"{HUB}/tokens/here", "more": 1}

Answering = Callable[..., list[dict[str, str]]]


@pytest.fixture
def answering(monkeypatch: pytest.MonkeyPatch) -> Answering:
    """Lets every request be answered so; gives the forms that were sent."""

    def answer_with(
        answer: httpx.Response | Exception, metadata: httpx.Response | Exception | None = None
    ) -> list[dict[str, str]]:
        sent: list[dict[str, str]] = []

        def get(url: str, *, timeout: float, verify: bool, trust_env: bool) -> httpx.Response:
            assert trust_env
            assert (url, timeout <= 30) == (f"{HUB}/.well-known/oauth-authorization-server", True)
            if isinstance(metadata, Exception):
                raise metadata
            return httpx.Response(200, json=METADATA) if metadata is None else metadata

        def post(
            url: str, *, data: dict[str, str], timeout: float, verify: bool, trust_env: bool
        ) -> httpx.Response:
            assert trust_env
            sent.append({"url": url, **data})
            assert timeout <= 30
            if isinstance(answer, Exception):
                raise answer
            return answer

        monkeypatch.setattr(token_request.httpx, "get", get)
        monkeypatch.setattr(token_request.httpx, "post", post)
        return sent

    return answer_with


@pytest.mark.parametrize("hub", [HUB, f"{HUB}/"])
@pytest.mark.parametrize(
    ("scopes", "scope"), [((), None), (("oqs", "eligibility:ask"), "oqs eligibility:ask")]
)
def test_the_proof_is_addressed_to_the_hub_that_was_named(
    answering: Answering, key: PrivateKey, hub: str, scopes: tuple[str, ...], scope: str | None
) -> None:
    sent = answering(httpx.Response(200, json=GRANTED))

    granted = fetch_token(hub, "clinic", key, CLOCK, scopes)

    assert granted == Granted("abc", "Bearer", 300, "oqs")
    [form] = sent
    claims = msgspec.json.decode(decode(form["client_assertion"].split(".")[1]) or b"")
    assert (form["url"], claims["aud"], claims["sub"]) == (f"{HUB}/tokens/here", HUB, "clinic")
    assert (form["grant_type"], form["client_assertion_type"]) == ("client_credentials", ASSERTION_TYPE)
    assert form.get("scope") == scope


def refusal(problem: Problem) -> httpx.Response:
    return httpx.Response(problem.entry.status, json=problem.as_rfc9457())


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (refusal(Problem("access.assertion-refused")), "access.assertion-refused"),
        (refusal(Problem("access.too-many-requests", retry_after=7)), "access.too-many-requests"),
        (
            refusal(Problem("access.assertion-time", where="iat", reason="in the future")),
            "access.assertion-time",
        ),
        (httpx.Response(429, json={"code": "access.too-many-requests"}), "access.hub-unreachable"),
        (httpx.Response(400, json={"code": "no.such-problem"}), "access.hub-unreachable"),
        (
            httpx.Response(400, json={"code": "access.client-disabled", "facts": {"code": "x"}}),
            "access.hub-unreachable",
        ),
        (httpx.Response(502, text="<html>"), "access.hub-unreachable"),
        (httpx.Response(500, content=b"\xff"), "access.hub-unreachable"),
        (httpx.Response(200, text="ok"), "access.hub-unreachable"),
        (httpx.Response(200, content=b"\xff"), "access.hub-unreachable"),
        (httpx.Response(200, json={**GRANTED, "access_token": ""}), "access.hub-unreachable"),
        (httpx.ConnectError("refused"), "access.hub-unreachable"),
        (httpx.ReadTimeout("slow"), "access.hub-unreachable"),
        (httpx.InvalidURL("?"), "access.hub-unreachable"),
    ],
)
def test_every_other_answer_is_a_problem(
    answering: Answering, key: PrivateKey, answer: httpx.Response | Exception, code: str
) -> None:
    answering(answer)

    with pytest.raises(Problem) as refused:
        fetch_token(HUB, "clinic", key, CLOCK)

    assert refused.value.code == code
    assert refused.value.mend("ja")


@pytest.mark.parametrize(
    ("metadata", "code"),
    [
        (
            httpx.Response(200, json={**METADATA, "issuer": "https://other.example"}),
            "access.metadata-refused",
        ),
        (
            httpx.Response(200, json={**METADATA, "token_endpoint": "https://other.example/oauth/token"}),
            "access.metadata-refused",
        ),
        (httpx.Response(200, json={"issuer": HUB}), "access.hub-unreachable"),
        (httpx.Response(200, text="<html>"), "access.hub-unreachable"),
        (httpx.Response(404, text="<html>"), "access.hub-unreachable"),
        (httpx.Response(302, headers={"location": "https://other.example"}), "access.hub-unreachable"),
        (refusal(Problem("access.too-many-requests", retry_after=7)), "access.too-many-requests"),
        (httpx.ConnectError("refused"), "access.hub-unreachable"),
    ],
)
def test_without_the_metadata_of_this_hub_no_proof_is_sent(
    answering: Answering, key: PrivateKey, metadata: httpx.Response | Exception, code: str
) -> None:
    sent = answering(httpx.Response(200, json=GRANTED), metadata)

    with pytest.raises(Problem) as refused:
        fetch_token(HUB, "clinic", key, CLOCK)

    assert (refused.value.code, sent) == (code, [])


@pytest.mark.parametrize("hub", ["http://hub.example", "http://192.0.2.1:8000", "hub.example", "http://[::1"])
def test_a_hub_on_another_machine_is_not_asked_in_the_clear(
    answering: Answering, key: PrivateKey, hub: str
) -> None:
    sent = answering(httpx.Response(200, json=GRANTED))

    with pytest.raises(Problem, match=r"access\.hub-plain"):
        fetch_token(hub, "clinic", key, CLOCK)

    assert sent == []


def test_what_the_hub_said_is_said_on(answering: Answering, key: PrivateKey) -> None:
    answering(refusal(Problem("access.assertion-time", where="iat", reason="in the future")))

    with pytest.raises(Problem) as refused:
        fetch_token(HUB, "clinic", key, CLOCK)

    assert (refused.value.where, refused.value.facts) == ("iat", {"reason": "in the future"})


@pytest.mark.parametrize(
    ("more", "printed"), [((), "abc\n"), (("--json",), msgspec.json.encode(GRANTED).decode() + "\n")]
)
def test_the_command_prints_the_token_that_it_was_granted(
    answering: Answering,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    more: tuple[str, ...],
    printed: str,
) -> None:
    sent = answering(httpx.Response(200, json=GRANTED))
    key = str(tmp_path / "k.private.json")
    assert cli.run(["clients", "make-key", key, "--json"]) == 0
    capsys.readouterr()

    assert cli.run(["clients", "token", "c-1", "--key", key, "--hub", HUB, "--scope", "oqs", *more]) == 0

    assert capsys.readouterr().out.replace(" ", "") == printed.replace(" ", "")
    assert [one["scope"] for one in sent] == ["oqs"]
