"""What a person at a terminal reads of an answer: the words, and tables of what the register says and what differs."""

from datetime import date

import msgspec

from kaihoken.coverage.answer import (
    AdvisorySaid,
    Answer,
    DifferenceSaid,
    DiseaseShown,
    DueSaid,
    ElderlyShown,
    LimitShown,
    PublicExpenseShown,
    Result,
    ShareSaid,
    StepSaid,
    TicketShown,
    Words,
)
from kaihoken.coverage.terminal import lines_of

FIRST, LAST = date(2026, 4, 1), date(2027, 3, 31)


def an_answer(**more: object) -> Answer:
    """A valid answer of which nothing may be shown, unless said otherwise."""
    plain = Answer(
        on=date(2026, 11, 20),
        kind="number",
        situation="valid",
        validity="1",
        words=Words(title="有効", staff="資格があります", patient=""),
        share=ShareSaid(kind="value", basis="statutory", text="3割", percent=30),
        steps=(StepSaid(kind="receive", text="3割を受け取る"),),
        language="ja",
        rules="x",
    )
    return msgspec.structs.replace(plain, **more)


def told(answer: Answer) -> list[str]:
    return list(lines_of(answer))


def test_without_results_there_are_words_alone() -> None:
    answer = an_answer(advisories=(AdvisorySaid(kind="overlap", text="重なっています"),))

    assert told(answer) == ["有効  3割", "資格があります", "1. 3割を受け取る", "△ 重なっています"]


def test_what_is_due_stands_before_the_share() -> None:
    due = DueSaid(basis="subsidy", text="1日 200 円まで", yen=200)

    assert told(an_answer(due=due))[0] == "有効  1日 200 円まで  3割"


def test_what_is_not_taken_as_it_stands_has_the_official_word_and_no_share() -> None:
    ended = an_answer(
        situation="ended", validity="2", words=Words(title="要確認", staff="終わりました", patient="")
    )
    refused = msgspec.structs.replace(ended, situation="certificate-revoked", validity=None)

    assert told(ended)[0] == "要確認  無効"
    assert told(msgspec.structs.replace(ended, situation="pending", validity="4"))[0] == "要確認  3割"
    assert told(refused)[0] == "要確認"


def test_every_main_field_has_a_line_in_columns() -> None:
    result = Result(
        insurer_number="00138057",
        insurer_name="架空市",
        symbol="12-34",
        number="56",
        branch="01",
        name="山田　太郎",
        kana="ﾔﾏﾀﾞ ﾀﾛｳ",
        relation="2",
        share_percent=20,
        acquired=FIRST,
        lost=date(2026, 12, 1),
        valid_from=FIRST,
        valid_to=LAST,
        elderly=ElderlyShown(valid_from=FIRST, share_percent=20),
        limit=LimitShown(classification="01", category="A03", valid_from=FIRST, valid_to=LAST),
        diseases=(DiseaseShown(category="1", valid_from=FIRST, monthly_limit_yen=10000),),
        tickets=(
            TicketShown(
                ticket_type="1",
                month=FIRST,
                facility="9910000007",
                facility_name="架空医院",
                issue_number="1",
                valid_from=FIRST,
                valid_to=LAST,
                treatment_type="1",
            ),
        ),
    )
    subsidy = PublicExpenseShown(
        payer_number="83137001",
        recipient_number="1234567",
        scheme="子ども医療費助成",
        start=FIRST,
        end=date(2027, 4, 1),
    )

    lines = told(an_answer(results=(result,), subsidies=(subsidy,), since=FIRST))

    assert lines[3:] == [
        "",
        "  保険者          138057  架空市",
        "  記号            12-34",
        "  番号            56",
        "  枝番            01",
        "  氏名            山田　太郎",
        "  カナ            ﾔﾏﾀﾞ ﾀﾛｳ",
        "  本人・家族      家族",
        "  負担割合        2割",
        "  資格取得日      2026-04-01",
        "  資格喪失日      2026-12-01",
        "  有効期間        2026-04-01 – 2027-03-31",
        "  高齢受給者証    2割  2026-04-01 –",
        "  限度額          " + lines[16].split(maxsplit=1)[1],
        "  特定疾病        人工透析を必要とする慢性腎不全  2026-04-01 –",
        "  医療券・調剤券  " + lines[18].split(maxsplit=1)[1],
        "",
        "  公費          子ども医療費助成  83137001 1234567  2026-04-01 – 2027-03-31",
        "  届け出・開始  2026-04-01",
    ]
    assert lines[16].endswith("  2026-04-01 – 2027-03-31")


def test_labels_and_codes_are_in_the_language_of_the_answer() -> None:
    lines = told(an_answer(results=(Result(number="56", relation="2"),), language="en"))

    assert lines[3:] == ["", "  Number    56", "  Relation  family member"]


def test_two_coverages_are_two_tables() -> None:
    lines = told(an_answer(results=(Result(number="56"), Result(number="57"))))

    assert lines[3:] == ["", "  番号  56", "", "  番号  57"]


def test_what_was_asked_stands_beside_what_is_registered() -> None:
    def differs(field: str, asked: str) -> DifferenceSaid:
        return DifferenceSaid(kind=field, field=field, asked=asked, text="違います")

    answer = an_answer(
        results=(Result(branch="01", relation="1"),),
        differences=(differs("branch", ""), differs("relation", "2"), differs("share_percent", "20")),
    )

    assert told(answer)[-4:] == [
        "              質問  登録",
        "  枝番        –     01    違います",
        "  本人・家族  家族  本人  違います",
        "  負担割合    2割   3割   違います",
    ]


def test_a_difference_with_what_may_not_be_shown_stands_alone() -> None:
    differs = DifferenceSaid(kind="branch", field="branch", asked="02", text="枝番が違います")

    assert told(an_answer(differences=(differs,)))[-1] == "  枝番  02    –     枝番が違います"
