"""Short APDUs: four cases, Le 00 is 256, and what carries a PIN shows nothing of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaihoken.card.apdu import (
    Command,
    MalformedError,
    Response,
    emptied,
    secret_command,
    tries_left,
    wrong_pin,
)

BYTE = st.integers(0, 255)


@pytest.mark.parametrize(
    ("octets", "command"),
    [
        ("00200080", Command(0x00, 0x20, 0x00, 0x80)),
        ("00B0000410", Command(0x00, 0xB0, 0x00, 0x04, le=16)),
        ("00B0000400", Command(0x00, 0xB0, 0x00, 0x04, le=256)),
        ("00A4020C020006", Command(0x00, 0xA4, 0x02, 0x0C, b"\x00\x06")),
        ("802A008003ABCDEF00", Command(0x80, 0x2A, 0x00, 0x80, b"\xab\xcd\xef", le=256)),
    ],
)
def test_each_case_is_written_and_read(octets: str, command: Command) -> None:
    assert command.encode().hex().upper() == octets
    assert Command.decode(bytes.fromhex(octets)) == command


@given(BYTE, BYTE, BYTE, BYTE, st.binary(max_size=255), st.none() | st.integers(1, 256))
def test_what_is_written_is_read_again(
    cla: int, ins: int, p1: int, p2: int, data: bytes, le: int | None
) -> None:
    command = Command(cla, ins, p1, p2, data, le)

    assert Command.decode(command.encode()) == command


@pytest.mark.parametrize(
    "octets",
    ["", "00A402", "00A4020C020006FFFF", "00A4020C0300 06", "00A4020C0000020006", "00B000000000"],
    ids=["nothing", "no whole head", "too much", "too little data", "extended data", "extended length"],
)
def test_what_is_no_short_command_is_refused(octets: str) -> None:
    with pytest.raises(MalformedError):
        Command.decode(bytes.fromhex(octets))


@pytest.mark.parametrize(
    "wrong", [{"cla": 256}, {"p2": -1}, {"data": bytes(256)}, {"le": 0}, {"le": 257}], ids=str
)
def test_what_a_short_command_cannot_hold_is_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(MalformedError):
        Command(**{"cla": 0, "ins": 0, "p1": 0, "p2": 0, **wrong})


@pytest.mark.parametrize("ins", [0x20, 0x24, 0x2C])
def test_a_command_with_a_pin_does_not_show_it(ins: int) -> None:
    shown = f"{Command(0x00, ins, 0x00, 0x80, b'7391')!r}"

    assert "7391" not in shown
    assert b"7391".hex() not in shown
    assert "<4>" in shown


def test_any_other_command_and_an_answer_are_shown() -> None:
    assert repr(Command(0x00, 0xA4, 0x02, 0x0C, b"\x00\x18")) == "Command(00 a4 02 0c data 0018)"
    assert repr(Command(0x00, 0xB0, 0x00, 0x00, le=256)) == "Command(00 b0 00 00 le 256)"
    assert repr(Response(0x9000, b"secret")) == "Response(9000, 6 bytes)"


def test_an_answer_is_data_and_two_bytes_of_status() -> None:
    assert Response.decode(b"\x01\x02\x90\x00") == Response(0x9000, b"\x01\x02")
    assert Response(0x6982).encode() == b"\x69\x82"
    for wrong in (b"", b"\x90", bytes(259)):
        with pytest.raises(MalformedError):
            Response.decode(wrong)


def test_tries_are_written_into_the_status() -> None:
    assert [wrong_pin(left) for left in (0, 3)] == [0x63C0, 0x63C3]
    assert [tries_left(status) for status in (0x63C0, 0x63CF, 0x63BF, 0x63D0, 0x9000)] == [
        0, 15, None, None, None,
    ]  # fmt: skip
    with pytest.raises(ValueError, match="0 to 15"):
        wrong_pin(16)


def test_the_buffer_of_a_pin_is_emptied() -> None:
    pin = bytearray(b"7391")
    command = secret_command(0x20, 0x00, 0x80, pin)
    assert bytes(command) == bytes.fromhex("0020008004") + b"7391"

    emptied(pin, command)

    assert (pin, command) == (bytearray(4), bytearray(9))


@pytest.mark.parametrize("size", [0, 256])
def test_a_pin_that_no_command_can_carry_is_refused(size: int) -> None:
    with pytest.raises(MalformedError):
        secret_command(0x20, 0x00, 0x80, bytearray(size))
