import itertools
import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from support_bot.llm.errors import EventTooLong
from support_bot.llm.sse import MAX_BYTES, SSEDecoder


def decoded(*pieces: bytes) -> list[str]:
    decoder = SSEDecoder()
    events = [event for piece in pieces for event in decoder.feed(piece)]
    return events + decoder.flush()


def events_by_the_standard(stream: bytes) -> list[str]:
    """The WHATWG's steps over the whole stream at once, and an end of stream that counts as a blank line."""
    text = stream.decode("utf-8", "replace").removeprefix("\ufeff")
    events: list[str] = []
    data = ""
    for line in [*re.split("\r\n|\r|\n", text), ""]:
        if not line and data:
            events.append(data.removesuffix("\n"))
            data = ""
        field, _, value = line.partition(":")
        if field == "data":
            data += value.removeprefix(" ") + "\n"
    return events


def test_an_event_is_given_as_soon_as_its_blank_line_comes() -> None:
    decoder = SSEDecoder()

    assert decoder.feed(b"data: one\n") == []
    assert decoder.feed(b"\ndata: two") == ["one"]
    assert decoder.feed(b"\n\n") == ["two"]


def test_a_carriage_return_ends_a_line_without_waiting_for_what_follows() -> None:
    decoder = SSEDecoder()

    assert decoder.feed(b"data: one\r\r") == ["one"]
    assert decoder.feed(b"\ndata: two\r\n") == []
    assert decoder.feed(b"\r\n") == ["two"]


def test_data_over_several_lines_is_joined_by_line_feeds() -> None:
    assert decoded(b'data: {"a":\ndata:  1}\n\n') == ['{"a":\n 1}']


@pytest.mark.parametrize("line_end", [b"\n", b"\r", b"\r\n"])
def test_every_line_end_of_the_standard_is_one(line_end: bytes) -> None:
    assert decoded(line_end.join([b"data: one", b"", b"data: two", b"", b""])) == ["one", "two"]


def test_comments_and_other_fields_make_no_event() -> None:
    assert decoded(b": keep-alive\n\nevent: ping\nid: 7\nretry: 10\n\ndatabase: x\n\n") == []


def test_a_data_field_without_a_value_is_an_empty_event() -> None:
    assert decoded(b"data\n\ndata:\n\n") == ["", ""]


def test_a_byte_order_mark_is_dropped_at_the_start_alone() -> None:
    assert decoded(b"\xef\xbb\xbfdata: one\n\n") == ["one"]
    assert decoded(b"data: one\n\n\xef\xbb\xbfdata: two\n\n") == ["one"]


def test_bytes_that_are_not_utf_8_are_replaced() -> None:
    assert decoded(b"data: caf\xe9\n\n") == ["caf\ufffd"]


def test_the_end_of_the_stream_completes_the_last_event() -> None:
    assert decoded(b"data: one\n\ndata: [DONE]") == ["one", "[DONE]"]


def test_a_character_cut_in_two_is_read_whole() -> None:
    stream = "data: 退款\n\n".encode()

    assert decoded(stream[:8], stream[8:]) == ["退款"]


def test_a_line_above_a_megabyte_is_refused_however_it_comes() -> None:
    decoder = SSEDecoder()
    with pytest.raises(EventTooLong, match="line"):
        for _ in range(MAX_BYTES // 1000 + 1):
            decoder.feed(b"x" * 1000)


def test_an_event_above_a_megabyte_is_refused_though_its_lines_are_short() -> None:
    with pytest.raises(EventTooLong, match="event"):
        SSEDecoder().feed((b"data:" + b"x" * 999 + b"\n") * (MAX_BYTES // 1000 + 1))


_TOKENS = st.sampled_from(
    [
        b"data",
        b":",
        b" ",
        b"\n",
        b"\r",
        b"\r\n",
        b"\n\n",
        b"event: x",
        b"\xef\xbb\xbf",
        b"[DONE]",
        "é款😀".encode(),
        b"\xe6",
    ]
)
_STREAMS = st.lists(st.one_of(_TOKENS, st.binary(max_size=4)), max_size=40).map(b"".join)


@given(stream=_STREAMS, cuts=st.lists(st.integers(0, 200), max_size=8))
@example(stream=b"\xef\xbb\xbfdata: a\r\n\r\ndata", cuts=[1, 2, 11, 12, 13])
def test_however_a_stream_is_cut_its_events_are_those_of_the_standard(stream: bytes, cuts: list[int]) -> None:
    edges = [0, *sorted(cuts), len(stream)]
    pieces = [stream[start:end] for start, end in itertools.pairwise(edges)]

    assert decoded(*pieces) == events_by_the_standard(stream)
    assert decoded(*(bytes([byte]) for byte in stream)) == events_by_the_standard(stream)
