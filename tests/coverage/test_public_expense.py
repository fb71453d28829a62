"""公費 side by side: all that belongs to each, in the order of claims, and nothing where they are not offered."""

from datetime import date
from itertools import permutations

import msgspec

from kaihoken import rules
from kaihoken.consent import Item
from kaihoken.coverage import PublicExpense, QuestionKind, Situation
from kaihoken.coverage.disclosure import disclose
from kaihoken.coverage.public_expense import in_order
from kaihoken.payment import PublicExpenseOrder

from .people import TODAY, covered_by
from .test_disclosure import a_verdict


def a_subsidy(payer: str, recipient: str = "1234566", **more: object) -> PublicExpense:
    plain = PublicExpense(payer, recipient, f"制度{payer[:2]}", date(2025, 4, 1), date(2030, 4, 1), 500)
    return msgspec.structs.replace(plain, **more)


CHILD, INTRACTABLE, LOCAL, MENTAL = (
    a_subsidy("52136011"),
    a_subsidy("54136015"),
    a_subsidy("81136244"),
    a_subsidy("21136011"),
)


def test_whatever_order_they_were_registered_in_they_leave_in_that_of_claims() -> None:
    for registered in permutations((CHILD, INTRACTABLE, LOCAL, MENTAL)):
        verdict = a_verdict(Situation.VALID, covered_by(), subsidies=registered)
        shown = disclose(verdict, QuestionKind.CERTIFICATE, frozenset({Item.SUBSIDY}), TODAY).subsidies

        assert [one.payer_number[:2] for one in shown] == ["21", "52", "54", "81"]


def test_each_line_is_complete() -> None:
    verdict = a_verdict(Situation.VALID, covered_by(), subsidies=(LOCAL, INTRACTABLE))
    shown = disclose(verdict, QuestionKind.CERTIFICATE, frozenset({Item.SUBSIDY}), TODAY).subsidies

    assert [msgspec.structs.asdict(one) for one in shown] == [
        {
            "payer_number": of.payer_number,
            "recipient_number": "1234566",
            "scheme": of.scheme,
            "start": date(2025, 4, 1),
            "end": date(2030, 4, 1),
            "self_pay_yen": 500,
        }
        for of in (INTRACTABLE, LOCAL)
    ]


def test_two_of_one_municipality_stand_by_number_and_first_day() -> None:
    earlier, later = a_subsidy("81136244"), a_subsidy("81136244", "7654321", start=date(2026, 4, 1))

    assert in_order((later, a_subsidy("80136245"), earlier), TODAY) == [
        a_subsidy("80136245"),
        earlier,
        later,
    ]


def test_one_alone_or_none_asks_no_rules() -> None:
    assert in_order((LOCAL,), date(1900, 1, 1)) == (LOCAL,)
    assert in_order((), date(1900, 1, 1)) == ()


def test_the_order_names_each_law_once() -> None:
    laws = rules.load(PublicExpenseOrder, on=TODAY).laws

    assert len(set(laws)) == len(laws)
    assert all(len(law) == 2 and law < "80" for law in laws)


def test_without_the_consent_nothing_of_them_leaves() -> None:
    verdict = a_verdict(Situation.VALID, covered_by(), subsidies=(LOCAL, INTRACTABLE))
    for kind in QuestionKind:
        shown = disclose(verdict, kind, frozenset(Item) - {Item.SUBSIDY}, TODAY)

        assert shown.subsidies == ()
        assert "subsidies" not in shown.fields
