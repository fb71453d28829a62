"""Troubles of the numbers on a receipt: 保険者番号, 記号・番号, 枝番, 公費."""

from collections.abc import Callable

from kaihoken.people.receipts.case import Case, Change, Trouble, as_it_is, writing
from kaihoken.people.receipts.layout import Ho, Ko, Sn

_ASSOCIATION = "01"
_SYMBOL_NEEDED = ("01", "02", "06", "63", "33")
_SYMBOL_NOT_NEEDED = ("31", "32", "34")
_WIDE_SPACE = "　"


def _insured(case: Case) -> bool:
    return case.insured


def _with_law(*laws: str) -> Callable[[Case], bool]:
    return lambda case: case.insured and case.law in laws


def _with_symbol(case: Case) -> bool:
    return case.insured and bool(case.ho[Ho.SYMBOL])


def _with_branch(case: Case) -> bool:
    return case.insured and bool(case.receipt.one("SN")[Sn.BRANCH])


def _with_subsidy(case: Case) -> bool:
    return bool(case.who.subsidies) or case.who.on_welfare


def other_digit(text: str, place: int) -> str:
    """The text with the digit at a place one higher (9 becomes 0)."""
    return text[:place] + str((int(text[place]) + 1) % 10) + text[place + 1 :]


def _insurer_mistyped(case: Case) -> bool:
    if not case.insured:
        return False
    case.ho[Ho.INSURER] = other_digit(case.ho[Ho.INSURER], 5)
    case.eligibility = "unknown"
    return True


def _declared_unknown(case: Case) -> bool:
    """不詳: seven 7s and more where neither present nor past numbers are known, and the word in 摘要."""
    if not case.insured or case.house != "1":
        return False
    case.ho[Ho.INSURER] = "7" * 8
    case.ho[Ho.SYMBOL] = ""
    case.ho[Ho.NUMBER] = "７" * 7
    case.receipt.one("SN")[Sn.BRANCH] = ""
    case.receipt.records.append(["CO", "99", "1", "810000001", "不詳　架空市架空町１－２－３　電話０００"])
    case.eligibility = "unknown"
    return True


def _unknown_without_a_word(case: Case) -> bool:
    if not _declared_unknown(case):
        return False
    case.receipt.records.pop()
    return True


def _insurer_short(case: Case) -> bool:
    if not case.insured:
        return False
    case.ho[Ho.INSURER] = case.ho[Ho.INSURER].strip()[:-1]
    case.eligibility = "unknown"
    return True


def _swapped(case: Case) -> bool:
    if not _with_law(_ASSOCIATION)(case):
        return False
    ho = case.ho
    ho[Ho.SYMBOL], ho[Ho.NUMBER] = ho[Ho.NUMBER], ho[Ho.SYMBOL]
    case.eligibility = "unknown"
    return True


def _parted(place: int) -> Change:
    def change(case: Case) -> bool:
        if not _with_symbol(case) or len(case.ho[place]) < 2:
            return False
        text = case.ho[place]
        case.ho[place] = text[:1] + _WIDE_SPACE + text[1:]
        return True

    return change


def _narrow_number(case: Case) -> bool:
    if not case.insured:
        return False
    case.ho[Ho.NUMBER] = case.row.number
    return case.ho[Ho.NUMBER].isascii()


def _without_symbol(case: Case) -> bool:
    if not _with_law(*_SYMBOL_NOT_NEEDED)(case):
        return False
    case.symbol_truly("")
    return True


def _numberless(case: Case) -> bool:
    if not case.insured or case.who.late:
        return False
    case.ho[Ho.NUMBER] = "ナンバー"
    case.eligibility = "unknown"
    return True


def _lettered_number(case: Case) -> bool:
    if not _with_law("")(case):
        return False
    case.number_truly(f"特{case.ho[Ho.NUMBER]}")
    return True


def _letters_in_digits(case: Case) -> bool:
    if not _with_law("06")(case):
        return False
    case.ho[Ho.SYMBOL] = f"健{case.ho[Ho.SYMBOL]}"
    case.eligibility = "unknown"
    return True


def _long_symbol(length: int, *, true: bool) -> Change:
    """記号 of so many characters of two bytes."""

    def change(case: Case) -> bool:
        if not _with_law("")(case):
            return False
        symbol = (case.ho[Ho.SYMBOL] + "架空町国保" * 4)[:length]
        if true:
            case.symbol_truly(symbol)
        else:
            case.ho[Ho.SYMBOL] = symbol
            case.eligibility = "unknown"
        return True

    return change


def _branch_short(case: Case) -> bool:
    if not _with_branch(case):
        return False
    line = case.receipt.one("SN")
    line[Sn.BRANCH] = line[Sn.BRANCH][-1:]
    return True


def _payer_mistyped(case: Case) -> bool:
    if not _with_subsidy(case):
        return False
    line = case.receipt.one("KO")
    line[Ko.PAYER] = other_digit(line[Ko.PAYER], 5)
    if case.who.on_welfare:
        case.eligibility = "unknown"
    return True


def _recipient_mistyped(case: Case) -> bool:
    if not case.who.subsidies:
        return False
    line = case.receipt.one("KO")
    line[Ko.RECIPIENT] = other_digit(line[Ko.RECIPIENT], 2)
    return True


TROUBLES = (
    Trouble(
        "insurer-digit-mistyped",
        "one digit of 保険者番号 is another",
        _insurer_mistyped,
        "不詳: all sevens, with the word in 摘要",
        _declared_unknown,
    ),
    Trouble(
        "unknown-without-a-word",
        "不詳: all sevens, and 摘要 says nothing",
        _unknown_without_a_word,
        "不詳: all sevens, with the word in 摘要",
        _declared_unknown,
        notice=True,
    ),
    Trouble(
        "insurer-digit-dropped",
        "保険者番号 lost its last digit",
        _insurer_short,
        "six digits of 国保 with two spaces in front",
        as_it_is(_with_law("")),
    ),
    Trouble(
        "symbol-and-number-swapped",
        "記号 and 番号 of 協会けんぽ stand in each other's place",
        _swapped,
        "a 番号 of 協会けんぽ of one or two digits",
        as_it_is(lambda case: _with_law(_ASSOCIATION)(case) and len(case.row.number) < 3),
    ),
    Trouble(
        "space-in-symbol",
        "a space stands in 記号",
        _parted(Ho.SYMBOL),
        "a dash stands in 記号",
        as_it_is(lambda case: _with_symbol(case) and "－" in case.ho[Ho.SYMBOL]),
    ),
    Trouble(
        "space-in-number",
        "a space stands in 番号",
        _parted(Ho.NUMBER),
        "番号 in half width",
        _narrow_number,
    ),
    Trouble(
        "number-left-out",
        "番号 is empty",
        lambda case: writing("HO", Ho.NUMBER, "", _insured)(case) and _unknown(case),
        "後期高齢者 have no 記号",
        as_it_is(lambda case: case.who.late),
    ),
    Trouble(
        "symbol-left-out",
        "記号 is empty where there must be one",
        writing("HO", Ho.SYMBOL, "", _with_law(*_SYMBOL_NEEDED)),
        "a 共済 that has no 記号",
        _without_symbol,
    ),
    Trouble(
        "number-without-any-digit",
        "番号 has no digit",
        _numberless,
        "番号 with a letter in front of its digits",
        _lettered_number,
    ),
    Trouble(
        "letters-in-symbol-of-digits",
        "記号 of a 健保組合 begins with a character",
        _letters_in_digits,
        "記号 of 国保 begins with a character",
        as_it_is(_with_law("")),
    ),
    Trouble(
        "symbol-too-long",
        "記号 of 40 bytes",
        _long_symbol(20, true=False),
        "記号 of 38 bytes",
        _long_symbol(19, true=True),
    ),
    Trouble(
        "branch-of-one-digit",
        "枝番 lost its first digit",
        _branch_short,
        "枝番 00",
        as_it_is(lambda case: _with_branch(case) and case.receipt.one("SN")[Sn.BRANCH] == "00"),
    ),
    Trouble(
        "subsidy-payer-mistyped",
        "one digit of 公費負担者番号 is another",
        _payer_mistyped,
        "公費 with its right number",
        as_it_is(_with_subsidy),
    ),
    Trouble(
        "recipient-left-out",
        "公費受給者番号 is empty",
        writing("KO", Ko.RECIPIENT, "", lambda case: bool(case.who.subsidies)),
        "公費 without 負担金額",
        as_it_is(lambda case: bool(case.who.subsidies) and not case.receipt.one("KO")[Ko.PAID]),
    ),
    Trouble(
        "recipient-mistyped",
        "one digit of 公費受給者番号 is another",
        _recipient_mistyped,
        "公費 with 負担金額",
        as_it_is(lambda case: bool(case.who.subsidies) and bool(case.receipt.one("KO")[Ko.PAID])),
    ),
)


def _unknown(case: Case) -> bool:
    case.eligibility = "unknown"
    return True
