"""Who may be taken for whom, among those who were born on one day."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from kaihoken.desk.patients import Patient
from kaihoken.desk.patients.alike import alike_of_a_day, plain
from kaihoken.identity import may_be_same_name

NAMES = st.sampled_from(
    ["山田　太郎", "山田太郎", "山●太郎", "●田太郎", "山田花", "高田花", "髙田花", "\ue000田花", ""]
)
KANA = st.sampled_from(["ﾔﾏﾀﾞ ﾀﾛｳ", "ヤマダ　タロウ", "ヤマダ　ハナ", ""])


def people(written: list[tuple[str, str]]) -> list[Patient]:
    return [
        Patient(patient=str(place), number=f"{place:05}", name=name, kana=kana, birthdate=date(1980, 1, 1))
        for place, (name, kana) in enumerate(written)
    ]


def one_by_one(patients: list[Patient]) -> set[tuple[str, ...]]:
    """The same, everybody compared with everybody."""
    groups = {
        tuple(
            other.patient
            for other in patients
            if other is one
            or may_be_same_name(one.name, other.name)
            or (plain(one.kana) != "" and plain(one.kana) == plain(other.kana))
        )
        for one in patients
    }
    return {group for group in groups if len(group) > 1}


@given(st.lists(st.tuples(NAMES, KANA), max_size=12))
def test_they_are_those_whom_a_comparison_of_everybody_finds(written: list[tuple[str, str]]) -> None:
    patients = people(written)

    found = [tuple(one.patient for one in group) for group in alike_of_a_day(patients)]

    assert len(found) == len(set(found))
    assert set(found) == one_by_one(patients)


def test_a_file_with_one_day_for_everybody_is_no_matter_of_hours() -> None:
    many = people([(f"試験　{number}", f"ｼｹﾝ {number}") for number in range(20_000)] + [("試験　●", "")])

    groups = list(alike_of_a_day(many))

    # The name whose last character nobody can read may be any of ten, and each of these takes it along.
    assert sorted(map(len, groups)) == [2] * 10 + [11]
