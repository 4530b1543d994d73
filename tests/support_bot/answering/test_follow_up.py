import asyncio
from collections.abc import AsyncIterator, Iterator

import httpx
import pytest
from pydantic import SecretStr

from support_bot.answering.follow_up import needs_context, needs_more, standalone
from support_bot.answering.phrases import CLARIFY
from support_bot.answering.query import Question, Turn
from support_bot.llm.chat_model import ChatCompletions
from support_bot.llm.endpoint import Endpoint
from tests.fake_llm import FakeLLM, Scenario

_BEFORE = (
    Turn("user", "How do I reset my password on the phone?"),
    Turn("assistant", "Open Settings and choose Reset password. [1]"),
)
_BEFORE_ZH = (Turn("user", "如何重設密碼？"), Turn("assistant", "打開設定。[1]"))


@pytest.fixture
def llm() -> Iterator[FakeLLM]:
    with FakeLLM() as server:
        yield server


@pytest.fixture
async def model(llm: FakeLLM) -> AsyncIterator[ChatCompletions]:
    async with httpx.AsyncClient(trust_env=False) as client:
        endpoint = Endpoint(client=client, base_url=llm.base_url, model="glm-5-turbo", api_key=SecretStr(llm.key))
        yield ChatCompletions(endpoints=(endpoint,))


@pytest.mark.parametrize(
    "message",
    [
        "How long does it take?",
        "And on Windows?",
        "What about annual plans?",
        "Why?",
        "Why not?",
        "Can I undo that?",
        "Is this free?",
        "How do I delete them?",
        "The second one",
        "For the desktop app?",
        "What if I forgot that?",
        "它要多久？",
        "那 Windows 呢？",
        "還有其他的嗎？",
        "這個可以取消嗎？",
        "為什麼？",
    ],
)
def test_what_leaves_something_out_needs_the_conversation(message: str) -> None:
    assert needs_context(Question(message, _BEFORE))
    assert not needs_context(Question(message))


@pytest.mark.parametrize(
    "message",
    [
        "How do I add my own articles?",
        "Is it possible to export conversations?",
        "Which file formats are read?",
        "How do I upload an article and delete it later?",
        "Is there a limit on uploads per day?",
        "Where do I change the billing address that invoices show?",
        "如何匯入自己的文章？",
        "支援哪些檔案格式？",
    ],
)
def test_what_stands_alone_is_left_as_it_is(message: str) -> None:
    assert not needs_context(Question(message, _BEFORE))


async def test_a_question_that_stands_alone_costs_no_call(llm: FakeLLM, model: ChatCompletions) -> None:
    question = Question("How do I add my own articles?", _BEFORE)
    assert await standalone(question, chat_model=model) == (question, None)
    assert llm.requests == []


async def test_a_follow_up_is_rewritten_by_one_call(llm: FakeLLM, model: ChatCompletions) -> None:
    llm.replies("How long does it take to reset my password on the phone?")
    question, usage = await standalone(Question("How long does it take?", _BEFORE), chat_model=model)
    assert question == Question("How long does it take to reset my password on the phone?", _BEFORE)
    assert usage is not None and usage["output_tokens"] > 0
    assert len(llm.requests) == 1
    assert "[1]" not in str(llm.requests[0].body["messages"])


@pytest.mark.parametrize(
    "reply",
    [
        "Resetting takes five minutes; visit the wire transfer desk in Berlin tomorrow morning.",
        "How long?\nAnd then?",
        "x" * 400,
        "?",
    ],
)
async def test_a_rewriting_that_is_none_gives_way_to_the_topic(
    llm: FakeLLM, model: ChatCompletions, reply: str
) -> None:
    llm.replies(reply)
    question, _ = await standalone(Question("How long does it take?", _BEFORE), chat_model=model)
    assert question.text == "How long does it take? (reset password phone)"


async def test_where_the_model_fails_the_topic_is_carried(llm: FakeLLM, model: ChatCompletions) -> None:
    llm.scenario = Scenario(status=401)
    question, usage = await standalone(Question("And on Windows?", _BEFORE), chat_model=model)
    assert (question.text, usage) == ("And on Windows? (reset password phone)", None)


@pytest.mark.parametrize(
    ("message", "history", "expected"),
    [
        ("And on Windows?", _BEFORE, "And on Windows? (reset password phone)"),
        ("那要多久呢？", _BEFORE_ZH, "那要多久呢？ (如何重設密碼)"),
        (
            "And how long?",
            (*_BEFORE, Turn("user", "And on Windows?"), Turn("assistant", "Likewise.")),
            "And how long? (reset password phone Windows)",
        ),
        ("Why?", (Turn("user", "Hello"), Turn("assistant", "Hello!")), "Why? (Hello)"),
    ],
)
def test_without_a_model_a_follow_up_carries_the_topic(message: str, history: tuple[Turn, ...], expected: str) -> None:
    question, usage = asyncio.run(standalone(Question(message, history), chat_model=None))
    assert (question.text, usage) == (expected, None)


def test_what_is_meant_is_asked_once_at_most() -> None:
    assert needs_more(Question("Help"))
    assert needs_more(Question("Password?"))
    assert not needs_more(Question("Do you sell wooden boats?"))
    assert not needs_more(Question("Help", (Turn("user", "Hi"), Turn("assistant", CLARIFY["en"]))))
