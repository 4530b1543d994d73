from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.schedule import Schedule, ScheduledRun, ScheduleFile, turns_of

_NIGHTLY = Schedule("30 2 * * *")


def _at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=UTC)


def _began(moment: datetime, *, schedule: Schedule = _NIGHTLY) -> ScheduledRun:
    return ScheduledRun(schedule=schedule.expression, began=moment)


@pytest.mark.parametrize(
    ("expression", "complaint"),
    [
        ("@daily", "five fields"),
        ("* * * * * *", "five fields"),
        ("", "five fields"),
        ("60 * * * *", "Bad minute"),
        ("0 0 31 2 *", "Bad day-of-month"),  # it would never come
        ("0 25 * * *", "Bad hour"),
    ],
)
def test_what_is_no_schedule_is_refused_with_an_example(expression: str, complaint: str) -> None:
    with pytest.raises(ValueError, match=rf"{complaint}.*'30 2 \* \* \*'"):
        Schedule(expression)


def test_the_first_run_is_due_at_once() -> None:
    assert turns_of(_NIGHTLY, last=None, now=_at(5, 12)).due(_at(5, 12)) == _at(5, 12)


def test_the_next_run_is_due_at_the_time_in_utc() -> None:
    turns = turns_of(_NIGHTLY, last=_began(_at(5, 2, 30)), now=_at(5, 12))
    assert turns.due(_at(5, 12)) == _at(6, 2, 30)
    assert turns.due(_at(6, 2, 30)) == _at(6, 2, 30)


def test_runs_that_were_missed_are_made_up_for_once() -> None:
    turns = turns_of(_NIGHTLY, last=_began(_at(5, 2, 30)), now=_at(15, 12))
    assert turns.due(_at(15, 12)) == _at(15, 12)
    turns.begin(_at(15, 12))
    assert turns.due(_at(15, 12)) == _at(16, 2, 30)


def test_a_run_that_took_longer_than_the_schedule_allows_is_followed_by_one() -> None:
    turns = turns_of(Schedule("0 * * * *"), last=None, now=_at(5, 12))
    turns.begin(_at(5, 12))
    assert turns.due(_at(5, 15, 20)) == _at(5, 15, 20)
    turns.begin(_at(5, 15, 20))
    assert turns.due(_at(5, 15, 20)) == _at(5, 16)


def test_a_new_schedule_missed_nothing_before_it_was_given() -> None:
    turns = turns_of(Schedule("0 11 * * *"), last=_began(_at(5, 2, 30)), now=_at(9, 12))
    assert turns.due(_at(9, 12)) == _at(10, 11)


def test_a_clock_that_is_set_back_holds_up_nothing() -> None:
    turns = turns_of(_NIGHTLY, last=_began(_at(25, 2, 30)), now=_at(5, 2, 29))
    assert turns.due(_at(5, 2, 29)) == _at(5, 2, 30)
    assert turns.due(_at(5, 2, 30)) == _at(5, 2, 30)


@given(st.lists(st.integers(min_value=-4_000, max_value=4_000), min_size=1, max_size=200))
def test_no_clock_makes_two_runs_due_at_one_moment_or_none_for_longer_than_a_day(steps: list[int]) -> None:
    now = _at(15, 12)
    turns = turns_of(_NIGHTLY, last=_began(now), now=now)
    for minutes in steps:
        now += timedelta(minutes=minutes)
        due = turns.due(now)
        assert now <= due <= now + timedelta(days=1)
        if due == now:
            turns.begin(now)
            assert turns.due(now) > now


def test_the_last_run_is_kept_and_a_damaged_file_is_as_good_as_none(tmp_path: Path) -> None:
    file = ScheduleFile(tmp_path)
    assert file.last() is None
    run = ScheduledRun(schedule="30 2 * * *", began=_at(5, 2, 30), ended=_at(5, 2, 40), exit_code=3)
    file.keep(run)
    assert file.last() == run
    (tmp_path / "schedule.json").write_text('{"schedule": "30 2 * * *", "began": "2026-03-05T02:30:00"}')
    assert file.last() is None  # no time without its zone
