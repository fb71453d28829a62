"""カードの忘れ物: a card that was found, until somebody has it who may."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from kaihoken.desk.foundcards import FOUND_CARD, CardKind, FoundCard, Place, Standing
from kaihoken.desk.reader import Stage

from ..hub.hub import Hub, a_hub
from ..stepping import check_edges
from .desks import Counter, a_covered_patient, a_desk
from .reader.readers import a_card, a_reader

LIST = "/found-cards"
WAITING = {"kind": "my-number", "place": "waiting-room", "finder": "patient"}


@pytest_asyncio.fixture
async def hub(tmp_path: Path) -> AsyncIterator[Hub]:
    async with a_hub(tmp_path / "store", tmp_path) as hub:
        yield hub


@pytest_asyncio.fixture
async def counter(hub: Hub, tmp_path: Path) -> AsyncIterator[Counter]:
    async with a_desk(tmp_path / "desk", hub) as desk:
        await desk.sign_in()
        yield desk


async def found(counter: Counter, **form: str) -> FoundCard:
    """A card that a patient found in the waiting room."""
    answer = await counter.post(LIST, **{**WAITING, **form})
    assert answer.status_code == 303, answer.text
    return counter.desk.found_cards.get(answer.headers["location"].rpartition("/")[2])


def test_the_table_has_these_edges() -> None:
    rows = {
        "found": {"told": "told", "stopped": "found", "corrected": "found"},
        "told": {"told": "told", "stopped": "told", "corrected": "told"},
    }
    ends = {"handed-back": "handed-back", "handed-over": "handed-over"}
    check_edges(
        FOUND_CARD,
        {(state, by): to for state, row in rows.items() for by, to in {**row, **ends}.items()},
    )


async def test_a_card_stays_on_the_list_until_its_owner_has_it(counter: Counter) -> None:
    visit = counter.arrived(a_covered_patient(counter, phone="090-0000-0000"))
    card = await found(counter, visit=visit.visit, note="いすの下")
    page = f"{LIST}/{card.card}"

    assert "いすの下" in (await counter.http.get(LIST)).text
    assert "預かっているカード 1" in (await counter.http.get("/")).text
    shown = (await counter.http.get(page)).text
    assert "山田　太郎 さんのカード" in shown
    assert "090-0000-0000" in shown
    assert "0120-95-0178" in shown
    await counter.post(f"{page}/told", note="電話した")
    await counter.post(f"{page}/stopped")
    unchosen = await counter.post(f"{page}/back", to="owner")
    stranger = await counter.post(f"{page}/back", to="police", confirmed="photo")
    assert (unchosen.status_code, stranger.status_code) == (422, 422)
    assert len(counter.desk.found_cards.open()) == 1
    await counter.post(f"{page}/back", to="owner", confirmed="photo")

    assert counter.desk.found_cards.open() == []
    assert "預かっているカード" not in (await counter.http.get("/")).text
    settled = (await counter.http.get(page)).text
    for word in ("電話した", "カードを止める電話をした", "本人（カードの顔写真と本人を見比べた）", "受付A"):
        assert word in settled
    assert (await counter.post(f"{page}/over", to="police")).status_code == 409


async def test_a_card_of_nobody_known_goes_to_the_police_and_is_forgotten_in_time(
    hub: Hub, tmp_path: Path
) -> None:
    async with a_desk(tmp_path / "desk", hub) as counter:
        await counter.sign_in()
        gone, here = await found(counter, kind="clinic"), await found(counter)
        await counter.post(f"{LIST}/{gone.card}/over", to="police", note="架空署")
        assert "カードを止める" not in (await counter.http.get(f"{LIST}/{gone.card}")).text
        counter.days_pass(101)

    async with a_desk(tmp_path / "desk", hub) as counter:
        await counter.sign_in()
        assert [one.card for one in counter.desk.found_cards.open()] == [here.card]
        assert (await counter.http.get(f"{LIST}/{gone.card}")).status_code == 404


async def test_no_number_of_a_card_is_kept(counter: Counter) -> None:
    for note in ("1234 5678 9012", "番号は123456789012です", "１２３４５６７８９０１２"):
        assert (await counter.post(LIST, **WAITING, note=note)).status_code == 422
    card = await found(counter, note="電話 090-0000-0000")
    refused = await counter.post(f"{LIST}/{card.card}/told", note="123456789012")

    assert refused.status_code == 422
    assert counter.desk.found_cards.get(card.card).steps == ()
    unchosen = await counter.post(LIST, kind="my-number", place="reader")
    assert unchosen.status_code == 422


async def test_a_card_left_at_the_reader_is_entered_by_one_press(tmp_path: Path) -> None:
    async with a_reader(tmp_path) as desk:
        counter = desk.counter
        await counter.sign_in()
        a_covered_patient(counter)
        assert (await counter.post(f"{LIST}/left")).status_code == 409
        await desk.confirmed(a_card())
        await desk.quiet(Stage.LEFT_BEHIND)
        assert 'data-key="l"' in (await counter.http.get("/")).text
        first, again = await counter.post(f"{LIST}/left"), await counter.post(f"{LIST}/left")
        assert first.headers["location"] == again.headers["location"]
        await desk.take()
        assert 'data-key="l"' not in (await counter.http.get("/")).text
        (card,) = counter.desk.found_cards.open()
        (visit,) = desk.visits

    assert (card.kind, card.place, card.visit) == (CardKind.MY_NUMBER, Place.READER, visit.visit)
    assert card.standing is Standing.FOUND


async def test_the_kind_of_a_card_is_corrected_and_what_it_was_taken_for_stays(counter: Counter) -> None:
    card = await found(counter, kind="other")
    page = f"{LIST}/{card.card}"
    assert "0120-95-0178" not in (await counter.http.get(page)).text

    await counter.post(f"{page}/told")
    await counter.post(f"{page}/kind", kind="my-number")
    await counter.post(f"{page}/kind", kind="my-number")  # pressed twice

    now = counter.desk.found_cards.get(card.card)
    assert (now.kind, now.standing) == (CardKind.MY_NUMBER, Standing.TOLD)
    assert [one.happening for one in now.steps] == ["told", "corrected"]
    shown = (await counter.http.get(page)).text
    assert "そのほか・わからない → マイナンバーカード" in shown
    assert "0120-95-0178" in shown
    assert (await counter.post(f"{page}/kind", kind="ticket")).status_code == 422
    await counter.post(f"{page}/over", to="police")
    assert (await counter.post(f"{page}/kind", kind="clinic")).status_code == 409


async def test_the_sheet_for_who_lost_a_card_is_at_hand(counter: Counter) -> None:
    assert "/lost-card.pdf" in (await counter.http.get(LIST)).text
    assert (await counter.http.get("/lost-card.pdf")).content.startswith(b"%PDF-")
