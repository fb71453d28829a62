"""How a number made of digits is read: width folded, padding gone, and the problem when it is something else."""

from kaihoken.problems import Problem

_ASCII_DIGITS = {0xFF10 + value: str(value) for value in range(10)}


def plain_digits(text: str) -> str:
    """`text` with full-width digits made ASCII and the spaces around it gone. Anything else stays as it is."""
    if text.isascii() and text.isdigit():
        return text
    return text.translate(_ASCII_DIGITS).strip()


def has_digits(canonical: str, digits: int) -> bool:
    """Whether `canonical` is that many ASCII digits, not all zero."""
    return (
        len(canonical) == digits
        and canonical.isascii()
        and canonical.isdigit()
        and canonical.strip("0") != ""
    )


def require_digits(canonical: str, digits: int, field_ja: str, field_en: str) -> None:
    """Problem identity.digits unless `canonical` is that many ASCII digits, not all zero."""
    if not has_digits(canonical, digits):
        raise Problem("identity.digits", field_ja=field_ja, field_en=field_en, digits=digits)


def placed(problem: Problem, where: str) -> Problem:
    """The same problem, met at `where` of the input."""
    return Problem(problem.code, where=where, **problem.facts)
