"""A chat-completions endpoint on a loopback socket that turns the passages of a prompt into a cited answer.

`with FakeLLM() as llm:` serves from a thread of its own; `python -m tests.fake_llm` serves until it is interrupted.
"""

import argparse
import asyncio
import json
import re
import signal
import socket
import struct
import threading
from bisect import bisect_left
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Self

from knowledge.words import sentences

Json = dict[str, Any]
Reply = Callable[[Json], str]

_ATTRIBUTES = r"""(?:[^>"]|"[^"]*")"""  # a section's name may hold a ">"
_PASSAGE = re.compile(rf'<passage\b{_ATTRIBUTES}*?\bn="?+(\d+)"?+{_ATTRIBUTES}*+>(.*?)</passage[^>]*>', re.DOTALL)
_WORD = re.compile(r"\s*(?:[!-\u2e7f]+|\S)|\s+")
_HOLDS = 60.0  # seconds at most, that a test which fails ends
_LAST_MARK = re.compile(r"(\W*)$")
_REASONS = {200: "OK", 302: "Found", 401: "Unauthorized", 404: "Not Found", 429: "Too Many Requests"}


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """How to answer a request: by default well."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: str | bytes | None = None  # in place of a completion
    raw: bytes | None = None  # on the wire in place of a whole HTTP response; the connection ends after it
    finish_reason: str = "stop"
    stall_after: int | None = None  # frames (0: the head or the raw bytes alone), then nothing until the client leaves
    close_after: int | None = None  # frames, then the end of the connection
    reset: bool = False  # where the connection ends early, end it with a TCP reset
    is_held: bool = False  # the last frame waits for `FakeLLM.release`
    pause: float = 0.0  # seconds before each frame
    write_bytes: int | None = None  # dribble: as many bytes a write, the pause between them


@dataclass(frozen=True)
class Request:
    """What a client sent. Header names are in lower case; the body of a GET is empty."""

    method: str
    path: str
    headers: dict[str, str]
    body: Json


class FakeLLM:
    """A scripted endpoint in RunAPI's shape: `base_url` and `key` are a client's settings, `requests` what came."""

    def __init__(self, *, key: str = "sk-fake-0123456789", port: int = 0, scenario: Scenario | None = None) -> None:
        self.key = key
        self.scenario = scenario or Scenario()  # holds whenever no other is queued
        self.requests: list[Request] = []
        self.connections = 0
        self.client_left = threading.Event()  # a client has closed a stalled or unfinished response
        self.release = threading.Event()  # lets the last frame of a held answer go
        self._next: deque[Scenario] = deque()
        self._reply: Reply = quoted_passages
        self._prompts: deque[str] = deque(maxlen=256)  # what the provider's cache remembers
        self._socket = socket.create_server(("127.0.0.1", port))
        self.base_url = f"http://127.0.0.1:{self._socket.getsockname()[1]}/v1"
        self._loop = asyncio.new_event_loop()
        self._stop = asyncio.Event()
        self._thread = threading.Thread(target=self._run, name="fake-llm", daemon=True)

    def replies(self, reply: str | Reply) -> None:
        """Answer with this text, or with what this function makes of a request, from now on."""
        self._reply = (lambda _: reply) if isinstance(reply, str) else reply

    def then(self, *scenarios: Scenario) -> None:
        """Queue scenarios, one for each request to come."""
        self._next.extend(scenarios)

    def reset(self) -> None:
        """Forget what was scripted and what came."""
        self.scenario = Scenario()
        self._next.clear()
        self._reply = quoted_passages
        self.requests.clear()
        self.client_left.clear()
        self.release.clear()

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()

    def _run(self) -> None:
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(self._serve())

    async def _serve(self) -> None:
        connections: set[asyncio.Task[None]] = set()

        def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            self.connections += 1
            task = self._loop.create_task(self._connection(reader, writer))
            connections.add(task)
            task.add_done_callback(connections.discard)

        server = await asyncio.start_server(accept, sock=self._socket)
        await self._stop.wait()
        server.close()
        for task in connections:
            task.cancel()
        await asyncio.gather(*connections, return_exceptions=True)

    async def _connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            with suppress(asyncio.IncompleteReadError, ConnectionError):
                while await self._answer(await _request(reader), reader, writer):
                    pass
        except asyncio.CancelledError:
            writer.transport.abort()
        finally:
            writer.close()
            with suppress(ConnectionError):
                await writer.wait_closed()

    async def _answer(self, request: Request, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Answer one request; return whether the connection lives on."""
        self.requests.append(request)
        if request.headers.get("authorization") != f"Bearer {self.key}":
            return await _send(writer, 401, _error("Incorrect API key provided.", code="invalid_api_key"))
        if request.path == "/v1/models":
            return await _send(writer, 200, {"object": "list", "data": [{"id": "glm-5-turbo", "object": "model"}]})
        if (request.method, request.path) != ("POST", "/v1/chat/completions"):
            return await _send(writer, 404, _error("Unknown request URL.", code="unknown_url"))

        scenario = self._next.popleft() if self._next else self.scenario
        if scenario.raw is not None:
            return await self._write(writer, [scenario.raw], reader, scenario)
        if scenario.body is not None or scenario.status != 200:
            body = _error("As scripted.") if scenario.body is None else scenario.body
            return await _send(writer, scenario.status, body, scenario.headers)
        completion = self._completion(request.body, scenario)
        if not request.body.get("stream"):
            return await _send(writer, 200, completion, scenario.headers)

        head = _head(200, {"content-type": "text/event-stream", "transfer-encoding": "chunked", **scenario.headers})
        return await self._write(writer, [head, *_frames(completion, request.body)], reader, scenario)

    def _completion(self, request: Json, scenario: Scenario) -> Json:
        text = self._reply(request)
        message = {"role": "assistant", "content": text}
        return {
            "id": f"chatcmpl-{len(self.requests)}",
            "object": "chat.completion",
            "created": 1_700_000_000,
            "model": request.get("model", ""),
            "choices": [{"index": 0, "message": message, "finish_reason": scenario.finish_reason}],
            "usage": self._usage(json.dumps(request.get("messages"), ensure_ascii=False), text),
        }

    def _usage(self, prompt: str, text: str) -> Json:
        cached = _tokens(prompt[: _cached_length(prompt, self._prompts)]) // 64 * 64
        self._prompts.append(prompt)
        return {
            "prompt_tokens": _tokens(prompt),
            "completion_tokens": _tokens(text),
            "total_tokens": _tokens(prompt) + _tokens(text),
            "prompt_tokens_details": {"cached_tokens": cached},
        }

    async def _write(
        self, writer: asyncio.StreamWriter, pieces: list[bytes], reader: asyncio.StreamReader, scenario: Scenario
    ) -> bool:
        """Write the head and the frames as the scenario has it; return whether the connection lives on."""
        try:
            for frames_written, piece in enumerate([*pieces, b""], start=-1):
                if frames_written == scenario.stall_after:
                    await reader.read(1)  # returns when the client leaves
                    raise ConnectionResetError
                if frames_written == scenario.close_after:
                    return _end(writer, reset=scenario.reset)
                if scenario.is_held and frames_written == len(pieces) - 2:
                    await asyncio.to_thread(self.release.wait, _HOLDS)
                step = scenario.write_bytes or max(len(piece), 1)
                for start in range(0, len(piece), step):
                    await asyncio.sleep(scenario.pause)
                    writer.write(piece[start : start + step])
                    await writer.drain()
        except ConnectionError:
            self.client_left.set()
            raise
        return scenario.raw is None or _end(writer, reset=scenario.reset)


def quoted_passages(request: Json) -> str:
    """Return the first sentence of each of the prompt's first two passages, cited."""
    passages = _PASSAGE.findall(_last_question(request))
    return " ".join(_cited(text, n) for n, text in passages[:2]) or "The passages do not say."


def _last_question(request: Json) -> str:
    contents = [message["content"] for message in request.get("messages", []) if message.get("role") == "user"]
    content = contents[-1] if contents else ""
    return content if isinstance(content, str) else "".join(part.get("text", "") for part in content)


def _cited(text: str, n: str) -> str:
    prose = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("#"))
    spans = sentences(prose)
    first = prose[spans[0].start : spans[0].end] if spans else ""
    return _LAST_MARK.sub(rf" [{n}]\1", first, count=1)


async def _request(reader: asyncio.StreamReader) -> Request:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    first, *lines = head.strip().split("\r\n")
    method, path, _ = first.split(" ")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    body = await reader.readexactly(int(headers.get("content-length", 0)))
    return Request(method, path, headers, json.loads(body or b"{}"))


async def _send(
    writer: asyncio.StreamWriter, status: int, body: Json | str | bytes, headers: dict[str, str] | None = None
) -> bool:
    """Send a whole response; the connection lives on."""
    text = json.dumps(body, ensure_ascii=False) if isinstance(body, dict) else body
    encoded = text.encode() if isinstance(text, str) else text
    length = {"content-type": "application/json", "content-length": str(len(encoded))}
    writer.write(_head(status, {**length, **(headers or {})}) + encoded)
    await writer.drain()
    return True


def _head(status: int, headers: dict[str, str]) -> bytes:
    lines = [f"HTTP/1.1 {status} {_REASONS.get(status, 'Error')}", *(f"{name}: {headers[name]}" for name in headers)]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


def _frames(completion: Json, request: Json) -> Iterator[bytes]:
    """Yield a completion's frames as HTTP chunks: role, words, finish, usage if asked for, [DONE]."""
    [choice] = completion["choices"]
    common = {**completion, "object": "chat.completion.chunk"}
    del common["usage"]
    words = [{"content": word} for word in _WORD.findall(choice["message"]["content"])]
    for delta in [{"role": "assistant", "content": ""}, *words]:
        yield _frame({**common, "choices": [{"index": 0, "delta": delta, "finish_reason": None}]})
    yield _frame({**common, "choices": [{"index": 0, "delta": {}, "finish_reason": choice["finish_reason"]}]})
    if (request.get("stream_options") or {}).get("include_usage"):
        yield _frame({**common, "choices": [], "usage": completion["usage"]})
    yield _chunked(b"data: [DONE]\n\n") + _chunked(b"")


def _frame(frame: Json) -> bytes:
    return _chunked(b"data: %b\n\n" % json.dumps(frame, ensure_ascii=False).encode())


def _chunked(content: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(content), content)


def _end(writer: asyncio.StreamWriter, *, reset: bool) -> bool:
    """End the connection; it does not live on."""
    if reset:  # lingering for no time at all makes the kernel send RST
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    return False


def _error(message: str, *, code: str | None = None) -> Json:
    return {"error": {"message": message, "type": "invalid_request_error", "param": None, "code": code}}


def _tokens(text: str) -> int:
    return -(-len(text.encode()) // 4)


def _cached_length(prompt: str, earlier: deque[str]) -> int:
    """Return the length of the longest prefix that the prompt shares with an earlier one."""
    lengths = range(1, len(prompt) + 1)
    return bisect_left(
        lengths, True, key=lambda length: not any(other.startswith(prompt[:length]) for other in earlier)
    )


def main() -> None:
    """Serve until interrupted, and print the base URL first."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--key", default="sk-fake-0123456789")
    parser.add_argument("--pause", type=float, default=0.0, help="seconds before each word")
    options = parser.parse_args()

    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with FakeLLM(key=options.key, port=options.port, scenario=Scenario(pause=options.pause)) as llm:
        print(llm.base_url, flush=True)
        with suppress(KeyboardInterrupt):
            signal.pause()


if __name__ == "__main__":
    main()
