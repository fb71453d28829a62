"""CodeSystem and StructureDefinition: what our own URLs stand for, read off rules, catalogue and extensions."""

from collections.abc import Iterator, Sequence
from datetime import date
from functools import lru_cache

from kaihoken import __version__, rules
from kaihoken.audit import KINDS
from kaihoken.consent import Item
from kaihoken.coverage.fhir.audit_events import LOG_KINDS
from kaihoken.coverage.fhir.consent import CONSENT_ITEMS
from kaihoken.coverage.fhir.elements import Element, encode
from kaihoken.coverage.fhir.local import LOCAL, Local
from kaihoken.coverage.fhir.outcome import RESULT_CODES
from kaihoken.coverage.fhir.uris import code_system, extension
from kaihoken.coverage.verdict import Situation
from kaihoken.problems import catalogue
from kaihoken.web import messages

PUBLISHED = date(2026, 11, 21)
"""Day on which these definitions were last changed."""

BENEFITS = "benefit"
SITUATIONS = "situation"

_TYPES = {
    "string": "string",
    "code": "code",
    "date": "date",
    "instant": "instant",
    "integer": "integer",
    "boolean": "boolean",
}


class _Designation(Element, frozen=True, kw_only=True):
    language: str
    value: str


class _Concept(Element, frozen=True, kw_only=True):
    code: str
    display: str
    definition: str | None = None
    designation: tuple[_Designation, ...]


class _CodeSystem(Element, frozen=True, kw_only=True, tag_field="resourceType", tag="CodeSystem"):
    id: str
    url: str
    version: str
    name: str
    title: str
    status: str
    experimental: bool
    date: date
    publisher: str
    description: str
    case_sensitive: bool
    content: str
    count: int
    concept: Sequence[_Concept]


class _Type(Element, frozen=True, kw_only=True):
    code: str


class _Part(Element, frozen=True, kw_only=True):
    id: str
    path: str
    slice_name: str | None = None
    short: str | None = None
    min: int
    max: str
    type: tuple[_Type, ...] = ()
    fixed_uri: str | None = None


class _Differential(Element, frozen=True, kw_only=True):
    element: Sequence[_Part]


class _Context(Element, frozen=True, kw_only=True):
    type: str
    expression: str


class _StructureDefinition(
    Element, frozen=True, kw_only=True, tag_field="resourceType", tag="StructureDefinition"
):
    id: str
    url: str
    version: str
    name: str
    title: str
    status: str
    experimental: bool
    date: date
    publisher: str
    description: str
    fhir_version: str
    kind: str
    abstract: bool
    context: tuple[_Context, ...]
    type: str
    base_definition: str
    derivation: str
    differential: _Differential


def code_systems() -> tuple[str, ...]:
    """The names of all our code systems."""
    return (*rules.CODES.numbers(), SITUATIONS, BENEFITS, RESULT_CODES, LOG_KINDS, CONSENT_ITEMS)


@lru_cache(maxsize=128)
def code_system_document(name: str) -> bytes | None:
    """A code system of ours; None for a name that is none."""
    if name not in code_systems():
        return None
    ja, en, concepts = _described(name)
    return encode(
        _CodeSystem(
            id=name,
            url=code_system(name),
            version=__version__,
            name="Kaihoken" + "".join(word.capitalize() for word in name.split("-")),
            title=f"{ja} / {en}",
            status="active",
            experimental=False,
            date=PUBLISHED,
            publisher="Kaihoken",
            description=f"{ja} / {en}",
            case_sensitive=True,
            content="complete",
            count=len(concepts),
            concept=concepts,
        )
    )


@lru_cache(maxsize=128)
def structure_definition(name: str) -> bytes | None:
    """The definition of an extension of ours; None for a name that is none."""
    row = LOCAL.get(name)
    if row is None:
        return None
    return encode(
        _StructureDefinition(
            id=name,
            url=extension(name),
            version=__version__,
            name="Kaihoken" + "".join(word.capitalize() for word in name.split("-")),
            title=f"{row.ja} / {row.en}",
            status="active",
            experimental=False,
            date=PUBLISHED,
            publisher="Kaihoken",
            description=f"{row.ja} / {row.en}",
            fhir_version="4.0.1",
            kind="complex-type",
            abstract=False,
            context=tuple(
                _Context(type="element", expression=where)
                for where in (_context(row), row.also)
                if where is not None
            ),
            type="Extension",
            base_definition="http://hl7.org/fhir/StructureDefinition/Extension",
            derivation="constraint",
            differential=_Differential(element=tuple(_elements(row))),
        )
    )


_IN_META = ("receipt", "answer-hash", "facts-known-at")


def _context(row: Local) -> str:
    return f"{row.on}.meta" if row.name in _IN_META else row.on


def _elements(row: Local) -> Iterator[_Part]:
    most = "*" if row.many else "1"
    yield _Part(id="Extension", path="Extension", short=f"{row.ja} / {row.en}", min=0, max=most)
    for part in row.parts:
        own = f"Extension.extension:{part.name}"
        yield _Part(id=own, path="Extension.extension", slice_name=part.name, min=0, max="1")
        yield _Part(id=f"{own}.url", path="Extension.extension.url", min=1, max="1", fixed_uri=part.name)
        yield _value(f"{own}.value[x]", "Extension.extension.value[x]", part.value)
    yield _Part(id="Extension.url", path="Extension.url", min=1, max="1", fixed_uri=row.url)
    if row.value:
        yield _value("Extension.value[x]", "Extension.value[x]", row.value)
    else:
        yield _Part(id="Extension.value[x]", path="Extension.value[x]", min=0, max="0")


def _value(id_: str, path: str, value: str) -> _Part:
    kind = _TYPES.get(value)
    short = None if kind else code_system(value)
    return _Part(id=id_, path=path, short=short, min=1, max="1", type=(_Type(code=kind or "Coding"),))


def _described(name: str) -> tuple[str, str, list[_Concept]]:
    if name == SITUATIONS:
        text = messages("coverage").text
        titles = [(one.value, f"situation.{one.value}.title") for one in Situation]
        return (
            "資格確認の状況",
            "Situations of an eligibility check",
            [_concept(code, text(title, "ja"), text(title, "en")) for code, title in titles],
        )
    if name == CONSENT_ITEMS:
        return "同意項目", "Items of consent", [_concept(item, item, item) for item in map(str, Item)]
    if name == LOG_KINDS:
        return "記録の種類", "Kinds of records", [_concept(kind, kind, kind) for kind in KINDS]
    if name == BENEFITS:
        low = _concept(
            "copay-percent-low",
            "割合が決まらないときの低い方",
            "The lower end of a share that is not settled",
        )
        return "一部負担金", "What a patient pays", [low]
    if name == RESULT_CODES:
        entries = sorted(catalogue().values(), key=lambda entry: entry.oqs)
        return (
            "処理結果コード（KHK）",
            "Result codes (KHK)",
            [_concept(entry.oqs, entry.title_ja, entry.title_en, entry.code) for entry in entries],
        )
    listed = rules.code_list(name)
    return (
        f"{listed.ja}（{name}）",
        f"{listed.en} ({name})",
        [_concept(code.code, code.ja, code.en, code.note) for code in listed.codes.values()],
    )


def _concept(code: str, ja: str, en: str, definition: str | None = None) -> _Concept:
    said = (_Designation(language="en", value=en),)
    return _Concept(code=code, display=ja, definition=definition, designation=said)
