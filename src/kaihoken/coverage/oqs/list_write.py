"""Answers about a list as messages: the reception, and the results person by person, in XML or as the tree in JSON.

Results are written a few at a time, so that a message of any length can be made while it leaves.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any

import msgspec
import orjson

from kaihoken.coverage.oqs import charset
from kaihoken.coverage.oqs.json_write import fitted_tree, tree_of
from kaihoken.coverage.oqs.message import Encoding, ListHeader, Reception, RegistrationResult, Unit
from kaihoken.coverage.oqs.wire import (
    BODY,
    BODY_PATH,
    HEADER,
    HEADER_PATH,
    LIST_ANSWER_HEADER,
    RECEPTION,
    REGISTRATION_RESULT,
    REGISTRATION_UNIT,
    RESULT,
    ROOT,
    UNIT,
    UNIT_BEGINNING,
    UNIT_RESULT,
    VISIT_RESULT,
    Element,
)
from kaihoken.coverage.oqs.xml_write import BETWEEN, DECLARATIONS, END, Write, with_identifier, writer_of


class Units:
    """Of which units the results of a list are made: the elements of each, and those of the coverages behind them, if
    any stand there."""

    __slots__ = ("elements", "name", "path", "result")

    def __init__(self, name: str, elements: tuple[Element, ...], result: tuple[Element, ...] = ()) -> None:
        self.name = name
        self.elements = elements
        self.result = result
        self.path = f"{BODY_PATH}/{name}"


CONFIRMED = Units(UNIT, UNIT_BEGINNING, RESULT)
"""資格確認 一括照会."""

VISITED = Units(UNIT, UNIT_BEGINNING, VISIT_RESULT)
"""訪問診療等・オンライン診療等 一括."""

REGISTERED = Units(REGISTRATION_UNIT, REGISTRATION_RESULT)
"""照会番号 一括登録."""


def write_reception(header: ListHeader, reception: Reception, *, xml: bool) -> bytes:
    """受付, or (without a number) the refusal of a whole message."""
    if not xml:
        header_tree, body_tree = tree_of(LIST_ANSWER_HEADER, HEADER_PATH), tree_of(RECEPTION, BODY_PATH)
        tree = {ROOT: {HEADER: header_tree(_in_utf8(header)), BODY: body_tree(reception)}}
        return orjson.dumps(fitted_tree(tree))
    write_header, write_body = _writers()
    text = DECLARATIONS[header.encoding] + write_header(_bare(header)) + BETWEEN + write_body(reception) + END
    content, _ = charset.encoded(text, header.encoding)
    return with_identifier(header, content)


class ResultsWriter:
    """The results of a list: `beginning`, then `units` any number of times, then `end`."""

    def __init__(self, header: ListHeader, units: Units = CONFIRMED, *, xml: bool) -> None:
        self._units = units
        self._header = header if xml else _in_utf8(header)
        self._xml = xml
        self._first = True

    def beginning(self) -> bytes:
        """Everything before the first person."""
        header = self._header
        if not self._xml:
            written = orjson.dumps(fitted_tree(tree_of(LIST_ANSWER_HEADER, HEADER_PATH)(header)))
            return b'{"%s":{"%s":%s,"%s":{"%s":[' % (
                ROOT.encode(), HEADER.encode(), written, BODY.encode(), self._units.name.encode(),
            )  # fmt: skip
        write_header, _ = _writers()
        # The document is opened here and closed in `end`: what is encoded between stands by itself.
        text = DECLARATIONS[header.encoding] + write_header(_bare(header)) + BETWEEN
        content, _ = charset.encoded(text, header.encoding)
        return with_identifier(header, content)

    def units(self, units: Sequence[Unit | RegistrationResult]) -> bytes:
        """Some people."""
        if self._xml:
            write = _unit_writer(self._units)
            return charset.encoded("".join(map(write, units)), self._header.encoding)[0]
        trees = [self._tree(unit) for unit in units]
        written = b",".join(orjson.dumps(fitted_tree(tree)) for tree in trees)
        if not self._first and written:
            written = b"," + written
        self._first = self._first and not units
        return written

    def end(self) -> bytes:
        """Everything behind the last person."""
        return charset.encoded(END, self._header.encoding)[0] if self._xml else b"]}}}"

    def _tree(self, unit: Unit | RegistrationResult) -> dict[str, Any]:
        path = self._units.path
        tree = tree_of(self._units.elements, path)(unit)
        if isinstance(unit, Unit) and unit.results:
            result = tree_of(self._units.result, f"{path}/{UNIT_RESULT}")
            tree[UNIT_RESULT] = [result(one) for one in unit.results]
        return tree


@cache
def _writers() -> tuple[Write, Write]:
    return writer_of(LIST_ANSWER_HEADER, HEADER_PATH), writer_of(RECEPTION, BODY_PATH)


@cache
def _unit_writer(units: Units) -> Write:
    write_elements = writer_of(units.elements, units.path)
    opening, closing = f"<{units.name}>", f"</{units.name}>"
    if not units.result:
        return lambda unit: f"{opening}{write_elements(unit)}{closing}"
    write_result = writer_of(units.result, f"{units.path}/{UNIT_RESULT}")

    def write(unit: Unit) -> str:
        results = "".join(f"<{UNIT_RESULT}>{write_result(result)}</{UNIT_RESULT}>" for result in unit.results)
        return f"{opening}{write_elements(unit)}{results}{closing}"

    return write


def _bare(header: ListHeader) -> ListHeader:
    """Without the identifier where it is put in as it was sent (`with_identifier`)."""
    source = header.identifier_source
    if source is None or source.encoding is not header.encoding or header.arbitrary_file_identifier is None:
        return header
    return msgspec.structs.replace(header, arbitrary_file_identifier="")


def _in_utf8(header: ListHeader) -> ListHeader:
    return (
        header
        if header.encoding is Encoding.UTF_8
        else msgspec.structs.replace(header, encoding=Encoding.UTF_8)
    )
