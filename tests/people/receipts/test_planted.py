"""Troubles are what they say, their twins and all plain receipts are not, and the truth tells which is which."""

import csv
import sys
from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path
from shutil import copytree

import polars as pl
import pytest

from kaihoken.clock import TOKYO
from kaihoken.people.receipts import (
    FILE_TROUBLES,
    TROUBLES,
    FileTrouble,
    as_parquet,
    cases,
    spoil,
    write_month,
)
from kaihoken.problems import Problem

from .months import an_order, truths
from .reading import Read, loosely
from .wrongs import WRONGS, Held, held

KEYS = [trouble.key for trouble in TROUBLES]

COUNT = 2_400


@pytest.fixture(scope="module")
def month(tmp_path_factory: pytest.TempPathFactory) -> list[Held]:
    folder = tmp_path_factory.mktemp("claims") / "month"
    write_month(an_order(COUNT, seed=2, place="千歳市", troubles=0.9), folder)
    reads: dict[str, list[Read]] = {
        f"{house}/RECEIPTC.UKE": loosely(folder / house / "RECEIPTC.UKE") for house in ("shaho", "kokuho")
    }
    return held(folder, reads, truths(folder))


def test_every_trouble_has_a_key_of_its_own_and_is_known_to_this_test() -> None:
    assert len(set(KEYS)) == len(KEYS)
    assert set(WRONGS) == set(KEYS)


def test_every_trouble_stands_in_the_docs() -> None:
    page = Path("docs/people-claims.md").read_text(encoding="utf-8")

    assert [key for key in (*KEYS, *(one.key for one in FILE_TROUBLES)) if f"| `{key}` |" not in page] == []


def test_every_trouble_is_what_it_says_and_no_twin_nor_plain_receipt_is(month: list[Held]) -> None:
    planted = Counter(one.truth.trouble for one in month)
    twins = Counter(one.truth.twin for one in month)
    absent = [
        (one.truth.trouble, one.truth)
        for one in month
        if one.truth.trouble and not WRONGS[one.truth.trouble](one)
    ]
    lawful = [one for one in month if not one.truth.trouble]
    wrong = [(key, one.truth) for one in lawful for key, wrong in WRONGS.items() if wrong(one)]

    assert ([key for key in KEYS if not planted[key]], [key for key in KEYS if not twins[key]]) == ([], [])
    assert absent == []
    assert wrong == []


def test_a_file_with_troubles_is_otherwise_a_file(tmp_path: Path) -> None:
    write_month(an_order(300, troubles=0.5), tmp_path / "out")
    path = tmp_path / "out/shaho/RECEIPTC.UKE"
    receipts = loosely(path)
    last = path.read_bytes().removesuffix(b"\r\n\x1a").rsplit(b"\r\n", 1)[1].split(b",")

    assert path.read_bytes().endswith(b"\r\n\x1a")
    assert int(last[1]) == sum(len(receipt.payers) for receipt in receipts)
    assert int(last[2]) == sum(int(receipt.payers[0][5] or 0) for receipt in receipts if receipt.payers)


def test_a_plain_month_is_the_one_with_troubles_before_they_came(tmp_path: Path) -> None:
    write_month(an_order(200), tmp_path / "plain")
    write_month(an_order(200, troubles=0.3), tmp_path / "planted")

    plain, planted = (truths(tmp_path / name) for name in ("plain", "planted"))
    assert [one.person for one in plain] == [one.person for one in planted]
    assert {one.trouble for one in plain} == {""}
    touched = [one for one in planted if one.trouble or one.twin]
    assert 30 < len(touched) < 90


def test_the_planting_is_the_same_every_time(tmp_path: Path) -> None:
    for name in ("one", "two"):
        write_month(an_order(150, troubles=0.6), tmp_path / name)

    for path in sorted((tmp_path / "one").rglob("*.*")):
        assert path.read_bytes() == (tmp_path / "two" / path.relative_to(tmp_path / "one")).read_bytes()


def test_the_table_shows_a_late_word_as_two_versions(tmp_path: Path) -> None:
    order = an_order(4_000, troubles=0.5)
    case = next(case for case, trouble, _ in cases(order) if trouble == "change-told-late")
    open_still, closed, following = case.register[-3:]

    assert open_still.until_day is None
    assert open_still.superseded_at == closed.recorded_at == following.recorded_at
    assert closed.until_day == following.from_day
    assert closed.recorded_at.date() > date(2026, 10, 31)
    assert (case.eligibility, case.at_claim) == ("switch", "as-written")


@pytest.mark.parametrize("share", [-0.1, 1.1])
def test_a_share_that_is_none_is_refused(share: float) -> None:
    with pytest.raises(Problem, match=r"people\.claims-troubles"):
        an_order(troubles=share)


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("claims") / "plain"
    write_month(an_order(30), folder)
    return folder


SPOILT: dict[str, Callable[[bytes, bytes], bool]] = {
    "file-points-off": lambda old, new: int(last(new)[2]) == int(last(old)[2]) + 1,
    "file-count-off": lambda old, new: int(last(new)[1]) == int(last(old)[1]) + 1,
    "file-cut-short": lambda old, new: old.startswith(new) and b"GO," not in new,
    "file-without-an-end": lambda old, new: b"\r\nGO," not in new and old.startswith(new[:-1]),
    "file-without-a-head": lambda old, new: new.startswith(b"RE,1,") and old.endswith(new),
    "file-with-two-heads": lambda _, new: new.count(b"IR,1,19") == 2,
    "file-of-no-house": lambda old, new: new[:5] == b"IR,9," and new[5:] == old[5:],
    "two-files-in-one": lambda old, new: new == old + old,
    "file-in-another-encoding": lambda old, new: new.decode("utf-8") == old.decode("cp932"),
    "file-that-goes-on": lambda old, new: last(new) == [*last(old)[:3], b"01"],
    "file-with-plain-line-ends": lambda old, new: b"\r" not in new and new.count(b"\n") == old.count(b"\n"),
    "file-without-the-mark": lambda old, new: new == old[:-1],
}


def last(raw: bytes) -> list[bytes]:
    return raw.split(b"\r\n")[-2].split(b",")


@pytest.mark.parametrize("trouble", FILE_TROUBLES, ids=lambda trouble: trouble.key)
def test_a_whole_file_is_spoilt_as_it_says(trouble: FileTrouble, plain: Path, tmp_path: Path) -> None:
    copytree(plain, tmp_path / "out")
    old = (plain / "shaho/RECEIPTC.UKE").read_bytes()

    path = spoil(tmp_path / "out", trouble.key)

    told = truths(tmp_path / "out")[-1]
    assert SPOILT[trouble.key](old, path.read_bytes())
    assert (told.receipt, told.trouble, told.twin) == (
        (0, "", trouble.key) if trouble.lawful else (0, trouble.key, "")
    )


def test_a_spoiling_that_is_not_there_is_refused(plain: Path) -> None:
    with pytest.raises(Problem, match=r"people\.claims-spoil"):
        spoil(plain, "no-such-trouble")


def test_the_table_is_the_same_as_parquet(tmp_path: Path) -> None:
    write_month(an_order(600, troubles=0.9), tmp_path / "out")

    table = pl.read_parquet(as_parquet(tmp_path / "out/coverages.csv"))

    with (tmp_path / "out/coverages.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert table.columns == list(rows[0])
    for name in table.columns:
        said = [row[name] for row in rows]
        kind = table.schema[name]
        if kind == pl.Date:
            assert [str(day or "") for day in table[name].to_list()] == said
        elif kind == pl.String:
            assert [text or "" for text in table[name].to_list()] == said
        else:
            assert [at.astimezone(TOKYO).isoformat() if at else "" for at in table[name].to_list()] == said
    assert table["superseded_at"].null_count() < len(rows)


def test_without_polars_the_table_stays_csv(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "polars", None)

    with pytest.raises(Problem, match=r"people\.claims-parquet"):
        as_parquet(tmp_path / "coverages.csv")
