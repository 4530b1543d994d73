"""How an answer begins and ends, however it is cut off. Over HTTP: `test_conversations`."""

import asyncio
from contextlib import closing
from pathlib import Path

from support_bot.access.admission import Admission
from support_bot.access.principal import Principal
from support_bot.api.incidents import Incidents
from support_bot.api.run import Events
from support_bot.api.runs import Runs
from support_bot.api.wire import Message
from support_bot.conversations.database import database_url, opened
from support_bot.conversations.store import ConversationStore

_ASKER = Principal(kind="visitor", site="default", owner="visitor:v", audience="public")


async def _never() -> Events:
    await asyncio.Event().wait()
    raise AssertionError


async def test_an_answer_that_is_stopped_at_the_moment_it_begins_gives_its_place_back(tmp_path: Path) -> None:
    with closing(ConversationStore(opened(database_url("", data_dir=tmp_path)), site="default")) as store:
        runs = Runs(
            store=store,
            admission=Admission(places=1, each=1, shed=lambda _: None),
            model="",
            resume_seconds=0,
            answer_unrecorded=False,
            incidents=Incidents(),
        )

        async def begin() -> None:
            await runs.begin_unrecorded(asker=_ASKER, message=Message("http://a", "c"), events=_never)

        async def stop(turns: int) -> None:
            for _ in range(turns):
                await asyncio.sleep(0)
            runs.stop("stopped")

        for turns in range(4):
            await asyncio.gather(begin(), stop(turns))
            runs.stop("stopped")
            for _ in range(100):  # turns of the loop, of which an end takes a few
                await asyncio.sleep(0)
            assert runs.count == 0
        await runs.close()
