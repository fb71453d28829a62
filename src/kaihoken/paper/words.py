"""Messages as a paper prints them."""

from kaihoken.paper.lines import Piece, read_markup
from kaihoken.web import Language, Messages


def spoken(said: Messages, name: str, language: Language, /, **facts: str | int) -> tuple[Piece, ...]:
    """A message with its readings above the words. Raises what `Messages.html` raises."""
    return read_markup(str(said.html(name, language, **facts)))
