import asyncio
import json
from collections.abc import AsyncGenerator
from dataclasses import replace

import pytest

from support_bot.answering.events import AnswerEvent, Delta, Done, Status, Usage, Verdict
from support_bot.api.wire import Message, frames, link, primed, whole_answer, with_heartbeat
from tests.knowledge.passages import passage


def _message() -> Message:
    return Message(base_url="http://here", conversation_id="c_1")


async def _answer(*events: AnswerEvent | Exception) -> AsyncGenerator[AnswerEvent, None]:
    for event in events:
        if isinstance(event, Exception):
            raise event
        yield event


async def test_what_fails_while_searching_fails_before_the_stream() -> None:
    with pytest.raises(LookupError):
        await primed(_answer(Status("searching"), LookupError("no index")))


async def test_a_primed_answer_loses_nothing() -> None:
    events = [Status("searching"), Status("reading"), Delta("x"), Done("complete", Usage())]
    assert [event async for event in await primed(_answer(*events))] == events


async def test_what_breaks_in_the_middle_is_an_error_and_still_one_done() -> None:
    broken = _answer(Status("searching"), Delta("x"), RuntimeError("secret"))
    sent = [frame.decode() async for frame in frames(broken, message=_message())]
    assert [frame.split("\n")[1] for frame in sent] == [
        "event: meta",
        "event: status",
        "event: delta",
        "event: error",
        "event: done",
    ]
    assert "secret" not in "".join(sent)
    assert json.loads(sent[-1].split("data: ")[1])["status"] == "interrupted"


async def test_a_silent_stream_has_a_heartbeat() -> None:
    async def slow() -> AsyncGenerator[bytes, None]:
        yield b"one"
        await asyncio.sleep(0.2)
        yield b"two"

    sent = [piece async for piece in with_heartbeat(slow(), seconds=0.05)]
    assert sent[0] == b"one"
    assert sent[-1] == b"two"
    assert set(sent[1:-1]) == {b": ping\n\n"}


async def test_a_reader_that_leaves_closes_the_stream() -> None:
    closed = asyncio.Event()

    async def endless() -> AsyncGenerator[bytes, None]:
        try:
            yield b"one"
            await asyncio.Event().wait()
        finally:
            closed.set()

    async def read() -> None:
        async for _ in with_heartbeat(endless()):
            pass

    reading = asyncio.create_task(read())
    await asyncio.sleep(0.01)
    reading.cancel()
    await asyncio.wait({reading})
    await asyncio.wait_for(closed.wait(), timeout=5)


async def test_a_whole_answer_has_the_verdict_and_the_usage() -> None:
    usage = Usage(input_tokens=10, cached_tokens=4, output_tokens=2, cost=0.5)
    events = _answer(
        Delta("a"), Delta("b"), Verdict("answered", "generated", 0.87654, "llm_auth"), Done("complete", usage)
    )
    answer = await whole_answer(events, message=_message())
    assert (answer.text, answer.outcome, answer.confidence, answer.degraded) == ("ab", "answered", 0.877, "llm_auth")
    assert (answer.usage.cached_tokens, answer.cost) == (4, 0.5)
    assert answer.ms.first_token is not None


@pytest.mark.parametrize(
    ("url", "anchor", "address"),
    [
        ("", "part", "http://here/sources/d?start=3&end=7#cited"),
        ("https://help.example/a", "part", "https://help.example/a#part"),
        ("https://help.example/a#own", "part", "https://help.example/a#own"),
        ("/help/a", "", "http://here/help/a"),
    ],
)
def test_a_link_leads_to_the_passage(url: str, anchor: str, address: str) -> None:
    cited = replace(passage("Text."), url=url, anchor=anchor)
    assert link(cited, start=3, end=7, base_url="http://here") == address
