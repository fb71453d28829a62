"""The names that card readers give a certificate: many ways of writing, one form to compare."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaihoken.identity import LONGEST_SERIAL, canonical_issuer, canonical_serial

ISSUER = "CN=架空利用者証明用認証局,O=Kaihoken Demo,C=JP"

texts = st.text(min_size=1, max_size=8).filter(lambda text: text.strip() == text and text.isprintable())
issuers = st.lists(st.tuples(st.sampled_from(("CN", "OU", "O")), texts), min_size=1, max_size=3)


@pytest.mark.parametrize(
    "text", ["99001001", "099001001", "00099001001", "９９００１００１", "　０９９００１００１ "]
)
def test_a_serial_is_the_same_in_either_width_and_with_leading_zeros(text: str) -> None:
    assert canonical_serial(text) == "99001001"


@pytest.mark.parametrize(
    "text", ["", " ", "5E6A6B9", "05:E6:A6:B9", "abc!", "99 001", "-1", "²", "٣", "1" * 51]
)
def test_what_is_no_decimal_serial_is_none(text: str) -> None:
    assert canonical_serial(text) == ""


def test_the_longest_serial_and_zero_are_read() -> None:
    assert canonical_serial("9" * LONGEST_SERIAL) == "9" * LONGEST_SERIAL
    assert canonical_serial("0" + "9" * LONGEST_SERIAL) == "9" * LONGEST_SERIAL
    assert canonical_serial("00") == "0"


@pytest.mark.parametrize(
    "text",
    [
        ISSUER,
        "CN=架空利用者証明用認証局, O=Kaihoken Demo, C=JP",
        " cn = 架空利用者証明用認証局 ; o = Kaihoken Demo ; c = JP ",
        "C=JP,O=Kaihoken Demo,CN=架空利用者証明用認証局",
        "C = JP, O = Kaihoken Demo, CN = 架空利用者証明用認証局",
        'CN="架空利用者証明用認証局",O="Kaihoken Demo",C="JP"',
        "2.5.4.3=架空利用者証明用認証局,OID.2.5.4.10=Kaihoken Demo,2.5.4.6=JP",
        r"CN=\E6\9E\B6\E7\A9\BA利用者証明用認証局,O=Kaihoken\ Demo,C=\4aP",
    ],
)
def test_an_issuer_is_the_same_however_a_reader_writes_it(text: str) -> None:
    assert canonical_issuer(text) == ISSUER


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ('O="Foo, Inc.",C=JP', r"O=Foo\, Inc.,C=JP"),
        (r"CN=a\+b\"c\\d\<e\>f\;g", r"CN=a\+b\"c\\d\<e\>f\;g"),
        (r"CN=\#1,O=\ x\ ", r"CN=\#1,O=\ x\ "),
        ("CN=a + OU=b,C=JP", "CN=a+OU=b,C=JP"),
        ("S=Tokyo,C=JP", "ST=Tokyo,C=JP"),
        ("O=b,CN=a", "O=b,CN=a"),  # no country: nothing says that it is the wrong way round
        ("C=JP", "C=JP"),
        ("C=JP,OU=x,C=JP", "C=JP,OU=x,C=JP"),
    ],
)
def test_escapes_and_orders_that_mean_something_are_kept(text: str, canonical: str) -> None:
    assert canonical_issuer(text) == canonical
    assert canonical_issuer(canonical) == canonical


@pytest.mark.parametrize(
    "text",
    [
        "",
        "TEST-CA",
        "/C=JP/O=Kaihoken Demo",
        "CN=",
        "CN= ",
        "CN=a,",
        "CN=a,,C=JP",
        "=a",
        "CN=a<b",
        'CN="a',
        "CN=a\\",
        "CN=#0c0161",
        r"CN=\ff",
        r"CN=a\0ab",
        "CN=a\x07",
        "CN=" + " " * 190 + "<",
    ],
)
def test_what_is_no_name_of_an_issuer_is_none(text: str) -> None:
    assert canonical_issuer(text) == ""


@given(issuers)
def test_every_name_that_can_be_written_rests_in_its_form_and_is_told_from_others(
    attributes: list[tuple[str, str]],
) -> None:
    written = ",".join(f"{kind}={_escaped(value)}" for kind, value in attributes)
    canonical = canonical_issuer(written)

    assert canonical == canonical_issuer(canonical)
    assert canonical == canonical_issuer(", ".join(f"{k} = {_escaped(value)}" for k, value in attributes))
    assert canonical != canonical_issuer(f"{written}x")


def _escaped(value: str) -> str:
    return "".join(f"\\{char:s}" if char in ',+"\\<>;=# ' else char for char in value)


@given(st.text(max_size=40))
def test_any_text_is_an_issuer_that_rests_or_none(text: str) -> None:
    canonical = canonical_issuer(text)

    assert canonical_issuer(canonical) == canonical
