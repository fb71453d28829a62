"""Japanese on an English page, marked as such: names, addresses and terms that have no other form (WCAG 3.1.2).

A finished page is gone through once, so that no template and no value can forget it. What says its language already,
the title and text for programs stay as they are.
"""

import re

_LETTER = "[\u3005-\u3007\u3041-\u30ff\u3400-\u9fff\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff]"
_JAPANESE = f"{_LETTER}(?:[^A-Za-z<>&\\n]*{_LETTER})?"
_PIECE = re.compile(
    r"<(?P<whole>title|pre)\b.*?</(?P=whole)>"
    r"|<(?P<said>[a-z]+)\s[^>]*\blang=\"ja\".*?</(?P=said)>"
    r"|<[^>]*>"
    rf"|(?P<japanese>{_JAPANESE})",
    re.DOTALL,
)


def is_japanese(text: str) -> bool:
    """Whether Japanese letters stand in the text."""
    return re.search(_LETTER, text) is not None


def japanese_marked(page: str) -> str:
    """The page with `lang="ja"` around each stretch of Japanese."""
    return _PIECE.sub(_marked, page)


def _marked(piece: re.Match[str]) -> str:
    return f'<span lang="ja">{piece[0]}</span>' if piece["japanese"] else piece[0]
