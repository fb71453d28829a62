"""How each state of a coverage stands on the list and on the page of its visit, from real answers of a hub."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from kaihoken.people import ReferenceAsk, sandbox_cases

from ..hub.hub import NOW, a_hub
from .desks import Counter, a_desk
from .sandbox import asked, register_sandbox

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def counter(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Counter]:
    folder: Path = tmp_path_factory.mktemp("states")
    async with a_hub(folder / "store", folder) as hub, a_desk(folder / "desk", hub) as desk:
        await register_sandbox(hub)
        await desk.sign_in()
        yield desk


@pytest.mark.parametrize(
    ("case", "look", "says"),
    [
        ("valid", "valid", "有効 3割"),
        ("child-subsidy", "valid", "＋公費"),
        ("special-expense", "special", "有効（特別療養費）"),
        ("pending", "pending", "手続中 3割"),
        ("welfare-unregistered", "pending", "有効（未登録）"),
        ("left-job", "clarify", "要確認"),
        ("old-number", "clarify", "要確認"),
        ("typo", "clarify", "要確認"),
        ("twins", "clarify", "要確認"),
        ("suspended", "clarify", "要確認"),
        ("external-character", "valid", "有効 3割"),
    ],
)
async def test_each_state_is_a_word_a_sign_and_a_colour(
    counter: Counter, case: str, look: str, says: str
) -> None:
    visit = await asked(counter, case)

    listed = await counter.http.get("/list")
    page = await counter.http.get(f"/visit/{visit.visit}")

    line = listed.text.split(f'href="/visit/{visit.visit}"')[1].split("</a>")[0]
    assert f'class="state state-{look}"' in line
    assert "<svg" in line
    assert says in line
    assert f"verdict-{look}" in page.text


async def test_a_coverage_that_is_not_valid_shows_the_official_word_the_steps_and_the_lawful_share(
    counter: Counter,
) -> None:
    visit = await asked(counter, "left-job")

    page = (await counter.http.get(f"/visit/{visit.visit}")).text

    assert visit.last is not None
    assert '<span class="official">無効</span>' in page
    assert all(step.text in page for step in visit.last.answer.steps)
    assert "確認できないだけで10割にはしません" in page
    assert "<b>3割</b>" in page
    assert "確認がすむとここに出ます" in page


async def test_an_unknown_share_says_that_it_is_not_known(counter: Counter) -> None:
    visit = await asked(counter, "card-not-linked")

    page = (await counter.http.get(f"/visit/{visit.visit}")).text

    assert visit.last is not None
    assert visit.last.answer.share.kind == "unknown"
    assert "まだわかりません" in page
    assert "10割にはしません" in page


async def test_a_name_with_a_mark_for_a_character_is_shown_with_its_reading_and_is_no_difference(
    counter: Counter,
) -> None:
    patient = counter.patient("00156", name="山﨑　奈々", kana="ﾔﾏｻﾞｷ ﾅﾅ")
    visit = await asked(counter, "external-character", counter.arrived(patient))

    page = (await counter.http.get(f"/visit/{visit.visit}")).text

    assert "山●　奈々" in page
    assert "有効" in page
    assert "カルテと今日の回答: 違いがあります" not in page


async def test_the_line_to_copy_has_share_band_code_and_add_on(counter: Counter) -> None:
    limit = (await counter.http.get(f"/visit/{(await asked(counter, 'limit-third')).visit}")).text
    disease = (await counter.http.get(f"/visit/{(await asked(counter, 'dialysis')).visit}")).text

    line = limit.split('id="to-copy"')[1].split("</p>")[0]
    assert "窓口負担 <b>3割</b>" in line
    assert "特記事項 <b>28区ウ</b>" in line
    assert "自院分のみ判明（該当なら 33多ウ）" in line
    assert "電子的診療情報連携体制整備加算 <b>今月まだ" in line
    assert "02長" in disease.split('id="to-copy"')[1].split("</p>")[0]


async def test_the_page_of_every_case_stands_and_asks_nobody_for_the_whole_bill(counter: Counter) -> None:
    cases = [
        case
        for case in sandbox_cases(NOW.date())
        if case.rehearsal is None and not isinstance(case.ask, ReferenceAsk)
    ]
    for case in cases:
        visit = await asked(counter, case.key)
        page = await counter.http.get(f"/visit/{visit.visit}")
        assert page.status_code == 200, case.key
        assert "10割で" not in page.text, case.key
