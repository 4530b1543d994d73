"""Turn a connection whose reader takes nothing any more into one that is closed."""

import asyncio
from collections.abc import Callable
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

_LATE = 1.0  # seconds: whoever looks so much too late was stopped, and so was what is watched


def patient(*, seconds: float, slow_reader: Callable[[], None]) -> type[asyncio.Protocol]:
    """Return the protocol of connections that wait so long for a reader who takes nothing of what is sent."""

    class Patient(HttpToolsProtocol):
        _timer: asyncio.TimerHandle | None = None

        def pause_writing(self) -> None:
            """Begin to wait: the reader is behind."""
            super().pause_writing()
            self._wait()

        def resume_writing(self) -> None:
            """The reader has caught up."""
            super().resume_writing()
            self._stop_waiting()

        def connection_lost(self, exc: Exception | None) -> None:
            """The reader has left."""
            super().connection_lost(exc)
            self._stop_waiting()

        def _wait(self) -> None:
            left = self._left()
            due = self.loop.time() + seconds
            self._timer = self.loop.call_at(due, self._look, left, due)

        def _stop_waiting(self) -> None:
            if self._timer is not None:
                self._timer.cancel()
                self._timer = None

        def _look(self, left: int, due: float) -> None:
            if self._left() < left or self.loop.time() - due > _LATE:
                self._wait()
                return
            slow_reader()
            self.transport.abort()  # closing would wait for the reader

        def _left(self) -> int:
            transport: Any = self.transport
            return int(transport.get_write_buffer_size())

    return Patient
