"""Turn sources into documents in a child process, so that a hostile file costs no more than itself.

One child parses one file after another. It has a limit of time and memory, writes no file and opens no connection (see
`ingest.confined`). One that breaks a limit or crashes is replaced, and the file is not tried again until it changes.
"""

import base64
import contextlib
import json
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from langchain_core.documents import Document

from ingest.changes import version
from ingest.errors import OUT_OF_MEMORY, ParserUnusable, SourceError
from ingest.quarantine import Quarantine
from ingest.sources.source import Source

_CONFINED = (sys.executable, "-m", "ingest.confined")
_SECONDS_TO_START = 300  # it imports for five; a busy machine may take far longer


@dataclass(frozen=True, slots=True)
class Limits:
    """What one file may cost."""

    seconds: int  # on the clock, and of processor time
    megabytes: int  # of memory


@dataclass(frozen=True, slots=True)
class _Child:
    process: subprocess.Popen[bytes]
    connection: Connection


class Parser:
    """Parses by a child process, which starts at the first document. Close it, or use it in a `with`."""

    def __init__(self, *, limits: Limits, quarantine: Quarantine, program: Sequence[str] = _CONFINED) -> None:
        self._limits = limits
        self._quarantine = quarantine
        self._program = program
        self._child: _Child | None = None

    def document(self, source: Source) -> Document:
        """Return the document of a source. Raises SourceError when it has none, or was too much for the parser."""
        key = f"{version(source)}-{self._limits.seconds}-{self._limits.megabytes}"
        self._quarantine.refuse(key)
        content = source.read()
        try:
            reply = self._reply(source, content)
        except SourceError as error:
            self.close()
            self._quarantine.add(key, source.location, error)
            raise
        if "document" in reply:
            return Document(**reply["document"])
        raise SourceError(**reply["error"])

    def start(self) -> None:
        """Start the child now rather than at the first document."""
        self._running()

    @property
    def pid(self) -> int | None:
        """The child's process id, None while there is none."""
        return self._child.process.pid if self._child else None

    def close(self) -> None:
        """End the child; the next document starts another."""
        if self._child is not None:
            self._child.connection.close()
            self._child.process.kill()
            self._child.process.wait()
            self._child = None

    def __enter__(self) -> "Parser":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _reply(self, source: Source, content: bytes) -> dict[str, Any]:
        """Return what the child says of the source. Raises SourceError when it says nothing."""
        child = self._asked(source, content)
        try:
            if not child.connection.poll(self._limits.seconds):
                raise self._timeout()
            # JSON and never pickle: a file that took over its parser must not take over this process too.
            return dict(json.loads(child.connection.recv_bytes()))
        except (EOFError, OSError) as error:
            raise self._end(child.process.wait()) from error

    def _asked(self, source: Source, content: bytes) -> _Child:
        """Return a child that has been given the source. One that died since it last answered is replaced once."""
        with contextlib.suppress(OSError):
            return _give(self._running(), source, content)
        self.close()
        child = self._running()
        try:
            return _give(child, source, content)
        except OSError as error:
            raise self._end(child.process.wait()) from error

    def _running(self) -> _Child:
        if self._child is None:
            self._child = _started(self._program, limits=self._limits)
        return self._child

    def _end(self, code: int) -> SourceError:
        if code == -signal.SIGXCPU:
            return self._timeout()
        if code == OUT_OF_MEMORY:
            most = f"it takes more than {self._limits.megabytes} MB to parse"
            return SourceError("out_of_memory", f"{most}; split it, or raise INGEST_PARSE_MEGABYTES")
        how = signal.Signals(-code).name if code < 0 else f"exit code {code}"
        return SourceError("crashed", f"its parser crashed ({how}); convert the file or leave it out")

    def _timeout(self) -> SourceError:
        return SourceError(
            "timeout", f"it was not parsed within {self._limits.seconds} s; split it, or raise INGEST_PARSE_SECONDS"
        )


def _started(program: Sequence[str], *, limits: Limits) -> _Child:
    ours, theirs = Pipe()
    with theirs:
        process = subprocess.Popen(  # noqa: S603 - our own program
            [*program, str(theirs.fileno()), str(limits.seconds), str(limits.megabytes)],
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            # Nothing of ours: keys in the environment are none of a parser's business.
            env={"PYTHONPATH": ":".join(str(Path(entry).absolute()) for entry in sys.path), "OMP_NUM_THREADS": "1"},
            cwd="/",
        )
    try:
        is_ready = ours.poll(_SECONDS_TO_START) and ours.recv_bytes() == b"ready"
    except (EOFError, OSError):
        is_ready = False
    if not is_ready:
        process.kill()
        ours.close()
        raise ParserUnusable(
            f"The parser process ended with {process.wait()} as it started. Reinstall the environment."
        )
    return _Child(process, ours)


def _give(child: _Child, source: Source, content: bytes) -> _Child:
    described = {
        "location": source.location,
        "media_type": source.media_type,
        "audience": source.audience,
        "digest": source.digest,
        "label": base64.b64encode(source.label).decode(),
        "defaults": base64.b64encode(source.defaults).decode(),
    }
    child.connection.send_bytes(json.dumps(described).encode())
    child.connection.send_bytes(content)
    return child
