"""記録条件仕様: which records a claim file has, and which fields stand in them, as the rule files of claims/layout-*
give them by 点数表 and month. A file is read by the layout of the month in which it is claimed (請求年月)."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from functools import cache, cached_property
from typing import Annotated, ClassVar, Literal, TypeAlias

import msgspec

from kaihoken import rules

Form: TypeAlias = Annotated[str, msgspec.Meta(pattern="^[NAKT][1-9][0-9]{0,3}F?$")]
Place: TypeAlias = Literal["head", "receipt", "end"]
Kind: TypeAlias = Literal["text", "integer", "decimal", "date", "month", "kana"]


class Mode(StrEnum):
    """モード: which characters a field may hold."""

    DIGITS = "N"  # 数字
    LETTERS = "A"  # 英数
    WIDE = "K"  # 漢字
    EITHER = "T"  # 英数 or 漢字, never both in one field


class Field(msgspec.Struct, frozen=True, kw_only=True):
    """One 項目. `form` is the mode, the most bytes, and F where it has exactly so many; `times` fields of the same
    kind stand in a row."""

    key: str
    name: str
    form: Form
    kind: Kind = "text"
    required: bool = False
    times: Annotated[int, msgspec.Meta(ge=1, le=60)] = 1

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


class RecordLayout(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """One kind of record. `place` says where in the file it stands. The records of a receipt follow each other by
    `rank`; of one kind there are from `least` to `most`."""

    id: str
    name: str
    place: Place
    rank: Annotated[int, msgspec.Meta(ge=0)]
    least: Annotated[int, msgspec.Meta(ge=0)]
    most: Annotated[int, msgspec.Meta(ge=1)] | None
    fields: tuple[Field, ...]

    @cached_property
    def positions(self) -> tuple[Field, ...]:
        """The field at each position of the line, the record's own id left out: position 1 stands at index 0."""
        return tuple(field for field in self.fields for _ in range(field.times))

    @cached_property
    def index(self) -> Mapping[str, int]:
        """The position of a field by its key, counted as in the line (the record's id is 0); the first one of several
        with the same key. Reserved fields are not in it."""
        found: dict[str, int] = {}
        position = 1
        for field in self.fields:
            if field.key != "reserve":
                found.setdefault(field.key, position)
            position += field.times
        return found


class ClaimLayout(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """The layout of one kind of claim file: a rule family for each kind. `point_tables` are the 点数表 that its head
    names; a receipt begins with one of the records `begins`."""

    family: ClassVar[str]

    point_tables: tuple[str, ...]
    file_name: str
    begins: tuple[str, ...]
    records: tuple[RecordLayout, ...]

    @cached_property
    def by_id(self) -> Mapping[str, RecordLayout]:
        """The records by レコード識別."""
        return {record.id: record for record in self.records}


class MedicalLayout(ClaimLayout, frozen=True, kw_only=True):
    """医科 (rule family claims/layout-medical)."""

    family: ClassVar[str] = "claims/layout-medical"


LAYOUTS: tuple[type[ClaimLayout], ...] = (MedicalLayout,)
"""Every kind of claim file that can be read."""


def layout_of(kind: type[ClaimLayout], month: date) -> ClaimLayout:
    """The layout of a kind of file in the month of claiming that begins on `month`. Problem `rules.no_version`."""
    return rules.load(kind, on=month)


def kind_of(point_table: str) -> type[ClaimLayout] | None:
    """The kind of claim file by the 点数表 of its head."""
    return _kinds().get(point_table)


@cache
def _kinds() -> Mapping[str, type[ClaimLayout]]:
    newest = {kind: rules.PACKAGED.versions(kind.family)[-1].effective_from for kind in LAYOUTS}
    return {table: kind for kind, day in newest.items() for table in layout_of(kind, day).point_tables}
