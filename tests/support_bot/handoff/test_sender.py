"""Each handoff is delivered once, whatever happens between: see the faults that tests.desks knows."""

import asyncio
import random
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from multiprocessing.synchronize import Event
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr

from support_bot.conversations.database import database_url, opened
from support_bot.conversations.store import ConversationStore
from support_bot.handoff.built import helpdesk_of
from support_bot.handoff.helpdesk import NotDelivered
from support_bot.handoff.outbox import Outbox
from support_bot.handoff.records import Handoff, Wanted
from support_bot.handoff.sender import Sender
from support_bot.handoff.settings import HandoffSettings
from tests.desks import ChatwootDesk, Desk, Fault, MailDesk, WebhookDesk, ZendeskDesk
from tests.faults import FORKS, SOAK

_COUNT = 1_000 if SOAK else 100
_FEW = 1_000 if SOAK else 12
_SECRET = SecretStr("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")


def _settings(desk: Desk | MailDesk) -> HandoffSettings:
    """Return the settings by which handoffs go to this helpdesk."""
    if isinstance(desk, MailDesk):
        return HandoffSettings(
            handoff_to="email",
            handoff_email_to="help@example.com",
            handoff_email_from="bot@example.com",
            handoff_smtp_host="127.0.0.1",
            handoff_smtp_port=desk.port,
            handoff_smtp_security="none",
        )
    if isinstance(desk, ZendeskDesk):
        return HandoffSettings(
            handoff_to="zendesk",
            handoff_zendesk_url=desk.url,
            handoff_zendesk_user="agent@example.com",
            handoff_zendesk_token=_SECRET,
        )
    if isinstance(desk, ChatwootDesk):
        return HandoffSettings(
            handoff_to="chatwoot",
            handoff_chatwoot_url=desk.url,
            handoff_chatwoot_account=1,
            handoff_chatwoot_inbox=7,
            handoff_chatwoot_token=_SECRET,
        )
    return HandoffSettings(handoff_to="webhook", handoff_webhook_url=desk.url, handoff_webhook_secret=_SECRET)


def _wanted(number: int) -> Wanted:
    return Wanted(
        f"h_{number:032x}",
        owner="a",
        conversation=f"c_{number % 7}",
        name="Ada",
        email=f"ada{number % 100}@example.com",
        message=f"My refund number {number} has not come.",
        key=f"{number}",
        digest="d",
    )


@pytest.fixture
def outbox(tmp_path: Path) -> Iterator[Outbox]:
    with closing(ConversationStore(opened(database_url("", data_dir=tmp_path)), site="default")) as store:
        yield Outbox(store.engine, site="default")


async def _deliver_all(outbox: Outbox, settings: HandoffSettings, *, held_seconds: float = 60.0) -> None:
    """Deliver until nothing waits, without pauses."""
    async with httpx.AsyncClient(trust_env=False) as client:
        helpdesk = helpdesk_of(settings, client=client)
        assert helpdesk is not None
        sender = Sender(
            outbox,
            helpdesk=helpdesk,
            tell=lambda _: None,
            pauses=(0.0,),
            held_seconds=held_seconds,
            look_seconds=0.01,
        )
        running = asyncio.create_task(sender.run())
        while (await asyncio.to_thread(outbox.waiting)).count:  # noqa: ASYNC110 - others deliver, too
            await asyncio.sleep(0.02)
        await sender.close(running)


def _sending(data_dir: Path, settings: HandoffSettings, may_begin: Event) -> None:
    """Deliver all in a process of its own; what one before it held when it was killed is due at once."""
    may_begin.wait()
    with closing(ConversationStore(opened(database_url("", data_dir=data_dir)), site="default")) as store:
        outbox = Outbox(store.engine, site="default")
        asyncio.run(_deliver_all(outbox, settings, held_seconds=0.0))


def _faults(count: int) -> Iterator[Fault]:
    """Yield what befalls the first requests: two deaths to begin with, then a fault in three, and a death in fifty."""
    drawn = random.Random(4711)
    chosen: tuple[Fault, ...] = ("503", "503 after", "cut", "cut after")
    deaths: tuple[Fault, ...] = ("kill", "kill after")
    yield from deaths
    for _ in range(count):
        chance = drawn.random()
        yield drawn.choice(deaths) if chance < 0.02 else drawn.choice(chosen) if chance < 0.33 else ""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("count", "desk"),
    [
        (_COUNT, ZendeskDesk(_faults(_COUNT), forgets=True)),
        (_FEW, ZendeskDesk(_faults(_FEW))),
        (_FEW, ChatwootDesk(_faults(_FEW))),
        (_FEW, WebhookDesk(_faults(_FEW))),
        (_FEW, MailDesk(_faults(_FEW))),
    ],
    ids=["zendesk after two hours", "zendesk", "chatwoot", "webhook", "mail"],
)
def test_p10_each_is_delivered_once_and_none_is_lost_whatever_happens_between(
    tmp_path: Path, outbox: Outbox, count: int, desk: Desk | MailDesk
) -> None:
    for number in range(count):
        outbox.put(_wanted(number))
    with desk:
        codes = [_sent_by_a_process(tmp_path, desk)]
        while codes[-1] == -9:
            codes.append(_sent_by_a_process(tmp_path, desk))
    assert (codes[-1], outbox.waiting().count) == (0, 0)
    assert codes[:2] == [-9, -9]
    assert Counter(desk.delivered()) == Counter(_wanted(number).id for number in range(count))


def _sent_by_a_process(data_dir: Path, desk: Desk | MailDesk) -> int | None:
    """Let a process deliver all, and return its exit code."""
    may_begin = FORKS.Event()
    process = FORKS.Process(target=_sending, args=(data_dir, _settings(desk), may_begin))
    process.start()
    assert process.pid is not None
    desk.faults.victim = process.pid
    may_begin.set()
    process.join()
    return process.exitcode


@pytest.mark.slow
async def test_several_senders_deliver_each_once(outbox: Outbox) -> None:
    for number in range(50):
        outbox.put(_wanted(number))
    with WebhookDesk() as desk:
        await asyncio.gather(*(_deliver_all(outbox, _settings(desk)) for _ in range(4)))
    assert len(desk.requests) == 50  # not one was sent twice
    assert len(desk.messages) == 50


class _Refusing:
    """A helpdesk that takes nothing, or breaks."""

    def __init__(self, *errors: Exception) -> None:
        self._errors = list(errors)
        self.repeated: list[bool] = []

    async def deliver(self, handoff: Handoff, *, is_repeated: bool) -> str:
        self.repeated.append(is_repeated)
        if self._errors:
            raise self._errors.pop(0)
        return "T-1"


async def _sent(outbox: Outbox, helpdesk: _Refusing, *, attempts: int, pauses: tuple[float, ...]) -> list[bool]:
    """Let a sender make so many attempts, and return which of them failed."""
    failed: list[bool] = []
    enough = asyncio.Event()

    def tell(has_failed: bool) -> None:
        failed.append(has_failed)
        if len(failed) == attempts:
            enough.set()

    sender = Sender(outbox, helpdesk=helpdesk, tell=tell, pauses=pauses, look_seconds=0.01)
    running = asyncio.create_task(sender.run())
    await enough.wait()
    await sender.close(running)
    return failed


async def test_what_fails_is_tried_again_and_told(outbox: Outbox) -> None:
    outbox.put(_wanted(1))
    helpdesk = _Refusing(NotDelivered("status 503"), ValueError("broken"))
    assert await _sent(outbox, helpdesk, attempts=3, pauses=(0.0,)) == [True, True, False]
    assert helpdesk.repeated == [False, True, True]
    found = outbox.handed_over(_wanted(1).id, owner="a")
    assert found is not None
    assert (found.is_delivered, found.ticket) == (True, "T-1")


async def test_one_that_fails_holds_up_no_other_and_waits_as_long_as_it_is_told(outbox: Outbox) -> None:
    outbox.put(_wanted(1))
    outbox.put(_wanted(2))
    helpdesk = _Refusing(NotDelivered("status 429", pause=3_600))
    assert await _sent(outbox, helpdesk, attempts=2, pauses=(0.0,)) == [True, False]
    waiting = outbox.waiting()
    assert (waiting.count, waiting.failing, waiting.error) == (1, 1, "status 429")


async def test_whoever_waits_for_an_attempt_is_told_when_it_was_made(outbox: Outbox) -> None:
    outbox.put(_wanted(1))
    sender = Sender(outbox, helpdesk=_Refusing(), tell=lambda _: None, look_seconds=600)
    running = asyncio.create_task(sender.run())
    await sender.tried(_wanted(1).id, seconds=600)
    outbox.put(_wanted(2))
    await sender.tried(_wanted(2).id, seconds=600)
    assert outbox.waiting().count == 0
    await sender.tried("h_unknown", seconds=0.01)
    await sender.close(running)
