import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow  # it starts processes

_ATTEMPT = """
import os, socket, subprocess, pathlib
from ingest.confined import _confine
_confine(megabytes=500)
try:
    {attempt}
except (OSError, MemoryError) as error:
    print(type(error).__name__, end="")
else:
    print("allowed", end="")
"""


def _attempt(attempt: str, folder: Path) -> str:
    program = _ATTEMPT.format(attempt=attempt)
    found = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=folder)
    return found.stdout


@pytest.mark.parametrize(
    "attempt",
    [
        "open('new.txt', 'w')",
        "pathlib.Path('old.txt').write_text('x')",
        "os.open('old.txt', os.O_RDWR)",
        "os.remove('old.txt')",
        "os.rename('old.txt', 'new.txt')",
        "os.mkdir('new')",
        "os.symlink('old.txt', 'new.txt')",
        "socket.create_connection(('127.0.0.1', 9))",
        "socket.getaddrinfo('localhost', 80)",
        "subprocess.run(['true'])",
        "os.fork()",
    ],
)
def test_a_parser_writes_nothing_and_calls_nobody(attempt: str, tmp_path: Path) -> None:
    (tmp_path / "old.txt").write_text("old")
    assert _attempt(attempt, tmp_path) == "PermissionError"
    assert [file.name for file in tmp_path.iterdir()] == ["old.txt"]
    assert (tmp_path / "old.txt").read_text() == "old"


def test_a_parser_reads_and_has_memory_to_its_limit(tmp_path: Path) -> None:
    (tmp_path / "old.txt").write_text("old")
    assert _attempt("open('old.txt').read(), bytearray(400_000_000)", tmp_path) == "allowed"
    assert _attempt("bytearray(600_000_000)", tmp_path) == "MemoryError"


def test_what_reaches_the_system_past_python_writes_nothing_either(tmp_path: Path) -> None:
    write = (
        "import ctypes; c = ctypes.CDLL(None); fd = c.creat(b'new.txt', 0o600); print(c.write(fd, b'x', 1), end=' ')"
    )
    assert _attempt(write, tmp_path) == "-1 allowed"
