"""The cases in cases/*.yaml, each in the first and in the last moment of its day in Japan."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest
import yaml

from kaihoken.clock import FixedClock
from kaihoken.coverage import (
    Coverage,
    ElderlyCertificate,
    Fact,
    MedicalTicket,
    NumberInquiry,
    Presented,
    PublicExpense,
    Validity,
)
from kaihoken.coverage.answer import Answer
from kaihoken.coverage.inquiry import Inquiry
from kaihoken.identity import InsurerNumber

from .people import FACILITY, a_certificate, a_person, by_card, covered_by
from .without_store import ask_without_store

FOLDER = Path(__file__).with_name("cases")
TOKYO = ZoneInfo("Asia/Tokyo")
MOMENT = timedelta(microseconds=1)

VALIDITIES = {
    "有効": Validity.VALID,
    "無効": Validity.INVALID,
    "無効（新しい資格あり）": Validity.INVALID_NEW_EXISTS,
    "該当資格なし": Validity.NOT_FOUND,
    "複数該当": Validity.MULTIPLE,
    "有効（未登録）": Validity.VALID_UNREGISTERED,
    "none": None,
}

Entry = Mapping[str, Any]


def cases() -> list[Any]:
    return [
        pytest.param(case, id=f"{path.stem}-{number}")
        for path in sorted(FOLDER.glob("*.yaml"))
        for number, case in enumerate(yaml.safe_load(path.read_text("utf-8")), start=1)
    ]


def first_moment(day: date) -> datetime:
    return datetime.combine(day, time(), TOKYO)


def last_moment(day: date) -> datetime:
    return first_moment(day + timedelta(days=1)) - MOMENT


def a_coverage(entry: Entry, on: date) -> Coverage:
    known = {
        "insurer", "since", "until", "born", "symbol", "number", "branch", "class", "relation", "name", "kana", "share",
        "elderly", "elderly_since", "match", "received", "tickets_for", "reason",
    }  # fmt: skip
    assert set(entry) <= known, f"no such part of a coverage: {set(entry) - known}"
    names = {
        "class": "classification",
        "born": "birthdate",
        "share": "share_percent",
        "reason": "loss_reason",
    }
    same = (
        "symbol",
        "number",
        "branch",
        "class",
        "relation",
        "name",
        "kana",
        "born",
        "share",
        "match",
        "received",
        "reason",
    )
    changed: dict[str, Any] = {names.get(name, name): entry[name] for name in same if name in entry}
    if "until" in entry:
        changed["lost"] = entry["until"] + timedelta(days=1)
    if "elderly" in entry:
        changed["elderly"] = ElderlyCertificate(None, entry["elderly_since"], None, entry["elderly"])
    month = on.replace(day=1)
    changed["tickets"] = tuple(
        MedicalTicket(
            "01", month, FACILITY if facility == "here" else facility, "架空医院", "1", month, on, "02"
        )
        for facility in entry.get("tickets_for", ())
    )
    plain = covered_by()
    return msgspec.structs.replace(
        plain,
        insurer_number=entry.get("insurer", plain.insurer_number),
        acquired=entry.get("since", plain.acquired),
        **changed,
    )


def a_fact(entry: Mapping[str, Entry], on: date) -> Fact:
    ((kind, parts),) = entry.items()
    match kind:
        case "coverage":
            return a_coverage(parts, on)
        case "certificate":
            return a_certificate(
                not_before=parts.get("since", date(2025, 1, 1)),
                not_after=parts.get("until", date(2030, 1, 1)),
                revoked=parts.get("revoked"),
            )
        case "subsidy":
            return PublicExpense(
                "81136244", "1234566", "子ども医療費助成", parts["since"], parts.get("until")
            )
    raise AssertionError(f"no such fact: {kind}")


def an_inquiry(asked: Entry, people: list[list[Fact]]) -> Inquiry:
    by_whom = asked.get("by", "number")
    if by_whom in ("card", "phone"):
        return by_card(presented=Presented(by_whom), presented_on=asked.get("answered", asked["day"]))
    first = next(fact for fact in people[0] if isinstance(fact, Coverage))
    return NumberInquiry(
        InsurerNumber.parse(asked.get("insurer", first.insurer_number)),
        asked.get("symbol", first.symbol),
        asked.get("number", first.number),
        asked.get("branch", first.branch),
        asked.get("born", first.birthdate),
        FACILITY,
        Presented(asked.get("presented", "number")),
    )


def share_of(answer: Answer) -> object:
    said = answer.share
    match said.kind:
        case "value":
            return said.percent
        case "range":
            return [said.low, said.high]
    return said.kind


@pytest.mark.parametrize("case", cases())
@pytest.mark.parametrize("moment", [first_moment, last_moment], ids=["midnight", "before-midnight"])
async def test_a_case(case: Entry, moment: Any) -> None:
    assert case["source"]
    asked, expected = case["asked"], case["expected"]
    people = [
        [a_fact(entry, asked["day"]) for entry in person]
        for person in case.get("people", [case.get("person")])
    ]
    histories = [a_person(*facts, person=number) for number, facts in enumerate(people, start=1)]

    clock = FixedClock(moment(asked.get("answered", asked["day"])))
    on = asked["day"] if "answered" in asked else None
    answered = await ask_without_store(an_inquiry(asked, people), histories, clock, on=on)
    answer, verdict = answered.found.answer, answered.found.verdict

    assert answer.on == asked["day"]
    assert (verdict.validity, answer.situation) == (VALIDITIES[expected["validity"]], expected["situation"])
    assert share_of(answer) == expected["share"]
    for name in ("steps", "advisories", "differences"):
        if name in expected:
            assert [said.kind for said in getattr(answer, name)] == expected[name]
    if "shown" in expected:
        assert len(answer.results) == expected["shown"]
    if "basis" in expected:
        assert answer.share.basis == expected["basis"]


def test_a_case_can_be_read_by_everybody_who_adds_one() -> None:
    """Every case says what it shows and why, and looks at something."""
    told = [case.values[0] for case in cases()]

    assert len(told) >= 50
    assert len({case["case"] for case in told}) == len(told)
    for case in told:
        assert set(case) <= {"case", "source", "person", "people", "asked", "expected"}
        assert {"validity", "situation", "share"} <= set(case["expected"])
        assert set(case["expected"]) <= {
            "validity", "situation", "share", "steps", "advisories", "differences", "shown", "basis"
        }  # fmt: skip
    assert {case["expected"]["validity"] for case in told} == set(VALIDITIES)
