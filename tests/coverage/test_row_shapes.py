"""A row whose shape is wrong is refused at the field, without a word of what was sent."""

from typing import Any

import msgspec
import pytest

from kaihoken.coverage.registration.rows import read_row
from kaihoken.problems import Problem

from .a_row import COVERAGE, read, refused


@pytest.mark.parametrize(
    "raw",
    [
        b'{"kind":"coverage","link":"\xff"}',
        b'{"kind":"coverage","link":"\\ud800"}',
        b'{"kind":"coverage","link":}',
        b"[1]",
        b"null",
    ],
)
def test_what_is_no_row_is_refused_in_words(raw: bytes) -> None:
    """What carries the rows only skips over them, so their bytes are looked at here first."""
    with pytest.raises(Problem) as caught:
        read_row(msgspec.Raw(raw), "rows[3]")

    assert caught.value.code == "coverage.row-shape"
    assert caught.value.where.startswith("rows[3]")


@pytest.mark.parametrize("missing", ["kind", "link", "insurer_number", "number", "birthdate", "acquired"])
def test_a_field_that_is_missing_is_named(missing: str) -> None:
    row = {name: value for name, value in COVERAGE.items() if name != missing}

    assert refused(row) == ("coverage.row-shape", f"rows[0].{missing}")


@pytest.mark.parametrize(
    "name", ["山田太郎", "taro yamada", "a9001061", "9001061", "x" * 41, "", "a` - at `$.山田", "a`b"]
)
def test_an_unknown_field_whose_name_could_be_anything_is_not_named(name: str) -> None:
    with pytest.raises(Problem) as caught:
        read(COVERAGE | {name: 1})

    assert caught.value.where == "rows[0].?"
    assert caught.value.facts["reason"] == "Object contains unknown field"


@pytest.mark.parametrize(
    "changed",
    [{"sex": 19800101}, {"山田太郎": 1}, {"match": "山田太郎"}, {"kind": "山田太郎"}, {"lost": "山田太郎"}],
)
def test_the_reason_does_not_quote_what_was_sent(changed: dict[str, Any]) -> None:
    with pytest.raises(Problem) as caught:
        read(COVERAGE | changed)

    said = str(caught.value.as_rfc9457())
    assert "19800101" not in said
    assert "山田" not in said


def test_a_field_that_stands_twice_is_refused() -> None:
    raw = msgspec.json.encode(COVERAGE)[:-1] + b',"number":"57"}'
    with pytest.raises(Problem) as caught:
        read_row(msgspec.Raw(raw), "rows[0]")

    assert (caught.value.code, caught.value.where) == ("coverage.row-repeated", "rows[0].number")


def test_the_reason_names_our_own_fields() -> None:
    with pytest.raises(Problem) as caught:
        read({"kind": "subsidy", "link": "k-1"})

    assert caught.value.facts["reason"] == "Object missing required field `payer_number`"


@pytest.mark.parametrize(
    ("part", "field", "content"),
    [
        (
            "limits",
            "[0].longterm",
            [
                {
                    "classification": "01",
                    "category": "A03",
                    "valid_from": "2026-08-01",
                    "longterm": "2026-11-01",
                }
            ],
        ),
        ("elderly", ".share", {"valid_from": "2026-08-01", "share_percent": 20, "share": 20}),
        (
            "diseases",
            "[0].limit",
            [{"category": "1", "valid_from": "2026-08-01", "monthly_limit_yen": 10000, "limit": 1}],
        ),
    ],
)
def test_a_mistyped_field_deep_in_a_row_is_refused_and_not_dropped(
    part: str, field: str, content: object
) -> None:
    with pytest.raises(Problem) as raised:
        read_row(msgspec.Raw(msgspec.json.encode(COVERAGE | {part: content})), "rows[0]")
    assert raised.value.code == "coverage.row-shape"
    assert raised.value.where == f"rows[0].{part}{field}"
