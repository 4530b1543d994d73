import asyncio
from collections.abc import Iterator

import pytest

from support_bot.access.errors import LimitsUnavailable, TooOften
from support_bot.access.limits import RateLimits, Rates, is_rate
from support_bot.access.principal import Kind, Principal
from tests.redis import redis

_WIDE = "1000/hour"
_PATIENT = 120  # seconds for Redis to answer on a busy machine


@pytest.fixture(params=["memory", pytest.param("redis", marks=pytest.mark.slow)])
def url(request: pytest.FixtureRequest) -> Iterator[str]:
    """Where is counted: in this process, or in a Redis."""
    if request.param == "memory":
        yield ""
        return
    with redis() as address:
        yield address


def _limits(url: str, **rates: str) -> RateLimits:
    wide = {"visitor": _WIDE, "address": _WIDE, "site": _WIDE, "everybody": _WIDE, "newcomers": _WIDE}
    return RateLimits(rates=Rates(**{**wide, **rates}), url=url, redis_seconds=_PATIENT)


def _asker(
    owner: str = "v1", *, kind: Kind = "visitor", site: str = "default", user: str = "", is_local: bool = False
) -> Principal:
    return Principal(kind, site, owner=owner, audience="public", user=user, is_local=is_local)


async def _let_in(limits: RateLimits, asked: list[tuple[Principal, str]]) -> int:
    """Return how many of these requests, all at once, are let in."""
    checks = [limits.check(asker, address=address, what="answers") for asker, address in asked]
    outcomes = await asyncio.gather(*checks, return_exceptions=True)
    assert all(outcome is None or isinstance(outcome, TooOften) for outcome in outcomes)
    return outcomes.count(None)


@pytest.mark.parametrize(
    ("limit", "asked"),
    [
        ("visitor", [(_asker(), f"10.0.0.{n}") for n in range(100)]),
        ("address", [(_asker(f"v{n}"), "10.0.0.1") for n in range(100)]),
        ("address", [(_asker(f"v{n}"), f"2001:db8::{n:x}") for n in range(100)]),
        ("address", [(_asker(f"v{n}"), ("10.0.0.1", "::ffff:10.0.0.1")[n % 2]) for n in range(100)]),
        ("site", [(_asker(f"v{n}"), f"10.0.0.{n}") for n in range(100)]),
        ("everybody", [(_asker(f"v{n}", site=f"s{n}"), f"10.0.0.{n}") for n in range(100)]),
        ("site", [(_asker("k1", kind="service"), "10.0.0.1") for n in range(100)]),
        ("visitor", [(_asker("k1:ada", kind="service", user="ada"), "10.0.0.1") for n in range(100)]),
    ],
)
async def test_of_a_hundred_at_once_as_many_as_the_limit_says_are_let_in(
    url: str, limit: str, asked: list[tuple[Principal, str]]
) -> None:
    limits = _limits(url, **{limit: "17/hour"})
    assert await _let_in(limits, asked) == 17
    await limits.close()


async def test_what_one_visitor_is_refused_costs_nobody_else(url: str) -> None:
    limits = _limits(url, visitor="5/hour", site="20/hour")
    assert await _let_in(limits, [(_asker("abuser"), "10.0.0.1")] * 100) == 5
    assert await _let_in(limits, [(_asker(f"v{n}"), f"10.0.1.{n}") for n in range(15)]) == 15
    await limits.close()


async def test_a_service_s_users_are_counted_apart_though_one_address_sends_them(url: str) -> None:
    limits = _limits(url, visitor="2/hour", address="3/hour")
    users = [_asker(f"k1:{name}", kind="service", user=name) for name in ("ada", "bob", "cleo")]
    assert await _let_in(limits, [(user, "10.0.0.1") for user in users * 5]) == 6
    await limits.close()


async def test_others_networks_are_counted_apart(url: str) -> None:
    limits = _limits(url, address="1/hour")
    addresses = ["2001:db8:0:1::1", "2001:db8:0:2::1", "10.0.0.1", "10.0.0.2", "testclient", ""]
    assert await _let_in(limits, [(_asker(f"v{n}"), address) for n, address in enumerate(addresses)]) == 6
    await limits.close()


async def test_it_is_said_when_to_come_again(url: str) -> None:
    limits = _limits(url, visitor="1/hour")
    await limits.check(_asker(), address="10.0.0.1", what="answers")
    with pytest.raises(TooOften, match="At most 1 in 1 hour") as refused:
        await limits.check(_asker(), address="10.0.0.1", what="answers")
    assert 3_500 < refused.value.retry_after <= 3_601
    await limits.check(_asker(), address="10.0.0.1", what="feedback")  # counted by itself
    await limits.close()


async def test_staff_and_this_machine_are_not_counted(url: str) -> None:
    limits = _limits(url, visitor="1/hour", address="1/hour", site="1/hour", everybody="1/hour")
    kinds: tuple[Kind, ...] = ("agent", "admin")
    for asker in [*(_asker(kind=kind) for kind in kinds), _asker("local", is_local=True)]:
        assert await _let_in(limits, [(asker, "10.0.0.1")] * 5) == 5
    await limits.close()


async def test_newcomers_are_counted_by_their_address(url: str) -> None:
    limits = _limits(url, newcomers="3/hour")
    for address in ("10.0.0.1", "10.0.0.2"):
        checks = [limits.check_newcomer(address=address) for _ in range(10)]
        assert (await asyncio.gather(*checks, return_exceptions=True)).count(None) == 3
    await limits.close()


async def test_who_has_tried_too_many_keys_is_refused_before_the_next_is_looked_at(url: str) -> None:
    limits = _limits(url, newcomers="3/hour")
    for _ in range(3):
        await limits.check_tries(address="10.0.0.1")
        await limits.check_tries(address="10.0.0.1")  # which counts nothing
        await limits.count_try(address="10.0.0.1")
    with pytest.raises(TooOften):
        await limits.check_tries(address="10.0.0.1")
    await limits.check_tries(address="10.0.0.2")
    await limits.check_newcomer(address="10.0.0.1")  # visitors of the same household are counted apart
    await limits.close()


@pytest.mark.slow  # it starts a Redis
async def test_servers_that_share_a_redis_count_together() -> None:
    with redis() as address:
        first, second = _limits(address, visitor="5/hour"), _limits(address, visitor="5/hour")
        counts = [await _let_in(limits, [(_asker(), "10.0.0.1")] * 4) for limits in (first, second)]
        assert counts == [4, 1]
        await first.close()
        await second.close()


async def test_without_its_redis_nobody_is_let_in() -> None:
    limits = _limits("redis://127.0.0.1:1")
    with pytest.raises(LimitsUnavailable):
        await limits.check(_asker(), address="10.0.0.1", what="answers")
    await limits.close()


@pytest.mark.parametrize(
    ("text", "is_one"), [("6/minute", True), ("6/minute;60/day", True), ("", False), ("often", False), ("6", False)]
)
def test_a_rate_is_a_number_and_a_time(text: str, is_one: bool) -> None:
    assert is_rate(text) == is_one
