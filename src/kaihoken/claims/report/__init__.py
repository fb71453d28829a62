"""What a check of a file found, for programs (JSON, SARIF) and for the terminal, written while the file is read."""

from typing import TYPE_CHECKING

from kaihoken.faces import lazily

if TYPE_CHECKING:
    from kaihoken.claims.report.checking import tell
    from kaihoken.claims.report.told import Told, in_words
    from kaihoken.claims.report.written import JsonReport, Report, SarifReport, Summary, TextReport

__all__ = ["JsonReport", "Report", "SarifReport", "Summary", "TextReport", "Told", "in_words", "tell"]

if not TYPE_CHECKING:
    __getattr__ = lazily(__name__)
