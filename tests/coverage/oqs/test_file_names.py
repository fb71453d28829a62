"""Names in the req, res and face folders."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaihoken.coverage.oqs import (
    INTERFACES,
    face_name,
    file_name,
    parse_face_name,
    parse_file_name,
)
from kaihoken.coverage.oqs.file_names import daily_suffix
from kaihoken.problems import Problem

AT = datetime(2026, 9, 29, 7, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("request_name", "result_name"),
    [
        ("OQSsiquc01req_202611200001.xml", "OQSsiquc01res_202611200001.xml"),
        ("OQSsiquc01req_xxxxxxxxxxxx.xml", "OQSsiquc01res_xxxxxxxxxxxx.xml"),
        ("OQSmuquc02req_202611200001.xml", "OQSmuquc02res_202611200001.xml"),
        ("OQSsiimm01req_患者 7_req_.xml", "OQSsiimm01res_患者 7_req_.xml"),
        ("YZKsiquc01req_1.XML", "YZKsiquc01res_1.xml"),
        ("OQSsiupd07req_1.xml", "OQSsiupd07res_1.xml"),
    ],
)
def test_a_result_is_named_after_its_request(request_name: str, result_name: str) -> None:
    assert str(parse_file_name(request_name).result()) == result_name


def test_a_result_may_be_packed_or_for_reading() -> None:
    name = parse_file_name("YZKsiquc01req_1.xml")

    assert str(name.result("zip")) == "YZKsiquc01res_1.zip"
    assert str(name.result("pdf")) == "YZKsiquc01res_1.pdf"


def test_a_refused_request_comes_back_beside_an_err_file() -> None:
    again, error = parse_file_name("OQSsiquc01req_1.xml").rejection()

    assert (str(again), str(error)) == ("OQSsiquc01req_1.xml", "OQSsiquc01req_1.err")


@pytest.mark.parametrize(
    "name",
    [
        "",
        "OQSsiquc01req.xml",
        "OQSsiquc01req_.xml",
        "OQSsiquc01req_1.txt",
        "OQSsiquc01req_1.xml.exe",
        "OQSsiquc02req_1.xml",
        "OQSmuqhc01req_1.xml",
        "oqssiquc01req_1.xml",
        "OQSsiquc01REQ_1.xml",
        "OQSsiquc01req_../../1.xml",
        "OQSsiquc01req_a/b.xml",
        "OQSsiquc01req_a\\b.xml",
        "OQSsiquc01req_a:b.xml",
        "OQSsiquc01req_a\x00.xml",
        "OQSsiquc01req_a\n.xml",
        f"OQSsiquc01req_{'a' * 121}.xml",
        "C:\\OQS\\req\\OQSsiquc01req_1.xml",
    ],
)
def test_other_names_are_refused(name: str) -> None:
    with pytest.raises(Problem) as caught:
        parse_file_name(name)
    assert caught.value.code == "oqs.file-name"
    assert caught.value.title()


def test_a_name_is_put_together_from_its_parts() -> None:
    name = file_name("OQSsiquc", "01", "req", "202611200001")

    assert str(name) == "OQSsiquc01req_202611200001.xml"
    with pytest.raises(Problem, match=r"oqs\.file-name"):
        file_name("OQSsiquc", "01", "req", "a/b")


@given(
    st.sampled_from(INTERFACES),
    st.sampled_from(["req", "res"]),
    st.from_regex("[A-Za-z0-9_ 号-]{1,40}", fullmatch=True),
)
def test_a_name_is_its_parts(interface: object, direction: str, suffix: str) -> None:
    found = next(one for one in INTERFACES if one == interface)
    step = found.steps[-1] if found.steps else "01"
    name = file_name(found.stem, step, "req" if direction == "req" else "res", suffix)

    assert parse_file_name(str(name)) == name
    assert name.interface is found


def test_a_daily_suffix_has_day_and_number() -> None:
    assert daily_suffix(date(2026, 11, 20), 1) == "202611200001"
    for number in (0, 10_000):
        with pytest.raises(ValueError, match="four digits"):
            daily_suffix(date(2026, 11, 20), number)


def test_a_face_file_is_named_by_facility_chance_and_time() -> None:
    seen = "OQSsiquc01res_face_27142063864da5260a16de5a3d3ad7_20260929160112.xml"
    name = face_name("2714206386", bytes.fromhex("4da5260a16de5a3d3ad7"), AT)

    assert str(name) == seen
    assert parse_face_name(seen) == name
    assert str(parse_file_name(seen)) == seen


@pytest.mark.parametrize(
    "name",
    [
        "OQSsiquc01res_face_2714206386_20260929160112.xml",
        "OQSsiquc01res_face_27142063864da5260a16de5a3d3ad7_20260931160112.xml",
        "OQSsiquc01res_202611200001.xml",
    ],
)
def test_other_names_are_no_face_files(name: str) -> None:
    with pytest.raises(Problem) as caught:
        parse_face_name(name)
    assert caught.value.code == "oqs.file-name"


def test_no_two_interfaces_share_a_stem() -> None:
    assert len({interface.stem for interface in INTERFACES}) == len(INTERFACES)
