"""Every question of the sandbox asked once through HTTP, in each carrier: what a demonstration shows is true."""

import asyncio
import socket
from dataclasses import dataclass
from datetime import date

import httpx
import msgspec
import uvicorn
from lxml import etree

from kaihoken.access import ASSERTION_TYPE, Issuer
from kaihoken.demo.request import asked_in_oqs
from kaihoken.hub import HubSettings
from kaihoken.people import Case, NumberAsk, sandbox_cases
from kaihoken.problems import Problem
from kaihoken.web import messages

NOT_TAKEN = "-"
_PATIENCE_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Smoked:
    """One question: 資格有効性 as each carrier said it ("-": the carrier does not take it, or there is none), the
    situation behind it, and whether all is as the sandbox says."""

    case: str
    json: str
    oqs: str
    page: str
    situation: str
    holds: bool


async def smoked(
    server: uvicorn.Server, listening: socket.socket, issuer: Issuer, settings: HubSettings, made_on: date
) -> list[Smoked]:
    """Serve, ask every question that is not a rehearsal, and stop. Raises the Problems of opening the hub."""
    serving = asyncio.create_task(server.serve([listening]))
    while not server.started:
        if serving.done():
            await serving  # says why
            raise Problem("hub.not-ready")
        await asyncio.sleep(0.01)
    try:
        address = f"http://{settings.host}:{settings.port}"
        async with httpx.AsyncClient(base_url=address, timeout=_PATIENCE_SECONDS) as http:
            token = await _token(http, issuer)
            cases = [case for case in sandbox_cases(made_on) if case.rehearsal is None]
            return [await _asked(http, token, case, made_on) for case in cases]
    finally:
        server.should_exit = True
        await serving


async def _token(http: httpx.AsyncClient, issuer: Issuer) -> dict[str, str]:
    form = {
        "grant_type": "client_credentials",
        "client_assertion_type": ASSERTION_TYPE,
        "client_assertion": issuer.assertion(),
    }
    answer = (await http.post("/oauth/token", data=form)).raise_for_status()
    return {"authorization": f"Bearer {answer.json()['access_token']}"}


async def _asked(http: httpx.AsyncClient, token: dict[str, str], case: Case, made_on: date) -> Smoked:
    expected = case.expect
    plain = await http.post("/v1/eligibility-checks", content=msgspec.json.encode(case.ask), headers=token)
    answer = plain.json().get("answer", {})
    validity, situation = answer.get("validity") or NOT_TAKEN, answer.get("situation", NOT_TAKEN)
    wanted = expected.validity or NOT_TAKEN
    oqs = page = NOT_TAKEN
    if isinstance(case.ask, NumberAsk):
        oqs = await _by_oqs(http, token, case.ask, case.encoding, made_on)
        page = wanted if await _on_page(http, case.ask, expected.situation) else "?"
    told = {advisory["kind"] for advisory in answer.get("advisories", ())}
    limits = [result["limit"]["category"] for result in answer.get("results", ()) if "limit" in result]
    holds = (
        validity == wanted
        and situation == expected.situation
        and oqs in (wanted, NOT_TAKEN)
        and page in (wanted, NOT_TAKEN)
        and set(expected.advisories) <= told
        and (expected.share_percent is None or answer["share"].get("percent") == expected.share_percent)
        and (expected.limit is None or expected.limit in limits)
    )
    return Smoked(case.key, validity, oqs, page, situation, holds)


async def _by_oqs(
    http: httpx.AsyncClient, token: dict[str, str], ask: NumberAsk, encoding: str, made_on: date
) -> str:
    """資格有効性 in the answer to the same question as `XmlMsg`."""
    headers = {**token, "content-type": "application/xml"}
    answer = await http.post("/oqs/search", content=asked_in_oqs(ask, encoding, made_on), headers=headers)
    found = etree.fromstring(answer.content).findtext(".//QualificationValidity")
    return found or NOT_TAKEN


async def _on_page(http: httpx.AsyncClient, ask: NumberAsk, situation: str) -> bool:
    """Whether the start page answers the same question with the word of that situation."""
    form = {
        "insurer_number": ask.insurer_number,
        "symbol": ask.symbol,
        "number": ask.number,
        "branch": ask.branch,
        "birthdate": ask.birthdate.isoformat(),
        "presented": ask.presented,
        "limit": "yes" if "limit" in ask.consents else "no",
    }
    page = await http.post(
        "/answer",
        data=form,
        headers={"sec-fetch-site": "same-origin", "accept": "text/html"},
        follow_redirects=True,
    )
    word = messages("coverage").html(f"situation.{situation}.title", "ja")
    return page.status_code == 200 and str(word) in page.text
