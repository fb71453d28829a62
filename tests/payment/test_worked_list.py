"""The numbered list of worked examples: none of those about payment is without a case that holds it."""

import re
from itertools import chain
from pathlib import Path

ABOUT_PAYMENT = {*range(1, 40), *range(54, 63), 69}
"""1 to 10 rounding and first visits, 11 to 39 高額療養費, 54 and 55 the share by age, 56 to 62 add-ons, 69 meals."""

_NUMBER = re.compile(r"(?:id|name): T(\d\d)")


def test_every_worked_example_about_payment_has_a_case():
    files = Path(__file__).parent.rglob("*_cases.yaml")
    found = chain.from_iterable(_NUMBER.findall(file.read_text("utf-8")) for file in files)

    assert ABOUT_PAYMENT - {int(number) for number in found} == set()
