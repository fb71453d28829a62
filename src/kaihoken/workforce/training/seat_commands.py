"""`kaihoken workforce seats`: 医学部臨時定員, what is kept and what comes back."""

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Final

import typer

from kaihoken.workforce.areas import prefectures
from kaihoken.workforce.printing import Form, FormOption, Row, print_rows
from kaihoken.workforce.tables import LongTable, figures, load_sound
from kaihoken.workforce.training.asking import OnOption, TablesOption, day_of, standing_of
from kaihoken.workforce.training.seats import (
    MajorityPrefecture,
    TemporarySeatRules,
    TemporarySeats,
    majority_seats,
    minority_seats,
    total_allowed,
)

SEAT_COLUMNS: Final = (
    "prefecture_code",
    "prefecture",
    "kept",
    "first_restored",
    "second_restored",
    "seats",
)

_ASKED: Final = (
    "seats_2024",
    "seats_before",
    "reserved_per_100",
    "further_need",
    "young_in_lower_half",
    "old_in_upper_half",
)


def seats(
    tables: TablesOption = None,
    seats_2024: Annotated[
        float | None, typer.Option("--seats-2024", help="2024年度の臨時定員 / temporary seats of 2024")
    ] = None,
    before: Annotated[
        float | None, typer.Option(help="前年度の臨時定員 / temporary seats of the year before")
    ] = None,
    reserved: Annotated[
        float, typer.Option(help="恒久定員100人あたりの地域枠 / reserved seats per 100 permanent ones")
    ] = 0.0,
    further_need: Annotated[bool, typer.Option(help="さらに必要か / whether more are needed")] = False,
    young_low: Annotated[
        bool, typer.Option(help="35歳未満の割合が下位半分か / share below 35 in the lower half")
    ] = False,
    old_high: Annotated[
        bool, typer.Option(help="75歳以上の割合が上位半分か / share from 75 in the upper half")
    ] = False,
    wish: Annotated[float | None, typer.Option(help="医師少数県の希望数 / what a 医師少数県 wishes")] = None,
    conditions_kept: Annotated[
        bool, typer.Option(help="少数県の条件を満たすか / whether its conditions are kept")
    ] = True,
    total: Annotated[
        int | None, typer.Option(help="全国の医学部定員の計 / the seats of all schools together")
    ] = None,
    planned: Annotated[
        bool, typer.Option("--planned", help="総数を予告された規則で / the total by announced rules")
    ] = False,
    on: OnOption = None,
    form: FormOption = Form.TABLE,
) -> None:
    """医学部臨時定員: 残る数と戻る数、総数 / temporary seats: what is kept, what comes back, the total."""
    day = day_of(on)
    notes, facts = standing_of(TemporarySeatRules, on=day, planned=planned)
    if total is not None:
        row = {"total": total, "allowed": total_allowed(total, on=day, planned=planned)}
        print_rows(("total", "allowed"), [row], form, notes=notes, facts=facts)
        return
    if tables is not None:
        rows = list(_prefectures(load_sound("temporary-seats", tables), day))
    elif wish is not None and before is not None:
        rows = [_row(minority_seats(wish, conditions_kept=conditions_kept, before=before, on=day))]
    elif seats_2024 is not None and before is not None:
        asked = MajorityPrefecture(seats_2024, before, reserved, further_need, young_low, old_high)
        rows = [_row(majority_seats(asked, on=day))]
    else:
        raise typer.BadParameter(
            "--tables FOLDER | --seats-2024 N --before N | --wish N --before N | --total N"
        )
    print_rows(SEAT_COLUMNS, rows, form, notes=notes, facts=facts, decimals=2)


def _prefectures(table: LongTable, day: date) -> Iterator[Row]:
    codes = sorted(table.labels("place"))
    asked = figures(table, [("place", codes), ("measure", _ASKED)])
    names = {str(code): name for code, name in prefectures().items()}
    for code, (of_2024, before, reserved, *yes) in zip(codes, asked.tolist(), strict=True):
        further, young, old = (bool(one) for one in yes)
        found = majority_seats(MajorityPrefecture(of_2024, before, reserved, further, young, old), on=day)
        yield _row(found, code, names[code])


def _row(found: TemporarySeats, code: str | None = None, name: str | None = None) -> Row:
    return {
        "prefecture_code": code,
        "prefecture": name,
        "kept": found.kept,
        "first_restored": found.first_restored,
        "second_restored": found.second_restored,
        "seats": found.seats,
    }
