"""What a demonstration shows on its start page: who asks there, and telling cases to pick from.

The people behind the cases are the demonstration's own; it hands them in, so that the hub knows no fictional nation.
"""

from dataclasses import dataclass
from datetime import date

import msgspec

from kaihoken.coverage import Asker, Check, Situation
from kaihoken.problems import Problem
from kaihoken.web import Language


@dataclass(frozen=True, slots=True)
class Case:
    """One telling case. Its words are the messages `case.<name>.title` and `.note`; `situation` is the answer that it
    shows, held true by a test. `card` names the case in which the same person brings the card, "" where there is none;
    a case that is reached only so has `listed` False."""

    name: str
    check: Check
    situation: Situation
    card: str = ""
    listed: bool = True

    def check_in(self, language: Language) -> Check:
        """The question, to be answered in that language."""
        return msgspec.structs.replace(self.check, language=language)


@dataclass(frozen=True, slots=True)
class Showcase:
    """Who asks on the start page (a demo facility), the day for which its people were made, and the cases in order."""

    asker: Asker
    facility_name: str
    made_on: date
    cases: tuple[Case, ...]

    def case(self, name: str) -> Case:
        """The case of that name. Raises Problem `hub.path`."""
        for case in self.cases:
            if case.name == name:
                return case
        raise Problem("hub.path")
