import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ingest.schedule import ScheduledRun, ScheduleFile

pytestmark = pytest.mark.slow  # each runs processes

_YEARLY = "0 0 1 1 *"
_WATCHING = """
import sys
from pathlib import Path
from ingest.schedule import Schedule, ScheduleFile
from ingest.watch import watch
schedule, file = Schedule(sys.argv[3]), ScheduleFile(Path(sys.argv[1]))
command = [sys.executable, "-c", sys.argv[2]]
watch(command, schedule=schedule, file=file, after_run=lambda code: print("told", code, flush=True))
"""
_LASTING = "import signal; print('begun', flush=True); signal.pause()"
_CRASHING = "import os, signal; print('begun', flush=True); os.kill(os.getpid(), signal.SIGKILL)"


@contextmanager
def _watching(folder: Path, program: str, *, schedule: str = _YEARLY) -> Iterator["subprocess.Popen[str]"]:
    command = [sys.executable, "-c", _WATCHING, str(folder), program, schedule]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def _line(process: "subprocess.Popen[str]") -> str:
    assert process.stdout is not None
    return process.stdout.readline()


def _last(folder: Path) -> ScheduledRun:
    last = ScheduleFile(folder).last()
    assert last is not None
    return last


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_the_run_in_progress_and_then_the_watching(tmp_path: Path, number: int) -> None:
    with _watching(tmp_path, _LASTING) as process:
        assert _line(process) == "begun\n"
        assert ScheduleFile(tmp_path).is_watched
        assert _last(tmp_path).ended is None
        process.send_signal(number)
        assert "ended with SIGTERM" in _line(process)
        assert _line(process) == "told -15\n"
        assert process.wait() == 0
    assert not ScheduleFile(tmp_path).is_watched
    assert _last(tmp_path).exit_code == -signal.SIGTERM


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_the_waiting(tmp_path: Path, number: int) -> None:
    with _watching(tmp_path, "") as process:
        assert "ended with exit code 0" in _line(process)
        assert _line(process) == "told 0\n"
        assert _line(process) == f"The next run is due at {datetime.now(UTC).year + 1}-01-01 00:00 UTC.\n"
        process.send_signal(number)
        assert process.wait() == 0
    assert _last(tmp_path).exit_code == 0


def test_a_run_that_crashes_does_not_end_the_watching(tmp_path: Path) -> None:
    with _watching(tmp_path, _CRASHING) as process:
        assert _line(process) == "begun\n"
        assert "ended with SIGKILL" in _line(process)
        assert _line(process) == "told -9\n"
        assert "The next run is due" in _line(process)
    assert _last(tmp_path).exit_code == -signal.SIGKILL


def test_runs_that_were_missed_are_made_up_for_once(tmp_path: Path) -> None:
    began = datetime.now(UTC) - timedelta(days=3 * 366)
    ScheduleFile(tmp_path).keep(ScheduledRun(schedule=_YEARLY, began=began))
    with _watching(tmp_path, "print('begun', flush=True)") as process:
        assert [_line(process)[:12] for _ in range(4)] == ["begun\n", "The run that", "told 0\n", "The next run"]


def test_what_was_not_missed_is_not_run(tmp_path: Path) -> None:
    ScheduleFile(tmp_path).keep(ScheduledRun(schedule=_YEARLY, began=datetime.now(UTC)))
    with _watching(tmp_path, "print('begun', flush=True)") as process:
        assert "The next run is due" in _line(process)


def _ingest(*arguments: str | Path) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "ingest", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, env={**os.environ, "INGEST_AUDIENCE": "public"})  # noqa: TID251


def test_the_command_imports_and_status_tells_what_was_and_what_comes(tmp_path: Path) -> None:
    (tmp_path / "kb").mkdir()
    (tmp_path / "kb" / "a.md").write_text("# A\n\nThe first article.")
    data = ("--data", tmp_path / "data")
    command = [sys.executable, "-m", "ingest", "watch", "--schedule", _YEARLY, *map(str, data), str(tmp_path / "kb")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        while "The next run is due" not in _line(process):
            assert process.poll() is None
        status = json.loads(_ingest("status", "--json", *data).stdout)
        second = _ingest("watch", *data, tmp_path / "kb")
        process.terminate()
        assert process.wait() == 0
    next_year = datetime.now(UTC).year + 1
    assert (status["documents"], status["schedule"], status["scheduled_exit_code"]) == (1, _YEARLY, 0)
    assert status["next_run"] == f"{next_year}-01-01T00:00:00+00:00"
    assert second.returncode == 75
    assert f"is already being kept by process {process.pid}." in second.stderr
    assert "ended with exit code 0; nothing keeps the schedule now." in _ingest("status", *data).stdout


def test_a_mistaken_schedule_is_told_in_one_line(tmp_path: Path) -> None:
    done = _ingest("watch", "--schedule", "nightly", tmp_path)
    assert done.returncode == 2
    assert done.stderr.startswith("ingest: Setting schedule is 'nightly': ")
    assert len(done.stderr.splitlines()) == 1
