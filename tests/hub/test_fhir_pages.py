"""A search for consents in FHIR that finds more than a page holds: every consent once, whatever is asked by, told to
nobody else, and on record as far as it was shown."""

from base64 import urlsafe_b64decode
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlencode

import httpx
import msgspec
import pytest
import pytest_asyncio

from kaihoken.audit import Search, Wanted
from kaihoken.clock import FixedClock
from kaihoken.coverage.fhir import LIFETIME, MINUTE

from ..fhir_validators import Validators, validators
from .fhir import MEMBER_ID, Json
from .hub import FACILITY, NOW, Hub, a_hub, problem_in
from .test_consents import DESK, HOME, given, with_a_patient, withdraw
from .test_fhir import get, search

pytestmark = pytest.mark.asyncio(loop_scope="module")

PATIENT = {"patient.identifier": f"{MEMBER_ID}|01130012:12-34:56:01", "patient.birthdate": "1980-01-01"}
NOBODY = {**PATIENT, "patient.identifier": f"{MEMBER_ID}|01130012:12-34:999:01"}
EVER, TODAY = 7, 5


class Consents:
    """A hub in which one patient consented to one facility on two days."""

    def __init__(self, hub: Hub, clock: FixedClock) -> None:
        self.hub = hub
        self.clock = clock

    async def search(self, client: str = "clinic", **form: str) -> httpx.Response:
        return await search(self.hub, "Consent", urlencode(form).encode(), client)

    async def follow(self, bundle: Json, relation: str, client: str = "clinic") -> httpx.Response:
        return await get(self.hub, link(bundle, relation), client)

    async def pages(self, **form: str) -> list[Json]:
        found = [(await self.search(**form)).json()]
        while link(found[-1], "next"):
            found.append((await self.follow(found[-1], "next")).json())
        return found

    async def seen(self) -> list[Json]:
        """The records of consents that were shown, oldest first."""
        log = self.hub.machine.committer
        every = Search(log.log, Wanted()).matches(0, log.committed_seq + 1)
        return [dict(match.body) async for match in every if match.kind == "consent.seen"]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def consents(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Consents]:
    folder = tmp_path_factory.mktemp("pages")
    clock = FixedClock(NOW - timedelta(days=3))
    async with a_hub(folder / "store", folder, clock) as hub:
        await with_a_patient(hub)
        for number in range(EVER - TODAY):
            await given(hub, HOME, f"before-{number}")
        clock.at = NOW
        for number in range(TODAY):
            await given(hub, HOME if number else DESK, f"today-{number}")
        yield Consents(hub, clock)


@pytest.fixture(scope="module")
def judges() -> Iterator[Validators]:
    with validators() as found:
        yield found


def link(bundle: Json, relation: str) -> str:
    """Where a link of a page leads, or nothing."""
    links = {one["relation"]: one["url"] for one in bundle["link"]}
    return str(links.get(relation, "")).removeprefix("http://hub.test")


def ids(*bundles: Json) -> list[str]:
    return [entry["resource"]["id"] for bundle in bundles for entry in bundle.get("entry", [])]


@pytest.mark.parametrize(
    ("form", "total"),
    [
        (PATIENT, EVER),
        ({**PATIENT, "date": "2026-11-20"}, TODAY),
        ({"date": "2026-11-20"}, TODAY),
        ({}, TODAY),
        ({"date": "ge2026-11-01"}, EVER),
        ({"date": "ge2026-11-01", "status": "active"}, EVER),
    ],
)
async def test_every_consent_comes_once(
    consents: Consents, judges: Validators, form: dict[str, str], total: int
) -> None:
    whole = (await consents.search(**form)).json()

    pages = await consents.pages(**form, _count="2")

    for page in (whole, *pages):
        judges.require_valid(page)
        assert page["total"] == total
        assert len(page.get("entry", [])) <= 2 or page is whole
    assert len(pages) == (total + 1) // 2
    assert ids(*pages) == ids(whole)
    assert len(set(ids(whole))) == total
    assert not link(whole, "next")


async def test_a_page_is_found_again_and_names_nobody(consents: Consents) -> None:
    page = (await consents.pages(**PATIENT, _count="3"))[1]

    again = (await consents.follow(page, "self")).json()

    assert ids(again) == ids(page)
    assert again["total"] == page["total"]
    person = bytes.fromhex((await consents.seen())[-1]["people"][0])
    for relation in ("self", "next"):
        place, _, cursor = link(page, relation).partition("?cursor=")
        assert place == "/fhir/Consent"
        raw = urlsafe_b64decode(cursor.replace(".", "_") + "=")
        for told in (person, b"1980", b"01130012", FACILITY.encode()):
            assert told not in raw


async def test_each_page_is_on_record_as_far_as_it_was_shown(consents: Consents) -> None:
    before = len(await consents.seen())

    await consents.pages(**PATIENT, _count="3")
    counted = (await consents.search(**PATIENT, _count="0")).json()
    nobody = (await consents.search(**NOBODY)).json()

    *pages, number, none = (await consents.seen())[before:]
    assert [one["consents"] for one in pages] == [3, 3, 1]
    assert len({msgspec.json.encode(one["people"]) for one in (*pages, number)}) == 1
    assert number["consents"] == EVER, "who is told a number was told of all of them"
    assert (counted["total"], "entry" in counted, link(counted, "next")) == (EVER, False, "")
    assert (nobody["total"], "entry" in nobody, link(nobody, "next")) == (0, False, "")
    assert (none["consents"], none["people"]) == (0, [])
    assert (await consents.follow(nobody, "self")).json()["total"] == 0


async def test_a_page_is_read_by_nobody_else_and_not_for_ever(consents: Consents, judges: Validators) -> None:
    bundle = (await consents.search(**PATIENT, _count="2")).json()
    others = await consents.follow(bundle, "next", "other-clinic")
    own = await consents.follow(bundle, "next", "same-clinic")
    try:
        consents.clock.at = NOW + LIFETIME - MINUTE
        soon = await consents.follow(bundle, "next")
        consents.clock.at = NOW + LIFETIME
        ended = await consents.follow(bundle, "next")
    finally:
        consents.clock.at = NOW
    made_up = await get(consents.hub, f"/fhir/Consent?cursor={'A' * 95}")

    assert (own.status_code, soon.status_code) == (200, 200)
    for refused in (others, ended, made_up):
        judges.require_valid(refused.json())
        assert (refused.status_code, problem_in(refused)) == (410, "fhir.page-gone")
        issue = refused.json()["issue"][0]
        assert (issue["code"], issue["expression"]) == ("expired", ["cursor"])
        assert "_search" in issue["diagnostics"]
        assert refused.json() == others.json(), "nobody learns which of these it is"


async def test_another_facility_finds_none_of_them(consents: Consents) -> None:
    for form in (PATIENT, {}, {"date": "ge2026-11-01", "_count": "0"}):
        assert (await consents.search("other-clinic", **form)).json()["total"] == 0


@pytest.mark.parametrize(
    ("form", "problem", "where"),
    [
        ({"_count": "many"}, "fhir.code", "_count"),
        ({"_count": "-1"}, "fhir.code", "_count"),
        ({"date": "le2026-11-20"}, "consent.period", "date"),
        ({"date": "ge2026-01-01"}, "consent.period", "date"),
        ({"patient.birthdate": "1980-01-01"}, "fhir.required", "patient.identifier"),
        (
            {"patient.identifier": f"{MEMBER_ID}|01130012:1:5", "patient.birthdate": "1980-01-01"},
            "fhir.identifier",
            "patient.identifier",
        ),
        ({**PATIENT, "patient.birthdate": "2980-01-01"}, "coverage.birthdate-future", "patient.birthdate"),
        ({"cursor": "x"}, "fhir.search", None),
    ],
)
async def test_a_search_that_cannot_be_is_refused_at_its_place(
    consents: Consents, judges: Validators, form: dict[str, str], problem: str, where: str | None
) -> None:
    before = len(await consents.seen())

    refused = await consents.search(**form)

    judges.require_valid(refused.json())
    assert problem_in(refused) == problem
    assert refused.json()["issue"][0].get("expression") == (None if where is None else [where])
    assert len(await consents.seen()) == before


async def test_days_of_a_patient_have_no_longest(consents: Consents) -> None:
    long_ago = await consents.search(**PATIENT, date="ge2000-01-01")
    until = await consents.search(**PATIENT, date="lt2026-11-20")
    between = await search(
        consents.hub, "Consent", urlencode([("date", "ge2026-11-01"), ("date", "lt2026-11-20")]).encode()
    )

    assert long_ago.json()["total"] == EVER
    assert until.json()["total"] == between.json()["total"] == EVER - TODAY


async def test_who_is_answered_in_no_form_was_shown_nothing(consents: Consents) -> None:
    before = len(await consents.seen())
    token = await consents.hub.token("clinic")
    headers = {"Authorization": f"Bearer {token}", "Accept": "application/fhir+xml"}
    bundle = (await consents.search(_count="1")).json()

    for answer in (
        await consents.hub.http.get(f"/fhir/Consent/{ids(bundle)[0]}", headers=headers),
        await consents.hub.http.get(link(bundle, "next"), headers=headers),
        await consents.hub.http.post(
            "/fhir/Consent/_search",
            content=b"",
            headers={**headers, "Content-Type": "application/x-www-form-urlencoded"},
        ),
    ):
        assert (answer.status_code, problem_in(answer)) == (406, "fhir.format")
    assert len(await consents.seen()) == before + 1, "the search that found them"


async def test_what_ends_between_two_pages_is_not_told_as_standing(tmp_path: Path) -> None:
    async with a_hub(tmp_path / "store", tmp_path) as hub:
        await with_a_patient(hub)
        for number in range(4):
            await given(hub, HOME, str(number))
        mine = Consents(hub, FixedClock(NOW))
        first = (await mine.search(status="active", _count="2")).json()
        every = (await mine.search(status="active")).json()
        await withdraw(hub, ids(every)[2])

        second = (await mine.follow(first, "next")).json()

        assert ids(second) == ids(every)[3:]
        assert (first["total"], second["total"]) == (4, 3)
