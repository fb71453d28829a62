"""The field's troubles on a registered coverage, apart from its dates: ● in names, wrong 枝番, blank shares, stopped
viewing, links to the wrong person."""

import msgspec

from kaihoken.coverage import Coverage, MatchState
from kaihoken.people import lots
from kaihoken.people.figures import TroubleFigures
from kaihoken.people.members import Household, Member
from kaihoken.people.names import NameLists, NamePart, full_name, with_external_character

_LEVELS: tuple[MatchState, ...] = ("suspended-1", "suspended-2", "suspended-3")


class Troubles:
    """Draws troubles. Chances are per person."""

    def __init__(self, figures: TroubleFigures, names: NameLists) -> None:
        self._figures = figures
        self._names = names
        # A mark may sit in the family name (and then in everybody's) or in the given name.
        self._mark = 1 - (1 - figures.external_characters.value) ** 0.5
        first, second, _ = figures.suspended_levels
        self._level_edges = (first, first + second)

    def marked_family(self, household_lots: list[float], name: NamePart) -> NamePart:
        """The family name, with ● where one of its characters is in no common set."""
        if household_lots[lots.FAMILY_MARK] >= self._mark:
            return name
        return with_external_character(name, household_lots[lots.FAMILY_MARK_PLACE])

    def marked_given(self, own: list[float], name: NamePart) -> NamePart:
        """The given name, likewise."""
        if own[lots.GIVEN_MARK] >= self._mark:
            return name
        return with_external_character(name, own[lots.GIVEN_MARK_PLACE])

    def other_name(self, member: Member) -> tuple[str, str]:
        """通称 or former name with its kana; empty for nearly everybody."""
        number = member.lots[lots.OTHER_NAME]
        if number >= self._figures.other_name or member.age < 20:
            return "", ""
        family = self._names.family_name(number / self._figures.other_name)
        return full_name(family, self._names.given_name(member.lots[lots.GIVEN_NAME], female=member.female))

    def non_disclosure(self, household_lots: list[float]) -> bool:
        """Whether the household's address never leaves."""
        return household_lots[lots.NON_DISCLOSURE] < self._figures.non_disclosure

    def match(self, member: Member, known: int, as_of: int) -> MatchState:
        """Where the match with J-LIS stands for a coverage that the register learned of on day `known`."""
        if known > as_of - self._figures.match_days:
            return "pending"
        number = member.lots[lots.MATCH]
        if number < self._figures.suspended:
            level = member.lots[lots.MATCH_LEVEL]
            return _LEVELS[sum(level >= edge for edge in self._level_edges)]
        if number < self._figures.suspended + self._figures.corrected:
            return "corrected"
        return "visible"

    def branch(self, member: Member, branch: str) -> str:
        """枝番 as the register has it."""
        number = member.lots[lots.BRANCH]
        if not branch or number >= self._figures.wrong_branch + self._figures.blank_branch:
            return branch
        if number < self._figures.wrong_branch:
            return f"{(int(branch) + 1) % 100:02d}"
        return ""

    def blank_share(self, member: Member) -> bool:
        """Whether the insurer left 負担割合 empty."""
        return member.lots[lots.BLANK_SHARE] < self._figures.blank_share.value

    def wrong_link(self, member: Member, household: Household, coverage: Coverage) -> Coverage | None:
        """Somebody else's coverage that was once linked to this person: same insurer and day, other name and number.
        It was found and taken back."""
        number = member.lots[lots.WRONG_LINK]
        if number >= self._figures.wrong_links.value:
            return None
        scaled = number / self._figures.wrong_links.value
        family = self._names.family_name(scaled)
        if family.written == household.family_name.written:
            return None
        given = self._names.given_name(member.lots[lots.GIVEN_MARK_PLACE], female=member.female)
        name, kana = full_name(family, given)
        return msgspec.structs.replace(
            coverage,
            number=f"{coverage.number}7",
            branch="",
            name=name,
            kana=kana,
            insured_name=name,
            other_name="",
            other_kana="",
            limits=(),
            diseases=(),
        )
