"""What a check of a career says in plain words: what is done, what is missing, and by when."""

from collections.abc import Iterator
from datetime import date

from kaihoken.web import Language, day_in_easy_text, day_in_words, messages
from kaihoken.workforce.careers.accreditation import Assessment, Lacking
from kaihoken.workforce.careers.judging import Judged
from kaihoken.workforce.careers.reckoning import Reckoning


def sentences(judged: Judged, language: Language) -> tuple[str, ...]:
    """The sentences in order: the duty, the short areas, its end, what stands against it, the accreditation."""
    return (*_of_duty(judged.reckoning, language), *_of_accreditation(judged, language))


def state_in_words(reckoning: Reckoning, language: Language) -> str:
    """Where somebody stands."""
    return messages("workforce").text(f"careers.state.{reckoning.state}", language)


def day_told(day: date, language: Language) -> str:
    """A day with its year."""
    return (
        day_in_easy_text(day)
        if language == "ja@easy"
        else day_in_words(day, language, year=True, weekday=False)
    )


def _of_duty(found: Reckoning, language: Language) -> Iterator[str]:
    words = messages("workforce")
    if found.duty_required is None or found.short_required is None:
        yield words.text("careers.not-begun", language)
        return
    parts = (
        ("duty", found.duty_days, found.duty_required, found.duty_left or 0),
        ("short", found.short_days, found.short_required, found.short_left or 0),
    )
    for name, done, required, left in parts:
        said = f"careers.{name}" if left else f"careers.{name}.done"
        yield words.text(
            said,
            language,
            **(
                {"done": done, "required": required, "left": left}
                if left
                else {"done": done, "required": required}
            ),
        )
    if not found.done:
        if found.planned is not None:
            yield words.text("careers.planned", language, day=day_told(found.planned, language))
        else:
            yield words.text("careers.unplanned", language)
        if found.earliest is not None:
            yield words.text("careers.earliest", language, day=day_told(found.earliest, language))
    for remark in found.remarks:
        yield words.text(
            f"careers.remark.{remark.reason}",
            language,
            first=day_told(remark.first, language),
            last=day_told(remark.last, language),
        )
    for name in found.unconfirmed:
        yield words.text(f"careers.unconfirmed.{name.replace('_', '-')}", language)


def _of_accreditation(judged: Judged, language: Language) -> Iterator[str]:
    words = messages("workforce")
    if judged.accreditation is None:
        yield words.text("careers.accreditation.unknown", language)
        return
    yield words.text("careers.accreditation", language, said=_said(judged.accreditation, language))
    if judged.manager is not None:
        yield words.text("careers.manager", language, said=_said(judged.manager, language))
    if judged.manager_planned is not None:
        yield words.text("careers.manager-planned", language, said=_said(judged.manager_planned, language))


def _said(found: Assessment, language: Language) -> str:
    words = messages("workforce")
    facts = {"days": found.days_counted, "required": found.days_required}
    said = []
    if found.reached_on is not None:
        said.append(
            words.text("careers.days.reached", language, day=day_told(found.reached_on, language), **facts)
        )
    elif Lacking.CONTINUITY in found.lacking:
        said.append(words.text("careers.days.broken", language, **facts))
    else:
        said.append(words.text("careers.days.missing", language, **facts))
    if found.duties_missing:
        named = [words.text(f"careers.accreditation-duty.{one}", language) for one in found.duties_missing]
        said.append(
            words.text(
                "careers.duties.missing",
                language,
                duties="、".join(named) if language != "en" else ", ".join(named),
            )
        )
    return "".join(said) if language != "en" else " ".join(said)
