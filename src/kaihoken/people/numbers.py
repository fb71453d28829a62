"""記号・番号 of fictional people: unlike one another, in the shapes that each scheme uses.

Everything is computed from the person's place in the nation, so that processes need not agree on what is taken.
`holder` is the place of the insured person times `POLICIES` plus a running number of that person's policies: no two
policies share one. Multiplying by a number without common factor with the size shuffles without meeting twice.
"""

from kaihoken.identity import check_digit
from kaihoken.people.insurers import Insurer, Scheme

POLICIES = 8
"""Most policies of one person."""

_WORKPLACE = 128
_SHUFFLE = 48_271
_SHUFFLE_7 = 7_368_787
_ASSOCIATION_DIGITS = 8
_MILLIARD = 1_000_000_000


def symbol_and_number(insurer: Insurer, holder: int) -> tuple[str, str]:
    """記号 and 番号 of a policy with dependants or of a 国保 household."""
    match insurer.scheme:
        case Scheme.ASSOCIATION:
            # 番号 are small and repeat between the workplaces that 記号 name, as they do in life.
            workplace, place = divmod(holder, _WORKPLACE)
            return f"{10_000_000 + workplace * 7919 % 80_000_000}", str(1 + place * 37 % _WORKPLACE)
        case Scheme.SOCIETY | Scheme.SPECIAL_RETIREE:
            volume, place = divmod(holder, 10_000_000)
            office = holder // _WORKPLACE % 8
            return str(100 + volume * 8 + office), str(1 + place * _SHUFFLE_7 % 10_000_000)
        case Scheme.SEAMEN:
            return str(10_000 + holder // _WORKPLACE % 89_989), f"{holder * _SHUFFLE % _MILLIARD:09d}"
        case Scheme.GUILD:
            return f"{insurer.mark}－{11 + holder // POLICIES % 89}", f"{holder * _SHUFFLE % _MILLIARD:09d}"
        case _:
            return f"{insurer.mark}{_mark_end(insurer)}", f"{holder * _SHUFFLE % _MILLIARD:09d}"


def voluntary_symbol(symbol: str) -> str:
    """記号 under which 任意継続被保険者 of the same insurer stand. Those of 協会けんぽ have eight digits always."""
    if len(symbol) == _ASSOCIATION_DIGITS and symbol.isdigit():
        return f"9{symbol[1:]}"
    return f"{symbol}9" if symbol.isdigit() else f"{symbol}任継"


def late_elderly_number(person: int, move: int = 0) -> str:
    """被保険者番号 of 後期高齢者医療: eight digits, another after a move to another prefecture."""
    body = f"{1 + (person * _SHUFFLE_7 + move * 5_000_011) % 9_999_999:07d}"
    return body + check_digit(body)


def recipient_number(person: int, kind: int) -> str:
    """受給者番号: seven digits. `kind` tells the subsidies of one person apart."""
    body = f"{1 + (person * _SHUFFLE + kind * 137_911) % 999_999:06d}"
    return body + check_digit(body)


def certificate_serial(person: int, certificate: int) -> str:
    """Serial number of a certificate, in decimal: no two are alike (four certificates of 2^38 people)."""
    serial = (person * 4 + certificate) * 0x9E3779B97F4A7C15 % (1 << 40)
    return str((1 << 60) + serial)


def facility_code(number: int) -> str:
    """A 医療機関コード of the test range (99…) with its check digit: it can be nobody's."""
    body = f"991{number % 1_000_000:06d}"
    return body + check_digit(body)


def _mark_end(insurer: Insurer) -> str:
    if insurer.scheme is Scheme.NATIONAL:
        return "国"
    return ""
