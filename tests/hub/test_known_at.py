"""What was known at an instant, and what has not changed since an earlier answer: both asked over HTTP."""

from base64 import b64decode
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from kaihoken.clock import FixedClock

from .hub import NOW, Hub, a_hub, a_row, problem_in

HOUR = timedelta(hours=1)
ENDED = {"lost": "2026-10-01", "loss_reason": "03"}


def later(hub: Hub, passed: timedelta = HOUR) -> None:
    assert isinstance(hub.clock, FixedClock)
    hub.clock.at += passed
    hub._tokens.clear()
    hub.ticks.pass_seconds(passed.total_seconds())


async def situation(hub: Hub, known_at: object = None, **more: object) -> str:
    asked = {**more, **({"known_at": str(known_at)} if known_at else {})}
    answer = await hub.ask(**asked)
    assert answer.status_code == 200, answer.text
    told: str = answer.json()["answer"]["situation"]
    return told


async def test_before_and_after_a_correction(location: str | Path, tmp_path: Path) -> None:
    async with a_hub(location, tmp_path) as hub:
        later(hub)
        await hub.register(a_row(), key="first")
        registered = hub.clock.now()
        later(hub)
        await hub.register(a_row(**ENDED), key="correction")
        corrected = hub.clock.now()
        later(hub)

        assert await situation(hub) == "ended"
        assert await situation(hub, on="2026-09-30") == "valid", "what was valid when is another question"
        assert await situation(hub, hub.clock.now().isoformat()) == "ended"
        assert await situation(hub, corrected.isoformat()) == "ended", "from the commit on"
        assert await situation(hub, (corrected - timedelta(milliseconds=1)).isoformat()) == "valid"
        assert await situation(hub, registered.isoformat()) == "valid"
        assert await situation(hub, (registered - timedelta(milliseconds=1)).isoformat()) == "not-found"
        assert await situation(hub, "2001-01-01T00:00:00Z") == "not-found", (
            "before the log began nothing was known"
        )
        assert await situation(hub, "2026-11-20T11:15:00+09:00") == "valid", "an instant in any zone"

        first = (await hub.ask(known_at=registered.isoformat())).json()
        now = (await hub.ask()).json()
        assert first["facts_known_at"] < now["facts_known_at"]
        assert (
            msgspec.json.decode(b64decode(first["receipt"]["body"]))["facts_known_at"]
            == first["facts_known_at"]
        )


async def test_a_wrong_link_taken_back_opens_nobodys_past(location: str | Path, tmp_path: Path) -> None:
    async with a_hub(location, tmp_path) as hub:
        await hub.register(a_row(), key="first")
        linked = hub.clock.now()
        later(hub)
        await hub.register(a_row(withdrawn=True), key="taken back")
        later(hub)

        then = (await hub.ask(known_at=linked.isoformat())).json()["answer"]

        assert (then["situation"], then.get("results", [])) == ("valid", []), "told in words, shown to nobody"
        assert await situation(hub) == "not-found"


@pytest.mark.parametrize(
    ("known_at", "problem"),
    [
        ("2026-11-20T03:00:00Z", "coverage.not-known-yet"),
        ("2099-01-01T00:00:00Z", "coverage.not-known-yet"),
        ("2026-11-20T00:00:00", "coverage.request-shape"),
        ("2026-11-20", "identity.date"),
        ("yesterday", "identity.date"),
        (1_700_000_000, "coverage.request-shape"),
    ],
)
async def test_an_instant_that_is_not_past_is_refused(tmp_path: Path, known_at: object, problem: str) -> None:
    async with a_hub(tmp_path / "store", tmp_path) as hub:
        answer = await hub.ask(known_at=known_at)

        assert problem_in(answer) == problem
        assert answer.status_code == (422 if problem == "identity.date" else 400)
        assert answer.json()["where"] == "known_at"


async def test_what_has_not_changed_is_not_sent_again_but_put_on_record(
    location: str | Path, tmp_path: Path
) -> None:
    async with a_hub(location, tmp_path) as hub:
        await hub.register(a_row(), key="first")
        first = (await hub.ask()).json()
        later(hub)

        again = await hub.ask(if_unchanged=first["answer_hash"])

        told = again.json()
        assert told["unchanged"] is True
        assert "answer" not in told
        assert "山田" not in again.text
        assert told["answer_hash"] == first["answer_hash"]
        assert told["answered_at"] > first["answered_at"]
        record = msgspec.json.decode(b64decode(told["receipt"]["body"]))
        assert (record["answer_hash"], record["situation"]) == (first["answer_hash"], "valid")
        assert told["receipt"]["head"]["size"] > first["receipt"]["head"]["size"]


@pytest.mark.parametrize(
    "change",
    [
        {"language": "en"},
        {"consents": ["limit"]},
        {"on": "2026-11-19"},
        {"chart": {"kana": "ﾔﾏﾀﾞ ｼﾞﾛｳ"}},
        {"if_unchanged": "0" * 64},
        {"if_unchanged": ""},
    ],
)
async def test_another_question_is_answered_in_full(tmp_path: Path, change: dict[str, object]) -> None:
    async with a_hub(tmp_path / "store", tmp_path) as hub:
        await hub.register(a_row(), key="first")
        first = (await hub.ask()).json()

        other = (await hub.ask(**{"if_unchanged": first["answer_hash"], **change})).json()

        assert "unchanged" not in other
        assert other["answer"]["situation"] == "valid"


async def test_what_has_changed_is_answered_in_full(location: str | Path, tmp_path: Path) -> None:
    async with a_hub(location, tmp_path) as hub:
        await hub.register(a_row(), key="first")
        first = (await hub.ask()).json()
        later(hub)
        await hub.register(a_row(**ENDED), key="correction")

        now = (await hub.ask(if_unchanged=first["answer_hash"])).json()

        assert now["answer"]["situation"] == "ended"
        assert now["answer_hash"] != first["answer_hash"]


async def test_the_hash_of_somebody_elses_answer_tells_nothing(tmp_path: Path) -> None:
    """Whether a guess of an answer is right is only told to who may have the answer."""
    async with a_hub(tmp_path / "store", tmp_path) as hub:
        await hub.register(a_row(), key="first")
        seen = (await hub.ask()).json()["answer_hash"]

        nobody = (await hub.ask("other-clinic", birthdate="1990-01-01", if_unchanged=seen)).json()

        assert "unchanged" not in nobody
        assert nobody["answer"]["validity"] == "4"


async def test_midnight_in_tokyo_begins_another_day(tmp_path: Path) -> None:
    before_midnight = FixedClock(NOW.replace(hour=14, minute=59, second=59))
    async with a_hub(tmp_path / "store", tmp_path, clock=before_midnight) as hub:
        await hub.register(a_row(lost="2026-11-21"), key="first")
        assert await situation(hub) == "valid"

        later(hub, timedelta(seconds=1))

        assert await situation(hub) == "ended"
        assert (await hub.ask()).json()["answer"]["on"] == "2026-11-21"
        assert problem_in(await hub.ask(on="2026-11-22")) == "coverage.future"
