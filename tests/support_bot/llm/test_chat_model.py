import asyncio
import dataclasses
import json
import socket
import sys
import threading
import traceback
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, aclosing, contextmanager, suppress
from typing import Any

import httpx
import pytest
from langchain_core.callbacks import AsyncCallbackHandler
from langchain_core.messages import AIMessage, HumanMessage, SystemMessage
from pydantic import SecretStr

from support_bot.llm.chat_model import ChatCompletions
from support_bot.llm.endpoint import Endpoint
from support_bot.llm.errors import ModelUnavailable
from support_bot.llm.retries import RetryBudget
from tests.fake_llm import FakeLLM, Scenario

ANSWER = "Hold the button for five seconds [1]. 燈會閃爍 [2]。"
MESSAGES = [SystemMessage("Answer from the passages."), HumanMessage("How do I reset my lamp?")]
UPSTREAM_WORDS = "words-of-the-endpoint"
_OF_AN_ENDPOINT = {field.name for field in dataclasses.fields(Endpoint)}


@pytest.fixture
def llm() -> Iterator[FakeLLM]:
    with FakeLLM() as server:
        server.replies(ANSWER)
        yield server


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(trust_env=False) as client:
        yield client


@pytest.fixture
def model(llm: FakeLLM, client: httpx.AsyncClient) -> ChatCompletions:
    return chat_model(llm, client)


def chat_model(llm: FakeLLM, client: httpx.AsyncClient, **settings: Any) -> ChatCompletions:
    reached = {"base_url": llm.base_url, "model": "glm-5-turbo", "api_key": SecretStr(llm.key), **settings}
    endpoint = Endpoint(client=client, **{name: value for name, value in reached.items() if name in _OF_AN_ENDPOINT})
    # Else one fault is one error: test_retries.py and test_faults.py have the rest.
    given = {"budget": RetryBudget(fewest=0), **settings}
    return ChatCompletions(
        endpoints=(endpoint,), **{name: value for name, value in given.items() if name not in _OF_AN_ENDPOINT}
    )


async def streamed(model: ChatCompletions) -> tuple[str, ModelUnavailable | None]:
    """Return the text that came, and the error that ended it, if one did."""
    text = ""
    try:
        async for chunk in model.astream(MESSAGES):
            text += chunk.text
    except ModelUnavailable as error:
        return text, error
    return text, None


async def fault(model: ChatCompletions) -> ModelUnavailable:
    """Return the error in place of an answer."""
    text, error = await streamed(model)
    assert text == ""
    assert error is not None
    return error


def stream_of(*frames: str, ended: bool = True) -> Scenario:
    """Return a scenario that sends these events, and ends the response as HTTP would have it or cuts it."""
    body = "".join(f"data: {frame}\n\n" for frame in frames).encode()
    length = len(body) if ended else len(body) + 1
    headers = ("content-type: text/event-stream", f"content-length: {length}", "connection: close")
    head = "\r\n".join(("HTTP/1.1 200 OK", *headers, "", ""))
    return Scenario(raw=head.encode() + body)


def delta(content: str | None = None, *, finish_reason: str | None = None, **fields: object) -> str:
    choice = {"index": 0, "delta": {"content": content, **fields}, "finish_reason": finish_reason}
    return json.dumps({"object": "chat.completion.chunk", "choices": [choice]})


STOP = delta(finish_reason="stop")
_MOST_BYTES = 32 * 1024 * 1024


@dataclasses.dataclass
class _Sent:
    """What an endless answer has come to."""

    count: int = 0  # bytes
    ended: threading.Event = dataclasses.field(default_factory=threading.Event)


@contextmanager
def _endless(head: bytes, piece: bytes) -> Iterator[tuple[int, _Sent]]:
    """Yield the port of a server that answers one request until its reader leaves, and what it has sent."""
    sent = _Sent()

    def answer() -> None:
        connection, _ = server.accept()
        with connection, suppress(OSError):
            connection.recv(65_536)
            connection.sendall(head)
            while sent.count < 2 * _MOST_BYTES:
                connection.sendall(piece)
                sent.count += len(piece)
        sent.ended.set()

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=answer, daemon=True)
        thread.start()
        yield server.getsockname()[1], sent
        thread.join(30)


class TestAnAnswer:
    async def test_is_streamed_word_by_word(self, model: ChatCompletions) -> None:
        texts = [chunk.text async for chunk in model.astream(MESSAGES)]

        assert "".join(texts) == ANSWER
        assert texts[:2] == ["Hold", " the"]

    async def test_is_the_same_when_awaited_whole(self, model: ChatCompletions) -> None:
        message = await model.ainvoke(MESSAGES)

        assert message.text == ANSWER
        assert message.usage_metadata is not None
        assert message.response_metadata["finish_reason"] == "stop"

    async def test_is_asked_for_in_openai_s_shape(self, llm: FakeLLM, client: httpx.AsyncClient) -> None:
        model = chat_model(llm, client, max_tokens=300, temperature=0.1, extra_body={"thinking": {"type": "disabled"}})

        await model.ainvoke(MESSAGES, stop=["END"], seed=7)

        assert llm.requests[0].headers["authorization"] == f"Bearer {llm.key}"
        assert llm.requests[0].body == {
            "model": "glm-5-turbo",
            "messages": [
                {"role": "system", "content": "Answer from the passages."},
                {"role": "user", "content": "How do I reset my lamp?"},
            ],
            "max_tokens": 300,
            "temperature": 0.1,
            "stop": ["END"],
            "thinking": {"type": "disabled"},
            "seed": 7,
            "stream": True,
            "stream_options": {"include_usage": True},
        }

    async def test_ends_with_its_usage_and_finish_reason(self, llm: FakeLLM, model: ChatCompletions) -> None:
        llm.then(Scenario(finish_reason="length"))

        *words, last = [chunk async for chunk in model.astream([HumanMessage("How? " * 200)])]

        assert all(word.usage_metadata is None for word in words)
        assert last.response_metadata["finish_reason"] == "length"
        assert last.usage_metadata is not None
        assert last.usage_metadata["output_tokens"] > 0

    async def test_counts_the_prompt_s_known_beginning_as_cached(self, model: ChatCompletions) -> None:
        question = HumanMessage("The same passages again. " * 40)
        first, second = await model.ainvoke([question]), await model.ainvoke([question])

        assert cached_tokens(first) == 0
        assert cached_tokens(second) >= 64

    async def test_leaves_its_connection_to_the_next(self, llm: FakeLLM, model: ChatCompletions) -> None:
        await model.ainvoke(MESSAGES)
        await model.ainvoke(MESSAGES)

        assert llm.connections == 1

    async def test_may_come_as_one_json_object(self, llm: FakeLLM, model: ChatCompletions) -> None:
        message = {"role": "assistant", "content": ANSWER}
        usage = {"prompt_tokens": 9, "completion_tokens": 8, "prompt_tokens_details": None}
        llm.then(
            Scenario(body=json.dumps({"choices": [{"message": message, "finish_reason": "stop"}], "usage": usage}))
        )

        text, last = [chunk async for chunk in model.astream(MESSAGES)]

        assert text.text == ANSWER
        assert last.usage_metadata is not None
        assert (last.usage_metadata["input_tokens"], last.usage_metadata["output_tokens"]) == (9, 8)

    async def test_needs_no_done_mark_after_its_finish_reason(self, llm: FakeLLM, model: ChatCompletions) -> None:
        llm.then(stream_of(delta("Yes."), STOP), stream_of(delta("Yes."), STOP, ended=False))

        assert await streamed(model) == ("Yes.", None)
        assert await streamed(model) == ("Yes.", None)

    async def test_is_not_held_up_by_an_endpoint_that_keeps_the_response_open(
        self, llm: FakeLLM, model: ChatCompletions
    ) -> None:
        llm.then(Scenario(stall_after=len(ANSWER.split()) + 6))

        assert await streamed(model) == (ANSWER, None)

    async def test_comes_through_null_deltas_thoughts_and_blanks(self, llm: FakeLLM, model: ChatCompletions) -> None:
        null = json.dumps({"choices": [{"index": 0, "delta": None}]})
        thought = delta(reasoning_content="The visitor asks whether")
        llm.then(stream_of(null, thought, delta("\n\n"), delta(" Yes"), '{"choices": []}', delta(" it is."), STOP))

        assert await streamed(model) == ("Yes it is.", None)

    async def test_survives_two_malformed_frames(self, llm: FakeLLM, model: ChatCompletions) -> None:
        llm.then(stream_of(delta("Yes"), '{"choices": [', "[" * 100_000, delta("."), STOP, "[DONE]"))

        assert await streamed(model) == ("Yes.", None)

    async def test_has_half_characters_replaced_which_could_not_be_sent_on(
        self, llm: FakeLLM, model: ChatCompletions
    ) -> None:
        llm.then(stream_of(delta("é \ud83d\ude00 \ud83d"), STOP))

        assert await streamed(model) == ("é 😀 \ufffd", None)

    async def test_that_a_filter_withheld_ends_without_text(self, llm: FakeLLM, model: ChatCompletions) -> None:
        llm.then(stream_of(delta(finish_reason="sensitive")))

        [last] = [chunk async for chunk in model.astream(MESSAGES)]

        assert last.response_metadata["finish_reason"] == "content_filter"


def cached_tokens(message: AIMessage) -> int:
    assert message.usage_metadata is not None
    return message.usage_metadata["input_token_details"]["cache_read"]


class TestAFaultBeforeTheText:
    async def test_nobody_listens(self, model: ChatCompletions, llm: FakeLLM, client: httpx.AsyncClient) -> None:
        with FakeLLM() as gone:
            base_url = gone.base_url

        error = await fault(chat_model(llm, client, base_url=base_url))

        assert error.kind == "connect"
        assert "SUPPORT_BOT_LLM_BASE_URL" in error.remedy

    @pytest.mark.slow
    @pytest.mark.skipif(sys.platform != "linux", reason="another system may take more than it was told to keep waiting")
    async def test_nobody_takes_the_connection_in_time(self, llm: FakeLLM, client: httpx.AsyncClient) -> None:
        with socket.create_server(("127.0.0.1", 0), backlog=0) as full, ExitStack() as waiting:
            for _ in range(8):  # more than it keeps waiting
                waiting.enter_context(caller := socket.socket()).setblocking(False)
                caller.connect_ex(full.getsockname())

            error = await fault(chat_model(llm, client, base_url=f"http://127.0.0.1:{full.getsockname()[1]}/v1"))

            assert error.kind == "connect"

    async def test_the_host_has_no_address(self, llm: FakeLLM, client: httpx.AsyncClient) -> None:
        error = await fault(chat_model(llm, client, base_url="http://no-such-host.invalid/v1"))

        assert error.kind == "dns"

    @pytest.mark.parametrize(("greeting", "kind"), [(b"HTTP/1.1 400 Bad Request\r\n\r\n", "tls"), (b"", "connect")])
    async def test_the_connection_cannot_be_made_secure(
        self, llm: FakeLLM, client: httpx.AsyncClient, greeting: bytes, kind: str
    ) -> None:
        async def greet(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.write(greeting)
            writer.close()

        async with await asyncio.start_server(greet, "127.0.0.1") as server:
            port = server.sockets[0].getsockname()[1]
            error = await fault(chat_model(llm, client, base_url=f"https://127.0.0.1:{port}/v1"))

        assert error.kind == kind

    async def test_the_address_is_none(self, llm: FakeLLM, client: httpx.AsyncClient) -> None:
        for base_url in ("", "ftp://files.invalid", "http://host:port"):
            assert (await fault(chat_model(llm, client, base_url=base_url))).kind == "connect"

    async def test_what_answers_does_not_speak_http(self, llm: FakeLLM, model: ChatCompletions) -> None:
        llm.then(Scenario(raw=b"220 mail ready\r\n"), Scenario(raw=b""), Scenario(raw=b"", reset=True))

        assert [(await fault(model)).kind for _ in range(3)] == ["connect"] * 3

    async def test_the_key_is_wrong(self, llm: FakeLLM, client: httpx.AsyncClient) -> None:
        error = await fault(chat_model(llm, client, api_key=SecretStr("sk-wrong")))

        assert error.kind == "auth"
        assert "RUNAPI_KEY" in error.remedy

    async def test_the_key_cannot_be_sent(self, llm: FakeLLM, client: httpx.AsyncClient) -> None:
        for key in ("sk-one\nsk-two", "sk-é"):
            assert (await fault(chat_model(llm, client, api_key=SecretStr(key)))).kind == "auth"
        assert llm.requests == []

    async def test_there_is_no_key(self, llm: FakeLLM, client: httpx.AsyncClient) -> None:
        assert (await fault(chat_model(llm, client, api_key=SecretStr("")))).kind == "auth"
        assert "authorization" not in llm.requests[0].headers

    @pytest.mark.parametrize(
        ("status", "code", "kind"),
        [
            (400, "", "bad_request"),
            (402, "", "billing"),
            (403, "", "auth"),
            (403, "insufficient_balance", "billing"),
            (404, "model_not_found", "bad_request"),
            (422, "", "bad_request"),
            (408, "", "timeout"),
            (429, "rate_limit_exceeded", "rate_limited"),
            (429, "insufficient_quota", "billing"),
            (500, "", "server"),
            (529, "overloaded", "server"),
        ],
    )
    async def test_a_status(self, llm: FakeLLM, model: ChatCompletions, status: int, code: str, kind: str) -> None:
        llm.then(Scenario(status=status, body=json.dumps({"error": {"message": UPSTREAM_WORDS, "code": code}})))

        error = await fault(model)

        assert error.kind == kind
        assert str(status) in str(error)
        assert UPSTREAM_WORDS not in str(error)

    @pytest.mark.parametrize("status", [400, 401, 402, 403, 404, 405, 413, 415, 422])
    async def test_a_status_that_another_attempt_would_not_change_is_not_tried_again(
        self, llm: FakeLLM, client: httpx.AsyncClient, status: int
    ) -> None:
        llm.scenario = Scenario(status=status)

        await fault(chat_model(llm, client, budget=RetryBudget(fewest=10)))

        assert len(llm.requests) == 1

    @pytest.mark.parametrize(
        ("header", "seconds"),
        [("7", 7.0), ("Sun, 06 Nov 1994 08:49:37 GMT", 0.0), ("Sun, 06 Nov 1994 08:49:37 -0000", 0.0), ("soon", None)],
    )
    async def test_a_rate_limit_says_how_long_to_wait(
        self, llm: FakeLLM, model: ChatCompletions, header: str, seconds: float | None
    ) -> None:
        llm.then(Scenario(status=429, headers={"retry-after": header}))

        assert (await fault(model)).retry_after == seconds

    async def test_an_error_page_that_never_ends(self, llm: FakeLLM, model: ChatCompletions) -> None:
        head = b"HTTP/1.1 502 Bad Gateway\r\ncontent-type: text/html\r\n\r\n<h1>"
        llm.then(Scenario(raw=head, stall_after=0))

        assert (await fault(model)).kind == "server"

    async def test_a_web_page(self, llm: FakeLLM, model: ChatCompletions) -> None:
        llm.then(Scenario(body=f"<h1>{UPSTREAM_WORDS}</h1>", headers={"content-type": "Text/HTML"}))

        error = await fault(model)

        assert error.kind == "bad_response"
        assert UPSTREAM_WORDS not in str(error)

    async def test_a_redirect_which_is_not_followed(self, llm: FakeLLM, model: ChatCompletions) -> None:
        with FakeLLM(key=llm.key) as elsewhere:
            llm.then(Scenario(status=307, headers={"location": f"{elsewhere.base_url}/chat/completions"}))

            error = await fault(model)

            assert error.kind == "bad_request"
            assert elsewhere.connections == 0

    @pytest.mark.parametrize(
        ("error", "kind"),
        [
            ({"code": 429, "message": UPSTREAM_WORDS}, "rate_limited"),
            ({"code": "502", "message": UPSTREAM_WORDS}, "server"),
            ({"type": "insufficient_quota", "message": UPSTREAM_WORDS}, "billing"),
            ({"code": "1234", "message": UPSTREAM_WORDS}, "bad_response"),
            (UPSTREAM_WORDS, "bad_response"),
        ],
    )
    async def test_an_error_inside_a_success(
        self, llm: FakeLLM, model: ChatCompletions, error: object, kind: str
    ) -> None:
        llm.then(Scenario(body=json.dumps({"error": error})), stream_of(json.dumps({"error": error})))

        for _ in range(2):
            raised = await fault(model)
            assert raised.kind == kind
            assert UPSTREAM_WORDS not in str(raised)

    async def test_other_json(self, llm: FakeLLM, model: ChatCompletions) -> None:
        llm.then(Scenario(body='{"status": "ok"}'), Scenario(body="["), Scenario(body=""), stream_of())

        assert [(await fault(model)).kind for _ in range(4)] == ["bad_response"] * 4

    async def test_a_compressed_body_which_could_grow_without_bounds(
        self, llm: FakeLLM, model: ChatCompletions
    ) -> None:
        llm.then(Scenario(body=b"\x1f\x8b", headers={"content-encoding": "gzip"}))

        assert (await fault(model)).kind == "bad_response"
        assert llm.requests[0].headers["accept-encoding"] == "identity"

    @pytest.mark.parametrize(
        "frames",
        [
            ['{"choices": []}', "[DONE]"],
            [delta(""), STOP, "[DONE]"],
            [delta(" \n"), STOP],
            [delta(reasoning_content="Hm."), delta(finish_reason="length")],
        ],
    )
    async def test_an_answer_without_text(self, llm: FakeLLM, model: ChatCompletions, frames: list[str]) -> None:
        llm.then(stream_of(*frames))

        assert (await fault(model)).kind == "empty"

    @pytest.mark.parametrize("stall_after", [0, 1])
    async def test_no_first_word_in_time(self, llm: FakeLLM, client: httpx.AsyncClient, stall_after: int) -> None:
        llm.then(Scenario(stall_after=stall_after))

        assert (await fault(chat_model(llm, client, first_token_seconds=0.2))).kind == "timeout"


class TestAFaultInTheText:
    """What came before it has been streamed."""

    async def test_a_stall(self, llm: FakeLLM, client: httpx.AsyncClient) -> None:
        llm.then(Scenario(stall_after=3))

        text, error = await streamed(chat_model(llm, client, idle_seconds=0.2))

        assert text == "Hold the"
        assert error is not None
        assert error.kind == "stall"

    async def test_keep_alives_in_place_of_text(self, llm: FakeLLM, client: httpx.AsyncClient) -> None:
        frames = b"data: " + delta("Hold").encode() + b"\n\n" + b": keep-alive\n\n" * 1_000
        head = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n"
        llm.then(Scenario(raw=head + frames, write_bytes=128, pause=0.02))

        text, error = await streamed(chat_model(llm, client, idle_seconds=0.3))

        assert text == "Hold"
        assert error is not None
        assert error.kind == "stall"

    async def test_no_end_in_time(self, llm: FakeLLM, client: httpx.AsyncClient) -> None:
        llm.replies("again " * 1_000)
        llm.then(Scenario(pause=0.02))

        text, error = await streamed(chat_model(llm, client, total_seconds=0.5))

        assert text.startswith("again")
        assert error is not None
        assert error.kind == "timeout"

    @pytest.mark.parametrize("reset", [False, True])
    async def test_a_lost_connection(self, llm: FakeLLM, model: ChatCompletions, reset: bool) -> None:
        llm.then(Scenario(close_after=3, reset=reset, pause=0.01))

        text, error = await streamed(model)

        assert "Hold the".startswith(text)
        assert error is not None
        assert error.kind == "truncated"

    @pytest.mark.parametrize(
        "frames",
        [
            [delta("Hold the")],
            [delta("Hold the"), "{", "{", "{", STOP],
            [delta("Hold the"), delta(finish_reason="network_error")],
        ],
    )
    async def test_an_answer_that_is_not_whole(self, llm: FakeLLM, model: ChatCompletions, frames: list[str]) -> None:
        llm.then(stream_of(*frames))

        text, error = await streamed(model)

        assert text == "Hold the"
        assert error is not None
        assert error.kind == "truncated"


class TestMoreThanAnAnswerMayHave:
    """It is cut, and ends as one that ran out of tokens."""

    @pytest.mark.parametrize(("max_tokens", "size"), [(300, 2_400), (1_000_000, 256 * 1024)])
    async def test_text(self, llm: FakeLLM, client: httpx.AsyncClient, max_tokens: int, size: int) -> None:
        llm.then(stream_of(*[delta("again " * 1_000)] * 50, STOP))

        message = await chat_model(llm, client, max_tokens=max_tokens).ainvoke(MESSAGES)

        assert len(message.text) == size
        assert message.response_metadata["finish_reason"] == "length"

    async def test_a_line_without_end(self, llm: FakeLLM, model: ChatCompletions) -> None:
        llm.then(stream_of(delta("Yes"), "x" * 2_000_000))

        message = await model.ainvoke(MESSAGES)

        assert (message.text, message.response_metadata["finish_reason"]) == ("Yes", "length")

    async def test_before_any_text_is_a_fault(self, llm: FakeLLM, model: ChatCompletions) -> None:
        llm.then(Scenario(body="x" * 2_000_000), stream_of("x" * 2_000_000))

        assert [(await fault(model)).kind for _ in range(2)] == ["oversize"] * 2

    @pytest.mark.parametrize("frame", [b"x", f"data: {delta('again ' * 9_000)}\n\n".encode()])
    async def test_is_not_read_on_and_on(self, llm: FakeLLM, client: httpx.AsyncClient, frame: bytes) -> None:
        piece = frame * (65_536 // len(frame) + 1)
        with _endless(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n", piece) as (port, sent):
            await streamed(chat_model(llm, client, base_url=f"http://127.0.0.1:{port}/v1"))
            await asyncio.to_thread(sent.ended.wait, 30)

        assert sent.ended.is_set()
        assert sent.count < _MOST_BYTES  # what the system's own buffers took included

    async def test_is_not_cut_in_the_middle_of_a_character(self, llm: FakeLLM, client: httpx.AsyncClient) -> None:
        llm.then(stream_of(delta("燈" * 100), STOP))

        assert (await chat_model(llm, client, max_tokens=1).ainvoke(MESSAGES)).text == "燈" * 2


class TestTheConsumer:
    async def test_who_leaves_closes_the_connection(self, llm: FakeLLM, model: ChatCompletions) -> None:
        llm.then(Scenario(stall_after=3))
        async with aclosing(model.astream(MESSAGES)) as chunks:  # type: ignore[type-var]
            async for _ in chunks:
                break

        assert await asyncio.to_thread(llm.client_left.wait, 10)

    async def test_who_is_cancelled_closes_the_connection(self, llm: FakeLLM, model: ChatCompletions) -> None:
        llm.then(Scenario(stall_after=3))
        first_word = asyncio.Event()

        async def read() -> None:
            async for _ in model.astream(MESSAGES):
                first_word.set()

        task = asyncio.create_task(read())
        await first_word.wait()
        task.cancel()

        with pytest.raises(asyncio.CancelledError):
            await task
        assert await asyncio.to_thread(llm.client_left.wait, 10)

    async def test_who_reads_slowly_is_not_a_stall(self, llm: FakeLLM, client: httpx.AsyncClient) -> None:
        llm.replies("One two.")
        text = ""
        async for chunk in chat_model(llm, client, idle_seconds=0.2, first_token_seconds=0.2).astream(MESSAGES):
            await asyncio.sleep(0.3)
            text += chunk.text

        assert text == "One two."

    def test_who_is_synchronous_is_told_so(self, llm: FakeLLM) -> None:
        model = chat_model(llm, httpx.AsyncClient())

        with pytest.raises(NotImplementedError, match="asynchronous only"):
            model.invoke(MESSAGES)
        with pytest.raises(NotImplementedError, match="asynchronous only"):
            next(iter(model.stream(MESSAGES)))


class Witness(AsyncCallbackHandler):
    """Keeps the words of everything that callbacks are told."""

    def __init__(self) -> None:
        self.seen = ""

    async def on_chat_model_start(self, *args: Any, **kwargs: Any) -> None:
        self.seen += repr((args, kwargs))

    async def on_llm_error(self, error: BaseException, **kwargs: Any) -> None:
        self.seen += repr((error, kwargs)) + "".join(traceback.format_exception(error))


class TestSecrets:
    """The key and the endpoint's address appear in nothing that is shown or logged."""

    def test_are_not_in_the_model_s_repr(self, model: ChatCompletions, llm: FakeLLM) -> None:
        assert llm.key not in f"{model!r} {model} {model.model_dump()}"
        assert llm.base_url not in f"{model!r} {model}"

    @pytest.mark.parametrize(
        "scenario",
        [Scenario(status=401), Scenario(status=500), Scenario(raw=b""), Scenario(raw=b"?"), Scenario(close_after=2)],
    )
    async def test_are_not_in_what_callbacks_and_tracebacks_say(
        self, llm: FakeLLM, model: ChatCompletions, scenario: Scenario
    ) -> None:
        llm.then(scenario)
        witness = Witness()

        with pytest.raises(ModelUnavailable) as raised:
            await model.ainvoke(MESSAGES, config={"callbacks": [witness]})

        said = f"{witness.seen} {raised.value!r} {''.join(traceback.format_exception(raised.value))}"
        assert "ModelUnavailable" in witness.seen
        assert llm.key not in said
        assert llm.base_url not in said
        assert llm.base_url.split("/")[2] not in said

    async def test_are_not_in_what_is_said_of_an_endpoint_that_cannot_be_reached(
        self, llm: FakeLLM, client: httpx.AsyncClient
    ) -> None:
        for base_url in ("http://no-such-host.invalid/v1", "http://127.0.0.1:1/v1", "http://no-such-host:port/v1"):
            error = await fault(chat_model(llm, client, base_url=base_url))
            said = repr(error) + "".join(traceback.format_exception(error))
            assert "no-such-host" not in said
            assert "127.0.0.1" not in said
