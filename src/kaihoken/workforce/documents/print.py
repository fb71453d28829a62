"""Documents and sheets as HTML for paper: one template for a document, one for the A3 sheet of an area."""

from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined

from kaihoken.workforce.documents.content import Document, Figure, Paragraph, Table


@cache
def _environment() -> Environment:
    made = Environment(
        loader=PackageLoader("kaihoken.workforce", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.tests["paragraph"] = lambda block: isinstance(block, Paragraph)
    made.tests["table"] = lambda block: isinstance(block, Table)
    made.tests["figure"] = lambda block: isinstance(block, Figure)
    return made


def html_of(document: Document) -> str:
    """A document as HTML, A4."""
    return _environment().get_template("document.html").render(document=document)


def rendered_sheet(**values: object) -> str:
    """The A3 sheet of an area."""
    return _environment().get_template("area_sheet.html").render(**values)
