"""Measure what answering adds to a direct call of the same endpoint: `python -m tests.benchmarks.relay`.

The scripted endpoint takes 300 ms to its first token and writes 60 tokens at 20 a second. Client, server and endpoint
are processes of their own, and the server is the one that `serve` runs: every question, its cost and its answer go
into the database. Passages are given, and no question comes twice, so that the endpoint writes each answer. Figures are
of one run on one machine: read them beside the direct call's.
"""

import argparse
import asyncio
import itertools
import json
import os
import socket
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
from support_bot.server import server_of
from support_bot.settings import SupportBotSettings
from tests.support_bot.listed import ListRetriever, documents

FIRST_SECONDS, TOKENS, TOKENS_A_SECOND = 0.3, 60, 20
_CARDS = " Gift cards cannot be refunded [1]."
_TEXT = "Refunds are paid within 5 business days [1]." + _CARDS * 7
_WORDS = [word + " " for word in _TEXT.split()][:TOKENS]
_CLOCK_TICKS = os.sysconf("SC_CLK_TCK")
_UPSTREAM, _NOBODY = "http://127.0.0.1:18101/v1", "http://127.0.0.1:1/v1"
_DIRECT, _RELAYED = f"{_UPSTREAM}/chat/completions", "http://127.0.0.1:18102/"
_ASKED, _ASKED_IN_OUTAGE = "http://127.0.0.1:18103/api/v1/chat", "http://127.0.0.1:18104/api/v1/chat"
_NUMBERS = itertools.count()


async def _endpoint(port: int) -> None:
    """Serve the endpoint: raw sockets, so that it costs next to nothing. It tells of itself at /open and /sent."""
    open_streams = 0
    sent: list[float] = []  # when each token of the last answer left, on the clock that all processes share

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal open_streams, sent
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
                length = next((line[15:] for line in head.split("\r\n") if line.startswith("content-length:")), "0")
                await reader.readexactly(int(length))
                if head.startswith("get "):
                    body = json.dumps(sent if head.startswith("get /sent") else open_streams).encode()
                    writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n%b" % (len(body), body))
                    continue
                open_streams += 1
                sent = []
                try:
                    await _stream(writer, sent)
                finally:
                    open_streams -= 1
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", port, backlog=4_096) as server:
        await server.serve_forever()


async def _stream(writer: asyncio.StreamWriter, sent: list[float]) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n")
    begun = time.monotonic()
    for n, word in enumerate(_WORDS):
        await asyncio.sleep(max(0.0, begun + FIRST_SECONDS + n / TOKENS_A_SECOND - time.monotonic()))
        sent.append(time.monotonic())
        _write(writer, {"choices": [{"index": 0, "delta": {"content": word}, "finish_reason": None}]})
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
    """Serve the bot, with a place for every stream."""
    settings = SupportBotSettings(llm_base_url=upstream, llm_api_key=SecretStr("sk-benchmark"), max_answers=1_000)
    retriever = ListRetriever(documents=documents(cosine=0.9, coverage=1.0))
    with tempfile.TemporaryDirectory() as folder, socket.create_server(("127.0.0.1", port)) as listening:
        app = create_app(settings, KnowledgeSettings(data_dir=Path(folder)), retriever=retriever)
        server_of(app, settings).run(sockets=[listening])


@contextmanager
def _process(role: str, port: int, upstream: str = "") -> Iterator[int]:
    """Run a role in a process of its own; yield its id once it listens."""
    command = [sys.executable, "-m", "tests.benchmarks.relay", "--role", role, str(port), upstream]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL if upstream == _NOBODY else None)
    for _ in range(600):
        try:
            httpx.get(f"http://127.0.0.1:{port}/open", timeout=1)
            break
        except httpx.TransportError:
            time.sleep(0.1)
    yield process.pid
    process.terminate()
    process.wait()


def _question() -> dict[str, str]:
    """Return a question that nobody has asked before: an answer that is remembered is not relayed."""
    return {"message": f"When are refunds paid for order {next(_NUMBERS)}?"}


async def _timed(client: httpx.AsyncClient, url: str, body: object) -> tuple[float, float, list[str]]:
    """Return the seconds to the first text and to the end, and the lines, each with the time at which it came."""
    begun, first, lines = time.monotonic(), 0.0, []
    async with client.stream("POST", url, json=body) as response:
        response.raise_for_status()
        async for line in response.aiter_lines():
            if line:
                lines.append(f"{time.monotonic()} {line}")
            if not first and ("delta" in line or '"content"' in line):
                first = time.monotonic() - begun
    return first, time.monotonic() - begun, lines


async def _asked(client: httpx.AsyncClient, url: str, *, mode: str) -> tuple[float, float, list[str]]:
    """Return the same of an answer by the bot, which must be whole and of this mode."""
    first, total, lines = await _timed(client, url, _question())
    verdict = next(line for line in lines if '"outcome"' in line)
    if f'"mode":"{mode}"' not in verdict or '"outcome":"answered"' not in verdict:
        raise RuntimeError(f"The bot does not answer as it should: {verdict}")
    return first, total, lines


async def _median_total(client: httpx.AsyncClient, streams: int) -> float:
    """Return the median of the total times of so many answers at once."""
    timed = await asyncio.gather(*(_asked(client, _ASKED, mode="generated") for _ in range(streams)))
    return statistics.median(total for _, total, _ in timed)


def _cpu(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / _CLOCK_TICKS


def _memory(pid: int) -> int:
    """Return the resident kilobytes."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") // 1024


def _files(pid: int) -> int:
    return len(list(Path(f"/proc/{pid}/fd").iterdir()))


async def _latencies(client: httpx.AsyncClient) -> tuple[float, list[float]]:
    """Return the milliseconds to the first sentence, and from the last token of each sentence to the sentence."""
    first, _, lines = await _asked(client, _ASKED, mode="generated")
    sent = (await client.get("http://127.0.0.1:18101/sent")).json()
    ends = [n for n, word in enumerate(_WORDS) if word.strip().endswith(".")][:-1]
    came = [float(line.split()[0]) for line in lines if line.split()[1:3] == ["event:", "delta"]]
    return first * 1000, [(at - sent[n]) * 1000 for at, n in zip(came, ends, strict=False)]


async def _print_times(client: httpx.AsyncClient) -> float:
    """Print how long one answer takes, and return how long a direct call does."""
    first, total, _ = await _timed(client, _DIRECT, {})
    print(f"direct call: first token {first * 1000:.0f} ms, total {total * 1000:.0f} ms")
    one_by_one = [await _latencies(client) for _ in range(5)]
    firsts = [first for first, _ in one_by_one]
    latencies = sorted(late for _, each in one_by_one for late in each)
    print(f"question to first sentence: p50 {statistics.median(firsts):.0f} ms, most {max(firsts):.0f} ms")
    print(
        "from the token that ends a sentence to the sentence on the wire: "
        f"p50 {statistics.median(latencies):.1f} ms, p95 {latencies[int(len(latencies) * 0.95)]:.1f} ms"
    )
    return total


async def _print_cpu(client: httpx.AsyncClient, *, relay: int, bot: int, streams: int = 40) -> None:
    """Print what a relayed token costs the processor, in the bare relay and in the bot: medians of three turns."""
    spent: dict[int, list[float]] = {relay: [], bot: []}
    for pid in [relay, bot] * 3:
        before = _cpu(pid)
        relayed = (_timed(client, _RELAYED, {}) for _ in range(streams))
        await (asyncio.gather(*relayed) if pid == relay else _median_total(client, streams))
        spent[pid].append((_cpu(pid) - before) / streams / TOKENS * 1e6)
    relay_us, bot_us = statistics.median(spent[relay]), statistics.median(spent[bot])
    print(f"CPU per token: relay {relay_us:.0f} us, bot {bot_us:.0f} us ({bot_us / relay_us:.1f}x)")


async def _print_memory(client: httpx.AsyncClient, *, bot: int, streams: int = 100) -> None:
    """Print how much the bot's resident memory has grown while so many answers are half written."""
    before = _memory(bot)
    answers = asyncio.gather(*(_asked(client, _ASKED, mode="generated") for _ in range(streams)))
    await asyncio.sleep(FIRST_SECONDS + TOKENS / TOKENS_A_SECOND / 2)
    print(f"memory per open stream: {(_memory(bot) - before) / streams:.0f} KB")
    await answers


async def _print_load(client: httpx.AsyncClient, *, direct: float) -> None:
    """Print how long answers take that are given at once, until that is too long."""
    total = 0.0
    for streams in (25, 50, 75, 100, 125, 150, 200, 300):
        if total <= 1.25 * direct:
            total = await _median_total(client, streams)
            print(f"{streams} streams at once: total {total:.2f} s ({total / direct:.2f}x of a direct call)")


async def _print_aborted(client: httpx.AsyncClient, *, bot: int, streams: int) -> None:
    """Begin so many answers, leave each at its first sentence, and print what is left of them."""

    async def leave() -> None:
        async with client.stream("POST", _ASKED, json=_question()) as response:
            async for line in response.aiter_lines():
                if "event: delta" in line:
                    return

    files, memory = _files(bot), _memory(bot)
    for _ in range(0, streams, 50):
        await asyncio.gather(*(leave() for _ in range(50)))
    await asyncio.sleep(FIRST_SECONDS + TOKENS / TOKENS_A_SECOND + 2)  # for a while, an answer goes on by itself
    left = (await client.get("http://127.0.0.1:18101/open")).text
    grown = f"{_files(bot) - files:+d} file descriptors, {_memory(bot) - memory:+d} KB of memory"
    print(f"after {streams} aborted streams: {left} open at the endpoint, {grown}")


async def _print_outage(client: httpx.AsyncClient) -> None:
    """Print how long an answer takes while the breaker keeps the bot from an endpoint that is down."""
    for _ in range(5):
        await _asked(client, _ASKED_IN_OUTAGE, mode="extractive")
    totals = sorted([(await _asked(client, _ASKED_IN_OUTAGE, mode="extractive"))[1] * 1000 for _ in range(100)])
    print(f"question to fallback answer in an outage: p50 {totals[50]:.0f} ms, p95 {totals[95]:.0f} ms")


async def measure(aborted: int) -> None:
    """Run all processes and print the figures."""
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=0)
    with (
        _process("endpoint", 18101),
        _process("relay", 18102, _UPSTREAM) as relay,
        _process("bot", 18103, _UPSTREAM) as bot,
        _process("bot", 18104, _NOBODY),
    ):
        async with httpx.AsyncClient(limits=limits, timeout=120, trust_env=False) as client:
            await _median_total(client, 1)
            direct = await _print_times(client)
            await _print_memory(client, bot=bot)
            await _print_cpu(client, relay=relay, bot=bot)
            await _print_load(client, direct=direct)
            await _print_aborted(client, bot=bot, streams=aborted)
            await _print_outage(client)


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
