"""A question of the sandbox as the software of a clinic writes it: `XmlMsg`, and a file of it in `req`."""

from datetime import date
from pathlib import Path

from kaihoken.coverage.folder import Folders, put_request
from kaihoken.coverage.oqs import Encoding, Request, RequestHeader, SearchInfo, write_request
from kaihoken.identity import InsurerNumber
from kaihoken.people import NumberAsk, sandbox_cases, sandbox_facility


def asked_in_oqs(ask: NumberAsk, encoding: str, made_on: date) -> bytes:
    """The question as `XmlMsg`. `encoding` is "shift_jis" or another name for UTF-8."""
    request = Request(
        header=RequestHeader(
            qualification_confirmation_date=made_on,
            medical_institution_code=sandbox_facility(),
            arbitrary_file_identifier="demo",
        ),
        search=SearchInfo(
            insurer_number=InsurerNumber.as_written(ask.insurer_number).wire,
            symbol=ask.symbol or None,
            number=ask.number,
            branch=ask.branch or None,
            birthdate=ask.birthdate,
            limit_consent="limit" in ask.consents,
        ),
        encoding=Encoding.SHIFT_JIS if encoding == "shift_jis" else Encoding.UTF_8,
    )
    return write_request(request).content


def lay_request(folder: Path, made_on: date) -> tuple[str, str]:
    """Lay the first question of the sandbox into `req` of a folder. The names of the request and of its result."""
    asks = (case.ask for case in sandbox_cases(made_on) if case.rehearsal is None)
    ask = next(one for one in asks if isinstance(one, NumberAsk))
    folders = Folders(folder / "req", folder / "res", folder / "work", face=folder / "face")
    name = put_request(folders, "OQSsiquc", "01", asked_in_oqs(ask, "shift_jis", made_on), made_on)
    return str(name), str(name.result())
