"""The form of the page read into facts, and the sheet as the page shows it."""

from datetime import date

import pytest
from msgspec import structs

from kaihoken.adoption import EMPTY_FORM, Line, Quote, adoption_sheet, sheet_choices, sheet_form, sheet_view
from kaihoken.adoption.form import FIELDS
from kaihoken.problems import Problem
from kaihoken.web import LANGUAGES

TODAY = date(2022, 10, 15)
FORM = {"facility": "clinic", "claims": "online", "terminal": "200,000", "maintenance": "９０００円"}


def a_form(**changes):
    return sheet_form({**FORM, **{name.replace("__", "-"): text for name, text in changes.items()}}, TODAY)


def a_view(language="ja", **changes):
    return sheet_view(adoption_sheet(a_form(**changes).facts, TODAY), language)


def an_offer(language="ja", **changes):
    (offer,) = a_view(language, **changes).offers
    return offer


def test_what_is_left_empty_is_as_usual():
    facts = a_form().facts

    assert (facts.order_on, facts.days_a_month, facts.readers) == (TODAY, 24, 1)
    assert (facts.first_visit_percent, facts.patients_a_day, facts.closing) == (None, None, None)
    assert [(line.yen, line.per) for line in facts.quotes[0].lines] == [(200_000, "once"), (9_000, "month")]


def test_days_and_numbers_are_read_as_people_write_them():
    facts = a_form(
        order_on="令和4年5月20日", live_on="2022/12/1", first_visit_percent="12.5％", filed="2"
    ).facts

    assert (facts.order_on, facts.live_on) == (date(2022, 5, 20), date(2022, 12, 1))
    assert (facts.first_visit_percent, facts.postponement.filed) == (12.5, 2)


@pytest.mark.parametrize(
    ("changes", "faults"),
    [
        ({"facility": "shop", "claims": ""}, {"facility": "payment.empty", "claims": "payment.empty"}),
        ({"terminal": "", "maintenance": ""}, {"terminal": "adoption.no-lines"}),
        ({"terminal": "-1"}, {"terminal": "adoption.number"}),
        ({"terminal": "1" * 41}, {"terminal": "adoption.number"}),
        ({"days_a_month": "32"}, {"days_a_month": "adoption.number"}),
        ({"first_visit_percent": "0"}, {"first_visit_percent": "adoption.number"}),
        ({"first_visit_percent": "1/0"}, {"first_visit_percent": "adoption.number"}),
        ({"first_visit_percent": "many"}, {"first_visit_percent": "adoption.number"}),
        ({"order_on": "someday"}, {"order_on": "identity.date"}),
        ({"filed": "7"}, {"filed": "adoption.number"}),
    ],
)
def test_a_fault_stands_at_its_field_and_there_are_no_facts(changes, faults):
    form = a_form(**changes)

    assert {name: problem.code for name, problem in form.faults.items()} == faults
    assert form.facts is None


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"order_on": "2020-08-06"}, "order_on"),
        ({"live_on": "2101-01-01"}, "live_on"),
        ({"closing_on": "2022-10-01"}, "closing_on"),
        ({"order_on": "2021-05-01", "closing_on": "2021-07-29"}, "closing_on"),
        (
            {"order_on": "2021-05-01", "closing_on": "2022-05-01", "closing_reason": "given-on"},
            "closing_reason",
        ),
        ({"add_on": "sharing-1"}, "add_on"),
        ({"as_of": "2021-09-30", "claims_a_month": "1"}, "as_of"),
    ],
)
def test_what_the_sheet_refuses_stands_at_its_field_too(changes, field):
    form = a_form(**changes)

    with pytest.raises(Problem) as raised:
        adoption_sheet(form.facts, TODAY)

    mended = form.with_fault(raised.value)
    assert list(mended.faults) == [field]
    assert mended.facts is None
    assert mended.has_more is (field.startswith(("closing", "as_of")))


def test_a_problem_of_no_field_stands_at_the_first():
    assert list(a_form().with_fault(Problem("payment.empty")).faults) == ["order_on"]


def test_what_was_typed_is_asked_again():
    assert a_form(order_on="").again == FORM
    assert set(EMPTY_FORM.texts) == set(FIELDS)


def test_the_add_ons_offered_are_those_of_the_facility_and_the_day():
    def offered(form):
        return [key for key, _ in sheet_choices(form, TODAY, "ja").add_on]

    assert offered(EMPTY_FORM) == offered(a_form()) == ["enhancement-2", "enhancement-1"]
    assert offered(a_form(facility="pharmacy", as_of="2026-06-01")) == ["sharing-pharmacy"]


def test_steps_stand_in_the_order_of_their_days():
    steps = [str(step) for step in a_view(order_on="2022-05-20").steps]

    assert [step.partition(" ")[0][:10] for step in steps[:2]] == ["2023年1月31日", "2023年3月31日"]
    assert "義務" in steps[2]
    assert "申請" in steps[3]


def test_who_has_gone_live_reads_the_difference_and_is_told_what_was_done():
    view = a_view(order_on="2022-05-20", live_on="2022-09-01")

    assert [line.yen for line in view.offers[0].cost] == ["200,000", "−150,000", "−50,000", "0"]
    assert any("間に合いました" in step for step in view.steps)


def test_a_missed_day_pays_nothing_and_says_so():
    view = a_view(order_on="2022-12-01", contract_on="2023-03-01")

    assert view.state == "clarify"
    assert "期限" in view.offers[0].cost[1].working
    assert any("出ません" in step for step in view.steps)


def test_an_order_of_today_has_no_known_subsidy():
    view = a_view(order_on="2026-11-22", as_of="2026-11-22")

    assert view.state == "clarify"
    assert view.offers[0].cost[1].yen == "0"
    assert any("見つかっていません" in step for step in view.steps)
    assert all(line.yen == "0" and "ありません" in line.pieces[0] for line in view.offers[0].returns)
    assert "義務です" in view.steps[0]


def test_a_postponement_that_could_be_filed_is_offered_with_its_reasons():
    (step,) = [step for step in a_view(as_of="2023-02-01").steps if "届け出られます" in step]

    assert "光回線がない" in step


def test_readers_that_come_free_are_shown_apart():
    assert [line.yen for line in an_offer(reader="99000").cost] == ["299,000", "−99,000", "−200,000", "0"]


def test_a_fire_spares_from_returning():
    view = an_offer(order_on="2022-05-01", closing_on="2022-12-01", closing_reason="fire")

    assert view.returns[-1].yen == "0"
    assert "火災" in view.returns[-1].pieces[0]


@pytest.mark.parametrize(
    ("changes", "even", "balance"),
    [
        ({"maintenance": ""}, "毎月の費用が入っていません", ""),
        ({"as_of": "2022-03-31"}, "加算がありません", ""),
        ({}, "18.8回の初診", ""),
        ({"facility": "pharmacy"}, "回の算定", ""),
        ({"first_visit_percent": "15", "patients_a_day": "125"}, "125人", "残ります"),
        ({"first_visit_percent": "15", "patients_a_day": "124"}, "125人", "足りません"),
    ],
)
def test_the_break_even_is_said_as_far_as_it_is_known(changes, even, balance):
    view = an_offer(**changes)

    assert even in view.even
    assert (balance in view.balance) if balance else view.balance == ""


def test_claims_that_come_back_are_told_and_paper_is_not_switched():
    assert len(a_view(claims_a_month="1000").back) == 2
    assert len(a_view(claims_a_month="1000", claims="paper").back) == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_says_all_of_it(language):
    view = a_view(
        language,
        order_on="2022-05-20",
        claims_a_month="1000",
        closing_on="2023-05-20",
        filed="2",
        network="1",
    )

    assert view.title
    assert view.offers[0].findings
    assert len({str(what) for what, _ in view.unconfirmed}) == len(view.unconfirmed)
    assert [one.confirmed for one in view.sources] == [True, False, True, True, False, True]


def test_what_is_taken_off_hangs_where_the_line_before_it_ended():
    lines = an_offer(reader="99000", option="1000").cost

    assert [round(line.start + line.width, 6) for line in lines] == [100, 100, 67, round(1000 / 3000, 6)]
    assert [round(line.start, 6) for line in lines] == [0, 67, round(1000 / 3000, 6), 0]
    assert an_offer(terminal="0").cost[0].width == 0


def test_a_subsidy_for_a_purpose_stands_among_the_steps_with_its_day():
    view = a_view(as_of="2025-06-01", claims="paper")

    assert any("資格確認限定型" in step and "31,000" in step for step in view.steps)
    assert "用途を限った補助" in [str(one.name) for one in view.sources]


def test_a_quote_typed_in_is_asked_about_by_its_part_and_not_by_a_number():
    (asked,) = [one for one in an_offer(modification="150000").findings if "改修" in one]

    assert "150,000円" in asked
    assert "行目" not in asked


def test_quotes_stand_beside_each_other_with_what_each_lacks():
    second = {"terminal-2": "250000", "network-2": "40000", "line-fee-2": "3000"}
    form = sheet_form({**FORM, **second, "order_on": "2022-05-20"}, TODAY)
    view = sheet_view(adoption_sheet(form.facts, TODAY), "ja")

    rows = {str(what): [str(cell) for cell in cells] for what, *cells in view.beside}
    assert [str(one.name) for one in view.offers] == ["見積1", "見積2"]
    assert view.title == "50,000円 / 73,000円"
    assert rows["自分で払う額（1回だけ）"] == ["50,000", "73,000"]
    assert rows["資格確認端末（PC）"] == ["200,000", "250,000"]
    assert rows["ルータなどネットワーク機器"] == ["△ なし", "40,000"]
    assert rows["保守・サポート（毎月）"] == ["9,000", "△ なし"]
    assert "ケーブル・配線" not in rows
    assert [step.partition(" ")[0] for step in view.steps if "増えます" in step] == ["見積1:", "見積2:"]
    assert len(view.steps) == len(set(view.steps)) == len(a_view(order_on="2022-05-20").steps) + 1
    assert form.has_quote(2)
    assert not form.has_quote(3)


@pytest.mark.parametrize("language", LANGUAGES)
def test_one_quote_stands_alone_in_every_language(language):
    view = a_view(language)

    assert (view.beside, str(view.offers[0].name)) == ((), "")


def test_a_fault_of_another_quote_stands_at_its_field_and_its_lines_alone_are_enough():
    assert list(a_form(**{"terminal-2": "many"}).faults) == ["terminal-2"]
    (quote,) = sheet_form(
        {"facility": "clinic", "claims": "online", "terminal-3": "1000"}, TODAY
    ).facts.quotes
    assert [line.yen for line in quote.lines] == [1_000]


def test_a_seller_is_called_by_name_and_what_nobody_can_read_stands_in_its_row():
    quotes = (
        Quote((Line("端末", 200_000),), seller="甲 & 乙"),
        Quote((Line("諸経費", 5_000), Line("謎", 12_000, per="year"))),
    )
    facts = structs.replace(a_form().facts, quotes=quotes)
    view = sheet_view(adoption_sheet(facts, TODAY), "ja")

    rows = {str(what): [str(cell) for cell in cells] for what, *cells in view.beside}
    assert [str(one.name) for one in view.offers] == ["甲 &amp; 乙", "見積2"]
    assert rows["（読み取れない行）"] == ["－", "5,000"]
    assert rows["（読み取れない行）（毎月）"] == ["－", "1,000"]
