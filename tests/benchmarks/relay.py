"""Measure what answering adds to a direct call of the same endpoint: `python -m tests.benchmarks.relay`.

The scripted endpoint takes 300 ms to its first token and writes 60 tokens at 20 a second. Client, server and endpoint
are processes of their own. Figures are of one run on one machine: read them beside the direct call's.
"""

import argparse
import asyncio
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import uvicorn
from pydantic import SecretStr
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import StreamingResponse
from starlette.routing import Route

from knowledge.settings import KnowledgeSettings
from support_bot.app import create_app
from support_bot.settings import SupportBotSettings
from tests.support_bot.listed import ListRetriever, documents

FIRST_SECONDS, TOKENS, TOKENS_A_SECOND = 0.3, 60, 20
_KEY = "sk-benchmark"
_CARDS = " Gift cards cannot be refunded [1]."
_TEXT = "Refunds are paid within 5 business days [1]." + _CARDS * 7
_WORDS = [word + " " for word in _TEXT.split()][:TOKENS]
_QUESTION = "When are refunds paid?"
_CLOCK_TICKS = os.sysconf("SC_CLK_TCK")


async def _endpoint(port: int) -> None:
    """Serve the endpoint: raw sockets, so that it costs next to nothing."""
    open_streams = 0

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal open_streams
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
                length = next((line[15:] for line in head.split("\r\n") if line.startswith("content-length:")), "0")
                await reader.readexactly(int(length))
                if head.startswith("get /open"):
                    body = str(open_streams).encode()
                    writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n%b" % (len(body), body))
                    continue
                open_streams += 1
                try:
                    await _stream(writer)
                finally:
                    open_streams -= 1
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", port, backlog=4_096) as server:
        await server.serve_forever()


async def _stream(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n")
    begun = asyncio.get_running_loop().time()
    for n, word in enumerate(_WORDS):
        due = begun + FIRST_SECONDS + n / TOKENS_A_SECOND
        await asyncio.sleep(max(0.0, due - asyncio.get_running_loop().time()))
        # When the token left, on the clock that all processes of a machine share.
        choice = {"index": 0, "delta": {"content": word}, "finish_reason": None}
        _write(writer, {"choices": [choice], "sent": time.monotonic()})
        await writer.drain()
    _write(writer, {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]})
    writer.write(b"e\r\ndata: [DONE]\n\n\r\n0\r\n\r\n")
    await writer.drain()


def _write(writer: asyncio.StreamWriter, frame: object) -> None:
    event = b"data: %b\n\n" % json.dumps(frame).encode()
    writer.write(b"%x\r\n%b\r\n" % (len(event), event))


def _relay(port: int, upstream: str) -> None:
    """Serve a bare relay: what httpx and Starlette cost by themselves."""
    client = httpx.AsyncClient(limits=httpx.Limits(max_connections=None), timeout=None)

    async def relay(request: Request) -> StreamingResponse:
        async def body() -> AsyncIterator[bytes]:
            async with client.stream("POST", f"{upstream}/chat/completions", json={}) as response:
                async for piece in response.aiter_raw():
                    yield piece

        return StreamingResponse(body(), media_type="text/event-stream")

    uvicorn.run(Starlette(routes=[Route("/", relay, methods=["POST"])]), port=port, log_level="warning")


def _bot(port: int, upstream: str) -> None:
    settings = SupportBotSettings(llm_base_url=upstream, llm_api_key=SecretStr(_KEY))
    retriever = ListRetriever(documents=documents(cosine=0.9, coverage=1.0))
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(settings, KnowledgeSettings(data_dir=Path(folder)), retriever=retriever)
        uvicorn.run(app, port=port, log_level="warning")


@contextmanager
def _process(role: str, port: int, upstream: str = "") -> Iterator[int]:
    """Run a role in a process of its own; yield its id once it listens."""
    process = subprocess.Popen([sys.executable, "-m", "tests.benchmarks.relay", "--role", role, str(port), upstream])
    for _ in range(600):
        try:
            httpx.get(f"http://127.0.0.1:{port}/open", timeout=1)
            break
        except httpx.TransportError:
            time.sleep(0.1)
    yield process.pid
    process.terminate()
    process.wait()


async def _timed(client: httpx.AsyncClient, url: str, body: object) -> tuple[float, float, list[str]]:
    """Return the seconds to the first text and to the end, and the lines, each with the time at which it came."""
    begun, first, lines = time.monotonic(), 0.0, []
    async with client.stream("POST", url, json=body) as response:
        async for line in response.aiter_lines():
            if line:
                lines.append(f"{time.monotonic()} {line}")
            if not first and ("delta" in line or '"content"' in line):
                first = time.monotonic() - begun
    return first, time.monotonic() - begun, lines


async def _total(client: httpx.AsyncClient, url: str, body: object, streams: int) -> float:
    """Return the median of the total times of so many streams at once."""
    timed = await asyncio.gather(*(_timed(client, url, body) for _ in range(streams)))
    return statistics.median(total for _, total, _ in timed)


def _cpu(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / _CLOCK_TICKS


def _memory(pid: int) -> int:
    """Return the resident kilobytes."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS")))


def _descriptors(pid: int) -> int:
    return len(list(Path(f"/proc/{pid}/fd").iterdir()))


async def _abort(client: httpx.AsyncClient, url: str, body: object, streams: int) -> None:
    """Begin so many streams and leave each at its first sentence."""

    async def leave() -> None:
        async with client.stream("POST", url, json=body) as response:
            async for line in response.aiter_lines():
                if "event: delta" in line:
                    return

    for _ in range(0, streams, 50):
        await asyncio.gather(*(leave() for _ in range(50)))


async def measure(aborted: int) -> None:
    """Run all processes and print the figures."""
    upstream, relayed, asked = (
        "http://127.0.0.1:18101/v1",
        "http://127.0.0.1:18102/",
        "http://127.0.0.1:18103/api/v1/chat",
    )
    direct, question = f"{upstream}/chat/completions", {"message": _QUESTION}
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=0)
    with (
        _process("endpoint", 18101),
        _process("relay", 18102, upstream) as relay_pid,
        _process("bot", 18103, upstream) as bot_pid,
    ):
        async with httpx.AsyncClient(limits=limits, timeout=120, trust_env=False) as client:
            await _timed(client, asked, question)
            first, total, _ = await _timed(client, direct, {})
            print(f"direct call: first token {first * 1000:.0f} ms, total {total * 1000:.0f} ms")
            latencies, firsts = [], []
            for _ in range(5):
                bot_first, bot_total, lines = await _timed(client, asked, question)
                firsts.append(bot_first)
                latencies += _latencies(lines, begun=float(lines[0].split()[0]))
            print(f"through the bot: first sentence {statistics.median(firsts) * 1000:.0f} ms, total {bot_total:.2f} s")
            print(f"from the token that ends a sentence to the sentence on the wire: p50 {_p50(latencies):.1f} ms")

            per_token = {}
            for name, url, body, pid in (("relay", relayed, {}, relay_pid), ("bot", asked, question, bot_pid)):
                before = _cpu(pid)
                await _total(client, url, body, 40)
                per_token[name] = (_cpu(pid) - before) / 40 / TOKENS
            relay_us, bot_us = (per_token[name] * 1e6 for name in ("relay", "bot"))
            print(f"CPU per token: relay {relay_us:.0f} us, bot {bot_us:.0f} us ({bot_us / relay_us:.1f}x)")

            memory = _memory(bot_pid)
            streams = asyncio.gather(*(_timed(client, asked, question) for _ in range(100)))
            await asyncio.sleep(1.5)
            print(f"memory per open stream: {(_memory(bot_pid) - memory) / 100:.0f} KB")
            await streams

            for streams_at_once in (25, 50, 75, 100, 150, 200, 300, 400):
                slow = await _total(client, asked, question, streams_at_once)
                print(
                    f"{streams_at_once} streams at once: total {slow:.2f} s ({slow / total:.2f}x of a direct call)",
                    flush=True,
                )
                if slow > 1.25 * total:
                    break

            descriptors = _descriptors(bot_pid)
            await _abort(client, asked, question, aborted)
            await asyncio.sleep(2)
            left = (await client.get("http://127.0.0.1:18101/open")).text
            print(
                f"after {aborted} aborted streams: {left} open at the endpoint, "
                f"{_descriptors(bot_pid) - descriptors:+d} file descriptors"
            )


def _latencies(lines: list[str], *, begun: float) -> list[float]:
    """Return, for each sentence, the milliseconds from its last token to the wire, by the endpoint's known pace."""
    ends = [n for n, word in enumerate(_WORDS) if word.strip().endswith(".")][:-1]
    came = [float(line.split()[0]) for line in lines if line.split()[1:3] == ["event:", "delta"]]
    return [(at - begun - FIRST_SECONDS - n / TOKENS_A_SECOND) * 1000 for at, n in zip(came, ends, strict=False)]


def _p50(values: list[float]) -> float:
    return statistics.median(values) if values else float("nan")


def main() -> None:
    """Play a role, or measure."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--role", nargs=3, metavar=("ROLE", "PORT", "UPSTREAM"))
    parser.add_argument("--aborted", type=int, default=1_000, help="streams to abort")
    options = parser.parse_args()
    match options.role:
        case None:
            asyncio.run(measure(options.aborted))
        case ["endpoint", port, _]:
            asyncio.run(_endpoint(int(port)))
        case ["relay", port, upstream]:
            _relay(int(port), upstream)
        case [_, port, upstream]:
            _bot(int(port), upstream)


if __name__ == "__main__":
    main()
