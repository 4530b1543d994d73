"""What a site spends, in each kind of database, whichever of its servers spends it."""

import logging
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest

from support_bot.conversations.database import database_url, opened
from support_bot.conversations.errors import CapReached
from support_bot.conversations.ledger import Caps, Ledger, Reservation
from support_bot.conversations.store import ConversationStore

_NOON = datetime(2026, 11, 25, 12, tzinfo=UTC).timestamp()
_DAY = 24 * 3600.0


class Clock:
    """Tells the time that it is set to."""

    def __init__(self) -> None:
        self.now = _NOON

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def _ledger(store: ConversationStore, clock: Clock, *, daily: float = 0.0, monthly: float = 0.0) -> Ledger:
    return Ledger(store.engine, site=store.site, caps=Caps(daily=daily, monthly=monthly), now=clock)


def _spend(ledger: Ledger, cost: float) -> None:
    ledger.settle(ledger.reserve(2 * cost, seconds=60), cost)


pytestmark = pytest.mark.slow  # each makes the tables of a database


def test_what_a_call_costs_is_held_back_before_it_and_spent_after_it(store: ConversationStore, clock: Clock) -> None:
    ledger = _ledger(store, clock, daily=1.0)
    reserved = ledger.reserve(0.75, seconds=60)
    today, month = ledger.standing()
    assert (today.period, today.cost, today.held, month.period, month.held) == (
        "2026-11-25",
        0.0,
        0.75,
        "2026-11",
        0.75,
    )
    ledger.settle(reserved, 0.25)
    today, month = ledger.standing()
    assert (today.calls, today.cost, today.held) == (1, 0.25, 0.0)
    assert (month.calls, month.cost, month.held) == (1, 0.25, 0.0)


def test_a_day_and_a_month_begin_anew_and_a_site_pays_for_itself_alone(store: ConversationStore, clock: Clock) -> None:
    ledger = _ledger(store, clock, daily=1.0, monthly=3.0)
    _spend(ledger, 1.0)
    with pytest.raises(CapReached, match=r"\$1\.00 of \$1 for 2026-11-25"):
        ledger.reserve(0.5, seconds=60)
    _spend(Ledger(store.engine, site="another", caps=Caps(daily=1.0), now=clock), 0.5)
    for _ in range(2):
        clock.now += _DAY
        _spend(ledger, 1.0)
    clock.now += _DAY
    with pytest.raises(CapReached, match=r"\$3\.00 of \$3 for 2026-11 "):
        ledger.reserve(0.5, seconds=60)
    clock.now += 5 * _DAY
    _spend(ledger, 0.5)
    assert [(day.period, day.cost) for day in ledger.days(2)] == [("2026-12-03", 0.5), ("2026-11-27", 1.0)]


def test_fifty_calls_at_once_overshoot_no_cap_by_more_than_one(address: str, tmp_path: Path) -> None:
    engines = [opened(database_url(address, data_dir=tmp_path)) for _ in range(2)]
    servers = [Ledger(engine, site="default", caps=Caps(daily=1.0)) for engine in engines]

    def spend(call: int) -> Reservation | None:
        with suppress(CapReached):
            return servers[call % 2].reserve(0.3, seconds=60)
        return None

    with ThreadPoolExecutor(8) as threads:
        reserved = [made for made in threads.map(spend, range(50)) if made is not None]
    assert len(reserved) == 4  # the fourth goes beyond the cap
    assert servers[0].standing()[0].held == pytest.approx(1.2)
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda made: servers[0].settle(made, 0.3), reserved))
    assert servers[1].standing()[0].cost == pytest.approx(1.2)
    for engine in engines:
        engine.dispose()


def test_a_settled_call_makes_room_for_another(store: ConversationStore, clock: Clock) -> None:
    ledger = _ledger(store, clock, daily=1.0)
    first = ledger.reserve(1.0, seconds=60)
    with pytest.raises(CapReached):
        ledger.reserve(1.0, seconds=60)
    ledger.settle(first, 0.0)  # it failed
    ledger.reserve(1.0, seconds=60)


def test_what_a_dead_server_held_back_counts_in_full_once_its_call_must_be_over(
    store: ConversationStore, clock: Clock
) -> None:
    dead, alive = _ledger(store, clock), _ledger(store, clock, daily=1.0)
    late = dead.reserve(0.5, seconds=60)
    clock.now += 119
    alive.settle(alive.reserve(0.1, seconds=60), 0.0)
    assert alive.standing()[0].held == 0.5
    clock.now += 2
    alive.settle(alive.reserve(0.1, seconds=60), 0.0)
    today, _ = alive.standing()
    assert (today.cost, today.held) == (0.5, 0.0)
    dead.settle(late, 0.2)  # it was alive after all
    assert alive.standing()[0].cost == pytest.approx(0.2)


def test_at_four_fifths_of_a_cap_and_at_its_end_the_log_says_so_once(
    store: ConversationStore, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    ledger = _ledger(store, clock, daily=1.0)
    with caplog.at_level(logging.WARNING):
        for _ in range(4):
            _spend(ledger, 0.25)
        assert [record.getMessage() for record in caplog.records] == [
            "Site 'default' has spent $1.00 of the $1 that it may spend in 2026-11-25."
        ]
        for _ in range(2):
            with pytest.raises(CapReached):
                ledger.reserve(0.1, seconds=60)
    assert "articles are quoted" in caplog.records[-1].getMessage()
    assert len(caplog.records) == 2
    assert ledger.standing()[0].is_near and ledger.standing()[0].is_reached
