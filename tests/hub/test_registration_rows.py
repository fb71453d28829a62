"""Every row of a registration is answered by itself: a bad one stays out with its path, the good ones are kept."""

from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest

from .hub import Hub, a_hub, a_row, problem_in

KEY = {"Idempotency-Key": "key-1"}


def a_certificate_row(**more: object) -> dict[str, object]:
    return {
        "kind": "certificate",
        "link": "link-yamada",
        "issuer": "CN=TEST-CA",
        "serial": "4711",
        "not_before": "2025-01-01",
        "not_after": "2035-01-01",
        **more,
    }


def a_subsidy_row(**more: object) -> dict[str, object]:
    return {
        "kind": "subsidy",
        "link": "link-yamada",
        "payer_number": "88138243",
        "recipient_number": "1234566",
        "scheme": "子ども医療費助成",
        "start": "2020-04-01",
        **more,
    }


async def validity(hub: Hub, number: str) -> str:
    answer: str = (await hub.ask(number=number)).json()["answer"]["validity"]
    return answer


@pytest.mark.parametrize(
    ("change", "where", "problem"),
    [
        ({"number": ""}, ".number", "coverage.row-number"),
        ({"branch": "1"}, ".branch", "coverage.row-branch"),
        ({"birthdate": "1980-02-30"}, ".birthdate", "coverage.row-shape"),
        ({"birthdate": "1780-02-03"}, ".birthdate", "coverage.row-early"),
        ({"acquired": "1979-12-31"}, ".acquired", "coverage.row-order"),
        ({"sex": "9"}, ".sex", "coverage.row-code"),
        ({"classification": "99"}, ".classification", "coverage.row-code"),
        ({"insurer_number": "01130013"}, ".insurer_number", "identity.check-digit"),
        ({"insurer_number": 1130012}, ".insurer_number", "coverage.row-shape"),
        ({"link": "1234 5678 9012"}, ".link", "coverage.row-individual-number"),
        ({"link": ""}, ".link", "coverage.row-link"),
        ({"name": "山" * 201}, ".name", "coverage.row-length"),
        ({"share_percent": 15}, ".share_percent", "coverage.row-percent"),
        (
            {"limits": [{"classification": "01", "category": "C99", "valid_from": "2026-04-01"}]},
            ".limits[0].category",
            "coverage.row-code",
        ),
        ({"kind": "passport"}, ".kind", "coverage.row-shape"),
        ({"nickname": "タロちゃん"}, ".nickname", "coverage.row-shape"),
    ],
)
async def test_a_bad_row_stays_out_with_its_path_and_the_others_are_kept(
    tmp_path: Path, change: dict[str, object], where: str, problem: str
) -> None:
    async with a_hub(tmp_path / "store", tmp_path) as hub:
        answer = await hub.register(
            a_row(link="link-1", number="1"),
            a_row(link="link-2", **{"number": "2", **change})
            if "link" not in change
            else a_row(number="2", **change),
            a_row(link="link-3", number="3"),
        )

        told = answer.json()
        assert answer.status_code == 200
        assert [row["status"] for row in told["rows"]] == ["registered", "refused", "registered"]
        assert [row["row"] for row in told["rows"]] == [0, 1, 2]
        assert (told["registered"], told["unchanged"], told["refused"]) == (2, 0, 1)
        refused = told["rows"][1]["problem"]
        assert (refused["code"], refused["where"]) == (problem, f"rows[1]{where}")
        assert refused["title_ja"]
        assert refused["detail"]
        assert [await validity(hub, number) for number in "123"] == ["1", "4", "1"]
        assert await hub.metric('kaihoken_registration_rows_total{status="refused"}') == 1


async def test_an_insurer_speaks_for_its_own_number_only(tmp_path: Path) -> None:
    async with a_hub(tmp_path / "store", tmp_path) as hub:
        answer = await hub.register(
            a_row(match=None),
            a_row(match=None, insurer_number="06132013", number="8"),
            a_row(match=None, insurer_number=" 138057", number="9"),
            a_subsidy_row(),
            a_certificate_row(),
            client_id="insurer",
        )

        rows = answer.json()["rows"]
        assert [row["status"] for row in rows] == ["registered"] + ["refused"] * 4
        assert {row["problem"]["code"] for row in rows[1:]} == {"coverage.row-other-insurer"}
        assert [row["problem"]["where"] for row in rows[1:]] == [
            "rows[1].insurer_number",
            "rows[2].insurer_number",
            "rows[3].payer_number",
            "rows[4].kind",
        ]


async def test_only_who_stands_for_the_match_says_its_result(tmp_path: Path) -> None:
    async with a_hub(tmp_path / "store", tmp_path) as hub:
        rows = (await hub.register(a_row(match=None), a_row(match="visible"), client_id="insurer")).json()[
            "rows"
        ]

        assert rows[0] == {"row": 0, "status": "registered", "state": "pending"}
        assert (rows[1]["status"], rows[1]["problem"]["code"]) == ("refused", "coverage.row-match")
        assert rows[1]["problem"]["where"] == "rows[1].match"
        assert (await hub.ask()).json()["answer"]["situation"] == "pending"
        assert (await hub.register(a_row(match="visible"), key="2")).json()["rows"][0]["state"] == "visible"
        assert (await hub.ask()).json()["answer"]["situation"] == "valid"


async def test_a_token_for_writing_alone_does_not_say_the_match(tmp_path: Path) -> None:
    async with a_hub(tmp_path / "store", tmp_path) as hub:
        token = await hub.token("operator", "registrations:write")

        answer = await hub.http.post(
            "/v1/registrations",
            content=msgspec.json.encode({"rows": [a_row()]}),
            headers={"Authorization": f"Bearer {token}", **KEY},
        )

        assert answer.json()["rows"][0]["problem"]["code"] == "coverage.row-match"


async def test_a_thousand_rows_are_taken_and_one_more_is_not(tmp_path: Path) -> None:
    async with a_hub(tmp_path / "store", tmp_path) as hub:
        rows = [a_row(link=f"link-{number}", number=str(number)) for number in range(1, 1002)]

        many = await hub.register(*rows)
        assert (many.status_code, problem_in(many)) == (413, "coverage.too-many-rows")
        assert await validity(hub, "1") == "4"

        thousand = await hub.register(*rows[:1000])
        assert (thousand.status_code, thousand.json()["registered"]) == (200, 1000)
        assert [row["row"] for row in thousand.json()["rows"]] == list(range(1000))
        assert [await validity(hub, number) for number in ("1", "1000", "1001")] == ["1", "1", "4"]


async def test_no_rows_are_no_mistake(tmp_path: Path) -> None:
    async with a_hub(tmp_path / "store", tmp_path) as hub:
        answer = await hub.register()

        assert answer.json() == {"rows": [], "registered": 0, "unchanged": 0, "refused": 0}


DEEP = b"[" * 100_000 + b"]" * 100_000


@pytest.mark.parametrize(
    ("body", "problem", "where"),
    [
        (b"", "coverage.request-json", None),
        (b"kind,link\n", "coverage.request-json", None),
        (b"{'rows': []}", "coverage.request-json", None),
        (b'{"rows":[{"link":"\\ud800"}]}', "coverage.request-json", None),
        (b'{"rows":[]} {}', "coverage.request-json", None),
        (b'{"rows":[' + DEEP + b"]}", "coverage.request-json", None),
        (b"[]", "coverage.request-shape", None),
        (b'{"rows":{}}', "coverage.request-shape", "rows"),
        (b"{}", "coverage.request-shape", "rows"),
        (b'{"rows":[],"name":"x"}', "coverage.request-shape", "name"),
        (b'{"rows":[],"rows":[]}', "coverage.request-repeated", "rows"),
        (b'{"rows":[{"rows":1}],"rows":[]}', "coverage.request-repeated", "rows"),
    ],
)
async def test_a_body_that_is_no_registration_is_refused_as_a_whole(
    tmp_path: Path, body: bytes, problem: str, where: str | None
) -> None:
    async with a_hub(tmp_path / "store", tmp_path) as hub:
        answer = await hub.post("/v1/registrations", body, "operator", **KEY)

        assert problem_in(answer) == problem
        assert answer.status_code in (400, 422)
        assert answer.json().get("where") == where
        # The key is free: nothing was done under it.
        assert (await hub.register(a_row(), key="key-1")).json()["registered"] == 1


@pytest.mark.parametrize(
    ("row", "problem", "where"),
    [
        (b'{"kind":"coverage","link":"a","link":"b"}', "coverage.row-shape", "rows[0].insurer_number"),
        (b"5", "coverage.row-shape", "rows[0]"),
        (b'{"kind":"coverage","link":"\xff"}', "coverage.row-shape", "rows[0]"),
        ('{"kind":"coverage","name":"山田"}'.encode("cp932"), "coverage.row-shape", "rows[0]"),
    ],
)
async def test_a_row_that_is_no_row_leaves_the_next_alone(
    tmp_path: Path, row: bytes, problem: str, where: str
) -> None:
    async with a_hub(tmp_path / "store", tmp_path) as hub:
        body = b'{"rows":[' + row + b"," + msgspec.json.encode(a_row()) + b"]}"

        rows = (await hub.post("/v1/registrations", body, "operator", **KEY)).json()["rows"]

        assert (rows[0]["problem"]["code"], rows[0]["problem"]["where"]) == (problem, where)
        assert rows[1]["status"] == "registered"


async def test_a_field_that_stands_twice_keeps_its_row_out(tmp_path: Path) -> None:
    async with a_hub(tmp_path / "store", tmp_path) as hub:
        twice = msgspec.json.encode(a_row(link="link-2", number="2"))[:-1] + b',"number":"3"}'
        body = b'{"rows":[' + msgspec.json.encode(a_row()) + b"," + twice + b"]}"

        rows = (await hub.post("/v1/registrations", body, "operator", **KEY)).json()["rows"]

        assert rows[0]["status"] == "registered"
        assert (rows[1]["problem"]["code"], rows[1]["problem"]["where"]) == (
            "coverage.row-repeated",
            "rows[1].number",
        )
        assert [await validity(hub, number) for number in "23"] == ["4", "4"]


@pytest.mark.parametrize("path", ["/v1/registrations", "/v1/eligibility-checks"])
@pytest.mark.parametrize(
    ("content_type", "taken"),
    [
        ("application/json", True),
        ("Application/JSON; charset=UTF-8", True),
        ("application/json;charset=utf-8", True),
        ("text/csv", False),
        ("text/plain", False),
        ("application/x-www-form-urlencoded", False),
        ("application/xml", False),
        ("application/jsonl", False),
        ("multipart/form-data; boundary=x", False),
    ],
)
async def test_what_says_it_is_not_json_is_not_read(
    tmp_path: Path, path: str, content_type: str, taken: bool
) -> None:
    async with a_hub(tmp_path / "store", tmp_path) as hub:
        client = "operator" if path == "/v1/registrations" else "clinic"
        body = {"rows": [a_row()]} if client == "operator" else a_question_about_nobody()

        answer = await hub.post(path, body, client, **{**KEY, "Content-Type": content_type})

        assert (answer.status_code, problem_in(answer)) == ((200, "") if taken else (415, "hub.content-type"))


def a_question_about_nobody() -> dict[str, object]:
    return {"by": "number", "insurer_number": "01130012", "number": "1", "birthdate": "1980-01-01"}


MOST = 4 * 1024 * 1024


@pytest.mark.parametrize(
    ("path", "client", "content_type"),
    [
        ("/v1/registrations", "operator", "application/json"),
        ("/v1/eligibility-checks", "clinic", "application/json"),
        ("/oqs/search", "clinic", "application/xml"),
        ("/oauth/token", "clinic", "application/x-www-form-urlencoded"),
        ("/oqs/auth", "clinic", "application/json"),
    ],
)
@pytest.mark.parametrize("streamed", [False, True], ids=["with its length", "without its length"])
async def test_a_body_beyond_four_mebibytes_is_not_read(
    tmp_path: Path, path: str, client: str, content_type: str, streamed: bool
) -> None:
    async with a_hub(tmp_path / "store", tmp_path) as hub:
        token = await hub.token(client)
        taken = 0

        async def parts() -> AsyncIterator[bytes]:
            nonlocal taken
            for _ in range(200):
                taken += 65536
                yield b" " * 65536

        answer = await hub.http.post(
            path,
            content=parts() if streamed else b" " * (MOST + 1),
            headers={"Authorization": f"Bearer {token}", "Content-Type": content_type, **KEY},
        )

        told = "oqs.too-large" if path == "/oqs/search" else "hub.body-too-large"
        assert (answer.status_code, problem_in(answer)) == (413, told)
        assert taken <= MOST + 2 * 65536


async def test_a_body_of_four_mebibytes_is_read(tmp_path: Path) -> None:
    async with a_hub(tmp_path / "store", tmp_path) as hub:
        body = msgspec.json.encode({"rows": [a_row()]})

        answer = await hub.post("/v1/registrations", body + b" " * (MOST - len(body)), "operator", **KEY)

        assert answer.json()["registered"] == 1
