"""The words at the counter: complete in three languages, and nothing in them that a patient should not read aloud."""

import re
from datetime import date
from itertools import product
from typing import get_args

import msgspec
import pytest

from kaihoken.coverage import Coverage, PersonId, QuestionKind, Situation, Verdict
from kaihoken.coverage.verdict import Advisory, Difference, DifferenceKind, ShareBasis, StepKind
from kaihoken.coverage.words import (
    advisories_said,
    day_said,
    differences_said,
    share_said,
    steps_said,
    words_for,
)
from kaihoken.payment import Share, ShareKind, ShareQuestion
from kaihoken.web import Language, messages

from .people import TODAY, covered_by

LANGUAGES: tuple[Language, ...] = get_args(Language)

# What a patient's words never say, in the script of every language: neither the official word nor a reason.
NOT_FOR_PATIENTS = re.compile(
    r"無効|喪失|失効|生活保護|滞納|特別|医療扶助|停止|期限|保険料"
    r"|むこう|そうしつ|せいかつ|たいのう|とくべつ|いりょうふじょ"
    r"|invalid|lost|loss|welfare|arrears|assist|revoked|expired|suspend|special|premium",
    re.IGNORECASE,
)
WHOLE_FEE = re.compile(r"10\s*割|十割|全額|ぜんぶ|100\s*%|whole|full (fee|bill|price)", re.IGNORECASE)
SHARES = {
    ShareKind.VALUE: Share.of(30),
    ShareKind.RANGE: Share.between(10, 30, ShareQuestion.DECLARED_SHARE),
    ShareKind.UNKNOWN: Share.unknown(ShareQuestion.INSURER),
    ShareKind.WHOLE_THEN_CLAIM: Share.whole_then_claim(),
}


def a_verdict(situation: Situation = Situation.VALID, **more: object) -> Verdict:
    plain = Verdict(
        situation=situation,
        validity=None,
        on=TODAY,
        person=PersonId(bytes(16)),
        coverages=(),
        tickets=(),
        subsidies=(),
        non_disclosure=False,
        share=Share.of(30),
        share_basis=ShareBasis.STATUTE,
        differences=(),
        advisories=(),
        steps=(),
    )
    return msgspec.structs.replace(plain, **more)


def as_found(situation: Situation) -> tuple[tuple[Coverage, ...], date | None]:
    """The coverage and the date that `verify` gives with a situation."""
    ended = covered_by(lost=date(2026, 11, 1))
    return {
        Situation.ENDED: ((ended,), None),
        Situation.DECEASED: ((ended,), None),
        Situation.NEW_EXISTS: ((ended,), None),
        Situation.OVERLAP: ((covered_by(),), None),
        Situation.NOT_STARTED: ((covered_by(since=date(2026, 12, 1)),), date(2026, 12, 1)),
        Situation.PENDING: ((), date(2026, 11, 16)),
    }.get(situation, ((), None))


@pytest.mark.parametrize(("situation", "language"), list(product(Situation, LANGUAGES)))
class TestEverySituation:
    def test_has_a_title_and_words_for_staff_and_patient(
        self, situation: Situation, language: Language
    ) -> None:
        coverages, since = as_found(situation)
        words = words_for(
            a_verdict(situation, coverages=coverages, since=since), QuestionKind.NUMBER, language
        )
        assert all((words.title, words.staff, words.patient))
        assert "{" not in words.title + words.staff + words.patient

    def test_tells_the_patient_no_reason(self, situation: Situation, language: Language) -> None:
        coverages, since = as_found(situation)
        words = words_for(
            a_verdict(situation, coverages=coverages, since=since), QuestionKind.NUMBER, language
        )
        assert not NOT_FOR_PATIENTS.search(words.patient)

    def test_tells_staff_a_day_wherever_the_sentence_has_one(
        self, situation: Situation, language: Language
    ) -> None:
        facts = messages("coverage").facts(f"situation.{situation.value}.staff", language)
        coverages, since = as_found(situation)
        said = words_for(
            a_verdict(situation, coverages=coverages, since=since), QuestionKind.NUMBER, language
        ).staff
        days = {"last": date(2026, 10, 31), "since": since}
        assert facts <= set(days)
        assert all(day_said(days[fact], language) in said and days[fact] for fact in facts)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_patients_word_in_the_catalogue_names_a_reason(language: Language) -> None:
    room = messages("coverage")
    for_patients = [name for name in room.names(language) if name.endswith(".patient")]

    assert len(for_patients) == len(Situation)
    assert [name for name in for_patients if NOT_FOR_PATIENTS.search(room.text(name, language))] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_step_asks_for_the_whole_fee_but_that_of_special_expense(language: Language) -> None:
    room = messages("coverage")
    steps = [name for name in room.names(language) if name.startswith("step.")]
    facts = {"share": "3割", "ask": "", "due": "1日 200 円まで", "scheme": "助成"}

    told_otherwise = {name.split(".")[1] for name in steps if name.count(".") == 2}
    assert {name.split(".")[1] for name in steps} == set(StepKind)
    assert told_otherwise == {
        "receive",
        "receive-with-subsidy",
        "receive-by-ticket",
        "receive-by-confirmation",
        "declaration",
        "declaration-if-card-unreadable",
        "declaration-with-card",
    }
    assert [name for name in steps if WHOLE_FEE.search(room.text(name, language, **facts))] == [
        "step.receive-whole-then-claim"
    ]


@pytest.mark.parametrize(
    ("kind", "step", "language"),
    list(product((ShareKind.VALUE, ShareKind.RANGE, ShareKind.UNKNOWN), StepKind, LANGUAGES)),
)
def test_no_share_but_that_of_special_expense_makes_a_step_ask_for_the_whole_fee(
    kind: ShareKind, step: StepKind, language: Language
) -> None:
    (said,) = steps_said(a_verdict(share=SHARES[kind], steps=(step,)), None, language)

    assert said.kind == step.value
    assert "{" not in said.text
    assert bool(WHOLE_FEE.search(said.text)) == (step is StepKind.RECEIVE_WHOLE_THEN_CLAIM)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "step",
    [
        StepKind.DECLARATION,
        StepKind.DECLARATION_IF_CARD_UNREADABLE,
        StepKind.DECLARATION_WITH_CARD,
        StepKind.RECEIVE,
    ],
)
def test_an_unknown_share_is_told_with_what_settles_it(step: StepKind, language: Language) -> None:
    (said,) = steps_said(a_verdict(share=SHARES[ShareKind.UNKNOWN], steps=(step,)), None, language)

    assert messages("payment").text("share.ask.insurer", language) in said.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_range_is_told_with_what_settles_it(language: Language) -> None:
    ask = messages("payment").text("share.ask.declared-share", language)
    steps = (StepKind.DECLARATION, StepKind.RECEIVE)
    declaration, receive = steps_said(a_verdict(share=SHARES[ShareKind.RANGE], steps=steps), None, language)

    assert ask in declaration.text
    assert ask not in receive.text  # the step in front of it says what to look at


@pytest.mark.parametrize(
    ("language", "texts"),
    [
        ("ja", ("3割", "1割から3割", "全額（後日 保険者へ申請）", "わかりません（確認が必要です）")),
        ("ja@easy", ("3割（わり）", "1割（わり）から 3割（わり）", None, None)),
        ("en", ("30 %", "10 to 30 %", "the whole fee (claimed from the insurer afterwards)", None)),
    ],
)
def test_shares_in_words(language: Language, texts: tuple[str | None, ...]) -> None:
    order = (ShareKind.VALUE, ShareKind.RANGE, ShareKind.WHOLE_THEN_CLAIM, ShareKind.UNKNOWN)
    for kind, text in zip(order, texts, strict=True):
        said = share_said(SHARES[kind], ShareBasis.STATUTE, language)
        assert (said.kind, said.basis) == (kind.value, "statute")
        assert text is None or said.text == text
        assert bool(said.ask) == (kind in (ShareKind.RANGE, ShareKind.UNKNOWN))


@pytest.mark.parametrize(("kind", "language"), list(product(Advisory, LANGUAGES)))
def test_every_advisory_has_words(kind: Advisory, language: Language) -> None:
    expired = covered_by(valid_to=date(2026, 7, 31))
    (said,) = advisories_said(a_verdict(coverages=(expired,)), (kind,), language)

    assert said.kind == kind.value
    assert said.text
    assert "{" not in said.text
    if kind is Advisory.DOCUMENT_EXPIRED:
        assert day_said(date(2026, 7, 31), language) in said.text
    if kind is Advisory.LAG_LIKELY:
        assert "10" in said.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_advisory_needs_no_coverage(language: Language) -> None:
    (said,) = advisories_said(a_verdict(Situation.NOT_FOUND), (Advisory.LAG_LIKELY,), language)

    assert "10" in said.text
    assert advisories_said(a_verdict(), (), language) == ()


UNSEEN = (Advisory.SUBSIDY_NOT_BY_NUMBER, Advisory.SUBSIDY_NOT_CONSENTED, Advisory.SUBSIDY_NOT_ONLINE)


@pytest.mark.parametrize(("kind", "language"), list(product(UNSEEN, LANGUAGES)))
def test_absent_subsidies_are_never_said_not_to_be(kind: Advisory, language: Language) -> None:
    (said,) = advisories_said(a_verdict(), (kind,), language)
    assert not re.search(r"ありません|なし|none|no subsid", said.text, re.IGNORECASE)
    assert re.search("受給者証|recipient", said.text)


def test_several_coverages_are_told_apart_by_the_branch_number_or_by_the_insurer() -> None:
    verdict = a_verdict(Situation.MULTIPLE)
    by_number = words_for(verdict, QuestionKind.NUMBER, "ja").staff
    by_card = words_for(verdict, QuestionKind.CERTIFICATE, "ja").staff
    assert "枝番" in by_number
    assert "カード" not in by_number
    assert "保険者の訂正" in by_card
    assert "枝番" not in by_card


def test_a_range_to_be_seen_is_not_told_as_a_share_to_take() -> None:
    steps = (StepKind.SEE_LATE_ELDERLY_SHARE, StepKind.RECEIVE)
    see, take = steps_said(a_verdict(share=SHARES[ShareKind.RANGE], steps=steps), None, "ja")
    assert "後期高齢者医療の資格確認書" in see.text
    assert "高齢受給者証" not in see.text
    assert take.text == "見た負担割合（1割から3割のどれか）で受け取ります"


@pytest.mark.parametrize(("kind", "language"), list(product(DifferenceKind, LANGUAGES)))
def test_every_difference_has_words(kind: DifferenceKind, language: Language) -> None:
    (said,) = differences_said(a_verdict(differences=(Difference(kind, "kana", "ﾔﾏﾀﾞ"),)), language)

    assert (said.kind, said.field, said.asked) == (kind.value, "kana", "ﾔﾏﾀﾞ")
    assert said.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_notification_without_a_day_is_told_without_one(language: Language) -> None:
    dated = words_for(
        a_verdict(Situation.PENDING, since=date(2026, 11, 16)), QuestionKind.NUMBER, language
    ).staff
    undated = words_for(a_verdict(Situation.PENDING), QuestionKind.NUMBER, language).staff

    assert undated != dated
    assert not re.search(r"^に|on \.| on$|\d", undated)


def test_days_as_people_read_them() -> None:
    day = date(2026, 1, 5)

    assert [day_said(day, language) for language in LANGUAGES] == [
        "2026年1月5日",
        "2026年（ねん）1月（いちがつ）5日（いつか）",
        "5 January 2026",
    ]
    assert day_said(None, "en") == ""
