"""What may be given by which means in which care, and how long it lives: the dated terms, applied."""

from datetime import UTC, date, datetime, timedelta
from itertools import count

import msgspec
import pytest

from kaihoken import rules
from kaihoken.consent import (
    COVERAGE_ITEMS,
    MEDICAL_ITEMS,
    TREATMENT_CODE,
    Care,
    CareTerms,
    ConsentItems,
    Giving,
    Grant,
    Item,
    Means,
)
from kaihoken.consent.giving import granted
from kaihoken.consent.terms import Life, LifeKind
from kaihoken.problems import Problem

from .people import DAY, FACILITY, NOW, PERSON, TODAY

EVERY = COVERAGE_ITEMS | MEDICAL_ITEMS
MAY_GIVE = {
    (Care.OUTPATIENT, Means.CARD): EVERY,
    (Care.OUTPATIENT, Means.SPOKEN): {Item.LIMIT},
    (Care.HOME, Means.HOME): EVERY,
    (Care.HOME, Means.CARD): EVERY,
    (Care.ONLINE, Means.HOME): EVERY,
    (Care.EMERGENCY, Means.CARD): MEDICAL_ITEMS,
    (Care.EMERGENCY, Means.SPOKEN): MEDICAL_ITEMS,
    (Care.EMERGENCY, Means.UNOBTAINABLE): MEDICAL_ITEMS,
}


def given(*items: Item, at: datetime = NOW, **more: object) -> tuple[Grant, ...]:
    numbers = count(1)
    giving = msgspec.structs.replace(Giving(FACILITY, frozenset(items)), **more)
    return granted(PERSON, giving, at, lambda: next(numbers).to_bytes(16, "big"))


@pytest.mark.parametrize("care", Care)
@pytest.mark.parametrize("means", Means)
@pytest.mark.parametrize("item", Item)
def test_an_item_is_given_by_the_means_of_its_care_and_by_no_other(
    care: Care, means: Means, item: Item
) -> None:
    if item in MAY_GIVE.get((care, means), ()):
        given(item, care=care, means=means)
        return
    with pytest.raises(Problem, match=r"consent\.means"):
        given(item, care=care, means=means)


def test_medical_items_live_24_hours_at_the_desk_and_coverage_only_for_the_question() -> None:
    (grant,) = given(Item.MEDICINE, Item.OPERATION, Item.LIMIT, Item.DISEASE)

    assert grant.items == {Item.MEDICINE, Item.OPERATION}
    assert (grant.given_at, grant.until, grant.examined_on) == (NOW, NOW + DAY, TODAY)
    assert given(Item.LIMIT, Item.DISEASE, Item.SUBSIDY) == ()


def test_at_home_everything_lives_while_care_lasts() -> None:
    (grant,) = given(Item.LIMIT, Item.MEDICINE, care=Care.HOME, means=Means.HOME)

    assert (grant.items, grant.until) == ({Item.LIMIT, Item.MEDICINE}, None)


@pytest.mark.parametrize("examined_on", [None, date(2026, 11, 20), date(2026, 12, 21)])
def test_online_it_lives_through_the_day_of_the_examination(examined_on: date | None) -> None:
    (grant,) = given(Item.LIMIT, Item.MEDICINE, care=Care.ONLINE, means=Means.HOME, examined_on=examined_on)
    midnight = datetime(2026, 11, 20, 15, tzinfo=UTC) + ((examined_on or TODAY) - TODAY)

    assert grant.until == midnight - timedelta(milliseconds=1)
    assert grant.examined_on == (examined_on or TODAY)


def test_just_before_midnight_the_day_of_an_online_examination_is_that_of_japan() -> None:
    late = datetime(2026, 11, 20, 14, 59, 59, 999_000, tzinfo=UTC)
    (today,) = given(Item.MEDICINE, at=late, care=Care.ONLINE, means=Means.HOME)
    (tomorrow,) = given(
        Item.MEDICINE, at=late + timedelta(milliseconds=1), care=Care.ONLINE, means=Means.HOME
    )

    assert (today.examined_on, today.until) == (TODAY, late)
    assert (tomorrow.examined_on, tomorrow.until) == (date(2026, 11, 21), late + DAY)


@pytest.mark.parametrize("examined_on", [date(2026, 11, 19), date(2026, 12, 22)])
def test_an_examination_is_neither_past_nor_far_away(examined_on: date) -> None:
    with pytest.raises(Problem, match=r"consent\.examination-day"):
        given(Item.MEDICINE, care=Care.ONLINE, means=Means.HOME, examined_on=examined_on)


def test_spoken_words_are_kept_with_who_recorded_them_although_they_hold_for_one_question() -> None:
    spoken_at = NOW - timedelta(minutes=3, microseconds=1)
    (grant,) = given(Item.LIMIT, means=Means.SPOKEN, staff="desk-2", spoken_at=spoken_at)

    assert (grant.staff, grant.spoken_at, grant.until) == (
        "desk-2",
        NOW - timedelta(minutes=3, milliseconds=1),
        NOW,
    )
    assert given(Item.LIMIT, means=Means.SPOKEN) == ()


def test_consents_of_one_giving_have_one_life_each() -> None:
    grants = given(Item.MEDICINE, care=Care.EMERGENCY, means=Means.UNOBTAINABLE)

    assert [(set(grant.items), grant.until) for grant in grants] == [({Item.MEDICINE}, NOW + DAY)]


def test_nothing_is_no_consent() -> None:
    with pytest.raises(Problem, match=r"consent\.no-item"):
        given()


def test_the_six_items_of_the_shared_record_come_in_january_2025() -> None:
    before, after = date(2025, 1, 5), date(2025, 1, 6)

    assert set(rules.load(ConsentItems, on=after).items) == set(Item)
    assert len(rules.load(ConsentItems, on=before).items) == len(Item) - 6
    with pytest.raises(Problem, match=r"consent\.item-unknown"):
        given(Item.ALLERGY, at=datetime(2025, 1, 5, tzinfo=UTC))


def test_a_facility_that_said_nothing_asks_for_medicine_and_checkups_only() -> None:
    items = rules.load(ConsentItems, on=TODAY).items

    assert {item for item in MEDICAL_ITEMS if items[item].used} == {Item.MEDICINE, Item.HEALTH_CHECKUP}


@pytest.mark.parametrize(
    ("classification", "insurer_number", "may"),
    [
        ("01", "01130012", True),
        ("05", "00138057", True),
        ("07", "07130016", False),
        ("01", "03130010", False),
        ("01", "04130019", False),
        ("A1", "12131108", False),
    ],
)
def test_of_whom_medical_information_can_be_viewed(
    classification: str, insurer_number: str, may: bool
) -> None:
    assert rules.load(ConsentItems, on=TODAY).may_show_medical(classification, insurer_number) is may


def test_every_form_of_care_has_its_code() -> None:
    known = rules.code_list("OQSCD028")
    terms = rules.load(CareTerms, on=TODAY)

    assert sorted(TREATMENT_CODE.values()) == ["1", "2", "3", "4"]
    assert all(known.label(code) for code in TREATMENT_CODE.values())
    assert {care for care in Care if terms.of(care).asks_again} == {Care.HOME, Care.ONLINE}


@pytest.mark.parametrize("life", [{"kind": "hours"}, {"kind": "care", "hours": 3}])
def test_hours_go_with_the_kind_that_counts_them(life: dict[str, object]) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(life, Life)


def test_a_means_names_items_that_there_are() -> None:
    form = msgspec.to_builtins(rules.load(CareTerms, on=TODAY).home)
    form["means"]["card"] = ["limits"]
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(form, type(rules.load(CareTerms, on=TODAY).home))


def test_views_are_of_the_list() -> None:
    known = rules.code_list("OQSCD036")

    for terms in rules.load(ConsentItems, on=TODAY).items.values():
        assert terms.views == "" or known.label(terms.views)
    assert LifeKind("hours")
