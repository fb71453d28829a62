"""What a check says of a career: days, short areas, the accreditation by date, and the same in plain words."""

from datetime import date

import msgspec
import pytest

from kaihoken.web import LANGUAGES, Language
from kaihoken.workforce.careers import Career, Event, Reason, State, judge, sentences
from kaihoken.workforce.careers.judging import by_the_index, plan_of_the_index
from kaihoken.workforce.careers.telling import state_in_words

from .builders import BEGAN, NOWHERE, SHORT, SHORT_ALWAYS, a_post, a_timeline, happened

DAY = date(2029, 3, 31)


def a_doctor(**more: object) -> Career:
    career = Career(
        name="架空 一郎",
        timeline=a_timeline(a_post(area=SHORT)),
        licensed_on=date(2026, 3, 20),
        residency_began=BEGAN,
        duties=frozenset({"continuing-care", "coordination", "public-health"}),
    )
    return msgspec.structs.replace(career, **more)


def test_the_days_and_the_accreditation_are_those_of_the_rules() -> None:
    found = judge(a_doctor(), SHORT_ALWAYS, DAY)

    assert (found.reckoning.duty_days, found.reckoning.short_days) == (1096, 1096)
    assert found.accreditation is not None
    assert found.manager is not None
    assert found.manager_planned is not None
    assert (found.accreditation.days_required, found.accreditation.reached_on) == (183, date(2026, 9, 30))
    assert found.manager.reached_on == date(2026, 9, 30)
    assert (found.manager_planned.days_required, found.manager_planned.reached_on) == (365, date(2027, 3, 31))


def test_between_six_months_and_a_year_only_the_planned_rule_is_not_met() -> None:
    found = judge(a_doctor(), SHORT_ALWAYS, date(2026, 12, 31))

    assert found.manager is not None
    assert found.manager_planned is not None
    assert (found.manager.met, found.manager_planned.met) == (True, False)


def test_without_the_day_of_the_licence_nothing_is_said_of_the_accreditation() -> None:
    found = judge(a_doctor(licensed_on=None), SHORT_ALWAYS, DAY)

    assert (found.accreditation, found.manager, found.manager_planned) == (None, None, None)
    assert "免許の日と研修を始めた日が分かると" in sentences(found, "ja")[-1]


def test_the_published_index_designates_for_the_years_of_its_plan_and_not_a_day_more() -> None:
    plan = plan_of_the_index()
    areas = by_the_index()

    assert (plan.first_fiscal_year, plan.last_fiscal_year) == (2024, 2026)
    assert areas.on("0306", "", date(2024, 4, 1))  # 釜石
    assert areas.on("0306", "", date(2027, 3, 31))
    assert not areas.on("0306", "", date(2024, 3, 31))
    assert not areas.on("0306", "", date(2027, 4, 1))
    assert not areas.on("0301", "", date(2026, 4, 1))  # 盛岡


def test_what_is_missing_is_said_in_plain_words() -> None:
    said = sentences(judge(a_doctor(duties=frozenset()), NOWHERE, DAY), "ja")

    assert said[:4] == (
        "義務は 3287 日のうち 1096 日が済みました。あと 2191 日です。",
        "医師少数区域・スポットでの勤務は 1461 日のうち 0 日です。あと 1461 日が要ります。",
        "いまの予定の勤務だけでは満了しません。",
        "明日から休まず（要る日数は医師少数区域・スポットで）勤務すれば、最も早くて 2035年3月31日 です。",
    )
    assert said[-3].startswith("勤務経験の認定: 勤務は ")
    assert said[-3].endswith(
        "まだ行っていない業務: 個々の患者への継続的な診療、ほかの医療機関や介護との連携、地域の公衆衛生。"
    )
    assert "確認できていません" in said[-1]


def test_what_is_done_is_said_in_plain_words() -> None:
    said = sentences(judge(a_doctor(), SHORT_ALWAYS, date(2035, 3, 31)), "en")

    assert said[:2] == (
        "The 3287 days of duty are done (3287).",
        "The 1461 days in designated short areas are done (3287).",
    )
    assert (
        said[2] == "Accreditation of work in short areas: the 183 days of work were complete on 30 Sep 2026."
    )


CASES = {
    Reason.OUT_OF_PREFECTURE: a_timeline(a_post(prefecture="11")),
    Reason.NO_POST: a_timeline(),
    Reason.POST_WHILE_PAUSED: a_timeline(a_post(), happenings=happened(begin=BEGAN, pause=date(2027, 1, 1))),
    Reason.HELD_IN_BREACH: a_timeline(a_post(), happenings=happened(begin=BEGAN, breach=date(2027, 1, 1))),
    Reason.LEFT_EARLY: a_timeline(a_post(), happenings=happened(begin=BEGAN, leave=date(2027, 1, 1))),
    Reason.COMPLETED_EARLY: a_timeline(a_post(), happenings=happened(begin=BEGAN, complete=date(2027, 1, 1))),
    Reason.SHORT_YEARS_MISSING: a_timeline(a_post()),
}


@pytest.mark.parametrize("reason", CASES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_remark_has_its_words_and_days(reason: Reason, language: Language) -> None:
    found = judge(a_doctor(timeline=CASES[reason]), NOWHERE, DAY)
    remark = next(one for one in found.reckoning.remarks if one.reason is reason)

    said = sentences(found, language)

    first = {
        "ja": f"{remark.first.year}年{remark.first.month}月",
        "ja@easy": f"{remark.first.year}年（ねん）",
    }
    wanted = first.get(language, str(remark.first.year))
    assert any(wanted in one for one in said)
    assert len(said) == len(set(said))


@pytest.mark.parametrize("language", LANGUAGES)
def test_who_has_not_begun_is_told_so(language: Language) -> None:
    found = judge(a_doctor(timeline=a_timeline(a_post(), happenings=())), NOWHERE, DAY)

    assert found.reckoning.state is State.ENROLLED
    assert state_in_words(found.reckoning, language) not in ("", "enrolled")
    assert len(sentences(found, language)) == 4


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_broken_stay_and_an_unconfirmed_rule_are_told(language: Language) -> None:
    broken = a_timeline(
        a_post(last=date(2026, 8, 31), area=SHORT),
        a_post(date(2026, 9, 1), date(2026, 10, 31)),
        a_post(date(2026, 11, 1), date(2027, 2, 28), area=SHORT),
        a_post(date(2027, 3, 1), residency=True),
        loan_months=71,
    )

    said = sentences(judge(a_doctor(timeline=broken), SHORT_ALWAYS, DAY), language)

    words = {"ja": "続いていません", "ja@easy": "続（つづ）いていません", "en": "not continuous"}[language]
    assert any(words in one for one in said)
    assert sum(one.startswith("※") for one in said) == 2


def test_every_event_has_a_word_of_its_own() -> None:
    from kaihoken.workforce.careers.reading import EVENTS

    assert set(EVENTS) == set(Event)
    assert len(set(EVENTS.values())) == len(Event)
