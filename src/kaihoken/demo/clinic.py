"""The clinic of a demonstration: its own folder, its staff, its patients, and virtual cards of fictional people.

The patients are the sandbox's people, as the clinic's file has them. The cards are made by the TEST authority under the
serials that the nation has, some to be taken back, forgotten or too old: what a counter meets.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Final, Literal

from cryptography import x509

from kaihoken.card.authority import Carrier, Order, TestAuthority, TestPerson, new_key
from kaihoken.card.virtual import KeptCard, KeyPair, OtherCard, Profile, VirtualJpkiCard, personalise
from kaihoken.clock import TOKYO
from kaihoken.coverage import Certificate, Coverage, PublicExpense
from kaihoken.desk import Appointment, Patient, Subsidy, enrolment_of_key, make_desk, new_patient
from kaihoken.people import Person, sandbox_facility, sandbox_people

SIGN, PASSWORD = "受付A", "reception"
"""Of the staff of the demonstration's clinic; the password is its visual check's too. They protect nothing: everything
here is fictional."""


@dataclass(frozen=True, slots=True)
class CardMade:
    """One card of the tray: its name (the words are the message `tray.<name>` of the desk), whose it is in the
    sandbox, its profile. `person` "": nobody's. `as_registered` tells what the nation knows of it: `new` nothing, so
    it can be registered at the reader (利用登録); `renewed` the one before it, which the hub follows by itself."""

    name: str
    person: str
    profile: Profile = Profile.CARD
    as_registered: Literal["", "new", "renewed"] = ""


CARDS: Final = (
    CardMade("worker", "worker"),
    CardMade("child", "child", Profile.CHILD),
    CardMade("late-elderly", "late-elderly-two-tenths"),
    CardMade("limit", "limit-third"),
    CardMade("external-character", "external-character"),
    CardMade("left-job", "left-job"),
    CardMade("pending", "pending"),
    CardMade("special-expense", "special-expense"),
    CardMade("phone-android", "phone", Profile.ANDROID),
    CardMade("phone-iphone", "phone", Profile.IPHONE),
    CardMade("pin-locked", "elderly", Profile.PIN_LOCKED),
    CardMade("expires-soon", "certificate-expires-soon"),
    CardMade("in-grace", "certificate-in-grace"),
    CardMade("expired", "certificate-expired", Profile.EXPIRED),
    CardMade("revoked", "certificate-revoked", Profile.REVOKED),
    CardMade("not-registered", "wife", as_registered="new"),
    CardMade("old-juki", "", Profile.OLD_JUKI),
    CardMade("appointment-card", "", Profile.OTHER),
    CardMade("renewed", "changed-insurer", as_registered="renewed"),
)
"""In the order of the tray."""

FACILITY_NAME: Final = "架空の試験用診療所"

_PHONES: Final = {Profile.ANDROID: Carrier.ANDROID, Profile.IPHONE: Carrier.IPHONE}
_LAST: Final = time(23, 59, 59)
_A_DAY: Final = 14


def make_tray(folder: Path, authority: TestAuthority, as_of: date) -> None:
    """Make the cards of the tray that are not there yet, and take back the one that is to be refused."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    people = {person.link.removeprefix("sandbox-"): person for person in sandbox_people(as_of)}
    for number, made in enumerate(CARDS, start=1):
        file = folder / f"{number:02}-{made.name}.json"
        if not file.is_file():
            KeptCard.made(file, _card(made, people.get(made.person), authority))


def _card(made: CardMade, person: Person | None, authority: TestAuthority) -> VirtualJpkiCard | OtherCard:
    if not made.profile.has_application:
        return OtherCard()
    key = new_key()
    stands = None if person is None or made.as_registered == "new" else _certificate(person, made.profile)
    holder = None if person is None else _holder(person)
    order = Order(carrier=_PHONES.get(made.profile, Carrier.CARD), holder=holder)
    if holder is not None:
        order = replace(order, born=holder.born)
    first = order
    if stands is not None:
        first = replace(
            order,
            serial=int(stands.serial),
            begins=datetime.combine(stands.not_before, time(), TOKYO),
            ends=datetime.combine(stands.not_after, _LAST, TOKYO),
        )
    new = authority.issue(key.public_key(), first)
    if made.as_registered == "renewed":
        new = authority.renew(new.number, key.public_key(), order)
    if made.profile is Profile.REVOKED and stands is not None and stands.revoked is not None:
        authority.revoke(
            new.number, x509.ReasonFlags.superseded, datetime.combine(stands.revoked, time(), TOKYO)
        )
    return VirtualJpkiCard(personalise(made.profile, KeyPair(new.certificate, new.root, key), None))


def _holder(person: Person) -> TestPerson:
    """Whose their cards are: the four items as their newest coverage has them."""
    newest = [stated.fact for stated in person.stated if isinstance(stated.fact, Coverage)][-1]
    return TestPerson(newest.name, newest.sex, newest.birthdate, newest.address)


def _certificate(person: Person, profile: Profile) -> Certificate:
    """Which of their certificates is on it: on the Android phone the last, else the first."""
    found = [stated.fact for stated in person.stated if isinstance(stated.fact, Certificate)]
    return found[-1 if profile is Profile.ANDROID else 0]


def make_clinic(folder: Path, hub: str, client: str, name: str, key: Path, as_of: date) -> None:
    """Make the clinic's desk: its patients are the sandbox's people, a dozen of them come today and a dozen
    tomorrow."""
    patients = list(_patients(as_of))
    times = [
        datetime.combine(as_of, time(9), TOKYO) + timedelta(minutes=8 * number) for number in range(_A_DAY)
    ]
    today = [Appointment(one, at) for one, at in zip(patients, times, strict=False)]
    later = [
        Appointment(one, at + timedelta(days=1)) for one, at in zip(patients[_A_DAY:], times, strict=False)
    ]
    enrolment = enrolment_of_key(hub, client, sandbox_facility(), name, "desk-1", key)
    make_desk(folder, enrolment, {SIGN: PASSWORD}, patients, [*today, *later], visual=PASSWORD)


def _patients(as_of: date) -> Iterator[Patient]:
    """The sandbox's people as the clinic's file has them: by the numbers that they brought first."""
    for person in sandbox_people(as_of):
        facts = [stated.fact for stated in person.stated]
        coverages = [fact for fact in facts if isinstance(fact, Coverage)]
        subsidies = [fact for fact in facts if isinstance(fact, PublicExpense)]
        if not coverages:
            continue
        yield patient_with(chart_of(person), coverages[0], subsidies)


def chart_of(person: Person) -> str:
    """患者番号 of somebody of the sandbox in the clinic's file, and カルテ番号 on its claims."""
    return f"{(person.place + 1) * 7:05}"


def patient_with(number: str, held: Coverage, subsidies: Sequence[PublicExpense] = ()) -> Patient:
    """A patient in a clinic's file, under this 患者番号, as the coverage has them."""
    return new_patient(
        number,
        name=held.name,
        kana=held.kana,
        birthdate=held.birthdate,
        insurer_number=str(held.insurer_number),
        symbol=held.symbol,
        insured_number=held.number,
        branch=held.branch,
        subsidies=tuple(Subsidy(one.payer_number, one.recipient_number) for one in subsidies),
    )
