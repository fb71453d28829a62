"""What the patient's screen says: never why, in any language, in any state; and no choice larger than the other."""

import re

import pytest

from kaihoken.desk.reader import Operation, Stage
from kaihoken.desk.screen.picture import picture_of
from kaihoken.web import LANGUAGES, Language, messages

from .pictures import TERMS, operations, pictures, words_of

NEVER = re.compile(
    "無効|むこう|喪失|そうしつ|生活保護|せいかつほご|滞納|たいのう|資格がない|失効|しっこう"
    r"|\b(?:invalid|void|revoked|lost|expired|welfare|public assistance|arrears|unpaid|not covered)\b",
    re.IGNORECASE,
)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_state_says_why(language: Language) -> None:
    said = {words_of(picture, language) for picture in pictures(language)}

    assert len(said) > len(Stage)
    assert [one for one in said if NEVER.search(one)] == []


def test_the_scan_finds_what_must_not_be_said() -> None:
    assert NEVER.search("保険証は無効です")
    assert NEVER.search("{無効|むこう}")
    assert NEVER.search("Your card is invalid.")
    assert not NEVER.search(messages("desk").text("reader.reception", "ja"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_whatever_kept_it_from_an_answer_reads_alike(language: Language) -> None:
    said = {words_of(one, language) for one in pictures(language) if one.name == Stage.RECEPTION.value}

    assert len(said) == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_is_as_large_as_yes_and_says_what_still_works(language: Language) -> None:
    fine = messages("desk").text("reader.no-is-fine", language)
    for picture in pictures(language):
        touches = [one.touch for one in picture.large]
        assert ("yes" in touches) is ("no" in touches) or picture.name == Stage.LAST_TRY.value
        if picture.heading.word == "reader.item.who-answers":
            assert touches == ["guardian", "person"]
            continue
        if (
            picture.heading.word.startswith("reader.item.")
            and "prescription-form" not in picture.heading.word
        ):
            assert touches == ["yes", "no"]
            assert fine in words_of(picture, language)


def test_the_last_try_has_another_way_as_large() -> None:
    for picture in pictures("ja"):
        if picture.name in (Stage.LAST_TRY.value, "still-there"):
            assert len(picture.large) == 2


def test_the_progress_never_goes_back_before_the_end() -> None:
    parts = [picture_of(Operation(stage), TERMS, "ja").part for stage in Stage]

    assert parts[0] == 0
    assert max(parts) == 4


def test_every_touch_that_is_offered_is_shown_and_no_other() -> None:
    for operation in operations():
        picture = picture_of(operation, TERMS, "ja")
        shown = sorted(one.touch for one in (*picture.large, *picture.small))
        assert shown == sorted(operation.touches())
