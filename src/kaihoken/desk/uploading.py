"""The file in a form (multipart/form-data). Its name is not looked at: people name files after people."""

from typing import Final

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from kaihoken.problems import Problem

FIELD: Final = b'name="file"'


def uploaded(content_type: str, body: bytes) -> bytes:
    """The bytes of the field `file`. Problem `hub.form-missing` where there is none, or nothing was chosen."""
    kind, options = parse_options_header(content_type)
    content, headers = bytearray(), bytearray()

    def data(chunk: bytes, start: int, end: int) -> None:
        if FIELD in headers:
            content.extend(chunk[start:end])

    def header(chunk: bytes, start: int, end: int) -> None:
        headers.extend(chunk[start:end])

    try:
        parser = MultipartParser(
            options[b"boundary"],
            {"on_part_begin": headers.clear, "on_header_value": header, "on_part_data": data},
        )
        parser.write(body)
        parser.finalize()
    except (KeyError, FormParserError):
        raise Problem("hub.form-missing", where="file") from None
    if kind != b"multipart/form-data" or not content:
        raise Problem("hub.form-missing", where="file")
    return bytes(content)
