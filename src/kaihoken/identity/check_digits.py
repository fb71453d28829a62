"""検証番号: the last digit that catches a slip of the pen.

One rule for 保険者番号, 公費負担者番号, 受給者番号 and 医療機関コード: weigh the digits before it 2, 1, 2, 1 … from the
right, add up the digits of the products, and take what is missing to the next ten (厚生労働省 保険者番号等の設定要領).
"""

_DOUBLED = bytes.maketrans(b"0123456789", bytes((0, 2, 4, 6, 8, 1, 3, 5, 7, 9)))
_SINGLE = bytes.maketrans(b"0123456789", bytes(range(10)))


def check_digit(body: str) -> str:
    """The digit that belongs behind `body`: ASCII digits, at least one, else ValueError."""
    if not (body.isascii() and body.isdigit()):
        raise ValueError("a check digit belongs behind ASCII digits")
    digits = body.encode()
    total = sum(digits[::-2].translate(_DOUBLED)) + sum(digits[-2::-2].translate(_SINGLE))
    return str(-total % 10)


def check_digit_ok(number: str) -> bool:
    """Whether the last digit of `number` is the check digit of the others. False for what is not digits."""
    if len(number) < 2 or not (number.isascii() and number.isdigit()):
        return False
    return check_digit(number[:-1]) == number[-1]
