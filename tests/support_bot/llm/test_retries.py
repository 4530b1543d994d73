import pytest

from support_bot.llm.errors import FaultKind, ModelUnavailable
from support_bot.llm.retries import Attempts, Pause, RetryBudget
from tests.support_bot.llm.clock import Clock


@pytest.fixture
def clock() -> Clock:
    return Clock()


def attempts(clock: Clock, *, endpoints: int = 1, budget: RetryBudget | None = None) -> Attempts:
    return Attempts(endpoints=endpoints, budget=budget or RetryBudget(now=clock), total_seconds=60.0, now=clock)


def retries(made: Attempts, fault: ModelUnavailable) -> int:
    """Return how often one request is tried again when each attempt ends so."""
    count = 0
    while made.delay(fault) is not None:
        count += 1
    return count


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("connect", 2),
        ("dns", 1),
        ("tls", 0),
        ("auth", 0),
        ("billing", 0),
        ("bad_request", 0),
        ("rate_limited", 0),
        ("server", 2),
        ("bad_response", 2),
        ("timeout", 1),
        ("empty", 1),
        ("stall", 0),
        ("truncated", 0),
        ("oversize", 0),
    ],
)
def test_each_kind_of_fault_has_its_retries(clock: Clock, kind: FaultKind, expected: int) -> None:
    assert retries(attempts(clock), ModelUnavailable(kind)) == expected


def test_what_has_been_read_is_not_asked_for_again(clock: Clock) -> None:
    made = attempts(clock, endpoints=2)
    made.has_text = True
    assert made.delay(ModelUnavailable("server")) is None


def test_delays_grow_and_differ(clock: Clock) -> None:
    fault = ModelUnavailable("server")
    delays = [(made.delay(fault), made.delay(fault)) for made in [attempts(clock) for _ in range(5)]]
    assert all(first is not None and 0.1 <= first <= 0.3 for first, _ in delays)
    assert all(second is not None and 0.3 <= second <= 0.9 for _, second in delays)
    assert len(set(delays)) == 5


def test_a_wait_that_the_endpoint_asks_for_is_kept_once_if_it_is_short(clock: Clock) -> None:
    assert retries(attempts(clock), ModelUnavailable("rate_limited", retry_after=5)) == 1
    assert retries(attempts(clock), ModelUnavailable("rate_limited", retry_after=6)) == 0
    assert retries(attempts(clock), ModelUnavailable("server", retry_after=6)) == 0


@pytest.mark.parametrize(("kind", "seconds"), [("connect", 1.1), ("timeout", 31.0), ("server", 31.0)])
def test_where_the_time_is_up_nothing_is_tried_again(clock: Clock, kind: FaultKind, seconds: float) -> None:
    made = attempts(clock)
    clock.seconds += seconds
    assert made.delay(ModelUnavailable(kind)) is None


def test_the_second_endpoint_has_the_last_of_three_attempts(clock: Clock) -> None:
    made = attempts(clock, endpoints=2)
    asked = [made.endpoint]
    while made.delay(ModelUnavailable("server")) is not None:
        asked.append(made.endpoint)
    assert asked == [0, 0, 1]


def test_the_second_endpoint_is_asked_at_once_where_the_first_will_not_change_its_mind(clock: Clock) -> None:
    made = attempts(clock, endpoints=2)
    assert made.delay(ModelUnavailable("auth")) == 0.0
    assert made.endpoint == 1


def test_retries_are_a_tenth_of_the_calls_of_a_minute_and_ten_in_any_case(clock: Clock) -> None:
    quiet, busy = RetryBudget(now=clock), RetryBudget(now=clock)
    assert sum(quiet.take() for _ in range(100)) == 10
    taken = sum(retries(attempts(clock, budget=busy), ModelUnavailable("server")) for _ in range(1_000))
    assert taken == 100
    clock.seconds += 60.5
    assert sum(busy.take() for _ in range(100)) == 10


def test_a_pause_is_as_long_as_the_endpoint_asks_and_a_minute_at_most(clock: Clock) -> None:
    pause = Pause(now=clock)
    assert pause.seconds == 0.0
    pause.heed(ModelUnavailable("server"))
    assert pause.seconds == 0.0
    pause.heed(ModelUnavailable("rate_limited"))
    assert pause.seconds == 5.0
    pause.heed(ModelUnavailable("server", retry_after=20))
    pause.heed(ModelUnavailable("rate_limited", retry_after=2))
    assert pause.seconds == 20.0
    pause.heed(ModelUnavailable("rate_limited", retry_after=86_400))
    assert pause.seconds == 60.0
    clock.seconds += 61
    assert pause.seconds == 0.0
