"""FHIR shows what our JSON shows, and nothing else: every member of every answer of the sandbox, read back."""

from copy import deepcopy
from datetime import date
from typing import Any

import msgspec
import pytest

from kaihoken.coverage.answer import ConsentShown, DiseaseShown, ElderlyShown, LimitShown, Result
from kaihoken.coverage.fhir import read_request, response_of
from kaihoken.identity import canonical_symbol, kana_half

from .read_back import answer_in
from .sandbox import ASKER, AT, CASES, answer_to, request_of

Json = dict[str, Any]

IN_LISTS_ALONE = {"limit_changed"}  # 限度額情報変更有無, of 一括照会

GIVEN_WITH_DEFAULTS = {"self_pay_yen": 0, "single_or_combined": "01", "social_insurance": "02"}


def in_one_width(answer: Json) -> Json:
    """An answer with what FHIR writes in another width, or writes out though it is the default, brought to one form."""
    same = deepcopy(answer)
    for result in same.get("results", []):
        for name in ("symbol", "number"):
            if name in result:
                result[name] = canonical_symbol(result[name])
        for name in ("name", "other_name", "kana", "other_kana"):
            if name in result:
                result[name] = result[name].replace("\u3000", " ")
        for name in ("kana", "other_kana"):
            if name in result:
                result[name] = kana_half(result[name])
        result["tickets"] = [{**GIVEN_WITH_DEFAULTS, **ticket} for ticket in result.get("tickets", [])]
    return same


@pytest.mark.parametrize("key", CASES)
def test_every_member_of_the_answer_is_read_back(key: str) -> None:
    response, answered = answer_to(key)
    shown = msgspec.json.decode(msgspec.json.encode(answered.found.answer))

    assert in_one_width(answer_in(response)) == in_one_width(shown)


@pytest.mark.parametrize("key", ["welfare-and-insurance", "limit-fifth-long", "child-subsidy", "left-job"])
def test_what_is_told_beside_follows_from_it(key: str) -> None:
    response, answered = answer_to(key)
    answer = answered.found.answer

    benefits = [one for item in response["insurance"][0]["item"] for one in item.get("benefit", [])]
    percents = [one["allowedUnsignedInt"] for one in benefits if "allowedUnsignedInt" in one]
    assert percents == [
        one for one in (answer.share.percent, answer.share.high, answer.share.low) if one is not None
    ]
    assert [one["allowedMoney"]["value"] for one in benefits if "allowedMoney" in one] == (
        [answer.due.yen] if answer.due is not None and answer.due.yen is not None else []
    )
    period = response["insurance"][0]["benefitPeriod"]
    first = answer.results[0]
    assert period["start"] == str(first.valid_from or first.acquired)
    assert ("end" in period) == bool(first.valid_to or first.lost)
    orders = [one.get("order") for one in response["contained"] if one["resourceType"] == "Coverage"]
    assert orders in ([None], list(range(1, len(orders) + 1)))


def test_every_field_that_an_answer_can_hold_has_a_place_in_fhir() -> None:
    filled = dict.fromkeys(Result.__struct_fields__, "1")
    days = dict.fromkeys(
        ("birthdate", "acquired", "lost", "issued", "valid_from", "valid_to"), date(2026, 1, 1)
    )
    consent = ConsentShown(flag="1", given_at=AT, available_until=AT, id="c-1")
    parts = {
        "preschool": True,
        "name_flagged": True,
        "share_percent": 20,
        "elderly": ElderlyShown(valid_from=date(2026, 1, 1), share_percent=20),
        "limit": LimitShown(classification="01", category="A05", valid_from=date(2026, 1, 1)),
        "diseases": (DiseaseShown(category="1", valid_from=date(2026, 1, 1), monthly_limit_yen=1),),
        "tickets": (),
        **{name: consent for name in Result.__struct_fields__ if name.endswith("_consent")},
    }
    whole = Result(**{**filled, **days, **parts})
    answer = msgspec.structs.replace(answer_to("valid")[1].found.answer, results=(whole,))
    request = read_request(msgspec.json.encode(request_of(CASES["valid"])))

    body = response_of(request, answer, AT, ASKER.facility, lambda _: "x", None)

    shown = msgspec.json.decode(msgspec.json.encode(whole))
    (read,) = answer_in(msgspec.json.decode(body))["results"]
    assert set(shown) - set(read) == IN_LISTS_ALONE
    for name in set(shown) & set(read) - {"symbol", "number", "kana", "other_kana"}:
        assert read[name] == shown[name], name
