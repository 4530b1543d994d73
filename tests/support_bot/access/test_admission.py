import asyncio
from contextlib import AsyncExitStack

import pytest

from support_bot.access.admission import Admission
from support_bot.access.errors import Later, Overloaded, TooOften
from support_bot.access.principal import Kind, Principal


def _asker(kind: Kind = "visitor", owner: str = "") -> Principal:
    return Principal(kind, "default", owner=owner or f"{kind}:{id(object())}", audience="public")


def _admission(*, places: int, each: int, shed: list[Kind] | None = None, wait_seconds: float = 2.0) -> Admission:
    turned_away = [] if shed is None else shed
    return Admission(places=places, each=each, shed=turned_away.append, wait_seconds=wait_seconds, staff_seconds=60)


async def _answered(admission: Admission, asker: Principal, *, until: asyncio.Event, entered: list[str]) -> str:
    try:
        async with admission.place(asker):
            entered.append(asker.kind)
            await until.wait()
    except Later as error:
        return type(error).__name__
    return "answered"


async def _settled() -> None:
    """Let every task go as far as it can."""
    for _ in range(20):
        await asyncio.sleep(0)


async def test_what_cannot_wait_is_turned_away_at_once() -> None:
    admission, until, entered = _admission(places=3, each=99), asyncio.Event(), list[str]()
    asking = [
        asyncio.create_task(_answered(admission, _asker(owner=f"v{n}"), until=until, entered=entered))
        for n in range(12)
    ]
    await _settled()
    assert [task.done() for task in asking] == [False] * 6 + [True] * 6
    until.set()
    assert await asyncio.gather(*asking) == ["answered"] * 6 + ["Overloaded"] * 6
    assert len(entered) == 6


async def test_staff_go_before_visitors_and_take_their_room() -> None:
    shed = list[Kind]()
    admission, until, entered = _admission(places=1, each=99, shed=shed), asyncio.Event(), list[str]()

    def asks(kind: Kind, owner: str) -> asyncio.Task[str]:
        return asyncio.create_task(_answered(admission, _asker(kind, owner), until=until, entered=entered))

    first, waiting = asks("visitor", "v1"), asks("visitor", "v2")
    await _settled()
    agent = asks("agent", "a1")
    await _settled()
    assert waiting.done()  # its room is the agent's
    other = asks("admin", "a2")
    await _settled()
    assert other.done()  # staff do not turn staff away
    until.set()
    outcomes = await asyncio.gather(first, waiting, agent, other)
    assert list(outcomes) == ["answered", "Overloaded", "answered", "Overloaded"]
    assert entered == ["visitor", "agent"]
    assert shed == ["visitor", "admin"]


async def test_an_agent_who_came_later_is_called_first() -> None:
    admission, until, entered = _admission(places=2, each=99), asyncio.Event(), list[str]()
    async with AsyncExitStack() as held:
        for owner in ("v1", "v2"):
            await held.enter_async_context(admission.place(_asker(owner=owner)))
        asking = []
        for kind, owner in (("visitor", "v3"), ("agent", "a1")):
            asking.append(
                asyncio.create_task(_answered(admission, _asker(kind, owner), until=until, entered=entered))  # type: ignore[arg-type]
            )
            await _settled()
    until.set()
    assert await asyncio.gather(*asking) == ["answered", "answered"]
    assert entered == ["agent", "visitor"]


async def test_nobody_holds_more_places_than_their_own() -> None:
    admission = _admission(places=10, each=2)
    visitor, customer, service = _asker(owner="v"), _asker("customer", "c"), _asker("service", "s")
    user = Principal("service", "default", owner="s:ada", audience="public", user="ada")
    async with AsyncExitStack() as held:
        for asker in (visitor, visitor, customer, customer, user, user, service, service, service):
            await held.enter_async_context(admission.place(asker))
        for asker in (visitor, customer, user):
            with pytest.raises(TooOften) as refused:
                await held.enter_async_context(admission.place(asker))
            assert refused.value.retry_after > 0
    async with admission.place(visitor):
        pass


async def test_who_leaves_while_waiting_or_answered_leaves_no_place_taken() -> None:
    admission, until, entered = _admission(places=2, each=99), asyncio.Event(), list[str]()
    asking = [
        asyncio.create_task(_answered(admission, _asker(owner=f"v{n}"), until=until, entered=entered)) for n in range(4)
    ]
    await _settled()
    for task in asking:
        task.cancel()
    await asyncio.gather(*asking, return_exceptions=True)
    async with AsyncExitStack() as held:
        for owner in ("v7", "v8"):
            await held.enter_async_context(admission.place(_asker(owner=owner)))
        assert admission._free == 0
    assert (admission._free, len(admission._taken), len(admission._others)) == (2, 0, 0)


async def test_who_is_called_in_and_leaves_at_that_moment_hands_the_place_on() -> None:
    admission, until, entered = _admission(places=1, each=99), asyncio.Event(), list[str]()
    async with AsyncExitStack() as held:
        await held.enter_async_context(admission.place(_asker(owner="v1")))
        waiting = asyncio.create_task(_answered(admission, _asker(owner="v2"), until=until, entered=entered))
        await _settled()
    waiting.cancel()  # its place has been handed over, and it has not run yet
    await asyncio.gather(waiting, return_exceptions=True)
    assert admission._free == 1


async def test_who_waits_too_long_is_turned_away_and_staff_wait_longer() -> None:
    admission, until = _admission(places=2, each=99, wait_seconds=0.01), asyncio.Event()
    async with AsyncExitStack() as held:
        for owner in ("v1", "v2"):
            await held.enter_async_context(admission.place(_asker(owner=owner)))
        agent = asyncio.create_task(_answered(admission, _asker("agent"), until=until, entered=[]))
        await _settled()
        with pytest.raises(Overloaded):
            await held.enter_async_context(admission.place(_asker(owner="v3")))
        assert not agent.done()
    until.set()
    assert await agent == "answered"
    async with admission.place(_asker(owner="v3")):
        pass
