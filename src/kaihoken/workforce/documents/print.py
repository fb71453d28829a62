"""Documents and sheets as HTML for paper: one template for a document, one for the A3 sheet of an area."""

from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined

from kaihoken.identity import to_wareki
from kaihoken.workforce.documents.changes import MarkedFigure, MarkedParagraph, MarkedTable, marked
from kaihoken.workforce.documents.content import Document
from kaihoken.workforce.documents.kept import SOURCES, Kept


@cache
def _environment() -> Environment:
    made = Environment(
        loader=PackageLoader("kaihoken.workforce", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.tests["paragraph"] = lambda block: isinstance(block, MarkedParagraph)
    made.tests["table"] = lambda block: isinstance(block, MarkedTable)
    made.tests["figure"] = lambda block: isinstance(block, MarkedFigure)
    return made


def html_of(document: Document, since: Kept | None = None) -> str:
    """A document as HTML, A4; with `since` what came and went is marked."""
    template = _environment().get_template("document.html")
    return template.render(
        document=document,
        made=marked(document, since),
        since=since and str(to_wareki(since.made_on)),
        sources_title=SOURCES,
    )


def rendered_sheet(**values: object) -> str:
    """The A3 sheet of an area."""
    return _environment().get_template("area_sheet.html").render(**values)
