"""業務コード仕様: the code lists OQSCD001 to OQSCD044 that the wire uses, as data."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from importlib.resources.abc import Traversable

import msgspec

from kaihoken.problems import Language, Problem
from kaihoken.rules.book import CODES_FOLDER
from kaihoken.rules.document import Document, read_file
from kaihoken.rules.version import Status

UNKNOWN: Mapping[Language, str] = {"ja": "未知の値", "en": "unknown value"}
UNKNOWN_EASY = "わからない {値|あたい}"


class Code(msgspec.Struct, frozen=True, kw_only=True):
    """One value of a list. `effective_from` is the first day of a value that came later than its list."""

    code: str
    ja: str
    en: str
    easy: str | None = (
        None  # Japanese with readings, {本人|ほんにん}, where a page shows the label to everybody
    )
    status: Status = Status.CONFIRMED
    effective_from: date | None = None
    note: str | None = None


class _CodeFile(msgspec.Struct, frozen=True, kw_only=True):
    schema: int
    list: str
    ja: str
    en: str
    published: date | None
    status: Status
    source: str
    url: str | None = None
    note: str | None = None
    values: tuple[Code, ...]


@dataclass(frozen=True, slots=True)
class CodeList:
    """One list: its number (OQSCD006), its name, and its codes in the order of the specification.

    A system that we do not know may send a code that we do not know: asking for it is not an error.
    """

    number: str
    file: str  # path below the rules folder
    ja: str
    en: str
    status: Status
    source: str
    url: str | None
    note: str | None
    codes: Mapping[str, Code]
    _labels: Mapping[Language, Mapping[str, str]]

    def __contains__(self, code: str) -> bool:
        return code in self.codes

    def label(self, code: str, language: Language = "ja") -> str | None:
        """What the code means in words, None for a code that the list does not have."""
        return self._labels[language].get(code)

    def shown(self, code: str, language: Language = "ja") -> str:
        """What a person reads: the label, or that the value is not known (未知の値)."""
        return self._labels[language].get(code, UNKNOWN[language])

    def easy(self, code: str) -> str:
        """What everybody reads, with readings in braces where the list has them."""
        known = self.codes.get(code)
        return UNKNOWN_EASY if known is None else known.easy or known.ja


class CodeBook:
    """The code lists in one rules folder. Each is read when it is first asked for."""

    def __init__(self, root: Traversable) -> None:
        self._root = root
        self._lists: dict[str, CodeList] = {}

    def code_list(self, number: str) -> CodeList:
        """The list with a number such as OQSCD006. Raises Problem `rules.no_code_list`, or `rules.invalid` and
        `rules.unreadable` for a fault in its file."""
        found = self._lists.get(number)
        if found is None:
            if number not in self.numbers():
                raise Problem("rules.no_code_list", where=number, number=number)
            found = _code_list(self._root, number)
            self._lists[number] = found
        return found

    def numbers(self) -> tuple[str, ...]:
        """The numbers of all lists, in order."""
        folder = self._root.joinpath(CODES_FOLDER)
        names = [file.name for file in folder.iterdir()] if folder.is_dir() else []
        return tuple(sorted(name.removesuffix(".yaml") for name in names if name.endswith(".yaml")))


def _code_list(root: Traversable, number: str) -> CodeList:
    name = f"{number}.yaml"
    document, _ = read_file(root.joinpath(CODES_FOLDER, name), f"{CODES_FOLDER}/{name}")
    file = document.convert(document.data, _CodeFile)
    if file.list != number:
        raise document.problem("list", f"the file is named {name}")
    _check_codes(document, file.values)
    return CodeList(
        number=number,
        file=document.file,
        ja=file.ja,
        en=file.en,
        status=file.status,
        source=file.source,
        url=file.url,
        note=file.note,
        codes={code.code: code for code in file.values},
        _labels={
            "ja": {code.code: code.ja for code in file.values},
            "en": {code.code: code.en for code in file.values},
        },
    )


def _check_codes(document: Document, codes: tuple[Code, ...]) -> None:
    seen: set[str] = set()
    for position, code in enumerate(codes):
        if code.code in seen:
            raise document.problem(f"values[{position}].code", f"the code {code.code} stands there twice")
        if not (code.code and code.ja and code.en):
            raise document.problem(f"values[{position}]", "a code and both labels are needed")
        seen.add(code.code)
