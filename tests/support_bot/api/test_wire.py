import json
from collections.abc import AsyncGenerator

import pytest

from support_bot.answering.events import AnswerEvent, Delta, Done, Status, Verdict
from support_bot.api.wire import Message, frames, primed, whole_answer
from support_bot.llm.pricing import Usage


def _message() -> Message:
    return Message(base_url="http://here", conversation_id="c_1")


async def _answer(*events: AnswerEvent | Exception) -> AsyncGenerator[AnswerEvent, None]:
    for event in events:
        if isinstance(event, Exception):
            raise event
        yield event


async def test_what_fails_while_searching_fails_before_the_stream() -> None:
    with pytest.raises(LookupError):
        await primed(_answer(Status("searching", "How?"), LookupError("no index")))


async def test_a_primed_answer_loses_nothing() -> None:
    events: list[AnswerEvent] = [Status("searching"), Status("reading"), Delta("x"), Done("complete", Usage())]
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


async def test_a_whole_answer_has_the_verdict_and_the_usage() -> None:
    usage = Usage(input_tokens=10, cached_tokens=4, output_tokens=2, cost=0.5)
    events = _answer(
        Delta("a"), Delta("b"), Verdict("answered", "generated", 0.87654, "llm_auth"), Done("complete", usage)
    )
    answer = await whole_answer(events, message=_message())
    assert (answer.text, answer.outcome, answer.confidence, answer.degraded) == ("ab", "answered", 0.877, "llm_auth")
    assert (answer.usage.cached_tokens, answer.cost) == (4, 0.5)
    assert answer.ms.first_token is not None
