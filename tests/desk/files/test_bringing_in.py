"""Lists at a desk: what an import writes and what it leaves alone, appointments, a folder, and what goes out again."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from kaihoken.clock import FixedClock
from kaihoken.desk.checked import By, Checked
from kaihoken.desk.day import Day, Source
from kaihoken.desk.files import (
    Columns,
    Field,
    FileFolder,
    Files,
    Outcome,
    Taken,
    Way,
    differences_of,
    kind_of,
)
from kaihoken.desk.files.files import KEPT_DAYS
from kaihoken.desk.patients import Patient, Patients, Subsidy
from kaihoken.desk.safe import KEY_BYTES, Safe
from kaihoken.problems import Problem

from ..answers import an_answer
from .lists import HEADER, YAMADA, a_list, a_row

NOON = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
SIGN = "受付A"


@dataclass
class Clinic:
    """The lists of one desk, without its pages."""

    folder: Path
    clock: FixedClock = field(default_factory=lambda: FixedClock(NOON))

    def __post_init__(self) -> None:
        self.safe = Safe(self.folder, bytes(KEY_BYTES))
        self._open()

    def _open(self) -> None:
        self.patients = Patients(self.safe)
        self.day = Day(self.safe, self.patients, self.clock)
        self.files = Files(self.safe, self.patients, self.day, self.clock)

    def started_again(self) -> None:
        self.safe.close()
        self.safe = Safe(self.folder, bytes(KEY_BYTES))
        self._open()

    def bring(self, content: bytes) -> Outcome:
        """Bring a list in, its columns confirmed as they were guessed where nobody did."""
        intake = self.files.take(content, Way.UPLOAD, SIGN)
        assert intake.table is not None
        if self.files.known(intake.table) is None:
            guesses = self.files.guesses(intake.table)
            columns = {name: guess.column for name, guess in guesses.items()}
            self.files.confirm(intake, Columns(kind_of(guesses), columns), SIGN)
        return self.files.bring_in(intake)

    def numbered(self, number: str) -> Patient:
        found = self.patients.numbered(number)
        assert found is not None
        return found

    def answered(self, patient: Patient, **said: object) -> Patient:
        """The hub has answered about them."""
        checked = Checked(
            at=NOON, by=By.NUMBER, answer=an_answer(**said), answer_hash="", receipt="{}", staff=SIGN
        )
        known = msgspec.structs.replace(patient, last=checked)
        self.patients.put([known])
        return known


@pytest.fixture
def clinic(tmp_path: Path) -> Iterator[Clinic]:
    made = Clinic(tmp_path / "desk")
    yield made
    made.safe.close()


def counts(outcome: Outcome) -> tuple[int, int, int, int]:
    return outcome.new, outcome.changed, outcome.same, len(outcome.bad)


def test_the_same_list_twice_changes_nothing_also_after_a_start(clinic: Clinic) -> None:
    content = a_list(
        YAMADA, a_row(患者番号="300", 氏名="佐藤　花", 公費負担者番号="54136015", 公費受給者番号="1234566")
    )

    assert counts(clinic.bring(content)) == (2, 0, 0, 0)
    before = clinic.patients.all()
    assert counts(clinic.bring(content)) == (0, 0, 2, 0)
    clinic.started_again()
    assert counts(clinic.bring(content)) == (0, 0, 2, 0)
    assert clinic.patients.all() == before


def test_who_is_not_in_a_list_stays_and_is_told(clinic: Clinic) -> None:
    clinic.bring(a_list(YAMADA, a_row(患者番号="300", 氏名="佐藤　花")))

    outcome = clinic.bring(a_list(YAMADA))

    assert (outcome.absent_count, outcome.absent) == (1, (clinic.numbered("300").patient,))
    assert len(clinic.patients) == 2


def test_a_subsidy_that_a_list_or_an_answer_does_not_mention_stays(clinic: Clinic) -> None:
    clinic.bring(a_list(a_row(公費負担者番号="54136015", 公費受給者番号="1234566")))
    held = (Subsidy("54136015", "1234566"),)

    clinic.bring(a_list(YAMADA))  # the columns are there and empty
    assert clinic.numbered("231").subsidies == held
    clinic.bring("患者番号,氏名\n00231,山田　太郎".encode())  # a part, without the columns
    assert clinic.numbered("231").subsidies == held
    clinic.answered(clinic.numbered("231"), subsidies=())
    clinic.bring(a_list(YAMADA))
    assert clinic.numbered("231").subsidies == held
    assert [one.field for one in differences_of(clinic.patients.all())] == []
    clinic.bring(a_list(a_row(公費負担者番号="54136015", 公費受給者番号="7654320")))
    assert clinic.numbered("231").subsidies == (Subsidy("54136015", "7654320"),)


def test_a_new_insurance_is_taken_whole_and_a_part_leaves_the_rest(clinic: Clinic) -> None:
    clinic.bring(a_list(YAMADA))

    clinic.bring("患者番号,氏名,電話番号\n231,山田　太郎,090-0000-0000".encode())
    part = clinic.numbered("231")
    clinic.bring(a_list(a_row(保険者番号="39131156", 記号="", 番号="12345678", 枝番="", 負担割合="")))
    moved = clinic.numbered("231")

    assert (part.insurer_number, part.symbol, part.share_percent, part.phone) == (
        "01130012", "12-34", 30, "090-0000-0000",
    )  # fmt: skip
    assert (moved.insurer_number, moved.symbol, moved.insured_number, moved.branch) == (
        "39131156",
        "",
        "12345678",
        "",
    )
    assert moved.share_percent is None
    assert moved.patient == part.patient


def test_a_number_that_names_somebody_else_is_refused_until_the_earlier_is_off(clinic: Clinic) -> None:
    clinic.bring(a_list(YAMADA))
    other = a_list(a_row(氏名="鈴木　一郎", 生年月日="19550505"))

    (bad,) = clinic.bring(other).bad
    assert bad.faults[0].code == "desk.file-somebody-else"
    assert counts(clinic.bring(a_list(a_row(氏名="山田　太朗")))) == (0, 1, 0, 0)
    assert counts(clinic.bring(a_list(a_row(氏名="山田　太朗", 生年月日="19800102")))) == (0, 1, 0, 0)
    clinic.patients.drop([clinic.numbered("231").patient])
    assert counts(clinic.bring(other)) == (1, 0, 0, 0)


def test_a_row_without_number_is_never_merged_by_name(clinic: Clinic) -> None:
    clinic.bring(a_list(YAMADA))

    outcome = clinic.bring(a_list(a_row(患者番号="", 電話番号="090-0000-0000")))

    assert counts(outcome) == (0, 0, 0, 1)
    assert clinic.numbered("231").phone == "03-1234-5678"


def test_who_may_be_taken_for_somebody_else_is_counted(clinic: Clinic) -> None:
    twins = clinic.bring(a_list(YAMADA, a_row(患者番号="9", 氏名="山田　次郎")))
    near = clinic.bring(a_list(a_row(患者番号="10", カナ="ﾔﾏﾀﾞ ｼﾞﾛｳ", 氏名="山田　次郎", 生年月日="19800102")))

    assert twins.alike == 2  # one kana, one birthdate
    assert near.alike == 0
    assert [[one.number for one in group] for group in clinic.patients.alike()] == [["00231", "9"]]


def test_a_possible_individual_number_is_in_no_file_of_the_desk(clinic: Clinic, tmp_path: Path) -> None:
    content = a_list(a_row(電話番号="123456789018")) + "2,佐藤　花,1234 5678 9018\n".encode()
    intake = clinic.files.take(content, Way.UPLOAD, SIGN)

    outcome = clinic.bring(content)

    assert [row.faults[0].code for row in outcome.bad] == ["desk.file-individual-number"] * 2
    out = clinic.files.bad_rows_csv(clinic.files.get(intake.intake), "ja", SIGN, Way.UPLOAD).decode(
        "utf-8-sig"
    )
    kept = repr([clinic.files.get(intake.intake), clinic.patients.all(), out])
    assert "9018" not in kept
    assert len(clinic.patients) == 0


def test_a_changed_header_asks_again_with_what_headings_meant_and_keeps_everybody(clinic: Clinic) -> None:
    clinic.bring(a_list(YAMADA))
    named = "顧客,氏名\n00231,山田　太郎".encode()
    intake = clinic.files.take(named, Way.UPLOAD, SIGN)
    with pytest.raises(Problem) as unmapped:
        clinic.files.bring_in(intake)
    clinic.files.confirm(intake, Columns("patients", {Field.NUMBER: 0, Field.NAME: 1}), SIGN)
    clinic.files.bring_in(intake)

    changed = clinic.files.take("氏名,備考,顧客\n山田　太郎,,00231".encode(), Way.UPLOAD, SIGN)

    assert unmapped.value.code == "desk.file-unmapped"
    assert changed.table is not None
    assert clinic.files.known(changed.table) is None
    guesses = clinic.files.guesses(changed.table)
    assert {name.value: (guess.column, guess.why) for name, guess in guesses.items()} == {
        "name": (0, "before"),
        "number": (2, "before"),
    }
    assert len(clinic.patients) == 1


@pytest.mark.parametrize("at", [{"number": 0}, {"name": 1}, {"number": 0, "name": 0}])
def test_columns_that_cannot_be_read_by_are_refused(clinic: Clinic, at: dict[str, int]) -> None:
    intake = clinic.files.take(a_list(YAMADA), Way.UPLOAD, SIGN)
    with pytest.raises(Problem) as refused:
        clinic.files.confirm(intake, msgspec.convert({"kind": "patients", "at": at}, Columns), SIGN)
    assert refused.value.code == "desk.file-columns"


def test_refused_rows_come_out_as_they_stood_and_the_record_says_who_took_them(clinic: Clinic) -> None:
    intake = clinic.files.take(a_list(a_row(枝番="x"), a_row(患者番号="8")), Way.UPLOAD, SIGN)
    clinic.bring(a_list(a_row(枝番="x"), a_row(患者番号="8")))

    out = clinic.files.bad_rows_csv(clinic.files.get(intake.intake), "ja", SIGN, Way.UPLOAD)

    header, row = csv.reader(io.StringIO(out.decode("utf-8-sig")))
    assert header[4:] == HEADER.split(",")
    assert row[:2] == ["2", "枝番"]
    assert row[4:] == a_row(枝番="x").split(",")
    assert [(one.staff, one.what, one.rows) for one in clinic.files.exports()] == [(SIGN, Taken.BAD_ROWS, 1)]


def test_files_are_forgotten_after_two_weeks_and_their_columns_are_not(clinic: Clinic) -> None:
    clinic.bring(a_list(YAMADA))
    clinic.clock.at += timedelta(days=KEPT_DAYS, seconds=1)
    clinic.started_again()

    assert clinic.files.intakes() == []
    assert counts(clinic.bring(a_list(YAMADA))) == (0, 0, 1, 0)


APPOINTMENTS = "患者番号,予約日,予約時刻,状態"


def appointments(*rows: str, header: str = APPOINTMENTS) -> bytes:
    return "\n".join((header, *rows)).encode()


def times_of(clinic: Clinic, day: date) -> list[str]:
    return [f"{one.at:%H:%M}" for one in clinic.day.of(day)]


def test_appointments_make_the_lists_of_today_and_tomorrow_once(clinic: Clinic) -> None:
    clinic.bring(a_list(YAMADA))
    content = appointments(
        "231,2026-11-20,14:30,", "231,R8.11.21,0900,", "231,20261121,15:00,", "231,20261119,9:00,"
    )

    first, again = clinic.bring(content), clinic.bring(content)

    assert (first.new, first.outside) == (2, 1)
    assert (again.new, again.changed, again.same) == (0, 0, 2)
    assert times_of(clinic, date(2026, 11, 20)) == ["05:30"]  # 14:30 in Tokyo
    assert times_of(clinic, date(2026, 11, 21)) == ["00:00"]  # the earlier of two
    (visit,) = clinic.day.today()
    assert (visit.source, visit.patient) == (Source.APPOINTMENT, clinic.numbered("231").patient)


def test_an_appointment_is_moved_and_cancelled_and_one_that_was_begun_stays(clinic: Clinic) -> None:
    clinic.bring(a_list(YAMADA, a_row(患者番号="300", 氏名="佐藤　花")))
    clinic.bring(appointments("231,20261120,9:00,", "300,20261120,9:30,"))
    begun = next(one for one in clinic.day.today() if one.name == "佐藤　花")
    checked = Checked(at=NOON, by=By.NUMBER, answer=an_answer(), answer_hash="", receipt="{}")
    clinic.day.put(msgspec.structs.replace(begun, checks=(checked,)))

    moved = clinic.bring(appointments("231,20261120,10:00,", "300,20261120,11:00,"))
    assert (moved.changed, moved.same) == (1, 1)
    off = clinic.bring(appointments("231,20261120,10:00,キャンセル", "300,20261120,9:30,取消"))

    assert (off.off, off.same) == (1, 1)
    assert [one.name for one in clinic.day.today()] == ["佐藤　花"]


def test_an_appointment_that_was_taken_off_by_hand_stays_off_until_it_is_made_anew(clinic: Clinic) -> None:
    clinic.bring(a_list(YAMADA))
    clinic.bring(appointments("231,20261120,9:00,"))
    clinic.files.take_off(clinic.day.today()[0])
    clinic.started_again()

    clinic.bring(appointments("231,20261120,9:00,"))
    assert clinic.day.today() == []
    clinic.bring(appointments("231,20261120,11:00,"))
    assert times_of(clinic, date(2026, 11, 20)) == ["02:00"]


def test_whose_appointment_it_is_is_never_guessed(clinic: Clinic) -> None:
    clinic.bring(a_list(YAMADA, a_row(患者番号="8", 氏名="佐藤　花"), a_row(患者番号="9", 氏名="佐藤　花")))
    header = "患者番号,氏名,生年月日,予約日時"
    at = "2026-11-20 09:30"

    outcome = clinic.bring(
        appointments(
            f",山田 太郎,S55.1.1,{at}",  # found by name and birthdate
            f",山田　太郎,,{at}",  # a name alone
            f",佐藤　花,19800101,{at}",  # two of them
            f"77,,,{at}",
            f"231,佐藤　花,,{at}",
            f"231,,19800102,{at}",
            "231,,,20日の朝",
            header=header,
        )
    )

    assert outcome.new == 1
    assert [(row.line, row.faults[0].code) for row in outcome.bad] == [
        (3, "desk.file-nobody"),
        (4, "desk.file-nobody"),
        (5, "desk.no-such-patient"),
        (6, "desk.file-somebody-else"),
        (7, "desk.file-somebody-else"),
        (8, "identity.date"),
    ]


def test_a_folder_takes_whole_files_puts_them_aside_and_deletes_none(clinic: Clinic, tmp_path: Path) -> None:
    clinic.bring(a_list(YAMADA))
    folder = tmp_path / "lists"
    folder.mkdir()
    now = [0]
    told: list[int] = []
    watched = FileFolder(folder, clinic.files, lambda: now[0], lambda: told.append(now[0]))

    def rounds(count: int) -> None:
        for _ in range(count):
            now[0] += 310_000_000
            watched.round()

    (folder / "山田太郎.csv").write_bytes(a_list(a_row(電話番号="1")))
    rounds(8)
    assert clinic.numbered("231").phone == "03-1234-5678"
    (folder / "山田太郎.csv").write_bytes(a_list(a_row(電話番号="2")))  # its writer goes on
    rounds(8)
    assert clinic.numbered("231").phone == "03-1234-5678"
    rounds(8)
    assert clinic.numbered("231").phone == "2"
    (folder / "photo.csv").write_bytes(b"\x81")
    (folder / "new.csv").write_bytes("顧客,氏名\n1,新　人".encode())
    rounds(14)

    assert [one.name for one in folder.iterdir() if one.is_file()] == []
    assert len(list((folder / "done").iterdir())) == 2
    assert [one.read_bytes() for one in (folder / "unread").iterdir()] == [b"\x81"]
    assert not [one for one in folder.rglob("*") if "山田" in one.name]
    assert len(told) == 3
    newest = {one.refused or bool(one.table) for one in clinic.files.intakes()}
    assert newest == {"desk.file-encoding", True, False}
    folder.rename(tmp_path / "away")
    rounds(1)


def test_differences_go_out_with_day_and_method_and_the_record_says_who(clinic: Clinic) -> None:
    clinic.bring(a_list(YAMADA))
    clinic.answered(
        clinic.numbered("231"),
        insurer_number="39131156", symbol=None, number="12345678", share=20, name="山田　●郎", kana="ﾔﾏﾀﾞ ﾀﾛｳ",
    )  # fmt: skip

    found = {one.field: (one.held, one.answered) for one in differences_of(clinic.patients.all())}
    utf8 = clinic.files.differences_csv("ja", "utf-8", SIGN, Way.UPLOAD)
    cp932 = clinic.files.differences_csv("ja", "cp932", SIGN, Way.UPLOAD)

    assert found == {
        "insurer-number": ("01130012", "39131156"),
        "insured-number": ("56", "12345678"),
        "share": ("30", "20"),
        "name": ("山田　太郎", "山田　●郎"),
    }
    assert utf8.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(cp932.decode("cp932"))))
    assert rows == list(csv.reader(io.StringIO(utf8.decode("utf-8-sig"))))
    assert rows[1][-2:] == ["2026-11-20", "記号番号で照会"]
    assert [(one.staff, one.what, one.rows) for one in clinic.files.exports()] == [
        (SIGN, Taken.DIFFERENCES, 4)
    ] * 2


def test_an_answer_that_is_not_valid_is_a_difference_and_one_that_agrees_is_none(clinic: Clinic) -> None:
    clinic.bring(a_list(YAMADA))
    clinic.answered(clinic.numbered("231"))
    assert differences_of(clinic.patients.all()) == []

    clinic.answered(clinic.numbered("231"), situation="ended", validity="2")
    assert [one.field for one in differences_of(clinic.patients.all())] == ["validity"]
