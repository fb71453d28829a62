"""UKE: the file in which claims travel, read and written byte for byte."""

from typing import TYPE_CHECKING

from kaihoken.faces import lazily

if TYPE_CHECKING:
    from kaihoken.claims.uke.form import field_faults
    from kaihoken.claims.uke.line import Line
    from kaihoken.claims.uke.opening import chunks_in, claim_chunks, unreadable_files
    from kaihoken.claims.uke.reading import Head, Part, ReceiptLines, Tail, chunks_of, raw_bytes, read

__all__ = [
    "Head",
    "Line",
    "Part",
    "ReceiptLines",
    "Tail",
    "chunks_in",
    "chunks_of",
    "claim_chunks",
    "field_faults",
    "raw_bytes",
    "read",
    "unreadable_files",
]

if not TYPE_CHECKING:
    __getattr__ = lazily(__name__)
