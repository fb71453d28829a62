"""What a facility has set: what it said, the defaults of the day for the rest, and what follows for consents."""

from datetime import UTC, date, datetime

import msgspec
import pytest

from kaihoken.consent import Care, Grant, Item, Means, Standing, State
from kaihoken.consent.item import ConsentId
from kaihoken.coverage.facility.environment import (
    NOTHING_SAID,
    Difference,
    FacilityDefaults,
    Said,
    changed,
    check_used,
    differences,
    settings_of,
    shown_of,
)
from kaihoken.problems import Problem

TODAY = date(2026, 11, 20)
BEFORE_THE_SIX = date(2025, 1, 5)
NOW = datetime(2026, 11, 20, 1, tzinfo=UTC)
ASKED_BY_DEFAULT = ("medicine", "health-checkup", "limit", "disease", "subsidy")


def test_a_facility_that_said_nothing_has_the_defaults_in_the_order_of_the_reader() -> None:
    settings = settings_of(NOTHING_SAID, TODAY)

    assert settings.asked == ASKED_BY_DEFAULT
    assert settings.used == frozenset(ASKED_BY_DEFAULT)
    assert set(settings.items) == set(Item)
    assert (settings.prescriptions, settings.prescription_timing) == ("0", "1")
    assert not settings.asks_prescription


def test_what_it_said_stands_whatever_else_it_says_later() -> None:
    said = changed(NOTHING_SAID, TODAY, {Item.DIAGNOSIS: True, Item.SUBSIDY: False})
    said = changed(said, TODAY, {Item.MEDICINE: False, Item.DIAGNOSIS: False}, prescriptions="2")
    said = changed(said, TODAY, {Item.DIAGNOSIS: True}, prescription_timing="2")
    settings = settings_of(said, TODAY)

    assert said == Said("2", "2", unused=(Item.MEDICINE, Item.SUBSIDY), used=(Item.DIAGNOSIS,))
    assert settings.asked == ("health-checkup", "diagnosis", "limit", "disease")
    assert changed(said, TODAY, {}) == said


def test_only_what_was_said_is_kept() -> None:
    assert msgspec.json.encode(NOTHING_SAID) == b"{}"
    assert msgspec.json.encode(changed(NOTHING_SAID, TODAY, {Item.TEST: True})) == b'{"used":["test"]}'


@pytest.mark.parametrize(
    ("prescriptions", "timing", "asks"),
    [("2", "2", True), ("2", "1", False), ("1", "2", False), ("3", "2", False), ("0", "2", False)],
)
def test_the_form_of_the_prescription_is_asked_where_both_are_used_and_with_the_check(
    prescriptions: str, timing: str, asks: bool
) -> None:
    said = changed(NOTHING_SAID, TODAY, {}, prescriptions, timing)

    assert settings_of(said, TODAY).asks_prescription is asks


def test_what_a_change_changes_stands_in_the_order_of_the_settings() -> None:
    before = settings_of(NOTHING_SAID, TODAY)
    said = changed(NOTHING_SAID, TODAY, {Item.LIMIT: False, Item.MEDICINE: True, Item.TEST: True}, "3", "2")

    assert differences(before, settings_of(said, TODAY)) == (
        Difference("test", "0", "1"),
        Difference("limit", "1", "0"),
        Difference("prescriptions", "0", "3"),
        Difference("prescription_timing", "1", "2"),
    )
    assert differences(before, before) == ()
    assert differences(settings_of(NOTHING_SAID, BEFORE_THE_SIX), before) == (), (
        "an item that came with the day"
    )


def test_an_item_exists_from_its_day_on() -> None:
    said = changed(NOTHING_SAID, TODAY, {Item.ALLERGY: True})

    assert Item.ALLERGY in settings_of(said, TODAY).used
    assert Item.ALLERGY not in settings_of(said, BEFORE_THE_SIX).items
    with pytest.raises(Problem, match=r"consent\.item-unknown items"):
        changed(NOTHING_SAID, BEFORE_THE_SIX, {Item.ALLERGY: True})


@pytest.mark.parametrize(
    "codes", [{"prescriptions": "4"}, {"prescription_timing": "3"}, {"prescriptions": ""}]
)
def test_a_code_that_its_list_does_not_have_is_refused(codes: dict[str, str]) -> None:
    with pytest.raises(Problem) as refused:
        changed(NOTHING_SAID, TODAY, {}, **codes)

    assert refused.value.code == "oqs.unknown-code"
    assert refused.value.where in codes


def test_a_default_has_a_code_of_its_list() -> None:
    sourced = {"value": "9", "status": "unconfirmed", "source": "-"}
    fine = {"value": "1", "status": "unconfirmed", "source": "-"}
    with pytest.raises(Problem, match=r"oqs\.unknown-code"):
        msgspec.convert({"prescriptions": sourced, "prescription_timing": fine}, FacilityDefaults)


def test_what_is_not_used_is_not_taken() -> None:
    settings = settings_of(NOTHING_SAID, TODAY)

    check_used(settings, {Item.MEDICINE, Item.LIMIT})
    check_used(settings, ())
    with pytest.raises(Problem) as refused:
        check_used(settings, {Item.MEDICINE, Item.TEST, Item.OPERATION})
    assert (refused.value.code, refused.value.where) == ("consent.item-not-used", "consents")
    assert refused.value.facts == {"item": "operation"}


def test_what_is_not_used_is_not_shown() -> None:
    items = frozenset({Item.MEDICINE, Item.OPERATION})
    grant = Grant(
        ConsentId(bytes(16)), bytes(16), "9910000007", Care.HOME, items, Means.CARD, NOW, None, TODAY
    )
    over = {Item.DIAGNOSIS: (grant, State.EXPIRED), Item.LIMIT: (grant, State.EXPIRED)}
    found = Standing({Item.MEDICINE: grant, Item.OPERATION: grant}, over)
    shown = shown_of(settings_of(NOTHING_SAID, TODAY), found)

    assert (set(shown.alive), set(shown.over)) == ({Item.MEDICINE}, {Item.LIMIT})
