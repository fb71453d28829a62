"""Limits hold to the exact count through HTTP, each for whom it is meant and for nobody else."""

import asyncio
import logging
from collections import Counter
from pathlib import Path

import httpx
import pytest

from kaihoken.access import Limit, Limits

from .hub import FACILITY, Hub, a_hub, a_message, a_row, a_tree, problem_in

FIVE = Limit(count=1, seconds=2, burst=5)  # five at once, then one every two seconds
WIDE = Limit(count=10_000, seconds=1, burst=10_000)
A_CARD = {"by": "certificate", "issuer": "CN=TEST-CA", "serial": "8642"}
BIRTHDATE_OF_NOBODY = "1990-09-09"


async def nobody(hub: Hub, client_id: str = "clinic") -> httpx.Response:
    """A question that names somebody who is not there."""
    return await hub.ask(client_id, birthdate=BIRTHDATE_OF_NOBODY)


async def test_a_facility_asks_as_often_as_it_may_and_then_waits(tmp_path: Path) -> None:
    async with a_hub(tmp_path / "store", tmp_path, limits=Limits(facility=FIVE)) as hub:
        await hub.register(a_row())

        answers = [await hub.ask() for _ in range(7)]

        assert [answer.status_code for answer in answers] == [200] * 5 + [429] * 2
        assert {problem_in(answer) for answer in answers[5:]} == {"access.too-many-requests"}
        assert [answer.headers["retry-after"] for answer in answers[5:]] == ["2", "2"], (
            "a refusal costs nothing"
        )
        hub.ticks.pass_seconds(1.999)
        assert (await hub.ask()).status_code == 429
        hub.ticks.pass_seconds(0.001)
        assert [(await hub.ask()).status_code for _ in range(2)] == [200, 429]
        hub.ticks.pass_seconds(10)
        assert [(await hub.ask()).status_code for _ in range(6)] == [200] * 5 + [429]
        assert await hub.metric('kaihoken_refusals_total{code="access.too-many-requests"}') == 5


async def test_at_the_same_moment_no_more_pass_than_one_after_another(tmp_path: Path) -> None:
    async with a_hub(tmp_path / "store", tmp_path, limits=Limits(facility=FIVE)) as hub:
        await hub.register(a_row())
        await hub.token("clinic")

        answers = await asyncio.gather(*(hub.ask() for _ in range(40)))

        assert Counter(answer.status_code for answer in answers) == {200: 5, 429: 35}


async def test_all_clients_and_carriers_of_a_facility_share_its_limit_and_another_has_its_own(
    tmp_path: Path,
) -> None:
    async with a_hub(tmp_path / "store", tmp_path, limits=Limits(facility=FIVE)) as hub:
        await hub.register(a_row())

        shared = [
            await hub.ask("clinic"),
            await hub.ask("same-clinic"),
            await hub.ask_oqs(a_message(), "clinic"),
            await hub.ask_oqs(a_tree(), "same-clinic", "application/json"),
            await hub.ask("same-clinic"),
            await hub.ask("clinic"),
            await hub.ask("same-clinic"),
        ]

        assert [answer.status_code for answer in shared] == [200] * 5 + [429] * 2
        assert [(await hub.ask("other-clinic")).status_code for _ in range(6)] == [200] * 5 + [429]
        assert (await hub.register(a_row(number="57"), key="2")).status_code == 200


async def test_the_hub_as_a_whole_has_a_limit_of_its_own(tmp_path: Path) -> None:
    async with a_hub(tmp_path / "store", tmp_path, limits=Limits(overall=FIVE)) as hub:
        await hub.register(a_row())  # the first of five

        answers = [await hub.ask(client) for client in ("clinic", "other-clinic") * 3]

        assert [answer.status_code for answer in answers] == [200] * 4 + [429] * 2
        assert {answer.headers["retry-after"] for answer in answers[4:]} == {"2"}


async def test_an_insurer_is_limited_like_everybody(tmp_path: Path) -> None:
    async with a_hub(tmp_path / "store", tmp_path, limits=Limits(facility=FIVE)) as hub:
        answers = [
            await hub.register(a_row(number=str(number), match=None), client_id="insurer", key=str(number))
            for number in range(1, 8)
        ]

        assert [answer.status_code for answer in answers] == [200] * 5 + [429] * 2
        assert (await hub.register(a_row(), key="operator")).status_code == 200


@pytest.mark.parametrize(
    ("message", "content_type", "form"),
    [
        (a_message(), "application/xml", "<SegmentOfResult>9</SegmentOfResult>"),
        (a_tree(), "application/json", '"SegmentOfResult":"9"'),
    ],
)
async def test_oqs_is_told_to_wait_in_its_own_form(
    tmp_path: Path, message: bytes, content_type: str, form: str
) -> None:
    limits = Limits(facility=Limit(count=1, seconds=7, burst=1))
    async with a_hub(tmp_path / "store", tmp_path, limits=limits) as hub:
        await hub.ask()

        answer = await hub.ask_oqs(message, content_type=content_type)

        assert (answer.status_code, answer.headers["retry-after"]) == (429, "7")
        assert answer.headers["content-type"].startswith(content_type)
        assert form in answer.text
        assert "KHK0514" in answer.text
        assert "abc-1" in answer.text
        assert FACILITY in answer.text


async def test_whoever_asks_for_nobody_is_stopped_at_the_exact_count(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    limits = Limits(facility=WIDE, not_found=Limit(count=2, seconds=60, burst=5))
    async with a_hub(tmp_path / "store", tmp_path, limits=limits) as hub:
        await hub.register(a_row())

        answers = [await nobody(hub) for _ in range(7)]

        assert [answer.status_code for answer in answers] == [200] * 5 + [429] * 2
        assert [answer.json()["answer"]["validity"] for answer in answers[:5]] == ["4"] * 5
        assert {problem_in(answer) for answer in answers[5:]} == {"access.not-found-burst"}
        assert {answer.headers["retry-after"] for answer in answers[5:]} == {"30"}
        assert problem_in(await hub.ask()) == "access.not-found-burst", (
            "while it waits it asks for no number at all"
        )
        assert problem_in(await hub.ask_oqs(a_message())) == "access.not-found-burst"
        assert (await hub.post("/v1/eligibility-checks", A_CARD)).status_code == 200
        assert (await hub.ask("other-clinic")).status_code == 200
        assert (await nobody(hub, "other-clinic")).status_code == 200

        assert await hub.metric("kaihoken_not_found_bursts_total") == 1
        [told] = [one for one in caplog.records if one.getMessage().startswith("not-found burst:")]
        assert told.getMessage() == "not-found burst: client clinic waits 30 s"
        assert told.levelno == logging.WARNING

        hub.ticks.pass_seconds(30)
        assert (await hub.ask()).json()["answer"]["validity"] == "1"
        assert (await nobody(hub)).status_code == 200
        assert problem_in(await nobody(hub)) == "access.not-found-burst"
        assert await hub.metric("kaihoken_not_found_bursts_total") == 2


@pytest.mark.parametrize("match", ["pending", "suspended-3"])
async def test_who_is_registered_but_not_to_be_seen_is_somebody(tmp_path: Path, match: str) -> None:
    limits = Limits(facility=WIDE, not_found=Limit(count=2, seconds=60, burst=2))
    async with a_hub(tmp_path / "store", tmp_path, limits=limits) as hub:
        await hub.register(a_row(match=match))

        answers = [await hub.ask() for _ in range(5)]

        assert [answer.json()["answer"]["validity"] for answer in answers] == ["4"] * 5


async def test_cards_that_lead_to_nobody_pause_cards_and_no_numbers(tmp_path: Path) -> None:
    limits = Limits(facility=WIDE, not_found=Limit(count=2, seconds=60, burst=2))
    async with a_hub(tmp_path / "store", tmp_path, limits=limits) as hub:
        answers = [await hub.post("/v1/eligibility-checks", A_CARD) for _ in range(4)]

        assert [answer.status_code for answer in answers] == [200, 200, 429, 429]
        assert (await nobody(hub)).status_code == 200


@pytest.mark.parametrize("carrier", ["json", "oqs-xml", "oqs-json"])
async def test_answers_about_nobody_are_withheld_at_the_exact_count_when_asked_at_once(
    location: str | Path, tmp_path: Path, carrier: str, caplog: pytest.LogCaptureFixture
) -> None:
    limits = Limits(facility=WIDE, not_found=Limit(count=2, seconds=60, burst=5))
    async with a_hub(location, tmp_path, limits=limits) as hub:
        await hub.token("clinic")

        async def ask() -> httpx.Response:
            match carrier:
                case "json":
                    return await nobody(hub)
                case "oqs-xml":
                    return await hub.ask_oqs(a_message(birthdate="19900909"))
                case _:
                    return await hub.ask_oqs(a_tree(birthdate="19900909"), content_type="application/json")

        answers = await asyncio.gather(*(ask() for _ in range(30)))

        assert Counter(answer.status_code for answer in answers) == {200: 5, 429: 25}
        withheld = [answer for answer in answers if answer.status_code == 429]
        assert {problem_in(answer) for answer in withheld} == {"access.not-found-burst"}
        assert all("QualificationValidity" not in answer.text for answer in withheld)
        # All are on their way when the limit is reached: each is counted, so the wait grows with each.
        longest = max(int(answer.headers["retry-after"]) for answer in withheld)
        assert longest == 26 * 30
        assert await hub.metric("kaihoken_not_found_bursts_total") == 1
        assert "1990" not in caplog.text
        assert (await hub.ask("other-clinic")).status_code == 200


async def test_a_client_gets_as_many_tokens_as_it_may(tmp_path: Path) -> None:
    limits = Limits(token_client=FIVE)
    async with a_hub(tmp_path / "store", tmp_path, limits=limits) as hub:
        answers = [await hub.http.post("/oauth/token", data=hub.token_form("clinic")) for _ in range(6)]

        assert [answer.status_code for answer in answers] == [200] * 5 + [429]
        assert answers[5].headers["retry-after"] == "2"
        assert (await hub.http.post("/oauth/token", data=hub.token_form("other-clinic"))).status_code == 200


async def test_refused_proofs_are_counted_where_the_operator_looks(tmp_path: Path) -> None:
    async with a_hub(tmp_path / "store", tmp_path) as hub:
        forged = hub.assertion("clinic").rpartition(".")[0] + "." + "A" * 86

        answers = [
            await hub.http.post(path, **body)
            for path, body in (
                ("/oauth/token", {"data": {**hub.token_form("clinic"), "client_assertion": forged}}),
                ("/oqs/auth", {"json": {"client_assertion": forged}}),
            )
        ]

        assert [(answer.status_code, problem_in(answer)) for answer in answers] == [
            (401, "access.assertion-refused")
        ] * 2
        assert answers[0].headers["www-authenticate"] == "Bearer"
        assert answers[0].json()["error"] == "invalid_client"
        assert await hub.metric('kaihoken_refusals_total{code="access.assertion-refused"}') == 2
