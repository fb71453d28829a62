"""The sandbox's people at a test hub, and the questions that their cases put, from a desk."""

from kaihoken.coverage.client import CertificateCheck, Consent, NumberCheck
from kaihoken.desk.checked import By
from kaihoken.desk.day import Source, Visit
from kaihoken.people import Case, CertificateAsk, NumberAsk, rows_of, sandbox_cases, sandbox_people
from kaihoken.web import Language

from ..hub.hub import Hub
from .desks import Counter


async def register_sandbox(hub: Hub) -> None:
    """Everybody of the sandbox, as they stand on the hub's day."""
    rows = [row for person in sandbox_people(hub.clock.today()) for _, row in rows_of(person)]
    answer = await hub.register(*rows, key="sandbox")
    assert answer.json()["refused"] == 0, answer.text


def case_of(counter: Counter, key: str) -> Case:
    return next(one for one in sandbox_cases(counter.desk.clock.today()) if one.key == key)


async def asked(counter: Counter, key: str, visit: Visit | None = None, language: Language = "ja") -> Visit:
    """Put the question of a case, as the counter or the reader would, and keep the answer with a visit."""
    desk, ask = counter.desk, case_of(counter, key).ask
    visit = visit or desk.day.stranger("", "", Source.WALK_IN)
    consents = tuple(Consent(one) for one in ask.consents)
    if isinstance(ask, CertificateAsk):
        card = CertificateCheck(issuer=ask.issuer, serial=ask.serial, consents=consents, language=language)
        return await desk.asking.check(visit, card, By.CARD, "")
    assert isinstance(ask, NumberAsk)
    number = NumberCheck(
        insurer_number=ask.insurer_number,
        symbol=ask.symbol,
        number=ask.number,
        branch=ask.branch,
        birthdate=ask.birthdate,
        presented="nothing" if ask.presented == "nothing" else "number",
        consents=consents,
        language=language,
    )
    return await desk.asking.check(visit, number, By.NUMBER, "受付A")
