"""Today's list as it is shown: one line for each visit, with its state in word, sign and colour. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from kaihoken.desk.checked import By, Checked
from kaihoken.desk.day import Visit, in_short, standing_of
from kaihoken.desk.followup import is_unclear
from kaihoken.desk.patients import Patient, Patients
from kaihoken.desk.reception.month import Confirmed, confirmed_in, person_of
from kaihoken.web import Language, State, day_on_page, messages, time_in_words


@dataclass(frozen=True, slots=True)
class ListLine:
    """One line. `word` says the state with its share; `under` what tells people of one name apart; `month` how the
    coverage was confirmed this month."""

    visit: str
    time: str
    name: str
    under: str
    state: State
    word: Markup
    month: Markup
    is_confirmed: bool
    chosen: bool
    is_today: bool


def lines_of(
    visits: list[Visit],
    patients: Patients,
    month: Mapping[str, list[Visit]],
    today: date,
    language: Language,
    chosen: str = "",
) -> list[ListLine]:
    """The lines in the order of the visits. `month` are the visits of the month by whose they are."""
    return [
        line_of(
            one,
            patients.get(one.patient),
            confirmed_in(month.get(person_of(one), ())),
            today,
            language,
            chosen=one.visit == chosen,
        )
        for one in visits
    ]


def line_of(
    visit: Visit,
    patient: Patient | None,
    confirmed: Confirmed | None,
    today: date,
    language: Language,
    *,
    chosen: bool = False,
) -> ListLine:
    """One visit as a line."""
    standing = standing_of(visit, patient.last if patient is not None else None)
    stopped = stopped_at_reader(visit)
    return ListLine(
        visit.visit,
        time_in_words(visit.at),
        visit.name or messages("desk").text("name.unknown", language),
        _under(visit, patient),
        "failed" if stopped else standing.state,
        messages("desk").html("state.stopped", language)
        if stopped
        else word_of(standing.checked, today, language, is_today=standing.is_today),
        month_of(confirmed, language),
        confirmed is not None,
        chosen,
        standing.is_today,
    )


def stopped_at_reader(visit: Visit) -> bool:
    """Whether somebody was sent from the reader to the reception and nothing was answered since."""
    return bool(visit.trouble) and visit.last is None


def sent_from_reader(visit: Visit) -> bool:
    """Whether the newest answer was asked by a card at the reader and is unclear: its holder is on the way here."""
    return visit.last is not None and visit.last.by in (By.CARD, By.PHONE) and is_unclear(visit)


def word_of(checked: Checked | None, today: date, language: Language, *, is_today: bool) -> Markup:
    """The state in words: 有効 2割, 要確認, 前回 11/18（2日前）, 未確認."""
    words = messages("desk")
    if checked is None:
        return words.html("state.unchecked", language)
    if not is_today:
        day = day_on_page(checked.day, language, weekday=False)
        return words.html("state.last-known", language, day=day, days=(today - checked.day).days)
    return in_short(checked.answer, language)


def month_of(confirmed: Confirmed | None, language: Language) -> Markup:
    """今月: 確認済み 11月5日 カードで確認, or 未確認."""
    words = messages("desk")
    if confirmed is None:
        return words.html("month.unconfirmed", language)
    day = day_on_page(confirmed.day, language, weekday=False)
    how = words.html(f"how.{confirmed.by}" if confirmed.by else "how.seen", language)
    return words.html("month.confirmed", language, day=day, how=how)


def _under(visit: Visit, patient: Patient | None) -> str:
    if patient is None:
        return visit.kana
    born = patient.birthdate.isoformat() if patient.birthdate else ""
    return "　".join(part for part in (patient.kana or visit.kana, born, patient.number) if part)
