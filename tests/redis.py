"""Run a real Redis on a free port."""

import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest


@contextmanager
def redis() -> Iterator[str]:
    """Yield the address of a Redis of one's own; skip, by name, where none is installed."""
    program = shutil.which("redis-server")
    if program is None:
        pytest.skip("the tests of shared limits need redis-server, and it is not installed")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        for line in server.stdout:
            if "Ready to accept connections" in line:
                break
        try:
            yield f"redis://127.0.0.1:{port}"
        finally:
            with suppress(ProcessLookupError):
                server.terminate()
