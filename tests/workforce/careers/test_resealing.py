"""A new key: every row sealed anew, on record, the older key destroyed; and what `store check` says of the book."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from kaihoken import cli
from kaihoken.problems import Problem
from kaihoken.store import Finding, Statement, Write
from kaihoken.workforce.careers import CareerBook, CareerKeys, Resealed, check_book, reseal, resealing
from kaihoken.workforce.careers.checking import check_careers

from .desk import CLOCK, COORDINATOR, REASON, a_career, a_desk, a_question


async def test_under_a_new_key_every_version_is_sealed_anew_and_the_older_key_is_destroyed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resealing, "_OLDER", _of_two(resealing._OLDER))
    async with a_desk(tmp_path) as desk:
        first = await desk.book.keep(COORDINATOR, a_career())
        second = await desk.book.keep(COORDINATOR, first)
        other = await desk.book.keep(COORDINATOR, a_career("別の人"))
        backup = shutil.copytree(tmp_path / "keys", tmp_path / "old-keys")
        before = await desk.store.fetch(a_question("SELECT sealed FROM career ORDER BY participant, version"))

        done = await reseal(desk.store, desk.committer, tmp_path / "keys", CLOCK, "command")

        assert done == Resealed(2, 3, (1,))
        assert [path.name for path in (tmp_path / "keys").glob("careers-*")] == ["careers-2.json"]
        after = await desk.store.fetch(a_question("SELECT sealed FROM career ORDER BY participant, version"))
        assert not {row[0] for row in before} & {row[0] for row in after}
        book = CareerBook(desk.store, desk.committer, CareerKeys.open(tmp_path / "keys"))
        assert set(await book.open_named(COORDINATOR, REASON)) == {second, other}
        with pytest.raises(Problem, match=r"workforce\.career-key"):
            await CareerBook(desk.store, desk.committer, CareerKeys.open(backup)).open_named(
                COORDINATOR, REASON
            )
        assert await check_book(desk.store) == ()
        assert [kind for kind, _ in await desk.records()].count("careers.resealed") == 3
        assert (await reseal(desk.store, desk.committer, tmp_path / "keys", CLOCK, "command")).version == 3


async def test_a_new_key_that_was_interrupted_goes_on_and_the_older_one_stays_while_rows_need_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with a_desk(tmp_path) as desk:
        kept = await desk.book.keep(COORDINATOR, a_career())
        real = desk.committer.commit

        async def fails(*_: object) -> None:
            raise Problem("store.failed")

        monkeypatch.setattr(desk.committer, "commit", fails)
        with pytest.raises(Problem, match=r"store\.failed"):
            await reseal(desk.store, desk.committer, tmp_path / "keys", CLOCK, "command")
        assert CareerKeys.open(tmp_path / "keys").versions == (1, 2)
        monkeypatch.setattr(resealing, "_OLDER", a_question("SELECT 1, 1, 1, 1 WHERE ?1 = 0"))
        with pytest.raises(Problem) as left:
            await reseal(desk.store, desk.committer, tmp_path / "keys", CLOCK, "command")
        assert (left.value.code, left.value.facts) == ("workforce.career-rows-left", {"rows": 1})
        monkeypatch.undo()
        monkeypatch.setattr(desk.committer, "commit", real)

        done = await reseal(desk.store, desk.committer, tmp_path / "keys", CLOCK, "command")

        assert done == Resealed(2, 1, (1,))
        book = CareerBook(desk.store, desk.committer, CareerKeys.open(tmp_path / "keys"))
        assert await book.open_named(COORDINATOR, REASON) == (kept,)


async def test_store_check_tells_what_is_wrong_with_the_book_in_words(tmp_path: Path) -> None:
    async with a_desk(tmp_path) as desk:
        kept = await desk.book.keep(COORDINATOR, a_career())
        await desk.store.transaction([Write(a_question("UPDATE career SET version = 2"), [()])])

        told = [one async for one in check_careers(desk.store)]

        assert [(one.check, one.where) for one in told if isinstance(one, Finding)] == [
            ("careers", f"{kept.participant} 1"),
            ("careers", f"{kept.participant} 2"),
        ]
        assert "kaihoken.workforce.careers.checking" in next(
            noun.rooms for noun in cli.NOUNS if noun.name == "store"
        )


def test_the_book_can_be_checked_without_the_libraries_of_planning() -> None:
    asked = (
        "import sys; sys.modules.update(dict.fromkeys(('numpy', 'polars', 'scipy', 'numba', 'icalendar')));"
        "import kaihoken.workforce.careers.checking"
    )

    assert subprocess.run([sys.executable, "-c", asked], check=False).returncode == 0


def _of_two(older: Statement) -> Statement:
    """The same in slices of two."""
    return Statement(
        older.name, older.sqlite.replace(f"LIMIT {resealing.SLICE}", "LIMIT 2"), older.postgresql
    )
