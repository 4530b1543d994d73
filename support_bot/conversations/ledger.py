"""Keep what a site spends on its models, for all servers of the site together, so that no cap is overshot.

    reserve (what a call costs at most) -> the call -> settle (what it has cost)

A call is let through while what is spent and what is held back together are below each cap, so that a cap is overshot
by one call at most. What a server held back that died counts as spent in full once no call can last so long, since the
endpoint has been asked and may bill it. Days and months are those of UTC. Every method is one short transaction, and
those that change something are one at a time for each site; all of them block.
"""

import logging
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Engine, delete, func, insert, select
from sqlalchemy.dialects import postgresql, sqlite

from support_bot.conversations.database import transaction
from support_bot.conversations.errors import CapReached
from support_bot.conversations.schema import reservations, spending

_GRACE_SECONDS = 60.0  # beyond the time that a call has
_WARNED_AT = 0.8  # of a cap

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Caps:
    """What may be spent in US dollars; 0 for no cap."""

    daily: float = 0.0
    monthly: float = 0.0


@dataclass(frozen=True, slots=True)
class Reservation:
    """What is held back for one call."""

    id: str
    day: str
    cost: float


@dataclass(frozen=True, slots=True)
class Spent:
    """What has been spent in a period, in US dollars."""

    period: str  # a day or a month: 2026-11-25, 2026-11
    calls: int
    cost: float
    held: float = 0.0  # back, for calls that are being made
    cap: float = 0.0  # 0 for none

    @property
    def is_reached(self) -> bool:
        """Whether nothing more may be spent."""
        return 0 < self.cap <= self.cost + self.held

    @property
    def is_near(self) -> bool:
        """Whether most of it is spent."""
        return 0 < self.cap * _WARNED_AT <= self.cost


class Ledger:
    """What one site spends."""

    def __init__(self, engine: Engine, *, site: str, caps: Caps, now: Callable[[], float] = time.time) -> None:
        self._engine = engine
        self._site = site
        self._caps = caps
        self._now = now
        self._told: set[str] = set()  # the periods whose end has been told of

    @property
    def has_caps(self) -> bool:
        """Whether there is something that must not be overshot."""
        return bool(self._caps.daily or self._caps.monthly)

    def reserve(self, cost: float, *, seconds: float) -> Reservation:
        """Hold back what a call costs at most that takes so many seconds at most. Raises CapReached."""
        now = self._now()
        with self._locked() as connection:
            self._book_abandoned(connection, now=now)
            for spent in self._standing(connection, now=now) if self.has_caps else ():
                if spent.is_reached:
                    self._tell(spent)
                    raise CapReached(f"${spent.cost:.2f} of ${spent.cap:g} for {spent.period} are spent")
            reserved = Reservation(uuid.uuid4().hex, _day(now), cost)
            row = {"id": reserved.id, "site": self._site, "day": reserved.day, "cost": cost}
            connection.execute(insert(reservations).values(ends=now + seconds + _GRACE_SECONDS, **row))
        return reserved

    def settle(self, reserved: Reservation, cost: float) -> None:
        """Spend what a call has cost, and hold back nothing for it any more."""
        with self._locked() as connection:
            is_held = connection.execute(delete(reservations).where(reservations.c.id == reserved.id)).rowcount > 0
            if is_held:
                self._book(connection, reserved.day, cost=cost, calls=1)
            else:  # it took so long that it was given up, and was booked in full
                self._book(connection, reserved.day, cost=cost - reserved.cost, calls=0)

    def standing(self) -> tuple[Spent, Spent]:
        """Return what has been spent today and this month."""
        now = self._now()
        with transaction(self._engine, only_reads=True) as connection:
            today, month = self._standing(connection, now=now)
        return today, month

    def days(self, count: int) -> list[Spent]:
        """Return what was spent on the last days on which anything was, the newest first."""
        is_day = (spending.c.site == self._site) & (func.length(spending.c.period) == len("2026-11-25"))
        found = select(spending).where(is_day).order_by(spending.c.period.desc()).limit(count)
        with transaction(self._engine, only_reads=True) as connection:
            return [Spent(row.period, row.calls, row.cost) for row in connection.execute(found)]

    def _standing(self, connection: Connection, *, now: float) -> tuple[Spent, Spent]:
        day = _day(now)
        return (
            self._spent(connection, day, cap=self._caps.daily),
            self._spent(connection, _month(day), cap=self._caps.monthly),
        )

    def _spent(self, connection: Connection, period: str, *, cap: float) -> Spent:
        booked = select(spending.c.calls, spending.c.cost).where(
            spending.c.site == self._site, spending.c.period == period
        )
        held = select(func.coalesce(func.sum(reservations.c.cost), 0.0)).where(
            reservations.c.site == self._site, reservations.c.day.startswith(period)
        )
        found = connection.execute(booked).one_or_none()
        calls, cost = (found.calls, found.cost) if found else (0, 0.0)
        return Spent(period, calls, cost, connection.execute(held).scalar_one(), cap)

    def _book_abandoned(self, connection: Connection, *, now: float) -> None:
        of_site = (reservations.c.site == self._site) & (reservations.c.ends < now)
        abandoned = delete(reservations).where(of_site).returning(reservations.c.day, reservations.c.cost)
        for row in connection.execute(abandoned).all():
            logger.warning("A call that was never settled counts as $%.6f.", row.cost)
            self._book(connection, row.day, cost=row.cost, calls=1)

    def _book(self, connection: Connection, day: str, *, cost: float, calls: int) -> None:
        totals = self._add(connection, ("", day, _month(day)), cost=cost, calls=calls)
        for period, cap in ((day, self._caps.daily), (_month(day), self._caps.monthly)):
            if cap > 0 and totals[period] - cost < cap * _WARNED_AT <= totals[period]:
                logger.warning(
                    "Site %r has spent $%.2f of the $%g that it may spend in %s.",
                    self._site,
                    totals[period],
                    cap,
                    period,
                )

    def _tell(self, spent: Spent) -> None:
        if spent.period not in self._told:
            self._told.add(spent.period)
            logger.warning(
                "Site %r has spent the $%g that it may spend in %s: articles are quoted from now on.",
                self._site,
                spent.cap,
                spent.period,
            )

    def _add(self, connection: Connection, periods: Sequence[str], *, cost: float, calls: int) -> dict[str, float]:
        """Add to what was spent in each of these periods, and return what that is then."""
        rows = [{"site": self._site, "period": period, "cost": cost, "calls": calls} for period in periods]
        added = postgresql.insert(spending) if self._engine.dialect.name == "postgresql" else sqlite.insert(spending)
        more: dict[str, Any] = {name: spending.c[name] + added.excluded[name] for name in ("cost", "calls")}
        statement = added.values(rows).on_conflict_do_update(index_elements=["site", "period"], set_=more)
        found = connection.execute(statement.returning(spending.c.period, spending.c.cost))
        return {row.period: row.cost for row in found}

    @contextmanager
    def _locked(self) -> Iterator[Connection]:
        """Begin a transaction in which no other of this site is: its first act is to change one row."""
        with transaction(self._engine) as connection:
            if self._engine.dialect.name != "sqlite":  # which has one at a time in any case
                self._add(connection, ("",), cost=0.0, calls=0)
            yield connection


def _day(now: float) -> str:
    return datetime.fromtimestamp(now, UTC).date().isoformat()


def _month(day: str) -> str:
    return day[: len("2026-11")]
