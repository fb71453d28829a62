"""OperationOutcome: a problem of the catalogue in FHIR's own form, in Japanese and in English."""

import msgspec

from kaihoken.coverage.fhir.elements import Coding, Element, Extension, encode
from kaihoken.coverage.fhir.uris import TRANSLATION, code_system
from kaihoken.problems import Problem

RESULT_CODES = "result-code"
"""Our code system of the catalogue's numbers (KHK…)."""

_FATAL = ("exception", "no-store")
_NOWHERE = ("", "?")  # `?`: something without a name of ours


class _Extended(Element, frozen=True, kw_only=True):
    extension: tuple[Extension, ...]


class _Details(Element, frozen=True, kw_only=True):
    coding: tuple[Coding, ...]
    text: str
    in_english: _Extended = msgspec.field(name="_text")


class _Issue(Element, frozen=True, kw_only=True):
    severity: str
    code: str
    details: _Details
    diagnostics: str
    expression: tuple[str, ...] = ()


class _Outcome(Element, frozen=True, kw_only=True, tag_field="resourceType", tag="OperationOutcome"):
    issue: tuple[_Issue, ...]


def outcome_of(problem: Problem) -> bytes:
    """The problem with what to do next. `expression` is the place in the message, where there is one."""
    entry = problem.entry
    severity = "fatal" if entry.fhir_issue in _FATAL else "error"
    issue = _Issue(
        severity="information" if entry.status < 400 else severity,
        code=entry.fhir_issue,
        details=_Details(
            coding=(Coding(system=code_system(RESULT_CODES), code=entry.oqs, display=problem.code),),
            text=problem.title("ja"),
            in_english=_Extended(extension=(_translation("en", problem.title("en")),)),
        ),
        diagnostics=f"{problem.mend('ja')} / {problem.mend('en')}",
        expression=(problem.where,) if problem.where not in _NOWHERE else (),
    )
    return encode(_Outcome(issue=(issue,)))


def _translation(language: str, text: str) -> Extension:
    return Extension(
        url=TRANSLATION,
        extension=(
            Extension(url="lang", value_code=language),
            Extension(url="content", value_string=text),
        ),
    )
