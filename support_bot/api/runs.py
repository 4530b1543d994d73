"""Turn a question that is kept into an answer that outlives the connection it was asked on.

    kept in the store -> answered by a task of its own -> read by whoever asked, now or after a cut -> kept

The same request, sent twice, is one question with one answer. An answer that nobody reads any more is finished for a
short while, for an asker who may come back for the rest; then it is cut off.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack, aclosing
from typing import Annotated
from weakref import WeakValueDictionary

from fastapi import Depends, Request

from support_bot.access.admission import Admission
from support_bot.access.errors import TokenRefused
from support_bot.access.principal import Principal
from support_bot.answering.events import AnswerEvent
from support_bot.api.incidents import Incidents
from support_bot.api.problems import ServerRestarting, problem
from support_bot.api.recorded import recorded
from support_bot.api.run import Cut, Events, Run
from support_bot.api.unkept import Unkept
from support_bot.api.wire import Message, frames, last_frames, whole_answer
from support_bot.conversations.departures import Departures
from support_bot.conversations.errors import StoreError, StoreUnavailable
from support_bot.conversations.records import Asked, Kept
from support_bot.conversations.store import ConversationStore

logger = logging.getLogger(__name__)


class Runs:
    """The answers that are being given, and the store that outlives them."""

    def __init__(
        self,
        *,
        store: ConversationStore,
        admission: Admission,
        model: str,
        resume_seconds: float,
        answer_unrecorded: bool,
        incidents: Incidents,
    ) -> None:
        self.store = store
        self._admission = admission
        self._model = model
        self._resume_seconds = resume_seconds
        self._answer_unrecorded = answer_unrecorded
        self.is_leaving = False
        self._incidents = incidents
        self._departures = Departures()
        self._runs: dict[str, Run] = {}
        self._unkept = Unkept(self._keep)
        # Of requests that are about to begin: so the same one finds the answer that it has begun.
        self._beginning: WeakValueDictionary[tuple[str, str], asyncio.Lock] = WeakValueDictionary()

    async def begin(
        self,
        asked: Asked,
        *,
        asker: Principal,
        message: Message,
        events: Callable[[], Awaitable[Events]],
        seconds_alone: float | None = None,
    ) -> Run | Kept:
        """Return the answer to a question that is kept first, or what the same request has been answered.

        It goes on without a reader for so many seconds, else for as long as the settings say. Raises KeyReused, Refused
        while there is no place for it, StoreUnavailable unless answers may go unrecorded, and ServerRestarting.
        """
        if self.is_leaving:
            raise ServerRestarting
        once = (asked.owner, asked.key or asked.message_id)
        async with self._beginning.setdefault(once, asyncio.Lock()), AsyncExitStack() as place:
            earlier, is_recorded = await self._repeated(asked), True
            if earlier is None:
                await place.enter_async_context(self._admission.place(asker))
                earlier, is_recorded = await self._recorded(asked)
            if earlier is not None:
                self._incidents.repeated()
                run = self._runs.get(earlier.message_id)
                if run is None and earlier.status == "running":  # it may have ended while it was read
                    earlier = await self._repeated(asked) or earlier
                return run or earlier
            alone = self._resume_seconds if seconds_alone is None else seconds_alone
            run = Run(message, asked.owner, seconds_alone=alone)
            return await self._begun(run, events(), place=place.pop_all(), is_recorded=is_recorded)

    async def begin_once(
        self, typed: str, *, asker: Principal, message: Message, events: Callable[[], Awaitable[Events]]
    ) -> Run:
        """Return the answer to a question of somebody who neither asks it twice nor comes back for the rest."""
        asked = Asked(
            message_id=message.id,
            owner=asker.owner,
            conversation=message.conversation_id,
            typed=typed,
            key="",
            digest="",
        )
        run = await self.begin(asked, asker=asker, message=message, events=events, seconds_alone=0.0)
        assert isinstance(run, Run)  # noqa: S101 - without a key there is nothing earlier
        return run

    async def begin_unrecorded(
        self, *, asker: Principal, message: Message, events: Callable[[], Awaitable[Events]]
    ) -> Run:
        """Return what is written for whoever does not come back for the rest, and of which nothing is kept.

        Raises Refused while there is no place for it, and ServerRestarting.
        """
        if self.is_leaving:
            raise ServerRestarting
        async with AsyncExitStack() as place:
            await place.enter_async_context(self._admission.place(asker))
            run = Run(message, asker.owner, seconds_alone=0.0)
            return await self._begun(run, events(), place=place.pop_all(), is_recorded=False)

    def running(self, message_id: str, *, owner: str) -> Run | None:
        """Return an answer of this owner that is being given."""
        run = self._runs.get(message_id)
        return run if run is not None and run.owner == owner else None

    async def earlier(self, conversation: str, *, owner: str) -> list[Kept]:
        """Return what is kept of a conversation; nothing where answers may go unrecorded, and are."""
        ending = (run for run in self._runs.values() if run.is_written or run.cut)  # its reader may ask on already
        of_it = [run.task for run in ending if (run.owner, run.message.conversation_id) == (owner, conversation)]
        if tasks := [task for task in of_it if task is not None]:
            await asyncio.wait(tasks)  # whoever waits here and is let go takes none of them along
        try:
            return await asyncio.to_thread(self.store.conversation, conversation, owner=owner)
        except StoreUnavailable:
            if not self._answer_unrecorded:
                raise
            return []

    @property
    def count(self) -> int:
        """How many answers are being given."""
        return len(self._runs)

    def leave(self) -> None:
        """Begin no new answer: the server is about to end."""
        self.is_leaving = True

    async def check_stays(self, visitor: str) -> None:
        """Raise TokenRefused for a visitor who has become a customer."""
        if await self.has_left(visitor):
            raise TokenRefused("Whoever had this token has become a customer since. Ask for a new one.")

    async def has_left(self, visitor: str) -> bool:
        """Whether a visitor has become a customer; not known where answers may go unrecorded, and do."""
        known = self._departures.known(visitor)
        if known is not None:
            return known
        try:
            has_left = await asyncio.to_thread(self.store.has_left, visitor)
        except StoreUnavailable:
            if not self._answer_unrecorded:
                raise
            return False
        self._departures.note(visitor, has_left=has_left)
        return has_left

    async def hand_over(self, conversation: str, *, visitor: str, customer: str) -> None:
        """Make a visitor's conversation that of the customer who they have become; they have no other one."""
        try:
            has_come = await asyncio.to_thread(self.store.hand_over, conversation, visitor=visitor, customer=customer)
        except StoreUnavailable as error:
            if not self._answer_unrecorded:
                raise
            logger.warning("A customer's conversation stays behind. %s", error)
            return
        self._departures.note(visitor, has_left=True)
        for run in self._runs.values():
            if has_come and (run.owner, run.message.conversation_id) == (visitor, conversation):
                run.owner = customer

    def stop(self, why: Cut, *, owner: str | None = None, conversation: str | None = None) -> None:
        """Cut off the answers of an owner, of one conversation of theirs, or all."""
        for run in list(self._runs.values()):
            is_owners = owner is None or run.owner == owner
            if is_owners and (conversation is None or run.message.conversation_id == conversation):
                run.stop(why)

    async def close(self) -> None:
        """Cut off all answers, and return once they are kept as far as they came."""
        self.stop("restarting")
        await asyncio.gather(*(run.task for run in list(self._runs.values()) if run.task is not None))
        await self._unkept.close()

    async def _begun(self, run: Run, events: Awaitable[Events], *, place: AsyncExitStack, is_recorded: bool) -> Run:
        run.task = asyncio.create_task(self._answer(run, events, place=place, is_recorded=is_recorded))
        await asyncio.sleep(0)  # it has begun
        return run

    async def _repeated(self, asked: Asked) -> Kept | None:
        """Return what the same request has begun before: it needs no place."""
        if not asked.key:
            return None
        try:
            return await asyncio.to_thread(self.store.earlier, asked)
        except StoreUnavailable:
            return None  # whoever wants to keep the question is told

    async def _recorded(self, asked: Asked) -> tuple[Kept | None, bool]:
        """Return what the same request has begun before, else nothing, and whether the question is kept."""
        try:
            return await asyncio.to_thread(self.store.begin, asked), True
        except StoreUnavailable as error:
            if not self._answer_unrecorded:
                raise
            logger.warning("Answering without a record. %s", error)
            return None, False

    async def _answer(self, run: Run, events: Awaitable[Events], *, place: AsyncExitStack, is_recorded: bool) -> None:
        self._runs[run.message.id] = run  # not before it has begun: what is cut off earlier ends without its end
        async with place:
            await self._finish(run, events, is_recorded=is_recorded)

    async def _finish(self, run: Run, events: Awaitable[Events], *, is_recorded: bool) -> None:
        try:
            await self._write(run, events)
        except asyncio.CancelledError:  # cut off: the reader is told, and what was written is kept
            reason = problem("server-restarting") if run.cut == "restarting" else None
            run.frames += last_frames(run.message, sequence=len(run.frames), reason=reason)
        run.is_written = True
        run.tell()
        try:
            if run.frames:
                run.answer = await whole_answer(_again(run.events), message=run.message)
                run.answer.status = "interrupted" if run.cut or run.failure else run.answer.status
            if is_recorded:
                await self._keep(run)
        except StoreError as error:
            logger.error("The answer %s is not kept yet. %s", run.message.id, error)
            self._unkept.add(run)
        finally:
            del self._runs[run.message.id]
            run.is_over = True
            run.tell()

    async def _write(self, run: Run, events: Awaitable[Events]) -> None:
        try:
            found = await events
        except Exception as error:  # told as an HTTP status: nothing has been sent yet
            run.failure = error
            return

        async def noted() -> Events:
            try:
                async with aclosing(found):
                    async for event in found:
                        run.note(event)
                        yield event
            except Exception as error:
                run.failure = error
                raise

        async with aclosing(frames(noted(), message=run.message)) as written:
            async for frame in written:
                run.frames.append(frame)
                run.tell()

    async def _keep(self, run: Run) -> None:
        if run.answer is None:
            await asyncio.to_thread(self.store.release, run.message.id)
            return
        await asyncio.to_thread(self.store.finish, run.message.id, recorded(run.answer, run, model=self._model))


async def _again(events: list[AnswerEvent]) -> Events:
    for event in events:
        yield event


def _runs(request: Request) -> Runs:
    runs: Runs = request.app.state.runs
    return runs


RunsDependency = Annotated[Runs, Depends(_runs)]
