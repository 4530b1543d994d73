"""Turn a schedule into runs, one at a time, each in a process of its own, until somebody stops it.

A process of its own gives its memory back, and a crash of it is survived.
"""

import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from ingest.schedule import Schedule, ScheduledRun, ScheduleFile, turns_of
from ingest.stopping import Signals

_LONGEST_WAIT = 30.0  # seconds; the clock may be set, or the machine sleep, and waiting does not notice
_SECONDS_TO_STOP = 60.0  # that a run has to end, before it is killed; a kill leaves nothing behind that serves


def watch(command: Sequence[str], *, schedule: Schedule, file: ScheduleFile, after_run: Callable[[int], None]) -> None:
    """Run a command whenever it is due until SIGTERM or SIGINT, and pass on the exit code of each run.

    Raises AlreadyRunning when another process keeps this schedule.
    """
    with file.watching():
        signals = Signals()
        turns = turns_of(schedule, last=file.last(), now=_now())
        announced = None
        while not signals.stop:
            due = turns.due(now := _now())
            if due > now:
                if due != announced:
                    print(f"The next run is due at {due:%Y-%m-%d %H:%M} UTC.", flush=True)
                    announced = due
                signals.wait(min((due - now).total_seconds(), _LONGEST_WAIT))
                continue
            turns.begin(now)
            run = ScheduledRun(schedule=schedule.expression, began=now)
            _keep(run, file=file)
            code = _exit_code(command, signals=signals)
            _keep(run.model_copy(update={"ended": _now(), "exit_code": code}), file=file)
            print(f"The run that began at {now:%Y-%m-%d %H:%M} UTC ended with {named(code)}.", flush=True)
            after_run(code)


def named(code: int) -> str:
    """Return an exit code in words; a negative one is the signal that ended the process."""
    return f"exit code {code}" if code >= 0 else signal.Signals(-code).name


def _exit_code(command: Sequence[str], *, signals: Signals) -> int:
    """Run the command to its end and return its exit code; a signal to this process is passed on to it."""
    process = subprocess.Popen(command)  # noqa: S603 - our own command
    while process.poll() is None and not signals.stop:
        signals.wait(None)
    if process.poll() is not None:
        return process.returncode
    process.terminate()
    try:
        return process.wait(_SECONDS_TO_STOP)
    except subprocess.TimeoutExpired:
        process.kill()
        return process.wait()


def _keep(run: ScheduledRun, *, file: ScheduleFile) -> None:
    try:
        file.keep(run)
    except OSError as error:  # a disk that is full today may have room tomorrow
        print(f"ingest: what was run cannot be noted: {error}", file=sys.stderr)


def _now() -> datetime:
    return datetime.now(UTC)
