"""審査支払機関 over HTTP: whose insurer was responsible on the day of care, and nothing else of anybody."""

from base64 import b64decode
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest

from kaihoken.access import Limit, Limits, Scope, make_key
from kaihoken.audit import Match
from kaihoken.hub.assembly import route_table
from kaihoken.hub.pages.seen_view import seen_of
from kaihoken.web import LANGUAGES

from .hub import FACILITY, INSURER, Hub, a_hub, a_question, a_row, problem_in
from .walks import FULL

WRITTEN = a_row(**FULL, lost="2026-09-01", loss_reason="03")
NEW = a_row(**FULL, insurer_number="06132013", number="99", symbol="7", acquired="2026-09-01")
CLAIM = {
    "facility": FACILITY,
    "insurer_number": INSURER,
    "symbol": "12-34",
    "number": "56",
    "branch": "01",
    "birthdate": "1980-01-01",
    "on": "2026-09-03",
}


@pytest.fixture
async def hub(tmp_path: Path) -> AsyncIterator[Hub]:
    async with a_hub(tmp_path / "store", tmp_path) as hub:
        await hub.register(WRITTEN, key="1")
        await hub.register(NEW, key="2")
        yield hub


async def checked(hub: Hub, client: str = "review", **more: object) -> httpx.Response:
    return await hub.post("/v1/claim-checks", {**CLAIM, **more}, client)


def record_of(answer: httpx.Response) -> Any:
    return msgspec.json.decode(b64decode(answer.json()["receipt"]["body"]))


async def test_the_claims_own_coverage_is_told_where_it_ran(hub: Hub) -> None:
    told = (await checked(hub, on="2026-08-31")).json()["answer"]

    assert (told["finding"], told["confirmation"]) == ("as-written", "02")
    assert told["words"] == "請求書のとおりの資格が、その診療日にありました。"
    assert set(told["responsible"]) == {
        "classification",
        "insurer_number",
        "insurer_name",
        "symbol",
        "number",
        "branch",
        "acquired",
        "lost",
        "loss_reason",
        "issued",
        "valid_from",
        "valid_to",
    }
    assert "written" not in told


async def test_where_it_had_ended_the_insurer_that_was_responsible_is_told(hub: Hub) -> None:
    told = (await checked(hub)).json()["answer"]

    assert (told["finding"], told["confirmation"]) == ("other-insurer", "04")
    new = told["responsible"]
    assert (new["insurer_number"], new["symbol"], new["number"]) == ("06132013", "7", "99")
    assert (told["written"]["insurer_number"], told["written"]["lost"]) == (INSURER, "2026-09-01")


async def test_nothing_but_the_insurance_leaves(hub: Hub) -> None:
    for on in ("2026-08-31", "2026-09-03"):
        text = (await checked(hub, on=on, kana="ｽｽﾞｷ ﾊﾅｺ", name="鈴木　花子")).text
        hidden = ("山田", "ﾔﾏﾀﾞ", "ヤマダ", "架空区", "100-0001", "A05", "10000", "割", "steps", "share")
        assert [one for one in hidden if one in text] == []


async def test_names_are_compared_and_not_told(hub: Hub) -> None:
    right = (await checked(hub, kana="ﾔﾏﾀﾞ ﾀﾛｳ", name="山田 太郎")).json()["answer"]
    wrong = (await checked(hub, kana="ｽｽﾞｷ ﾊﾅｺ", name="鈴木 花子")).json()["answer"]

    assert "differences" not in right
    assert [(one["kind"], one["asked"]) for one in wrong["differences"]] == [
        ("kana", "ｽｽﾞｷ ﾊﾅｺ"),
        ("name", "鈴木 花子"),
    ]


async def test_a_branch_that_the_register_adds_is_the_claims_own_affair(hub: Hub) -> None:
    as_written = (await checked(hub, branch="", on="2026-08-31")).json()["answer"]
    switched = (await checked(hub, branch="")).json()["answer"]

    assert (as_written["confirmation"], as_written["differences"][0]["kind"]) == ("09", "branch-missing")
    assert (switched["confirmation"], "differences" in switched) == ("04", False)


@pytest.mark.parametrize(
    ("more", "finding"),
    [
        ({"number": "404"}, "unconfirmable"),
        ({"on": "2020-03-31"}, "coverage.too-early"),
        ({"on": "2021-09-30"}, "coverage.too-early"),
        ({"on": "2026-11-21"}, "coverage.future"),
        ({"birthdate": "2027-01-01"}, "coverage.birthdate-future"),
        ({"number": " "}, "coverage.request-number"),
        ({"branch": "abc"}, "identity.branch"),
        ({"insurer_number": "01130013"}, "identity.check-digit"),
        ({"facility": "131"}, "identity.digits"),
        ({"on": "2026-09-31"}, "identity.date"),
        ({"kana": "ｱ" * 201}, "coverage.request-length"),
        ({"name": "山田\x00"}, "coverage.request-character"),
        ({"insurer_number": "138057"}, "coverage.claim-elsewhere"),
        ({"facility": "3210000001"}, "coverage.claim-elsewhere"),
        ({"consents": ["limit"]}, "coverage.request-shape"),
        ({"by": "certificate"}, "coverage.request-shape"),
        ({"known_at": "2026-11-20T00:00:00Z"}, "coverage.request-shape"),
    ],
)
async def test_what_else_it_comes_to(hub: Hub, more: Mapping[str, object], finding: str) -> None:
    answer = await checked(hub, **more)

    assert (problem_in(answer) or answer.json()["answer"]["finding"]) == finding


@pytest.mark.parametrize(
    ("body", "problem"),
    [(b"", "coverage.request-json"), (b"{}", "coverage.request-shape")],
)
async def test_what_is_no_question_is_none(hub: Hub, body: bytes, problem: str) -> None:
    assert problem_in(await hub.post("/v1/claim-checks", body, "review")) == problem


async def test_a_member_that_stands_twice_counts_neither_way(hub: Hub) -> None:
    twice = msgspec.json.encode(CLAIM)[:-1] + b',"number":"57"}'

    assert problem_in(await hub.post("/v1/claim-checks", twice, "review")) == "coverage.request-repeated"


async def test_the_answer_is_on_record_with_whose_claim_it_was(hub: Hub) -> None:
    answer = await checked(hub)
    record = record_of(answer)

    assert list(record) == sorted(record)
    assert (record["kind"], record["by"], record["claimed_by"]) == ("claims", "113", FACILITY)
    assert (record["client"], record["on"], record["situation"]) == ("review", "2026-09-03", "new-exists")
    assert record["answer_hash"] == answer.json()["answer_hash"]
    assert record["fields"] == sorted(answer.json()["answer"]["responsible"].keys() | {"lost", "loss_reason"})
    assert len(record["person"]) == 32


async def test_patients_see_it_among_who_looked(hub: Hub) -> None:
    match = Match(0, 0, 0, "eligibility.answer", record_of(await checked(hub)), sound=True)
    seen = seen_of(match, lambda client, by: f"{client} of {by}")

    assert (seen.who, seen.code, seen.how) == ("review of 113", "113", "claims")
    assert set(seen.fields) == {"period", "relation", "insurer", "number"}
    told = [seen.as_json(language)["how_said"] for language in LANGUAGES]
    assert len(set(told)) == len(LANGUAGES)


async def test_what_has_not_changed_is_said_to_be_so(hub: Hub) -> None:
    first = (await checked(hub)).json()
    again = (await checked(hub, if_unchanged=first["answer_hash"])).json()

    assert (again["unchanged"], "answer" in again) == (True, False)


async def test_the_rules_of_claims_stand_behind_the_answer(hub: Hub) -> None:
    claims = (await checked(hub, on="2026-08-31")).json()["answer"]["rules"]
    counter = (await hub.ask(on="2026-08-31")).json()["answer"]["rules"]

    assert claims != counter
    assert claims.split("-")[1] == counter.split("-")[1]


async def test_a_facility_may_not_ask_this_way(hub: Hub) -> None:
    for client in ("clinic", "insurer", "operator", "auditor"):
        answer = await checked(hub, client)
        assert (answer.status_code, problem_in(answer)) == (403, "access.scope-missing")


async def test_an_organisation_may_ask_in_no_other_way(hub: Hub) -> None:
    """Every route that asks for a scope but this one and those of the log is closed to it."""
    token = {"Authorization": f"Bearer {await hub.token('review')}"}
    asked = 0
    for route in route_table(hub.machine).routes:
        if route.scope in (None, Scope.ELIGIBILITY_CLAIMS):
            continue
        answer = await hub.http.request(
            route.method, route.path, content=msgspec.json.encode(a_question()), headers=token
        )
        assert (answer.status_code, problem_in(answer)) == (403, "access.scope-missing"), route.path
        asked += 1
    assert asked > 20


async def test_an_organisation_is_never_enrolled_with_the_right_to_ask_as_a_facility(hub: Hub) -> None:
    jwk = make_key().public.jwk()
    new = {
        "client_id": "review-2",
        "kind": "review-organisation",
        "code": "213",
        "name": "国保連",
        "key": jwk,
    }
    for kind, scope in (("review-organisation", "eligibility:ask"), ("facility", "eligibility:claims")):
        body = {**new, "kind": kind, "code": FACILITY if kind == "facility" else "213", "scopes": [scope]}
        assert (
            problem_in(await hub.post("/v1/clients/enrolments", body, "operator")) == "access.client-invalid"
        )


async def test_whoever_asks_for_nobody_is_stopped_as_at_the_counter(tmp_path: Path) -> None:
    limits = Limits(not_found=Limit(count=1, seconds=60, burst=2))
    async with a_hub(tmp_path / "store", tmp_path, limits=limits) as hub:
        told = [problem_in(await checked(hub, number=str(number))) for number in range(404, 407)]

    assert told == ["", "", "access.not-found-burst"]
