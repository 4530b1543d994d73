"""Askers who leave leave nothing behind: neither connections nor tasks."""

import asyncio
from contextlib import suppress
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr

from knowledge.settings import KnowledgeSettings
from support_bot.app import create_app
from support_bot.settings import SupportBotSettings
from tests.fake_llm import FakeLLM, Scenario
from tests.running import running_app
from tests.support_bot.listed import ListRetriever, documents

pytestmark = pytest.mark.slow

_STREAMS = 1_000
_AT_ONCE = 50


async def _leave_in_the_middle(url: str) -> None:
    limits = httpx.Limits(max_keepalive_connections=0)
    async with httpx.AsyncClient(trust_env=False, timeout=60, limits=limits) as client:

        async def leave() -> None:
            body = {"message": "When are refunds paid?"}
            async with client.stream("POST", f"{url}/api/v1/chat", json=body) as response:
                async for line in response.aiter_lines():
                    if "event: delta" in line:
                        return

        for _ in range(_STREAMS // _AT_ONCE):
            await asyncio.gather(*(leave() for _ in range(_AT_ONCE)))


async def _sockets_at_most(count: int) -> int:
    """Return the open sockets of this process once they are so few, or after ten seconds."""
    for _ in range(100):
        if _sockets() <= count:
            break
        await asyncio.sleep(0.1)
    return _sockets()


def _sockets() -> int:
    return sum(_is_socket(file) for file in Path("/proc/self/fd").iterdir())


def _is_socket(file: Path) -> bool:
    with suppress(OSError):  # closed meanwhile
        return str(file.readlink()).startswith("socket:")
    return False


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="open sockets are counted below /proc")
async def test_streams_that_are_aborted_leave_nothing_open(tmp_path: Path) -> None:
    with FakeLLM(scenario=Scenario(stall_after=14)) as llm:
        llm.replies("Refunds are paid within 5 business days [1]. Gift cards cannot be refunded [1].")
        settings = SupportBotSettings(llm_base_url=llm.base_url, llm_api_key=SecretStr(llm.key), resume_seconds=0)
        retriever = ListRetriever(documents=documents(cosine=0.9, coverage=1.0))
        app = create_app(settings, KnowledgeSettings(data_dir=tmp_path), retriever=retriever)
        with running_app(app) as url:
            before = _sockets()
            await _leave_in_the_middle(url)
            assert len(llm.requests) == _STREAMS
            assert await _sockets_at_most(before) <= before
            async with httpx.AsyncClient(trust_env=False) as client:
                figures = await client.get(f"{url}/metrics")
            assert "\nsupport_bot_llm_inflight 0.0\n" in figures.text
