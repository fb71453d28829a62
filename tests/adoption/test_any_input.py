"""Whatever is handed in is read, or refused with a problem of this room; nothing else happens."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

from hypothesis import example, given
from hypothesis import strategies as st

from kaihoken.adoption import (
    FacilityKind,
    adoption_sheet,
    check_quote,
    read_facts,
    read_quote,
    sheet_choices,
    sheet_form,
    sheet_view,
)
from kaihoken.adoption.counts import read_counts
from kaihoken.adoption.form import FIELDS
from kaihoken.adoption.rollout import rollout
from kaihoken.problems import Problem

TODAY = date(2026, 11, 22)
YEN = st.one_of(st.integers(-5, 10**12), st.sampled_from(["", "1,000", "1e9", "½", "٣", "nan", "9" * 30]))
CELLS = st.one_of(
    st.text(max_size=8), YEN.map(str), st.sampled_from(["month", "year", "once", "reader", '"', "\r", "\0"])
)
WORDS = st.sampled_from(
    [
        "clinic",
        "hospital",
        "pharmacy",
        "online",
        "paper",
        "fire",
        "2022-05-20",
        "令和5年4月1日",
        "24",
        "15",
        "１５％",
    ]
)


@contextmanager
def nothing_else() -> Iterator[None]:
    """A problem of this room, or none."""
    try:
        yield
    except Problem as problem:
        known = problem.code.startswith(("adoption.", "rules.no_version", "payment.empty", "identity."))
        if not known:
            raise


@given(st.binary(max_size=200), st.sampled_from(["a.csv", "a.yaml"]))
@example(b"name,yen\n\xef\xbb\xbf", "a.csv")
@example(b"lines: [{name: A, yen: 0x10}]", "a.yaml")
@example(b"? [1]\n: 2", "a.yaml")
def test_any_bytes(content: bytes, name: str) -> None:
    for read in (read_quote, read_counts, read_facts):
        with nothing_else():
            assert read(content, name)


@given(st.lists(st.tuples(CELLS, CELLS, CELLS), max_size=6))
def test_any_cells(rows: list[tuple[str, str, str]]) -> None:
    content = "name,yen,per\n" + "\n".join(",".join(row) for row in rows)
    with nothing_else():
        checked = check_quote(read_quote(content.encode(), "a.csv"), FacilityKind.CLINIC, TODAY)
        assert checked.once_yen >= 0


@given(st.lists(st.tuples(st.dates().map(lambda day: f"{day:%Y-%m}"), CELLS, YEN.map(str)), max_size=5))
def test_any_counts(rows: list[tuple[str, str, str]]) -> None:
    content = "month,ready,total\n" + "\n".join(",".join(row) for row in rows)
    with nothing_else():
        found = rollout(read_counts(content.encode(), "a.csv"), 3)
        assert all(0 <= one.low <= one.high <= 1 for one in found.projected)


@given(
    st.dictionaries(
        st.sampled_from(FIELDS), st.one_of(WORDS, CELLS, st.dates().map(str)), max_size=len(FIELDS)
    )
)
@example({"terminal": "0", "live_on": "2100-12-31", "closing_on": "2100-12-31"})
@example({"order_on": "2020-08-07", "as_of": "2100-12-31"})
def test_any_form(texts: dict[str, str]) -> None:
    form = sheet_form({"facility": "clinic", "claims": "online", "terminal": "1000", **texts}, TODAY)

    assert (form.facts is None) == bool(form.faults)
    sheet_choices(form, TODAY, "en")
    if form.facts is not None:
        with nothing_else():
            assert sheet_view(adoption_sheet(form.facts, TODAY), "ja@easy").offers
