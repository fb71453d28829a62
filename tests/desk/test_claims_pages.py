"""The pages of claims: a file is dropped, its month is a picture, what is corrected is ticked, nothing of it stays."""

import json
import logging
from collections.abc import AsyncIterator
from datetime import date, timedelta
from pathlib import Path

import httpx
import pytest
import pytest_asyncio

from kaihoken.desk.claimfiles import LARGEST_FILE, MOST_FINDINGS, ClaimFiles, Corrected

from ..claims.files import a_file, a_receipt, head
from ..hub.hub import a_hub
from .desks import Counter, a_desk

NAME, SYMBOL = "金糸雀　鳴子", "９９８８７７６６"
TROUBLED = a_file(
    a_receipt(1, re={4: NAME}, ho={2: SYMBOL}, without=["SY"]),
    a_receipt(2),
    a_receipt(3, re={13: "5003 ", 3: "202609"}),
)


@pytest_asyncio.fixture
async def counter(tmp_path: Path) -> AsyncIterator[Counter]:
    async with a_hub(tmp_path / "store", tmp_path) as hub, a_desk(tmp_path / "desk", hub) as desk:
        desk.signed_in()
        yield desk


async def upload(counter: Counter, content: bytes) -> httpx.Response:
    files = {"file": (f"{NAME}.UKE", content, "application/octet-stream")}
    return await counter.http.post("/claims", files=files)


async def page_of(counter: Counter, content: bytes) -> str:
    return (await upload(counter, content)).headers["location"]


async def test_a_file_is_seen_as_a_month_with_what_is_at_stake_first(counter: Counter) -> None:
    where = await page_of(counter, TROUBLED)
    page = (await counter.http.get(where)).text
    data = (await counter.http.get(f"{where}/data")).json()

    assert data["received"]["receipts"] == 3
    assert data["at_stake"]["receipts"] == 2
    assert f"{data['at_stake']['yen']:,}円" in page
    assert page.index('id="stake"') < page.index("pile-bar") < page.index('id="work"')
    assert data["work"][0]["receipt"] == "1"
    assert {one["level"] for one in data["work"]} == {"receipt", "return"}
    assert "月遅れ 1件" in page
    assert data["late"][0]["month"] == "2026-09-01"
    assert "請求の締切" in page
    assert NAME in page
    assert where in (await counter.http.get("/claims")).text


async def test_the_work_is_narrowed_ticked_and_printed_without_a_script(counter: Counter) -> None:
    where = await page_of(counter, TROUBLED)

    ticked = await counter.post(f"{where}/done", place="1", done="yes", show="open")
    still = (await counter.http.get(f"{where}?show=open")).text
    done = (await counter.http.get(f"{where}?show=done")).text
    refused = (await counter.http.get(f"{where}?show=receipt&from=x")).text
    by_mend = (await counter.http.get(f"{where}?mend=vendor")).text
    paper = await counter.http.get(f"{where}/slips")
    kept = ClaimFiles(counter.desk.safe, counter.desk.clock)
    (again,) = [kept.ticked(held) for held in counter.desk.claim_files.all()]
    await counter.post(f"{where}/done", place="1", done="no")
    undone = (await counter.http.get(f"{where}/data")).json()

    assert ticked.headers["location"].endswith("?show=open#place-1")
    assert NAME not in still
    assert NAME in done
    assert NAME in refused
    assert NAME not in by_mend
    assert paper.content.startswith(b"%PDF-")
    assert again == {1}
    assert [one["done"] for one in undone["work"]] == [False, False]


async def test_the_file_for_checking_is_shown_before_it_is_saved(counter: Counter) -> None:
    where = await page_of(counter, TROUBLED)

    shown = (await counter.http.get(f"{where}/corrected")).text
    saved = await counter.post(f"{where}/corrected")

    assert "このまま送らないでください" in shown
    assert "<code>5003 </code>" in shown
    assert saved.content == TROUBLED.replace(b"5003 ,", b"5003,")
    assert "%E7%A2%BA%E8%AA%8D%E7%94%A8_" in saved.headers["content-disposition"]


async def test_every_change_of_the_file_for_checking_can_be_saved(counter: Counter) -> None:
    padded = [a_receipt(at, re={13: f"{5000 + at} "}) for at in range(1, 503)]
    where = await page_of(counter, a_file(*padded))
    shown = (await counter.http.get(f"{where}/corrected")).text
    told = await counter.http.get(f"{where}/corrected.txt")
    lawful = (await counter.http.get(f"{await page_of(counter, a_file(a_receipt(1)))}/corrected")).text

    assert "ほか 2か所" in shown
    assert "確認用_RECEIPTC.UKE" in shown
    assert told.text.count("  + 「") == 502
    assert "このまま送らないでください" in told.text
    assert "RECEIPTC.UKE.diff.txt" in told.headers["content-disposition"]
    assert "/corrected.txt" not in lawful


async def test_a_file_that_would_be_refused_says_so_first(counter: Counter) -> None:
    where = await page_of(counter, a_file(a_receipt(1), end=["GO", "9", "419", "99"]))
    page = (await counter.http.get(where)).text

    assert page.index("このままでは受け付けられません") < page.index('id="stake"')


@pytest.mark.parametrize(
    "content", ["買い物のメモ".encode(), b"IR,1,13,1,1234566,,,202611,00,\r\nGO,0,0,99\r\n"]
)
async def test_a_file_without_a_claim_is_never_called_fine(counter: Counter, content: bytes) -> None:
    page = (await counter.http.get(await page_of(counter, content))).text

    assert "レセプトが1件も読めません" in page
    assert "ありません</h1>" not in page
    assert "資格を確かめる" not in page


async def test_files_that_came_joined_are_shown_whole(counter: Counter) -> None:
    joined = TROUBLED.removesuffix(b"\x1a") + a_file(a_receipt(1, re={4: "雲雀　笛子"}, without=["SY"]))
    where = await page_of(counter, joined)
    page = (await counter.http.get(where)).text
    data = (await counter.http.get(f"{where}/data")).json()

    assert (
        data["received"]["receipts"] == data["at_stake"]["receipts"] == 4
    )  # joined files are refused as one
    assert [one["id"] for one in data["file_findings"]] == ["file.several"]
    assert "雲雀　笛子" in page
    assert NAME in page
    assert len({one["place"] for one in data["work"]}) == len(data["work"]) == 3


async def test_each_of_several_joined_files_is_told_of_and_worked_by_itself(counter: Counter) -> None:
    other = a_file(
        a_receipt(1, re={4: "雲雀　笛子"}, without=["SY"]), first=head(house="2", claimed_month="202610")
    )
    where = await page_of(counter, TROUBLED.removesuffix(b"\x1a") + other)
    (held,) = counter.desk.claim_files.all()
    page = (await counter.http.get(where)).text
    first, second = [(await counter.http.get(f"{where}?part={part}")).text for part in (1, 2)]
    ticked = await counter.post(f"{where}/done", place="4", done="yes", part="2")

    assert [(one.house, one.first, one.last) for one in held.joined] == [("1", 1, 3), ("2", 4, 4)]
    assert [one.claimed for one in held.joined] == [date(2026, 11, 1), date(2026, 10, 1)]
    assert [one.at_stake.receipts for one in held.joined] == [2, 1]
    assert "2つのファイルがつながっています" in page
    assert "2026-10</td>" in page
    assert [NAME in one for one in (page, first, second)] == [True, True, False]
    assert ["雲雀　笛子" in one for one in (page, first, second)] == [True, False, True]
    assert ticked.headers["location"].endswith("?part=2#place-4")


async def test_what_the_page_has_no_room_for_stands_in_the_table(counter: Counter) -> None:
    late = [a_receipt(at, re={3: "202609"}) for at in range(1, 204)]
    where = await page_of(counter, a_file(*late) + b"ZZ,1\r\n" * 22)
    page = (await counter.http.get(where)).text
    table = (await counter.http.get(f"{where}/list.csv")).content.decode("utf-8-sig").splitlines()

    assert "月遅れ 203件" in page
    assert "ほか 3件" in page
    assert sum("月遅れ" in line for line in table) == 203
    findings = (await counter.http.get(f"{where}/data")).json()["file_findings"]
    assert f"ほか {len(findings) - 20}件" in page
    assert sum(line.startswith(",,,,,") for line in table) == len(findings) > 20


async def test_a_file_goes_after_the_days_of_correcting_and_when_it_is_taken_away(counter: Counter) -> None:
    where = await page_of(counter, TROUBLED)
    await counter.post(f"{where}/done", place="1", done="yes")
    other = await page_of(counter, a_file(a_receipt(1)))
    await counter.post(f"{other}/drop")

    assert (await counter.http.get(other)).status_code == 404
    counter.days_pass(1)
    assert (await counter.http.get(where)).status_code == 404


async def test_a_tick_is_there_when_the_file_comes_again_until_the_next_claims_are_corrected(
    counter: Counter,
) -> None:
    where = await page_of(counter, TROUBLED)
    await counter.post(f"{where}/done", place="1", done="yes")
    reloaded = (await counter.http.get(f"{where}?show=done")).text
    counter.days_pass(3)
    again = (await counter.http.get(f"{await page_of(counter, TROUBLED)}?show=done")).text
    counter.days_pass(30)
    counter.desk.claim_files.all()

    assert NAME in reloaded
    assert NAME in again
    assert counter.desk.safe.all("claim-corrected", Corrected) == []


async def test_what_to_do_first_stands_before_the_picture(counter: Counter) -> None:
    where = await page_of(counter, TROUBLED)
    before = (await counter.http.get(where)).text
    for place in ("1", "3"):
        await counter.post(f"{where}/done", place=place, done="yes")
    after = (await counter.http.get(where)).text
    fine = (await counter.http.get(await page_of(counter, a_file(a_receipt(1))))).text

    assert before.index("まず、直すレセプト 2件を見る") < before.index("pile-bar")
    assert after.index("ファイルを作り直して点検する") < after.index("pile-bar")
    assert fine.index("つぎに、資格を確かめる") < fine.index("pile-bar")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "選んだファイルの中に何もありません"),
        (b"HI,1,202612,13,1,1234566,,00\r\n", "これは返戻ファイル"),
    ],
)
async def test_a_file_that_is_refused_leaves_the_visitor_on_the_page_of_claims(
    counter: Counter, content: bytes, said: str
) -> None:
    page = (await upload(counter, content)).text

    assert said in page
    assert '<a class="language" href="/claims" aria-current="page">' in page
    assert 'href="/easy/claims"' in page


async def test_where_nothing_was_chosen_that_is_said(counter: Counter) -> None:
    answer = await counter.http.post(
        "/claims",
        content=b'--x\r\nContent-Disposition: form-data; name="file"; filename=""\r\n\r\n\r\n--x--\r\n',
        headers={"Content-Type": "multipart/form-data; boundary=x"},
    )

    assert "hub.form-missing" in answer.text


async def test_a_finding_of_no_line_names_none(counter: Counter) -> None:
    page = (await counter.http.get(await page_of(counter, TROUBLED[: TROUBLED.index(b"GO,")]))).text

    assert "ファイルが途中で切れています" in page
    assert "（行・項目） 0" not in page


@pytest.mark.parametrize("lines", [LARGEST_FILE // 4, MOST_FINDINGS + 1])
async def test_what_is_too_large_for_a_page_names_the_command(counter: Counter, lines: int) -> None:
    answer = await upload(counter, b"ZZ\r\n" * lines + (b" " if lines * 4 >= LARGEST_FILE else b""))

    assert answer.status_code == 413
    assert "kaihoken claims check" in answer.text
    assert counter.desk.claim_files.all() == []


async def test_who_is_not_signed_in_and_what_is_not_there_is_refused(counter: Counter) -> None:
    where = await page_of(counter, TROUBLED)
    assert (await counter.post(f"{where}/done", place="2", done="yes")).status_code == 404
    assert (await counter.post(f"{where}/done", place="x", done="yes")).status_code == 422
    counter.http.cookies.clear()
    assert (await counter.http.get(where)).headers["location"] == "/sign-in"
    assert (await counter.http.get(f"{where}/data", headers={"Accept": "*/*"})).status_code == 401


async def test_nothing_of_a_file_reaches_a_log_an_address_or_the_disk(
    counter: Counter, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    with caplog.at_level(logging.DEBUG):
        where = await page_of(counter, TROUBLED)
        ticked = await counter.post(f"{where}/done", place="1", done="yes")
        await counter.http.get(f"{where}/slips")
        await counter.post(f"{where}/corrected")
    disk = b"".join(file.read_bytes() for file in (tmp_path / "desk").rglob("*") if file.is_file())

    said = f"{caplog.text} {where} {ticked.headers['location']}"
    assert caplog.records
    for canary in (NAME, "金糸雀", SYMBOL):
        assert canary not in said
        assert canary.encode() not in disk
        assert canary.encode("cp932") not in disk
    assert json.dumps(counter.wire.sent).count("claims") == 0


async def test_a_month_of_many_receipts_lets_others_be_answered(counter: Counter) -> None:
    work = counter.desk.claim_files.taking(a_file(*(a_receipt(at) for at in range(1, 301))))

    assert sum(1 for _ in work) > 10
    (held,) = counter.desk.claim_files.all()
    assert held.month.received.receipts == 300
    assert len(held.packed) < 60_000


async def test_the_days_say_what_can_still_be_done_and_that_nothing_is_late(counter: Counter) -> None:
    this = counter.desk.clock.today().replace(day=1)
    coming = (this + timedelta(days=31)).replace(day=1)
    told = {}
    for claimed in (coming, this - timedelta(days=1)):
        care = (claimed.replace(day=1) - timedelta(days=1)).strftime("%Y%m")
        file = a_file(a_receipt(1, re={3: care}), first=head(claimed_month=claimed.strftime("%Y%m")))
        told[claimed] = (await counter.http.get(await page_of(counter, file))).text

    assert coming.strftime("%Y-%m") in told[coming]
    assert "請求はこれから" in told[coming]
    assert "請求と訂正の締切は過ぎました" in told[this - timedelta(days=1)]
    assert "月遅れとして次の請求に入れます" in told[this - timedelta(days=1)]
    assert "月遅れのレセプトはありません" in told[coming]


async def test_a_file_without_a_receipt_is_not_fine_in_the_list_of_files(counter: Counter) -> None:
    where = await page_of(counter, a_file())
    listed = (await counter.http.get("/claims")).text

    assert where in listed
    assert "読めません" in listed
    assert "戻りそうなレセプトはありません" not in listed
