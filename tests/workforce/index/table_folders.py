"""Folders of raw tables as a prefecture would have them, small and made up."""

from pathlib import Path

from kaihoken.workforce import AreaSet, area_set, own_grouping

NATION = area_set("330")
AREAS = own_grouping(
    "群馬",
    NATION.within("10"),
    {code: area for code, area in NATION.of_municipality.items() if code.startswith("10")},
)
PHYSICIAN_AGES = ["24歳以下", *(f"{age}～{age + 4}歳" for age in range(25, 85, 5)), "85歳以上"]
SURVEY_AGES = ["0歳", "1～4歳", *(f"{age}～{age + 4}歳" for age in range(5, 90, 5)), "90歳以上"]
DECADES = ["29歳以下", "30～39歳", "40～49歳", "50～59歳", "60～69歳", "70歳以上"]


def write(folder: Path, name: str, heading: str, lines: list[str]) -> None:
    (folder / f"{name}.csv").write_text("\n".join([heading, *lines]) + "\n", encoding="utf-8")


def a_folder(folder: Path, nobody: str = "－", areas: AreaSet = AREAS) -> Path:
    """Every table: one doctor more in each area than in the one before, hours and rates by made-up rules."""
    folder.mkdir(exist_ok=True)
    lines = []
    for at, area in enumerate(areas.areas):
        for kind, count in (("従たる従事先なし", 40 + at), ("主たる従事先", 10), ("従たる従事先", 10)):
            figures = ",".join([str(count)] * (len(PHYSICIAN_AGES) - 1))
            for sex, last in (("男", count), ("女", count if kind == "従たる従事先なし" else nobody)):
                lines.append(f"{area.code},{area.prefecture},{area.name},{kind},{sex},{figures},{last}")
    places = "二次医療圏コード,都道府県名,二次医療圏名"
    write(folder, "physicians", f"{places},従事先の区分,性別,{','.join(PHYSICIAN_AGES)}", lines)
    hours = [f"{sex},{age},{60 - 4 * at}" for sex in ("男", "女") for at, age in enumerate(DECADES)]
    write(folder, "hours", "性別,年齢階級,週当たり勤務時間", hours)
    rates = [
        f"{sex},{age},{200 + 200 * at},{2500 + 300 * at}"
        for sex in ("男", "女")
        for at, age in enumerate(SURVEY_AGES)
    ]
    write(folder, "consultation-rates", "性別,年齢階級,入院,無床診療所", rates)
    flows = [
        f"{area.code},{area.prefecture},{area.name},{kind},1000,100,150"
        for area in areas.areas
        for kind in ("入院", "無床診療所")
    ]
    write(
        folder,
        "flows",
        "二次医療圏コード,都道府県名,二次医療圏名,入院・外来の別,患者数(住所地),流入患者数,流出患者数",
        flows,
    )
    demand = "外来医療の医師需要,入院医療の医師需要,全国の入院患者数,全国の外来患者数,有床診療所の件数,無床診療所の件数"
    write(folder, "national-demand", demand, ["100000,200000,1200000,4200000,10000000,90000000"])
    return folder


def a_grouping(path: Path, areas: AreaSet = AREAS) -> Path:
    """The areas as somebody's own grouping."""
    named = {area.code: area.name for area in areas.areas}
    lines = [f"{code},{area},{named[area]}" for code, area in sorted(areas.of_municipality.items())]
    path.write_text("municipality_code,area_code,area_name\n" + "\n".join(lines) + "\n", encoding="utf-8")
    return path


def with_other_indices(folder: Path) -> Path:
    """What the outpatient, delivery and paediatric indices need beside `a_folder`: 群馬県's first city of each area
    makes a perinatal area with the next one."""
    places, ages = "二次医療圏コード,都道府県名,二次医療圏名", ",".join(PHYSICIAN_AGES)
    for table, code in (("clinic-physicians", places), ("paediatric-physicians", "コード,都道府県名,名称")):
        lines = [
            f"{area.code},{area.prefecture},{area.name},{sex}" + f",{5 + at}" * len(PHYSICIAN_AGES)
            for at, area in enumerate(AREAS.areas)
            for sex in ("男", "女")
        ]
        write(folder, table, f"{code},性別,{ages}", lines)
    rates = [f"{sex},{age},{4000 + 200 * at}" for sex in ("男", "女") for at, age in enumerate(SURVEY_AGES)]
    write(folder, "outpatient-rates", "性別,年齢階級,外来", rates)
    visits = [f"{area.code},{area.prefecture},{area.name},80000,20000" for area in AREAS.areas]
    write(folder, "outpatient-share", f"{places},診療所の外来延患者数,病院の外来延患者数", visits)
    children = [f"{sex},{age},300,6000" for sex in ("男", "女") for age in ("0～4歳", "5～9歳", "10～14歳")]
    write(folder, "children", "性別,年齢階級,入院,外来", children)
    members = [f"{code},{'P1' if area < '1006' else 'P2'},1" for code, area in AREAS.of_municipality.items()]
    write(folder, "perinatal-members", "市区町村コード,周産期医療圏コード,含まれる", members)
    doctors = [f"{code},{sex}" + ",3" * len(PHYSICIAN_AGES) for code in ("P1", "P2") for sex in ("男", "女")]
    write(folder, "delivery-physicians", f"周産期医療圏コード,性別,{ages}", doctors)
    write(folder, "deliveries", "周産期医療圏コード,9月中の分娩件数", ["P1,300", "P2,100"])
    return folder
