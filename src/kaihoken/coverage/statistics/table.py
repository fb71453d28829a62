"""The published table of a month: its shape in JSON and CSV, and the words beside it. Pure."""

import csv
import io
from collections import Counter
from collections.abc import Mapping
from typing import Annotated, ClassVar, Final

import msgspec

from kaihoken.coverage.statistics.facilities import KINDS
from kaihoken.coverage.statistics.suppression import TOTAL, Shown, suppressed
from kaihoken.coverage.statistics.ways import ITEMS, WAYS, Key
from kaihoken.rules import Sourced

ALL: Final = "all"
_PERMILLE = 1000

_NAMES_JA: Final = {
    "hospital": "病院",
    "medical": "医科診療所",
    "dental": "歯科",
    "pharmacy": "薬局",
    "home-nursing": "訪問看護",
    "other": "その他",
    ALL: "総数",
}
_TOGETHER_JA: Final = "病院・医科診療所"

METHOD_JA: Final = (
    "1件の資格確認の回答を1件と数えます（人の数ではありません）。"
    "ログの記録から、日本時間のその月に記録された回答を数えました。"
    "施設の種類は医療機関コードの点数表の桁によります。病院と診療所はコードだけでは分かれないので、病院の一覧がないときは合わせて数えます。"
    "{least} 件に満たない数は「-」とし、差し引きでわかってしまう数も「-」とします。"
    "健診・薬剤・診療の情報の閲覧は、まだ扱っていないので数がありません。一度公表した月は変えません。"
)
METHOD_EN: Final = (
    "One answer to one question counts as one; people are not counted. Counted are the answers that the log recorded "
    "in that month of Japan. The kind of a facility is the 点数表 digit of its code; a code does not tell a hospital "
    "from a clinic, so without a list of hospitals they are counted together. Counts below {least} are hidden (null; "
    "- in CSV), and so are those from which they could be computed. Views of check-ups, medicines and treatments are "
    "not offered yet and have no count. A month that was published is not changed."
)


class SuppressionRule(msgspec.Struct, frozen=True, kw_only=True):
    """Below which count a cell is hidden."""

    family: ClassVar[str] = "statistics/suppression"

    least: Sourced[Annotated[int, msgspec.Meta(ge=2, le=1000)]]


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One row: answers by way of asking, null where hidden; `card_permille` is the share of those by card. A month that
    was published before answers in system-failure mode had a name of their own has no `failure`: they stand in its
    `other`."""

    facility: str
    name_ja: str
    total: int | None
    card: int | None
    number: int | None
    reference: int | None
    bulk: int | None
    standing: int | None
    ticket: int | None
    failure: int | msgspec.UnsetType | None = msgspec.UNSET
    other: int | None
    card_permille: int | None


class Views(msgspec.Struct, frozen=True, kw_only=True):
    """Answers that showed more than the coverage, of all facilities. What is not offered yet has no number."""

    limit: int | None
    disease: int | None
    subsidy: int | None
    checkups: None = None
    medicines: None = None
    treatments: None = None


class Table(msgspec.Struct, frozen=True, kw_only=True):
    """The table of a month, as everybody may see it."""

    month: str
    least: int
    rules: str
    hospitals_told_apart: bool
    lines: tuple[Line, ...]
    views: Views
    method_ja: str
    method_en: str
    fictional: bool


class PublishedMonths(msgspec.Struct, frozen=True):
    """The months that were published, oldest first."""

    months: tuple[str, ...]


def table_of(
    month: str, counts: Mapping[Key, int], least: int, rules: str, *, told_apart: bool, fictional: bool
) -> Table:
    """The table of a month's counts, small ones hidden. Where hospitals and clinics are not told apart, days that were
    counted while they were stand in their common line."""
    facilities = KINDS if told_apart else KINDS[1:]
    answers: Counter[tuple[str, str]] = Counter()
    for (facility, way, item), number in counts.items():
        if not item:
            answers[_together(facility) if not told_apart else facility, way] += number
    grid = [[answers[facility, way] for way in WAYS] for facility in facilities]
    shown = suppressed(grid, least)
    lines = [_line(ALL, TOTAL, shown, told_apart=told_apart)]
    lines += [_line(name, row, shown, told_apart=told_apart) for row, name in enumerate(facilities)]
    items: Counter[str] = Counter()
    for (_, _, item), number in counts.items():
        items[item] += number
    views = {item: items[item] if not 0 < items[item] < least else None for item in ITEMS}
    return Table(
        month=month,
        least=least,
        rules=rules,
        hospitals_told_apart=told_apart,
        lines=tuple(lines),
        views=Views(limit=views["limit"], disease=views["disease"], subsidy=views["subsidy"]),
        method_ja=METHOD_JA.format(least=least),
        method_en=METHOD_EN.format(least=least),
        fictional=fictional,
    )


def _together(facility: str) -> str:
    return "medical" if facility == "hospital" else facility


def _line(facility: str, row: int, shown: Shown, *, told_apart: bool) -> Line:
    total = shown[row, TOTAL]
    by_way = {way: shown[row, column] for column, way in enumerate(WAYS)}
    card = by_way["card"]
    share = None if not total or card is None else (card * _PERMILLE * 2 + total) // (2 * total)
    name = _TOGETHER_JA if facility == "medical" and not told_apart else _NAMES_JA[facility]
    return Line(facility=facility, name_ja=name, total=total, **by_way, card_permille=share)


def _cell(value: object) -> object:
    return "" if value is msgspec.UNSET else "-" if value is None else value


def as_csv(table: Table) -> str:
    """The same in CSV: one row per kind of facility, `-` where a count is hidden; what was shown beside, and the
    method, in rows that begin with #."""
    text = io.StringIO()
    write = csv.writer(text, lineterminator="\n").writerow
    names = Line.__struct_fields__
    write(["month", *names])
    for line in table.lines:
        values = [getattr(line, name) for name in names]
        write([table.month, *(_cell(value) for value in values)])
    for item in ITEMS:
        value = getattr(table.views, item)
        write([f"# views {item}", "-" if value is None else value])
    for words in (
        table.method_ja,
        table.method_en,
        *(("架空のデータ / fictional data",) if table.fictional else ()),
    ):
        write([f"# {words}"])
    return text.getvalue()
