"""Tell the servers of a site from each other, so that what a dead one was answering is told, and a living one's is not.

Every server says every few seconds that it lives. One that has not for a while is taken for dead by the others; one
whose process has ended on this very machine is at once, so that a server that is started again knows what it left.
Times are those of the database's own machine: the servers' clocks may differ.
"""

import asyncio
import logging
import os
import socket
import time
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    Float,
    Update,
    cast,
    delete,
    extract,
    func,
    insert,
    literal,
    or_,
    select,
    update,
)

from support_bot.conversations.database import transaction
from support_bot.conversations.errors import StoreError
from support_bot.conversations.schema import conversations, messages, servers

_BEAT_SECONDS = 5.0
_DEAD_AFTER = 60.0  # seconds of silence: to be late does less harm than to be wrong

logger = logging.getLogger(__name__)


class Servers:
    """The servers of a site, of which this is one."""

    def __init__(
        self,
        engine: Engine,
        *,
        site: str,
        server: str,
        place: str = "",
        pid: int = 0,
        dead_after: float = _DEAD_AFTER,
    ) -> None:
        """`place` is where `pid` names a process: here and this one, where nothing else is said."""
        self._engine = engine
        self._site = site
        self._server = server
        self._place = place or _here()
        self._pid = pid or os.getpid()
        self._dead_after = dead_after

    def live(self) -> int:
        """Say that this server lives, note that what dead ones were answering is cut off, and return how much it was.

        The same requests may ask anew. A server that was taken for dead and lives on still keeps its answers.
        """
        with transaction(self._engine) as connection:
            now = _now(self._engine)
            row = {"site": self._site, "place": self._place, "pid": self._pid, "seen": now}
            if not connection.execute(update(servers).where(servers.c.id == self._server).values(**row)).rowcount:
                connection.execute(insert(servers).values(id=self._server, **row))
            for server in self._dead(connection, now=now):
                connection.execute(delete(servers).where(servers.c.id == server))
            return connection.execute(_abandoned(self._site)).rowcount

    def leave(self) -> None:
        """Say that this server ends."""
        with transaction(self._engine) as connection:
            connection.execute(delete(servers).where(servers.c.id == self._server))

    def _dead(self, connection: Connection, *, now: ColumnElement[float]) -> list[str]:
        silent = servers.c.seen < now - self._dead_after
        found = select(servers.c.id, servers.c.place, servers.c.pid, silent.label("is_silent"))
        others = connection.execute(found.where(servers.c.site == self._site, servers.c.id != self._server))
        return [row.id for row in others if row.is_silent or (row.place == self._place and not _is_there(row.pid))]


async def keep_living(servers: Servers, *, interrupted: Callable[[int], None]) -> None:
    """Say every few seconds that this server lives, and tell of what others left, until this is cancelled."""
    while True:
        await asyncio.sleep(_BEAT_SECONDS)
        try:
            interrupted(await asyncio.to_thread(servers.live))
        except StoreError as error:
            logger.warning("Other servers may take this one for dead. %s", error)


def _abandoned(site: str) -> Update:
    of_site = select(conversations.c.id).where(conversations.c.site == site)
    of_nobody = or_(messages.c.server.is_(None), messages.c.server.not_in(select(servers.c.id)))
    running = update(messages).where(messages.c.status == "running", messages.c.conversation.in_(of_site), of_nobody)
    return running.values(status="interrupted", idempotency_key=None)


def _now(engine: Engine) -> ColumnElement[float]:
    if engine.dialect.name == "postgresql":
        return cast(extract("epoch", func.clock_timestamp()), Float)
    return literal(time.time())


def _here() -> str:
    """Return what no other machine, nor another container on it, is called: where a process has its number."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        return f"{boot} {Path('/proc/self/ns/pid').readlink()}"
    except OSError:
        return socket.gethostname()


def _is_there(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        pass  # somebody else's
    return True
