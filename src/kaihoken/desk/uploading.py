"""The file in a form (multipart/form-data). Its name is not looked at: people name files after people."""

from typing import Final

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from kaihoken.problems import Problem

FIELD: Final = b'name="file"'
_UNNAMED: Final = b'filename=""'
"""Of a form in which no file was chosen."""


def uploaded(content_type: str, body: bytes) -> bytes:
    """The bytes of the field `file`. Problems `hub.form-missing` where nothing was chosen,
    `desk.file-nothing` where nothing is in it."""
    kind, options = parse_options_header(content_type)
    content, headers = bytearray(), bytearray()
    chosen = False

    def data(chunk: bytes, start: int, end: int) -> None:
        if FIELD in headers:
            content.extend(chunk[start:end])

    def headers_end() -> None:
        nonlocal chosen
        chosen |= FIELD in headers and b"filename=" in headers and _UNNAMED not in headers

    def header(chunk: bytes, start: int, end: int) -> None:
        headers.extend(chunk[start:end])

    try:
        parser = MultipartParser(
            options[b"boundary"],
            {
                "on_part_begin": headers.clear,
                "on_header_value": header,
                "on_headers_finished": headers_end,
                "on_part_data": data,
            },
        )
        parser.write(body)
        parser.finalize()
    except (KeyError, FormParserError):
        raise Problem("hub.form-missing", where="file") from None
    if kind != b"multipart/form-data" or not (content or chosen):
        raise Problem("hub.form-missing", where="file")
    if not content:
        raise Problem("desk.file-nothing")
    return bytes(content)
