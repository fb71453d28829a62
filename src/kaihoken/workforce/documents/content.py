"""What a document holds, before it is a file of any kind: sections of paragraphs, tables and figures."""

from dataclasses import dataclass
from datetime import date
from typing import Final, TypeAlias

from kaihoken.identity import to_wareki
from kaihoken.workforce.pictures import Picture

Cell: TypeAlias = str | float | None
"""Text, or a number that is set to the right; None is absent and shown as 「－」."""

ABSENT: Final = "－"
HIDDEN: Final = "x"
"""What stands for a count that is hidden because it is small, or because a small one could be told from it."""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph; a `note` is set small."""

    text: str
    note: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table with its caption and headings; `decimals` are those of each column's numbers."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    decimals: tuple[int, ...]

    def shown(self) -> tuple[tuple[str, ...], ...]:
        """The cells as they are printed."""
        return tuple(
            tuple(printed(cell, places) for cell, places in zip(row, self.decimals, strict=True))
            for row in self.rows
        )

    def numeric(self) -> tuple[bool, ...]:
        """Which columns hold numbers, or would: one in which all are absent or hidden is set as numbers are."""
        return tuple(
            not any(isinstance(row[at], str) and row[at] != HIDDEN for row in self.rows)
            for at in range(len(self.columns))
        )


@dataclass(frozen=True, slots=True)
class Figure:
    """A picture with what stands under it."""

    picture: Picture
    caption: str


Block: TypeAlias = Paragraph | Table | Figure


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with what stands under it."""

    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """A document in Japanese. `caution` stands at its head, `sources` at its end; `watermark` on every page where
    fictitious figures were used."""

    title: str
    subtitle: str
    made_on: date
    caution: str
    sections: tuple[Section, ...]
    sources: tuple[str, ...]
    watermark: str = ""

    @property
    def made(self) -> str:
        """The day in the Japanese era, "令和8年11月22日"."""
        return str(to_wareki(self.made_on))

    @property
    def made_line(self) -> str:
        """The line under the title."""
        return made_line(self.subtitle, self.made_on)


def made_line(subtitle: str, made_on: date) -> str:
    """The subtitle with the day of making in the Japanese era."""
    return f"{subtitle}　{to_wareki(made_on)} 作成"


def printed(cell: Cell, decimals: int) -> str:
    """A cell as text: numbers with their decimals and thousands, the minus as a minus."""
    if cell is None:
        return ABSENT
    if isinstance(cell, str):
        return cell
    if cell != cell:  # NaN
        return ABSENT
    return f"{cell:,.{decimals}f}".replace("-", "−")
