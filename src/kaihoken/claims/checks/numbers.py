"""Numbers: who pays and who is insured, as far as the digits themselves can be wrong. 不詳, the sevens of a patient who
could show nothing, passes everywhere."""

from collections.abc import Callable, Iterator
from functools import lru_cache

from kaihoken import rules
from kaihoken.claims.checks.forms import NumberForm, NumberForms
from kaihoken.claims.checks.reclaimed import history_of
from kaihoken.claims.checks.terms import Terms, found
from kaihoken.claims.finding import Finding
from kaihoken.claims.receipt import OF_INSURANCE, Confirmation, Insurance, Receipt
from kaihoken.claims.records import CodeTable, Meaning, code_tables
from kaihoken.identity import InsurerNumber, PayerNumber, RecipientNumber, Scheme
from kaihoken.problems import Problem

_INSURER = {
    "identity.insurer-digits": "number.insurer-shape",
    "identity.law-number": "number.insurer-law",
    "identity.prefecture": "number.insurer-prefecture",
    "identity.check-digit": "number.insurer-check-digit",
}
_PUBLIC = {
    "identity.digits": "number.public-shape",
    "identity.law-number": "number.public-law",
    "identity.prefecture": "number.public-prefecture",
    "identity.check-digit": "number.public-check-digit",
}
_RECIPIENT = {
    "identity.digits": "number.recipient-shape",
    "identity.check-digit": "number.recipient-check-digit",
}
_MISSING = {True: "number.symbol-missing", False: "number.symbol-missing-unconfirmed"}
_NUMBER_FORM = {True: "number.number-form", False: "number.number-form-unconfirmed"}
_SYMBOL_FORM = {True: "number.symbol-form", False: "number.symbol-form-unconfirmed"}
"""The check by whether the form is sure."""
_SPACES = (" ", "　")
_WIDE_DIGITS = str.maketrans("０１２３４５６７８９", "0123456789")


def insurer(receipt: Receipt, _: Terms) -> Iterator[Finding]:
    """保険者番号 has the shape, the 法別番号, the prefecture and the check digit of one, and is padded with spaces in
    front."""
    insurance = receipt.insurance
    if insurance is None or not insurance.insurer.strip():
        return
    check = _INSURER.get(_refused(InsurerNumber.parse, insurance.insurer), "")
    if not check and insurance.insurer != InsurerNumber.as_written(insurance.insurer).wire:
        check = "number.insurer-padding"
    if check:
        yield found(check, receipt, insurance.line, "insurer", insurer=insurance.insurer.strip())


def insured(receipt: Receipt, _: Terms) -> Iterator[Finding]:
    """記号 and 番号 hold no spaces, 番号 holds a digit, and both look as those of the insurer do."""
    insurance = receipt.insurance
    if insurance is None:
        return
    for field, text in (("symbol", insurance.symbol), ("number", insurance.number)):
        if any(space in text for space in _SPACES):
            yield found("number.space", receipt, insurance.line, field, name=_NAMES[field])
    if insurance.number and not any(char.isdecimal() for char in insurance.number):
        yield found("number.no-digit", receipt, insurance.line, "number")
    form = _form(receipt, insurance)
    if form is not None:
        yield from _form_findings(receipt, insurance, form)


def branch(receipt: Receipt, _: Terms) -> Iterator[Finding]:
    """枝番 has two digits; 後期 and 公費 have none. What the 審査支払機関 writes is empty in a first claim, and
    stays as it came back in one that is made again."""
    if receipt.month is None:
        return
    first = not receipt.search and not history_of(receipt.lines)
    kinds = code_tables(receipt.month)["confirmation"]
    for told in receipt.confirmations:
        if told.branch and not (len(told.branch) == 2 and told.branch.isascii() and told.branch.isdecimal()):
            yield found("number.branch", receipt, told.line, "branch")
        elif told.branch and (told.payer_kind != OF_INSURANCE or _has_no_branch(receipt.insurance)):
            yield found("number.branch-none", receipt, told.line, "branch")
        if first:
            yield from _filled_early(receipt, told, kinds)


def branch_told(receipt: Receipt, _: Terms) -> Iterator[Finding]:
    """An insured person's 枝番 is known where the coverage was checked: without it the claim is matched by less."""
    insurance = receipt.insurance
    if insurance is None or insurance.known is None or _has_no_branch(insurance) or not receipt.confirmations:
        return
    if not receipt.branch:
        told = receipt.confirmations[0]
        yield found("number.branch-missing", receipt, told.line, "branch")


def unstated(receipt: Receipt, _: Terms) -> Iterator[Finding]:
    """Where the insurer is 不詳, 摘要 says so in a word, with where the patient can be reached."""
    insurance = receipt.insurance
    if insurance is None or receipt.month is None or _refused(InsurerNumber.parse, insurance.insurer):
        return
    if not InsurerNumber.as_written(insurance.insurer).is_unknown:
        return
    word = rules.load(NumberForms, on=receipt.month).unstated
    if not any(word in text for line in receipt.acts for text in line.fields):
        yield found("number.unstated-word", receipt, insurance.line, "insurer", word=word)


def publics(receipt: Receipt, _: Terms) -> Iterator[Finding]:
    """公費負担者番号 and 受給者番号 have their shapes and check digits, and none stands twice."""
    seen: set[tuple[str, str]] = set()
    for public in receipt.publics:
        payer = _PUBLIC.get(_refused(PayerNumber.parse, public.payer), "")
        if payer:
            yield found(payer, receipt, public.line, "payer", payer=public.payer)
        if not public.recipient:
            yield found("number.recipient-missing", receipt, public.line, "recipient")
        else:
            recipient = _RECIPIENT.get(_refused(RecipientNumber.parse, public.recipient), "")
            if recipient:
                yield found(recipient, receipt, public.line, "recipient")
        if (public.payer, public.recipient) in seen:
            yield found("number.public-twice", receipt, public.line, "payer", payer=public.payer)
        seen.add((public.payer, public.recipient))


def _form_findings(receipt: Receipt, insurance: Insurance, form: NumberForm) -> Iterator[Finding]:
    symbol, number = insurance.symbol.translate(_WIDE_DIGITS), insurance.number.translate(_WIDE_DIGITS)
    if form.symbol == "required" and not symbol:
        yield found(_MISSING[form.sure], receipt, insurance.line, "symbol")
    if form.symbol == "none" and symbol:
        yield found("number.symbol-none", receipt, insurance.line, "symbol")
    if symbol and form.symbols and symbol not in form.symbols:
        words = "・".join(form.symbols)
        yield found("number.symbol-words", receipt, insurance.line, "symbol", words=words)
    if symbol and form.symbol_digits and not _digits(symbol, form.symbol_digits):
        yield found(_SYMBOL_FORM[form.sure], receipt, insurance.line, "symbol", **_range(form.symbol_digits))
    if number and form.number_digits and not _digits(number, form.number_digits):
        yield found(_NUMBER_FORM[form.sure], receipt, insurance.line, "number", **_range(form.number_digits))


def _form(receipt: Receipt, insurance: Insurance) -> NumberForm | None:
    insurer = insurance.known
    if insurer is None or receipt.month is None:
        return None
    return rules.load(NumberForms, on=receipt.month).of(insurer)


def _has_no_branch(insurance: Insurance | None) -> bool:
    """後期高齢者医療: each has a number of their own."""
    insurer = insurance.known if insurance is not None else None
    return insurer is not None and insurer.scheme is Scheme.LATE_ELDERLY


def _filled_early(receipt: Receipt, told: Confirmation, kinds: CodeTable) -> Iterator[Finding]:
    """What a first claim leaves to the 審査支払機関."""
    if kinds.meaning(told.confirmation) is not Meaning.FIRST_CLAIM:
        yield found("number.confirmation", receipt, told.line, "confirmation", code=told.confirmation)
    for field in ("insurer", "symbol", "number", "recipient"):
        if receipt.text(told.line, field):
            yield found("number.confirmation-filled", receipt, told.line, field)


def _digits(text: str, span: tuple[int, int]) -> bool:
    few, many = span
    return text.isascii() and text.isdecimal() and few <= len(text) <= many and text.strip("0") != ""


def _range(span: tuple[int, int]) -> dict[str, int]:
    return {"least": span[0], "most": span[1]}


@lru_cache(maxsize=1 << 14)
def _refused(parse: Callable[[str], object], text: str) -> str:
    """The code of the problem that reading a number has, "" for none."""
    try:
        parse(text)
    except Problem as problem:
        return problem.code
    return ""


_NAMES = {"symbol": "記号", "number": "番号"}
