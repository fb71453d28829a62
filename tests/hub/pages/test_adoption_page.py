"""「導入の前に」 on a hub: open to everybody, kept nowhere, in three languages and as data."""

from collections.abc import AsyncIterator

import httpx
import pytest
import pytest_asyncio

from kaihoken.adoption.form import FIELDS

from .desk import a_desk

pytestmark = pytest.mark.asyncio(loop_scope="module")

FORM = {
    "facility": "clinic",
    "claims": "online",
    "order_on": "2022-05-20",
    "as_of": "2022-10-15",
    "terminal": "200,000",
    "modification": "150,000円",
    "maintenance": "6000",
    "line-fee": "3,000",
    "first_visit_percent": "15",
    "add_on": "enhancement-1",
}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def http(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[httpx.AsyncClient]:
    async with a_desk(tmp_path_factory.mktemp("adoption")) as client:
        yield client


@pytest.mark.parametrize(
    ("path", "own", "even"),
    [
        ("/adoption", "88,000円", "1日 63人（初診 9.4回）"),
        ("/easy/adoption", "88,000<ruby>円", "63<ruby>人"),
        ("/en/adoption", "88,000 yen", "63 patients a day (9.4 first visits)"),
    ],
)
async def test_a_form_is_answered_on_the_spot(
    http: httpx.AsyncClient, path: str, own: str, even: str
) -> None:
    asked = await http.get(path)
    answered = await http.post(path, data=FORM)

    assert asked.status_code == answered.status_code == 200
    assert own in answered.text
    assert even in answered.text
    assert "set-cookie" not in answered.headers
    assert answered.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"terminal": "many"}, "field-terminal"),
        ({"facility": ""}, "choice-facility"),
        ({"add_on": "sharing-1"}, "field-add_on"),
        ({"order_on": "2019-01-01"}, "field-order_on"),
        ({"closing_on": "2021-10-01"}, "field-closing_on"),
    ],
)
async def test_what_has_to_be_mended_is_said_at_its_field(
    http: httpx.AsyncClient, changed: dict[str, str], field: str
) -> None:
    answered = await http.post("/adoption", data={**FORM, **changed})

    assert answered.status_code == 422
    assert f'id="{field}-error"' in answered.text


async def test_the_same_is_there_as_data(http: httpx.AsyncClient) -> None:
    answered = await http.post("/adoption.json", data=FORM)
    refused = await http.post("/adoption.json", data={**FORM, "terminal": "many"}, headers={"Accept": "*/*"})

    (offer,) = answered.json()["offers"]
    assert (offer["own_yen"], offer["break_even"][1]["patients_a_day"]) == (88_000, 63)
    assert (refused.status_code, refused.json()["code"]) == (422, "adoption.number")


async def test_two_quotes_are_compared_on_one_page(http: httpx.AsyncClient) -> None:
    every_field = dict.fromkeys(FIELDS, "")  # as a browser sends them, the empty ones too
    second = {"terminal-2": "150,000", "network-2": "40000", "maintenance-2": "5000"}

    answered = await http.post("/en/adoption", data={**every_field, **FORM, **second})
    data = (await http.post("/adoption.json", data={**every_field, **FORM, **second})).json()

    assert answered.status_code == 200
    assert "The quotes beside each other" in answered.text
    assert 'href="#field-terminal-2"' not in answered.text
    assert [offer["own_yen"] for offer in data["offers"]] == [88_000, 48_000]
    assert {"part": "network", "monthly": False, "yen": [None, 40_000], "missing": [True, False]} in data[
        "comparison"
    ]


async def test_a_fault_of_the_second_quote_opens_it_and_is_called_by_its_name(
    http: httpx.AsyncClient,
) -> None:
    answered = await http.post("/en/adoption", data={**FORM, "terminal-2": "many"})

    assert answered.status_code == 422
    assert '<a href="#field-terminal-2"><span>terminal (PC) (quote 2)</span></a>' in answered.text
    assert 'id="field-terminal-2-error"' in answered.text
    assert '<details class="more" open>' in answered.text


async def test_other_sites_and_methods_are_refused(http: httpx.AsyncClient) -> None:
    elsewhere = await http.post("/adoption", data=FORM, headers={"Sec-Fetch-Site": "cross-site"})
    rebound = await http.get("/adoption", headers={"Host": "elsewhere.example"})
    methods = [await http.get("/adoption.json"), await http.put("/adoption", data=FORM)]

    assert elsewhere.status_code == rebound.status_code == 403
    assert [answer.status_code for answer in methods] == [405, 405]


async def test_the_front_door_leads_there(http: httpx.AsyncClient) -> None:
    assert 'href="/en/adoption"' in (await http.get("/en/")).text
    assert 'href="/adoption"' in (await http.get("/sign-in")).text
