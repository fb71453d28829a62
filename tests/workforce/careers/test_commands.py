"""`kaihoken workforce careers`: from a table to the sealed book and back, by role and on record."""

import asyncio
import json
from pathlib import Path

import pytest
from icalendar import Calendar

from kaihoken import cli
from kaihoken.store import FileKeys, create_store, open_store

from .desk import CLOCK, NAME, REASON, bytes_under, records_of

TABLE = (
    "人,種類,はじめの日,おわりの日,内容,病院,診療科,都道府県,二次医療圏,名前,免許の日,研修を始めた日\n"
    + "".join(
        f"{sign},人,2024-04-01,,,,,03,,{NAME}{sign},2024-03-20,2024-04-01\n"
        f"{sign},できごと,2024-04-01,,開始,,,,,,,\n"
        f"{sign},勤務,2024-04-01,2026-03-31,,北の病院,内科,03,0306,,,\n"
        for sign in "ABC"
    )
    + "D,人,2024-04-01,,,,,03,,もう一人,,\nD,勤務,2024-04-31,,,北の病院,内科,03,0306,,,\n"
)
AS_COORDINATOR = ("--role", "coordinator")


class Shell:
    """Commands of careers in a folder."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self._capsys = capsys
        self.told = ""

    def run(self, *arguments: str) -> tuple[int, str]:
        code = cli.run([*arguments])
        captured = self._capsys.readouterr()
        self.told = captured.err
        return code, captured.out

    def careers(self, verb: str, *arguments: str) -> tuple[int, str]:
        places = () if verb in ("check", "template") else self.places
        return self.run("workforce", "careers", verb, *arguments, *places)

    def json(self, verb: str, *arguments: str) -> dict[str, list[dict[str, object]]]:
        _, out = self.careers(verb, *arguments, "--format", "json")
        found: dict[str, list[dict[str, object]]] = json.loads(out)
        return found

    @property
    def places(self) -> tuple[str, ...]:
        return ("--store", str(self.folder / "store"), "--keys", str(self.folder / "keys"))

    def kinds(self) -> list[str]:
        async def read() -> list[str]:
            store = await open_store(self.folder / "store", read_only=True)
            try:
                return [kind for kind, _ in await records_of(store)]
            finally:
                await store.close()

        return asyncio.run(read())


@pytest.fixture
def shell(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Shell:
    async def made() -> None:
        store = await create_store(tmp_path / "store", purpose="demo", clock=CLOCK)
        await store.close()

    asyncio.run(made())
    FileKeys.create(tmp_path / "keys", CLOCK)
    (tmp_path / "careers.csv").write_text(TABLE, encoding="utf-8")
    return Shell(tmp_path, capsys)


@pytest.fixture
def kept(shell: Shell) -> Shell:
    code, _ = shell.careers("keep", str(shell.folder / "careers.csv"), *AS_COORDINATOR)
    assert code == 1  # D could not be read
    return shell


def test_good_people_are_kept_and_a_bad_row_is_told_by_line(kept: Shell) -> None:
    assert "line 12: はじめの日 を読めません（2024-04-31）" in kept.told

    rows = kept.json("list", *AS_COORDINATOR, "--on", "2025-03-31")["rows"]

    assert [(row["version"], row["duty_days"], row["short_days"]) for row in rows] == [(1, 365, 365)] * 3
    assert kept.kinds() == ["careers.kept"] * 3 + ["careers.listed"]


def test_a_career_is_opened_on_record_and_says_what_is_missing(kept: Shell) -> None:
    person = str(kept.json("list", *AS_COORDINATOR)["rows"][0]["participant"])

    code, out = kept.careers(
        "open", person, "--reason", REASON, *AS_COORDINATOR, "--on", "2025-03-31", "--format", "csv"
    )

    assert code == 0
    assert NAME in out
    assert "義務は 3287 日のうち 365 日が済みました。あと 2922 日です。" in out
    assert kept.kinds()[-1] == "careers.opened"
    _, again = kept.careers("open", person, "--reason", REASON, "--role", "participant", "--format", "csv")
    assert NAME in again


@pytest.mark.parametrize("role", ["planner", "auditor", "operator", "patient", "staff"])
def test_another_role_gets_nothing_and_leaves_no_record(kept: Shell, role: str) -> None:
    before = kept.kinds()
    table, as_role = str(kept.folder / "careers.csv"), ("--role", role)

    answers = [
        kept.careers("open", "ab" * 16, "--reason", REASON, *as_role),
        kept.careers("calendar", "--reason", REASON, *as_role),
        kept.careers("list", *as_role),
        kept.careers("keep", table, *as_role),
    ]

    assert answers == [(2, "")] * 4
    assert kept.kinds() == before


def test_no_name_leaves_in_counts_lists_calendars_the_log_or_the_store(kept: Shell) -> None:
    _, listed = kept.careers("list", *AS_COORDINATOR)
    years = ("--first-year", "2024", "--last-year", "2025")
    _, counted = kept.careers("counts", "--role", "planner", *years, "--format", "csv")
    _, as_json = kept.careers("counts", "--role", "planner", *years, "--format", "json")
    _, shared = kept.careers("calendar", "--reason", REASON, *AS_COORDINATOR)
    _, checked = kept.careers("check", str(kept.folder / "careers.csv"), "--format", "json")
    _, found = kept.run("audit", "find", "--kind", "careers.opened", "--json", *kept.places[:2])
    stored = bytes_under(kept.folder / "store").decode("utf-8", "replace")

    assert counted.splitlines() == ["コード,診療科,年,人数", "北の病院,内科,2024,3", "北の病院,内科,2025,3"]
    assert [row["people"] for row in json.loads(as_json)["rows"]] == [3, 3]
    assert shared.count("BEGIN:VEVENT") >= 3
    assert REASON in found
    assert [
        text
        for text in (listed, counted, as_json, shared, checked, found, stored, kept.told)
        if NAME in text or "もう一人" in text
    ] == []


def test_counts_are_the_table_that_the_pages_read(kept: Shell) -> None:
    _, counted = kept.careers("counts", "--role", "planner", "--first-year", "2024", "--format", "csv")
    file, data = kept.folder / "counted.csv", kept.folder / "data"
    file.write_text(counted, encoding="utf-8")

    code, _ = kept.run(
        "workforce", "data", "import", str(file), "--table", "duty-doctors", "--data", str(data)
    )

    assert code == 0
    lines = (data / "duty-doctors.csv").read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if "北の病院" in line] == [",北の病院,,内科,2024,3"]


def test_one_persons_calendar_bears_the_name_and_the_programmes_does_not(kept: Shell) -> None:
    person = str(kept.json("list", *AS_COORDINATOR)["rows"][0]["participant"])

    _, one = kept.careers("calendar", person, "--reason", REASON, *AS_COORDINATOR)
    _, every = kept.careers("calendar", "--reason", REASON, *AS_COORDINATOR)

    assert one.count("\r\n") == one.count("\n")  # RFC 5545 3.1
    own = Calendar.from_ical(one).walk("VEVENT")
    all_of_them = Calendar.from_ical(every).walk("VEVENT")
    assert all(NAME in str(event["summary"]) for event in own)
    assert {str(event["uid"]) for event in own} < {str(event["uid"]) for event in all_of_them}
    assert {str(event["dtstart"].dt) for event in own} >= {"2024-04-01"}


def test_a_key_in_the_first_column_is_a_new_version(kept: Shell) -> None:
    person = str(kept.json("list", *AS_COORDINATOR)["rows"][0]["participant"])
    again = "".join(line for line in TABLE.splitlines(True) if line[0] in "人A").replace(
        "\nA,", f"\n{person},"
    )
    (kept.folder / "again.csv").write_text(again, encoding="utf-8")

    rows = kept.json("keep", str(kept.folder / "again.csv"), *AS_COORDINATOR)["rows"]

    assert rows == [{"sign": person, "participant": person, "version": 2}]


def test_a_new_key_seals_everything_anew_and_check_and_list_say_so(kept: Shell) -> None:
    person = str(kept.json("list", *AS_COORDINATOR)["rows"][0]["participant"])

    assert kept.json("rotate-key")["rows"] == [{"version": 2, "rows": 3, "retired": "1"}]

    _, listed = kept.run("keys", "list", "--keys", str(kept.folder / "keys"), "--json")
    careers = [one["name"] for one in json.loads(listed)["keys"] if one["sort"] == "careers"]
    assert careers == ["2"]
    assert kept.run("store", "check", "--json", *kept.places[:2])[0] == 0
    assert kept.careers("open", person, "--reason", REASON, *AS_COORDINATOR)[0] == 0


def test_a_lost_key_is_not_replaced_by_another(kept: Shell) -> None:
    (kept.folder / "keys" / "careers-1.json").unlink()

    code, _ = kept.careers("list", *AS_COORDINATOR)

    assert code == 1
    assert "workforce.career-key" in kept.told
    assert not list((kept.folder / "keys").glob("careers-*"))


def test_the_template_is_for_spreadsheets(shell: Shell) -> None:
    _, out = shell.careers("template")
    _, as_json = shell.careers("template", "--json")

    assert out.startswith("\ufeff例,人,種類,")
    assert json.loads(as_json) == {"table": out}


def test_a_day_that_is_none_is_told(shell: Shell) -> None:
    code, _ = shell.careers("check", str(shell.folder / "careers.csv"), "--on", "きょう")

    assert (code, "workforce.career-file" in shell.told) == (1, True)


def test_short_areas_may_be_given(shell: Shell) -> None:
    (shell.folder / "short.csv").write_text(
        "kind,place,first,last\nminority-area,0399,2024-04-01,\n", "utf-8"
    )
    table, short = str(shell.folder / "careers.csv"), str(shell.folder / "short.csv")

    found = shell.json("check", table, "--short", short, "--on", "2025-03-31")

    assert any("1461 日のうち 0 日です" in str(row["says"]) for row in found["rows"])
    assert not any("--short" in note for note in found["notes"])
