"""Run the application on a real socket, in a thread of its own."""

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

import uvicorn
from fastapi import FastAPI
from pydantic import SecretStr

from knowledge.settings import KnowledgeSettings
from support_bot.app import create_app
from support_bot.settings import SupportBotSettings
from tests.fake_llm import FakeLLM

_ANSWERS_TO = 120  # seconds until the application must have started


def settings_for(llm: FakeLLM | None = None) -> SupportBotSettings:
    """Return settings without a chat model, or with this one."""
    if llm is None:
        return SupportBotSettings()
    return SupportBotSettings(
        llm_base_url=llm.base_url, llm_api_key=SecretStr(llm.key), llm_first_token_seconds=3, llm_idle_seconds=2
    )


@contextmanager
def running(settings: SupportBotSettings, data_dir: Path) -> Iterator[str]:
    """Yield the address of the application as these settings make it."""
    with running_app(create_app(settings, KnowledgeSettings(data_dir=data_dir))) as address:
        yield address


@contextmanager
def running_app(
    app: FastAPI, *, http: type[asyncio.Protocol] | Literal["auto"] = "auto", listening: socket.socket | None = None
) -> Iterator[str]:
    """Yield the address of an application."""
    config = uvicorn.Config(
        app, port=0, log_level="warning", proxy_headers=False, timeout_graceful_shutdown=1, http=http
    )
    server = uvicorn.Server(config)
    sockets = None if listening is None else [listening]
    thread = threading.Thread(target=server.run, kwargs={"sockets": sockets}, daemon=True)
    thread.start()
    waited = threading.Event()
    for _ in range(_ANSWERS_TO * 100):
        if server.started or not thread.is_alive():
            break
        waited.wait(0.01)
    assert server.started
    port = (listening or server.servers[0].sockets[0]).getsockname()[1]
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join()
