"""HTML and pictures on paper: PDF by WeasyPrint, which reads only what is handed to it, and PNG from that PDF."""

from io import BytesIO
from typing import TYPE_CHECKING

from kaihoken.problems import Problem
from kaihoken.workforce.pictures import Picture

if TYPE_CHECKING:
    from weasyprint import HTML

_POINTS_PER_PIXEL = 0.75


def pdf_of(html: str) -> bytes:
    """A PDF from one HTML text. Problem `workforce.pango-missing` where the machine lacks what sets its type."""
    made: bytes = _read(html).write_pdf()
    return made


def png_of(picture: Picture, width: int) -> bytes:
    """A picture as PNG, so many pixels wide. Raises as `pdf_of` does."""
    across, down = picture.view[2:]
    size = f"{width * _POINTS_PER_PIXEL}pt {width * down / across * _POINTS_PER_PIXEL}pt"
    page = (
        f"<style>@page {{ size: {size}; margin: 0 }} body {{ margin: 0 }} svg {{ display: block; width: 100% }}</style>"
        f"{picture.svg}"
    )
    return rendered(pdf_of(page), 0, 1 / _POINTS_PER_PIXEL)


def rendered(pdf: bytes, page: int, scale: float) -> bytes:
    """One page of a PDF as PNG; `scale` 1 is 72 dots per inch."""
    import pypdfium2

    document = pypdfium2.PdfDocument(pdf)
    try:
        image = document[page].render(scale=scale).to_pil()
        out = BytesIO()
        image.save(out, "PNG", optimize=True)
        return out.getvalue()
    finally:
        document.close()


def _read(html: str) -> "HTML":
    try:
        from weasyprint import HTML
        from weasyprint.urls import URLFetcher
    except OSError as missing:  # Pango and its friends are libraries of the system
        raise Problem("workforce.pango-missing", reason=str(missing).splitlines()[0]) from missing

    return HTML(string=html, url_fetcher=URLFetcher(allowed_protocols=()))  # nothing is read from elsewhere
