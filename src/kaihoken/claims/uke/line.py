"""One line of a claim file, as it was written and as its fields."""

import msgspec


class Line(msgspec.Struct, frozen=True, gc=False):
    """A record. `raw` is the line without its end and `ending` that end, byte for byte; `fields` are its texts, the
    record's id first. `number` counts the lines of the file from 1."""

    number: int
    raw: bytes
    ending: bytes
    fields: list[str]

    @property
    def kind(self) -> str:
        """レコード識別."""
        return self.fields[0]

    def at(self, position: int) -> str:
        """The field at a position, "" behind the last one that was written."""
        return self.fields[position] if position < len(self.fields) else ""

    def with_field(self, position: int, text: str) -> "Line":
        """The line with another text at a position; every other byte stays. Empty fields are added as far as needed."""
        parts = self.raw.split(b",")
        fields = list(self.fields)
        missing = position + 1 - len(parts)
        if missing > 0:
            parts += [b""] * missing
            fields += [""] * missing
        parts[position] = text.encode("cp932")
        fields[position] = text
        return Line(self.number, b",".join(parts), self.ending, fields)
