"""Turn a cron expression, and when a run last began, into how long to wait for the next one.

All times are UTC: a night without 02:30, or with two of them, is no concern here. A run that was missed, since nothing
watched or the run before took so long, is made up for once, however many were missed.

<data>/index/<site>/schedule.json   the last run that the schedule began
<data>/index/<site>/watch.lock      held by the process that waits for the next
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from cronsim import CronSim, CronSimError
from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

from knowledge import lock
from knowledge.disk import write_whole


class Schedule:
    """A cron expression: minute, hour, day of the month, month, day of the week."""

    def __init__(self, expression: str) -> None:
        self.expression = " ".join(expression.split())
        if len(self.expression.split(" ")) != 5:
            raise ValueError("a schedule has five fields, such as '30 2 * * *' for 02:30 UTC each night")
        try:
            CronSim(self.expression, datetime(2000, 1, 1))  # any moment will do to see that it can be read
        except CronSimError as error:
            raise ValueError(f"{error}; a schedule is such as '30 2 * * *' for 02:30 UTC each night") from error

    def next_after(self, moment: datetime) -> datetime:
        """Return the first time after this moment."""
        return next(CronSim(self.expression, moment))


class Turns:
    """When the next run is due. It trusts the clock no further than that it was right a moment ago."""

    def __init__(self, schedule: Schedule, *, last: datetime | None) -> None:
        self._schedule = schedule
        self._last = last  # when a run last began; None is long ago

    def due(self, now: datetime) -> datetime:
        """Return when the next run is due: now, where one has been missed or none has ever been."""
        if self._last is None:
            return now
        self._last = min(self._last, now)  # the clock was set back
        return max(self._schedule.next_after(self._last), now)

    def begin(self, now: datetime) -> None:
        """Count the run that begins now; it stands for all that were missed."""
        self._last = now


class ScheduledRun(BaseModel):
    """The last run that the schedule began."""

    model_config = ConfigDict(frozen=True)

    schedule: str
    began: AwareDatetime
    ended: AwareDatetime | None = None  # None while it runs, or when what watched it was killed
    exit_code: int | None = None


class ScheduleFile:
    """What is known of one site's scheduled runs."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "schedule.json"
        self._lock = folder / "watch.lock"

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Hold the right to begin scheduled runs; raise AlreadyRunning when another process has it."""
        doing = f"The schedule of {self._file.parent} is already being kept"
        with lock.held(self._lock, doing=doing, remedy="One is enough."):
            yield

    @property
    def is_watched(self) -> bool:
        """Whether a process waits for the next run, or has begun one."""
        return lock.is_held(self._lock)

    def last(self) -> ScheduledRun | None:
        """Return the last run that the schedule began, None when it began none."""
        try:
            return ScheduledRun.model_validate_json(self._file.read_bytes())
        except (FileNotFoundError, ValidationError):  # one that is damaged is as good as none: a run costs little
            return None

    def keep(self, run: ScheduledRun) -> None:
        """Keep what is known of the run now."""
        write_whole(self._file, run.model_dump_json(indent=1) + "\n")


def turns_of(schedule: Schedule, *, last: ScheduledRun | None, now: datetime) -> Turns:
    """Return the turns of a schedule after the last run. Another schedule missed nothing before it was given."""
    if last is None:
        return Turns(schedule, last=None)
    return Turns(schedule, last=last.began if last.schedule == schedule.expression else now)
