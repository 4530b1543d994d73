"""Run the real import command in a forked process, and have it killed on the way or kept from writing."""

import multiprocessing
import os
import resource
import shutil
import signal
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SOAK = os.environ.get("HYPOTHESIS_PROFILE") == "soak"  # noqa: TID251 - `make soak`: larger counts

# What the command imports on its way is imported once; each run is forked from there.
FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(["ingest.__main__", "chromadb", "tantivy", "ingest.pipeline"])


@dataclass(frozen=True, slots=True)
class Point:
    """A moment of a run: just before the interpreter does this with something of this name."""

    event: str  # of Python's audit events
    name: str


@dataclass(frozen=True, slots=True)
class Fault:
    """What befalls a run."""

    kill_at: Point | None = None
    stop_at: Point | None = None  # as systemd and Ctrl-C do: it may still tidy up
    kill_after: float | None = None  # seconds
    largest_file: int | None = None  # bytes; a longer one cannot be written
    fill_at: Point | None = None  # from when on others have filled the disk
    filler: Path = Path()  # by this file
    bytes_left: int = 0  # but for these


def run(arguments: Sequence[str], *, output: Path, fault: Fault = Fault()) -> int:
    """Return the exit code of `python -m ingest` with these arguments, -9 or -14 if it was killed, 143 if stopped."""
    process = FORKS.Process(target=_command, args=(list(arguments), output, fault))
    process.start()
    process.join()
    assert process.exitcode is not None
    return process.exitcode


def _command(arguments: list[str], output: Path, fault: Fault) -> None:
    from ingest.__main__ import main

    with output.open("w", encoding="utf-8") as told:
        os.dup2(told.fileno(), 1)
        os.dup2(told.fileno(), 2)
    if fault.kill_at is not None:
        sys.addaudithook(_sender(signal.SIGKILL, fault.kill_at))
    if fault.stop_at is not None:
        sys.addaudithook(_sender(signal.SIGTERM, fault.stop_at))
    if fault.fill_at is not None:
        sys.addaudithook(_filling(fault))
    if fault.largest_file is not None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (fault.largest_file, resource.RLIM_INFINITY))
    if fault.kill_after is not None:
        signal.signal(signal.SIGALRM, signal.SIG_DFL)  # ends the process in the midst of whatever it does
        signal.setitimer(signal.ITIMER_REAL, fault.kill_after)
    code = main(arguments)
    signal.setitimer(signal.ITIMER_REAL, 0)
    sys.stdout.flush()
    os._exit(code)


def _sender(number: signal.Signals, point: Point) -> Any:
    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        if _is_at(point, event, arguments):
            os.kill(os.getpid(), number)

    return hook


def _filling(fault: Fault) -> Any:
    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        if fault.fill_at and _is_at(fault.fill_at, event, arguments) and not fault.filler.exists():
            with fault.filler.open("wb") as filler:
                free = shutil.disk_usage(fault.filler.parent).free
                if free > fault.bytes_left:
                    os.posix_fallocate(filler.fileno(), 0, free - fault.bytes_left)

    return hook


def _is_at(point: Point, event: str, arguments: tuple[Any, ...]) -> bool:
    return event == point.event and any(point.name in str(argument) for argument in arguments)
