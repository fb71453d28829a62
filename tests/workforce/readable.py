"""The words of a file, whatever its form, as a reader of it would find them; white space is left out."""

import html
import re
from io import BytesIO
from xml.etree import ElementTree
from zipfile import ZipFile

import openpyxl
import polars as pl
import pypdfium2


def words_in(body: bytes, ending: str) -> str:
    """The words of a file that ends so. A picture in pixels has none to be read."""
    match ending:
        case "xlsx":
            book = openpyxl.load_workbook(BytesIO(body))
            text = " ".join(
                str(cell) for sheet in book for row in sheet.values for cell in row if cell is not None
            )
        case "docx":
            with ZipFile(BytesIO(body)) as archive:
                root = ElementTree.fromstring(archive.read("word/document.xml"))
            text = "".join(root.itertext())
        case "pdf":
            document = pypdfium2.PdfDocument(body)
            text = "".join(page.get_textpage().get_text_range() for page in document)
            document.close()
        case "zip":
            with ZipFile(BytesIO(body)) as archive:
                text = " ".join(archive.read(name).decode() for name in archive.namelist())
        case "parquet":
            text = f"{pl.read_parquet_metadata(BytesIO(body))} {pl.read_parquet(BytesIO(body)).write_csv()}"
        case "svg" | "html":
            text = html.unescape(re.sub(r"<style.*?</style>|<[^>]+>", "", body.decode(), flags=re.DOTALL))
        case _:
            text = body.decode("utf-8-sig")
    return "".join(text.split())
