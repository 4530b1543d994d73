import asyncio
import time
from contextlib import closing, suppress
from pathlib import Path

from sqlalchemy import update

from support_bot.conversations.database import database_url, opened
from support_bot.conversations.records import Asked
from support_bot.conversations.retention import keep_sweeping
from support_bot.conversations.schema import conversations
from support_bot.conversations.store import ConversationStore


async def test_what_was_said_too_long_ago_is_erased(tmp_path: Path) -> None:
    engine = opened(database_url("", data_dir=tmp_path))
    with closing(ConversationStore(engine, site="default")) as store:
        for name, days in (("c_new", 6), ("c_old", 8)):
            store.begin(Asked(f"m_{name}", owner="a", conversation=name, typed="?", key="", digest=""))
            with engine.begin() as connection:
                changed = update(conversations).where(conversations.c.name == name)
                connection.execute(changed.values(changed=time.time() - days * 86_400))
        sweeping = asyncio.create_task(keep_sweeping(store, days=7))
        while await asyncio.to_thread(lambda: len(list(store.exported())) > 1):
            pass
        sweeping.cancel()
        with suppress(asyncio.CancelledError):
            await sweeping
        assert [kept.conversation for kept in store.exported()] == ["c_new"]


class _Noting:
    """Notes what is to be erased, and erases nothing."""

    def __init__(self) -> None:
        self.asked: asyncio.Queue[float] = asyncio.Queue()
        self._loop = asyncio.get_running_loop()

    def sweep(self, *, before: float) -> int:
        self._loop.call_soon_threadsafe(self.asked.put_nowait, before)
        return 0


async def test_where_all_is_kept_nothing_is_too_old(tmp_path: Path) -> None:
    noting = _Noting()
    sweeping = asyncio.create_task(keep_sweeping(noting, days=0))
    assert await noting.asked.get() == 0.0
    sweeping.cancel()
    with suppress(asyncio.CancelledError):
        await sweeping
