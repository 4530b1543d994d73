import subprocess
import sys
from pathlib import Path

import pytest

from knowledge.errors import AlreadyRunning
from knowledge.lock import held, is_held

_HOLDER = """
import signal, sys
from pathlib import Path
from knowledge.lock import held
with held(Path(sys.argv[1]), doing="It is being done", remedy="Wait."):
    print("held", flush=True)
    signal.pause()
"""


def test_the_lock_is_one_process_s_at_a_time_and_dies_with_it(tmp_path: Path) -> None:
    file = tmp_path / "new" / "some.lock"
    command = [sys.executable, "-c", _HOLDER, str(file)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        assert is_held(file)
        with pytest.raises(AlreadyRunning, match=f"It is being done by process {holder.pid}. Wait."):
            held(file, doing="It is being done", remedy="Wait.").__enter__()
        holder.kill()
    assert not is_held(file)
    with held(file, doing="It is being done", remedy="Wait."):
        assert is_held(file)


def test_what_nobody_ever_held_is_not_held(tmp_path: Path) -> None:
    assert not is_held(tmp_path / "some.lock")
