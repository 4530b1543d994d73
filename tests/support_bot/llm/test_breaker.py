import logging

import pytest

from support_bot.llm.breaker import Breaker
from support_bot.llm.errors import FaultKind, ModelUnavailable
from tests.support_bot.llm.clock import Clock


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def breaker(clock: Clock) -> Breaker:
    return Breaker(now=clock)


def state(breaker: Breaker) -> str:
    return breaker.state  # a call's result, which mypy does not take for lasting


def succeed(breaker: Breaker) -> None:
    with breaker.call():
        breaker.answered()


def fail(breaker: Breaker, kind: FaultKind = "server", *, times: int = 1) -> None:
    for _ in range(times):
        with pytest.raises(ModelUnavailable), breaker.call():
            raise ModelUnavailable(kind)


def is_let_through(breaker: Breaker) -> bool:
    try:
        with breaker.call():
            return True
    except ModelUnavailable:
        return False


def test_five_failures_open_it(breaker: Breaker) -> None:
    fail(breaker, times=4)
    assert state(breaker) == "closed"
    fail(breaker)
    assert state(breaker) == "open"
    assert not is_let_through(breaker)


def test_failures_that_are_less_than_half_of_the_calls_do_not(breaker: Breaker) -> None:
    for _ in range(9):
        succeed(breaker)
    fail(breaker, times=8)
    assert state(breaker) == "closed"
    fail(breaker)
    assert state(breaker) == "open"


def test_failures_of_half_a_minute_ago_are_forgotten(breaker: Breaker, clock: Clock) -> None:
    fail(breaker, times=4)
    clock.seconds += 30.5
    fail(breaker, times=4)
    assert state(breaker) == "closed"


@pytest.mark.parametrize("kind", ["auth", "billing"])
def test_a_refused_key_opens_it_at_once(breaker: Breaker, kind: FaultKind) -> None:
    fail(breaker, kind)
    assert (state(breaker), breaker.reason) == ("open", kind)
    with pytest.raises(ModelUnavailable) as refused, breaker.call():
        pass
    assert refused.value.kind == kind


@pytest.mark.parametrize("kind", ["rate_limited", "bad_request"])
def test_an_endpoint_that_refuses_one_request_is_not_down(breaker: Breaker, kind: FaultKind) -> None:
    fail(breaker, kind, times=20)
    assert state(breaker) == "closed"


def test_after_half_a_minute_one_call_is_tried_and_its_text_closes_it(breaker: Breaker, clock: Clock) -> None:
    fail(breaker, times=5)
    clock.seconds += 29.5
    assert state(breaker) == "open"
    clock.seconds += 1
    assert state(breaker) == "half-open"
    with breaker.call():
        assert not is_let_through(breaker)
        breaker.answered()
        assert state(breaker) == "closed"
        assert is_let_through(breaker)
    fail(breaker, times=4)
    assert state(breaker) == "closed"


def test_a_failed_trial_doubles_the_pause_up_to_five_minutes(breaker: Breaker, clock: Clock) -> None:
    fail(breaker, times=5)
    pause = 30.0
    for doubled in (60.0, 120.0, 240.0, 300.0, 300.0):
        clock.seconds += pause
        fail(breaker)
        pause = doubled
        clock.seconds += pause - 0.5
        assert state(breaker) == "open"
        clock.seconds += 0.5
        assert state(breaker) == "half-open"
        clock.seconds -= pause
    clock.seconds += pause
    succeed(breaker)
    fail(breaker, times=5)
    clock.seconds += 30.0
    assert state(breaker) == "half-open"


def test_a_trial_whose_asker_left_makes_room_for_the_next(breaker: Breaker, clock: Clock) -> None:
    fail(breaker, times=5)
    clock.seconds += 30.0
    with pytest.raises(GeneratorExit), breaker.call():
        raise GeneratorExit
    assert state(breaker) == "half-open"
    assert is_let_through(breaker)


def test_whoever_runs_the_server_is_told(breaker: Breaker, clock: Clock, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        fail(breaker, "auth")
        clock.seconds += 30.0
        succeed(breaker)
    assert [record.levelname for record in caplog.records] == ["ERROR", "WARNING"]
    assert "30 seconds (auth)" in caplog.text
