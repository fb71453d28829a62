"""「窓口でいくら払う？」 on a hub: open to everybody, kept nowhere, in three languages and as data."""

from collections.abc import AsyncIterator

import httpx
import pytest
import pytest_asyncio

from .desk import a_desk

pytestmark = pytest.mark.asyncio(loop_scope="module")

FORM = {"birthdate": "1985-04-02", "amount": "100000", "unit": "points", "class": "A03", "on": "2026-07-10"}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def http(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[httpx.AsyncClient]:
    async with a_desk(tmp_path_factory.mktemp("pay")) as client:
        yield client


@pytest.mark.parametrize(
    ("path", "sum_"), [("/pay", "87,430円"), ("/easy/pay", "87,430<ruby>円"), ("/en/pay", "87,430 yen")]
)
async def test_a_form_is_answered_on_the_spot(http: httpx.AsyncClient, path: str, sum_: str) -> None:
    asked = await http.get(path)
    answered = await http.post(path, data=FORM)

    assert asked.status_code == answered.status_code == 200
    assert sum_ in answered.text
    assert "set-cookie" not in answered.headers
    assert answered.headers["cache-control"] == "no-store"
    assert "1985" not in str(answered.url)


async def test_the_language_can_be_changed_with_what_was_typed(http: httpx.AsyncClient) -> None:
    answered = await http.post("/pay", data=FORM)

    assert '<form method="post" action="/en/pay">' in answered.text
    assert '<input type="hidden" name="birthdate" value="1985-04-02">' in answered.text


async def test_what_has_to_be_mended_is_said_at_its_field(http: httpx.AsyncClient) -> None:
    answered = await http.post("/pay", data={**FORM, "amount": "many"})

    assert answered.status_code == 422
    assert 'id="field-amount-error"' in answered.text


async def test_a_class_of_another_age_is_said_at_its_field(http: httpx.AsyncClient) -> None:
    answered = await http.post("/pay", data={**FORM, "class": "B04"})

    assert answered.status_code == 422
    assert 'id="field-class-error"' in answered.text


async def test_the_same_is_there_as_data(http: httpx.AsyncClient) -> None:
    answered = await http.post("/pay.json", data=FORM, headers={"Sec-Fetch-Site": "none"})

    assert answered.json()["due_yen"] == 87_430


async def test_a_program_reads_its_faults_as_a_problem(http: httpx.AsyncClient) -> None:
    answered = await http.post("/pay.json", data={**FORM, "amount": "many"}, headers={"Accept": "*/*"})

    assert answered.status_code == 422
    assert answered.json()["code"] == "payment.number"


async def test_other_sites_and_methods_are_refused(http: httpx.AsyncClient) -> None:
    elsewhere = await http.post("/pay", data=FORM, headers={"Sec-Fetch-Site": "cross-site"})
    rebound = await http.get("/pay", headers={"Host": "elsewhere.example"})
    method = await http.get("/pay.json")

    assert elsewhere.status_code == rebound.status_code == 403
    assert method.status_code == 405
