"""記録条件仕様: which records a claim file has, and which fields stand in them, as the rule files of claims/layout-*
give them by 点数表 and month. A file is read by the layout of the month in which it is claimed (請求年月)."""

from collections.abc import Iterator, Mapping
from datetime import date
from enum import StrEnum
from functools import cache, cached_property, lru_cache
from typing import Annotated, ClassVar, Literal, TypeAlias

import msgspec

from kaihoken import rules

Form: TypeAlias = Annotated[str, msgspec.Meta(pattern="^[NAKT][1-9][0-9]{0,3}F?$")]
Place: TypeAlias = Literal["head", "receipt", "history", "end"]
Kind: TypeAlias = Literal["text", "integer", "decimal", "date", "month", "kana"]
Calendar: TypeAlias = Literal["western", "era"]

# GYYMMDD and GYYMM: a digit for the era and two for its year stand where the western calendar has four.
_ERA_FORMS: Mapping[Kind, str] = {"date": "N7", "month": "N5"}
_PLACES: tuple[Place, ...] = ("head", "receipt", "history", "end")
# Months come from files: what is kept must not grow with what strangers send.
_KEPT_LAYOUTS = 256


class Mode(StrEnum):
    """モード: which characters a field may hold."""

    DIGITS = "N"  # 数字
    LETTERS = "A"  # 英数
    WIDE = "K"  # 漢字
    EITHER = "T"  # 英数 or 漢字, never both in one field


class Field(msgspec.Struct, frozen=True, kw_only=True):
    """One 項目. `form` is the mode, the most bytes, and F where it has exactly so many; `times` fields of the same
    kind stand in a row. Where `group` is more than 1, that many fields from this one on stand together `times` times.
    `codes` is the id of the table whose codes alone it may hold (`code_tables`), "" where there is none. `missing` is
    the check that says of a required one that it is empty. `sure` is False where no two sources agree on its form."""

    key: str
    name: str
    form: Form
    kind: Kind = "text"
    required: bool = False
    missing: str = "form.missing"
    times: Annotated[int, msgspec.Meta(ge=1, le=60)] = 1
    group: Annotated[int, msgspec.Meta(ge=1, le=8)] = 1
    codes: str = ""
    sure: bool = True

    @property
    def mode(self) -> Mode:
        """Which characters."""
        return Mode(self.form[0])

    @property
    def length(self) -> int:
        """最大バイト: the most bytes."""
        return int(self.form[1:].removesuffix("F"))

    @property
    def fixed(self) -> bool:
        """固定: exactly that many bytes, where anything stands at all."""
        return self.form.endswith("F")

    def in_era(self) -> "Field":
        """The same field in a file of the years before the western calendar."""
        form = _ERA_FORMS.get(self.kind)
        return self if form is None else msgspec.structs.replace(self, form=form + "F" * self.fixed)


class RecordLayout(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """One kind of record. `place` says where in the file it stands; "history" is the 履歴管理ブロック of a returned
    file. The records of a receipt follow each other by `rank`; of one kind there are from `least` to `most`. After a
    record that `restarts`, the ranks begin anew: it opens a part of its own in the receipt (臓器提供者). `if_few` and
    `if_many` are the checks that say of too few or too many. `sure` is False where one source alone tells of it."""

    id: str
    name: str
    place: Place
    rank: Annotated[int, msgspec.Meta(ge=0)]
    least: Annotated[int, msgspec.Meta(ge=0)]
    most: Annotated[int, msgspec.Meta(ge=1)] | None
    fields: tuple[Field, ...]
    restarts: bool = False
    if_few: str = "structure.few"
    if_many: str = "structure.many"
    sure: bool = True

    @cached_property
    def positions(self) -> tuple[Field, ...]:
        """The field at each position of the line, the record's own id left out: position 1 stands at index 0."""
        return tuple(self._laid_out())

    @cached_property
    def index(self) -> Mapping[str, int]:
        """The position of a field by its key, counted as in the line (the record's id is 0); the first one of several
        with the same key. Reserved fields are not in it."""
        return {key: places[0] for key, places in self.places.items()}

    @cached_property
    def places(self) -> Mapping[str, tuple[int, ...]]:
        """Every position of a field by its key, counted as in the line. Reserved fields are not in it."""
        found: dict[str, tuple[int, ...]] = {}
        for position, field in enumerate(self.positions, start=1):
            if field.key != RESERVE:
                found[field.key] = (*found.get(field.key, ()), position)
        return found

    def _laid_out(self) -> Iterator[Field]:
        following = iter(self.fields)
        for field in following:
            together = (field, *(next(following) for _ in range(field.group - 1)))
            for _ in range(field.times):
                yield from together


RESERVE = "reserve"
"""予備: the key of every field that nobody writes in."""


class Borrowed(msgspec.Struct, frozen=True, kw_only=True):
    """Records that stand in another layout just so: in that of the same month, or of the month that begins on
    `of_month`. `rank` is theirs here, where it is another one."""

    family: str
    records: tuple[str, ...]
    of_month: date | None = None
    rank: Annotated[int, msgspec.Meta(ge=0)] | None = None


class ClaimLayout(msgspec.Struct, frozen=True, kw_only=True, dict=True, eq=False):
    """The layout of one kind of claim file: a rule family for each kind. `point_tables` are the 点数表 that its head
    names; a receipt begins with one of the records `begins`. A kind whose `marks` is not empty is told from another
    of the same 点数表 by any of these records. So many records in a row as `without_section` says may leave 診療識別
    out; None where no record has one. `borrowed` and the era `calendar` are how a file is written short: `layout_of`
    hands out the layout with everything in it."""

    family: ClassVar[str]

    point_tables: tuple[str, ...]
    file_name: str
    begins: tuple[str, ...]
    records: tuple[RecordLayout, ...]
    marks: tuple[str, ...] = ()
    without_section: Annotated[int, msgspec.Meta(ge=1)] | None = None
    calendar: Calendar = "western"
    borrowed: tuple[Borrowed, ...] = ()

    @cached_property
    def by_id(self) -> Mapping[str, RecordLayout]:
        """The records by レコード識別."""
        return {record.id: record for record in self.records}


class MedicalLayout(ClaimLayout, frozen=True, kw_only=True):
    """医科 (rule family claims/layout-medical)."""

    family: ClassVar[str] = "claims/layout-medical"


class DpcLayout(ClaimLayout, frozen=True, kw_only=True):
    """DPC: inpatients whose days are paid by 診断群分類 (rule family claims/layout-dpc)."""

    family: ClassVar[str] = "claims/layout-dpc"


class DentalLayout(ClaimLayout, frozen=True, kw_only=True):
    """歯科 (rule family claims/layout-dental)."""

    family: ClassVar[str] = "claims/layout-dental"


class PharmacyLayout(ClaimLayout, frozen=True, kw_only=True):
    """調剤 (rule family claims/layout-pharmacy)."""

    family: ClassVar[str] = "claims/layout-pharmacy"


class VisitingLayout(ClaimLayout, frozen=True, kw_only=True):
    """訪問看護 (rule family claims/layout-visiting)."""

    family: ClassVar[str] = "claims/layout-visiting"


class ReturnedLayout(ClaimLayout, frozen=True, kw_only=True):
    """返戻 and 再審査等返戻 (rule family claims/layout-returned): what such a file adds to the records of the receipt,
    which stand in it as they were claimed. Each line of the 履歴管理ブロック begins with the fields of `prefix`, then
    comes a record with its own id."""

    family: ClassVar[str] = "claims/layout-returned"

    prefix: tuple[Field, ...]


LAYOUTS: tuple[type[ClaimLayout], ...] = (
    MedicalLayout,
    DpcLayout,
    DentalLayout,
    PharmacyLayout,
    VisitingLayout,
    ReturnedLayout,
)
"""Every kind of file that can be read."""


@lru_cache(maxsize=_KEPT_LAYOUTS)
def layout_of(kind: type[ClaimLayout], month: date) -> ClaimLayout:
    """The layout of a kind of file in the month of claiming that begins on `month`, with the borrowed records in their
    places. Problem `rules.no_version`."""
    layout = rules.load(kind, on=month)
    own = {record.id for record in layout.records}
    records = [*layout.records, *(record for record in _borrowed(layout, month) if record.id not in own)]
    if layout.calendar == "era":
        records = [_in_era(record) for record in records]
    in_order = sorted(records, key=lambda record: (_PLACES.index(record.place), record.rank))
    return msgspec.structs.replace(layout, records=tuple(in_order), borrowed=())


def _borrowed(layout: ClaimLayout, month: date) -> Iterator[RecordLayout]:
    for loan in layout.borrowed:
        lender = layout_of(_families()[loan.family], loan.of_month or month)
        for record in (lender.by_id[known] for known in loan.records):
            yield record if loan.rank is None else msgspec.structs.replace(record, rank=loan.rank)


def _in_era(record: RecordLayout) -> RecordLayout:
    return msgspec.structs.replace(record, fields=tuple(field.in_era() for field in record.fields))


def kind_of(point_table: str, records: frozenset[str] = frozenset()) -> type[ClaimLayout] | None:
    """The kind of claim file by the 点数表 of its head and, where two kinds share one, by the ids of the records that
    stand in it; None for a 点数表 that nobody claims by."""
    by_table = [layout for layout in _newest() if point_table in layout.point_tables]
    marked = [layout for layout in by_table if not records.isdisjoint(layout.marks)]
    plain = [layout for layout in by_table if not layout.marks]
    return next((type(layout) for layout in (*marked, *plain)), None)


@cache
def heads() -> Mapping[str, tuple[int, int]]:
    """Where 点数表 and 請求年月 stand in the first record of a file, a returned one too, by the id of that record."""
    return {
        record.id: (record.index["point_table"], record.index["claimed_month"])
        for layout in _newest()
        for record in layout.records
        if record.place == "head"
    }


@cache
def _newest() -> tuple[ClaimLayout, ...]:
    return tuple(
        rules.load(kind, on=rules.PACKAGED.versions(kind.family)[-1].effective_from) for kind in LAYOUTS
    )


@cache
def _families() -> Mapping[str, type[ClaimLayout]]:
    return {kind.family: kind for kind in LAYOUTS}
