"""base64url as JOSE uses it (RFC 7515 §2, no padding), read strictly: one text for one value."""

import base64
import binascii


def encode(value: bytes) -> str:
    """The text of some bytes, without padding."""
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode("ascii")


def decode(text: str) -> bytes | None:
    """The bytes of a text, or None when it is not the one canonical text of any value: padding, white space, the
    characters of plain base64, anything outside the alphabet, and stray bits in the last character are refused."""
    try:
        raw = text.encode("ascii")
        value = base64.b64decode(raw + b"=" * (-len(raw) % 4), altchars=b"-_", validate=True)
    except (UnicodeEncodeError, binascii.Error):
        return None
    return value if encode(value) == text else None
