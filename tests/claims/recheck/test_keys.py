"""Keys are equal exactly where the canonical forms are, whether SQL reads a text or identity folds it."""

import duckdb
from hypothesis import given, settings
from hypothesis import strategies as st

from kaihoken.claims.recheck.keys import Folded
from kaihoken.claims.recheck.statement import statement
from kaihoken.identity import InsurerNumber, canonical_branch, canonical_number, canonical_symbol
from kaihoken.problems import Problem

TEXTS = st.text(st.sampled_from("0127０１７ 　-ーＡaaあ①\t"), max_size=4) | st.text(
    st.sampled_from("019"), min_size=15, max_size=20
)


def by_sql(macro: str, texts: list[str]) -> list[int | None]:
    database = duckdb.connect()
    for one in statement("keys").split(";\n"):
        database.execute(one)
    asked = f"select {macro}(unnest($texts))"
    return [key for (key,) in database.execute(asked, {"texts": texts}).fetchall()]


def canonical(column: str, text: str) -> str | None:
    """The form in which identity compares, None for what it refuses."""
    fold = {"number": canonical_number, "symbol": canonical_symbol, "branch": canonical_branch}[column]
    try:
        return fold(text) if column != "number" or fold(text) else None
    except Problem:
        return None


@settings(max_examples=8, deadline=None)
@given(
    st.lists(TEXTS, min_size=100, max_size=300, unique=True), st.sampled_from(("number", "symbol", "branch"))
)
def test_two_keys_are_equal_where_identity_finds_the_texts_equal(texts: list[str], column: str) -> None:
    folded = Folded().columns[column]
    keys = [
        folded(text) if key is None else key
        for text, key in zip(texts, by_sql(f"{column}_of", texts), strict=True)
    ]
    by_key = {key: canonical(column, text) for text, key in zip(texts, keys, strict=True)}
    by_form = {canonical(column, text): key for text, key in zip(texts, keys, strict=True)}

    assert [by_key[key] for key in keys] == [canonical(column, text) for text in texts]
    assert [by_form[canonical(column, text)] for text in texts] == keys


@settings(max_examples=4, deadline=None)
@given(st.lists(st.text(st.sampled_from("01４８ 　a"), max_size=9), min_size=100, max_size=300))
def test_insurers_are_read_as_identity_reads_them(texts: list[str]) -> None:
    def read(text: str) -> int | None:
        try:
            return int(InsurerNumber.as_written(text).canonical)
        except Problem:
            return None

    assert by_sql("insurer_of", texts) == [read(text) for text in texts]


def test_what_is_digits_is_never_folded_one_by_one() -> None:
    assert None not in by_sql("number_of", ["056", "５６", " 1 2", "0"])
    assert None not in by_sql("symbol_of", ["", "０７", "1234567"])
    assert by_sql("number_of", ["A1", "", "1-2"]) == [None, None, None]
