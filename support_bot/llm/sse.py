"""Turn the bytes of a Server-Sent-Events stream into the data of its events."""

import re

from support_bot.llm.errors import EventTooLong

MAX_BYTES = 1_000_000  # of one line, and of one event's data
_BOM = b"\xef\xbb\xbf"
_LINE_END = re.compile(rb"\r\n|\r|\n")


class SSEDecoder:
    """A decoder after the WHATWG's rules, without input or output of its own.

    Lines are split as bytes and decoded whole, so that a character cut in two by the network is never seen in halves.
    Event names, ids and retry times are read over: chat completions use none of them.
    """

    def __init__(self) -> None:
        self._line = bytearray()  # what came since the last line end
        self._data: list[str] = []
        self._data_length = 0
        self._at_start = True
        self._after_carriage_return = False

    def feed(self, data: bytes) -> list[str]:
        """Return the data of each event that these bytes complete. Raises EventTooLong, after which all is lost."""
        if not data:
            return []
        if self._after_carriage_return:
            data = data.removeprefix(b"\n")
        self._after_carriage_return = data.endswith(b"\r")

        *line_ends, rest = _LINE_END.split(data)
        events: list[str] = []
        for line_end in line_ends:
            self._extend_line(line_end)
            events.extend(self._events_of_line())
        self._extend_line(rest)
        return events

    def flush(self) -> list[str]:
        """Return the event that the end of the stream left without its blank line, if any.

        A browser would drop it; a chat endpoint that forgets the blank line after its last frame still means it.
        """
        return [*self._events_of_line(), *self._dispatched()]

    def _extend_line(self, piece: bytes) -> None:
        self._line += piece
        if len(self._line) > MAX_BYTES:
            raise EventTooLong(f"a line of an event stream exceeds {MAX_BYTES:,} bytes")

    def _events_of_line(self) -> list[str]:
        line = bytes(self._line)
        self._line.clear()
        if self._at_start:
            self._at_start = False
            line = line.removeprefix(_BOM)

        if not line:
            return self._dispatched()
        field, _, value = line.decode("utf-8", "replace").partition(":")
        if field == "data":
            self._hold(value.removeprefix(" "))
        return []

    def _hold(self, value: str) -> None:
        self._data.append(value)
        self._data_length += len(value) + 1
        if self._data_length > MAX_BYTES:
            raise EventTooLong(f"the data of one event exceeds {MAX_BYTES:,} characters")

    def _dispatched(self) -> list[str]:
        if not self._data:
            return []
        event = "\n".join(self._data)
        self._data.clear()
        self._data_length = 0
        return [event]
