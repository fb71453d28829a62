"""A QR code as a path of SVG. ReportLab makes it, which prints the papers too."""

from dataclasses import dataclass
from typing import Final

_QUIET: Final = 4
"""Modules of white around it (ISO/IEC 18004)."""


@dataclass(frozen=True, slots=True)
class QrCode:
    """`side`: modules of one side with the white around it; `path`: the dark ones, each a unit wide."""

    side: int
    path: str


def qr_code(text: str) -> QrCode | None:
    """The code of a text; None where ReportLab is not installed."""
    try:
        from reportlab.graphics.barcode import qrencoder
    except ImportError:
        return None
    code = qrencoder.QRCode(None, qrencoder.QRErrorCorrectLevel.M)
    code.addData(text)
    code.make()
    size = int(code.getModuleCount())
    runs = []
    for y in range(size):
        x = 0
        while x < size:
            end = x
            while end < size and code.isDark(y, end):
                end += 1
            if end > x:
                runs.append(f"M{x + _QUIET} {y + _QUIET}h{end - x}v1h-{end - x}z")
            x = end + 1
    return QrCode(size + 2 * _QUIET, "".join(runs))
