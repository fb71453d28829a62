"""One visit of a browser to the pages of people."""

from dataclasses import dataclass

from kaihoken.access.people import Visitor
from kaihoken.web import Language


@dataclass(slots=True)
class Visit(Visitor):
    """What a handler is given: who came, in which language, to which path (without the language)."""

    language: Language = "ja"
    path: str = "/"
