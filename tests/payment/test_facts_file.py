"""facts.yaml: read strictly, each fault told with its file, line, key and how to mend it."""

from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kaihoken.payment.fees import Facility, Fact, Kind, read_facility
from kaihoken.problems import Problem

FILE = """\
kind: medical
name: 架空みなとクリニック
facts:
  online-claims: true
  e-prescription: 2026-06-01
  web: false
usage_rates:
  2026-03: 41.5
"""


def test_a_file_says_what_a_facility_has():
    facility = read_facility(FILE.encode(), "facts.yaml")

    assert (facility.kind, facility.name, facility.usage_rates) == (
        Kind.MEDICAL,
        "架空みなとクリニック",
        {"2026-03": 41.5},
    )
    assert [
        facility.said(fact, date(2026, 5, 31))
        for fact in (Fact.ONLINE_CLAIMS, Fact.E_PRESCRIPTION, Fact.WEB, Fact.POSTING)
    ] == [True, False, False, None]


@pytest.mark.parametrize(
    ("wrong", "where"),
    [
        (FILE.replace("web:", "webb:"), "facts.yaml:6 facts.webb"),
        (FILE.replace("web: false", "web: maybe"), "facts.yaml:6 facts.web"),
        (FILE.replace("medical", "hospital"), "facts.yaml:1 kind"),
        (FILE.replace("41.5", "141.5"), "facts.yaml:8 usage_rates.2026-03"),
        (FILE.replace("41.5", "much"), "facts.yaml:7 usage_rates[...]"),
        (FILE.replace("2026-03", "2026-13"), "facts.yaml:8 usage_rates.2026-13"),
        (FILE.replace("kind: medical\n", ""), "facts.yaml:1"),
        (FILE + "rooms: 19\n", "facts.yaml:9 rooms"),
    ],
)
def test_what_does_not_fit_is_named_by_line_and_key(wrong, where):
    with pytest.raises(Problem) as found:
        read_facility(wrong.encode(), "facts.yaml")

    assert found.value.code == "payment.facts-invalid"
    assert found.value.where == where
    assert "facts.yaml" in found.value.title("ja")
    assert "--template" in found.value.mend("en")


@pytest.mark.parametrize("wrong", [b"kind: [", b"kind: medical\nkind: dental\n", b"\xff\xfe", b"- medical\n"])
def test_what_is_no_yaml_is_told_with_its_line(wrong):
    with pytest.raises(Problem) as found:
        read_facility(wrong, "facts.yaml")

    assert found.value.code == "payment.facts-unreadable"
    assert found.value.where.startswith("facts.yaml:")


words = st.sampled_from(
    ["kind", "facts", "web", "medical", "usage_rates", "2026-03", "true", "41.5", "children", "null"]
)
marks = st.sampled_from(
    [": ", "\n", "\n  ", "- ", "{", "}", "[", "&a ", "*a", "!!x ", "'", "#", "\t", "2026-02-30", "é"]
)


@given(st.lists(words | marks, max_size=20).map("".join).map(str.encode) | st.binary(max_size=40))
@example(b"kind: medical\nusage_rates: {2026-03: .nan}")
@example(b"kind: medical\nfacts: {web: 2026-02-30}")
@example(b"kind: medical\nname: &a [*a]")
def test_whatever_a_file_holds_is_a_facility_or_a_problem(content):
    told: Facility | Problem
    try:
        told = read_facility(content, "facts.yaml")
    except Problem as problem:
        told = problem

    if isinstance(told, Problem):
        assert told.code in ("payment.facts-invalid", "payment.facts-unreadable")
        assert told.title("ja") != told.title("en")
    else:
        assert all(0 <= rate <= 100 for rate in told.usage_rates.values())
