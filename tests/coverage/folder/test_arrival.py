"""When a file is whole, however its writer goes about it."""

from hypothesis import given
from hypothesis import strategies as st

from kaihoken.coverage.folder.arrival import AGREEING_UNFINISHED, Arrival, Spacing, look_at
from kaihoken.coverage.folder.passage import Event

from .agents import AT_ONCE, SECOND

MESSAGE = '<?xml version="1.0" encoding="UTF-8"?><XmlMsg><a>資格</a></XmlMsg>\r\n'.encode()


def readings(*contents: bytes | None) -> list[Event]:
    arrival, events = Arrival(), []
    for content in contents:
        arrival = arrival.seen(None if content is None else look_at(content), 0, AT_ONCE)
        events.append(arrival.event)
    return events


def test_a_message_is_whole_at_the_second_reading_that_agrees() -> None:
    assert readings(MESSAGE, MESSAGE) == [Event.CHANGED, Event.WHOLE]


def test_the_mark_of_an_end_and_white_space_may_follow() -> None:
    assert readings(MESSAGE + b"\x1a\r\n", MESSAGE + b"\x1a\r\n")[-1] is Event.WHOLE


def test_json_is_whole_where_it_can_be_read() -> None:
    whole = b'{"by": "certificate", "chart": {"name": "x"}}'

    assert readings(whole + b"\r\n", whole + b"\r\n")[-1] is Event.WHOLE
    for part in (whole[:-1], b'{"a": "' + 30_000 * b"{" + b'"}}', 30_000 * b'{"a":' + b"}", b'{"\xff": 1}'):
        assert readings(part, part)[-1] is Event.CHANGED


def test_a_file_that_its_writer_holds_begins_anew() -> None:
    assert readings(MESSAGE, None, MESSAGE, MESSAGE) == [Event.CHANGED] * 3 + [Event.WHOLE]


def test_what_does_not_end_as_a_message_is_given_longer() -> None:
    for unfinished in (b"", MESSAGE[:30], b"no message at all"):
        events = readings(*[unfinished] * AGREEING_UNFINISHED)
        assert events == [Event.CHANGED] * (AGREEING_UNFINISHED - 1) + [Event.WHOLE]


@given(
    cuts=st.lists(st.integers(0, len(MESSAGE) - 3), max_size=6).map(sorted),
    looks=st.lists(st.integers(0, AGREEING_UNFINISHED - 1), min_size=7, max_size=7),
)
def test_no_part_of_a_message_is_taken_for_the_whole(cuts: list[int], looks: list[int]) -> None:
    parts = dict.fromkeys(MESSAGE[:cut] for cut in cuts)
    seen = [part for part, times in zip(parts, looks, strict=False) for _ in range(times)]

    events = readings(*seen, MESSAGE, MESSAGE)

    assert events == [Event.CHANGED] * (len(seen) + 1) + [Event.WHOLE]


SPACING = Spacing(0.1, 0.5)


def at(*looks: tuple[float, bytes | None]) -> Arrival:
    """After readings at these seconds."""
    arrival = Arrival()
    for second, content in looks:
        look = None if content is None else look_at(content)
        arrival = arrival.seen(look, int(second * SECOND), SPACING)
    return arrival


def test_two_readings_at_nearly_the_same_moment_are_one() -> None:
    assert at((1, MESSAGE), (1.09, MESSAGE)).event is Event.CHANGED
    assert at((1, MESSAGE), (1.09, MESSAGE), (1.1, MESSAGE)).event is Event.WHOLE


def test_what_does_not_end_as_a_message_stands_still_for_seconds_first() -> None:
    for apart, event in ((0.49, Event.CHANGED), (0.5, Event.WHOLE)):
        assert at(*((n * apart, b"<XmlM") for n in range(AGREEING_UNFINISHED))).event is event


def test_it_is_read_again_soon_and_less_often_where_nothing_happens() -> None:
    def wait(*looks: tuple[float, bytes | None]) -> float:
        return at(*looks).due(SPACING) / SECOND - looks[-1][0]

    assert Arrival().due(SPACING) == 0
    assert round(wait((1, b"")), 3) == 0.1
    assert round(wait((1, b""), (1.8, b"")), 3) == 0.2
    assert round(wait((1, b""), (9, b"")), 3) == 0.3
    assert round(wait((1, b""), (9, MESSAGE)), 3) == 0.1, "it has changed"
    assert round(wait((1, MESSAGE), (9, None)), 3) == 0.1
    assert round(wait((1, None), (9, None)), 3) == 0.3
