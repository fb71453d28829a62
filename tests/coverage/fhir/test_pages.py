"""Pages of a search: cursors that say nothing and end, days that narrow one another, how many are on a page."""

from datetime import date, datetime, timedelta
from urllib.parse import urlencode

import pytest

from kaihoken.consent import Care, ConsentId, EndReason, Grant, Held, Item, Means, Period
from kaihoken.consent.grant import End
from kaihoken.coverage.consents.meant import Meant, Place, page_of, place_of
from kaihoken.coverage.fhir import OF_CONSENT, Days, Page, Pages, Sealer, place_in_search, read_consent_search
from kaihoken.coverage.fhir.sealed import LIFETIME, MINUTE
from kaihoken.coverage.fhir.search import MOST, USUAL, read_days
from kaihoken.problems import Problem
from kaihoken.store import LookupKey

from .sandbox import ASKER, AT
from .test_edges import BARE, KEYS, PERSON, an_inquiry

DAY = date(2026, 11, 20)
PERIOD = Period(date(2026, 11, 1), DAY)
PLACE = Place(AT - timedelta(days=1), ConsentId(bytes(range(16, 32))))
PAGES = [
    Page(Meant(PERSON, None), 100),
    Page(Meant(None, PERIOD, standing=True), 500),
    Page(Meant(PERSON, PERIOD), 1, PLACE),
    Page(Meant(None, Period(date(1970, 1, 1), date(9998, 12, 31))), 0, PLACE),
]


def consent(number: int, given_at: datetime = AT, care: Care = Care.HOME, examined_on: date = DAY) -> Held:
    id_ = ConsentId(number.to_bytes(16, "big"))
    grant = Grant(
        id_, PERSON, ASKER.facility, care, frozenset({Item.LIMIT}), Means.CARD, given_at, None, examined_on
    )
    return Held(grant, {})


@pytest.mark.parametrize("page", PAGES)
def test_a_cursor_holds_its_page(page: Page) -> None:
    pages = Pages(KEYS)

    cursor = pages.seal(page, ASKER.facility, AT)

    assert pages.open(cursor, ASKER.facility, AT + LIFETIME - MINUTE) == page
    assert len(cursor) == 95
    assert cursor.replace("-", "").replace(".", "").isalnum(), "an address leaves it as it is"


def test_a_cursor_opens_nothing_to_others_nor_later_nor_changed() -> None:
    pages = Pages(KEYS)
    cursor = pages.seal(PAGES[2], ASKER.facility, AT)
    id_ = Sealer(KEYS).seal(an_inquiry(), PERSON, BARE, ASKER.facility, AT)
    other_key = Pages([LookupKey(bytes([9]) * 32, 9, 1)])

    for opener, text, facility, at in (
        (pages, cursor, "1310000005", AT),
        (pages, cursor, ASKER.facility, AT + LIFETIME),
        (pages, cursor[:-2] + ("AA" if cursor[-2:] != "AA" else "BB"), ASKER.facility, AT),
        (pages, cursor[:-1], ASKER.facility, AT),
        (pages, "", ASKER.facility, AT),
        (pages, "é" * 95, ASKER.facility, AT),
        (pages, id_, ASKER.facility, AT),
        (other_key, cursor, ASKER.facility, AT),
    ):
        with pytest.raises(Problem) as problem:
            opener.open(text, facility, at)
        assert (problem.value.code, problem.value.where) == ("fhir.page-gone", "cursor")


def test_an_id_is_no_cursor_though_it_were_as_long() -> None:
    """Each use has a key of its own."""
    content = bytes(71 - 16)
    ids, pages = Sealer(KEYS), Pages(KEYS)

    assert ids._ciphers[0].encrypt(content, [b"x"]) != pages._ciphers[0].encrypt(content, [b"x"])


def test_pages_follow_one_another_and_leave_none_out() -> None:
    held = [consent(number, AT + timedelta(seconds=number // 3)) for number in range(7)]

    found, after = [], None
    for _ in range(3):
        page, after = page_of(held, after, 3)
        found += page
    assert found == held
    assert after is None

    assert page_of(held, place_of(held[-1]), 3) == ([], None)
    assert page_of(held, None, 7) == (held, None)
    assert page_of(held, None, 6) == (held[:6], place_of(held[5]))
    assert page_of(held, None, 0) == ([], None)
    assert page_of([], None, 3) == ([], None)


def test_a_consent_that_came_or_went_meanwhile_moves_no_other() -> None:
    held = [consent(number) for number in (10, 20, 30, 40)]
    page, after = page_of(held, None, 2)
    later = [consent(5), *held[1:2], consent(25), *held[2:]]

    behind, _ = page_of(later, after, 9)

    assert [one.grant.consent[-1] for one in page] == [10, 20]
    assert [one.grant.consent[-1] for one in behind] == [25, 30, 40]


@pytest.mark.parametrize(
    ("meant", "one", "holds"),
    [
        (Meant(PERSON, None), consent(1), True),
        (Meant(PERSON, None, (Care.ONLINE,)), consent(1), False),
        (Meant(PERSON, PERIOD), consent(1), True),
        (Meant(PERSON, Period(DAY, DAY)), consent(1, datetime.fromisoformat("2026-11-19T15:00Z")), True),
        (Meant(PERSON, Period(DAY, DAY)), consent(1, datetime.fromisoformat("2026-11-19T14:59Z")), False),
        (Meant(PERSON, Period(DAY, DAY, True)), consent(1, examined_on=date(2026, 11, 21)), False),
        (Meant(PERSON, Period(DAY, DAY, True)), consent(1, AT - timedelta(days=9)), True),
        (Meant(PERSON, None, standing=True), consent(1), True),
    ],
)
def test_which_consents_are_meant(meant: Meant, one: Held, *, holds: bool) -> None:
    assert meant.holds(one, AT) is holds


def test_of_a_consent_that_ended_nothing_stands() -> None:
    one = consent(1)
    ended = Held(one.grant, {Item.LIMIT: End(one.grant.consent, Item.LIMIT, AT, EndReason.PATIENT)})

    assert not Meant(PERSON, None, standing=True).holds(ended, AT)
    assert Meant(PERSON, None).holds(ended, AT)


@pytest.mark.parametrize(
    ("texts", "days"),
    [
        ([], Days()),
        (["2026-11-20"], Days(DAY, date(2026, 11, 21))),
        (["eq2026-11-20"], Days(DAY, date(2026, 11, 21))),
        (["ge2026-11-20"], Days(DAY)),
        (["gt2026-11-20"], Days(date(2026, 11, 21))),
        (["le2026-11-20"], Days(None, date(2026, 11, 21))),
        (["lt2026-11-20"], Days(None, DAY)),
        (["ge2026-11-01", "lt2026-11-20"], Days(date(2026, 11, 1), DAY)),
        (["ge2026-11-20", "ge2026-11-01"], Days(DAY)),
        (["le2026-11-01", "le2026-11-20"], Days(None, date(2026, 11, 2))),
        (["2026-11-20", "lt2026-11-10"], Days(DAY, date(2026, 11, 10))),
    ],
)
def test_days_narrow_one_another(texts: list[str], days: Days) -> None:
    form = urlencode([("date", text) for text in texts]).encode()

    assert read_days(form, OF_CONSENT)[1] == days


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("ne2026-11-20", "fhir.search"),
        ("", "identity.date"),
        ("2026-11", "identity.date"),
        ("ge2026-11-20T00:00:00Z", "identity.date"),
        ("1969-12-31", "identity.date"),
        ("9999-01-01", "identity.date"),
    ],
)
def test_what_names_no_days_is_refused(text: str, code: str) -> None:
    with pytest.raises(Problem) as problem:
        read_days(urlencode({"date": text}).encode(), OF_CONSENT)
    assert (problem.value.code, problem.value.where) == (code, "date")


@pytest.mark.parametrize(
    ("text", "count"), [(None, USUAL), ("0", 0), ("1", 1), ("500", 500), ("501", MOST), ("9" * 200, MOST)]
)
def test_a_page_has_as_many_as_are_wanted_and_no_more_than_there_may_be(text: str | None, count: int) -> None:
    form = b"" if text is None else urlencode({"_count": text}).encode()

    assert read_days(form, OF_CONSENT)[2] == count


@pytest.mark.parametrize(("text", "least"), [("", 0), ("-1", 0), ("1.5", 0), ("many", 0), ("١", 0), ("0", 1)])
def test_a_count_that_is_none_is_refused(text: str, least: int) -> None:
    with pytest.raises(Problem) as problem:
        read_days(urlencode({"_count": text}).encode(), OF_CONSENT, least)
    assert (problem.value.code, problem.value.where) == ("fhir.code", "_count")
    assert f"{least} … {MOST}" in problem.value.mend("en")


def test_a_count_stands_once() -> None:
    with pytest.raises(Problem, match=r"fhir\.search"):
        read_days(b"_count=1&_count=2", OF_CONSENT)


def test_a_search_for_consents_up_to_a_day_has_a_beginning() -> None:
    search, count = read_consent_search(b"date=le2026-11-20&_count=7&status=active", ASKER.facility)

    assert (search.given_from, search.given_to) == (date(1970, 1, 1), DAY)
    assert (search.standing, search.patient, count) == (True, None, 7)


def test_a_problem_of_a_search_names_its_parameter() -> None:
    told = place_in_search(Problem("consent.period", where="given_from", most=31))
    strange = Problem("store.busy")

    assert (told.where, told.facts["most"]) == ("date", 31)
    assert place_in_search(strange) is strange
