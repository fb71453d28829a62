"""A YAML file read strictly: every key once, every key known, every fault named by file, line and key path."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources.abc import Traversable
from typing import TypeVar

import msgspec
import yaml

from kaihoken.problems import Problem

T = TypeVar("T")

_LOADER = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader
_DEEPEST = 20
_MOST_PARTS = 200_000
_STEP = re.compile(r"\.?([^.\[\]]+)")


@dataclass(frozen=True, slots=True)
class Document:
    """A file as data, with its nodes to find lines again. `file` is the path below the rules folder."""

    file: str
    root: yaml.MappingNode
    data: dict[str, object]

    def convert(self, value: object, kind: type[T], at: str = "") -> T:
        """The value at key path `at` as a Struct. Raises Problem `rules.invalid` for a key or value that does not
        fit, also for a key that the Struct does not know."""
        try:
            made = msgspec.convert(value, kind)
        except msgspec.ValidationError as error:
            reason, _, path = str(error).partition(" - at `$")
            raise self.problem(_joined(at, path.rstrip("`")), reason) from error
        for path in _unknown(value, msgspec.to_builtins(made)):
            raise self.problem(_joined(at, path), "the key is not known")
        return made

    def problem(self, path: str, reason: str) -> Problem:
        """`rules.invalid` for a key path of this file."""
        line = _line(self.root, path)
        return Problem(
            "rules.invalid",
            where=f"{self.file}:{line} {path}".strip(),
            file=self.file,
            path=path,
            reason=reason,
        )


def read_file(file: Traversable, path: str) -> tuple[Document, bytes]:
    """The document in a file, and its bytes. Raises Problem `rules.unreadable`, also where it is no file."""
    try:
        content = file.read_bytes()
    except OSError as error:
        raise _unreadable(path, 1, error.strerror or type(error).__name__) from None
    return read(content, path), content


def read(content: bytes, file: str) -> Document:
    """The document in a file's bytes. Raises Problem `rules.unreadable` (not YAML, not UTF-8, not a mapping, a key
    twice) with file and line."""
    try:
        loader = _LOADER(content.decode())
        root = loader.get_single_node()
        if not isinstance(root, yaml.MappingNode):
            raise _unreadable(file, 1, "the file is not a mapping of keys to values")
        for line, key in _repeated(root):
            raise _unreadable(file, line, f"the key {key} stands there twice")
        data = loader.construct_document(root)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        raise _unreadable(file, mark.line + 1 if mark else 1, error.problem or "not YAML") from error
    except RecursionError:  # a node that holds itself
        raise _unreadable(file, 1, "it is nested too deeply") from None
    except (yaml.YAMLError, ValueError) as error:  # a forbidden character, not UTF-8, an impossible date
        raise _unreadable(file, 1, str(error)) from error
    return Document(file, root, data)


def read_given(content: bytes, file: str) -> Document:
    """The document in the bytes of a file that somebody hands in. Raises as `read` and `require_plain`."""
    require_plain(content, file)
    return read(content, file)


def require_plain(content: bytes, file: str) -> None:
    """Refuses YAML of which a small file makes endless work: parts that refer to parts that refer to others, and deep
    nesting, on which the reader ends the whole process. Raises Problem `rules.unreadable`; what is no YAML is left to
    who reads it."""
    open_parts: list[tuple[str | None, int]] = []
    sizes: dict[str | None, int] = {}
    size = 0
    try:
        for event in yaml.parse(content.decode(), Loader=_LOADER):
            if isinstance(event, yaml.CollectionStartEvent):
                open_parts.append((event.anchor, size))
                size = 0
            elif isinstance(event, yaml.CollectionEndEvent):
                anchor, before = open_parts.pop()
                sizes[anchor] = size + 1
                size += before + 1
            elif isinstance(event, yaml.AliasEvent):
                size += sizes.get(event.anchor, _MOST_PARTS)
            else:
                size += 1
            if size > _MOST_PARTS or len(open_parts) > _DEEPEST:
                mark = event.start_mark
                raise _unreadable(file, mark.line + 1 if mark else 1, "it is nested too deeply")
    except (yaml.YAMLError, ValueError):
        return


def _unreadable(file: str, line: int, reason: str) -> Problem:
    return Problem("rules.unreadable", where=f"{file}:{line}", file=file, line=line, reason=reason)


def _repeated(node: yaml.Node) -> Iterator[tuple[int, str]]:
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            if isinstance(key, yaml.ScalarNode):  # any other key is refused when the document is made
                if key.value in seen:
                    yield key.start_mark.line + 1, key.value
                seen.add(key.value)
            yield from _repeated(value)
    elif isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from _repeated(item)


def _unknown(given: object, made: object, at: str = "") -> Iterator[str]:
    """Key paths that were given but are not in what was made from them."""
    if isinstance(given, dict) and isinstance(made, dict):
        for key, value in given.items():
            if key not in made:
                yield f"{at}.{key}"
            else:
                yield from _unknown(value, made[key], f"{at}.{key}")
    elif isinstance(given, list) and isinstance(made, (list, tuple)):
        for position, (value, other) in enumerate(zip(given, made, strict=True)):
            yield from _unknown(value, other, f"{at}[{position}]")


def _joined(at: str, path: str) -> str:
    return (at + path).removeprefix(".")


def _line(node: yaml.Node, path: str) -> int:
    """The line of a key path, or of the nearest thing above it."""
    line = node.start_mark.line + 1
    for step in _STEP.findall(path):
        below: yaml.Node | None = None
        if isinstance(node, yaml.MappingNode):
            for key, value in node.value:
                if key.value == step:
                    line, below = key.start_mark.line + 1, value
        else:  # in a list the step is a position
            below = node.value[int(step)]
            line = below.start_mark.line + 1
        if below is None:
            return line
        node = below
    return line
