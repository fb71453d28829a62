"""Lists over HTTP: sent row by row, answered in four steps, fetched by who sent them."""

import asyncio
import io
import json
import zipfile
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
import pytest_asyncio

from kaihoken.access import Limits
from kaihoken.audit import Match
from kaihoken.coverage.bulk import check_bulk
from kaihoken.coverage.bulk.reception import PART
from kaihoken.hub.assembly import route_table
from kaihoken.hub.pages.seen_view import seen_of
from kaihoken.web import LANGUAGES

from .cards import records
from .hub import Hub, a_hub, a_question, a_row, problem_in

NDJSON = {"Content-Type": "application/x-ndjson"}


@pytest_asyncio.fixture
async def hub(tmp_path: Path) -> AsyncIterator[Hub]:
    async with a_hub(tmp_path / "store", tmp_path) as hub:
        await hub.register(a_row(postal_code="100-0000", address="架空県架空市１－１"))
        yield hub


def a_list(*rows: dict[str, object] | str) -> bytes:
    return "\n".join(row if isinstance(row, str) else json.dumps(row) for row in rows).encode()


def asked(**more: object) -> dict[str, object]:
    row = a_question(**more)
    del row["by"]
    return row


async def sent(
    hub: Hub, body: bytes, client: str = "clinic", query: str = "", **headers: str
) -> httpx.Response:
    return await hub.post(f"/v1/bulk-checks{query}", body, client, **{**NDJSON, **headers})


async def status(hub: Hub, number: str, client: str = "clinic") -> httpx.Response:
    return await hub.post("/v1/bulk-checks/status", {"reception_number": number}, client)


async def done(hub: Hub, number: str, client: str = "clinic") -> dict[str, Any]:
    """Wait until a list is done."""
    for _ in range(1_000_000):
        if hub.machine.bulk.working.waiting == 0:
            found: dict[str, Any] = (await status(hub, number, client)).json()
            return found
        await asyncio.sleep(0)
    raise AssertionError(number)


async def results(hub: Hub, number: str, client: str = "clinic", **more: object) -> httpx.Response:
    return await hub.post("/v1/bulk-checks/results", {"reception_number": number, **more}, client)


async def answered(hub: Hub, *rows: dict[str, object] | str, query: str = "") -> list[dict[str, Any]]:
    """What becomes of some rows."""
    received = await sent(hub, a_list(*rows), query=query)
    assert received.status_code == 200, received.text
    number = received.json()["reception_number"]
    await done(hub, number)
    page = await results(hub, number)
    assert page.status_code == 200, page.text
    return [json.loads(line) for line in page.text.splitlines()]


async def test_a_list_from_its_sending_to_its_results(hub: Hub) -> None:
    received = await sent(hub, a_list(asked(id="p1"), asked(id="p2", number="999")))
    told = received.json()
    assert (received.status_code, told["items"], told["kind"]) == (200, 2, "numbers")
    assert len(told["reception_number"]) == 24

    end = await done(hub, told["reception_number"])
    assert (end["state"], end["items"], end["normal"], end["errors"]) == ("done", 2, 2, 0)

    page = await results(hub, told["reception_number"])
    first, second = (json.loads(line) for line in page.text.splitlines())
    assert page.headers["content-type"] == "application/x-ndjson"
    assert "kaihoken-next-cursor" not in page.headers
    assert (first["line"], first["id"], first["answer"]["validity"]) == (1, "p1", "1")
    assert (second["line"], second["id"], second["answer"]["validity"]) == (2, "p2", "4")


async def test_a_result_decides_as_a_single_answer_and_shows_less(hub: Hub) -> None:
    rows = [{}, {"number": "999"}, {"branch": ""}, {"symbol": "99"}, {"birthdate": "1990-01-01"}]
    lines = await answered(hub, *(asked(**row) for row in rows))
    for row, line in zip(rows, lines, strict=True):
        single = (await hub.ask(**row)).json()["answer"]
        listed = line["answer"]
        for name in (
            "on",
            "situation",
            "validity",
            "words",
            "share",
            "steps",
            "differences",
            "since",
            "rules",
        ):
            assert listed.get(name) == single.get(name), name
        for result in single.get("results", []):
            if single["situation"] == "valid":
                del result["address"], result["postal_code"]
                result["limit_changed"] = "1"
        assert listed.get("results") == single.get("results")


async def test_what_cannot_be_read_is_answered_as_what_it_is(hub: Hub) -> None:
    lines = await answered(
        hub,
        asked(id="good"),
        "not json",
        asked(id="x", number=""),
        asked(birthdate="2026-13-01"),
        {"number": "1"},
        "",
        '{"id": "twice", "number": "1", "number": "2", "insurer_number": "01130012", "birthdate": "1980-01-01"}',
        "x" * 20_000,
        asked(insurer_number="01130013", id="digit"),
        asked(surname="山田"),
        '{"id": "\\u0000", "number": ""}',
        "[]",
        asked(symbol="記" * 201),
        asked(symbol="\u0001"),
    )
    told = [(line["line"], line.get("id"), line.get("problem", {}).get("code")) for line in lines]
    assert told == [
        (1, "good", None),
        (2, None, "coverage.request-json"),
        (3, "x", "coverage.request-number"),
        (4, None, "identity.date"),
        (5, None, "coverage.request-shape"),
        (7, "twice", "coverage.request-repeated"),
        (8, None, "coverage.bulk-row-long"),
        (9, "digit", None),  # a test institution is told beside "not found" that no number can be so
        (10, None, "coverage.request-shape"),
        (11, None, "coverage.request-shape"),
        (12, None, "coverage.request-shape"),
        (13, None, "coverage.request-length"),
        (14, None, "coverage.request-character"),
    ]
    assert "山田" not in json.dumps(lines[8], ensure_ascii=False)


async def test_the_mark_of_a_character_set_before_the_first_row_is_passed_over(hub: Hub) -> None:
    received = await sent(hub, b"\xef\xbb\xbf" + a_list(asked(id="first"), asked(id="second")))
    number = received.json()["reception_number"]
    await done(hub, number)
    lines = [json.loads(line) for line in (await results(hub, number)).text.splitlines()]

    assert [(line["id"], line["answer"]["validity"]) for line in lines] == [("first", "1"), ("second", "1")]


async def test_a_list_with_every_row_wrong_is_answered_row_by_row(hub: Hub) -> None:
    received = await sent(hub, a_list(*["wrong"] * (2 * PART)))
    end = await done(hub, received.json()["reception_number"])

    assert (end["state"], end["normal"], end["errors"]) == ("done", 0, 2 * PART)
    page = await results(hub, end["reception_number"])
    assert len(page.text.splitlines()) == 2 * PART


async def test_pages_follow_each_other(hub: Hub) -> None:
    received = await sent(hub, a_list(*(asked(id=str(number)) for number in range(11 * PART + 3))))
    number = received.json()["reception_number"]
    await done(hub, number)

    ids, cursor, pages = [], "", 0
    while True:
        page = await results(hub, number, cursor=cursor)
        ids += [json.loads(line)["id"] for line in page.text.splitlines()]
        pages += 1
        if (cursor := page.headers.get("kaihoken-next-cursor", "")) == "":
            break
    assert ids == [str(number) for number in range(11 * PART + 3)]
    assert pages == 3


async def test_everything_leaves_as_a_zip(hub: Hub) -> None:
    received = await sent(hub, a_list(*(asked(id=str(number)) for number in range(3 * PART))))
    number = received.json()["reception_number"]
    await done(hub, number)

    packed = await results(hub, number, format="zip")
    assert packed.headers["content-type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(packed.content)) as archive:
        assert archive.namelist() == ["results.ndjson"]
        lines = archive.read("results.ndjson").splitlines()
    assert [json.loads(line)["id"] for line in lines] == [str(number) for number in range(3 * PART)]
    paged = (await results(hub, number)).content.splitlines()
    assert lines == paged


@pytest.mark.parametrize("cursor", ["1", "-1", "x", "99999999999", "１"])
async def test_a_cursor_that_is_none(hub: Hub, cursor: str) -> None:
    received = await sent(hub, a_list(asked()))
    await done(hub, received.json()["reception_number"])
    page = await results(hub, received.json()["reception_number"], cursor=cursor)

    assert problem_in(page) == "coverage.bulk-cursor"


async def test_the_number_of_another_facility_is_unknown_and_that_of_the_same_is_not(hub: Hub) -> None:
    received = await sent(hub, a_list(asked()))
    number = received.json()["reception_number"]
    await done(hub, number, "same-clinic")

    for answer in (await status(hub, number, "other-clinic"), await results(hub, number, "other-clinic")):
        assert (answer.status_code, problem_in(answer)) == (404, "coverage.bulk-unknown")
    assert problem_in(await status(hub, "1" * 24)) == "coverage.bulk-unknown"
    assert (await results(hub, number, "same-clinic")).status_code == 200


async def test_results_are_not_there_before_all_are(hub: Hub) -> None:
    received = await sent(hub, a_list(*(asked() for _ in range(20 * PART))))
    early = await results(hub, received.json()["reception_number"])

    assert (early.status_code, problem_in(early)) == (409, "coverage.bulk-in-progress")
    assert early.headers["retry-after"] == "10"


async def test_a_disabled_client_is_not_answered_any_more(hub: Hub) -> None:
    registry = hub.machine.gate.registry
    received = await sent(hub, a_list(*(asked() for _ in range(20 * PART))))
    client = registry.get("clinic")
    assert client is not None
    registry.put(replace(client, status="disabled"))
    end = await done(hub, received.json()["reception_number"], "same-clinic")

    assert (end["state"], end["problem"]["code"]) == ("refused", "coverage.bulk-asker-disabled")
    page = await results(hub, end["reception_number"], "same-clinic")
    assert problem_in(page) == "coverage.bulk-asker-disabled"


async def test_the_same_list_twice_is_one(hub: Hub) -> None:
    body = a_list(*(asked(id=str(number)) for number in range(PART + 1)))
    one, two = await asyncio.gather(
        sent(hub, body, **{"Idempotency-Key": "k"}), sent(hub, body, **{"Idempotency-Key": "k"})
    )
    assert one.json() == two.json()
    other = await sent(hub, body + b"\n" + a_list(asked()), **{"Idempotency-Key": "k"})
    assert problem_in(other) == "store.idempotency_mismatch"
    assert problem_in(await sent(hub, body, **{"Idempotency-Key": "x" * 256})) == "store.idempotency_key"


async def test_an_answer_of_a_list_is_on_record_as_any_answer(hub: Hub) -> None:
    (line,) = await answered(hub, asked())
    log = hub.machine.committer.log
    chunks = await log.chunks(await log.batch(line["batch"]))
    bodies = [chunk[16:].partition(b"\n") for chunk in chunks]
    (record,) = [msgspec.json.decode(body) for kind, _, body in bodies if kind == b"eligibility.answer"]

    assert list(record) == sorted(record)
    assert (record["carrier"], record["kind"], record["by"]) == ("bulk", "bulk", "9910000007")
    assert record["answer_hash"] == line["answer_hash"]
    assert "limit_changed" in record["fields"]
    assert "address" not in record["fields"]


async def test_each_time_that_results_leave_is_on_record(hub: Hub) -> None:
    received = await sent(hub, a_list(asked()))
    number = received.json()["reception_number"]
    await done(hub, number)
    await results(hub, number, "same-clinic")
    await results(hub, number, format="zip")

    log = hub.machine.committer.log
    told = []
    for batch in await log.batches(0, await log.size()):
        for chunk in await log.chunks(batch):
            kind, _, body = chunk[16:].partition(b"\n")
            if kind == b"bulk.fetched":
                told.append(msgspec.json.decode(body))
    assert [(one["client"], one["first"], one["stop"]) for one in told] == [
        ("same-clinic", 0, 1),
        ("clinic", 0, 1),
    ]
    assert [one.english async for one in check_bulk(hub.machine.store)] == []


async def test_a_question_of_another_day_and_language(hub: Hub) -> None:
    (line,) = await answered(hub, asked(), query="?on=2019-01-01&language=en")
    assert (line["answer"]["on"], line["answer"]["language"]) == ("2019-01-01", "en")
    assert line["answer"]["situation"] == "not-started"


@pytest.mark.parametrize(
    ("query", "problem"),
    [
        ("?on=2027-01-01", "coverage.future"),
        ("?on=1950-01-01", "coverage.too-early"),
        ("?on=x", "identity.date"),
        ("?of=x", "coverage.request-shape"),
        ("?on=2026-01-01&on=2026-01-02", "coverage.request-shape"),
        ("?language=fr", "coverage.request-shape"),
        ("?x=", "coverage.request-shape"),
        ("?on=%E5%B1%B1%FF", "identity.date"),
    ],
)
async def test_what_the_address_may_not_say(hub: Hub, query: str, problem: str) -> None:
    assert problem_in(await sent(hub, a_list(asked()), query=query)) == problem


async def test_a_list_is_ndjson(hub: Hub) -> None:
    answer = await sent(hub, a_list(asked()), **{"Content-Type": "text/csv"})
    assert problem_in(answer) == "hub.content-type"


@pytest.mark.parametrize("body", [b"{", b"[]", b'{"reception_number": 1}', b"\xff"])
async def test_a_question_about_a_list_that_cannot_be_read(hub: Hub, body: bytes) -> None:
    for path in ("status", "results"):
        answer = await hub.post(f"/v1/bulk-checks/{path}", body)
        assert problem_in(answer) in ("coverage.request-json", "coverage.request-shape")


async def test_a_body_that_is_too_large_leaves_nothing(hub: Hub) -> None:
    route = route_table(hub.machine).find("POST", "/v1/bulk-checks")
    assert route is not None
    too_much = await sent(hub, a_list(asked()), **{"Content-Length": str(route.most_body + 1)})

    assert (too_much.status_code, problem_in(too_much)) == (413, "hub.body-too-large")
    assert hub.machine.bulk.working.waiting == 0


# 限度額情報変更


LIMIT = {"classification": "01", "category": "A03", "valid_from": "2026-08-01"}


async def test_whether_the_limit_changed_goes_by_what_this_facility_saw_last(hub: Hub) -> None:
    async def changed() -> str:
        (line,) = await answered(hub, asked())
        found: str = line["answer"]["results"][0]["limit_changed"]
        return found

    assert await changed() == "1"  # nothing was ever shown to it
    await hub.ask(consents=["limit"], client_id="other-clinic")
    await hub.ask()
    assert await changed() == "1"  # another saw it, and we did not ask for it
    await hub.ask(consents=["limit"])
    assert await changed() == "0"  # we saw that there is none
    await hub.register(a_row(limits=[LIMIT]), key="2")
    assert await changed() == "1"
    await hub.ask(consents=["limit"])
    assert await changed() == "0"
    await hub.register(a_row(limits=[{**LIMIT, "category": "A04"}]), key="3")
    assert await changed() == "1"


# A list is no way to try numbers


async def test_a_list_of_nobody_stops_and_is_reported(tmp_path: Path) -> None:
    async with a_hub(tmp_path / "store", tmp_path) as hub:
        await hub.register(a_row())
        lines = await answered(hub, *(asked(number=str(number)) for number in range(10_000, 10_300)))
        told = [
            line.get("problem", {}).get("code", line.get("answer", {}).get("situation")) for line in lines
        ]
        assert told == ["not-found"] * 60 + ["access.not-found-burst"] * 240
        assert await hub.metric("kaihoken_not_found_bursts_total") == 1
        # Another list, though it is of people who are there, is not looked up until the time is over.
        (line,) = await answered(hub, asked())
        assert line["problem"]["code"] == "access.not-found-burst"
        assert (await hub.ask()).status_code == 200
        hub.ticks.pass_seconds(30)
        (line,) = await answered(hub, asked())
        assert line["answer"]["validity"] == "1"


async def test_some_of_a_list_may_be_out_of_date(tmp_path: Path) -> None:
    async with a_hub(tmp_path / "store", tmp_path) as hub:
        people = [str(number) for number in range(200)]
        await hub.register(*(a_row(link=f"l{number}", number=number) for number in people))
        rows = [asked(number=number) for number in people]
        rows += [asked(number=str(number)) for number in range(1000, 1200)]
        lines = await answered(hub, *rows)
        answers = [line["answer"]["situation"] for line in lines if "answer" in line]
        # 30 % of those of whom there is an answer, and sixty more.
        assert answers.count("valid") == 200
        assert answers.count("not-found") in (84 + 60, 85 + 60)  # one less where two ids happen to be alike


async def test_the_same_person_again_and_again_gives_no_room_for_trying(tmp_path: Path) -> None:
    async with a_hub(tmp_path / "store", tmp_path) as hub:
        await hub.register(a_row())
        rows = [asked() for _ in range(300)] + [asked(number=str(number)) for number in range(1000, 1100)]
        lines = await answered(hub, *rows)
        assert sum(line.get("answer", {}).get("situation") == "not-found" for line in lines) == 60


async def test_cutting_a_list_into_many_gains_nothing(tmp_path: Path) -> None:
    async with a_hub(tmp_path / "store", tmp_path, limits=Limits()) as hub:
        await hub.register(a_row())
        told = []
        for first in range(1000, 1100, 10):
            told += await answered(hub, *(asked(number=str(number)) for number in range(first, first + 10)))
        assert sum("answer" in line for line in told) == 60


async def test_metrics_tell_of_lists(hub: Hub) -> None:
    await answered(hub, asked(), "wrong")
    assert await hub.metric('kaihoken_bulk_items_total{status="normal"}') == 1
    assert await hub.metric('kaihoken_bulk_items_total{status="error"}') == 1
    assert await hub.metric("kaihoken_bulk_jobs_waiting") == 0


async def test_a_name_that_stands_twice_in_what_is_asked_of_a_list_is_refused(hub: Hub) -> None:
    number = (await sent(hub, a_list(asked()))).json()["reception_number"]
    twice = f'{{"reception_number": "{number}", "reception_number": "0"}}'.encode()
    refused = await hub.post("/v1/bulk-checks/status", twice)
    assert (refused.status_code, refused.json()["code"]) == (400, "coverage.request-repeated")
    assert refused.json()["where"] == "reception_number"


async def test_a_row_may_ask_about_a_day_of_care_that_will_be_claimed(hub: Hub) -> None:
    await hub.register(a_row(lost="2026-09-01", loss_reason="03"), key="lost")
    await hub.register(a_row(insurer_number="06132013", number="99", acquired="2026-09-01"), key="new")

    plain, before, after, nobody, late = await answered(
        hub,
        asked(id="p"),
        asked(id="p/08-31", on="2026-08-31"),
        asked(id="p/09-03", on="2026-09-03", branch=""),
        asked(id="x", on="2026-09-03", number="999"),
        asked(id="p/late", on="2027-01-01"),
    )

    assert (plain["answer"]["situation"], plain["answer"]["validity"]) == ("new-exists", "3")
    ran = before["care_day"]
    assert (ran["on"], ran["finding"], ran["confirmation"]) == ("2026-08-31", "as-written", "02")
    assert set(ran["responsible"]) == {
        "classification", "insurer_number", "insurer_name", "symbol", "number", "branch", "acquired", "lost",
        "loss_reason",
    }  # fmt: skip
    switched = after["care_day"]
    assert (switched["finding"], switched["confirmation"]) == ("other-insurer", "04")
    assert (switched["written"]["number"], switched["written"]["lost"]) == ("56", "2026-09-01")
    assert "06132013" not in json.dumps(after)
    assert nobody["care_day"]["confirmation"] == "03"
    assert (late["problem"]["code"], late["problem"]["where"]) == ("coverage.future", "on")


async def test_a_day_of_care_is_on_record_as_such_and_told_to_the_patient(hub: Hub) -> None:
    await answered(hub, asked(on="2026-10-01"))

    (record,) = await records(hub, "eligibility.answer")
    assert (record["kind"], record["carrier"], record["on"]) == ("care-day", "bulk", "2026-10-01")
    seen = seen_of(Match(0, 0, 0, "eligibility.answer", record, sound=True), lambda client, _: client)
    assert seen.how == "care-day"
    assert len({seen.as_json(language)["how_said"] for language in LANGUAGES}) == len(LANGUAGES)
