"""Tell whether somebody has asked too often: per visitor, per address, per site, and all together.

Counted from the narrowest to the widest, so that what one visitor is refused costs nobody else anything.
"""

import math
import time
from collections.abc import Awaitable, Iterator
from dataclasses import dataclass
from inspect import isawaitable
from ipaddress import IPv6Address, ip_address, ip_network
from typing import TYPE_CHECKING, Any, TypeVar

from limits import RateLimitItem, parse_many
from limits.aio.storage import RedisStorage
from limits.aio.strategies import MovingWindowRateLimiter as SharedMovingWindowRateLimiter
from limits.errors import StorageError
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from support_bot.access.errors import LimitsUnavailable, TooOften
from support_bot.access.principal import Principal

if TYPE_CHECKING:
    from redis.asyncio import BlockingConnectionPool

_T = TypeVar("_T")
_REDIS_SECONDS = 5.0
_CONNECTIONS = 16
_SUBNET = 64  # bits of an IPv6 address, below which one household has all


@dataclass(frozen=True, slots=True)
class Rates:
    """How often at most, as `6/minute;60/day`."""

    visitor: str
    address: str
    site: str
    everybody: str
    newcomers: str  # visitors that nobody has seen before, per address


class RateLimits:
    """Counts of what was asked, in this process or, by the address of a Redis, in all that share it."""

    def __init__(self, *, rates: Rates, url: str = "", redis_seconds: float = _REDIS_SECONDS) -> None:
        self._rates = {name: parse_many(getattr(rates, name)) for name in Rates.__dataclass_fields__}
        self._pool = _pool(url, seconds=redis_seconds) if url else None
        # In memory the plain one: counting takes microseconds, and its twin for asyncio sweeps key by key in threads.
        self._limiter: MovingWindowRateLimiter | SharedMovingWindowRateLimiter = (
            MovingWindowRateLimiter(MemoryStorage())
            if self._pool is None
            else SharedMovingWindowRateLimiter(_redis_storage(url, self._pool))
        )

    async def close(self) -> None:
        """Close the connections to Redis, if there are any."""
        if self._pool is not None:
            await self._pool.aclose()

    async def check(self, asker: Principal, *, address: str, what: str) -> None:
        """Count one request for what is asked. Raises TooOften, LimitsUnavailable."""
        if asker.is_local or asker.kind in ("agent", "admin"):
            return
        for name, key in _counted(asker, address):
            await self._hit(name, f"{what}:{key}")

    async def check_newcomer(self, *, address: str) -> None:
        """Count one who has no token yet. Raises TooOften, LimitsUnavailable."""
        await self._hit("newcomers", _household(address))

    async def check_tries(self, *, address: str) -> None:
        """Refuse an address from which too many wrong keys have come, also a right one. As `check_newcomer` raises."""
        await self._hit("newcomers", f"keys:{_household(address)}", is_counted=False)

    async def count_try(self, *, address: str) -> None:
        """Count a wrong key."""
        await self._hit("newcomers", f"keys:{_household(address)}")

    async def _hit(self, name: str, key: str, *, is_counted: bool = True) -> None:
        hit = self._limiter.hit if is_counted else self._limiter.test
        for rate in self._rates[name]:
            try:
                if not await _now(hit(rate, name, key)):
                    until = (await _now(self._limiter.get_window_stats(rate, name, key))).reset_time
                    raise TooOften(f"At most {_in_words(rate)}.", retry_after=max(1, math.ceil(until - time.time())))
            except StorageError as error:
                raise LimitsUnavailable(f"Nobody can be counted: {error.storage_error}") from error


def is_rate(text: str) -> bool:
    """Whether a text says how often."""
    try:
        return bool(parse_many(text))
    except ValueError:
        return False


def _pool(url: str, *, seconds: float) -> "BlockingConnectionPool":
    """Return connections that give up after a moment: who cannot be counted is not let in, and need not wait."""
    try:
        from redis.asyncio import BlockingConnectionPool
    except ImportError as error:
        raise LimitsUnavailable("SUPPORT_BOT_LIMITS_URL needs the extra: pip install 'support-bot[redis]'.") from error
    return BlockingConnectionPool.from_url(
        url, max_connections=_CONNECTIONS, timeout=seconds, socket_timeout=seconds, socket_connect_timeout=seconds
    )


def _redis_storage(url: str, pool: "BlockingConnectionPool") -> RedisStorage:
    options: dict[str, Any] = {"connection_pool": pool}  # handed on as it is, whatever the signature says
    return RedisStorage(f"async+{url}", wrap_exceptions=True, implementation="redispy", **options)


async def _now(found: _T | Awaitable[_T]) -> _T:
    return await found if isawaitable(found) else found


def _counted(asker: Principal, address: str) -> Iterator[tuple[str, str]]:
    if asker.is_one_of_many:
        yield "visitor", f"{asker.site}:{asker.owner}"
    if asker.is_one_of_many and not asker.user:  # a service's users come from its own address
        yield "address", f"{asker.site}:{_household(address)}"
    yield "site", asker.site
    yield "everybody", ""


def _household(address: str) -> str:
    """Return what an address is counted as: of IPv6, everything that one household has."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if not isinstance(found, IPv6Address):
        return str(found)
    return str(found.ipv4_mapped or ip_network((found, _SUBNET), strict=False))


def _in_words(rate: RateLimitItem) -> str:
    return f"{rate.amount} in {rate.multiples} {rate.GRANULARITY.name}{'s' if rate.multiples > 1 else ''}"
