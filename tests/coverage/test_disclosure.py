"""What may leave: every cell of the matrix, against an expectation that was written without it."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from itertools import product
from pathlib import Path
from typing import get_args

import msgspec
import pytest
import yaml

from kaihoken import rules
from kaihoken.consent import Care, ConsentId, Grant, Held, Means, State, standing
from kaihoken.coverage import (
    Consent,
    Coverage,
    ElderlyCertificate,
    LimitCertificate,
    MatchState,
    MedicalTicket,
    PersonId,
    PublicExpense,
    QuestionKind,
    ReferenceLink,
    Situation,
    SpecificDisease,
    Verdict,
    disclosure,
)
from kaihoken.coverage.answer import ConsentShown, Result
from kaihoken.coverage.consents.standing import asked_again
from kaihoken.coverage.disclosure import Disclosure, DisclosureMatrix, disclose, with_over
from kaihoken.coverage.verdict import ShareBasis
from kaihoken.payment import Share, ShareQuestion
from kaihoken.problems import Problem

from .people import FACILITY, TODAY, TOKYO_BRANCH, covered_by

NOW = datetime(2026, 11, 20, 1, tzinfo=UTC)
ASKED_AGAIN = (Care.HOME, Care.ONLINE)
"""訪問 and オンライン: where a patient is asked about again on a consent, each by itself."""
Way = QuestionKind | Care
WAYS: tuple[Way, ...] = (*(kind for kind in QuestionKind if kind is not QuestionKind.STANDING), *ASKED_AGAIN)
"""The ways of asking."""

SUBSIDIES = "subsidies"
FIELDS = (*Result.__struct_fields__, SUBSIDIES)
EVERY = frozenset(Consent)
CONSENTS = [
    frozenset(),
    EVERY,
    *(frozenset({one}) for one in Consent),
    *(EVERY - {one} for one in Consent),
    frozenset({Consent.LIMIT, Consent.DISEASE}),
]
"""None, all, each alone, all but each, and two."""
MATCH_STATES: tuple[MatchState, ...] = get_args(MatchState)

TICKET = MedicalTicket(
    "01", date(2026, 11, 1), FACILITY, "架空医院", "1", date(2026, 11, 1), date(2026, 11, 30), "02"
)
SUBSIDY = PublicExpense(
    "81136244", "1234566", "子ども医療費助成", date(2025, 4, 1), date(2030, 4, 1), self_pay_yen=200
)


LINK = ReferenceLink(FACILITY, "P-0001", TOKYO_BRANCH, "12-34", "56", "01", TODAY)


def with_every_field(**more: object) -> Coverage:
    """A coverage of which every field is filled, whether or not they can be filled together."""
    return covered_by(
        name="髙●　健",
        other_name="高木　健",
        other_kana="ﾀｶｷﾞ ｹﾝ",
        sex_other="1",
        birthdate=date(2022, 5, 1),
        lost=date(2026, 12, 1),
        loss_reason="03",
        issued=date(2025, 4, 1),
        valid_from=date(2025, 4, 1),
        valid_to=date(2027, 3, 31),
        share_percent=20,
        elderly=ElderlyCertificate(date(2026, 8, 1), date(2026, 8, 1), date(2027, 7, 31), 20),
        limits=(LimitCertificate("01", "A03", date(2026, 8, 1), date(2026, 8, 1), date(2027, 7, 31)),),
        diseases=(SpecificDisease("1", None, date(2026, 1, 1), None, 10000),),
        tickets=(TICKET,),
        **more,
    )


def a_verdict(
    situation: Situation = Situation.VALID,
    *coverages: Coverage,
    subsidies: tuple[PublicExpense, ...] = (SUBSIDY,),
    non_disclosure: bool = False,
    on: date = TODAY,
) -> Verdict:
    """A verdict that found everything that there is; `disclose` looks at nothing else of it."""
    return Verdict(
        situation=situation,
        validity=None,
        on=on,
        person=PersonId(bytes(16)),
        coverages=coverages or (with_every_field(),),
        tickets=(TICKET,),
        subsidies=subsidies,
        non_disclosure=non_disclosure,
        share=Share.unknown(ShareQuestion.INSURER),
        share_basis=ShareBasis.NONE,
        differences=(),
        advisories=(),
        steps=(),
        references=(LINK,),
    )


class Expected:
    """The file beside this one, read."""

    def __init__(self) -> None:
        text = Path(__file__).with_name("disclosure_expected.yaml").read_text("utf-8")
        table = yaml.safe_load(text)
        self._groups = table["situations"]
        self.sorts = table["sorts"]
        self.ways = table["ways"]
        self.sort_of = {field: sort for sort, entry in self.sorts.items() for field in entry["fields"]}
        self.hidden_states = table["match"]["nothing_leaves"]
        self.states = {*self.hidden_states, *table["match"]["as_usual"]}

    def situations(self, way: Way, sort: str) -> set[str]:
        """Where a sort leaves; of asking again without saying in which care, what leaves in either."""
        if way is QuestionKind.STANDING:
            return set.intersection(*(self.situations(care, sort) for care in ASKED_AGAIN))
        groups = self.ways[way.value].get(sort, ())
        return {name for group in groups for name in self._groups.get(group, [group])}

    def leaves(
        self,
        field: str,
        way: Way,
        situation: Situation,
        consents: frozenset[Consent],
        match: MatchState,
        non_disclosure: bool,
    ) -> bool:
        sort = self.sort_of[field]
        needed = self.sorts[sort].get("consent")
        return (
            situation.value in self.situations(way, sort)
            and (needed is None or Consent(needed) in consents)
            and match not in self.hidden_states
            and match not in self.sorts[sort].get("stopped_by", ())
            and not (non_disclosure and self.sorts[sort].get("hidden_by_non_disclosure", False))
        )


EXPECTED = Expected()


def a_grant(care: Care, items: frozenset[Consent]) -> Grant:
    """A consent to the facility in a form of care."""
    return Grant(ConsentId(bytes(16)), bytes(16), FACILITY, care, items, Means.HOME, NOW, None, TODAY)


def disclosed(way: Way, verdict: Verdict, consents: frozenset[Consent]) -> Disclosure:
    """What leaves when it is asked so. Asked again in a form of care: on these consents for it, while everything was
    consented to for the other."""
    if isinstance(way, QuestionKind):
        return disclose(verdict, way, consents, TODAY)
    held = [Held(a_grant(care, EVERY), {}) for care in ASKED_AGAIN if care is not way]
    if consents:
        held.append(Held(a_grant(way, consents), {}))
    try:
        inquiry = asked_again(PersonId(bytes(16)), FACILITY, way, standing(held, FACILITY, way, NOW), TODAY)
    except Problem:
        return Disclosure((), (), ())
    assert inquiry.kind is QuestionKind.STANDING
    return disclose(verdict, inquiry.kind, inquiry.consents, TODAY)


def cells() -> Iterator[tuple[Way, Situation, frozenset[Consent], MatchState, bool]]:
    yield from product(WAYS, Situation, CONSENTS, MATCH_STATES, (False, True))


def test_the_expectation_speaks_of_every_way_field_and_state_and_known_situations() -> None:
    listed = [field for entry in EXPECTED.sorts.values() for field in entry["fields"]]

    assert sorted(listed) == sorted(FIELDS)
    assert EXPECTED.states == set(MATCH_STATES)
    assert set(EXPECTED.ways) == {way.value for way in WAYS}
    for way in WAYS:
        assert set(EXPECTED.ways[way.value]) <= set(EXPECTED.sorts)
        for sort in EXPECTED.sorts:
            assert EXPECTED.situations(way, sort) <= {situation.value for situation in Situation}


def test_every_cell_lets_through_what_is_expected_and_nothing_else() -> None:
    walked, wrong = 0, []
    for way, situation, consents, match, non_disclosure in cells():
        coverage = with_every_field(match=match)
        shown = disclosed(way, a_verdict(situation, coverage, non_disclosure=non_disclosure), consents)
        left = set(msgspec.to_builtins(shown.results[0])) if shown.results else set()
        if shown.subsidies:
            left.add(SUBSIDIES)
        expected = {
            field
            for field in FIELDS
            if EXPECTED.leaves(field, way, situation, consents, match, non_disclosure)
            and (consents or way not in ASKED_AGAIN)
        }
        cell = (way.value, situation.value, sorted(consents), match, non_disclosure)
        if left != expected:
            wrong.append((cell, "left", sorted(left ^ expected)))
        if set(shown.fields) != expected:
            wrong.append((cell, "on record", sorted(set(shown.fields) ^ expected)))
        walked += 1

    assert wrong == []
    assert walked == len(WAYS) * len(Situation) * len(CONSENTS) * 6 * 2


@pytest.mark.parametrize("care", [Care.OUTPATIENT, Care.EMERGENCY])
def test_other_forms_of_care_are_not_asked_about_again_whatever_was_consented_to(care: Care) -> None:
    assert disclosed(care, a_verdict(), EVERY) == Disclosure((), (), ())


def test_what_leaves_is_what_is_registered() -> None:
    coverage = with_every_field()
    (result,) = disclose(a_verdict(), QuestionKind.CERTIFICATE, frozenset(Consent), TODAY).results
    same = [
        name for name in Result.__struct_fields__ if getattr(result, name) == getattr(coverage, name, None)
    ]
    other = {name: getattr(result, name) for name in Result.__struct_fields__ if name not in same}

    assert {name for name in FIELDS if name in Coverage.__struct_fields__} - {
        "elderly",
        "diseases",
        "tickets",
    } <= {*same}
    assert other.pop("preschool") is True
    assert other.pop("name_flagged") is True
    assert other.pop("name_reading") == "高●　健"
    assert msgspec.structs.asdict(other.pop("elderly")) == msgspec.structs.asdict(coverage.elderly)
    assert msgspec.structs.asdict(other.pop("limit")) == msgspec.structs.asdict(coverage.limits[0])
    assert [msgspec.structs.asdict(one) for one in other.pop("diseases")] == [
        msgspec.structs.asdict(one) for one in coverage.diseases
    ]
    assert [msgspec.structs.asdict(one) for one in other.pop("tickets")] == [msgspec.structs.asdict(TICKET)]
    consents = {name: other.pop(name) for name in [*other] if name.endswith("_consent")}
    assert {shown.flag for shown in consents.values()} == {"1"}
    assert len(consents) == len(Consent) - 1, "a 受給者証 has no field of its own"
    assert other.pop("reference_number") == LINK.reference_number
    assert other == {}


def test_a_consent_without_a_certificate_to_show_is_told_all_the_same() -> None:
    plain = covered_by()
    (result,) = disclose(
        a_verdict(Situation.VALID, plain), QuestionKind.CERTIFICATE, frozenset(Consent), TODAY
    ).results

    assert (result.limit_consent, result.limit) == (result.disease_consent, None)
    assert result.diseases == ()


@pytest.mark.parametrize(
    ("valid_from", "valid_to", "leaves"),
    [
        (date(2026, 11, 20), date(2026, 11, 20), True),
        (date(2026, 11, 21), None, False),
        (date(2026, 8, 1), None, True),
        (date(2025, 8, 1), date(2026, 11, 19), False),
    ],
)
def test_limits_and_diseases_leave_only_while_they_run(
    valid_from: date, valid_to: date | None, leaves: bool
) -> None:
    coverage = covered_by(
        limits=(LimitCertificate("01", "A03", None, valid_from, valid_to),),
        diseases=(SpecificDisease("1", None, valid_from, valid_to, 10000),),
    )
    (result,) = disclose(
        a_verdict(Situation.VALID, coverage), QuestionKind.CERTIFICATE, frozenset(Consent), TODAY
    ).results

    assert (result.limit is not None, bool(result.diseases)) == (leaves, leaves)


def test_of_two_limits_that_run_the_newer_one_leaves() -> None:
    older = LimitCertificate("01", "A03", None, date(2026, 8, 1), None)
    newer = LimitCertificate("02", "A05", None, date(2026, 11, 1), None)
    coverage = covered_by(limits=(newer, older))
    (result,) = disclose(
        a_verdict(Situation.VALID, coverage), QuestionKind.NUMBER, frozenset({Consent.LIMIT}), TODAY
    ).results

    assert result.limit is not None
    assert result.limit.category == "A05"


def test_a_ticket_stands_only_beside_the_coverage_whose_it_is() -> None:
    insured, assisted = covered_by(), covered_by("12131108", classification="A1", tickets=(TICKET,))
    shown = disclose(
        a_verdict(Situation.VALID, insured, assisted), QuestionKind.CERTIFICATE, frozenset(), TODAY
    )

    assert [len(result.tickets) for result in shown.results] == [0, 1]


def test_a_coverage_that_may_not_be_viewed_leaves_no_result_beside_one_that_may() -> None:
    shown = disclose(
        a_verdict(Situation.VALID, covered_by(), covered_by(number="9", match="suspended-3")),
        QuestionKind.CERTIFICATE,
        frozenset(),
        TODAY,
    )

    assert [result.number for result in shown.results] == ["56"]


def test_two_results_are_on_record_like_one() -> None:
    beside = covered_by(number="9", match="suspended-1")
    one = disclose(a_verdict(Situation.VALID, covered_by()), QuestionKind.NUMBER, frozenset(), TODAY)
    two = disclose(a_verdict(Situation.VALID, covered_by(), beside), QuestionKind.NUMBER, frozenset(), TODAY)

    assert (len(two.results), two.fields) == (2, one.fields)


def test_the_matrix_of_the_day_of_the_answer_decides_not_that_of_the_day_asked_about() -> None:
    long_ago = a_verdict(on=date(2010, 4, 1))

    assert disclose(long_ago, QuestionKind.NUMBER, frozenset(), TODAY).results
    with pytest.raises(Problem, match="no_version"):
        disclose(long_ago, QuestionKind.NUMBER, frozenset(), date(2010, 4, 1))


def test_every_field_of_the_answer_is_in_a_group_or_never_kept() -> None:
    matrix = rules.load(DisclosureMatrix, on=TODAY)
    grouped = [field for group in matrix.groups.values() for field in group]

    assert len(grouped) == len(set(grouped))
    leaving = {
        field for field in FIELDS if any(EXPECTED.situations(way, EXPECTED.sort_of[field]) for way in WAYS)
    }
    assert set(grouped) == leaving


@pytest.fixture
def another_matrix(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[DisclosureMatrix], None]]:
    """Puts a matrix of the test's own in the place of the rules file."""
    load = rules.load

    def put(matrix: DisclosureMatrix) -> None:
        disclosure._cell.cache_clear()
        monkeypatch.setattr(
            rules, "load", lambda kind, *, on: matrix if kind is DisclosureMatrix else load(kind, on=on)
        )

    yield put
    disclosure._cell.cache_clear()


def test_a_way_of_asking_that_the_matrix_does_not_name_shows_nothing(
    another_matrix: Callable[[DisclosureMatrix], None],
) -> None:
    another_matrix(
        DisclosureMatrix(
            groups={"only": ("number",)},
            ways={QuestionKind.NUMBER: {Situation.VALID: {"always": ("only",)}}},
            non_disclosure=(),
        )
    )
    shown = disclose(
        a_verdict(Situation.VALID, covered_by()), QuestionKind.CERTIFICATE, frozenset(Consent), TODAY
    )

    assert (shown.results, shown.subsidies, shown.fields) == ((), (), ())


def test_a_row_of_one_field_shows_that_field(another_matrix: Callable[[DisclosureMatrix], None]) -> None:
    """attrgetter makes no tuple of a single name: a later matrix may have such a row."""
    another_matrix(
        DisclosureMatrix(
            groups={"only": ("number",)},
            ways={QuestionKind.NUMBER: {Situation.VALID: {"always": ("only",)}}},
            non_disclosure=(),
        )
    )
    shown = disclose(a_verdict(Situation.VALID, covered_by()), QuestionKind.NUMBER, frozenset(), TODAY)

    assert [msgspec.to_builtins(result) for result in shown.results] == [{"number": "56"}]


def over(
    verdict: Verdict, *items: Consent, state: State = State.EXPIRED, until: datetime | None = None
) -> Disclosure:
    """What is told of items that are over, beside a consent to nothing else."""
    grant = Grant(
        ConsentId(b"\x01" * 16), bytes(16), FACILITY, Care.HOME, frozenset(items), Means.CARD,
        datetime(2026, 11, 1, tzinfo=UTC), until, TODAY,
    )  # fmt: skip
    kind, nothing = QuestionKind.STANDING, frozenset[Consent]()
    shown = disclose(verdict, kind, nothing, TODAY)
    return with_over(shown, verdict, kind, nothing, dict.fromkeys(items, (grant, state)), TODAY)


def test_a_consent_that_is_over_is_told_and_opens_nothing() -> None:
    until = datetime(2026, 11, 2, tzinfo=UTC)
    (result,) = over(a_verdict(), Consent.DISEASE, Consent.MEDICINE, until=until).results

    told = ConsentShown(
        flag="2", given_at=datetime(2026, 11, 1, tzinfo=UTC), available_until=until, id="01" * 16
    )
    assert result.disease_consent == result.medicine_consent == told
    assert result.diseases == ()
    (withdrawn,) = over(a_verdict(), Consent.MEDICINE, state=State.WITHDRAWN_BY_PATIENT, until=until).results
    assert withdrawn.medicine_consent == msgspec.structs.replace(told, available_until=None)


def test_on_record_what_is_over_is_not_what_was_shown() -> None:
    plain = disclose(a_verdict(), QuestionKind.STANDING, frozenset(), TODAY)
    shown = over(a_verdict(), Consent.MEDICINE)

    assert set(shown.fields) - set(plain.fields) == {"medicine_consent_over"}


@pytest.mark.parametrize(
    ("verdict", "item"),
    [
        (a_verdict(), Consent.LIMIT),  # OQSCD001 knows no such value
        (a_verdict(), Consent.SUBSIDY),
        (a_verdict(Situation.ENDED), Consent.MEDICINE),
        (a_verdict(Situation.VALID, with_every_field(classification="07")), Consent.MEDICINE),
        (a_verdict(Situation.VALID, with_every_field(match="suspended-3")), Consent.MEDICINE),
    ],
)
def test_of_what_could_not_be_shown_nothing_is_told_as_over(verdict: Verdict, item: Consent) -> None:
    assert over(verdict, item) == disclose(verdict, QuestionKind.STANDING, frozenset(), TODAY)
