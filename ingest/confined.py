"""Answer with the documents of the sources that a connection brings, within limits: the program of `ingest.parser`.

    python -m ingest.confined CONNECTION SECONDS MEGABYTES

What a parser never needs is taken from this process before it reads a file: writing, connections, other programs.
"""

import base64
import json
import os
import resource
import sys
import time
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from ingest.errors import OUT_OF_MEMORY, SourceError
from ingest.formats.elements import prepare
from ingest.partition import document
from ingest.sources.source import Source

_REFUSED = (
    "socket.connect", "socket.bind", "socket.sendto", "socket.getaddrinfo", "socket.gethostbyname",
    "subprocess.Popen", "os.system", "os.exec", "os.fork", "os.forkpty", "os.posix_spawn", "os.spawn", "os.kill",
    "os.remove", "os.rename", "os.rmdir", "os.mkdir", "os.link", "os.symlink", "os.truncate", "os.chmod", "os.chown",
)  # fmt: skip
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


def main(arguments: list[str]) -> None:
    """Serve sources until the other side closes the connection."""
    connection, seconds, megabytes = Connection(int(arguments[0])), int(arguments[1]), int(arguments[2])
    prepare()
    _confine(megabytes=megabytes)
    connection.send_bytes(b"ready")
    while True:
        try:
            described, content = json.loads(connection.recv_bytes()), connection.recv_bytes()
        except EOFError:
            return
        # Processor time counts from the process's start, so each file's share begins where the last one ended.
        limit = int(time.process_time()) + seconds + 1
        resource.setrlimit(resource.RLIMIT_CPU, (limit, resource.RLIM_INFINITY))
        try:
            connection.send_bytes(json.dumps(_answer(_source(described, content))).encode())
        except MemoryError:
            os._exit(OUT_OF_MEMORY)  # there may be no memory left to say more, nor for Python to end as it should


def _source(described: dict[str, Any], content: bytes) -> Source:
    label, defaults = (base64.b64decode(described.pop(name)) for name in ("label", "defaults"))
    return Source(**described, label=label, defaults=defaults, read=lambda: content)


def _answer(source: Source) -> dict[str, Any]:
    try:
        return {"document": document(source).model_dump(include={"id", "page_content", "metadata"})}
    except SourceError as error:
        return {"error": {"reason": error.reason, "detail": error.detail}}
    except MemoryError:
        raise
    except Exception as error:  # a parser may raise anything; one document must not stop the others
        what = " ".join(f"{type(error).__name__}: {error}".split())[:300]
        return {"error": {"reason": "parser_error", "detail": f"{what}; convert the file or leave it out"}}


def _confine(*, megabytes: int) -> None:
    in_use = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    for limited, most in (
        (resource.RLIMIT_AS, in_use + megabytes * 1_000_000),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(limited, (most, most))
    sys.addaudithook(_refuse)
    silence = os.open(os.devnull, os.O_RDONLY)
    os.dup2(silence, sys.stderr.fileno())  # libraries' warnings would break into the report


def _refuse(event: str, arguments: tuple[Any, ...]) -> None:
    if event in _REFUSED or (event == "open" and arguments[2] & _WRITING):
        raise PermissionError(f"a parser may not do {event}")


if __name__ == "__main__":
    main(sys.argv[1:])
